"""Answers: statuses, bodies, silence and broken connections."""

import asyncio
import json

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.wotkit.client import (
    AlreadyExistsError,
    BasicCredentials,
    CannotConnectError,
    FutureTimestampError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    RequestTimeoutError,
    Scope,
    SignInError,
    SubscriptionGoneError,
    UnexpectedAnswerError,
    WotkitClient,
    WotkitError,
)
from tests.bridges.scripted import Reply, ScriptedServer

from .calls import CALLS, LISTS, NAME, READING

STATUSES: dict[int, type[WotkitError]] = {
    300: UnexpectedAnswerError,
    301: UnexpectedAnswerError,
    302: UnexpectedAnswerError,
    307: UnexpectedAnswerError,
    400: InvalidDataError,
    401: SignInError,
    402: UnexpectedAnswerError,
    403: NotAllowedError,
    404: NotFoundError,
    405: UnexpectedAnswerError,
    409: AlreadyExistsError,
    415: UnexpectedAnswerError,
    429: CannotConnectError,
    500: CannotConnectError,
    502: CannotConnectError,
    503: CannotConnectError,
    504: CannotConnectError,
}
# What differs from it
BY_METHOD: dict[tuple[str, int], type[WotkitError]] = {
    ("sensors", 403): SignInError,
    ("sensors", 404): UnexpectedAnswerError,
    ("control_messages", 400): SubscriptionGoneError,
    ("control_messages", 403): SubscriptionGoneError,
    ("control_messages", 404): SubscriptionGoneError,
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", CALLS)
async def test_statuses(
    asking: WotkitClient, scripted: ScriptedServer, name: str, status: int
) -> None:
    """Whatever the body says; and nobody follows a redirect."""
    call = CALLS[name]
    elsewhere = {"Location": f"{scripted.url}/elsewhere"}
    scripted.say(Reply(status=status, body=call.answer, headers=elsewhere))
    with pytest.raises(WotkitError) as caught:
        await call.work(asking)
    assert type(caught.value) is BY_METHOD.get((name, status), STATUSES[status])
    assert str(caught.value) == f"{call.kind}: HTTP {status}"
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("name", CALLS)
async def test_success(
    asking: WotkitClient, scripted: ScriptedServer, name: str, status: int
) -> None:
    scripted.say(Reply(status=status, body=CALLS[name].answer))
    await CALLS[name].work(asking)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in READING])
@pytest.mark.parametrize("body", [b"", b"OK", b"null"])
async def test_nothing_to_read(
    asking: WotkitClient, scripted: ScriptedServer, name: str, body: bytes
) -> None:
    scripted.say(Reply(status=200, body=body))
    await CALLS[name].work(asking)
    scripted.say(Reply(status=204))
    await CALLS[name].work(asking)


@pytest.mark.parametrize("name", CALLS)
async def test_page_of_somebody_else(
    asking: WotkitClient, scripted: ScriptedServer, name: str
) -> None:
    """A network that wants one to sign in first says 200 to everything."""
    scripted.say(Reply(status=200, body=b"\n <!DOCTYPE html><html>Welcome"))
    with pytest.raises(UnexpectedAnswerError):
        await CALLS[name].work(asking)


# Bodies

SENSOR = {"id": 1, "longName": "Tür"}
SENSOR_JSON = json.dumps(SENSOR, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (SENSOR_JSON.encode(), "application/json"),
        (SENSOR_JSON.encode(), "text/html"),
        (SENSOR_JSON.encode(), "text/plain; charset=ISO-8859-1"),
        (SENSOR_JSON.encode(), "application/json; charset=no-such"),
        (SENSOR_JSON.encode("utf-8-sig"), "application/json;charset=UTF-8"),
        (SENSOR_JSON.encode("utf-16"), "application/json"),
        (SENSOR_JSON.encode("latin-1"), "application/json; charset=ISO-8859-1"),
        (b" \r\n" + SENSOR_JSON.encode() + b"\r\n", "application/json"),
    ],
    ids=range(8),
)
async def test_readable_bodies(
    asking: WotkitClient, scripted: ScriptedServer, content: bytes, content_type: str
) -> None:
    scripted.say(Reply(body=content, content_type=content_type))
    assert (await asking.sensor(1)).long_name == "Tür"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=no-such", "text/html; charset="],
)
async def test_one_broken_character(
    asking: WotkitClient, scripted: ScriptedServer, content_type: str
) -> None:
    broken = SENSOR_JSON.encode("latin-1")
    scripted.say(Reply(body=broken, content_type=content_type))
    assert (await asking.sensor(1)).long_name == "T\ufffdr"


