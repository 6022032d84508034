"""Creating sensors at the simulated WoTKit server."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from .wotkit_callers import BOB, KEY, NEW_SENSOR, Caller, running_server, turn_clock

BAD_VALUES: Final = [
    ("longName", 5),
    ("description", ["a"]),
    ("imageUrl", 5),
    ("latitude", "49"),
    ("latitude", 90.5),
    ("longitude", True),
    ("longitude", -181),
    ("visibility", "SECRET"),
    ("tags", "a,b"),
    ("tags", [1]),
    ("metadata", []),
    ("metadata", {"key": 1}),
]
BAD_IDS: Final = [f"{key}-{number}" for number, (key, _) in enumerate(BAD_VALUES)]


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def ada(session: aiohttp.ClientSession, server: WotkitServer) -> Caller:
    """The first user."""
    return Caller(session, server, KEY)


def named(server: WotkitServer, name: str) -> SimulatedSensor:
    """Return a sensor of the first user."""
    sensor = server.find_named("ada.lovelace", name)
    assert sensor is not None
    return sensor


async def test_create(ada: Caller, server: WotkitServer) -> None:
    """A sensor that is created with little gets the rest."""
    assert await ada("POST", "sensors", json=NEW_SENSOR) == (201, "")
    shown = await ada.get("sensors/test_sensor")
    assert shown["owner"] == "ada.lovelace"
    assert (shown["latitude"], shown["longitude"]) == (0, 0)
    assert [f["name"] for f in shown["fields"]] == ["lat", "lng", "value", "message"]
    assert [f["required"] for f in shown["fields"]] == [False, False, True, False]
    assert server.faults == []


async def test_create_with_everything(ada: Caller, server: WotkitServer) -> None:
    """With fields, a sensor has exactly those."""
    given = {
        **NEW_SENSOR,
        "latitude": 1.5,
        "longitude": -2,
        "tags": ["a", "b"],
        "metadata": {"source": "test"},
        "imageUrl": "https://example.com/a.png",
        "fields": [
            {"name": "temp", "type": "NUMBER", "longName": "Temp", "units": "degC"},
            {"name": "text", "type": "STRING", "required": True},
        ],
    }
    assert await ada("POST", "sensors", json=given) == (201, "")
    shown = await ada.get("sensors/test_sensor")
    simple = given.keys() - {"fields"}
    assert {key: shown[key] for key in simple} == {key: given[key] for key in simple}
    assert shown["fields"] == [
        {
            "name": "temp",
            "type": "NUMBER",
            "index": 0,
            "required": False,
            "longName": "Temp",
            "units": "degC",
        },
        {
            "name": "text",
            "type": "STRING",
            "index": 1,
            "required": True,
            "longName": "text",
        },
    ]
    assert server.faults == []


@pytest.mark.parametrize(
    ("given", "visibility"),
    [({}, "PRIVATE"), ({"visibility": "PUBLIC"}, "PUBLIC")],
    ids=["left out", "public"],
)
async def test_create_is_explicitly_private(
    ada: Caller, server: WotkitServer, given: dict[str, str], visibility: str
) -> None:
    """Anything but an explicit PRIVATE is a fault; left out it is private."""
    rest = {key: NEW_SENSOR[key] for key in ("name", "longName", "description")}
    assert await ada("POST", "sensors", json={**rest, **given}) == (201, "")
    assert named(server, "test_sensor").visibility == visibility
    assert server.faults == [
        "POST sensors: a sensor is created that is not explicitly private"
    ]


@pytest.mark.parametrize(
    "name", ["abc", "1abc", "Abcd", "ab cd", "ab.cd", "-abc", "äbcd", 5, None]
)
async def test_create_with_bad_name(ada: Caller, name: object) -> None:
    """Names have at least four characters, and begin with a letter or _."""
    expected = (400, "Object has validation errors", ["name"])
    given = {**NEW_SENSOR, "name": name}
    assert await ada.refusal("POST", "sensors", json=given) == expected


@pytest.mark.parametrize("key", ["longName", "description"])
async def test_create_needs(ada: Caller, key: str) -> None:
    """A sensor has to be described."""
    expected = (400, "Object has validation errors", [key])
    given = {name: value for name, value in NEW_SENSOR.items() if name != key}
    assert await ada.refusal("POST", "sensors", json=given) == expected


@pytest.mark.parametrize(("key", "value"), BAD_VALUES, ids=BAD_IDS)
@pytest.mark.parametrize(
    ("method", "path", "rest"),
    [("POST", "sensors", NEW_SENSOR), ("PUT", "sensors/lamp_post", {})],
    ids=["create", "change"],
)
async def test_bad_values(
    ada: Caller, method: str, path: str, rest: dict[str, Any], key: str, value: object
) -> None:
    """Each value has its type."""
    expected = (400, "Object has validation errors", [key])
    assert await ada.refusal(method, path, json={**rest, key: value}) == expected


@pytest.mark.parametrize("key", ["id", "owner", "lastUpdate"])
async def test_create_with_what_the_server_decides(ada: Caller, key: str) -> None:
    """Ids, owners and times are the server's own."""
    given = {**NEW_SENSOR, key: "x"}
    expected = (400, "Extraneous field", [key])
    assert await ada.refusal("POST", "sensors", json=given) == expected


