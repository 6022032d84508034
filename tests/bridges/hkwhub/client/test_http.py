"""The REST API: odd answers, statuses, generations, access tokens."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import json

from aiohttp import ClientSession, web
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.hkwhub.client import (
    COMMANDS,
    CannotConnectError,
    HkwhubError,
    HttpTransport,
    HubOfflineError,
    NotInThisGenerationError,
    RequestTimeoutError,
    SignInError,
    UnexpectedAnswerError,
)

from .scripted import Reply, ScriptedServer

INIT = COMMANDS["init_session"]
COUNT = COMMANDS["device_count"]
SPEAK = COMMANDS["play_tts"]
COUNT_PATH = "/api/v1/device_count"


@dataclass
class ScriptedTokens:
    """Access tokens that a test scripts.

    Attributes:
        valid: The token to begin with.
        renewed: What each renewal returns, or raises.
        rejected: The tokens that were named as rejected.
    """

    valid: str = "access-0"
    renewed: list[str | Exception] = field(default_factory=lambda: ["access-1"])
    rejected: list[str] = field(default_factory=list)

    async def access_token(self) -> str:
        """Return the current token."""
        return self.valid

    async def renew(self, rejected: str) -> str:
        """Return the next token, or raise."""
        self.rejected.append(rejected)
        renewed = self.renewed.pop(0)
        if isinstance(renewed, Exception):
            raise renewed
        return renewed


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ScriptedServer]:
    """A server that says what a test scripts."""
    scripted = ScriptedServer()
    runner = web.AppRunner(scripted.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scripted.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield scripted
    scripted.ending.set()
    await runner.cleanup()


@pytest.fixture
def tokens() -> ScriptedTokens:
    """Access tokens of the cloud."""
    return ScriptedTokens()


@pytest.fixture
def local(session: ClientSession, server: ScriptedServer) -> HttpTransport:
    """A transport to a hub's own server."""
    return HttpTransport(session, URL(server.url), timeout=2)


@pytest.fixture
def cloud(
    session: ClientSession, server: ScriptedServer, tokens: ScriptedTokens
) -> HttpTransport:
    """A transport to the cloud."""
    return HttpTransport(session, URL(server.url), tokens=tokens, timeout=2)


async def test_request_without_tokens(
    local: HttpTransport, server: ScriptedServer
) -> None:
    server.say(COUNT_PATH, {"DeviceCount": "2"})
    assert await local.call(COUNT, {}, "r:abc") == {"DeviceCount": "2"}
    assert server.requests == ["/api/v1/device_count?SessionToken=r%3Aabc"]
    assert server.authorizations == [None]
    assert not local.pushes


async def test_nothing_is_left_unquoted(
    local: HttpTransport, server: ScriptedServer
) -> None:
    """A media address with its own query, spaces, umlauts and emoji stay whole."""
    server.say("/api/v1/play_tts", {"Result": "true"})
    text = "50 % + 1 & mehr?=#/ Tür 🔔 \ud800"
    await local.call(SPEAK, {"Text": text, "Priority": "200"}, "1")
    (request,) = server.requests
    assert request == (
        "/api/v1/play_tts?SessionToken=1&Text=50%20%25%20%2B%201%20%26%20mehr%3F%3D%23"
        "%2F%20T%C3%BCr%20%F0%9F%94%94%20%3F&Priority=200"
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"DeviceCount":"2"}',
        '\ufeff {"DeviceCount":"2"}\r\n',
        json.dumps('{"DeviceCount":"2"}'),
        b'{"DeviceCount":"2"}',
    ],
)
async def test_readable_bodies(
    local: HttpTransport, server: ScriptedServer, body: str | bytes
) -> None:
    """The content type says HTML each time."""
    server.say(COUNT_PATH, (200, body))
    assert await local.call(COUNT, {}, "1") == {"DeviceCount": "2"}


async def test_one_broken_character(
    local: HttpTransport, server: ScriptedServer
) -> None:
    server.say(COUNT_PATH, (200, b'{"Title":"T\xfcr"}'))
    assert await local.call(COUNT, {}, "1") == {"Title": "T\ufffdr"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "true",
        "null",
        "[]",
        "[1]",
        '"text"',
        "NaN",
        "<html></html>",
        '{"DeviceCount":',
        "[" * 100_000,
        '{"n":' + "9" * 5000 + "}",
        b"\xff\xfe\x00",
        b" " * (2 * 1024 * 1024) + b"{}",
    ],
    ids=range(13),
)
async def test_unreadable_bodies(
    local: HttpTransport, server: ScriptedServer, body: str | bytes
) -> None:
    server.say(COUNT_PATH, (200, body))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await local.call(COUNT, {}, "1")
    assert str(caught.value) == "device_count: HTTP 200, the answer is no JSON object"


