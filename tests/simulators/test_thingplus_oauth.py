"""OAuth2 at the simulated Thing+."""

import base64
from collections.abc import AsyncIterator
import json
import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.simulators.thingplus import (
    CLIENT_ID,
    CLIENT_SECRET,
    LOGIN,
    PASSWORD,
    ThingplusSimulator,
    md5_of,
)

from .thingplus_callers import (
    DAY,
    NOW,
    PASSWORD_GRANT,
    Caller,
    running_server,
    turn_clock,
)

BACK: Final = "https://ha.example.com/auth?instance=1"
AUTHORIZE: Final = {
    "response_type": "code",
    "client_id": "an-app",
    "redirect_uri": BACK,
    "state": "a b&c",
}
LOG_IN: Final = {"username": LOGIN, "password": PASSWORD}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server with an application of a third party."""
    async with running_server() as running:
        running.add_client(
            "an-app",
            "app-secret",
            user=running.users["1"],
            redirect_uris=[BACK],
            allows_password_grant=False,
        )
        yield running


@pytest.fixture
async def browser(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that keeps cookies."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as opened:
        yield opened


async def post_token(
    session: aiohttp.ClientSession, server: ThingplusSimulator, **how: Any
) -> tuple[int, dict[str, Any]]:
    """Ask for a token."""
    async with session.post(f"{server.api}/oauth2/token", **how) as response:
        return response.status, await response.json()


def payload_of(token: str) -> Any:
    """Return what a token says."""
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


@pytest.mark.parametrize("kind", ["data", "json"])
async def test_password_grant(
    session: aiohttp.ClientSession, server: ThingplusSimulator, kind: str
) -> None:
    """The MD5 of a password gives a token for 90 days, asked by form or JSON."""
    status, body = await post_token(session, server, **{kind: PASSWORD_GRANT})
    assert status == 200
    assert body.keys() == {"access_token", "token_type"}
    assert body["token_type"] == "Bearer"
    assert payload_of(body["access_token"]) == {
        "userId": "1",
        "clientId": CLIENT_ID,
        "iat": NOW,
        "exp": NOW + 90 * DAY,
    }
    caller = Caller(session, server, body["access_token"])
    assert (await caller.get("users/me"))["loginId"] == LOGIN
    assert server.requests[-1].user == LOGIN
    [issued] = server.office.issued
    assert (issued.token, issued.grant) == (body["access_token"], "password")
    assert server.faults == []


async def test_chosen_life(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """The lives of tokens may be chosen."""
    server.office.password_token_life = 60
    _, body = await post_token(session, server, data=PASSWORD_GRANT)
    assert payload_of(body["access_token"])["exp"] == NOW + 60
    token = server.issue_token(LOGIN, CLIENT_ID, life=5)
    assert payload_of(token)["exp"] == NOW + 5
    with pytest.raises(KeyError):
        server.issue_token("nobody", CLIENT_ID)


@pytest.mark.parametrize(
    ("changed", "status", "code", "faults"),
    [
        ({"client_id": "wrong"}, 401, "incorrect_client_credentials", 0),
        ({"client_secret": "wrong"}, 401, "incorrect_client_credentials", 0),
        ({"username": "nobody"}, 401, "incorrect_user_credentials", 0),
        ({"password": md5_of("wrong")}, 401, "incorrect_user_credentials", 0),
        ({"password": PASSWORD}, 401, "incorrect_user_credentials", 1),
        ({"grant_type": "refresh_token"}, 501, "unsupported_grant_type", 1),
    ],
    ids=["client", "secret", "name", "password", "plain", "refresh"],
)
async def test_password_grant_is_refused(
    session: aiohttp.ClientSession,
    server: ThingplusSimulator,
    changed: dict[str, str],
    status: int,
    code: str,
    faults: int,
) -> None:
    """Refusals are flat; a plain password is a fault, and there is no refresh."""
    answered, body = await post_token(session, server, data=PASSWORD_GRANT | changed)
    assert body == {
        "name": "TokenError",
        "message": body["message"],
        "code": code,
        "status": status,
    }
    assert answered == status
    assert len(server.faults) == faults


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "username"])
async def test_missing_parameters(
    session: aiohttp.ClientSession, server: ThingplusSimulator, missing: str
) -> None:
    """What is left out is told."""
    form = {name: text for name, text in PASSWORD_GRANT.items() if name != missing}
    status, body = await post_token(session, server, json=form)
    assert (status, body["code"]) == (400, "invalid_request")
    assert server.faults == [f"POST /oauth2/token: {missing} is missing"]


@pytest.mark.parametrize(
    "how", [{"data": b"{"}, {"json": []}, {"data": "a", "headers": {}}]
)
async def test_token_bodies(
    session: aiohttp.ClientSession, server: ThingplusSimulator, how: dict[str, Any]
) -> None:
    """A body is a form or a JSON object."""
    status, body = await post_token(session, server, **how)
    assert (status, body["code"]) == (400, "invalid_request")
    assert len(server.faults) == 1


async def test_third_party_sends_no_passwords(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """A client may be one that is not allowed to send passwords."""
    client = {"client_id": "an-app", "client_secret": "app-secret"}
    status, body = await post_token(session, server, data=PASSWORD_GRANT | client)
    assert (status, body["code"]) == (501, "unsupported_grant_type")
    assert server.faults == []


async def test_unauthorized_user(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """A user who is not approved gets no token, neither by password nor by code."""
    code = await get_code(browser, server)
    server.users["1"].is_approved = False
    status, body = await post_token(browser, server, data=PASSWORD_GRANT)
    assert (status, body["code"]) == (403, "unauthorized_user")
    status, body = await post_token(browser, server, data=code_form(code))
    assert (status, body["code"]) == (403, "unauthorized_user")


async def test_secrets_in_the_address(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Secrets and tokens have no place in an address."""
    query = {"client_secret": CLIENT_SECRET, "password": "p", "access_token": "t"}
    await post_token(session, server, data=PASSWORD_GRANT, params=query)
    assert server.faults == [
        "POST /oauth2/token: access_token in the address",
        "POST /oauth2/token: client_secret in the address",
        "POST /oauth2/token: password in the address",
    ]


