"""Who may do what at the simulated Thing+."""

import base64
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
import json
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import (
    CLIENT_ID,
    LOGIN,
    PASSWORD,
    ThingplusSimulator,
    md5_of,
)

from .thingplus_callers import (
    DAY,
    NEW_GATEWAY,
    NOW,
    PARAMS,
    Caller,
    error_of,
    running_server,
    signed_in,
    turn_clock,
)

NEW_CLIENT: Final = {
    "name": "Test Client",
    "reqId": "newClient",
    "clientSecret": "newSecret",
    "scopes": ["gateway", "site-read"],
}
LOG_IN: Final = {"loginId": LOGIN, "password": md5_of(PASSWORD)}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
async def browser(
    socket_enabled: None, server: ThingplusSimulator
) -> AsyncIterator[Caller]:
    """A browser that keeps cookies, nobody's yet."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as opened:
        yield Caller(opened, server)


async def test_portal_session(browser: Caller, server: ThingplusSimulator) -> None:
    """Who logs in gets a cookie, with which everything is allowed, until the end."""
    assert await browser("GET", "users/me") == (401, "Access denied")
    await browser.send("POST", "login", json=LOG_IN)
    assert (await browser.get("users/me"))["loginId"] == LOGIN
    assert await browser.ids("gateways") == ["0123456789ab"]
    await browser.send("POST", "logout")
    assert await browser("GET", "users/me") == (401, "Access denied")
    assert server.faults == []


@pytest.mark.parametrize(
    ("changed", "refusal", "faults"),
    [
        ({"loginId": "nobody"}, (401, "NEED_LOGIN"), 0),
        ({"password": md5_of("wrong")}, (401, "NEED_LOGIN"), 0),
        ({"password": PASSWORD}, (401, "NEED_LOGIN"), 1),
        ({"password": md5_of(PASSWORD).upper()}, (401, "NEED_LOGIN"), 1),
        ({"extra": 1}, (400, "SCHEMA_VALIDATE"), 1),
    ],
    ids=["name", "password", "plain", "upper case", "extra"],
)
async def test_login_is_refused(
    browser: Caller,
    server: ThingplusSimulator,
    changed: dict[str, Any],
    refusal: tuple[int, str],
    faults: int,
) -> None:
    """What users mistype is no fault of the client; a plain password is one."""
    assert await browser.refusal("POST", "login", json=LOG_IN | changed) == refusal
    assert len(server.faults) == faults


@pytest.mark.parametrize("path", ["authClients", "oauth2/authClients"])
async def test_client_of_oauth(
    browser: Caller, server: ThingplusSimulator, path: str
) -> None:
    """A user creates a client in the portal, sees it without secret, and deletes it."""
    assert await browser("POST", path, json=NEW_CLIENT) == (401, "Access denied")
    await browser.send("POST", "login", json=LOG_IN)
    data = await browser.send("POST", path, 201, json=NEW_CLIENT)
    assert data == {
        "name": "Test Client",
        "clientSecret": "newSecret",
        "scopes": ["gateway", "site-read"],
        "_user": "1",
        "mtime": NOW * 1000,
        "ctime": NOW * 1000,
        "id": "newClient",
    }
    assert await browser.ids("authClients") == [CLIENT_ID, "newClient"]
    assert "clientSecret" not in await browser.get("authClients/newClient")
    assert await browser("DELETE", "authClients/newClient") == (204, "")
    assert await browser.ids("authClients") == [CLIENT_ID]
    missing = await browser.refusal("GET", "authClients/newClient")
    assert missing == (404, "NOT_FOUND")
    assert "gateway-read" in await browser.get("authScopes")
    assert server.faults == []


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reqId": CLIENT_ID}, (409, "CONFLICT")),
        ({"scopes": ["gateway", "world"]}, (400, "SCHEMA_VALIDATE")),
        ({"scopes": []}, (400, "SCHEMA_VALIDATE")),
        ({"scopes": "gateway"}, (400, "SCHEMA_VALIDATE")),
        ({"name": ""}, (400, "SCHEMA_VALIDATE")),
    ],
    ids=["known", "scope", "no scopes", "text", "name"],
)
async def test_client_is_refused(
    browser: Caller,
    server: ThingplusSimulator,
    changed: dict[str, Any],
    refusal: tuple[int, str],
) -> None:
    """A client needs an id of its own and scopes that there are."""
    await browser.send("POST", "login", json=LOG_IN)
    answer = await browser.refusal("POST", "authClients", json=NEW_CLIENT | changed)
    assert answer == refusal
    assert list(server.clients) == [CLIENT_ID]


async def test_tokens_create_no_clients(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """The portal's own calls are for browsers alone."""
    caller = signed_in(session, server)
    refusal = await caller.refusal("POST", "authClients", json=NEW_CLIENT)
    assert refusal == (403, "ACL_DENY")