async def test_create_twice(
    session: aiohttp.ClientSession, ada: Caller, server: WotkitServer
) -> None:
    """A name is unique among the sensors of its owner."""
    assert (await ada("POST", "sensors", json=NEW_SENSOR))[0] == 201
    expected = (409, "already exists", ["test_sensor"])
    assert await ada.refusal("POST", "sensors", json=NEW_SENSOR) == expected
    bob = Caller(session, server, BOB)
    assert (await bob("POST", "sensors", json=NEW_SENSOR))[0] == 201


async def test_create_many(ada: Caller, server: WotkitServer) -> None:
    """Of many sensors each is told whether it was created."""
    items = [NEW_SENSOR, NEW_SENSOR | {"name": "lamp_post"}, NEW_SENSOR | {"name": "x"}]
    status, answer = await ada("PUT", "sensors", json=items)
    assert status == 201
    assert answer == {"test_sensor": True, "lamp_post": False, "x": False}
    many = [NEW_SENSOR] * 101
    expected = (400, "Object has validation errors", ["more than 100"])
    assert await ada.refusal("PUT", "sensors", json=many) == expected
    expected = (400, "Object has validation errors", ["expected objects"])
    assert await ada.refusal("PUT", "sensors", json=[1]) == expected
    expected = (400, "Object has validation errors", ["expected a list"])
    assert await ada.refusal("PUT", "sensors", json={}) == expected


@pytest.mark.parametrize(
    ("body", "status", "message", "developer"),
    [
        ({"data": b"{"}, 400, "The supplied object is invalid", "not JSON"),
        ({"data": b"\xff"}, 400, "The supplied object is invalid", "not JSON"),
        ({"data": b"[]"}, 400, "Object has validation errors", "expected an object"),
    ],
    ids=["cut", "no UTF-8", "list"],
)
async def test_bodies(
    ada: Caller, body: dict[str, Any], status: int, message: str, developer: str
) -> None:
    """The body is a JSON object."""
    ada.headers["Content-Type"] = "application/json"
    answer = await ada.refusal("POST", "sensors", **body)
    assert answer == (status, message, [developer])


async def test_created(ada: Caller, server: WotkitServer) -> None:
    """The server notes when a sensor was created."""
    turn_clock(server, 1.5)
    await ada("POST", "sensors", json=NEW_SENSOR)
    shown = await ada.get("sensors/test_sensor")
    assert shown["created"] == "2012-12-12T03:34:29.500Z"
