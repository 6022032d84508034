"""What the keys of a body may be; extra keys are refused.

Source: the vendor's tests of errors: an extra key, a wrong type and a missing key give
400 SCHEMA_VALIDATE.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .call import Call
from .vocabulary import JsonObject

MIN_INTERVAL_MS: Final = 60_000
MAX_INTERVAL_MS: Final = 604_800_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a body.

    Attributes:
        fits: Whether a value does.
        says: What it should be.
        required: Whether it must be there.
    """

    fits: Callable[[Any], bool]
    says: str
    required: bool = False

    @property
    def needed(self) -> Key:
        """Return the same key, which must be there."""
        return Key(self.fits, self.says, True)


type Schema = Mapping[str, Key]


def check_object(call: Call, body: Any, schema: Schema, where: str = "") -> JsonObject:
    """Return a JSON object that fits.

    Args:
        call: Takes note of faults.
        body: What was sent.
        schema: Its keys.
        where: What it is part of: "params.".

    Raises:
        ApiError: It does not fit.
    """
    if not isinstance(body, dict):
        raise call.schema_error(f"{where or 'the body'} is no object")
    for key in body:
        if key not in schema:
            raise call.schema_error(f"there is no key {where}{key}")
    for key, rule in schema.items():
        if key in body and not rule.fits(body[key]):
            raise call.schema_error(f"{where}{key} is not {rule.says}")
        if rule.required and key not in body:
            raise call.schema_error(f"{where}{key} is missing")
    return body


def is_integer(value: object) -> bool:
    """Return whether it is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


TEXT: Final = Key(lambda value: isinstance(value, str), "a string")
NAME: Final = Key(
    lambda value: isinstance(value, str) and value != "", "a string with content"
)
INTEGER: Final = Key(is_integer, "a whole number")
OBJECT: Final = Key(lambda value: isinstance(value, dict), "an object")
LIST: Final = Key(lambda value: isinstance(value, list), "a list")
FLAG: Final = Key(lambda value: value in ("y", "n"), '"y" or "n"')
INTERVAL: Final = Key(
    lambda value: is_integer(value) and MIN_INTERVAL_MS <= value <= MAX_INTERVAL_MS,
    f"a whole number from {MIN_INTERVAL_MS} to {MAX_INTERVAL_MS}",
)
TEXTS: Final = Key(
    lambda value: (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ),
    "a list of strings",
)
