"""Registering at the simulated Thing+."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import (
    GATEWAY,
    Limits,
    Registration,
    ThingplusSimulator,
    Trouble,
)

from .thingplus_callers import (
    DEVICE,
    NEW_DEVICE,
    NEW_GATEWAY,
    NEW_SENSOR,
    NOW,
    NOW_MS,
    PARAMS,
    SENSOR,
    Caller,
    running_server,
    signed_in,
    turn_clock,
)

PATH: Final = f"gateways/{NEW_GATEWAY}"
OTHER_ID: Final = "0" * 32
ON: Final = {"value": "on", "validDuration": 450}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client with the sample's token."""
    return signed_in(session, server)


async def test_register(caller: Caller, server: ThingplusSimulator) -> None:
    """The answers are those of the guide, with numbers as times."""
    stamps = {"mtime": NOW_MS, "ctime": NOW_MS}
    assert await caller.register_gateway() == stamps | {
        "name": "Open Gateway 1",
        "model": "52",
        "_site": "1",
        "_service": "1",
        "reportInterval": "300000",
        "tree": NEW_GATEWAY,
        "id": NEW_GATEWAY,
    }
    assert await caller.send("POST", f"{PATH}/devices", 201, json=DEVICE) == stamps | {
        "name": "Open Gateway Device 1",
        "model": "open-api-device-v1.0",
        "owner": NEW_GATEWAY,
        "id": NEW_DEVICE,
    }
    assert await caller.send("POST", f"{PATH}/sensors", 201, json=SENSOR) == stamps | {
        "name": "Temperature sensor",
        "type": "temperature",
        "driverName": "openApiSensor",
        "model": "openApiTemp",
        "category": "sensor",
        "deviceId": NEW_DEVICE,
        "owner": NEW_GATEWAY,
        "id": NEW_SENSOR,
    }
    assert list(server.registered) == [
        Registration(kind="gateway", id=NEW_GATEWAY, body=PARAMS, at=NOW),
        Registration(kind="device", id=NEW_DEVICE, body=DEVICE, at=NOW),
        Registration(kind="sensor", id=NEW_SENSOR, body=SENSOR, at=NOW),
    ]
    assert await caller.ids(f"{PATH}/sensors") == [NEW_SENSOR]
    assert server.faults == []


@pytest.mark.parametrize(
    ("spelling", "taken"),
    [("either", ["id", "reqId"]), ("id", ["id"]), ("reqId", ["reqId"])],
)
async def test_spelling_of_the_id(
    caller: Caller, server: ThingplusSimulator, spelling: Any, taken: list[str]
) -> None:
    """Which key has the id of a gateway may be chosen; to try the other is no fault."""
    server.gateway_id_spelling = spelling
    statuses = {}
    for index, key in enumerate(("id", "reqId")):
        body = {key: f"{index:032x}", "params": PARAMS}
        statuses[key] = (await caller("POST", "registerGateway", json=body))[0]
    assert [key for key, status in statuses.items() if status == 201] == taken
    assert set(statuses.values()) <= {201, 400}
    assert server.faults == []


