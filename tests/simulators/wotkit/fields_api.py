"""Fields of a sensor; WoTKit API documentation, "Sensor Fields"."""

from typing import Any, Final

from .call import Call, Reply
from .sensor import SimulatedField, SimulatedSensor
from .vocabulary import (
    FIELD_TYPES,
    HAS_ERRORS,
    INVALID_FIELD,
    LAST_FIELD,
    ROW_KEYS,
    ApiError,
)

# What the API shows of a field but does not take; harmless where it is sent back.
SHOWN_ALONE: Final = frozenset({"index", "value", "lastUpdate"})
TAKEN: Final = frozenset({"name", "type", "longName", "required", "units"})


def list_fields(call: Call) -> Reply:
    """Return all fields with their values."""
    form = call.platform.last_update_as
    return Reply(body=call.visible_sensor().fields_to_json(form))


def show_field(call: Call) -> Reply:
    """Return one field."""
    sensor = call.visible_sensor()
    item = _known_field(sensor, call.names[1])
    index = sensor.fields.index(item)
    return Reply(body=item.to_json(index, call.platform.last_update_as))


def put_field(call: Call) -> Reply:
    """Create a field, or change one; its value stays."""
    sensor = call.own_sensor()
    new = parse_field(call.json_object())
    if new.name != call.names[1]:
        raise ApiError(400, INVALID_FIELD, "name")
    former = sensor.find_field(new.name)
    if former is None:
        sensor.fields.append(new)
    else:
        sensor.fields[sensor.fields.index(former)] = _with_value(new, former)
    return Reply(204)


def delete_field(call: Call) -> Reply:
    """Delete a field that is not the last one."""
    sensor = call.own_sensor()
    item = _known_field(sensor, call.names[1])
    if len(sensor.fields) == 1:
        raise ApiError(400, INVALID_FIELD, LAST_FIELD)
    sensor.fields.remove(item)
    return Reply(204)


def parse_fields(
    raw: object, sensor: SimulatedSensor | None = None
) -> list[SimulatedField]:
    """Read a whole list of fields.

    Args:
        raw: As a client sent it.
        sensor: Whose fields are replaced; fields that remain keep their values.

    Raises:
        ApiError: Something is wrong with it.
    """
    if not isinstance(raw, list):
        raise ApiError(400, HAS_ERRORS, "fields")
    if not raw:
        raise ApiError(400, INVALID_FIELD, LAST_FIELD)
    parsed = [parse_field(item) for item in raw]
    if len({item.name for item in parsed}) < len(parsed):
        raise ApiError(400, INVALID_FIELD, "name is there twice")
    if sensor is None:
        return parsed
    return [_with_value(item, sensor.find_field(item.name)) for item in parsed]


def parse_field(raw: object) -> SimulatedField:
    """Read a field.

    Raises:
        ApiError: Something is wrong with it.
    """
    if not isinstance(raw, dict):
        raise ApiError(400, INVALID_FIELD, "expected an object")
    for key in raw.keys() - TAKEN - SHOWN_ALONE:
        raise ApiError(400, INVALID_FIELD, str(key))
    name, kind = raw.get("name"), raw.get("type")
    if not isinstance(name, str) or not name or name in ROW_KEYS:
        raise ApiError(400, INVALID_FIELD, "name")
    if kind not in FIELD_TYPES:
        raise ApiError(400, INVALID_FIELD, "type")
    required = raw.get("required", False)
    if not isinstance(required, bool):
        raise ApiError(400, INVALID_FIELD, "required")
    return SimulatedField(
        name=name,
        type=kind,
        long_name=_text(raw, "longName") or name,
        units=_text(raw, "units"),
        required=required,
    )


def _text(raw: dict[Any, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ApiError(400, INVALID_FIELD, key)


def _known_field(sensor: SimulatedSensor, name: str) -> SimulatedField:
    item = sensor.find_field(name)
    if item is None:
        raise ApiError(400, INVALID_FIELD, name)
    return item


def _with_value(new: SimulatedField, former: SimulatedField | None) -> SimulatedField:
    if former is not None and former.type == new.type:
        new.value, new.updated_ms = former.value, former.updated_ms
    return new