UNREADABLE = [
    b"",
    b"null",
    b"<html></html>",
    b'[{"id":1}',
    b"[" * 100_000,
    b"[" + b"9" * 5000 + b"]",
    b"\xff\xfe\x00",
    b'{"visibility":PUBLIC}',
]


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
@pytest.mark.parametrize("name", READING)
async def test_no_json(
    asking: WotkitClient, scripted: ScriptedServer, name: str, content: bytes
) -> None:
    scripted.say(Reply(body=content))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == (f"{CALLS[name].kind}: HTTP 200, the answer is no JSON")


@pytest.mark.parametrize("body", [{}, {"error": {}}, "[]", 7, True])
@pytest.mark.parametrize("name", LISTS)
async def test_no_list(
    asking: WotkitClient, scripted: ScriptedServer, name: str, body: object
) -> None:
    scripted.say(Reply(body=body))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == f"{CALLS[name].kind}: the answer is no list"


@pytest.mark.parametrize("body", [[], {}, {"name": "mule1"}, "x"], ids=range(4))
async def test_no_sensor(
    asking: WotkitClient, scripted: ScriptedServer, body: object
) -> None:
    scripted.say(Reply(body=body))
    with pytest.raises(UnexpectedAnswerError, match="the answer is no sensor"):
        await asking.sensor(NAME)


@pytest.mark.parametrize("body", [[], {}, {"subscription": "x"}, {"subscription": 1.5}])
async def test_no_subscription(
    asking: WotkitClient, scripted: ScriptedServer, body: object
) -> None:
    scripted.say(Reply(body=body))
    with pytest.raises(UnexpectedAnswerError, match="the answer has no number"):
        await asking.subscribe_control(NAME)


async def test_subscription_as_text(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(body={"subscription": "1234"}))
    assert await asking.subscribe_control(NAME) == 1234


@pytest.mark.parametrize(
    "name", [name for name in READING if name != "control_messages"]
)
async def test_no_content(
    asking: WotkitClient, scripted: ScriptedServer, name: str
) -> None:
    """It is no list without items: devices would seem to be gone."""
    scripted.say(Reply(status=204))
    with pytest.raises(UnexpectedAnswerError):
        await CALLS[name].work(asking)


async def test_no_messages(asking: WotkitClient, scripted: ScriptedServer) -> None:
    """A server may say so without a list."""
    scripted.say(Reply(status=204))
    assert await asking.control_messages(1234) == []


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "size"),
    [("sensors", 17), ("rows", 17), ("sensor", 2), ("control_messages", 2)],
)
async def test_endless_answers(
    asking: WotkitClient, scripted: ScriptedServer, name: str, size: int
) -> None:
    scripted.say(Reply(body=b" " * size * MEGABYTE + b"[]"))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == f"{CALLS[name].kind}: the answer is too large"


@pytest.mark.parametrize("name", ["sensors", "rows"])
async def test_large_lists(
    asking: WotkitClient, scripted: ScriptedServer, name: str
) -> None:
    scripted.say(Reply(body=b" " * 15 * MEGABYTE + b"[]"))
    assert await CALLS[name].work(asking) == []


# What the server says of bad data