# The code grant


async def fill_in(
    browser: aiohttp.ClientSession,
    server: ThingplusSimulator,
    path: str = "authorize",
    **form: str,
) -> tuple[int, dict[str, list[str]]]:
    """Fill in a page and return where it leads."""
    async with browser.post(
        f"{server.api}/oauth2/{path}",
        params=AUTHORIZE,
        data=form,
        allow_redirects=False,
    ) as response:
        location = urlsplit(response.headers.get("Location", ""))
        return response.status, parse_qs(location.query)


async def read_page(
    browser: aiohttp.ClientSession, server: ThingplusSimulator, **changed: str
) -> tuple[int, str]:
    """Open the page; what is changed to "" is left out."""
    query = {name: text for name, text in (AUTHORIZE | changed).items() if text}
    async with browser.get(f"{server.api}/oauth2/authorize", params=query) as response:
        return response.status, await response.text()


async def get_code(browser: aiohttp.ClientSession, server: ThingplusSimulator) -> str:
    """Return a code."""
    _, answer = await fill_in(browser, server, **LOG_IN, decision="allow")
    return answer["code"][0]


def code_form(code: str, **changed: str) -> dict[str, str]:
    """Return the form for a code."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": "an-app",
        "client_secret": "app-secret",
        **changed,
    }


async def open_consent(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> str:
    """Log in page by page, and return the id of what is asked."""
    status, page = await read_page(browser, server)
    assert (status, "Log in" in page) == (200, True)
    await fill_in(browser, server, **LOG_IN)
    status, page = await read_page(browser, server)
    assert "an-app asks for: gateway, site-read" in page
    found = re.search(r'name="transaction_id" value="(\w+)"', page)
    assert found is not None
    assert 'action="authorize/decision"' in page
    return found[1]


async def test_code_grant(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """The pages lead to a code, and that to a token for 15 days."""
    asked = await open_consent(browser, server)
    status, answer = await fill_in(
        browser, server, "authorize/decision", transaction_id=asked, allow="Allow"
    )
    [code] = answer["code"]
    assert (status, answer) == (
        302,
        {"instance": ["1"], "code": [code], "state": ["a b&c"]},
    )
    status, body = await post_token(browser, server, data=code_form(code))
    payload = payload_of(body["access_token"])
    assert (status, payload["exp"] - payload["iat"]) == (200, 15 * DAY)
    assert payload["clientId"] == "an-app"
    caller = Caller(browser, server, body["access_token"])
    assert await caller.ids("sites") == ["1"]
    assert server.faults == []


async def test_denial(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Who says no is sent back with an error."""
    asked = await open_consent(browser, server)
    _, answer = await fill_in(
        browser, server, "authorize/decision", transaction_id=asked, cancel="Deny"
    )
    denied = {"instance": ["1"], "error": ["access_denied"], "state": ["a b&c"]}
    assert answer == denied
    _, answer = await fill_in(browser, server, **LOG_IN, decision="deny")
    assert answer == denied


