"""Reads single values the way different hubs write them.

The same value comes as text over REST and as a number or boolean over PubNub, and
the app's log shows that even its "booleans" are texts. Source: HKWHub specification,
"REST API Specification"; the replies of each command in both forms.
"""

from collections.abc import Mapping
import math
from typing import Any, Final

_BOOLS: Final[Mapping[str, bool]] = {
    "true": True,
    "1": True,
    "yes": True,
    "false": False,
    "0": False,
    "no": False,
}
# Beyond it, a float no longer holds each integer.
_EXACT_FLOAT: Final = 2**53
# No number of the protocol has more than 20 digits (unsigned, 64 bits).
_NUMBER_LENGTH: Final = 32


def as_bool(value: object) -> bool | None:
    """Return a boolean, also from 1, 0 or a word for it; None if it is none."""
    match value:
        case bool():
            return value
        case 0 | 1:
            return value == 1
        case str():
            return _BOOLS.get(value.strip().lower())
    return None


def as_int(value: object) -> int | None:
    """Return an integer, also from a float or text; None if it is no number."""
    match value:
        case bool():
            return None
        case int():
            return value
        case float():
            return int(value) if math.isfinite(value) else None
        case str() if len(value) <= _NUMBER_LENGTH:
            return _number(value.strip())
    return None


def as_text(value: object) -> str | None:
    """Return text without blanks around it; None if it is empty or no text.

    A number is text as well: a title may be one. Halves of surrogate pairs, which
    JSON can express but UTF-8 cannot, are replaced.
    """
    match value:
        case str():
            return value.encode(errors="replace").decode().strip() or None
        case int() if not isinstance(value, bool):
            return str(value) if value.bit_length() <= 64 else None
        case float() if math.isfinite(value):
            return str(value)
    return None


def as_id(value: object) -> str | None:
    """Return an id as text; None if it is none, or a float that lost digits."""
    if isinstance(value, float):
        exact = value.is_integer() and abs(value) <= _EXACT_FLOAT
        return str(int(value)) if exact else None
    return as_text(value)


def as_mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object, an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def first_of(message: Mapping[str, Any], *names: str) -> Any:
    """Return the first of several members that is there and not null."""
    return next(
        (message[name] for name in names if message.get(name) is not None), None
    )


def _number(text: str) -> int | None:
    if not text.isascii():
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if math.isfinite(number) else None
