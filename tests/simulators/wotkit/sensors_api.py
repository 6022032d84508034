"""Sensors; WoTKit API documentation, "Sensors"."""

from typing import Any, Final

from .call import Call, Reply
from .fields_api import parse_fields
from .search import SENSOR_PARAMETERS, find_sensors, page
from .sensor import SimulatedSensor
from .vocabulary import (
    EXISTS,
    EXTRANEOUS,
    HAS_ERRORS,
    PRIVATE,
    SENSOR_NAME,
    VISIBILITIES,
    ApiError,
    JsonObject,
)

MAX_AT_ONCE: Final = 100
FIXED: Final = ("id", "name", "owner")
CHANGEABLE: Final = frozenset(
    {
        "longName",
        "description",
        "latitude",
        "longitude",
        "visibility",
        "tags",
        "fields",
        "metadata",
        "imageUrl",
    }
)
MAX_DEGREES: Final = {"latitude": 90, "longitude": 180}


def list_sensors(call: Call) -> Reply:
    """Return a page of the sensors that match, in the order of their ids."""
    call.check_query(*SENSOR_PARAMETERS)
    if call.query.get("offset", "0") == "0":
        call.platform.note_listing(call.caller)
    form = call.platform.last_update_as
    shown = [sensor.to_json(form) for sensor in find_sensors(call)]
    return Reply(body=page(call, call.platform.mix(shown)))


def show_sensor(call: Call) -> Reply:
    """Return one sensor."""
    return Reply(body=call.visible_sensor().to_json(call.platform.last_update_as))


def create_sensor(call: Call) -> Reply:
    """Create a sensor."""
    _create(call, call.json_object())
    return Reply(201)


def create_sensors(call: Call) -> Reply:
    """Create many sensors; each one that does not work is told."""
    items = call.json_list()
    if len(items) > MAX_AT_ONCE:
        raise ApiError(400, HAS_ERRORS, f"more than {MAX_AT_ONCE}")
    if not all(isinstance(item, dict) for item in items):
        raise ApiError(400, HAS_ERRORS, "expected objects")
    return Reply(
        201, {str(item.get("name")): _try_create(call, item) for item in items}
    )


def change_sensor(call: Call) -> Reply:
    """Change a sensor: whole values are replaced, among them the lists."""
    sensor = call.own_sensor()
    body = call.json_object()
    for key in FIXED:
        if key in body:
            raise ApiError(400, EXTRANEOUS, f'Cannot change the field "{key}"')
    _check(body)
    if "visibility" not in body:
        call.note_fault("visibility is left out, the sensor is private now")
    fields = parse_fields(body["fields"], sensor) if "fields" in body else None
    _apply(sensor, body)
    if fields is not None:
        sensor.fields = fields
    sensor.set_visibility(body.get("visibility", PRIVATE))
    return Reply(204)


def delete_sensor(call: Call) -> Reply:
    """Delete a sensor."""
    call.platform.remove_sensor(call.own_sensor())
    return Reply(204)


def _try_create(call: Call, body: JsonObject) -> bool:
    try:
        _create(call, body)
    except ApiError:
        return False
    return True


def _create(call: Call, body: JsonObject) -> None:
    if body.get("visibility") != PRIVATE:
        call.note_fault("a sensor is created that is not explicitly private")
    name = body.get("name")
    if not isinstance(name, str) or SENSOR_NAME.fullmatch(name) is None:
        raise ApiError(400, HAS_ERRORS, "name")
    for key in ("longName", "description"):
        if not body.get(key):
            raise ApiError(400, HAS_ERRORS, key)
    _check({key: value for key, value in body.items() if key != "name"})
    fields = parse_fields(body["fields"]) if "fields" in body else []
    if call.platform.find_named(call.user, name) is not None:
        raise ApiError(409, EXISTS, name)
    sensor = call.platform.add_sensor(
        call.user, name, visibility=body.get("visibility", PRIVATE), fields=fields
    )
    _apply(sensor, body)


def _check(body: JsonObject) -> None:
    for key in body.keys() - CHANGEABLE:
        raise ApiError(400, EXTRANEOUS, key)
    for key in ("longName", "description", "imageUrl"):
        if not isinstance(body.get(key, ""), str):
            raise ApiError(400, HAS_ERRORS, key)
    for key, limit in MAX_DEGREES.items():
        value = body.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ApiError(400, HAS_ERRORS, key)
        if abs(value) > limit:
            raise ApiError(400, HAS_ERRORS, key)
    if body.get("visibility", PRIVATE) not in VISIBILITIES:
        raise ApiError(400, HAS_ERRORS, "visibility")
    tags = body.get("tags", [])
    if not isinstance(tags, list) or not _are_texts(tags):
        raise ApiError(400, HAS_ERRORS, "tags")
    metadata = body.get("metadata", {})
    if not isinstance(metadata, dict) or not _are_texts(list(metadata.values())):
        raise ApiError(400, HAS_ERRORS, "metadata")


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _apply(sensor: SimulatedSensor, body: JsonObject) -> None:
    sensor.long_name = body.get("longName", sensor.long_name)
    sensor.description = body.get("description", sensor.description)
    sensor.image_url = body.get("imageUrl", sensor.image_url)
    sensor.latitude = body.get("latitude", sensor.latitude)
    sensor.longitude = body.get("longitude", sensor.longitude)
    sensor.tags = list(body.get("tags", sensor.tags))
    sensor.metadata = dict(body.get("metadata", sensor.metadata))
