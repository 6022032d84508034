"""The back-off of every bridge's push connection, without waiting for it."""

import asyncio
from collections.abc import Callable
from typing import Never

import pytest

from custom_components.iot_bridge.link import Backoff, BackoffPolicy, PersistentLink


class Lost(Exception):
    """A connection that may be tried again."""


class Refused(Exception):
    """A connection that only the user can mend."""


POLICY = BackoffPolicy(jitter=0)


def test_waits_double_up_to_the_longest() -> None:
    """Twenty losses in a row are far from a hot loop."""
    backoff = Backoff(POLICY)
    waits = [backoff.next_wait(lived=0) for _ in range(20)]
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(waits[9:]) == {300}


@pytest.mark.parametrize(("chance", "waits"), [(0.0, 1.0), (1.0, 0.7)])
def test_jitter_takes_a_share_off(chance: float, waits: float) -> None:
    """Clients that were lost together do not come back together."""
    assert Backoff(BackoffPolicy(), lambda: chance).next_wait(lived=0) == pytest.approx(
        waits
    )


@pytest.mark.parametrize(("lived", "next_wait"), [(59.9, 4), (60, 1)])
def test_only_a_proven_connection_resets(lived: float, next_wait: float) -> None:
    """A connection that comes up and is lost at once proves nothing."""
    backoff = Backoff(POLICY)
    backoff.next_wait(lived=0)
    backoff.next_wait(lived=0)
    assert backoff.next_wait(lived=lived) == next_wait


class Line:
    """A connection that is lost again and again, and what the link makes of it."""

    def __init__(self, losses: int, error: Exception | None) -> None:
        """Lose it some times, then refuse it."""
        self.losses = losses
        self.error = error
        self.at_least = 0.0
        self.ups = 0
        self.downs: list[Exception | None] = []
        self.waits: list[float] = []
        self.link = PersistentLink(
            self.listen,
            stop_on=Refused,
            on_up=self.count_up,
            on_down=self.downs.append,
            policy=POLICY,
            at_least=lambda _: self.at_least,
            sleep=self.sleep,
        )

    def count_up(self) -> None:
        """Count that the connection came up."""
        self.ups += 1

    async def sleep(self, seconds: float) -> None:
        """Note a wait instead of waiting."""
        self.waits.append(seconds)

    async def listen(self, on_up: Callable[[], None]) -> None:
        """Come up and end, with an error or without."""
        if self.ups == self.losses:
            raise Refused
        on_up()
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [Lost(), None])
async def test_each_loss_is_told_and_waited_for(error: Exception | None) -> None:
    """Also a connection that the other side closes in good order is waited for."""
    line = Line(5, error)
    with pytest.raises(Refused):
        await line.link.run()
    assert line.ups == 5
    assert line.downs == [error] * 5
    assert line.waits == [1, 2, 4, 8, 16]


async def test_a_long_life_counts_once() -> None:
    """What comes up after a proven connection has to prove itself again."""
    line = Line(0, None)
    times = iter([0.0, 100.0])
    attempts = iter([True, False, False, False])
    waits: list[float] = []

    async def listen(on_up: Callable[[], None]) -> None:
        if next(attempts, None) is None:
            raise Refused
        raise Lost

    async def live_once(on_up: Callable[[], None]) -> None:
        if not waits:
            on_up()
            return
        await listen(on_up)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    link = PersistentLink(
        live_once,
        stop_on=Refused,
        on_up=line.count_up,
        on_down=line.downs.append,
        policy=POLICY,
        sleep=sleep,
        clock=lambda: next(times),
    )
    with pytest.raises(Refused):
        await link.run()
    assert waits == [1, 2, 4, 8, 16]


async def test_asked_for_wait() -> None:
    """An error may ask for a longer wait than the policy."""
    line = Line(2, Lost())
    line.at_least = 60
    with pytest.raises(Refused):
        await line.link.run()
    assert line.waits == [60, 60]


async def test_cancelled_while_it_waits() -> None:
    """Unloading does not wait for the back-off."""

    async def listen(_: Callable[[], None]) -> Never:
        raise Lost

    link = PersistentLink(
        listen,
        stop_on=Refused,
        on_up=lambda: None,
        on_down=lambda _: None,
        policy=POLICY,
    )
    task = asyncio.create_task(link.run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
