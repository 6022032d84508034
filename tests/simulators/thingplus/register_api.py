"""What clients register: gateways, devices, sensors.

Source: Thing+ HTTPS guide, sections 5 to 7, and the swagger of April 2017: the id of a
gateway is `id` there, and `reqId` in later guides.
"""

from collections.abc import Mapping
from typing import Any, Final

from .call import Call, Reply
from .people import MD5
from .query import NOTHING
from .record import Registration, ThingKind
from .schema import FLAG, INTERVAL, LIST, NAME, OBJECT, TEXT, Schema, check_object
from .things import SimulatedDevice, SimulatedGateway, SimulatedSensor, Thing
from .times import to_ms
from .vocabulary import (
    ACCESSGROUP_DENY,
    BILLING,
    CONFLICT,
    INVALID_INPUT,
    NOT_FOUND,
    SCHEMA_VALIDATE,
    ApiError,
    JsonObject,
)

ID_KEYS: Final = ("reqId", "id")
GATEWAY_PARAMS: Final[Schema] = {
    "siteId": TEXT.needed,
    "model": TEXT.needed,
    "name": NAME.needed,
    "reportInterval": INTERVAL,
    "location": OBJECT,
    "autoCreateDiscoverable": FLAG,
    "virtual": FLAG,
    "delegate": FLAG,
    "delegateInfo": OBJECT,
    "customFields": OBJECT,
    "deviceModels": LIST,
    "devices": LIST,
    "sensors": LIST,
}
NEW_DEVICE: Final[Schema] = {
    "reqId": NAME.needed,
    "name": NAME.needed,
    "model": TEXT.needed,
    "address": TEXT,
}
NEW_SENSOR: Final[Schema] = {
    "reqId": NAME.needed,
    "name": NAME.needed,
    **dict.fromkeys(("type", "driverName", "model", "category"), TEXT.needed),
    "deviceId": TEXT,
    "network": TEXT,
    "sequence": TEXT,
    "address": TEXT,
    "virtual": FLAG,
}
# Of a gateway, what is told of it later as it was sent
TOLD: Final = ("location", "autoCreateDiscoverable", "virtual", "customFields")


def register_gateway(call: Call) -> Reply:
    """Register a gateway, and devices and sensors with it."""
    call.check_query(NOTHING)
    body = call.json_object()
    gateway_id = _gateway_id(call, body)
    params = check_object(call, body.get("params"), GATEWAY_PARAMS, "params.")
    model = _gateway_model(call, params["model"])
    _check_site(call, params["siteId"])
    world = call.world
    _check_new(call, world.gateways.get(gateway_id), gateway_id)
    if MD5.fullmatch(gateway_id) is None:
        raise call.input_error("the id is no UUID in lower case without dashes")
    _check_limit(world.limits.gateways, _mine(call))
    gateway = world.add_gateway(
        gateway_id,
        params["name"],
        site_id=params["siteId"],
        model=params["model"],
        report_interval_ms=int({**model, **params}["reportInterval"]),
        **{key: params[key] for key in TOLD if key in params},
    )
    _remember(call, "gateway", gateway, params)
    data = gateway.to_json(as_numbers=True)
    if "reportInterval" in params:
        data["reportInterval"] = params["reportInterval"]
    return _with_parts(call, gateway, params, data)


def create_device(call: Call) -> Reply:
    """Register a device at a gateway."""
    call.check_query(NOTHING)
    device = _create_device(call, call.gateway(), call.json())
    return Reply(status=201, data=device.to_json(as_numbers=True))


def create_sensor(call: Call) -> Reply:
    """Register a sensor at a gateway."""
    call.check_query(NOTHING)
    sensor = _create_sensor(call, call.gateway(), call.json())
    return Reply(status=201, data=sensor.to_json(as_numbers=True))


def _with_parts(
    call: Call, gateway: SimulatedGateway, params: JsonObject, data: JsonObject
) -> Reply:
    errors: list[JsonObject] = []
    if "devices" in params:
        devices = [_create_device(call, gateway, item) for item in params["devices"]]
        data["devices"] = [device.to_json(as_numbers=True) for device in devices]
    if "sensors" in params:
        data["sensors"] = []
    for item in params.get("sensors", []):
        try:
            sensor = _create_sensor(call, gateway, item, is_part=True)
        except ApiError as error:
            errors.append(error.to_item())
        else:
            data["sensors"].append(sensor.to_json(as_numbers=True))
    if errors:
        return Reply(status=207, data=data, more={"errors": errors})
    return Reply(status=201, data=data)


def _gateway_id(call: Call, body: JsonObject) -> str:
    """Return the id of a new gateway, spelled as this server wants it."""
    for key in body:
        if key not in (*ID_KEYS, "params"):
            raise call.schema_error(f"there is no key {key}")
    spelled = [key for key in ID_KEYS if key in body]
    if len(spelled) != 1:
        raise call.schema_error("there is not one of id and reqId")
    if call.world.gateway_id_spelling not in ("either", spelled[0]):
        # Clients cannot know, so this is no fault.
        raise ApiError(400, SCHEMA_VALIDATE, f"there is no key {spelled[0]}")
    gateway_id = body[spelled[0]]
    if not isinstance(gateway_id, str):
        raise call.schema_error(f"{spelled[0]} is not a string")
    return gateway_id


