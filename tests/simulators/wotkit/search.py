"""Which sensors a list holds; WoTKit API documentation, "Sensors" and "Tags"."""

from collections.abc import Callable, Iterator
import re
from typing import Any, Final

from .call import Call
from .sensor import SimulatedSensor
from .vocabulary import FORBIDDEN, HAS_ERRORS, METADATA_FORMAT, ApiError

SENSOR_PARAMETERS: Final = (
    "scope",
    "tags",
    "text",
    "visibility",
    "active",
    "metadata",
    "offset",
    "limit",
)
TAG_PARAMETERS: Final = ("scope", "text", "visibility", "active", "offset", "limit")
SCOPES: Final = ("all", "contributed", "subscribed")
OWN_SCOPES: Final = ("contributed", "subscribed")
MAX_LIMIT: Final = 1000
ACTIVE_MS: Final = 15 * 60 * 1000
# Parts of a metadata query; colons and asterisks inside of them are escaped.
METADATA_PART: Final = r"((?:[^:*\\]|\\[:*\\])+)"
METADATA_QUERY: Final = re.compile(f"{METADATA_PART}:{METADATA_PART}")

type Filter = Callable[[SimulatedSensor], bool]


def find_sensors(call: Call) -> list[SimulatedSensor]:
    """Return the sensors that a call asks for, in the order of their ids.

    Raises:
        ApiError: The query is wrong, or asks for somebody's own without sign-in.
    """
    filters = list(_filters(call))
    return [
        sensor
        for _, sensor in sorted(call.platform.sensors.items())
        if all(keeps(sensor) for keeps in filters)
    ]


def page(call: Call, items: list[Any]) -> list[Any]:
    """Return the part of a list that `offset` and `limit` name.

    Raises:
        ApiError: They are no numbers, or there is no such limit.
    """
    offset, limit = _number(call, "offset", 0), _number(call, "limit", MAX_LIMIT)
    if limit > MAX_LIMIT:
        call.note_fault(f"limit is more than {MAX_LIMIT}")
        raise ApiError(400, HAS_ERRORS, "limit")
    return items[offset : offset + limit]


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal():
        raise ApiError(400, HAS_ERRORS, name)
    return int(text)


def _filters(call: Call) -> Iterator[Filter]:
    user, query = call.caller, call.query
    yield lambda sensor: sensor.is_visible_to(user)
    yield from _scope(call)
    if "tags" in query:
        tags = {tag.strip() for tag in query["tags"].split(",")}
        yield lambda sensor: not tags.isdisjoint(sensor.tags)
    if "text" in query:
        text = query["text"].casefold()
        yield lambda sensor: text in _text_of(sensor)
    if "visibility" in query:
        visibility = query["visibility"].upper()
        yield lambda sensor: sensor.visibility == visibility
    if "active" in query:
        yield _active(call, query["active"])
    if "metadata" in query:
        yield _metadata(query["metadata"])


def _scope(call: Call) -> Iterator[Filter]:
    user, scope = call.caller, call.query.get("scope", "all")
    if scope not in SCOPES:
        raise ApiError(400, HAS_ERRORS, "scope")
    if user is None and scope in OWN_SCOPES:
        raise ApiError(403, FORBIDDEN)
    if user is not None and scope == "all":
        call.note_fault("asks for all sensors of the platform")
    if scope == "contributed":
        yield lambda sensor: sensor.owner == user
    if scope == "subscribed":
        yield lambda sensor: user in sensor.subscribers


def _text_of(sensor: SimulatedSensor) -> str:
    return f"{sensor.name}\n{sensor.long_name}\n{sensor.description}".casefold()


def _active(call: Call, text: str) -> Filter:
    if text not in ("true", "false"):
        raise ApiError(400, HAS_ERRORS, "active")
    since = call.platform.clock() * 1000 - ACTIVE_MS
    return lambda sensor: (sensor.updated_ms >= since) == (text == "true")


def _metadata(text: str) -> Filter:
    match = METADATA_QUERY.fullmatch(text)
    if match is None:
        raise ApiError(400, METADATA_FORMAT, text)
    key, value = (re.sub(r"\\(.)", r"\1", part) for part in match.groups())
    return lambda sensor: sensor.metadata.get(key) == value
