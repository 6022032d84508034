"""Reads what a server answers: the tolerant edge of this client.

One odd item never loses the others. Source: WoTKit API documentation, "Sensors",
"Sensor Fields", "Sensor Data" and "Sensor Control Channel".
"""

from collections.abc import Mapping
from typing import Any, Final

from ....wire.values import (
    as_bool,
    as_int,
    as_items,
    as_line,
    as_mapping,
    as_number,
    as_text,
    as_time,
    as_value,
)
from .models import (
    ControlMessage,
    DataRow,
    Field,
    FieldType,
    FieldValue,
    Sensor,
    Visibility,
)

# Lists may hold groups of sensors too.
_GROUP: Final = "GROUP"
# What a row of data holds besides the values.
_NO_VALUES: Final = frozenset({"id", "timestamp", "sensor_id", "sensor_name"})


def parse_sensors(raw: object) -> list[Sensor]:
    """Read a list of sensors; what is no sensor is left out."""
    sensors = map(parse_sensor, as_items(raw))
    return [sensor for sensor in sensors if sensor is not None]


def parse_sensor(raw: object) -> Sensor | None:
    """Read a sensor.

    Args:
        raw: An item of a list, or the answer to a request for one sensor.

    Returns:
        The sensor; None if it has no id, or is a group.
    """
    item = as_mapping(raw)
    number = as_int(item.get("id"))
    if number is None or as_line(item.get("thingType")).upper() == _GROUP:
        return None
    name = as_line(item.get("name")) or str(number)
    latitude, longitude = _location(item)
    return Sensor(
        id=number,
        name=name,
        owner=as_line(item.get("owner")),
        long_name=as_line(item.get("longName")) or name,
        description=as_line(item.get("description")),
        tags=_tags(item.get("tags")),
        visibility=_visibility(item.get("visibility")),
        latitude=latitude,
        longitude=longitude,
        last_update=as_time(item.get("lastUpdate")),
        metadata=_metadata(item.get("metadata")),
        fields=_fields(item.get("fields")),
    )


def parse_rows(raw: object) -> list[DataRow]:
    """Read rows of data; what is no row is left out."""
    rows = map(parse_row, as_items(raw))
    return [row for row in rows if row is not None]


def parse_row(raw: object) -> DataRow | None:
    """Read a row of data.

    Args:
        raw: An item of a list.

    Returns:
        The row; None if it does not say when. Numbers that came as text stay text: a
        row does not tell the types of its fields.
    """
    item = as_mapping(raw)
    timestamp = as_time(item.get("timestamp"))
    if timestamp is None:
        return None
    values = {name: item[name] for name in item if name not in _NO_VALUES}
    return DataRow(timestamp=timestamp, values=_values(values))


def parse_messages(raw: object) -> list[ControlMessage]:
    """Read messages of a control channel; those without any value are left out."""
    messages = (_values(as_mapping(item)) for item in as_items(raw))
    return [message for message in messages if message]


def _values(item: Mapping[str, Any]) -> dict[str, FieldValue]:
    return {
        as_text(name) or "": value
        for name, content in item.items()
        if (value := as_value(content)) is not None
    }


def _fields(raw: object) -> tuple[Field, ...]:
    fields: dict[str, Field] = {}
    for position, item in enumerate(as_items(raw)):
        field = _field(as_mapping(item), position)
        if field is not None:
            fields.setdefault(field.name, field)
    return tuple(sorted(fields.values(), key=lambda field: field.index))


def _field(item: Mapping[str, Any], position: int) -> Field | None:
    # A name as it is: rows and requests have to use the same.
    name = as_text(item.get("name"))
    if not name:
        return None
    value = item.get("value")
    kind = _field_type(item.get("type"), value)
    index = as_int(item.get("index"))
    return Field(
        name=name,
        long_name=as_line(item.get("longName")) or as_line(name) or name,
        type=kind,
        units=as_line(item.get("units")) or None,
        required=as_bool(item.get("required")),
        index=position if index is None else index,
        value=as_number(value) if kind is FieldType.NUMBER else as_text(value),
        last_update=as_time(item.get("lastUpdate")),
    )


def _field_type(raw: object, value: object) -> FieldType:
    try:
        return FieldType(as_line(raw).upper())
    except ValueError:
        pass
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return FieldType.NUMBER if is_number else FieldType.STRING


def _visibility(raw: object) -> Visibility | None:
    try:
        return Visibility(as_line(raw).upper())
    except ValueError:
        return None


def _location(item: Mapping[str, Any]) -> tuple[float, float] | tuple[None, None]:
    latitude, longitude = (
        None if isinstance(item.get(name), bool) else as_number(item.get(name))
        for name in ("latitude", "longitude")
    )
    if latitude is None or longitude is None:
        return None, None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    # What the server has where nothing was set
    if latitude == 0 and longitude == 0:
        return None, None
    return float(latitude), float(longitude)


def _tags(raw: object) -> tuple[str, ...]:
    items = raw.split(",") if isinstance(raw, str) else as_items(raw)
    return tuple(dict.fromkeys(tag for item in items if (tag := as_line(item))))


def _metadata(raw: object) -> dict[str, str]:
    return {
        as_text(name) or "": text
        for name, value in as_mapping(raw).items()
        if (text := as_text(value)) is not None
    }