def _gateway_model(call: Call, model_id: str) -> JsonObject:
    try:
        return call.world.gateway_models[model_id]
    except KeyError:
        raise ApiError(400, INVALID_INPUT, f"there is no model {model_id}") from None


def _check_site(call: Call, site_id: str) -> None:
    site = call.world.sites.get(site_id)
    if site is None:
        raise ApiError(404, NOT_FOUND, f"there is no site {site_id}")
    if site.service_id != call.user.service_id:
        raise ApiError(403, ACCESSGROUP_DENY, "another service's")


def _check_new(call: Call, thing: Thing | None, thing_id: str) -> None:
    if thing is None:
        return
    # The answer may have been lost, then asking again is no fault.
    if not call.world.watch.had_trouble_since(thing.created_ms):
        call.note_fault(f"{thing_id} is registered already")
    raise ApiError(409, CONFLICT, f"{thing_id} is there already")


def _mine(call: Call) -> int:
    service = call.user.service_id
    return sum(g.service_id == service for g in call.world.gateways.values())


def _check_limit(limit: int | None, there_are: int) -> None:
    if limit is not None and there_are >= limit:
        raise ApiError(471, BILLING, f"the plan allows {limit}")


def _count_mine(
    call: Call,
    things: Mapping[str, SimulatedDevice] | Mapping[str, SimulatedSensor],
) -> int:
    service = call.user.service_id
    gateways = call.world.gateways
    return sum(
        gateways[thing.gateway_id].service_id == service for thing in things.values()
    )


def _device_models(call: Call, gateway: SimulatedGateway) -> list[JsonObject]:
    models: list[JsonObject] = call.world.gateway_models[gateway.model]["deviceModels"]
    return models


def _create_device(
    call: Call, gateway: SimulatedGateway, given: Any
) -> SimulatedDevice:
    body = check_object(call, given, NEW_DEVICE)
    world = call.world
    models = [m for m in _device_models(call, gateway) if m["id"] == body["model"]]
    if not models:
        raise call.input_error(f"there is no model {body['model']} of devices")
    _check_new(call, world.devices.get(body["reqId"]), body["reqId"])
    _check_limit(world.limits.devices, _count_mine(call, world.devices))
    at_gateway = sum(d.gateway_id == gateway.id for d in world.devices.values())
    if at_gateway >= models[0]["max"]:
        raise ApiError(400, INVALID_INPUT, "the gateway has no room for more devices")
    extra = {"address": body["address"]} if "address" in body else {}
    device = world.add_device(
        gateway.id, body["reqId"], body["name"], model=body["model"], **extra
    )
    _remember(call, "device", device, body)
    return device


def _create_sensor(
    call: Call, gateway: SimulatedGateway, given: Any, *, is_part: bool = False
) -> SimulatedSensor:
    body = check_object(call, given, NEW_SENSOR)
    world = call.world
    if body["category"] != "sensor":
        raise call.input_error("over HTTPS there are sensors alone")
    if "deviceId" in body:
        _check_device(call, gateway, body["deviceId"], is_part=is_part)
    if not any(_fits(body, item) for item in _accepted(call, gateway)):
        raise call.input_error(
            f"the model takes no {body['type']} like {body['model']}"
        )
    _check_new(call, world.sensors.get(body["reqId"]), body["reqId"])
    _check_limit(world.limits.sensors, _count_mine(call, world.sensors))
    sensor = world.add_sensor(
        gateway.id,
        body["reqId"],
        body["name"],
        body["type"],
        device_id=body.get("deviceId"),
        driver_name=body["driverName"],
        model=body["model"],
    )
    told = ("network", "sequence", "address", "virtual")
    sensor.extra = {key: body[key] for key in told if key in body}
    _remember(call, "sensor", sensor, body)
    return sensor


def _check_device(
    call: Call, gateway: SimulatedGateway, device_id: str, *, is_part: bool
) -> None:
    # What comes in one request need not settle first.
    device = call.world.devices.get(device_id)
    if is_part and device is not None and device.gateway_id == gateway.id:
        return
    call.device_of(gateway, device_id)


def _accepted(call: Call, gateway: SimulatedGateway) -> list[JsonObject]:
    return [
        item for model in _device_models(call, gateway) for item in model["sensors"]
    ]


def _fits(body: JsonObject, item: JsonObject) -> bool:
    return all(body.get(key, value) == value for key, value in item.items())


def _remember(call: Call, kind: ThingKind, thing: Thing, body: JsonObject) -> None:
    world = call.world
    thing.is_registered = True
    thing.usable_ms = world.now_ms + to_ms(world.settle_seconds)
    world.registered.append(
        Registration(kind=kind, id=thing.id, body=dict(body), at=world.clock())
    )
