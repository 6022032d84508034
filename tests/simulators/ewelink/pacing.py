"""How fast a client may call."""

from collections import deque
from collections.abc import Hashable

# A call leaves in time and arrives late: connections are made, event loops stall.
JITTER = 0.1


class Window:
    """Counts events within a sliding window."""

    def __init__(self, length: float) -> None:
        """Start empty.

        Args:
            length: Length of the window in seconds.
        """
        self._length = length
        self._times: deque[float] = deque()

    def add(self, now: float) -> int:
        """Note an event.

        Args:
            now: Time in seconds.

        Returns:
            Number of events in the window, with this one.
        """
        self._times.append(now)
        while self._times[0] <= now - self._length:
            self._times.popleft()
        return len(self._times)


class Bucket:
    """A token bucket: a rate that may be exceeded for a moment."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        """Start full.

        Args:
            rate: Events per second.
            burst: Events that may come at once.
            now: Time in seconds.
        """
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._time = now

    def take(self, now: float) -> bool:
        """Note an event; tell whether it came in time."""
        self._level = min(self._burst, self._level + (now - self._time) * self._rate)
        self._time = now
        if self._level < 1:
            return False
        self._level -= 1
        return True


class RequestRate:
    """REST calls of each client: far enough apart and not too many."""

    def __init__(self) -> None:
        """Start without calls."""
        self._last: dict[Hashable, float] = {}
        self._windows: dict[Hashable, Window] = {}

    def add(
        self,
        client: Hashable,
        now: float,
        *,
        interval: float,
        limit: int | None,
        window: float,
    ) -> str | None:
        """Note a call.

        Args:
            client: Who calls.
            now: Time in seconds.
            interval: Least time between two calls, seconds.
            limit: Most calls within the window; None: any number.
            window: Length of the window, seconds.

        Returns:
            What is wrong with the rate, None when it is fine.
        """
        last = self._last.get(client)
        self._last[client] = now
        count = self._windows.setdefault(client, Window(window)).add(now)
        if last is not None and now - last < interval * (1 - JITTER):
            return f"only {now - last:.3f} s after the call before"
        if limit is not None and count > limit:
            return f"{count} calls within {window:.0f} s"
        return None