async def test_large_answer(local: HttpTransport, server: ScriptedServer) -> None:
    tracks = [{"PersistentID": str(number)} for number in range(50_000)]
    server.say(COUNT_PATH, {"MediaList": tracks})
    assert len((await local.call(COUNT, {}, "1"))["MediaList"]) == 50_000


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ((500, "oops"), CannotConnectError),
        ((503, "oops"), CannotConnectError),
        ((500, '{"Result":"true"}'), CannotConnectError),
        ((301, ""), UnexpectedAnswerError),
        ((302, '{"Result":"true"}'), UnexpectedAnswerError),
        ((400, '{"Error":"BadRequest"}'), UnexpectedAnswerError),
        ((401, ""), UnexpectedAnswerError),
        ((404, ""), UnexpectedAnswerError),
        ((414, ""), UnexpectedAnswerError),
    ],
    ids=range(9),
)
async def test_statuses(
    local: HttpTransport,
    server: ScriptedServer,
    reply: Reply,
    error: type[HkwhubError],
) -> None:
    server.say(COUNT_PATH, reply)
    with pytest.raises(HkwhubError) as caught:
        await local.call(COUNT, {}, "1")
    assert type(caught.value) is error
    assert str(caught.value) == f"device_count: HTTP {reply[0]}"
    assert server.paths() == [COUNT_PATH]


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        "SessionNotFound",
        '"SessionNotFound"',
        '{"Error":"SessionNotFound"}',
        '{"error":{"message":"SessionNotFound"}}',
    ],
)
async def test_session_not_found(
    cloud: HttpTransport,
    server: ScriptedServer,
    tokens: ScriptedTokens,
    status: int,
    body: str,
) -> None:
    """The status says nothing about it, and the access token is not to blame."""
    server.say(COUNT_PATH, (status, body))
    assert "SessionNotFound" in str(await cloud.call(COUNT, {}, "1"))
    assert tokens.rejected == []


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_no_hub_behind_the_cloud(
    cloud: HttpTransport, server: ScriptedServer, status: int
) -> None:
    server.say(COUNT_PATH, (status, "<html></html>"))
    with pytest.raises(HubOfflineError):
        await cloud.call(COUNT, {}, "1")


async def test_broken_cloud(cloud: HttpTransport, server: ScriptedServer) -> None:
    server.say(COUNT_PATH, (500, "<html></html>"))
    with pytest.raises(CannotConnectError) as caught:
        await cloud.call(COUNT, {}, "1")
    assert type(caught.value) is CannotConnectError


async def test_lost_connection(local: HttpTransport, server: ScriptedServer) -> None:
    """By itself aiohttp would send a GET again, on a new or an old connection."""
    server.say(COUNT_PATH, {"DeviceCount": "2"})
    server.drop.add("/api/v1/play_tts")
    for _ in range(2):
        with pytest.raises(RequestTimeoutError) as caught:
            await local.call(SPEAK, {"Text": "Hello"}, "1")
        assert str(caught.value) == "play_tts: the connection was lost"
        await local.call(COUNT, {}, "1")
    assert server.paths() == ["/api/v1/play_tts", COUNT_PATH] * 2


async def test_answer_that_breaks_off(
    local: HttpTransport, server: ScriptedServer
) -> None:
    """The hub has heard the command: it may speak."""
    server.cut.add("/api/v1/play_tts")
    with pytest.raises(RequestTimeoutError) as caught:
        await local.call(SPEAK, {"Text": "Hello"}, "1")
    assert str(caught.value) == "play_tts: the connection was lost"
    assert len(server.requests) == 1


async def test_nobody_there(session: ClientSession) -> None:
    transport = HttpTransport(session, URL("http://127.0.0.1:9"), timeout=2)
    with pytest.raises(CannotConnectError) as caught:
        await transport.call(INIT, {}, None)
    assert str(caught.value) == "init_session: ClientConnectorError"


async def test_time_out(session: ClientSession, server: ScriptedServer) -> None:
    """Nothing is repeated here, and slow commands have a time limit of their own."""
    server.hang |= {COUNT_PATH, "/api/v1/play_tts"}
    transport = HttpTransport(session, URL(server.url), timeout=0.05, slow_timeout=0.3)
    slow = asyncio.create_task(transport.call(SPEAK, {"Text": "Hello"}, "1"))
    with pytest.raises(RequestTimeoutError):
        await transport.call(COUNT, {}, "1")
    assert not slow.done()
    with pytest.raises(RequestTimeoutError) as caught:
        await slow
    assert str(caught.value) == "play_tts: no answer in time"
    assert len(server.requests) == 2


async def test_no_events(local: HttpTransport) -> None:
    with pytest.raises(RuntimeError):
        await local.listen(lambda: None, lambda message: None)


# Generations


async def test_newer_generation(local: HttpTransport, server: ScriptedServer) -> None:
    server.say("/api/v1/init_session", {"SessionToken": "r:1"})
    assert local.generation == 1
    await local.call(INIT, {"Priority": "5"}, None)
    assert local.generation == 1
    assert server.requests == ["/api/v1/init_session"]


