"""Writes what is sent to a server.

Source: WoTKit API documentation, "Sensors", "Sensor Fields", "Sensor Data" and "Sensor
Control Channel".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
import math
from typing import Any
from urllib.parse import urlencode

from ....wire.bodies import Body, json_body
from ....wire.values import iso_milliseconds
from .errors import InvalidDataError
from .models import DataRow, Field, FieldType, FieldValue, NewSensor, Visibility


def message_body(message: Mapping[str, FieldValue]) -> Body:
    """Write a message of a control channel: it is the one thing that is no JSON.

    Raises:
        InvalidDataError: A value is infinite or not a number.
    """
    content = urlencode(_values("message", message), errors="replace")
    return Body("application/x-www-form-urlencoded", content.encode())


def new_sensor_body(new: NewSensor) -> Body:
    """Write a sensor that is created.

    The visibility is always told, so that nothing depends on the server's default.
    """
    sensor: dict[str, Any] = {
        "name": new.name,
        "longName": new.long_name,
        "description": new.description,
        "visibility": Visibility.PRIVATE,
        "tags": list(new.tags),
        "metadata": dict(new.metadata),
    }
    if new.fields:
        sensor["fields"] = _fields(new.fields)
    if new.latitude is not None and new.longitude is not None:
        sensor |= {"latitude": new.latitude, "longitude": new.longitude}
    return json_body(sensor)


def sensor_update_body(
    visibility: Visibility, fields: Sequence[Field], metadata: Mapping[str, str]
) -> Body:
    """Write the changes of a sensor; the server takes no visibility for PRIVATE."""
    sensor: dict[str, Any] = {"visibility": visibility, "metadata": dict(metadata)}
    if fields:
        sensor["fields"] = _fields(fields)
    return json_body(sensor)


def row_body(values: Mapping[str, FieldValue], timestamp: datetime | None) -> Body:
    """Write one row of data; without a timestamp the server takes its own time.

    Raises:
        InvalidDataError: A value is infinite or not a number.
    """
    row = _values("data", values)
    return json_body(row if timestamp is None else _stamped(row, timestamp))


def rows_body(rows: Iterable[DataRow]) -> Body:
    """Write rows of data.

    Raises:
        InvalidDataError: A value is infinite or not a number.
    """
    return json_body(
        [_stamped(_values("data", row.values), row.timestamp) for row in rows]
    )


def _stamped(row: dict[str, FieldValue], timestamp: datetime) -> dict[str, FieldValue]:
    return {**row, "timestamp": iso_milliseconds(timestamp)}


def _values(what: str, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    written: dict[str, FieldValue] = {}
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidDataError(f"{what}: a number is not finite")
        # There are no booleans among the values of a field.
        written[name] = int(value) if isinstance(value, bool) else value
    return written


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [_field(field) for field in fields]


def _field(field: Field) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": field.name,
        "longName": field.long_name,
        "type": FieldType(field.type),
        "required": field.required,
    }
    if field.units is not None:
        written["units"] = field.units
    return written
