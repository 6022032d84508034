"""When statuses are told: once in each interval, and soon after something has changed.

Knows neither Thing+ nor, as clock and rounds are handed in, any real time. Thing+ guide,
"Send Status".
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import logging
from typing import Final

from ...export.sink import SinkUnavailableError
from ...link import Backoff, BackoffPolicy

_LOGGER = logging.getLogger(__name__)

# Seconds between two rounds, whatever changes.
SHORTEST_PERIOD: Final = 60.0
# Seconds until it is tried again to tell what the server did not find yet; then longer.
SETTLE_WAIT: Final = 3.0
# Of an interval, until what was told is not true any more.
_VALID: Final = 1.5

POLICY: Final = BackoffPolicy(longest=60)
SETTLE_POLICY: Final = BackoffPolicy(first=SETTLE_WAIT, longest=60, jitter=0)


class Reporter:
    """Has rounds made, in which all statuses are told, until it is cancelled.

    Attributes:
        interval: Seconds between two rounds.
    """

    def __init__(
        self,
        *,
        tell_all: Callable[[], Awaitable[None]],
        tell_new: Callable[[], Awaitable[None]],
        has_new: Callable[[], bool],
        interval: float,
        clock: Callable[[], float],
        policy: BackoffPolicy = POLICY,
    ) -> None:
        """Describe the rounds; both may raise `SinkUnavailableError`.

        Args:
            tell_all: Makes a round, which calls `round_began` and `round_succeeded`; and
                does what `tell_new` does.
            tell_new: Tells only what was never told yet, as soon as it can be told.
            has_new: Returns whether there is anything like that.
            interval: Seconds between two rounds.
            clock: Tells seconds that only ever grow.
            policy: How long to wait before a round that failed is made again.
        """
        self._tell_all = tell_all
        self._tell_new = tell_new
        self._has_new = has_new
        self._clock = clock
        self._policy = policy
        self._backoff = Backoff(policy)
        self._settling = Backoff(SETTLE_POLICY)
        self._began: float | None = None
        self._is_under_way = False
        self._is_early = False
        self._is_incomplete = False
        self._changed = asyncio.Event()
        self._bugs: set[type[Exception]] = set()
        self.interval = interval

    @property
    def is_current(self) -> bool:
        """Return whether the last round succeeded, and what was told then still holds."""
        if self._began is None or self._is_under_way:
            return False
        return self._clock() - self._began < self.interval * _VALID

    @property
    def is_due(self) -> bool:
        """Return whether there is to be a round now."""
        return self._rest() <= 0

    def round_began(self) -> None:
        """Note that a round begins: the next one comes one interval later."""
        self._is_early = False
        self._is_under_way = True
        self._began = self._clock()

    def round_succeeded(self) -> None:
        """Note that all was told; without this the round is made again."""
        self._is_under_way = False
        self._backoff = Backoff(self._policy)

    def start_over(self) -> None:
        """Make a round now: nothing that was told before is known to hold."""
        self._began = None
        self._changed.set()

    def wake(self) -> None:
        """Look whether there is anything new."""
        self._changed.set()

    def hurry(self) -> None:
        """Make the next round as soon as one may be made."""
        self._is_early = True
        self._changed.set()

    async def async_run(self) -> None:
        """Make rounds, until it is cancelled."""
        while True:
            self._changed.clear()
            try:
                wait = await self._async_step()
            except SinkUnavailableError as err:
                _LOGGER.debug("Statuses could not be told: %s", err)
                wait = err.retry_after
            except Exception as err:
                if type(err) not in self._bugs:
                    self._bugs.add(type(err))
                    _LOGGER.error("Unexpected error of a round", exc_info=err)
                wait = 0
            else:
                self._is_incomplete = False
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._changed.wait()
                continue
            self._is_incomplete = True
            await asyncio.sleep(max(wait, self._backoff.next_wait(0)))

    async def _async_step(self) -> float:
        """Do what is due; return the seconds until there is something else."""
        if self.is_due:
            await self._tell_all()
        elif self._has_new() or self._is_incomplete:
            await self._tell_new()
        rest = max(0.0, self._rest())
        if not self._has_new():
            self._settling = Backoff(SETTLE_POLICY)
            return rest
        return min(rest, self._settling.next_wait(0))

    def _rest(self) -> float:
        """Return the seconds until the next round."""
        if self._began is None or self._is_under_way:
            return 0
        period = SHORTEST_PERIOD if self._is_early else self.interval
        return self._began + min(period, self.interval) - self._clock()
