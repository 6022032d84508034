"""Sensors of the simulated WoTKit server: one by one."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.wotkit import SimulatedSensor, WotkitServer, weather_station

from .wotkit_callers import BOB, KEY, NOW_MS, Caller, running_server

TIME: Final = "2012-12-07T01:47:18.639Z"
# As the documents show it, with quotes around PUBLIC
MULE1: Final = {
    "name": "mule1",
    "fields": [
        {
            "name": "lat",
            "value": 49.20532,
            "type": "NUMBER",
            "index": 0,
            "required": True,
            "longName": "latitude",
            "lastUpdate": TIME,
        },
        {
            "name": "lng",
            "value": -123.1404,
            "type": "NUMBER",
            "index": 1,
            "required": True,
            "longName": "longitude",
            "lastUpdate": TIME,
        },
        {
            "name": "value",
            "value": 58.0,
            "type": "NUMBER",
            "index": 2,
            "required": True,
            "longName": "Data",
            "lastUpdate": TIME,
        },
        {
            "name": "message",
            "type": "STRING",
            "index": 3,
            "required": False,
            "longName": "Message",
        },
    ],
    "id": 1,
    "visibility": "PUBLIC",
    "owner": "sensetecnic",
    "description": "A big yellow taxi that travels from\n"
    "                       Vincent's house to UBC and then back.",
    "longName": "Big Yellow Taxi",
    "latitude": 51.060386316691,
    "longitude": -114.087524414062,
    "lastUpdate": TIME,
}
# Beyond the example of the chapter on keys
OTHER_KEYS: Final[dict[str, Any]] = {
    "created": "2012-12-12T03:34:28.000Z",
    "tags": [],
    "imageUrl": "",
    "subscriberNames": [],
    "metadata": {},
    "publisher": None,
    "thingType": "SENSOR",
}


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


@pytest.mark.parametrize("name", ["1", "1/", "sensetecnic.mule1/"])
async def test_the_taxi(ada: Caller, server: WotkitServer, name: str) -> None:
    """The taxi is what the documents show."""
    assert await ada.get(f"sensors/{name}") == {**MULE1, **OTHER_KEYS}
    assert server.faults == []


async def test_trailing_slash(ada: Caller, server: WotkitServer) -> None:
    """Without a slash, what follows the last dot is taken for an extension."""
    expected = (404, "No thing with that id or name", ["sensetecnic"])
    assert await ada.refusal("GET", "sensors/sensetecnic.mule1") == expected
    assert (await ada("GET", "sensors/lamp_post.json"))[0] == 200
    assert await ada("PUT", "subscribe/sensetecnic.mule1") != (204, "")
    assert server.faults == [
        "GET sensors/sensetecnic.mule1: a dotted name without a slash after it",
        "GET sensors/lamp_post.json: a dotted name without a slash after it",
        "PUT subscribe/sensetecnic.mule1: a dotted name without a slash after it",
    ]


@pytest.mark.parametrize("name", ["lamp_post", "ada.lovelace.lamp_post/", "1001"])
async def test_names(ada: Caller, server: WotkitServer, name: str) -> None:
    """An owner has three names for a sensor."""
    assert (await ada.get(f"sensors/{name}"))["id"] == 1001


@pytest.mark.parametrize("name", ["lamp_post", "bob.lamp_post/", "7", "my_sensor"])
async def test_unknown_names(
    session: aiohttp.ClientSession, server: WotkitServer, name: str
) -> None:
    """A short name is for the owner alone."""
    bob = Caller(session, server, BOB)
    expected = (404, "No thing with that id or name", [name.rstrip("/")])
    assert await bob.refusal("GET", f"sensors/{name}") == expected


async def test_never_updated(ada: Caller, server: WotkitServer) -> None:
    """A sensor without data is of 1970; its position is 0, without a time."""
    station = server.add_sensor("ada.lovelace", "station")
    shown = await ada.get(f"sensors/{station.id}")
    assert shown["lastUpdate"] == "1970-01-01T00:00:00.000Z"
    assert [field.get("value") for field in shown["fields"]] == [0, 0, None, None]
    assert not any("lastUpdate" in field for field in shown["fields"])
    assert [field.get("units") for field in shown["fields"]] == [
        "degrees",
        "degrees",
        None,
        None,
    ]


async def test_last_update_in_milliseconds(ada: Caller, server: WotkitServer) -> None:
    """The documents speak of milliseconds, their examples of ISO 8601."""
    server.last_update_as = "ms"
    shown = await ada.get("sensors/1")
    assert shown["lastUpdate"] == shown["fields"][0]["lastUpdate"] == 1354844838639


async def test_weather_station(ada: Caller, server: WotkitServer) -> None:
    """The weather station has units of many kinds."""
    station = weather_station(server, "ada.lovelace")
    shown = await ada.get("sensors/weather_station")
    assert shown["visibility"] == "PRIVATE"
    assert (shown["latitude"], shown["longitude"]) == (49.2606, -123.246)
    fields = {field["name"]: field for field in shown["fields"]}
    assert fields["temperature"]["units"] == "degC"
    assert fields["temperature"]["value"] == 21.5
    assert fields["note"]["value"] == "Calm"
    assert fields["gadgets"]["units"] == "widgets"
    assert "lastUpdate" not in fields["lat"]
    assert station.updated_ms == NOW_MS


async def test_change(ada: Caller, server: WotkitServer) -> None:
    """What is named is replaced as a whole; the rest stays."""
    lamp = named(server, "lamp_post")
    lamp.metadata = {"old": "1"}
    lamp.tags = ["a"]
    change = {
        "visibility": "PRIVATE",
        "longName": "Lamp",
        "tags": ["b"],
        "metadata": {"source": "test"},
    }
    assert await ada("PUT", "sensors/lamp_post", json=change) == (204, "")
    assert (lamp.long_name, lamp.tags) == ("Lamp", ["b"])
    assert lamp.metadata == {"source": "test"}
    assert lamp.description == "A lamp that listens to its control channel"
    assert [field.name for field in lamp.fields] == ["value", "message"]
    assert server.faults == []


async def test_change_of_fields(ada: Caller, server: WotkitServer) -> None:
    """Fields that remain keep their values, unless their type changes."""
    lamp = named(server, "lamp_post")
    lamp.record({"value": 5, "message": "on"})
    shown = (await ada.get("sensors/lamp_post"))["fields"]
    new = [{"name": "extra", "type": "NUMBER"}, *shown]
    change = {"visibility": "PRIVATE", "fields": new}
    assert await ada("PUT", "sensors/lamp_post", json=change) == (204, "")
    values = [(field.name, field.value) for field in lamp.fields]
    assert values == [("extra", None), ("value", 5), ("message", "on")]
    change["fields"] = [{"name": "value", "type": "STRING"}]
    assert await ada("PUT", "sensors/lamp_post", json=change) == (204, "")
    assert [(field.name, field.value) for field in lamp.fields] == [("value", None)]


@pytest.mark.parametrize("key", ["id", "name", "owner"])
async def test_change_of_what_is_fixed(ada: Caller, key: str) -> None:
    """Id, name and owner stay."""
    expected = (400, "Extraneous field", [f'Cannot change the field "{key}"'])
    change = {"visibility": "PRIVATE", key: "x"}
    assert await ada.refusal("PUT", "sensors/lamp_post", json=change) == expected


async def test_change_without_visibility(
    session: aiohttp.ClientSession, ada: Caller, server: WotkitServer
) -> None:
    """Left out, it hardens the sensor, which silently removes all subscribers."""
    sensor = server.add_sensor("ada.lovelace", "open_sensor")
    server.subscribe("bob", sensor)
    bob = Caller(session, server, BOB)
    assert await bob.names("scope=subscribed") == ["open_sensor"]
    change = {"visibility": "PUBLIC"}
    assert await ada("PUT", "sensors/open_sensor", json=change) == (204, "")
    assert sensor.subscribers == ["bob"]
    assert server.faults == []
    assert await ada("PUT", "sensors/open_sensor", json={}) == (204, "")
    assert (sensor.visibility, sensor.subscribers) == ("PRIVATE", [])
    assert await bob.names("scope=subscribed") == []
    assert server.faults == [
        "PUT sensors/open_sensor: visibility is left out, the sensor is private now"
    ]


async def test_delete(ada: Caller, server: WotkitServer) -> None:
    """A sensor that was deleted is gone, and its listeners with it."""
    await ada("POST", "control/sub/lamp_post")
    assert await ada("DELETE", "sensors/lamp_post") == (204, "")
    assert (await ada("GET", "sensors/lamp_post"))[0] == 404
    assert (await ada("GET", "control/sub/1234"))[0] == 404
    assert await ada.names("scope=contributed") == []
