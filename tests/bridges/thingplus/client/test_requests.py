"""What is sent: addresses, headers and bodies."""

from datetime import UTC, datetime, timedelta
import json
import math
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus.client import (
    AlreadyExistsError,
    Category,
    InvalidDataError,
    NewSensor,
    NotFoundError,
    Point,
    StatusValue,
    ThingplusClient,
)
from tests.bridges.scripted import Reply, ScriptedServer, ScriptedTokens

from .calls import ACCEPTED, CALLS, DEVICE, GATEWAY, READING, SENSOR, WRITING
from .envelopes import failure, success

TIME = datetime(2017, 5, 25, 12, 35, 34, 508_999, UTC)
MS = 1495715734508
BAD_KEY = failure(400, "SCHEMA_VALIDATE", "no such key")


def sent(scripted: ScriptedServer) -> list[Any]:
    """Return the JSON of the requests."""
    types = {heard.headers["Content-Type"] for heard in scripted.heard}
    assert types == {"application/json"}
    return [json.loads(heard.body) for heard in scripted.heard]


@pytest.mark.parametrize("name", CALLS)
async def test_lines(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    scripted.say(Reply(body=CALLS[name].envelope))
    await CALLS[name].work(asking)
    (line,) = scripted.lines()
    assert line.partition("?")[0] == CALLS[name].line
    (heard,) = scripted.heard
    assert heard.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("sites", "count=1000&page=0"),
        ("gateways", "embed=status&embed=devices&count=1000&page=0"),
        ("gateway", "embed=status&embed=devices"),
        ("sensors", "embed=series&embed=status&count=1000&page=0"),
        ("sensor_types", "count=1000&page=0"),
        ("gateway_model", ""),
        (
            "history",
            (
                "dataStart=2017-05-25T00%3A00%3A00.000Z"
                "&dataEnd=2017-05-26T00%3A00%3A00.000Z&interval=0&count=10080"
            ),
        ),
    ],
)
async def test_queries(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, query: str
) -> None:
    scripted.say(Reply(body=CALLS[name].envelope))
    await CALLS[name].work(asking)
    assert scripted.lines()[0].partition("?")[2] == query


