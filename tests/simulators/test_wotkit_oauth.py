"""OAuth2 at the simulated WoTKit server."""

from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.simulators.wotkit import WotkitServer

from .wotkit_callers import Caller, running_server, turn_clock

BACK: Final = "https://ha.example.com/auth?instance=1"
AUTHORIZE: Final = {
    "response_type": "code",
    "client_id": "an-app",
    "redirect_uri": BACK,
    "state": "a b&c",
}
CLIENT: Final = {"client_id": "an-app", "client_secret": "app-secret"}
LOG_IN: Final = {"username": "ada.lovelace", "password": "lace"}
PASSWORD: Final = {"grant_type": "password", "scope": "all", **LOG_IN, **CLIENT}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server with two applications."""
    async with running_server() as running:
        running.add_application("an-app", "app-secret", [BACK])
        running.add_application("other", "other-secret")
        yield running


@pytest.fixture
async def browser(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that keeps cookies."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as opened:
        yield opened


async def post_token(
    session: aiohttp.ClientSession, server: WotkitServer, **form: str
) -> tuple[int, dict[str, Any]]:
    """Ask for tokens."""
    async with session.post(f"{server.api}/oauth/token", data=form) as response:
        assert response.headers["Cache-Control"] == "no-store"
        return response.status, await response.json()


async def tokens(session: aiohttp.ClientSession, server: WotkitServer) -> Any:
    """Return tokens for a password."""
    status, answer = await post_token(session, server, **PASSWORD)
    assert status == 200
    return answer


async def fill_in(
    browser: aiohttp.ClientSession, server: WotkitServer, **form: str
) -> tuple[int, dict[str, list[str]]]:
    """Fill in the page and return where it leads."""
    async with browser.post(
        f"{server.api}/oauth/authorize",
        params=AUTHORIZE,
        data=form,
        allow_redirects=False,
    ) as response:
        location = urlsplit(response.headers.get("Location", ""))
        return response.status, parse_qs(location.query)


async def read_page(
    browser: aiohttp.ClientSession, server: WotkitServer, **changed: str
) -> tuple[int, str]:
    """Open the page."""
    async with browser.get(
        f"{server.api}/oauth/authorize", params={**AUTHORIZE, **changed}
    ) as response:
        return response.status, await response.text()


async def get_code(browser: aiohttp.ClientSession, server: WotkitServer) -> str:
    """Return a code."""
    _, answer = await fill_in(browser, server, **LOG_IN, decision="allow")
    return answer["code"][0]


def code_form(code: str, **changed: str) -> dict[str, str]:
    """Return the form for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return {**form, **CLIENT, **changed}


def refresh_form(answer: dict[str, Any], **changed: str) -> dict[str, str]:
    """Return the form for a refresh token."""
    token = answer["refresh_token"]
    return {"grant_type": "refresh_token", "refresh_token": token, **CLIENT, **changed}