async def test_optional_params(caller: Caller, server: ThingplusSimulator) -> None:
    """A gateway may be told where it is, and how often it reports."""
    location = {"latitude": 1.5, "longitude": 2}
    params = PARAMS | {"reportInterval": 60_000, "location": location, "virtual": "y"}
    data = await caller.send(
        "POST", "registerGateway", 201, json={"id": NEW_GATEWAY, "params": params}
    )
    assert data["reportInterval"] == 60_000
    assert (await caller.get(PATH)) | {
        "reportInterval": "60000",
        "location": location,
        "virtual": "y",
    } == await caller.get(PATH)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, "SCHEMA_VALIDATE"),
        ({"reqId": NEW_GATEWAY}, "SCHEMA_VALIDATE"),
        (
            {"reqId": NEW_GATEWAY, "id": NEW_GATEWAY, "params": PARAMS},
            "SCHEMA_VALIDATE",
        ),
        ({"reqId": NEW_GATEWAY, "params": PARAMS, "name": "x"}, "SCHEMA_VALIDATE"),
        ({"reqId": 5, "params": PARAMS}, "SCHEMA_VALIDATE"),
        ({"reqId": NEW_GATEWAY.upper(), "params": PARAMS}, "INVALID_INPUT"),
        ({"reqId": "abc", "params": PARAMS}, "INVALID_INPUT"),
        ([], "SCHEMA_VALIDATE"),
    ],
    ids=["empty", "params", "both", "extra", "number", "upper", "short", "list"],
)
async def test_gateway_is_refused(
    caller: Caller, server: ThingplusSimulator, body: Any, refusal: str
) -> None:
    """A malformed body is refused, and a fault."""
    assert await caller.refusal("POST", "registerGateway", json=body) == (400, refusal)
    assert list(server.gateways) == [GATEWAY]
    assert len(server.faults) == 1


@pytest.mark.parametrize(
    ("changed", "refusal", "faults"),
    [
        ({"siteId": 1}, (400, "SCHEMA_VALIDATE"), 1),
        ({"siteId": "9"}, (404, "NOT_FOUND"), 0),
        ({"model": "99"}, (400, "INVALID_INPUT"), 0),
        ({"name": ""}, (400, "SCHEMA_VALIDATE"), 1),
        ({"reportInterval": "60000"}, (400, "SCHEMA_VALIDATE"), 1),
        ({"reportInterval": 59_999}, (400, "SCHEMA_VALIDATE"), 1),
        ({"virtual": True}, (400, "SCHEMA_VALIDATE"), 1),
        ({"colour": "red"}, (400, "SCHEMA_VALIDATE"), 1),
    ],
    ids=["site", "no site", "model", "name", "text", "low", "flag", "extra"],
)
async def test_params_are_refused(
    caller: Caller,
    server: ThingplusSimulator,
    changed: dict[str, Any],
    refusal: tuple[int, str],
    faults: int,
) -> None:
    """Malformed params are faults; a site or model that is not there is none."""
    body = {"reqId": NEW_GATEWAY, "params": PARAMS | changed}
    assert await caller.refusal("POST", "registerGateway", json=body) == refusal
    assert len(server.faults) == faults


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("devices", DEVICE | {"model": "52"}, (400, "INVALID_INPUT")),
        ("devices", DEVICE | {"extra": "x"}, (400, "SCHEMA_VALIDATE")),
        ("devices", {"name": "x"}, (400, "SCHEMA_VALIDATE")),
        ("devices", [DEVICE], (400, "SCHEMA_VALIDATE")),
        ("sensors", SENSOR | {"category": "actuator"}, (400, "INVALID_INPUT")),
        ("sensors", SENSOR | {"type": "rssi"}, (400, "INVALID_INPUT")),
        ("sensors", SENSOR | {"model": "openApiHumi"}, (400, "INVALID_INPUT")),
        ("sensors", SENSOR | {"driverName": "other"}, (400, "INVALID_INPUT")),
        ("sensors", SENSOR | {"network": "zigbee"}, (400, "INVALID_INPUT")),
        ("sensors", SENSOR | {"deviceId": 5}, (400, "SCHEMA_VALIDATE")),
        ("sensors", SENSOR | {"id": "x"}, (400, "SCHEMA_VALIDATE")),
    ],
)
async def test_parts_are_refused(
    caller: Caller,
    server: ThingplusSimulator,
    path: str,
    body: Any,
    refusal: tuple[int, str],
) -> None:
    """What the model of the gateway does not list is refused, and a fault."""
    await caller.register_gateway()
    server.add_device(NEW_GATEWAY, NEW_DEVICE, "Device")
    assert await caller.refusal("POST", f"{PATH}/{path}", json=body) == refusal
    assert len(server.registered) == 1
    assert len(server.faults) == 1


