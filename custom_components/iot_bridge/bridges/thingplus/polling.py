"""When each gateway is asked: just after it has reported, and never twice a minute.

So values are shown soon, and no status runs out here that was renewed long ago. Thing+
guide: intervals are a minute at least; tokens that ask more often may be disabled.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
import math
from typing import Final

from .client import Gateway, Sensor, Status

SHORTEST: Final = timedelta(minutes=1)
# Between two requests for the same: one that was late must not make all others later,
# else those who report each minute would be asked too late some time.
_APART: Final = SHORTEST - timedelta(seconds=0.5)
# For gateways that do not say how often they report; what the guide advises
_USUAL: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(hours=1)
# A gateway sends one message after the other.
_AFTER_REPORT: Final = timedelta(seconds=10)
# Before a status runs out, to see whether it was renewed
_BEFORE_END: Final = timedelta(seconds=5)
# By how much an interval is longer than the time between two requests, so that these
# come sooner after a report each time; else one report is left out for that.
_CATCHES_UP: Final = timedelta(seconds=10)
# Of an interval: until a gateway that is late is asked again
_LATE: Final = 0.2
# Of the shortest interval: how old the list of gateways may be when one of them is
# asked, and how old at all.
_LIST_SOON: Final = 0.5
_LIST_LATEST: Final = 1.25


def report_interval_of(gateway: Gateway) -> timedelta:
    """Return how often a gateway reports: a minute at least."""
    if gateway.report_interval is None:
        return _USUAL
    return max(SHORTEST, timedelta(seconds=min(gateway.report_interval, 10**8)))


class GatewayPolls:
    """Knows when which gateway is to be asked. All times are by our own clock."""

    def __init__(self) -> None:
        """Start with all gateways to be asked at once."""
        self._due: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._list_asked: datetime | None = None
        self._list_pace = _USUAL
        self._list_is_wanted = False

    def check_clock(self, now: datetime) -> None:
        """Have everything asked anew if our clock was set back since."""
        if self._list_asked is not None and now < self._list_asked:
            self._list_asked = None
            self._due.clear()

    def is_due(self, gateway_id: str, now: datetime) -> bool:
        """Return whether a gateway is to be asked."""
        due = self._due.get(gateway_id)
        return due is None or now >= due

    def list_is_due(self, now: datetime) -> bool:
        """Return whether the list of gateways is to be read."""
        return self._list_asked is None or now >= self._list_due(
            _LIST_SOON
            if any(now >= due for due in self._due.values())
            else _LIST_LATEST
        )

    def want_list(self) -> None:
        """Have the list read as soon as that is allowed."""
        self._list_is_wanted = True

    def list_was_read(self, gateways: Iterable[Gateway], asked: datetime) -> None:
        """Note which gateways there are.

        Args:
            gateways: Those that are followed.
            asked: When the list was asked for.
        """
        known = {gateway.id: report_interval_of(gateway) for gateway in gateways}
        self._due = {one: due for one, due in self._due.items() if one in known}
        self._failures = {
            one: times for one, times in self._failures.items() if one in known
        }
        self._list_asked = asked
        self._list_pace = min(known.values(), default=_USUAL)
        self._list_is_wanted = False

    def was_read(
        self,
        gateway: Gateway,
        sensors: Iterable[Sensor],
        asked: datetime,
        offset: timedelta,
    ) -> None:
        """Note when a gateway is to be asked next.

        Args:
            gateway: As it was read.
            sensors: Likewise.
            asked: When it was asked.
            offset: The server's clock, by which the statuses are, minus ours.
        """
        self._failures.pop(gateway.id, None)
        told = [
            one
            for one in (gateway.status, *(sensor.status for sensor in sensors))
            if one is not None
        ]
        due = _next_after(told, report_interval_of(gateway), asked + offset) - offset
        self._due[gateway.id] = min(due, asked + _LONGEST)

    def failed(self, gateway: Gateway, asked: datetime) -> None:
        """Note that a gateway could not be read: it is asked ever more seldom."""
        times = self._failures.get(gateway.id, 0)
        self._failures[gateway.id] = times + 1
        longest = min(report_interval_of(gateway), _LONGEST)
        self._due[gateway.id] = asked + min(SHORTEST * 2 ** min(times, 6), longest)

    def next(self, now: datetime) -> datetime:
        """Return when there is something to ask."""
        return max(
            now, min(self._list_due(_LIST_LATEST), *self._due.values(), now + _LONGEST)
        )

    def _list_due(self, share: float) -> datetime:
        assert self._list_asked is not None
        pace = timedelta() if self._list_is_wanted else self._list_pace * share
        return self._list_asked + max(_APART, min(pace, _LONGEST))


def _next_after(
    told: Collection[Status], interval: timedelta, asked: datetime
) -> datetime:
    """Return when to ask a gateway again.

    Args:
        told: Its status and those of its sensors.
        interval: How often it reports.
        asked: When it was asked, by the server's clock as all other times.
    """
    earliest = asked + _APART
    times = (one.time for one in told if one.time is not None)
    # What is older is no part of a rhythm any more.
    last = max((one for one in times if abs(asked - one) < 2 * interval), default=None)
    if last is None:
        return asked + interval
    regular = last + interval + _AFTER_REPORT
    is_late = regular <= asked
    if is_late:
        regular = max(earliest, asked + interval * _LATE)
    ends = (one.expires for one in told if one.expires is not None)
    end = min((one for one in ends if one > asked), default=None)
    if end is None:
        return max(earliest, regular)
    last_chance = end - _BEFORE_END
    if is_late and regular < last_chance < regular + _APART:
        # There is no time for both.
        return last_chance
    if earliest < end:
        return max(earliest, min(regular, last_chance))
    # It ends unseen.
    if is_late or interval - _APART >= _CATCHES_UP:
        return max(earliest, regular)
    rounds = math.ceil((earliest - _AFTER_REPORT - last) / interval)
    return last + rounds * interval + _AFTER_REPORT
