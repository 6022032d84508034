"""What is sent: addresses, headers and bodies, byte by byte."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
import json
import math
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientSession, CookieJar
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.wotkit.client import (
    BasicCredentials,
    ControlMessage,
    DataRow,
    Field,
    FieldType,
    FieldValue,
    InvalidDataError,
    NewSensor,
    NotFoundError,
    Scope,
    Visibility,
    WotkitClient,
)
from tests.bridges.scripted import Reply, ScriptedServer

from .calls import CALLS, END, NAME, START

TEMPERATURE = Field(
    name="temp",
    long_name="Temperature",
    type=FieldType.NUMBER,
    units="degC",
    index=3,
    value=7,
)
NOTE = Field(name="note", long_name="Note", type=FieldType.STRING, required=True)
WRITTEN = [
    {
        "name": "temp",
        "longName": "Temperature",
        "type": "NUMBER",
        "required": False,
        "units": "degC",
    },
    {"name": "note", "longName": "Note", "type": "STRING", "required": True},
]


def signed_by(pair: str) -> str:
    """Return the header for a name and a password."""
    return f"Basic {b64encode(pair.encode()).decode()}"


def sent(scripted: ScriptedServer) -> Any:
    """Return the JSON of the only request."""
    (heard,) = scripted.heard
    assert heard.headers["Content-Type"] == "application/json"
    return json.loads(heard.body)


@pytest.mark.parametrize("name", CALLS)
async def test_lines(asking: WotkitClient, scripted: ScriptedServer, name: str) -> None:
    scripted.say(Reply(body=CALLS[name].answer))
    await CALLS[name].work(asking)
    (line,) = scripted.lines()
    assert line.partition("?")[0] == CALLS[name].line
    (heard,) = scripted.heard
    assert heard.headers["Authorization"] == signed_by("key-id:key-word")


@pytest.mark.parametrize(
    ("name", "single", "data"),
    [
        (7, "sensors/7", "sensors/7/data"),
        ("mule1", "sensors/mule1/", "sensors/mule1/data"),
        ("ada.mule1", "sensors/ada.mule1/", "sensors/ada.mule1/data"),
        ("a/b", "sensors/a%2Fb/", "sensors/a%2Fb/data"),
        ("a b?c#d%", "sensors/a%20b%3Fc%23d%25/", "sensors/a%20b%3Fc%23d%25/data"),
        ("tür\ud800", "sensors/t%C3%BCr%3F/", "sensors/t%C3%BCr%3F/data"),
        ("...", "sensors/.../", "sensors/.../data"),
    ],
)
async def test_names_in_paths(
    asking: WotkitClient,
    scripted: ScriptedServer,
    name: str | int,
    single: str,
    data: str,
) -> None:
    """The slash keeps the server from taking ".mule1" for a file name extension."""
    scripted.say(Reply(body={"id": 7, "subscription": 8}))
    await asking.sensor(name)
    await asking.send_row(name, {"value": 1})
    await asking.subscribe_control(name)
    assert scripted.lines() == [
        f"GET {single}",
        f"POST {data}",
        f"POST {single.replace('sensors/', 'control/sub/')}",
    ]


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_names_that_mean_another_place(
    asking: WotkitClient, scripted: ScriptedServer, name: str
) -> None:
    with pytest.raises(NotFoundError):
        await asking.sensor(name)
    with pytest.raises(NotFoundError):
        await asking.send_row(name, {"value": 1})
    with pytest.raises(NotFoundError):
        await asking.subscribe_control(name)
    assert scripted.heard == []


async def test_base_with_a_slash(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(body=[]))
    credentials = BasicCredentials("ada", "word")
    client = WotkitClient(session, URL(f"{scripted.api}/"), credentials)
    await client.sensors(Scope.SUBSCRIBED)
    assert scripted.lines() == ["GET sensors?scope=subscribed&limit=1000&offset=0"]


@pytest.mark.parametrize(
    ("username", "password"),
    [("key", "word"), ("ada", "a:b:c"), ("ädä", "pässwörd €"), ("ada", "")],
)
async def test_basic(
    session: ClientSession, scripted: ScriptedServer, username: str, password: str
) -> None:
    scripted.say(Reply(body=[]))
    credentials = BasicCredentials(username, password)
    await WotkitClient(session, scripted.api, credentials).sensors(Scope.SUBSCRIBED)
    header = scripted.heard[0].headers["Authorization"]
    assert header == signed_by(f"{username}:{password}")


async def test_no_cookies(scripted: ScriptedServer) -> None:
    """They would mix up two users of one server: the session is shared."""
    cookie = {"Set-Cookie": "JSESSIONID=ada; Path=/"}
    scripted.say(Reply(body=[], headers=cookie))
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        for username in ("ada", "bob"):
            credentials = BasicCredentials(username, "word")
            client = WotkitClient(session, scripted.api, credentials)
            await client.sensors(Scope.CONTRIBUTED)
        assert [cookie.value for cookie in session.cookie_jar] == ["ada"]
    assert [heard.headers.get("Cookie") for heard in scripted.heard] == [None, None]


async def test_tags(asking: WotkitClient, scripted: ScriptedServer) -> None:
    scripted.say(Reply(body=[]))
    await asking.sensors(Scope.CONTRIBUTED, tags=["taxi", "grün & blau"])
    query = "scope=contributed&limit=1000&tags=taxi%2Cgr%C3%BCn%20%26%20blau&offset=0"
    assert scripted.lines() == [f"GET sensors?{query}"]


async def test_range(asking: WotkitClient, scripted: ScriptedServer) -> None:
    scripted.say(Reply(body=[]))
    await asking.rows(NAME, START + timedelta(microseconds=1_999), END)
    query = "start=1354838400001&end=1354924800000"
    assert scripted.lines() == [f"GET sensors/ada.mule1/data?{query}"]


@pytest.mark.parametrize(
    ("wait", "asked"), [(0, 0), (20, 20), (25, 20)], ids=["none", "most", "too long"]
)
async def test_wait(
    asking: WotkitClient, scripted: ScriptedServer, wait: int, asked: int
) -> None:
    scripted.say(Reply(body=[]))
    await asking.control_messages(1234, wait)
    assert scripted.lines() == [f"GET control/sub/1234?wait={asked}"]


# Bodies


async def test_new_sensor(asking: WotkitClient, scripted: ScriptedServer) -> None:
    new = NewSensor(
        name="oven",
        long_name="Oven",
        description="In the kitchen",
        tags=("hot",),
        metadata={"source": "x"},
        fields=(TEMPERATURE, NOTE),
        latitude=1.5,
        longitude=2.5,
    )
    await asking.create_sensor(new)
    assert sent(scripted) == {
        "name": "oven",
        "longName": "Oven",
        "description": "In the kitchen",
        "visibility": "PRIVATE",
        "tags": ["hot"],
        "metadata": {"source": "x"},
        "fields": WRITTEN,
        "latitude": 1.5,
        "longitude": 2.5,
    }


async def test_least_new_sensor(asking: WotkitClient, scripted: ScriptedServer) -> None:
    """Half a location is none; without fields the server adds its own."""
    new = NewSensor(name="oven", long_name="Oven", description="Hot", latitude=1.5)
    await asking.create_sensor(new)
    assert sent(scripted) == {
        "name": "oven",
        "longName": "Oven",
        "description": "Hot",
        "visibility": "PRIVATE",
        "tags": [],
        "metadata": {},
    }


@pytest.mark.parametrize("visibility", Visibility)
async def test_update(
    asking: WotkitClient, scripted: ScriptedServer, visibility: Visibility
) -> None:
    """Without a visibility the server would make the sensor private."""
    await asking.update_sensor(
        7, visibility=visibility, fields=[TEMPERATURE, NOTE], metadata={"a": "b"}
    )
    assert sent(scripted) == {
        "visibility": visibility.value,
        "metadata": {"a": "b"},
        "fields": WRITTEN,
    }


async def test_update_of_metadata(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    await asking.update_sensor(
        7, visibility=Visibility.PUBLIC, fields=[], metadata={"a": "b"}
    )
    assert sent(scripted) == {"visibility": "PUBLIC", "metadata": {"a": "b"}}


async def test_row(asking: WotkitClient, scripted: ScriptedServer) -> None:
    moment = datetime(2012, 12, 7, 1, 47, 18, 639_999, UTC)
    values: dict[str, FieldValue] = {
        "value": 58.5,
        "count": 3,
        "on": True,
        "note": 'quote " ü \n',
    }
    await asking.send_row(7, values, moment)
    assert sent(scripted) == {
        "value": 58.5,
        "count": 3,
        "on": 1,
        "note": 'quote " ü \n',
        "timestamp": "2012-12-07T01:47:18.639Z",
    }
    assert b"true" not in scripted.heard[0].body


async def test_row_of_now(asking: WotkitClient, scripted: ScriptedServer) -> None:
    await asking.send_row(7, {"value": 58})
    assert sent(scripted) == {"value": 58}


async def test_rows(asking: WotkitClient, scripted: ScriptedServer) -> None:
    rows = [
        DataRow(timestamp=START, values={"value": 1}),
        DataRow(timestamp=END, values={"note": "x"}),
    ]
    await asking.replace_rows(7, rows)
    assert sent(scripted) == [
        {"value": 1, "timestamp": "2012-12-07T00:00:00.000Z"},
        {"note": "x", "timestamp": "2012-12-08T00:00:00.000Z"},
    ]


async def test_no_rows(asking: WotkitClient, scripted: ScriptedServer) -> None:
    await asking.replace_rows(7, [])
    assert scripted.heard == []


async def test_message(asking: WotkitClient, scripted: ScriptedServer) -> None:
    message: ControlMessage = {
        "button": "on",
        "slider": 15.5,
        "flag": True,
        "message": "Grüße & mehr=?\n",
        "half": "\ud800",
    }
    await asking.send_message(NAME, message)
    (heard,) = scripted.heard
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(heard.body.decode())) == {
        "button": "on",
        "slider": "15.5",
        "flag": "1",
        "message": "Grüße & mehr=?\n",
        "half": "?",
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
async def test_what_is_no_number(
    asking: WotkitClient, scripted: ScriptedServer, value: float
) -> None:
    rows = [DataRow(timestamp=START, values={"value": value})]
    for work in (
        asking.send_row(7, {"value": value}),
        asking.send_message(7, {"value": value}),
        asking.replace_rows(7, rows),
    ):
        with pytest.raises(InvalidDataError) as caught:
            await work
        assert caught.value.reason == ""
    assert scripted.heard == []
