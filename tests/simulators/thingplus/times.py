"""Times: milliseconds since 1970 inside, ISO 8601 in queries, HTTP dates in headers."""

from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


def to_ms(seconds: float) -> int:
    """Return seconds since 1970 as whole milliseconds."""
    return round(seconds * 1000)


def to_moment(ms: int) -> datetime:
    """Return milliseconds since 1970 as a moment in UTC."""
    return EPOCH + ms * MILLISECOND


def to_iso(ms: int) -> str:
    """Return milliseconds since 1970 as "2017-05-25T13:11:12.169Z"."""
    return to_moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> int:
    """Read a time of a query.

    Args:
        text: ISO 8601 with "Z" or an offset (guide, "Getting started").

    Returns:
        Milliseconds since 1970.

    Raises:
        ValueError: It is none, or has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return (moment - EPOCH) // MILLISECOND


def http_date(seconds: float) -> str:
    """Return seconds since 1970 as the header `Date` has it."""
    return formatdate(seconds, usegmt=True)