@pytest.mark.parametrize("body", ["<html>", "", "{}", '{"Error":"Not Found"}', "\xff"])
async def test_elder_generation(
    local: HttpTransport, server: ScriptedServer, body: str
) -> None:
    server.say("/api/v1/init_session", (404, body))
    server.say("/v1/init_session", {"SessionID": "1000"})
    server.say("/v1/add_device_tosession", {"Result": "true"})
    server.say("/v1/play_hub_media", {"Result": "true"})
    assert await local.call(INIT, {"Priority": "5"}, None) == {"SessionID": "1000"}
    assert local.generation == 0
    await local.call(COMMANDS["add_device_to_session"], {"DeviceID": "7"}, "1000")
    await local.call(
        COMMANDS["play_hub_media"], {"PersistentID": "8", "Priority": "5"}, "1000"
    )
    assert server.requests == [
        "/api/v1/init_session",
        "/v1/init_session?Priority=5",
        "/v1/add_device_tosession?SessionID=1000&DeviceID=7",
        "/v1/play_hub_media?SessionID=1000&PersistentID=8",
    ]


@pytest.mark.parametrize(
    "name", ["play_tts", "play_tts_party_mode", "play_tts_selected_speakers"]
)
async def test_elder_generation_cannot_speak(
    local: HttpTransport, server: ScriptedServer, name: str
) -> None:
    server.say("/v1/init_session", {"SessionID": "1000"})
    await local.call(INIT, {}, None)
    with pytest.raises(NotInThisGenerationError):
        await local.call(COMMANDS[name], {"Text": "Hello"}, "1000")
    assert len(server.requests) == 2


async def test_hub_with_another_app(
    local: HttpTransport, server: ScriptedServer
) -> None:
    """A generation is found anew with each session."""
    server.say("/v1/init_session", {"SessionID": "1000"}, (404, ""))
    await local.call(INIT, {}, None)
    server.say("/api/v1/init_session", {"SessionToken": "r:1"})
    await local.call(INIT, {}, None)
    assert local.generation == 1


async def test_no_hub_at_all(local: HttpTransport, server: ScriptedServer) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await local.call(INIT, {}, None)
    assert server.paths() == ["/api/v1/init_session", "/v1/init_session"]
    assert local.generation == 1


async def test_no_session_tells_no_generation(
    local: HttpTransport, server: ScriptedServer
) -> None:
    server.say("/v1/init_session", {"Result": "false"})
    await local.call(INIT, {}, None)
    assert local.generation == 1


async def test_only_a_new_session_tries_generations(
    local: HttpTransport, server: ScriptedServer
) -> None:
    with pytest.raises(UnexpectedAnswerError):
        await local.call(COUNT, {}, "1")
    assert server.paths() == [COUNT_PATH]


async def test_base_with_a_slash(
    session: ClientSession, server: ScriptedServer
) -> None:
    server.say(COUNT_PATH, {"DeviceCount": "2"})
    transport = HttpTransport(session, URL(f"{server.url}/"))
    await transport.call(COUNT, {}, "1")
    assert server.paths() == [COUNT_PATH]


# Access tokens


async def test_access_token(cloud: HttpTransport, server: ScriptedServer) -> None:
    server.say(COUNT_PATH, {"DeviceCount": "2"})
    await cloud.call(COUNT, {}, "1")
    assert server.authorizations == ["Bearer access-0"]


async def test_rejected_access_token(
    cloud: HttpTransport, server: ScriptedServer, tokens: ScriptedTokens
) -> None:
    """The cloud refuses before the hub hears of it: also speech is sent again."""
    server.say("/api/v1/play_tts", (401, "Unauthorized"), {"Result": "true"})
    answer = await cloud.call(SPEAK, {"Text": "Hello"}, "1")
    assert answer == {"Result": "true"}
    assert server.authorizations == ["Bearer access-0", "Bearer access-1"]
    assert tokens.rejected == ["access-0"]


async def test_rejected_twice(cloud: HttpTransport, server: ScriptedServer) -> None:
    server.say(COUNT_PATH, (401, '{"error":"invalid_token"}'))
    with pytest.raises(SignInError):
        await cloud.call(COUNT, {}, "1")
    assert len(server.requests) == 2


@pytest.mark.parametrize("error", [SignInError("x"), CannotConnectError("x")])
async def test_renewal_that_fails(
    cloud: HttpTransport,
    server: ScriptedServer,
    tokens: ScriptedTokens,
    error: HkwhubError,
) -> None:
    server.say(COUNT_PATH, (401, ""))
    tokens.renewed = [error]
    with pytest.raises(HkwhubError) as caught:
        await cloud.call(COUNT, {}, "1")
    assert caught.value is error
    assert len(server.requests) == 1


async def test_elder_generation_behind_the_cloud(
    cloud: HttpTransport, server: ScriptedServer
) -> None:
    server.say("/v1/init_session", {"SessionID": "1000"})
    await cloud.call(INIT, {}, None)
    assert server.authorizations == ["Bearer access-0"] * 2
