"""Fields of sensors at the simulated WoTKit server."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from .wotkit_callers import KEY, Caller, running_server

FIELD: Final = {"name": "temp", "type": "NUMBER"}
PATH: Final = "sensors/lamp_post/fields"


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def lamp(server: WotkitServer) -> SimulatedSensor:
    """The first user's actuator."""
    return server.sensors[1001]


@pytest.fixture
def ada(session: aiohttp.ClientSession, server: WotkitServer) -> Caller:
    """The first user."""
    return Caller(session, server, KEY)


async def test_fields_are_shown(ada: Caller, lamp: SimulatedSensor) -> None:
    """Fields are the same alone and in the sensor."""
    lamp.record({"value": 5})
    shown = await ada.get(PATH)
    assert shown == (await ada.get("sensors/lamp_post"))["fields"]
    assert await ada.get(f"{PATH}/message") == shown[1]
    assert shown[0] == {
        "name": "value",
        "value": 5,
        "type": "NUMBER",
        "index": 0,
        "required": False,
        "longName": "Brightness",
        "lastUpdate": "2012-12-12T03:34:28.000Z",
    }


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_unknown_field(ada: Caller, method: str) -> None:
    """An unknown field is a wrong request."""
    expected = (400, "Invalid Field Content", ["temp"])
    assert await ada.refusal(method, f"{PATH}/temp") == expected


async def test_create_and_change(ada: Caller, lamp: SimulatedSensor) -> None:
    """A field is created or changed by the same method; its value stays."""
    assert await ada("PUT", f"{PATH}/temp", json=FIELD) == (204, "")
    lamp.record({"temp": 21})
    changed = {**FIELD, "longName": "Temp", "units": "degC", "required": True}
    assert await ada("PUT", f"{PATH}/temp", json=changed) == (204, "")
    shown = await ada.get(f"{PATH}/temp")
    assert {key: shown[key] for key in changed} == changed
    assert (shown["index"], shown["value"]) == (2, 21)
    texts = {"name": "temp", "type": "STRING"}
    assert await ada("PUT", f"{PATH}/temp", json=texts) == (204, "")
    assert "value" not in await ada.get(f"{PATH}/temp")


@pytest.mark.parametrize(
    ("field", "developer"),
    [
        ({"name": "other", "type": "NUMBER"}, "name"),
        ({"type": "NUMBER"}, "name"),
        ({"name": "", "type": "NUMBER"}, "name"),
        ({"name": "timestamp", "type": "NUMBER"}, "name"),
        ({"name": "temp"}, "type"),
        ({"name": "temp", "type": "BOOLEAN"}, "type"),
        ({**FIELD, "required": "yes"}, "required"),
        ({**FIELD, "units": 5}, "units"),
        ({**FIELD, "longName": []}, "longName"),
        ({**FIELD, "colour": "red"}, "colour"),
    ],
    ids=[
        "other name",
        "no name",
        "empty name",
        "name of every row",
        "no type",
        "unknown type",
        "required",
        "units",
        "long name",
        "unknown key",
    ],
)
async def test_bad_field(ada: Caller, field: dict[str, Any], developer: str) -> None:
    """A field has a name and a type."""
    expected = (400, "Invalid Field Content", [developer])
    assert await ada.refusal("PUT", f"{PATH}/temp", json=field) == expected


@pytest.mark.parametrize(
    ("fields", "message", "developer"),
    [
        ({}, "Object has validation errors", "fields"),
        ([], "Invalid Field Content", "Cannot delete last field from sensor"),
        ([FIELD, FIELD], "Invalid Field Content", "name is there twice"),
        (["temp"], "Invalid Field Content", "expected an object"),
    ],
    ids=["object", "empty", "twice", "text"],
)
async def test_bad_lists(
    ada: Caller, lamp: SimulatedSensor, fields: object, message: str, developer: str
) -> None:
    """A list of fields is taken as a whole, or not at all."""
    change = {"visibility": "PRIVATE", "longName": "New", "fields": fields}
    answer = await ada.refusal("PUT", "sensors/lamp_post", json=change)
    assert answer == (400, message, [developer])
    assert lamp.long_name == "Lamp Post"
    assert len(lamp.fields) == 2


async def test_delete(ada: Caller, server: WotkitServer) -> None:
    """All fields but the last can be deleted."""
    assert await ada("DELETE", f"{PATH}/value") == (204, "")
    assert [field["name"] for field in await ada.get(PATH)] == ["message"]
    reason = "Cannot delete last field from sensor"
    expected = (400, "Invalid Field Content", [reason])
    assert await ada.refusal("DELETE", f"{PATH}/message") == expected
    assert server.faults == []


async def test_dotted_field(ada: Caller, server: WotkitServer) -> None:
    """The trailing slash counts after fields as well."""
    dotted = {"name": "temp.in", "type": "NUMBER"}
    assert await ada("PUT", f"{PATH}/temp.in/", json=dotted) == (204, "")
    assert (await ada.get(f"{PATH}/temp.in/"))["name"] == "temp.in"
    assert (await ada("GET", f"{PATH}/temp.in"))[0] == 400
    assert len(server.faults) == 1
