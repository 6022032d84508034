"""Finding the API from what people paste."""

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    CannotConnectError,
    RequestTimeoutError,
    UnexpectedAnswerError,
    find_api,
)
from tests.bridges.scripted import Reply, ScriptedServer
from tests.simulators.wotkit import Trouble, WotkitServer

PROBE = "sensors?scope=contributed&limit=1"
NOT_FOUND = Reply(status=404, body=b"<html>")


@pytest.mark.parametrize("prefix", ["", "/wotkit"])
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "/",
        "/api",
        "/api/v1",
        "/api/sensors/sensetecnic.mule1",
        "/wotkit",
        "/wotkit/keys",
        "/wotkit/sensors/1/monitor",
    ],
)
async def test_simulated_servers(
    session: ClientSession, server: WotkitServer, typed: str, prefix: str
) -> None:
    server.prefix = prefix
    pasted = f"{server.url}{typed.replace('/api', f'{prefix}/api')}"
    assert str(await find_api(session, pasted)) == server.api


async def test_nothing_is_signed(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(status=403))
    assert await find_api(session, scripted.url) == scripted.api
    (heard,) = scripted.heard
    assert heard.line == f"GET /api/{PROBE}"
    assert "Authorization" not in heard.headers


@pytest.mark.parametrize(
    "reply",
    [Reply(body=[]), Reply(body=[{"id": 1}]), Reply(status=401), Reply(status=403)],
    ids=range(4),
)
async def test_what_counts(
    session: ClientSession, scripted: ScriptedServer, reply: Reply
) -> None:
    scripted.by_path = {"/wotkit/api/sensors": reply}
    scripted.say(NOT_FOUND)
    assert str(await find_api(session, scripted.url)) == f"{scripted.url}/wotkit/api"
    assert len(scripted.heard) == 2


@pytest.mark.parametrize(
    "reply",
    [
        NOT_FOUND,
        Reply(body={}),
        Reply(body=b"<html>It works!"),
        Reply(body=b""),
        Reply(status=204),
        Reply(status=301, headers={"Location": "/api/sensors"}),
        Reply(status=400, body=[]),
        Reply(body=b" " * 2 * 1024 * 1024 + b"[]"),
    ],
    ids=range(8),
)
async def test_no_wotkit(
    session: ClientSession, scripted: ScriptedServer, reply: Reply
) -> None:
    scripted.say(reply)
    with pytest.raises(UnexpectedAnswerError) as caught:
        await find_api(session, scripted.url)
    assert str(caught.value) == "GET sensors: this is no WoTKit"
    paths = [heard.line for heard in scripted.heard]
    assert paths == [f"GET /api/{PROBE}", f"GET /wotkit/api/{PROBE}"]


async def test_typed_path_itself(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.by_path = {"/things/sensors": Reply(body=[])}
    scripted.say(NOT_FOUND)
    found = await find_api(session, f"{scripted.url}/things/")
    assert str(found) == f"{scripted.url}/things"


@pytest.mark.parametrize("typed", ["", "two words", "ada:word@127.0.0.1", "ftp://x"])
async def test_no_address(session: ClientSession, typed: str) -> None:
    with pytest.raises(ValueError):
        await find_api(session, typed)


async def test_nobody_there(session: ClientSession) -> None:
    with pytest.raises(CannotConnectError) as caught:
        await find_api(session, "http://127.0.0.1:9")
    assert type(caught.value) is CannotConnectError


async def test_https_where_http_is_spoken(
    session: ClientSession, server: WotkitServer
) -> None:
    """Without a scheme it means https."""
    with pytest.raises(CannotConnectError):
        await find_api(session, server.url.removeprefix("http://"))
    assert not server.requests


async def test_silence(session: ClientSession, server: WotkitServer) -> None:
    """One place of a server that does not answer is enough."""
    server.trouble = Trouble(hang=True)
    with pytest.raises(RequestTimeoutError):
        await find_api(session, server.url, timeout=0.05)
    assert len(server.requests) == 1


async def test_lost_connection(session: ClientSession, server: WotkitServer) -> None:
    server.trouble = Trouble(drop=True)
    with pytest.raises(RequestTimeoutError):
        await find_api(session, server.url)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_server_in_trouble(
    session: ClientSession, scripted: ScriptedServer, status: int
) -> None:
    """Behind one place there may be another server that is well."""
    scripted.by_path = {"/api/sensors": Reply(status=status)}
    scripted.say(NOT_FOUND)
    with pytest.raises(CannotConnectError) as caught:
        await find_api(session, scripted.url)
    assert str(caught.value) == f"GET sensors: HTTP {status}"
    scripted.say(Reply(body=[]))
    assert str(await find_api(session, scripted.url)) == f"{scripted.url}/wotkit/api"