async def test_decision_needs_a_question(
    browser: aiohttp.ClientSession,
    session: aiohttp.ClientSession,
    server: ThingplusSimulator,
) -> None:
    """A decision counts once, and only from who was asked."""
    asked = await open_consent(browser, server)
    for client in (session, browser):
        async with client.post(
            f"{server.api}/oauth2/authorize/decision", data={"transaction_id": asked}
        ) as response:
            assert response.status == 403
            assert await response.json() == {
                "name": "ForbiddenError",
                "message": f"Unable to load OAuth 2.0 transaction: {asked}",
                "status": 403,
            }


async def test_wrong_password_on_the_page(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """The page asks again."""
    status, _ = await fill_in(browser, server, username=LOGIN, password="wrong")
    assert status == 401
    _, page = await read_page(browser, server)
    assert "Log in" in page


@pytest.mark.parametrize(
    ("changed", "status", "code", "faults"),
    [
        ({"client_id": "wrong"}, 401, "incorrect_client_credentials", 0),
        ({"redirect_uri": "https://evil"}, 400, "redirect_uri_mismatch", 0),
        ({"response_type": "token"}, 501, "unsupported_response_type", 1),
        ({"client_id": ""}, 400, "invalid_request", 1),
        ({"redirect_uri": ""}, 400, "invalid_request", 1),
    ],
    ids=["client", "redirect", "type", "no client", "no redirect"],
)
async def test_page_is_refused(
    browser: aiohttp.ClientSession,
    server: ThingplusSimulator,
    changed: dict[str, str],
    status: int,
    code: str,
    faults: int,
) -> None:
    """What a client asks for wrongly is told in flat JSON, and nobody is sent back."""
    answered, text = await read_page(browser, server, **changed)
    body = json.loads(text)
    assert body == {
        "name": "AuthorizationError",
        "message": body["message"],
        "code": code,
        "status": status,
    }
    assert answered == status
    assert len(server.faults) == faults


async def test_unknown_parameter(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Parameters that are not documented are faults."""
    assert (await read_page(browser, server, scope="all"))[0] == 200
    assert server.faults == ["oauth2/authorize: there is no parameter scope"]


async def test_client_without_addresses(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """A client that names no addresses may send users anywhere; the code is bound."""
    server.clients["an-app"].redirect_uris = ()
    code = await get_code(browser, server)
    form = code_form(code, redirect_uri="https://else")
    status, body = await post_token(browser, server, data=form)
    assert (status, body["code"]) == (400, "redirect_uri_mismatch")


@pytest.mark.parametrize(
    ("changed", "seconds", "status", "code"),
    [
        ({}, 600, 403, "expired_code"),
        ({"code": "wrong"}, 0, 400, "invalid_code"),
        ({"redirect_uri": "https://x"}, 0, 400, "redirect_uri_mismatch"),
        (
            {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
            *(0, 400, "invalid_code"),
        ),
        ({"client_secret": "wrong"}, 0, 401, "incorrect_client_credentials"),
    ],
    ids=["old", "unknown", "redirect", "other client", "secret"],
)
async def test_code_is_refused(
    browser: aiohttp.ClientSession,
    server: ThingplusSimulator,
    changed: dict[str, str],
    seconds: float,
    status: int,
    code: str,
) -> None:
    """A code is for 10 minutes, one client and one address."""
    form = code_form(await get_code(browser, server)) | changed
    turn_clock(server, seconds)
    answered, body = await post_token(browser, server, data=form)
    assert (answered, body["name"], body["code"]) == (status, "TokenError", code)


async def test_code_is_for_once(
    browser: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """A used code is invalid, and so is a revoked one."""
    code = await get_code(browser, server)
    turn_clock(server, 599)
    assert (await post_token(browser, server, data=code_form(code)))[0] == 200
    status, body = await post_token(browser, server, data=code_form(code))
    assert (status, body["code"]) == (400, "invalid_code")
    code = await get_code(browser, server)
    server.revoke_client("an-app")
    status, body = await post_token(browser, server, data=code_form(code))
    assert body["code"] == "invalid_code"


async def test_other_addresses(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """There is nothing else below oauth2, and no GET for tokens."""
    for path in ("oauth2/token", "oauth2/other"):
        assert await Caller(session, server)("GET", path) == (404, "Not Found")
