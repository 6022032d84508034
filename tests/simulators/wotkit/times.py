"""Times as the API writes them: ISO 8601 in UTC with milliseconds, or milliseconds."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
# The last one that can be written with four digits for the year
LATEST_MS: Final = 253_402_300_799_999


def to_ms(seconds: float) -> int:
    """Return seconds since 1970 as whole milliseconds."""
    return round(seconds * 1000)


def to_iso(ms: int) -> str:
    """Return milliseconds since 1970 as "2012-12-07T01:47:18.639Z"."""
    text = (EPOCH + ms * MILLISECOND).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_ms(value: object) -> int:
    """Read a time that a client sent.

    Args:
        value: Milliseconds since 1970 as a number or digits, or ISO 8601; without an
            offset it is UTC.

    Returns:
        Milliseconds since 1970.

    Raises:
        ValueError: It is no time, or one before 1970 or after 9999.
    """
    ms = _parse_ms(value)
    if not 0 <= ms <= LATEST_MS:
        raise ValueError("out of range")
    return ms


def _parse_ms(value: object) -> int:
    if isinstance(value, bool):
        raise ValueError("no time")  # noqa: TRY004 - whatever is wrong with a time
    if isinstance(value, int | float):
        return int(value)
    text = str(value)
    if text.removeprefix("-").isdecimal():
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // MILLISECOND
