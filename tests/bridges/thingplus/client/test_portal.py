"""Creating an OAuth2 client on the portal."""

import json
from typing import Any

from aiohttp import ClientSession, CookieJar
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus.client import (
    AlreadyExistsError,
    AuthClient,
    CannotConnectError,
    InvalidDataError,
    NotAllowedError,
    RequestTimeoutError,
    SignInError,
    ThingplusError,
    UnexpectedAnswerError,
    create_auth_client,
    password_hash,
)
from tests.bridges.scripted import Reply, ScriptedServer
from tests.simulators.thingplus import (
    LOGIN,
    PASSWORD,
    Sample,
    ThingplusSimulator,
    Trouble,
)

from .envelopes import failure, success

SCOPES = ("gateway", "site-read")
COOKIE = {"Set-Cookie": "dwTPlus=s%3Aabc; Path=/; HttpOnly"}
LOGGED_IN = Reply(body=success({}).body, headers=COOKIE)
LINES = ["POST login", "POST authClients", "POST logout"]


async def create(
    session: ClientSession, api: str | URL, password: str = PASSWORD, **changes: Any
) -> AuthClient:
    """Create a client."""
    arguments: dict[str, Any] = {
        "login_id": LOGIN,
        "password_hash": password_hash(password),
        "name": "Home Assistant",
        "scopes": SCOPES,
        "timeout": 2,
    }
    return await create_auth_client(session, URL(api), **arguments | changes)


def paths(server: ThingplusSimulator) -> list[str]:
    """Return methods and paths of the requests."""
    return [f"{one.method} {one.path.strip('/')}" for one in server.requests]


# A simulated server


async def test_created(
    session: ClientSession, server: ThingplusSimulator, sample: Sample
) -> None:
    made = await create(session, server.api)
    client = server.clients[made.client_id]
    assert made.client_id.startswith("home-assistant-")
    assert (client.secret, client.name) == (made.client_secret, "Home Assistant")
    assert (client.scopes, client.user_id) == (SCOPES, sample.user.id)
    assert len(made.client_secret) > 40
    assert paths(server) == LINES
    assert server.browsers == {}


async def test_its_tokens(session: ClientSession, server: ThingplusSimulator) -> None:
    made = await create(session, server.api)
    form = {
        "grant_type": "password",
        "client_id": made.client_id,
        "client_secret": made.client_secret,
        "username": LOGIN,
        "password": password_hash(PASSWORD),
    }
    async with session.post(f"{server.api}/oauth2/token", data=form) as response:
        assert response.status == 200


async def test_each_time_another_one(
    session: ClientSession, server: ThingplusSimulator
) -> None:
    first, second = [await create(session, server.api) for _ in range(2)]
    assert first.client_id != second.client_id
    assert first.client_secret != second.client_secret


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"login_id": "nobody"}])
async def test_wrong_sign_in(
    session: ClientSession, server: ThingplusSimulator, changes: dict[str, str]
) -> None:
    with pytest.raises(SignInError) as caught:
        await create(session, server.api, **changes)
    assert str(caught.value) == "POST login: HTTP 401"
    assert paths(server) == LINES[:1]


async def test_unknown_scope(
    session: ClientSession, server: ThingplusSimulator
) -> None:
    with pytest.raises(InvalidDataError):
        await create(session, server.api, scopes=["everything"])
    assert paths(server) == LINES
    assert server.browsers == {}


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"status": 403}, NotAllowedError),
        # Name and password were right.
        ({"status": 401}, NotAllowedError),
        ({"status": 500}, CannotConnectError),
        ({"drop": True}, RequestTimeoutError),
        ({"garbage": "html"}, UnexpectedAnswerError),
        ({"garbage": "broken_json"}, UnexpectedAnswerError),
    ],
    ids=range(6),
)
async def test_signed_out_in_any_case(
    session: ClientSession,
    server: ThingplusSimulator,
    trouble: dict[str, Any],
    error: type[ThingplusError],
) -> None:
    server.trouble = Trouble(path="authClients", **trouble)
    with pytest.raises(error):
        await create(session, server.api)
    assert paths(server) == LINES
    assert server.browsers == {}


@pytest.mark.parametrize("trouble", [{"status": 500}, {"drop": True}, {"status": 404}])
async def test_sign_out_that_fails(
    session: ClientSession,
    server: ThingplusSimulator,
    log: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
) -> None:
    """What was created is worth more."""
    server.trouble = Trouble(path="logout", **trouble)
    made = await create(session, server.api)
    assert made.client_id in server.clients
    assert "The session of the portal was not ended: POST logout" in log.text


async def test_nobody_there(session: ClientSession) -> None:
    with pytest.raises(CannotConnectError):
        await create(session, "http://127.0.0.1:9/v2")


# A scripted server


async def test_what_is_sent(scripted: ScriptedServer) -> None:
    """The session's own cookies stay where they are."""
    scripted.say(LOGGED_IN, success({}), success({}))
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        session.cookie_jar.update_cookies({"dwTPlus": "other"}, scripted.api)
        made = await create(session, f"{scripted.api}/")
    assert scripted.lines() == LINES
    login, client, logout = (json.loads(heard.body) for heard in scripted.heard)
    assert login == {"loginId": LOGIN, "password": password_hash(PASSWORD)}
    assert client == {
        "name": "Home Assistant",
        "reqId": made.client_id,
        "clientSecret": made.client_secret,
        "scopes": list(SCOPES),
    }
    assert logout == {}
    cookies = [heard.headers.get("Cookie") for heard in scripted.heard]
    assert cookies == [None, "dwTPlus=s%3Aabc", "dwTPlus=s%3Aabc"]
    for heard in scripted.heard:
        assert "Authorization" not in heard.headers
        assert heard.headers["Accept"] == "application/json"


async def test_server_that_chooses_the_id(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    scripted.say(LOGGED_IN, success({"id": "testClient"}), success({}))
    assert (await create(session, scripted.api)).client_id == "testClient"


async def test_id_that_is_taken(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    taken = failure(409, "CONFLICT")
    scripted.say(LOGGED_IN, taken, taken, success({}), success({}))
    made = await create(session, scripted.api)
    ids = [json.loads(heard.body)["reqId"] for heard in scripted.heard[1:4]]
    assert len(set(ids)) == 3
    assert made.client_id == ids[-1]


async def test_ids_that_are_all_taken(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    taken = failure(409, "CONFLICT")
    scripted.say(LOGGED_IN, taken, taken, taken, success({}))
    with pytest.raises(AlreadyExistsError):
        await create(session, scripted.api)
    assert scripted.lines() == [LINES[0], *3 * LINES[1:2], LINES[2]]


@pytest.mark.parametrize(
    "reply",
    [
        success({}),
        Reply(body=success({}).body, headers={"Set-Cookie": "dwTPlus="}),
        Reply(body=b"<html>Who are you?", headers=COOKIE),
        Reply(status=302, headers={**COOKIE, "Location": "/"}),
    ],
    ids=range(4),
)
async def test_no_session(
    session: ClientSession, scripted: ScriptedServer, reply: Reply
) -> None:
    scripted.say(reply)
    with pytest.raises(UnexpectedAnswerError):
        await create(session, scripted.api)
    assert scripted.lines() == LINES[:1]


async def test_time_out(session: ClientSession, scripted: ScriptedServer) -> None:
    scripted.hang = True
    with pytest.raises(RequestTimeoutError):
        await create(session, scripted.api, timeout=0.05)