def error(message: object, details: object = ()) -> Reply:
    """Return a refusal in the shape of the documents."""
    body = {
        "error": {
            "status": 400,
            "code": 0,
            "message": message,
            "developerMessage": details,
        }
    }
    return Reply(status=400, body=body)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Missing required field", "Missing required field"),
        (" two\r\n lines\u200b ", "two lines"),
        ("tab\tand\x00nul", "tab and nul"),
        (250 * "a", 200 * "a"),
        ("key-word is key-id:key-word", "** is **"),
        ("key-\nkey-word", "key- **"),
        ("Basic a2V5LWlkOmtleS13b3Jk", "Basic **"),
        (7, "7"),
        (None, ""),
        ([], ""),
    ],
)
async def test_reason(
    asking: WotkitClient, scripted: ScriptedServer, message: object, reason: str
) -> None:
    scripted.say(error(message))
    with pytest.raises(InvalidDataError) as caught:
        await asking.send_row(NAME, {"value": 1})
    assert type(caught.value) is InvalidDataError
    assert caught.value.reason == reason
    assert str(caught.value) == "POST data: HTTP 400"


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        (["lat", "key-word", None, 7, [], ""], "Missing: lat: **: 7"),
        (["lat\nlng"], "Missing: lat lng"),
        ("lat", "Missing: lat"),
        ([], "Missing"),
        (None, "Missing"),
        ({}, "Missing"),
    ],
)
async def test_details(
    asking: WotkitClient, scripted: ScriptedServer, details: object, reason: str
) -> None:
    scripted.say(error("Missing", details))
    with pytest.raises(InvalidDataError) as caught:
        await asking.send_row(NAME, {"value": 1})
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body", [b"", b"<html>", [], "x", {"error": "invalid_request"}, {"error": None}]
)
async def test_no_reason(
    asking: WotkitClient, scripted: ScriptedServer, body: object
) -> None:
    scripted.say(Reply(status=400, body=body))
    with pytest.raises(InvalidDataError) as caught:
        await asking.send_row(NAME, {"value": 1})
    assert caught.value.reason == ""


@pytest.mark.parametrize("name", ["send_row", "replace_rows"])
@pytest.mark.parametrize(
    "message",
    [
        "timestamp is in the future",
        "Future timestamp",
        "The time of row 7 must not be of the FUTURE",
        "rows in future",
    ],
)
async def test_future(
    asking: WotkitClient, scripted: ScriptedServer, name: str, message: str
) -> None:
    scripted.say(error(message))
    with pytest.raises(FutureTimestampError) as caught:
        await CALLS[name].work(asking)
    assert caught.value.reason == message
    scripted.say(error("Object has validation errors", [message]))
    with pytest.raises(FutureTimestampError) as caught:
        await CALLS[name].work(asking)
    assert caught.value.reason == f"Object has validation errors: {message}"


@pytest.mark.parametrize(
    "message", ["no field future_lab", "future", "expected NUMBER: future", "futures"]
)
async def test_no_future(
    asking: WotkitClient, scripted: ScriptedServer, message: str
) -> None:
    scripted.say(error(message))
    with pytest.raises(InvalidDataError) as caught:
        await asking.send_row(NAME, {"value": 1})
    assert type(caught.value) is InvalidDataError