async def test_password_grant(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A password gives tokens of the documented shape, which let in."""
    answer = await tokens(session, server)
    assert answer == {
        "access_token": answer["access_token"],
        "token_type": "bearer",
        "refresh_token": answer["refresh_token"],
        "expires_in": 43199,
        "scope": "all",
    }
    ada = Caller(session, server, f"Bearer {answer['access_token']}")
    assert await ada.names("scope=contributed") == ["lamp_post"]
    assert server.requests[-1].user == "ada.lovelace"
    assert server.office.issued == [answer]
    assert server.faults == []


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"password": "wrong"}, 400, "invalid_grant"),
        ({"username": "a1b2c3", "password": "key-password"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"scope": "some"}, 400, "invalid_scope"),
    ],
    ids=["password", "a key", "secret", "client", "scope"],
)
async def test_password_grant_is_refused(
    session: aiohttp.ClientSession,
    server: WotkitServer,
    changed: dict[str, str],
    status: int,
    error: str,
) -> None:
    """What users mistype is an error of OAuth2, and no fault of the client."""
    answered, body = await post_token(session, server, **{**PASSWORD, **changed})
    assert (answered, body["error"]) == (status, error)
    assert body["error_description"]
    assert server.faults == []


@pytest.mark.parametrize(
    ("lacks", "fault"),
    [
        ("client_secret", "the client is not in the body"),
        ("grant_type", "grant_type is unknown"),
        ("username", "username is missing"),
        ("password", "password is missing"),
        ("scope", "scope is missing"),
    ],
)
async def test_faulty_token_request(
    session: aiohttp.ClientSession, server: WotkitServer, lacks: str, fault: str
) -> None:
    """Programs, not users, leave fields out."""
    form = {name: value for name, value in PASSWORD.items() if name != lacks}
    status, _ = await post_token(session, server, **form)
    assert status in (400, 401)
    assert server.faults == [f"POST oauth/token: {fault}"]


async def test_token_request_is_a_form(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """JSON is no form, and secrets do not belong into the address."""
    url = f"{server.api}/oauth/token"
    params = {"client_secret": "app-secret"}
    async with session.post(url, params=params, json=PASSWORD) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "invalid_request"
    assert server.faults == [
        "POST oauth/token: client_secret in the address",
        "POST oauth/token: the body is application/json",
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "oauth/token", 405),
        ("PUT", "oauth/authorize", 405),
        ("GET", "oauth/keys", 404),
    ],
)
async def test_other_addresses(
    session: aiohttp.ClientSession,
    server: WotkitServer,
    method: str,
    path: str,
    status: int,
) -> None:
    """There are two addresses of OAuth2."""
    assert (await Caller(session, server)(method, path))[0] == status


async def test_code_grant_in_a_browser(
    browser: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A user logs in, is asked, and is sent back; the next time is only asked."""
    status, page = await read_page(browser, server)
    assert (status, 'name="password"' in page) == (200, True)
    assert await fill_in(browser, server, **LOG_IN) == (200, {})
    status, page = await read_page(browser, server)
    assert (status, "authorize an-app to act" in page) == (200, True)
    status, answer = await fill_in(browser, server, decision="allow")
    assert status == 302
    assert answer["state"] == ["a b&c"]
    assert answer["instance"] == ["1"]
    form = code_form(answer["code"][0])
    status, body = await post_token(browser, server, **form)
    assert (status, body["expires_in"]) == (200, 43199)
    ada = Caller(browser, server, f"Bearer {body['access_token']}")
    assert await ada.names("scope=contributed") == ["lamp_post"]
    assert server.faults == []


async def test_user_denies(
    browser: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Who denies is sent back with an error."""
    await fill_in(browser, server, **LOG_IN)
    status, answer = await fill_in(browser, server, decision="deny")
    assert status == 302
    assert answer["error"] == ["access_denied"]
    assert answer["state"] == ["a b&c"]


async def test_no_state(session: aiohttp.ClientSession, server: WotkitServer) -> None:
    """What was not sent does not come back."""
    params = {name: AUTHORIZE[name] for name in AUTHORIZE if name != "state"}
    async with session.post(
        f"{server.api}/oauth/authorize",
        params=params,
        data={"decision": "deny"},
        allow_redirects=False,
    ) as response:
        assert response.headers["Location"] == f"{BACK}&error=access_denied"


async def test_login_is_needed(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Nobody consents for somebody else."""
    assert await fill_in(session, server, decision="allow") == (200, {})
    wrong = {**LOG_IN, "password": "wrong", "decision": "allow"}
    assert await fill_in(session, server, **wrong) == (401, {})


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"client_id": "wrong"}, 401),
        ({"redirect_uri": "https://evil.example.com"}, 400),
        ({"response_type": "token"}, 400),
    ],
)
async def test_page_is_refused(
    session: aiohttp.ClientSession,
    server: WotkitServer,
    changed: dict[str, str],
    status: int,
) -> None:
    """Nobody is sent to an address that is not registered."""
    answered, page = await read_page(session, server, **changed)
    assert answered == status
    assert "<form" not in page


