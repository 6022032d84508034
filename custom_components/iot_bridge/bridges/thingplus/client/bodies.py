"""Writes what is sent to a server.

There are no booleans among the values of Thing+, and numbers of a series are text.
Source: Thing+ HTTPS guide, "Gateway registration" to "Sensor value transfer".
"""

from collections.abc import Mapping, Sequence
import math
from typing import Any

from ....wire.bodies import Body, json_body
from ....wire.values import milliseconds
from .errors import InvalidDataError
from .models import NewSensor, Point, SeriesValue, StatusValue


def gateway_body(
    id_key: str, gateway_id: str, *, site_id: str, model: str, name: str
) -> Body:
    """Write a gateway that is registered.

    Args:
        id_key: How this server calls the id of what is created.
        gateway_id: The id.
        site_id: The site that it is in.
        model: The id of its model.
        name: For people.
    """
    params = {"siteId": site_id, "model": model, "name": name}
    return json_body({id_key: gateway_id, "params": params})


def device_body(device_id: str, *, name: str, model: str) -> Body:
    """Write a device that is created."""
    return json_body({"reqId": device_id, "name": name, "model": model})


def sensor_body(new: NewSensor) -> Body:
    """Write a sensor that is created."""
    accepted = new.accepted
    sensor = {
        "reqId": new.id,
        "name": new.name,
        "type": accepted.type,
        "driverName": accepted.driver,
        "model": accepted.model,
        "category": accepted.category.value,
        "deviceId": new.device_id,
    }
    if accepted.network:
        sensor["network"] = accepted.network
    return json_body(sensor)


def status_body(period_key: str, value: StatusValue, valid_seconds: int) -> Body:
    """Write how a gateway or a sensor is.

    Args:
        period_key: How this server calls the seconds.
        value: How it is.
        valid_seconds: For how long that holds.
    """
    return json_body({period_key: valid_seconds, "value": value.value})


def points_body(points: Sequence[Point]) -> Body:
    """Write values of a series: one alone, or more than one in their order.

    A series has one value at a moment, the last one that is given here.

    Args:
        points: At least one.
    """
    by_time = {milliseconds(point.time): point.value for point in points}
    written = [
        {"value": _series_value(value), "time": time}
        for time, value in sorted(by_time.items(), key=lambda item: item[0])
    ]
    return json_body(written if len(written) > 1 else written[0])


def command_body(
    gateway_id: str, actuator_id: str, command: str, options: Mapping[str, Any]
) -> Body:
    """Write a command to an actuator.

    Raises:
        InvalidDataError: A number is infinite or not a number.
    """
    params = {"id": actuator_id, "cmd": command, "options": _plain(options)}
    return json_body({"id": gateway_id, "act": "controlActuator", "params": params})


def _series_value(value: SeriesValue) -> Any:
    if isinstance(value, str):
        return value
    return {name: _series_value(member) for name, member in value.items()}


def _plain(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case float() if not math.isfinite(value):
            raise InvalidDataError("command: a number is not finite")
        case Mapping():
            return {name: _plain(member) for name, member in value.items()}
        case list() | tuple():
            return [_plain(member) for member in value]
    return value