async def test_password_with_a_blank(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    """It is found too where the blank came as something else."""
    client = WotkitClient(session, scripted.api, BasicCredentials("ada", "two words"))
    scripted.say(error("two words", ["two\n words"]))
    with pytest.raises(InvalidDataError) as caught:
        await client.send_row(NAME, {"value": 1})
    assert caught.value.reason == "**: **"


async def test_empty_password(session: ClientSession, scripted: ScriptedServer) -> None:
    """Nothing is hidden everywhere."""
    client = WotkitClient(session, scripted.api, BasicCredentials("ada", ""))
    scripted.say(error("ada: no"))
    with pytest.raises(InvalidDataError) as caught:
        await client.send_row(NAME, {"value": 1})
    assert caught.value.reason == "** no"


# Connections


@pytest.mark.parametrize("name", CALLS)
async def test_nobody_there(session: ClientSession, name: str) -> None:
    credentials = BasicCredentials("ada", "word")
    client = WotkitClient(session, URL("http://127.0.0.1:9/api"), credentials)
    with pytest.raises(CannotConnectError) as caught:
        await CALLS[name].work(client)
    assert type(caught.value) is CannotConnectError
    assert str(caught.value) == f"{CALLS[name].kind}: ClientConnectorError"


@pytest.mark.parametrize("way", ["drop", "cut"])
@pytest.mark.parametrize("name", CALLS)
async def test_lost_connection(
    asking: WotkitClient, scripted: ScriptedServer, name: str, way: str
) -> None:
    setattr(scripted, way, True)
    with pytest.raises(RequestTimeoutError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == f"{CALLS[name].kind}: the connection was lost"


async def test_polls_are_not_repeated(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """By itself aiohttp would ask again on a connection that was used before."""
    scripted.say(Reply(body=[]))
    for _ in range(2):
        await asking.control_messages(1234)
        scripted.drop = True
        with pytest.raises(RequestTimeoutError):
            await asking.control_messages(1234)
        scripted.drop = False
    assert len(scripted.heard) == 4


@pytest.mark.parametrize("name", [name for name in CALLS if name != "control_messages"])
async def test_time_out(
    session: ClientSession, scripted: ScriptedServer, name: str
) -> None:
    scripted.hang = True
    credentials = BasicCredentials("ada", "word")
    client = WotkitClient(session, scripted.api, credentials, timeout=0.05)
    with pytest.raises(RequestTimeoutError) as caught:
        await CALLS[name].work(client)
    assert str(caught.value) == f"{CALLS[name].kind}: no answer in time"


async def test_polls_have_time(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    """The usual limit would end each of them; theirs is longer than the wait."""
    scripted.hang = True
    credentials = BasicCredentials("ada", "word")
    client = WotkitClient(session, scripted.api, credentials, timeout=0.02)
    poll = asyncio.create_task(client.control_messages(1234, 1))
    with pytest.raises(RequestTimeoutError):
        await client.sensors(Scope.CONTRIBUTED)
    assert not poll.done()
    scripted.say(Reply(body=[{"button": "on"}]))
    scripted.ending.set()
    assert await poll == [{"button": "on"}]


async def test_polls_time_out(
    asking: WotkitClient, scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "custom_components.iot_bridge.bridges.wotkit.client.client"
    monkeypatch.setattr(f"{module}._WAIT_MARGIN", 0.05)
    scripted.hang = True
    with pytest.raises(RequestTimeoutError) as caught:
        await asking.control_messages(1234, 0)
    assert str(caught.value) == "GET control/sub: no answer in time"


async def test_no_http(session: ClientSession, socket_enabled: None) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        credentials = BasicCredentials("ada", "word")
        api = URL(f"http://127.0.0.1:{port}/api")
        client = WotkitClient(session, api, credentials, timeout=2)
        with pytest.raises(UnexpectedAnswerError) as caught:
            await client.sensors(Scope.CONTRIBUTED)
    assert str(caught.value) == "GET sensors: the answer is no HTTP"


async def test_closed_session(scripted: ScriptedServer) -> None:
    session = ClientSession()
    await session.close()
    credentials = BasicCredentials("ada", "word")
    client = WotkitClient(session, scripted.api, credentials)
    with pytest.raises(RuntimeError):
        await client.sensors(Scope.CONTRIBUTED)


async def test_odd_address(session: ClientSession) -> None:
    """It never comes from `find_api`, but config entries can be edited."""
    credentials = BasicCredentials("ada", "word")
    client = WotkitClient(session, URL("ftp://127.0.0.1/api"), credentials)
    with pytest.raises(CannotConnectError) as caught:
        await client.sensors(Scope.CONTRIBUTED)
    assert str(caught.value) == "GET sensors: NonHttpUrlClientError"
