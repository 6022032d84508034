"""Tolerant readers of what comes over the wire.

The cloud sends the same value as a number here and as text there, and leaves
members out; eWeLink developer guide, step 3, types `error` as a string and shows
a number.
"""

from collections.abc import Mapping
import re
from types import MappingProxyType
from typing import Any, Final

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,18}")


def as_int(value: object) -> int | None:
    """Return a whole number that came as number or text, else None."""
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case str() if _WHOLE_NUMBER.fullmatch(value):
            return int(value)
        case _:
            return None


def as_number(value: object) -> float | None:
    """Return a number that came as number or as whole number in text, else None."""
    return value if isinstance(value, float) else as_int(value)


def as_text(value: object) -> str | None:
    """Return a text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def as_mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else NOTHING
