"""What devices say of themselves: the message on the topic of states.

Two generations are out there. README "Private API" asks for `status`; later agents send
`agentStatus` and `programStatus` instead. All other keys are what the device measures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Final, Never

from ....wire.values import as_line, as_number, as_text
from .errors import PayloadError

type AttributeValue = bool | int | float | str | None

# Bytes
LONGEST_STATE: Final = 32 * 1024
# Levels of objects and lists
DEEPEST_STATE: Final = 8
MOST_ATTRIBUTES: Final = 200
# Characters
_LONGEST_KEY: Final = 100
# Between the keys of objects inside of objects
_SEPARATOR: Final = "."

_STATUS: Final = "status"
_AGENT_STATUS: Final = "agentStatus"
_PROGRAM_STATUS: Final = "programStatus"
_STATUS_KEYS: Final = (_AGENT_STATUS, _PROGRAM_STATUS, _STATUS)

# Words of devices that are gone, as last wills and farewells have them. The vocabulary
# is nowhere fixed: a device that says anything else is there.
_ABSENT: Final = frozenset(
    {"dead", "disconnected", "down", "gone", "lost", "off", "offline", "unreachable"}
)
_PRESENT: Final = frozenset({"alive", "connected", "on", "online", "up"})
_RUNNING: Final[Mapping[str, bool]] = {
    "up": True,
    "running": True,
    "started": True,
    "down": False,
    "stopped": False,
    "exited": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedState:
    """A message of a device.

    Attributes:
        online: Whether the device says that it is there; None: it tells only of its
            program.
        running: Whether its program runs; None: not said, or in no known word.
        word: Its status where that is more than being there or not.
        attributes: What it measures, by key; of objects inside of it each key with the
            ones above in front, as in "tank.level".
    """

    online: bool | None
    running: bool | None = None
    word: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


def read_state(payload: str | bytes) -> ReportedState:
    """Read a message on the topic of states.

    Args:
        payload: JSON.

    Raises:
        PayloadError: It is too large, no JSON object, nested too deeply, holds too much
            or no status.
    """
    if _size(payload) > LONGEST_STATE:
        raise PayloadError("it is too large")
    message = _read_json(payload)
    attributes = read_attributes(message)
    if not any(map(_word, map(message.get, _STATUS_KEYS))):
        raise PayloadError("it holds no status")
    word = _word(message.get(_AGENT_STATUS)) or _word(message.get(_STATUS))
    return ReportedState(
        online=presence_of(word),
        running=running_of(message.get(_PROGRAM_STATUS)),
        word=further_word(word),
        attributes=attributes,
    )


def read_attributes(message: object) -> dict[str, AttributeValue]:
    """Read what a device measures, whether it tells of its status or not.

    Args:
        message: JSON, as it was read.

    Raises:
        PayloadError: It is no object, nested too deeply, or holds too much.
    """
    if not isinstance(message, dict):
        raise PayloadError("it is no JSON object")
    if is_deep(message):
        raise PayloadError("it is nested too deeply")
    attributes = dict(_flattened(message))
    if len(attributes) > MOST_ATTRIBUTES:
        raise PayloadError("it holds too many values")
    return attributes


def presence_of(status: object) -> bool | None:
    """Return whether a status of an agent says that it is there; None for no status."""
    word = _word(status)
    return None if word is None else word.casefold() not in _ABSENT


def running_of(status: object) -> bool | None:
    """Return whether a status of a program says that it runs; None: not known."""
    return _RUNNING.get((_word(status) or "").casefold())


def further_word(status: object) -> str | None:
    """Return a status of an agent where it is more than being there or not."""
    word = _word(status)
    return word if word and word.casefold() not in _ABSENT | _PRESENT else None


def state_payload(*, online: bool, attributes: Mapping[str, AttributeValue]) -> str:
    """Write a message for the topic of states, for platforms of both generations.

    Args:
        online: Whether the device is there.
        attributes: What it measures. The keys of states are taken.
    """
    own = {
        _STATUS: "online" if online else "offline",
        _AGENT_STATUS: "online" if online else "offline",
        _PROGRAM_STATUS: "up" if online else "down",
    }
    text = json.dumps({**attributes, **own}, ensure_ascii=False, allow_nan=False)
    # Halves of surrogate pairs cannot be sent.
    return text.encode(errors="replace").decode()


def is_deep(value: object) -> bool:
    """Return whether JSON has more levels of objects and lists than any that is used."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST_STATE):
        level = [inner for outer in level for inner in _parts(outer)]
    return bool(level)


def _size(payload: str | bytes) -> int:
    return len(
        payload.encode(errors="replace") if isinstance(payload, str) else payload
    )


def _read_json(payload: str | bytes) -> Any:
    try:
        return json.loads(payload, parse_constant=_refuse_constant)
    except ValueError, RecursionError:
        raise PayloadError("it is no JSON") from None


def _refuse_constant(_: str) -> Never:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError


def _parts(outer: dict[str, Any] | list[Any]) -> list[Any]:
    """Return the objects and lists directly inside of one."""
    inside = outer.values() if isinstance(outer, dict) else outer
    return [one for one in inside if isinstance(one, dict | list)]


def _word(status: object) -> str | None:
    """Return a status in one line, None if there is none."""
    return (as_line(status) or None) if isinstance(status, str) else None


def _flattened(
    message: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, AttributeValue]]:
    """Yield keys and single values, but for those of the device's status."""
    for raw_key, value in message.items():
        if not above and raw_key in _STATUS_KEYS:
            continue
        own_key = as_line(raw_key)
        key = above + own_key
        if not own_key or len(key) > _LONGEST_KEY:
            raise PayloadError("a key is empty or too long")
        match value:
            case dict():
                yield from _flattened(value, key + _SEPARATOR)
            case list():
                yield key, as_text(json.dumps(value, ensure_ascii=False))
            case bool():
                yield key, value
            case str():
                yield key, as_text(value)
            case _:
                yield key, as_number(value)
