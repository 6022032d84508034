"""Tells how far a server's clock is off.

Until when a status holds is told by the server's clock.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from ....wire.values import as_time

# The header has whole seconds, and the way takes time.
_EXACTNESS: Final = timedelta(seconds=5)
_HALF_A_SECOND: Final = timedelta(seconds=0.5)
_NONE: Final = timedelta(0)


def now() -> datetime:
    """Return the time by our clock."""
    return datetime.now(UTC)


def clock_offset(
    date: str | None, asked: datetime, answered: datetime, known: timedelta = _NONE
) -> timedelta | None:
    """Return the server's clock minus ours.

    Args:
        date: The header `Date` of an answer.
        asked: When the request was sent, by our clock.
        answered: When the answer was there.
        known: What was known before: what is at the limit does not turn each time.

    Returns:
        Zero unless it is more than 5 seconds, or more than half of that where it was
        so before; None if the answer does not tell.
    """
    took = answered - asked
    if not _NONE <= took <= _EXACTNESS:
        return None
    try:
        told = as_time(parsedate_to_datetime(date or "").isoformat())
    except ValueError, OverflowError:
        return None
    if told is None:
        return None
    offset = told + _HALF_A_SECOND - (asked + took / 2)
    limit = _EXACTNESS / 2 if known else _EXACTNESS
    return offset if abs(offset) > limit else _NONE
