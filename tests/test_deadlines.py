"""Moments that pass."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed_exact

from custom_components.iot_bridge.deadlines import Deadlines
from homeassistant.core import HomeAssistant

from .bridges.leftovers import timers

NOW: Final = datetime(2031, 1, 17, 12, tzinfo=UTC)
MOMENT: Final = timedelta(milliseconds=20)


class Watched:
    """Notes which moments have passed."""

    def __init__(self, hass: HomeAssistant, clock: FrozenDateTimeFactory) -> None:
        """Watch nothing yet."""
        self.passed: list[str] = []
        self.deadlines: Deadlines[str] = Deadlines(hass, self.passed.append)
        self._hass = hass
        self._clock = clock

    def watch(self, **seconds: float) -> None:
        """Watch moments, in seconds from the beginning."""
        self.deadlines.watch(
            {key: NOW + timedelta(seconds=one) for key, one in seconds.items()}
        )

    async def go_to(self, seconds: float) -> list[str]:
        """Turn the clock to just after a moment; return all that has passed."""
        moment = NOW + timedelta(seconds=seconds) + MOMENT
        self._clock.move_to(moment)
        async_fire_time_changed_exact(self._hass, moment)
        await self._hass.async_block_till_done()
        return self.passed


@pytest.fixture
def watched(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Watched:
    """It is noon."""
    freezer.move_to(NOW)
    return Watched(hass, freezer)


async def test_each_at_its_time(watched: Watched) -> None:
    """Not before, and once."""
    watched.watch(b=20, a=10, c=20, d=90_000)
    assert await watched.go_to(9.9) == []
    assert await watched.go_to(10) == ["a"]
    assert await watched.go_to(19.9) == ["a"]
    assert await watched.go_to(20) == ["a", "b", "c"]
    assert await watched.go_to(89_999.9) == ["a", "b", "c"]
    assert await watched.go_to(90_000) == ["a", "b", "c", "d"]
    assert await watched.go_to(200_000) == ["a", "b", "c", "d"]
    assert timers() == []


async def test_nothing(watched: Watched) -> None:
    """Where there is no moment there is no timer."""
    watched.watch()
    assert timers() == []
    watched.deadlines.stop()


async def test_in_place_of_those_before(watched: Watched) -> None:
    """What is not watched any more does not pass."""
    watched.watch(a=10, b=20)
    watched.watch(b=30)
    assert await watched.go_to(29.9) == []
    assert await watched.go_to(30) == ["b"]


async def test_stop(watched: Watched) -> None:
    """Nothing passes, and no timer is left."""
    watched.watch(a=10)
    assert len(timers()) == 1
    watched.deadlines.stop()
    assert timers() == []
    assert await watched.go_to(20) == []
    watched.watch(a=30)
    assert await watched.go_to(30) == ["a"]


@pytest.mark.parametrize("ago", [0, 1, 10**6])
async def test_what_has_passed(watched: Watched, ago: int) -> None:
    """It passes at once, though not while it is said."""
    watched.watch(a=-ago, b=10)
    assert watched.passed == []
    assert await watched.go_to(0.1) == ["a"]
    assert await watched.go_to(10) == ["a", "b"]


@pytest.mark.parametrize("then", [["c"], []])
async def test_watch_from_within(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, then: Iterable[str]
) -> None:
    """Whoever is told may watch something else, or nothing."""
    freezer.move_to(NOW)
    passed: list[str] = []

    def note(key: str) -> None:
        passed.append(key)
        deadlines.watch(dict.fromkeys(then, NOW + timedelta(seconds=30)))

    deadlines: Deadlines[str] = Deadlines(hass, note)
    deadlines.watch({"a": NOW + timedelta(seconds=10)})
    for seconds in (10, 20):
        moment = NOW + timedelta(seconds=seconds) + MOMENT
        freezer.move_to(moment)
        async_fire_time_changed_exact(hass, moment)
        assert passed == ["a"]
    deadlines.stop()
    assert timers() == []
