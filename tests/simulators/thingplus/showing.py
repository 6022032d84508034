"""How lists, gateways and sensors are shown: pages, fields, what is embedded.

Source: Thing+ REST API guide v2, "Getting started", query parameters.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from .call import Call, Reply
from .history import history_json
from .query import Query
from .things import SimulatedGateway, SimulatedSensor, short_id
from .times import parse_iso
from .vocabulary import JsonObject

GATEWAY_EMBEDS: Final = ("sensors", "devices", "status")
SENSOR_EMBEDS: Final = ("series", "status")


def show_gateway(call: Call, gateway: SimulatedGateway, query: Query) -> JsonObject:
    """Return a gateway with what a query embeds.

    Raises:
        ApiError: The query is wrong.
    """
    embeds = _embeds(call, query, GATEWAY_EMBEDS)
    world = call.world
    body = gateway.to_json()
    if world.report_interval_as == "number":
        body["reportInterval"] = gateway.report_interval_ms
    sensors = [
        sensor
        for sensor in world.sensors.values()
        if sensor.gateway_id == gateway.id and call.is_settled(sensor)
    ]
    devices = [
        device
        for device in world.devices.values()
        if device.gateway_id == gateway.id and call.is_settled(device)
    ]
    if "sensors" in embeds:
        below = _nested(call, query.child("sensors"))
        body["sensors"] = [
            _only(show_sensor(call, sensor, below), below) for sensor in sensors
        ]
    elif sensors:
        body["sensors"] = [sensor.id for sensor in sensors]
    if "devices" in embeds:
        below = query.child("devices")
        body["devices"] = [_only(device.to_json(), below) for device in devices]
    elif devices:
        body["devices"] = [device.id for device in devices]
    _add_status(body, gateway, "gateway", embeds)
    return body


def show_sensor(call: Call, sensor: SimulatedSensor, query: Query) -> JsonObject:
    """Return a sensor with what a query embeds.

    Raises:
        ApiError: The query is wrong.
    """
    embeds = _embeds(call, query, SENSOR_EMBEDS)
    body = sensor.to_json()
    _add_status(body, sensor, "sensor", embeds)
    if sensor.points and "series" in embeds:
        body["series"] = show_series(call, sensor, query.child("series"))
    elif sensor.points:
        body["series"] = sensor.series_id
    return body


def show_series(call: Call, sensor: SimulatedSensor, query: Query) -> JsonObject:
    """Return the series of a sensor that has values, with history if asked for.

    Raises:
        ApiError: The query is wrong.
    """
    return {**sensor.series_json(), **history_json(call, sensor, query)}


def one_reply(call: Call, body: JsonObject) -> Reply:
    """Return one thing, or the fields of it that are asked for."""
    return Reply(data=_only(body, call.query))


def list_reply[T](
    call: Call, things: Iterable[T], show: Callable[[T], JsonObject]
) -> Reply:
    """Return one page of a list.

    Args:
        call: Has the query.
        things: All of them.
        show: Returns one as it is shown.

    Raises:
        ApiError: The query is wrong.
    """
    query = call.query
    page = _whole(call, "page", 0)
    count = _whole(call, "count", call.world.max_count)
    if not 1 <= count <= call.world.max_count:
        raise call.input_error(f"count is not 1 to {call.world.max_count}")
    items = [item for item in map(show, things) if _matches(call, item)]
    if "orderBy" in query.values:
        key = query.one("orderBy")
        items.sort(key=lambda item: _order(item.get(key)))
        if query.one("orderDir", "asc") == "desc":
            items.reverse()
    shown = [_only(item, query) for item in items[page * count : (page + 1) * count]]
    if not call.world.sends_meta:
        return Reply(data=shown)
    meta = {
        "count": len(shown),
        "page": page,
        "total": len(items),
        "maxCount": call.world.max_count,
    }
    return Reply(data=shown, meta=meta)


def _embeds(call: Call, query: Query, known: tuple[str, ...]) -> list[str]:
    embeds = query.all("embed")
    for name in embeds:
        if name not in known:
            raise call.input_error(f"there is no {name} to embed")
    for name in query.children.keys() & {"sensors", "devices", "series"}:
        if name not in embeds:
            call.note_fault(f"{name}[] without embed={name}")
    return embeds


def _nested(call: Call, query: Query) -> Query:
    """Return what is embedded in what is embedded, as far as the server knows it."""
    embeds = query.all("embed")
    match call.world.nested_embeds:
        case "last":
            embeds = embeds[-1:]
        case "none":
            embeds = []
    children = {k: v for k, v in query.children.items() if k in embeds}
    return Query({**query.values, "embed": embeds}, children)


def _add_status(
    body: JsonObject,
    thing: SimulatedGateway | SimulatedSensor,
    kind: str,
    embeds: list[str],
) -> None:
    if thing.status is None:
        return
    if "status" not in embeds:
        body["status"] = short_id("status", kind, thing.id)
    else:
        body["status"] = thing.status_json()


def _only(body: JsonObject, query: Query) -> JsonObject:
    wanted = query.all("fields")
    if not wanted:
        return body
    return {name: value for name, value in body.items() if name in {*wanted, "id"}}


def _whole(call: Call, name: str, default: int) -> int:
    text = call.query.one(name, str(default))
    if not text.isdecimal():
        raise call.input_error(f"{name} is no whole number")
    return int(text)


def _matches(call: Call, item: JsonObject) -> bool:
    for name, values in call.query.child("filter").values.items():
        if str(item.get(name)) not in values:
            return False
    made = int(item["ctime"]) if "ctime" in item else 0
    start, end = _moment(call, "start"), _moment(call, "end")
    return (start is None or made >= start) and (end is None or made < end)


def _moment(call: Call, name: str) -> int | None:
    if name not in call.query.values:
        return None
    try:
        return parse_iso(call.query.one(name))
    except ValueError:
        raise call.input_error(f"{name} is no time with an offset") from None


def _order(value: Any) -> tuple[bool, str]:
    return value is not None, str(value)
