"""Reads gateways, devices, sensors and what they say: the tolerant edge of this client.

One odd item never loses the others. Numbers and times come as numbers or as text, times
in milliseconds. Source: Thing+ HTTPS guide, "Gateway registration" to "Sensor value
transfer"; Thing+ guide, "REST API".
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ....wire.values import (
    as_int,
    as_items,
    as_line,
    as_mapping,
    as_number,
    as_text,
    as_time,
)
from .models import (
    Category,
    Device,
    Gateway,
    Location,
    Point,
    Sensor,
    Series,
    SeriesValue,
    Site,
    Status,
    StatusValue,
)

# Objects within objects, far more than any sensor has.
_DEPTH: Final = 8
# Beyond it, a float does not hold each integer any more.
_EXACT: Final = 2**53
_MILLISECONDS: Final = 1000


def parse_all[ItemT](
    parse: Callable[[object], ItemT | None], raw: object
) -> list[ItemT]:
    """Read a list; what is odd is left out."""
    return [item for one in as_items(raw) if (item := parse(one)) is not None]


def each_once[ItemT](items: list[ItemT], id_of: Callable[[ItemT], str]) -> list[ItemT]:
    """Return each item once: the first of its id."""
    found: dict[str, ItemT] = {}
    for item in items:
        found.setdefault(id_of(item), item)
    return list(found.values())


def parse_site(raw: object) -> Site | None:
    """Read a site; None if it has no id."""
    item = as_mapping(raw)
    site_id = parse_id(item.get("id"))
    if site_id is None:
        return None
    return Site(id=site_id, name=as_line(item.get("name")) or site_id)


def parse_gateway(raw: object) -> Gateway | None:
    """Read a gateway, with its status and its devices if they are embedded.

    Returns:
        The gateway; None if it has no id.
    """
    item = as_mapping(raw)
    gateway_id = parse_id(item.get("id"))
    if gateway_id is None:
        return None
    devices = parse_all(parse_device, item.get("devices"))
    return Gateway(
        id=gateway_id,
        name=as_line(item.get("name")) or gateway_id,
        model=as_line(item.get("model")),
        site_id=parse_id(item.get("_site")),
        report_interval=parse_interval(item.get("reportInterval")),
        location=_location(as_mapping(item.get("location"))),
        status=parse_status(item.get("status")),
        devices=tuple(each_once(devices, lambda device: device.id)),
    )


def parse_device(raw: object) -> Device | None:
    """Read a device; None if it has no id."""
    item = as_mapping(raw)
    device_id = parse_id(item.get("id"))
    if device_id is None:
        return None
    return Device(
        id=device_id,
        name=as_line(item.get("name")) or device_id,
        model=as_line(item.get("model")),
    )


def parse_sensor(raw: object, gateway_id: str) -> Sensor | None:
    """Read a sensor or an actuator, with status and series if they are embedded.

    Args:
        raw: An item of a list, or the answer to a request for one sensor.
        gateway_id: Whose sensors were asked for.

    Returns:
        The sensor; None if it has no id.
    """
    item = as_mapping(raw)
    sensor_id = parse_id(item.get("id"))
    if sensor_id is None:
        return None
    kind = as_line(item.get("type"))
    return Sensor(
        id=sensor_id,
        name=as_line(item.get("name")) or kind or sensor_id,
        type=kind,
        category=parse_category(item.get("category")),
        model=as_line(item.get("model")),
        driver=as_line(item.get("driverName")),
        gateway_id=gateway_id,
        device_id=parse_id(item.get("deviceId")),
        status=parse_status(item.get("status")),
        series=parse_series(item.get("series")),
    )


def parse_status(raw: object) -> Status | None:
    """Read a status.

    Returns:
        The status; None if there is none: without being embedded, it is an id only.
    """
    item = as_mapping(raw)
    word = as_line(item.get("value")).lower()
    if not word:
        return None
    return Status(
        # What is not known is nothing good.
        value=(StatusValue(word) if word in list(StatusValue) else StatusValue.ERROR),
        time=as_time(item.get("time")),
        expires=_expiry(item.get("expireAt")),
    )


def parse_series(raw: object) -> Series | None:
    """Read the latest value; None if there is none, or its id only."""
    item = as_mapping(raw)
    value = parse_value(item.get("value"))
    if value is None:
        return None
    return Series(value=value, time=as_time(item.get("time")))


def parse_points(flat: list[Any]) -> list[Point]:
    """Read past values of a sensor.

    Args:
        flat: A value, its time, the next value, its time, and so on.

    Returns:
        The values in the server's order; odd ones are left out.
    """
    points = []
    for raw_value, raw_time in zip(flat[::2], flat[1::2], strict=False):
        value, time = parse_value(raw_value), as_time(raw_time)
        if value is not None and time is not None:
            points.append(Point(value=value, time=time))
    return points


def parse_value(raw: object, depth: int = _DEPTH) -> SeriesValue | None:
    """Read a value of a series.

    Args:
        raw: Text, a number, a boolean or an object.
        depth: How many objects may be within each other.

    Returns:
        Text as it is, numbers as text without noise, booleans as "1" and "0", objects
        without members that are nothing; None for anything else.
    """
    match raw:
        case bool():
            return "1" if raw else "0"
        case str() | int() | float():
            return _text_of(raw)
        case dict() if depth:
            members = (
                (as_text(name) or "", parse_value(member, depth - 1))
                for name, member in raw.items()
            )
            return {name: value for name, value in members if value is not None}
    return None


def parse_id(raw: object) -> str | None:
    """Read an id: text or a whole number; None if it is none."""
    if isinstance(raw, bool | float):
        return None
    text = as_text(raw)
    return text if text and text.strip() else None


def parse_category(raw: object) -> Category:
    """Read whether something measures or acts; where nothing is said it measures."""
    is_actuator = as_line(raw).lower() == Category.ACTUATOR
    return Category.ACTUATOR if is_actuator else Category.SENSOR


def parse_interval(raw: object) -> float | None:
    """Read milliseconds and return seconds; None if it is none."""
    number = as_number(raw)
    if isinstance(raw, bool) or number is None or number <= 0:
        return None
    return number / _MILLISECONDS


def _text_of(raw: str | float) -> str | None:
    number = raw if isinstance(raw, str) else as_number(raw)
    if not isinstance(number, float):
        return as_text(number)
    if number.is_integer() and abs(number) <= _EXACT:
        return str(int(number))
    # 0.1 + 0.2 is 0.30000000000000004.
    return f"{number:.15g}"


def _expiry(raw: object) -> datetime | None:
    """Return until when something holds; None: for ever, which is -1."""
    number = as_int(raw)
    return None if number is not None and number < 0 else as_time(raw)


def _location(item: Mapping[str, Any]) -> Location | None:
    latitude, longitude = (
        None if isinstance(item.get(name), bool) else as_number(item.get(name))
        for name in ("latitude", "longitude")
    )
    if latitude is None or longitude is None:
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Location(
        latitude=float(latitude),
        longitude=float(longitude),
        address=as_line(item.get("address")),
    )
