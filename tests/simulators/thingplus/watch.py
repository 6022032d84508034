"""What only a wrongly programmed client does, beyond single requests.

Source: Thing+ guide, README (report interval of a minute at least, abusive tokens are
disabled); HTTPS guide, section 8 (a status once per `reportInterval`).
"""

from collections import deque
from collections.abc import Callable, Hashable
import heapq
from typing import Final

from .things import Reporting, StatusReport
from .times import to_iso, to_ms
from .vocabulary import FOREVER

MINUTE: Final = 60.0
# A request leaves in time and arrives late, the next one does not.
TOLERANCE: Final = 1.0


class Watch:
    """Notes faults.

    Attributes:
        faults: What was noted.
        polls_per_minute: How often a client with one token may list the same things in
            60 s; None: any number.
        watches_status_periods: Whether a status that runs out is a fault.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Have seen nothing yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        self.faults: list[str] = []
        self.polls_per_minute: int | None = 1
        self.watches_status_periods = True
        self._clock = clock
        self._polls: dict[Hashable, deque[float]] = {}
        self._ends: list[tuple[int, int, Reporting, StatusReport]] = []
        self._expected = 0
        self._trouble_ms = -1

    def note(self, text: str) -> None:
        """Note a fault."""
        self.faults.append(text)

    def note_trouble(self) -> None:
        """Remember that the server itself was in trouble just now."""
        self._trouble_ms = to_ms(self._clock())

    def had_trouble_since(self, ms: int) -> bool:
        """Return whether the server was in trouble at a time or after it."""
        return self._trouble_ms >= ms

    def note_poll(self, token: Hashable, path: str, page: str) -> None:
        """Count a listing against `polls_per_minute`.

        Args:
            token: Who lists.
            path: What.
            page: Which page of it.
        """
        now = self._clock()
        polls = self._polls.setdefault((token, path, page), deque())
        polls.append(now)
        while polls[0] <= now - MINUTE + TOLERANCE:
            polls.popleft()
        allowed = self.polls_per_minute
        if allowed is not None and len(polls) > allowed:
            self.note(f"GET {path}: {len(polls)} times in a minute")

    def expect_next(self, thing: Reporting, status: StatusReport) -> None:
        """Expect another status before one runs out."""
        if status.value == "on" and status.expire_at_ms != FOREVER:
            self._expected += 1
            end = (status.expire_at_ms, self._expected, thing, status)
            heapq.heappush(self._ends, end)

    def check_status_periods(self, now: float) -> None:
        """Note each status that ran out while it was a thing's latest.

        Nothing is noted where the server was in trouble since it came.

        Args:
            now: Seconds since 1970.
        """
        now_ms = to_ms(now)
        while self._ends and self._ends[0][0] < now_ms:
            end_ms, _, thing, status = heapq.heappop(self._ends)
            is_late = thing.is_registered and thing.status is status
            if (
                is_late
                and self.watches_status_periods
                and not self.had_trouble_since(status.at_ms)
            ):
                self.note(f"the status of {thing.id} ran out at {to_iso(end_ms)}")
