"""The back-off of every bridge's push connection, without waiting for it."""

import asyncio
from collections.abc import Callable
from typing import Never

import pytest

from custom_components.iot_bridge.link import Backoff, BackoffPolicy, Link


class Lost(Exception):
    """A connection that may be tried again."""


class Refused(Exception):
    """A connection that only the user can mend."""


class EnoughTried(Exception):
    """Ends a test."""


POLICY = BackoffPolicy(jitter=0)


def test_waits_double_up_to_the_longest() -> None:
    """Twenty losses in a row are far from a hot loop."""
    backoff = Backoff(POLICY)
    waits = [backoff.wait(lived=0) for _ in range(20)]
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert set(waits[9:]) == {300}


@pytest.mark.parametrize(("chance", "waits"), [(0.0, 1.0), (1.0, 0.7)])
def test_jitter_takes_a_share_off(chance: float, waits: float) -> None:
    """Clients that were lost together do not come back together."""
    assert Backoff(BackoffPolicy(), lambda: chance).wait(lived=0) == pytest.approx(
        waits
    )


@pytest.mark.parametrize(("lived", "next_wait"), [(59.9, 4), (60, 1)])
def test_only_a_proven_connection_resets(lived: float, next_wait: float) -> None:
    """A connection that comes up and is lost at once proves nothing."""
    backoff = Backoff(POLICY)
    backoff.wait(lived=0)
    backoff.wait(lived=0)
    assert backoff.wait(lived=lived) == next_wait


class Line:
    """A connection that is lost again and again, and what the link makes of it."""

    def __init__(self, losses: int, error: Exception | None) -> None:
        """Lose it some times, then refuse it."""
        self.losses = losses
        self.error = error
        self.ups = 0
        self.downs: list[Exception | None] = []
        self.waits: list[float] = []
        self.link = Link(
            self.listen,
            retry_on=Lost,
            stop_on=Refused,
            on_up=self.count_up,
            on_down=self.downs.append,
            policy=POLICY,
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


async def test_unexpected_error_ends_the_link() -> None:
    """An error that nobody named is not hidden."""
    line = Line(5, EnoughTried())
    with pytest.raises(EnoughTried):
        await line.link.run()


async def test_cancelled_while_it_waits() -> None:
    """Unloading does not wait for the back-off."""

    async def listen(_: Callable[[], None]) -> Never:
        raise Lost

    link = Link(
        listen,
        retry_on=Lost,
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
