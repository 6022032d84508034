"""The values of entities as attributes of a device's state."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import State

from ....export.values import SWITCH_DOMAINS, value_of
from ..client import LONGEST_STATE, MOST_ATTRIBUTES, AttributeValue, state_payload

# What every reader of JSON takes as it is: RFC 8259, section 6.
_LARGEST_WHOLE_NUMBER: Final = 2**53 - 1


def attribute_of(state: State | None) -> AttributeValue:
    """Return the value of an entity.

    Returns:
        Numbers as they are written, "on" and "off" of switches and the like as booleans,
        other texts; None where the value is not known.
    """
    if state is None or (value := value_of(state)) is None:
        return None
    if isinstance(value, str):
        return value
    if state.domain in SWITCH_DOMAINS:
        return bool(value)
    try:
        whole = int(state.state)
    except ValueError:
        return value
    return whole if abs(whole) <= _LARGEST_WHOLE_NUMBER else value


def that_fit(
    attributes: Iterable[tuple[str, AttributeValue]],
) -> dict[str, AttributeValue]:
    """Return as many attributes as a state has room for, the first ones first.

    Args:
        attributes: Names, each of them once, and values.
    """
    empty = _size_with({})
    room = LONGEST_STATE - empty
    fitting: dict[str, AttributeValue] = {}
    for name, value in attributes:
        if len(fitting) == MOST_ATTRIBUTES:
            break
        size = _size_with({name: value}) - empty
        if size <= room:
            fitting[name] = value
            room -= size
    return fitting


def _size_with(attributes: Mapping[str, AttributeValue]) -> int:
    """Return the bytes of a state; each attribute adds its own to them."""
    return len(state_payload(online=True, attributes=attributes).encode())