async def test_token_of_code_by_response_type(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A wrong response_type is a fault."""
    await read_page(session, server, response_type="token")
    assert server.faults == ["oauth/authorize: response_type is not code"]


async def test_code_works_once(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A code ends with its first use."""
    form = code_form(await get_code(session, server))
    assert (await post_token(session, server, **form))[0] == 200
    status, body = await post_token(session, server, **form)
    assert (status, body["error"]) == (400, "invalid_grant")


async def test_code_is_too_old(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A code lives for a minute."""
    code = await get_code(session, server)
    turn_clock(server, 60)
    status, body = await post_token(session, server, **code_form(code))
    assert (status, body["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://ha.example.com/other"},
        {"client_id": "other", "client_secret": "other-secret"},
    ],
    ids=["redirect_uri", "application"],
)
async def test_code_of_others(
    session: aiohttp.ClientSession, server: WotkitServer, changed: dict[str, str]
) -> None:
    """A code is for one application and one address."""
    form = code_form(await get_code(session, server), **changed)
    status, body = await post_token(session, server, **form)
    assert (status, body["error"]) == (400, "invalid_grant")


async def test_refresh(session: aiohttp.ClientSession, server: WotkitServer) -> None:
    """A refresh token stays, and gives access tokens again and again."""
    first = await tokens(session, server)
    _, second = await post_token(session, server, **refresh_form(first))
    status, third = await post_token(session, server, **refresh_form(first))
    assert status == 200
    assert second["refresh_token"] == third["refresh_token"] == first["refresh_token"]
    assert len({a["access_token"] for a in (first, second, third)}) == 3


async def test_rotating_refresh_tokens(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A refresh token may end when it is used."""
    server.rotating_refresh_tokens = True
    assert server.rotating_refresh_tokens is True
    first = await tokens(session, server)
    _, second = await post_token(session, server, **refresh_form(first))
    status, body = await post_token(session, server, **refresh_form(first))
    assert (status, body["error"]) == (400, "invalid_grant")
    assert (await post_token(session, server, **refresh_form(second)))[0] == 200


async def test_refresh_token_of_others(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A refresh token is for one application."""
    answer = server.sign_in("ada.lovelace", "an-app")
    form = refresh_form(answer, client_id="other", client_secret="other-secret")
    assert (await post_token(session, server, **form))[0] == 400


async def test_access_token_ends(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Access tokens live as long as they say; public methods refuse dead ones too."""
    server.token_life = 100
    answer = server.sign_in("ada.lovelace", "an-app")
    assert (server.token_life, answer["expires_in"]) == (100, 99)
    ada = Caller(session, server, f"Bearer {answer['access_token']}")
    turn_clock(server, 99)
    assert await ada.names("scope=contributed") == ["lamp_post"]
    turn_clock(server, 1)
    assert await ada("GET", "sensors/1") == (
        401,
        {"error": "invalid_token", "error_description": "Access token expired"},
    )


async def test_expired_and_revoked(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Expired access tokens can be renewed, revoked ones cannot."""
    answer = server.sign_in("ada.lovelace", "an-app")
    code = await get_code(session, server)
    ada = Caller(session, server, f"Bearer {answer['access_token']}")
    server.expire_access_tokens()
    status, body = await ada("GET", "sensors")
    assert (status, body["error"]) == (401, "invalid_token")
    assert (await post_token(session, server, **refresh_form(answer)))[0] == 200
    server.revoke_all()
    assert (await post_token(session, server, **refresh_form(answer)))[0] == 400
    assert (await post_token(session, server, **code_form(code)))[0] == 400


async def test_token_in_the_address(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """The documents allow it; here it is a fault, as logs keep addresses."""
    token = server.sign_in("ada.lovelace", "an-app")["access_token"]
    anyone = Caller(session, server)
    query = f"scope=contributed&access_token={token}"
    assert await anyone.names(query) == ["lamp_post"]
    assert server.faults == ["GET /api/sensors: access_token in the address"]
    assert (await anyone("GET", "sensors?access_token=wrong"))[0] == 401
