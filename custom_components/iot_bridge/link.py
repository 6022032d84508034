"""Keeps a push connection up: the one place with back-off, for every bridge.

Imports nothing from Home Assistant and knows no protocol.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import random
import time
from typing import Never


@dataclass(frozen=True, slots=True, kw_only=True)
class BackoffPolicy:
    """How long to wait before a lost connection is tried again.

    Attributes:
        first: Seconds after the first loss.
        longest: Seconds at the most, however often it was lost.
        jitter: The share of a wait that chance takes off, so that many clients
            that lost the same server do not come back at the same moment.
        proven_after: Seconds that a connection has to be up to count as proven.
    """

    first: float = 1.0
    longest: float = 300.0
    jitter: float = 0.3
    proven_after: float = 60.0


class Backoff:
    """Doubles the wait with each loss and forgets only for a proven connection."""

    def __init__(
        self, policy: BackoffPolicy, chance: Callable[[], float] = random.random
    ) -> None:
        """Start with nothing lost.

        Args:
            policy: The waits.
            chance: Gives a number from 0 to 1; `random.random` unless in a test.
        """
        self._policy = policy
        self._chance = chance
        self._next = policy.first

    def next_wait(self, lived: float) -> float:
        """Return how many seconds to wait now.

        Args:
            lived: Seconds that the connection was up before it was lost; 0 if it
                never came up.
        """
        if lived >= self._policy.proven_after:
            self._next = self._policy.first
        wait = self._next
        self._next = min(wait * 2, self._policy.longest)
        return wait * (1 - self._policy.jitter * self._chance())


class PersistentLink:
    """Opens a connection again whenever it ends, until an error says to stop."""

    def __init__(
        self,
        listen: Callable[[Callable[[], None]], Awaitable[object]],
        *,
        stop_on: type[Exception] | tuple[type[Exception], ...],
        on_up: Callable[[], None],
        on_down: Callable[[Exception | None], None],
        policy: BackoffPolicy,
        at_least: Callable[[Exception | None], float] = lambda _: 0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe the connection.

        Args:
            listen: Opens the connection, calls its argument once it is up, and
                delivers until the connection ends, by returning or raising.
            stop_on: Errors that end `run`. After all others it is tried again: one
                message that nobody thought of must not end it for ever.
            on_up: Called each time the connection is up.
            on_down: Called each time it was lost or not reached, with the error.
            policy: The waits in between.
            at_least: The seconds that an error asks to be waited, whatever the policy.
            sleep: Waits some seconds; `asyncio.sleep` unless in a test.
            clock: Tells the time in seconds; `time.monotonic` unless in a test.
        """
        self._listen = listen
        self._stop_on = stop_on
        self._on_up = on_up
        self._on_down = on_down
        self._backoff = Backoff(policy)
        self._at_least = at_least
        self._sleep = sleep
        self._clock = clock
        self._up_since: float | None = None

    async def run(self) -> Never:
        """Keep the connection up.

        Raises:
            Exception: One of `stop_on`.
        """
        while True:
            self._up_since = None
            error: Exception | None = None
            try:
                await self._listen(self._came_up)
            except self._stop_on:
                raise
            except Exception as err:  # noqa: BLE001 - told to `on_down`
                error = err
            lived = 0.0 if self._up_since is None else self._clock() - self._up_since
            self._on_down(error)
            wait = self._backoff.next_wait(lived)
            await self._sleep(max(wait, self._at_least(error)))

    def _came_up(self) -> None:
        self._up_since = self._clock()
        self._on_up()
