"""The rhythm of rounds, without any service."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.thingplus.reporter import Reporter
from custom_components.iot_bridge.export.sink import SinkUnavailableError
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.core import HomeAssistant
from tests.export.rig import move


class Rounds:
    """Counts rounds, and fails when it is told to.

    Attributes:
        began: When each began, seconds from the start.
        told_new: How often only what is new was told.
        troubles: Raised by the next rounds, one each.
        new: Whether there is anything new.
        reporter: Makes the rounds.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without trouble."""
        self._clock = hass.loop.time
        self._start = self._clock()
        self.began: list[float] = []
        self.told_new = 0
        self.troubles: list[Exception] = []
        self.new = False
        self.reporter = Reporter(
            tell_all=self._tell_all,
            tell_new=self._tell_new,
            has_new=lambda: self.new,
            interval=300,
            clock=self._clock,
            policy=BackoffPolicy(first=10, longest=40, jitter=0),
        )

    async def _tell_all(self) -> None:
        self.began.append(round(self._clock() - self._start))
        self.reporter.round_began()
        for error in self.troubles[:1]:
            del self.troubles[0]
            raise error
        self.reporter.round_succeeded()

    async def _tell_new(self) -> None:
        self.told_new += 1


@pytest.fixture
async def rounds(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[Rounds]:
    """Rounds that are made until the test is over."""
    rounds = Rounds(hass)
    task = asyncio.create_task(rounds.reporter.async_run())
    await move(hass, freezer, 0)
    yield rounds
    task.cancel()
    await asyncio.wait({task})


async def test_rhythm(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rounds: Rounds
) -> None:
    """One in each interval, counted from the beginning of the one before."""
    for _ in range(90):
        await move(hass, freezer, 10)
    assert rounds.began == [0, 300, 600, 900]
    assert rounds.told_new == 0


async def test_failures(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    rounds: Rounds,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is tried again, later and later; whatever it is, there is a next round."""
    rounds.troubles = [
        SinkUnavailableError(),
        ValueError("a bug"),
        ValueError("the same bug"),
        SinkUnavailableError(retry_after=100),
    ]
    for _ in range(90):
        await move(hass, freezer, 10)
        assert rounds.reporter.is_current == (not 300 <= rounds.began[-1] < 470)
    assert rounds.began == [0, 300, 310, 330, 370, 470, 770]
    assert caplog.text.count("Unexpected error of a round") == 1


async def test_hurry(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rounds: Rounds
) -> None:
    """Not more than one in a minute, whatever changes."""
    for _ in range(30):
        rounds.reporter.hurry()
        await move(hass, freezer, 10)
    assert {b - a for a, b in pairwise(rounds.began)} == {60}


async def test_something_new(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rounds: Rounds
) -> None:
    """It is told at once, and again after longer and longer waits until it is told."""
    rounds.new = True
    rounds.reporter.wake()
    await move(hass, freezer, 0)
    told = [rounds.told_new]
    for _ in range(20):
        await move(hass, freezer, 3)
        told.append(rounds.told_new)
    seconds = [3 * at for at in range(1, 21) if told[at] > told[at - 1]]
    assert (told[0], seconds) == (1, [3, 9, 21, 45])
    rounds.new = False
    for _ in range(20):
        await move(hass, freezer, 3)
    assert rounds.told_new == 5
    rounds.new = True
    rounds.reporter.wake()
    for _ in range(4):
        await move(hass, freezer, 3)
    assert rounds.told_new == 8
    assert rounds.began == [0]


async def test_start_over(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rounds: Rounds
) -> None:
    """A round is made at once, and the rhythm goes on from there."""
    await move(hass, freezer, 100)
    rounds.reporter.start_over()
    assert not rounds.reporter.is_current
    for _ in range(4):
        await move(hass, freezer, 100)
    assert rounds.began[:1] == [0]
    assert len(rounds.began) == 3
    assert rounds.began[2] - rounds.began[1] == 300