async def test_sensor_needs_its_device(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """A device that is not there is not found; a sensor may do without one."""
    await caller.register_gateway()
    answer = await caller.refusal("POST", f"{PATH}/sensors", json=SENSOR)
    assert answer == (404, "NOT_FOUND")
    alone = dict(SENSOR)
    del alone["deviceId"]
    full = alone | {"network": "daliworks", "sequence": "1", "virtual": "n"}
    data = await caller.send("POST", f"{PATH}/sensors", 201, json=full)
    assert "deviceId" not in data
    assert (data["network"], data["sequence"], data["virtual"]) == (
        *("daliworks", "1", "n"),
    )
    assert server.faults == []


async def test_small_model(caller: Caller) -> None:
    """Model 53 takes few types."""
    body = {"reqId": NEW_GATEWAY, "params": PARAMS | {"model": "53"}}
    await caller.send("POST", "registerGateway", 201, json=body)
    await caller.send("POST", f"{PATH}/devices", 201, json=DEVICE)
    await caller.send("POST", f"{PATH}/sensors", 201, json=SENSOR)
    light = SENSOR | {"reqId": OTHER_ID, "type": "light", "model": "openApiLight"}
    answer = await caller.refusal("POST", f"{PATH}/sensors", json=light)
    assert answer == (400, "INVALID_INPUT")


async def test_registered_twice(caller: Caller, server: ThingplusSimulator) -> None:
    """What is there already is a conflict, and a fault."""
    await caller.register_all()
    calls = [
        ("registerGateway", {"id": NEW_GATEWAY, "params": PARAMS}),
        (f"{PATH}/devices", DEVICE),
        (f"{PATH}/sensors", SENSOR),
    ]
    for path, body in calls:
        assert await caller.refusal("POST", path, json=body) == (409, "CONFLICT")
    assert server.faults == [
        f"POST /registerGateway: {NEW_GATEWAY} is registered already",
        f"POST /{PATH}/devices: {NEW_DEVICE} is registered already",
        f"POST /{PATH}/sensors: {NEW_SENSOR} is registered already",
    ]


async def test_lost_answer(caller: Caller, server: ThingplusSimulator) -> None:
    """Whoever did not get the answer may register again."""
    server.trouble = Trouble(drop_after=True, times=1)
    with pytest.raises(aiohttp.ClientError):
        await caller.register_gateway()
    body = {"reqId": NEW_GATEWAY, "params": PARAMS}
    answer = await caller.refusal("POST", "registerGateway", json=body)
    assert answer == (409, "CONFLICT")
    assert server.faults == []


async def test_settling(caller: Caller, server: ThingplusSimulator) -> None:
    """What is registered is found after a while only."""
    server.settle_seconds = 6
    missing = (404, "NOT_FOUND")
    await caller.register_gateway()
    assert await caller.ids("gateways") == [GATEWAY]
    assert await caller.refusal("POST", f"{PATH}/devices", json=DEVICE) == missing
    turn_clock(server, 6)
    assert await caller.ids("gateways") == [GATEWAY, NEW_GATEWAY]
    await caller.send("POST", f"{PATH}/devices", 201, json=DEVICE)
    assert await caller.refusal("POST", f"{PATH}/sensors", json=SENSOR) == missing
    assert await caller.ids(f"{PATH}/devices") == []
    turn_clock(server, 6)
    await caller.send("POST", f"{PATH}/sensors", 201, json=SENSOR)
    path = f"{PATH}/sensors/{NEW_SENSOR}/status"
    assert await caller.refusal("PUT", path, json=ON) == missing
    assert await caller.ids(f"{PATH}/sensors") == []
    turn_clock(server, 6)
    assert (await caller.put(path, ON))["value"] == "on"
    assert server.faults == []


@pytest.mark.parametrize(
    ("limits", "statuses"),
    [
        (Limits(gateways=1), [471, 404, 404]),
        (Limits(devices=2), [201, 471, 404]),
        (Limits(sensors=10), [201, 201, 471]),
        (Limits(gateways=2, devices=3, sensors=11), [201, 201, 201]),
    ],
    ids=["gateways", "devices", "sensors", "enough"],
)
async def test_limits(
    caller: Caller, server: ThingplusSimulator, limits: Limits, statuses: list[int]
) -> None:
    """A plan has limits; to reach them is no fault."""
    server.limits = limits
    body = {"reqId": NEW_GATEWAY, "params": PARAMS}
    answers = [
        await caller("POST", "registerGateway", json=body),
        await caller("POST", f"{PATH}/devices", json=DEVICE),
        await caller("POST", f"{PATH}/sensors", json=SENSOR),
    ]
    assert [status for status, _ in answers] == statuses
    codes = {
        status: body["errors"][0]["code"] for status, body in answers if status > 201
    }
    assert codes.get(471, "BILLING") == "BILLING"
    assert server.faults == []


async def test_limits_are_a_services(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """What another service has does not count."""
    server.add_site("2", "other", service_id="2")
    server.add_gateway("theirs", "Theirs", site_id="2")
    server.add_device("theirs", "their-device", "Theirs")
    server.limits = Limits(gateways=2, devices=3)
    await caller.register_gateway()
    await caller.send("POST", f"{PATH}/devices", 201, json=DEVICE)


async def test_room_for_devices(caller: Caller, server: ThingplusSimulator) -> None:
    """A gateway has 99 devices at most."""
    await caller.register_gateway()
    for number in range(99):
        server.add_device(NEW_GATEWAY, f"device{number}", "Device")
    answer = await caller.refusal("POST", f"{PATH}/devices", json=DEVICE)
    assert answer == (400, "INVALID_INPUT")


async def test_all_in_one(caller: Caller, server: ThingplusSimulator) -> None:
    """Devices and sensors may come with their gateway, before anything settled."""
    server.settle_seconds = 6
    params = PARAMS | {"devices": [DEVICE], "sensors": [SENSOR]}
    body = {"reqId": NEW_GATEWAY, "params": params}
    data = await caller.send("POST", "registerGateway", 201, json=body)
    assert [item["id"] for item in data["devices"]] == [NEW_DEVICE]
    assert [item["id"] for item in data["sensors"]] == [NEW_SENSOR]


async def test_partial_success(caller: Caller, server: ThingplusSimulator) -> None:
    """A sensor that fails is told with 207; the rest is there."""
    other = SENSOR | {"reqId": OTHER_ID, "type": "tag"}
    params = PARAMS | {"devices": [DEVICE], "sensors": [other, SENSOR]}
    status, body = await caller(
        "POST", "registerGateway", json={"reqId": NEW_GATEWAY, "params": params}
    )
    assert (status, body["statusCode"], body["message"]) == (207, 207, "Multi-Status")
    assert [item["id"] for item in body["data"]["sensors"]] == [NEW_SENSOR]
    assert [error["code"] for error in body["errors"]] == ["INVALID_INPUT"]
    assert OTHER_ID not in server.sensors


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"data": b"{}"}, "JSON_PARSING"),
        (
            {"data": b"{", "headers": {"Content-Type": "application/json"}},
            "JSON_PARSING",
        ),
        (
            {"data": b"NaN", "headers": {"Content-Type": "application/json"}},
            "JSON_PARSING",
        ),
    ],
    ids=["no type", "broken", "NaN"],
)
async def test_bodies_are_json(
    session: aiohttp.ClientSession,
    server: ThingplusSimulator,
    how: dict[str, Any],
    code: str,
) -> None:
    """A body is JSON and says so."""
    headers = signed_in(session, server).headers | how.pop("headers", {})
    url = f"{server.api}/registerGateway"
    async with session.post(url, headers=headers, **how) as response:
        assert response.status == 400
        assert (await response.json())["errors"][0]["code"] == code
    assert len(server.faults) == 1
