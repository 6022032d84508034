"""Gateways, devices and sensors: listing, changing, deleting.

Source: Thing+ REST API guide v2, "Gateways", "Devices", "Sensors".
"""

from typing import Final

from .call import Call, Reply
from .query import DEVICE, DEVICES, GATEWAY, GATEWAYS, NOTHING, SENSOR, SENSORS
from .schema import FLAG, INTERVAL, LIST, NAME, OBJECT, TEXT, Schema, check_object
from .showing import list_reply, one_reply, show_gateway, show_sensor
from .things import SimulatedDevice, Thing

GATEWAY_CHANGES: Final[Schema] = {
    "name": NAME,
    "model": TEXT,
    "desc": TEXT,
    "mobile": FLAG,
    "location": OBJECT,
    "virtual": FLAG,
    "autoCreateDiscoverable": FLAG,
    "customFields": OBJECT,
    "deviceModels": LIST,
    "reportInterval": INTERVAL,
}
DEVICE_CHANGES: Final[Schema] = {"name": NAME, "model": TEXT, "address": TEXT}
SENSOR_CHANGES: Final[Schema] = {
    **dict.fromkeys(("type", "driverName", "model", "category", "network"), TEXT),
    "name": NAME,
    "deviceId": TEXT,
    "sequence": TEXT,
    "address": TEXT,
    "virtual": FLAG,
}
FIXED_OF_SENSOR: Final = ("type", "driverName", "model", "category", "network")


def list_gateways(call: Call) -> Reply:
    """Return the gateways of the caller's service."""
    call.check_query(GATEWAYS)
    note_poll(call)
    gateways = [
        gateway
        for gateway in call.world.gateways.values()
        if gateway.service_id == call.user.service_id and call.is_settled(gateway)
    ]
    return list_reply(call, gateways, lambda item: show_gateway(call, item, call.query))


def get_gateway(call: Call) -> Reply:
    """Return one gateway."""
    call.check_query(GATEWAY)
    return one_reply(call, show_gateway(call, call.gateway(), call.query))


def change_gateway(call: Call) -> Reply:
    """Change a gateway."""
    call.check_query(NOTHING)
    gateway = call.gateway()
    body = check_object(call, call.json_object(), GATEWAY_CHANGES)
    if body.get("model", gateway.model) != gateway.model:
        raise call.input_error("the model stays")
    if "reportInterval" in body:
        call.world.set_report_interval(gateway.id, body["reportInterval"])
    gateway.name = body.get("name", gateway.name)
    fixed = ("name", "model", "reportInterval")
    gateway.extra.update({k: v for k, v in body.items() if k not in fixed})
    gateway.changed_ms = call.world.now_ms
    return Reply(data=show_gateway(call, gateway, call.query))


def delete_gateway(call: Call) -> Reply:
    """Delete a gateway with its devices and sensors."""
    return _delete(call, call.gateway())


def list_devices(call: Call) -> Reply:
    """Return the devices of a gateway."""
    call.check_query(DEVICES)
    gateway = call.gateway()
    devices = [
        device
        for device in call.world.devices.values()
        if device.gateway_id == gateway.id and call.is_settled(device)
    ]
    return list_reply(call, devices, SimulatedDevice.to_json)


def get_device(call: Call) -> Reply:
    """Return one device."""
    call.check_query(DEVICE)
    return one_reply(call, call.device().to_json())


def change_device(call: Call) -> Reply:
    """Change a device."""
    call.check_query(NOTHING)
    device = call.device()
    body = check_object(call, call.json_object(), DEVICE_CHANGES)
    device.name = body.get("name", device.name)
    device.model = body.get("model", device.model)
    if "address" in body:
        device.extra["address"] = body["address"]
    device.changed_ms = call.world.now_ms
    return Reply(data=device.to_json())


def delete_device(call: Call) -> Reply:
    """Delete a device with its sensors."""
    return _delete(call, call.device())


def list_sensors(call: Call) -> Reply:
    """Return the sensors of a gateway."""
    call.check_query(SENSORS)
    gateway = call.gateway()
    note_poll(call)
    sensors = [
        sensor
        for sensor in call.world.sensors.values()
        if sensor.gateway_id == gateway.id and call.is_settled(sensor)
    ]
    return list_reply(call, sensors, lambda item: show_sensor(call, item, call.query))


def get_sensor(call: Call) -> Reply:
    """Return one sensor."""
    call.check_query(SENSOR)
    return one_reply(call, show_sensor(call, call.sensor(), call.query))


def change_sensor(call: Call) -> Reply:
    """Change a sensor; what decides about its values stays."""
    call.check_query(NOTHING)
    sensor = call.sensor()
    body = check_object(call, call.json_object(), SENSOR_CHANGES)
    known = sensor.to_json()
    for key in FIXED_OF_SENSOR:
        if body.get(key, known.get(key)) != known.get(key):
            raise call.input_error(f"{key} stays")
    if "deviceId" in body:
        device = call.device_of(call.gateway(), body["deviceId"])
        sensor.device_id = device.id
    sensor.name = body.get("name", sensor.name)
    free = ("sequence", "address", "virtual")
    sensor.extra.update({k: v for k, v in body.items() if k in free})
    sensor.changed_ms = call.world.now_ms
    return Reply(data=show_sensor(call, sensor, call.query))


def delete_sensor(call: Call) -> Reply:
    """Delete a sensor."""
    return _delete(call, call.sensor())


def note_poll(call: Call) -> None:
    """Count a listing against what a client may do."""
    page = call.query.one("page", "0")
    call.world.watch.note_poll(call.token, call.path, page)


def _delete(call: Call, thing: Thing) -> Reply:
    call.check_query(NOTHING)
    call.world.remove(thing.id)
    return Reply(status=204)
