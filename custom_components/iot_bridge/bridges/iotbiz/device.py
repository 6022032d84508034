"""A device as its entities see it, wherever Home Assistant knows it from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
import logging
from typing import Any, Final, Self

from .client import MOST_ATTRIBUTES, AttributeValue

_LOGGER = logging.getLogger(__name__)

# Keys of the state; what devices measure have a colon in theirs.
RUNNING: Final = "running"
LAST_SEEN: Final = "last_seen"
WORD: Final = "word"
OUTPUT: Final = "output"
# Whether it was heard over MQTT the last time
OVER_MQTT: Final = "over_mqtt"
_COLON: Final = ":"

# A device that has other keys each time would have ever more entities.
_MOST_REMEMBERED: Final = 2 * MOST_ATTRIBUTES


class ValueKind(StrEnum):
    """What an entity for a value of a device can show."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class IotbizDevice:
    """A device that has registered itself with a platform.

    Attributes:
        id: Its name there: a MAC address or anything else without blanks.
        customer_id: Its customer number.
        online: Whether its agent is connected.
        state: What else is known of it, by the keys above.
    """

    id: str
    customer_id: str
    online: bool
    state: Mapping[str, Any] = field(default_factory=dict)

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return it with some of its values replaced."""
        return replace(self, state={**self.state, **changes})

    def with_online(self, online: bool) -> Self:
        """Return it as reached or not reached."""
        return replace(self, online=online)


def attribute_key(kind: ValueKind, name: str) -> str:
    """Return the key of what a device measures.

    What is a number now and words later has two: `True` and 1 are not the same then, and
    each kind has an entity of its own.
    """
    return f"{kind}{_COLON}{name}"


def attributes_of_kind(
    device: IotbizDevice, kind: ValueKind
) -> Iterator[tuple[str, str]]:
    """Yield the keys in the state of what it measures now, with the device's own keys."""
    for key, value in device.state.items():
        of_kind, colon, name = key.partition(_COLON)
        if colon and of_kind == kind and value is not None:
            yield key, name


def kind_of(value: AttributeValue) -> ValueKind | None:
    """Return what shows a value, None for none."""
    match value:
        case None:
            return None
        case bool():
            return ValueKind.BOOLEAN
        case str():
            return ValueKind.TEXT
    return ValueKind.NUMBER


def state_of(
    *,
    running: bool | None,
    word: str | None,
    last_seen: datetime | None,
    attributes: Mapping[str, AttributeValue],
) -> dict[str, Any]:
    """Return a device's state.

    Args:
        running: Whether its program runs; None: not known.
        word: Its status where that is more than being there or not.
        last_seen: When it was heard of.
        attributes: What it measures.
    """
    return {
        RUNNING: running,
        WORD: word,
        LAST_SEEN: last_seen,
        **{
            attribute_key(kind, name): value
            for name, value in attributes.items()
            if (kind := kind_of(value)) is not None
        },
    }


def in_place_of(
    former: IotbizDevice | None, state: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a state that takes back what the device measured before and now does not.

    Args:
        former: The device as it was, None for a new one.
        state: All that is known of it now, as of `state_of`.
    """
    if former is None:
        return dict(state)
    before = set(_attribute_keys(former.state))
    fresh = [key for key in _attribute_keys(state) if key not in before]
    room = max(0, _MOST_REMEMBERED - len(before))
    if 0 < room <= len(fresh):
        _tell_overflow(former, "until Home Assistant starts again")
    left_out = set(fresh[room:])
    return {
        **dict.fromkeys(before),
        **{key: value for key, value in state.items() if key not in left_out},
    }


def added_to(
    former: IotbizDevice, attributes: Mapping[str, AttributeValue]
) -> dict[str, Any]:
    """Return what changes where a message need not tell all that a device measures.

    Args:
        former: The device as it was.
        attributes: What it has told; what it has told before and does not now stays.
    """
    changes: dict[str, Any] = {}
    room = _MOST_REMEMBERED - sum(1 for _ in _attribute_keys(former.state))
    for name, value in attributes.items():
        of_kind = kind_of(value)
        for kind in ValueKind:
            key = attribute_key(kind, name)
            if key in former.state:
                changes[key] = value if kind is of_kind else None
            elif kind is of_kind and room > 0:
                changes[key] = value
                room -= 1
                if not room:
                    _tell_overflow(former, "until it is removed and registers anew")
    return changes


def _tell_overflow(device: IotbizDevice, until: str) -> None:
    """Tell once: from then on there is no room."""
    _LOGGER.warning(
        "The device %s has had %s different values: further ones are left out %s",
        device.id,
        _MOST_REMEMBERED,
        until,
    )


def _attribute_keys(state: Mapping[str, Any]) -> Iterator[str]:
    return (key for key in state if _COLON in key)