def test_each_query_is_tested() -> None:
    marks = test_queries.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(READING)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a/b", "a%2Fb"),
        ("a b?c#d%", "a%20b%3Fc%23d%25"),
        ("tür\ud800", "t%C3%BCr%3F"),
        ("...", "..."),
        ("00:1a", "00%3A1a"),
    ],
)
async def test_ids_in_paths(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, part: str
) -> None:
    scripted.say(success({}))
    await asking.set_gateway_status(name, StatusValue.ON, 9)
    await asking.set_sensor_status(name, name, StatusValue.ON, 9)
    await asking.create_device(name, DEVICE, name="x", model="y")
    assert scripted.lines() == [
        f"PUT gateways/{part}/status",
        f"PUT gateways/{part}/sensors/{part}/status",
        f"POST gateways/{part}/devices",
    ]


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_ids_that_mean_another_place(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    for work in (
        asking.gateway(name),
        asking.sensors(name),
        asking.gateway_model(name),
        asking.history(GATEWAY, name, TIME, TIME + timedelta(1)),
        asking.set_sensor_status(GATEWAY, name, StatusValue.ON, 9),
        asking.send_points(name, SENSOR, [Point(value="1", time=TIME)]),
    ):
        with pytest.raises(NotFoundError):
            await work
    assert scripted.heard == []


async def test_base_with_a_slash(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.say(success({"id": "1"}))
    client = ThingplusClient(session, URL(f"{scripted.api}/"), ScriptedTokens())
    await client.gateway_model("52")
    assert scripted.lines() == ["GET gatewayModels/52"]


# Registering


async def test_register_gateway(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(success({}))
    await asking.register_gateway(GATEWAY, site_id="1", model="52", name="Tür")
    params = {"siteId": "1", "model": "52", "name": "Tür"}
    assert sent(scripted) == [{"reqId": GATEWAY, "params": params}]


async def test_register_gateway_as_it_was_once(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """Where the server calls the id differently, nothing was done the first time."""
    scripted.say(BAD_KEY, success({}))
    await CALLS["register_gateway"].work(asking)
    first, second = sent(scripted)
    assert first.pop("reqId") == second.pop("id") == GATEWAY
    assert first == second


async def test_register_gateway_that_is_wrong(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """What the server says of the spelling of today is what counts."""
    scripted.say(
        failure(400, "SCHEMA_VALIDATE", "the name is too long"),
        failure(400, "SCHEMA_VALIDATE", "there is no id"),
    )
    with pytest.raises(InvalidDataError) as caught:
        await CALLS["register_gateway"].work(asking)
    assert caught.value.reason == "the name is too long"
    assert len(scripted.heard) == 2


async def test_register_gateway_that_is_there(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(BAD_KEY, failure(409, "CONFLICT"))
    with pytest.raises(AlreadyExistsError):
        await CALLS["register_gateway"].work(asking)


@pytest.mark.parametrize("code", ["INVALID_INPUT", "JSON_PARSING", ""])
@pytest.mark.parametrize(
    "name", ["register_gateway", "set_gateway_status", "set_sensor_status"]
)
async def test_other_complaints_are_no_matter_of_spelling(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, code: str
) -> None:
    scripted.say(failure(400, code))
    with pytest.raises(InvalidDataError):
        await CALLS[name].work(asking)
    assert len(scripted.heard) == 1


async def test_device(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    scripted.say(success({}))
    await CALLS["create_device"].work(asking)
    model = "open-api-device-v1.0"
    assert sent(scripted) == [{"reqId": DEVICE, "name": "Kitchen", "model": model}]


async def test_sensor(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    scripted.say(success({}))
    await CALLS["create_sensor"].work(asking)
    assert sent(scripted) == [
        {
            "reqId": SENSOR,
            "name": "Temperature sensor",
            "type": "temperature",
            "driverName": "openApiSensor",
            "model": "openApiTemp",
            "category": "sensor",
            "deviceId": DEVICE,
            "network": "daliworks",
        }
    ]


async def test_sensor_without_a_network(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(success({}))
    accepted = type(ACCEPTED)(
        type="led", model="m", driver="d", category=Category.ACTUATOR
    )
    new = NewSensor(id=SENSOR, name="x", accepted=accepted, device_id=DEVICE)
    await asking.create_sensor(GATEWAY, new)
    (body,) = sent(scripted)
    assert "network" not in body
    assert body["category"] == "actuator"


# Reporting


@pytest.mark.parametrize("value", StatusValue)
async def test_status(
    asking: ThingplusClient, scripted: ScriptedServer, value: StatusValue
) -> None:
    scripted.say(success({}))
    await asking.set_gateway_status(GATEWAY, value, 450)
    await asking.set_sensor_status(GATEWAY, SENSOR, value, 90)
    assert sent(scripted) == [
        {"validDuration": 450, "value": value.value},
        {"validDuration": 90, "value": value.value},
    ]


async def test_status_as_it_was_once(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """What works is remembered, and the other way stays open."""
    scripted.say(BAD_KEY, success({}), success({}), success({}), BAD_KEY, success({}))
    for _ in range(2):
        await asking.set_gateway_status(GATEWAY, StatusValue.ON, 450)
        await asking.set_sensor_status(GATEWAY, SENSOR, StatusValue.ON, 450)
    keys = [next(iter(body)) for body in sent(scripted)]
    assert keys == [
        "validDuration",
        "timeout",
        "timeout",
        "timeout",
        "timeout",
        "validDuration",
    ]


async def test_status_that_is_wrong(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(BAD_KEY)
    for _ in range(2):
        with pytest.raises(InvalidDataError) as caught:
            await CALLS["set_sensor_status"].work(asking)
        assert caught.value.reason == "no such key"
    keys = [next(iter(body)) for body in sent(scripted)]
    assert keys == 2 * ["validDuration", "timeout"]


async def test_one_point(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    scripted.say(success({}))
    await asking.send_points(GATEWAY, SENSOR, [Point(value="36.5", time=TIME)])
    assert sent(scripted) == [{"value": "36.5", "time": MS}]


async def test_points(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    """Ascending, and one at each moment."""
    scripted.say(success({}))
    second = timedelta(seconds=1)
    points = [
        Point(value="3", time=TIME + second),
        Point(value="1", time=TIME - second),
        Point(value="2", time=TIME),
        Point(value="2.5", time=TIME + timedelta(microseconds=1)),
        Point(value={"lat": "1.5", "at": {"x": "y"}}, time=TIME + 2 * second),
    ]
    await asking.send_points(GATEWAY, SENSOR, points)
    assert sent(scripted) == [
        [
            {"value": "1", "time": MS - 1000},
            {"value": "2", "time": MS},
            {"value": "2.5", "time": MS + 1},
            {"value": "3", "time": MS + 1000},
            {"value": {"lat": "1.5", "at": {"x": "y"}}, "time": MS + 2000},
        ]
    ]


async def test_points_at_one_moment(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(success({}))
    points = [Point(value=value, time=TIME) for value in ("1", "2")]
    await asking.send_points(GATEWAY, SENSOR, points)
    assert sent(scripted) == [{"value": "2", "time": MS}]


async def test_no_points(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    await asking.send_points(GATEWAY, SENSOR, [])
    assert scripted.heard == []


# Commands


async def test_command(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    scripted.say(success({"cmd": "on", "result": "success"}))
    options = {"red": 255, "wait": True, "text": "Tür", "at": [1.5, False], "o": {}}
    await asking.control(GATEWAY, SENSOR, "on", options)
    await asking.control(GATEWAY, SENSOR, "off")
    written = {"red": 255, "wait": 1, "text": "Tür", "at": [1.5, 0], "o": {}}
    assert sent(scripted) == [
        {
            "id": GATEWAY,
            "act": "controlActuator",
            "params": {"id": SENSOR, "cmd": command, "options": given},
        }
        for command, given in (("on", written), ("off", {}))
    ]
    assert b"true" not in scripted.heard[0].body


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf]])
async def test_what_is_no_number(
    asking: ThingplusClient, scripted: ScriptedServer, value: Any
) -> None:
    with pytest.raises(InvalidDataError) as caught:
        await asking.control(GATEWAY, SENSOR, "set", {"x": value})
    assert str(caught.value) == "command: a number is not finite"
    assert scripted.heard == []


@pytest.mark.parametrize("name", WRITING)
async def test_nothing_is_read_to_write(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    scripted.say(success({}))
    await CALLS[name].work(asking)
    assert len(scripted.heard) == 1