def forged(token: str, **changed: Any) -> str:
    """Return a token with another payload and the old signature."""
    header, payload, signature = token.split(".")
    body = json.loads(base64.urlsafe_b64decode(payload + "=="))
    text = json.dumps(body | changed).encode()
    new = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return f"{header}.{new}.{signature}"


async def test_broken_tokens(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Each kind of broken token has its own message."""
    good = server.issue_token(LOGIN, CLIENT_ID)
    messages = {
        "nonsense": "jwt malformed",
        "a.b.c": "invalid token",
        "e30.e30.c": "invalid token",
        forged(good, userId="2"): "invalid signature",
        f"{good}x": "invalid signature",
    }
    for token, message in messages.items():
        body = {"name": "JsonWebTokenError", "message": message}
        answer = await Caller(session, server, token)("GET", "gateways")
        assert answer == (403, body)
    assert server.requests[-1].user is None


@pytest.mark.parametrize("status", [403, 401])
async def test_expired_token(
    session: aiohttp.ClientSession, server: ThingplusSimulator, status: int
) -> None:
    """A token ends after 90 days; the status of that may be chosen."""
    server.office.expired_status = status
    caller = signed_in(session, server)
    turn_clock(server, 90 * DAY - 1)
    assert len(await caller.get("gateways")) == 1
    turn_clock(server, 1)
    assert await caller("GET", "gateways") == (
        status,
        {
            "name": "TokenExpiredError",
            "message": "jwt expired",
            "expiredAt": "2017-08-23T13:24:32.000Z",
        },
    )


async def test_other_ways_to_sign_in(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Without a token, or with something else, access is denied."""
    caller = Caller(session, server)
    assert await caller("GET", "gateways") == (401, "Access denied")
    caller.headers["Authorization"] = "Basic YTpi"
    assert await caller("GET", "gateways") == (401, "Access denied")


async def test_deleted_user_and_client(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """With its user or its client, a token ends."""
    other = signed_in(session, server, "gateway")
    del server.clients["gateway"]
    assert await other("GET", "gateways") == (401, "Access denied")
    caller = signed_in(session, server)
    server.remove_user(LOGIN)
    assert await caller("GET", "gateways") == (401, "Access denied")
    with pytest.raises(KeyError):
        server.remove_user(LOGIN)


async def test_revoked_tokens(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """One token, those of a client, or all end; new ones are others and hold."""
    first = server.issue_token(LOGIN, CLIENT_ID)
    server.revoke_token(first)
    revoked = (403, {"name": "JsonWebTokenError", "message": "invalid token"})
    assert await Caller(session, server, first)("GET", "gateways") == revoked
    caller, other = signed_in(session, server), signed_in(session, server, "gateway")
    assert len(await caller.get("gateways")) == 1
    server.revoke_client(CLIENT_ID)
    assert await caller("GET", "gateways") == revoked
    assert len(await other.get("gateways")) == 1
    server.revoke_all()
    assert await other("GET", "gateways") == revoked
    assert len(await signed_in(session, server).get("gateways")) == 1


@pytest.mark.parametrize(
    ("scope", "calls"),
    [
        ("gateway", {"gateways": 200, "sites": 403, "users/me": 403}),
        ("gateway-read", {"gateways": 200, "sites": 403, "users/me": 403}),
        ("site-read", {"gateways": 403, "sites": 200, "users/me": 403}),
        ("user-profile", {"gateways": 403, "sites": 403, "users/me": 200}),
        ("user-profile-read", {"gateways": 403, "sites": 403, "users/me": 200}),
    ],
)
async def test_scopes_of_reading(
    session: aiohttp.ClientSession,
    server: ThingplusSimulator,
    scope: str,
    calls: dict[str, int],
) -> None:
    """A token reads what its scopes allow."""
    caller = signed_in(session, server, scope)
    answers = {path: (await caller("GET", path))[0] for path in calls}
    assert answers == calls


@pytest.mark.parametrize(
    ("scope", "update", "write", "command"),
    [
        ("gateway", 200, 201, 200),
        ("gateway-update", 200, 403, 403),
        ("gateway-read", 403, 403, 403),
        ("actuator-command", 403, 403, 200),
    ],
)
async def test_scopes_of_writing(
    session: aiohttp.ClientSession,
    server: ThingplusSimulator,
    scope: str,
    update: int,
    write: int,
    command: int,
) -> None:
    """A token writes what its scopes allow."""
    caller = signed_in(session, server, scope)
    status = {"value": "on", "validDuration": 450}
    answers = [
        await caller("PUT", "gateways/0123456789ab/status", json=status),
        await caller(
            "POST", "registerGateway", json={"reqId": NEW_GATEWAY, "params": PARAMS}
        ),
        await caller(
            "POST",
            "controlActuator",
            json={
                "id": "0123456789ab",
                "act": "controlActuator",
                "params": {"id": "0123456789ab-powerSwitch", "cmd": "on"},
            },
        ),
    ]
    assert [answered for answered, _ in answers] == [update, write, command]
    denied = [body["errors"][0]["code"] for _, body in answers if "errors" in body]
    assert set(denied) <= {"ACL_DENY"}


async def test_other_service(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """What belongs to another service is not listed, and denied where it is named."""
    server.add_site("2", "other", service_id="2")
    server.add_gateway("ba9876543210", "Theirs", site_id="2")
    caller = signed_in(session, server)
    assert await caller.ids("gateways") == ["0123456789ab"]
    assert await caller.ids("sites") == ["1"]
    denied = (403, "ACCESSGROUP_DENY")
    for path in ("gateways/ba9876543210", "sites/2"):
        assert await caller.refusal("GET", path) == denied
    body = {"reqId": NEW_GATEWAY, "params": PARAMS | {"siteId": "2"}}
    assert await caller.refusal("POST", "registerGateway", json=body) == denied


async def test_cookie_and_date(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Answers say the server's time, and a cookie leads to the same machine."""
    server.date_offset = 30
    headers = signed_in(session, server).headers
    async with session.get(f"{server.api}/gateways", headers=headers) as response:
        assert parsedate_to_datetime(response.headers["Date"]).timestamp() == NOW + 30
        cookie = response.cookies["dwTPlus"].value
    other = {"Cookie": f"dwTPlus={cookie}"}
    async with session.get(f"{server.api}/gateways", headers=other) as response:
        assert response.status == 401
    async with session.get(
        f"{server.api}/gateways", headers=headers | other
    ) as response:
        assert "dwTPlus" not in response.cookies


async def test_unknown_paths(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Below the base a path that is unknown is refused, outside there is nothing."""
    caller = signed_in(session, server)
    for method, path in (("GET", "nothing"), ("PATCH", "gateways"), ("GET", "")):
        assert error_of(*await caller(method, path)) == (404, "NOT_FOUND")
    async with session.get(f"{server.url}/gateways") as response:
        assert (response.status, response.content_type) == (404, "text/plain")
    assert server.requests[-1].path == "/gateways"


async def test_other_base(session: aiohttp.ClientSession, socket_enabled: None) -> None:
    """A branded server has another base."""
    server = ThingplusSimulator(base_path="/api")
    await server.start()
    async with session.get(f"{server.url}/api/gatewayModels/52") as response:
        assert (await response.json())["data"]["id"] == "52"
    assert server.api == f"{server.url}/api"
    await server.stop()
