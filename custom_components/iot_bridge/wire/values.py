"""Reads single values, however a server writes them.

The documents call times "milliseconds" and print ISO 8601, and clients post numbers as
text. Source: WoTKit API documentation, "Sensors" and "Sensor Data".
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import math
import re
from typing import Any, Final

_BOOLS: Final[Mapping[str, bool]] = {
    "true": True,
    "1": True,
    "yes": True,
    "false": False,
    "0": False,
    "no": False,
}
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Decimals of this length hold all digits of a float.
_NUMBER_LENGTH: Final = 40
_BITS: Final = 63
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
# Near the end of the calendar, sums and other time zones do not work any more.
_FAR_FUTURE: Final = datetime(9000, 1, 1, tzinfo=UTC)


def as_number(value: object) -> int | float | None:
    """Return a number, also from text or a boolean; None if it is none, or infinite."""
    match value:
        case bool():
            return int(value)
        case int():
            return value if value.bit_length() <= _BITS else _finite(value)
        case float():
            return _finite(value)
        case str():
            return _number(value.strip())
    return None


def as_int(value: object) -> int | None:
    """Return an integer of at most 64 bits, also from a whole float or text."""
    if isinstance(value, bool):
        return None
    number = as_number(value)
    if isinstance(number, float):
        # Beyond it, a float does not hold each integer any more.
        exact = number.is_integer() and abs(number) <= 2**53
        return int(number) if exact else None
    return number


def as_bool(value: object) -> bool:
    """Return a boolean, also from 1, 0 or a word for it; False for anything else."""
    match value:
        case bool():
            return value
        case int():
            return value == 1
        case str():
            return _BOOLS.get(value.strip().lower(), False)
    return False


def as_text(value: object) -> str | None:
    """Return text as it is, also from a number or a boolean; None for anything else.

    Halves of surrogate pairs, which JSON can express but UTF-8 cannot, are replaced.
    """
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case bool():
            return "true" if value else "false"
        case int() | float():
            number = as_number(value)
            return None if number is None else str(number)
    return None


def as_line(value: object) -> str:
    """Return text in one line without blanks around it; empty if it is no text."""
    return " ".join((as_text(value) or "").split())


def as_value(value: object) -> int | float | str | None:
    """Return a value of a field whose type is not known: a number or text."""
    return as_text(value) if isinstance(value, str) else as_number(value)


def as_time(value: object) -> datetime | None:
    """Return a moment in UTC from ISO 8601 or milliseconds; None if it is none.

    Text without a time zone counts as UTC. Servers write the epoch for "never", and
    what is thousands of years ahead is no time either.
    """
    if isinstance(value, bool):
        return None
    try:
        moment = _moment(value)
    except ValueError, OverflowError:
        return None
    if moment is None or not _EPOCH < moment < _FAR_FUTURE:
        return None
    return moment


def milliseconds(moment: datetime) -> int:
    """Return whole milliseconds since the epoch.

    Args:
        moment: With a time zone.

    Returns:
        Rounded down.
    """
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def iso_milliseconds(moment: datetime) -> str:
    """Return a moment as the server writes it: ISO 8601, UTC, milliseconds.

    Args:
        moment: With a time zone.

    Returns:
        For example "2012-12-07T01:47:18.639Z".
    """
    exact = _EPOCH + timedelta(milliseconds=milliseconds(moment))
    return exact.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object, an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def as_items(value: object) -> list[Any]:
    """Return a JSON array, an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def _moment(value: object) -> datetime | None:
    number = as_number(value)
    if number is not None:
        return _EPOCH + timedelta(milliseconds=int(number))
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value.strip())
    return (
        moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    )


def _number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= _NUMBER_LENGTH and _DECIMAL.fullmatch(text):
        return _finite(text)
    return None


def _finite(value: float | str) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
