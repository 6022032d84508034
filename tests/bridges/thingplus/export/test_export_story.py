"""The story of the guide: a gateway, its devices and sensors, their statuses and values."""

import json
from typing import Any

from tests.bridges.house import HUMIDITY, LOUNGE, SUN, TEMPERATURE, WINDOW, House
from tests.simulators.thingplus import RecordedRequest, ThingplusSimulator

from .conftest import START, AddExport, Clock
from .exported import devices, registrations, said, sensors, the_gateway, values

START_MS = int(START.timestamp() * 1000)


def body_of(request: RecordedRequest) -> Any:
    """Return what a request holds."""
    return json.loads(request.body)


async def test_the_story(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """Each thing is registered before what is on it, and told of before it has values."""
    await add_export(TEMPERATURE, HUMIDITY, WINDOW, LOUNGE, SUN)
    gateway = the_gateway(server)
    assert (gateway.name, gateway.model, gateway.site_id) == ("Home", "52", "1")
    kinds = registrations(server)
    assert kinds == ["gateway", *["device"] * 3, *["sensor"] * 5]
    found = sensors(server)
    assert set(devices(server)) == {"Kitchen", "Lounge", "Home Assistant"}
    assert {
        one.name: (one.type, server.devices[str(one.device_id)].name)
        for one in found.values()
    } == {
        "Kitchen Temperature": ("temperature", "Kitchen"),
        "kitchen humidity": ("humidity", "Kitchen"),
        "kitchen window": ("onoff", "Kitchen"),
        "lounge temperature": ("temperature", "Lounge"),
        "season": ("string", "Home Assistant"),
    }
    assert {one.name: list(one.values) for one in found.values()} == {
        "Kitchen Temperature": ["21.5"],
        "kitchen humidity": ["40"],
        "kitchen window": ["0"],
        "lounge temperature": ["19"],
        "season": ["autumn"],
    }
    assert [said(one) for one in (gateway, *found.values())] == [["on"]] * 6
    valid = {one.valid_seconds for one in gateway.statuses}
    valid |= {status.valid_seconds for one in found.values() for status in one.statuses}
    assert valid == {450}
    await clock.go(300)
    assert [said(one) for one in (gateway, *found.values())] == [["on", "on"]] * 6
    assert values(server, "season") == ["autumn", "autumn"]


async def test_the_requests(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """They are those of the guide, in its order."""
    known = len(server.requests)
    await add_export(TEMPERATURE)
    gateway = the_gateway(server)
    (device,) = devices(server).values()
    (sensor,) = sensors(server).values()
    asked = [one for one in [*server.requests][known:] if one.method != "GET"]
    base = f"/gateways/{gateway.id}"
    series = f"{base}/sensors/{sensor.id}/series"
    assert [(one.method, one.path) for one in asked] == [
        ("POST", "/registerGateway"),
        ("PUT", f"{base}/status"),
        ("POST", f"{base}/devices"),
        ("POST", f"{base}/sensors"),
        ("PUT", f"{base}/sensors/{sensor.id}/status"),
        ("PUT", series),
    ]
    assert body_of(asked[0]) == {
        "reqId": gateway.id,
        "params": {"siteId": "1", "model": "52", "name": "Home"},
    }
    assert body_of(asked[1]) == {"value": "on", "validDuration": 450}
    assert body_of(asked[2]) == {
        "reqId": device.id,
        "name": "Kitchen",
        "model": "open-api-device-v1.0",
    }
    assert body_of(asked[3]) == {
        "reqId": sensor.id,
        "name": "Kitchen Temperature",
        "type": "temperature",
        "driverName": "openApiSensor",
        "model": "openApiTemp",
        "network": "daliworks",
        "category": "sensor",
        "deviceId": device.id,
    }
    assert body_of(asked[4]) == {"value": "on", "validDuration": 450}
    assert body_of(asked[5]) == {"value": "21.5", "time": START_MS}
    for one in (gateway.id, device.id, sensor.id):
        assert len(one) == 32
        assert set(one) <= set("0123456789abcdef")


async def test_values_of_an_interval_are_sent_together(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """What changes within it is one array for each sensor, at its end."""
    await add_export(TEMPERATURE, LOUNGE)
    known = len(server.requests)
    for minute in range(1, 5):
        await clock.go(60)
        house.show(TEMPERATURE, 20 + minute)
    assert values(server, "Kitchen Temperature") == ["21.5"]
    await clock.go(60)
    assert values(server, "Kitchen Temperature") == ["21.5", "21", "22", "23", "24"]
    assert values(server, "lounge temperature") == ["19", "19"]
    sent = [
        body_of(one)
        for one in [*server.requests][known:]
        if one.path.endswith("/series")
    ]
    minutes = [
        {"value": str(20 + one), "time": START_MS + 60_000 * one} for one in range(1, 5)
    ]
    assert sent == [minutes, {"value": "19", "time": START_MS + 300_000}]
