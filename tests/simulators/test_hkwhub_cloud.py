"""The simulated HKIoTCloud signs clients in, and passes commands on."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.simulators.hkwhub import HkIotCloud, SimulatedHome, Trouble, believable_hub

from .hkwhub_callers import HARBOUR, RestCaller, TurnedClock

CLIENT, SECRET = "n7HhiTnKYjJd4zmM", "ANRfB9z94xtcxFGXrd5XHXEiKg43UY"
BACK = "https://ha.example.com/auth?instance=1"
AUTHORIZE = {"response_type": "code", "client_id": CLIENT, "redirect_uri": BACK}
BODY = {"client_id": CLIENT, "client_secret": SECRET}
PASSWORD = {"grant_type": "password", "username": "ada", "password": "lace"}
LOG_IN = {"username": "ada", "password": "lace", "decision": "allow"}
BASIC = aiohttp.encode_basic_auth(CLIENT, SECRET)


@pytest.fixture
def clock() -> TurnedClock:
    """The time in the home."""
    return TurnedClock()


@pytest.fixture
def home(clock: TurnedClock) -> SimulatedHome:
    """A believable home."""
    home = SimulatedHome(clock)
    believable_hub(home)
    return home


@pytest.fixture
async def cloud(home: SimulatedHome, socket_enabled: None) -> AsyncIterator[HkIotCloud]:
    """A running cloud with a user and a client."""
    cloud = HkIotCloud(home)
    cloud.add_user("ada", "lace")
    cloud.add_client(CLIENT, SECRET, (BACK,))
    await cloud.start()
    yield cloud
    await cloud.stop()


@pytest.fixture
async def http(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def caller(http: aiohttp.ClientSession, cloud: HkIotCloud) -> RestCaller:
    """A client with an access token."""
    bearer = cloud.sign_in("ada", CLIENT)["access_token"]
    return RestCaller(http, f"{cloud.url}/api/v1", bearer=bearer)


async def post_token(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    form: Mapping[str, str],
    *,
    auth: str | None = None,
) -> tuple[int, dict[str, Any]]:
    """Ask for tokens."""
    headers = {"Authorization": auth} if auth else {}
    async with http.post(
        f"{cloud.url}/oauth/token", data=form, headers=headers
    ) as response:
        return response.status, await response.json()


async def log_in(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    form: Mapping[str, str],
    **query: str,
) -> tuple[int, dict[str, list[str]]]:
    """Fill in the page and return where it leads."""
    async with http.post(
        f"{cloud.url}/oauth/authorize",
        params={**AUTHORIZE, **query},
        data=form,
        allow_redirects=False,
    ) as response:
        location = urlsplit(response.headers.get("Location", ""))
        return response.status, parse_qs(location.query)


async def get_code(http: aiohttp.ClientSession, cloud: HkIotCloud) -> str:
    """Return a code."""
    _, answer = await log_in(http, cloud, LOG_IN)
    return answer["code"][0]


def code_form(code: str, **changed: str) -> dict[str, str]:
    """Return the form for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return {**form, **BODY, **changed}


def refresh_form(answer: Mapping[str, Any], **changed: str) -> dict[str, str]:
    """Return the form for a refresh token."""
    token = answer["refresh_token"]
    return {"grant_type": "refresh_token", "refresh_token": token, **BODY, **changed}


async def test_password_grant(
    http: aiohttp.ClientSession, cloud: HkIotCloud, home: SimulatedHome
) -> None:
    """A password and the client in the header give tokens that let in."""
    status, answer = await post_token(http, cloud, PASSWORD, auth=BASIC)
    assert status == 200
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 3600
    caller = RestCaller(http, f"{cloud.url}/api/v1", bearer=answer["access_token"])
    assert (await caller.open()).startswith("r:")
    assert await caller("set_party_mode") == (
        200,
        {"Result": "true", "ResponseOf": "set_party_mode"},
    )
    assert home.faults == []
    assert home.commands[0].front == "cloud"


async def test_page_is_shown(http: aiohttp.ClientSession, cloud: HkIotCloud) -> None:
    """A browser gets a form."""
    async with http.get(f"{cloud.url}/oauth/authorize", params=AUTHORIZE) as response:
        assert response.status == 200
        assert '<form method="post">' in await response.text()


@pytest.mark.parametrize(("echo", "expected"), [(True, ["a b&c"]), (False, None)])
async def test_code_grant(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    home: SimulatedHome,
    echo: bool,
    expected: list[str] | None,
) -> None:
    """Who logs in is sent back with a code for tokens; the code works once."""
    cloud.echo_state = echo
    status, answer = await log_in(http, cloud, LOG_IN, state="a b&c")
    assert status == 302
    assert answer["instance"] == ["1"]
    assert answer.get("state") == expected
    form = code_form(answer["code"][0])
    assert (await post_token(http, cloud, form))[0] == 200
    assert await post_token(http, cloud, form) == (400, {"error": "invalid_grant"})
    assert home.faults == []


async def test_deny(http: aiohttp.ClientSession, cloud: HkIotCloud) -> None:
    """Who says no is sent back without a code."""
    status, answer = await log_in(http, cloud, {"decision": "deny"}, state="s")
    assert status == 302
    assert answer == {"instance": ["1"], "error": ["access_denied"], "state": ["s"]}


@pytest.mark.parametrize(
    ("form", "query", "status"),
    [
        ({**LOG_IN, "password": "wrong"}, {}, 401),
        (LOG_IN, {"client_id": "unknown"}, 401),
        (LOG_IN, {"redirect_uri": "https://elsewhere.example.com"}, 400),
    ],
    ids=["password", "client", "redirect"],
)
async def test_page_refuses(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    home: SimulatedHome,
    form: dict[str, str],
    query: dict[str, str],
    status: int,
) -> None:
    """Mistakes of people are told on the page, and are no faults."""
    assert await log_in(http, cloud, form, **query) == (status, {})
    assert home.faults == []


async def test_response_type(
    http: aiohttp.ClientSession, cloud: HkIotCloud, home: SimulatedHome
) -> None:
    """Only codes are given out."""
    assert (await log_in(http, cloud, LOG_IN, response_type="token"))[0] == 400
    assert home.faults == ["cloud: authorize: response_type is not code"]


async def test_refresh_rotates(
    http: aiohttp.ClientSession, cloud: HkIotCloud, home: SimulatedHome
) -> None:
    """A refresh token works once; the next one is in the answer."""
    first = cloud.sign_in("ada", CLIENT)
    status, second = await post_token(http, cloud, refresh_form(first))
    assert status == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert (await post_token(http, cloud, refresh_form(first)))[0] == 400
    assert (await post_token(http, cloud, refresh_form(second)))[0] == 200
    assert len(cloud.token_requests) == 3
    assert home.faults == []


async def test_codes_and_tokens_age(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    caller: RestCaller,
    clock: TurnedClock,
) -> None:
    """A code lives for a minute, an access token for an hour."""
    code = await get_code(http, cloud)
    clock.turn(61)
    assert (await post_token(http, cloud, code_form(code)))[0] == 400
    assert (await caller.get("init_session"))[0] == 200
    clock.turn(3600)
    assert (await caller.get("init_session"))[0] == 401
    refresh = refresh_form(cloud.office.issued[0])
    clock.turn(365 * 24 * 3600)
    assert (await post_token(http, cloud, refresh))[0] == 400


async def test_expire_and_revoke(
    http: aiohttp.ClientSession, cloud: HkIotCloud, caller: RestCaller
) -> None:
    """Expired access can be renewed, revoked access cannot."""
    cloud.expire_access_tokens()
    assert await caller.get("init_session") == (401, {"error": "invalid_token"})
    issued = cloud.office.issued[0]
    status, answer = await post_token(http, cloud, refresh_form(issued))
    assert status == 200
    cloud.revoke_all()
    assert (await post_token(http, cloud, refresh_form(answer)))[0] == 400


@pytest.mark.parametrize(
    ("form", "auth", "status", "error"),
    [
        ({**PASSWORD, "password": "wrong"}, BASIC, 400, "invalid_grant"),
        (PASSWORD, aiohttp.encode_basic_auth(CLIENT, "wrong"), 401, "invalid_client"),
        (code_form("unknown"), None, 400, "invalid_grant"),
        (code_form("a", client_secret="wrong"), None, 401, "invalid_client"),
        (refresh_form({"refresh_token": "gone"}), None, 400, "invalid_grant"),
    ],
    ids=["password", "client", "code", "secret", "refresh token"],
)
async def test_token_refuses(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    home: SimulatedHome,
    form: dict[str, str],
    auth: str | None,
    status: int,
    error: str,
) -> None:
    """Mistakes of people get errors of OAuth2, and are no faults."""
    answer = await post_token(http, cloud, form, auth=auth)
    assert answer == (status, {"error": error})
    assert home.faults == []


async def test_code_of_another_client(
    http: aiohttp.ClientSession, cloud: HkIotCloud
) -> None:
    """A code belongs to a client and an address."""
    cloud.add_client("other", "secret")
    code = await get_code(http, cloud)
    form = code_form(code, client_id="other", client_secret="secret")
    assert (await post_token(http, cloud, form))[0] == 400
    code = await get_code(http, cloud)
    form = code_form(code, redirect_uri="https://elsewhere.example.com")
    assert (await post_token(http, cloud, form))[0] == 400


@pytest.mark.parametrize(
    ("form", "error", "fault"),
    [
        (PASSWORD, "invalid_request", "there is no Basic header with the client"),
        ({"grant_type": "implicit"}, "unsupported_grant_type", "grant_type implicit"),
        ({"grant_type": "refresh_token"}, "invalid_request", "client_id is missing"),
    ],
)
async def test_token_faults(
    http: aiohttp.ClientSession,
    cloud: HkIotCloud,
    home: SimulatedHome,
    form: dict[str, str],
    error: str,
    fault: str,
) -> None:
    """What only a wrongly programmed client asks is a fault."""
    assert await post_token(http, cloud, form) == (400, {"error": error})
    assert fault in home.faults[0]


async def test_broken_basic_header(
    http: aiohttp.ClientSession, cloud: HkIotCloud
) -> None:
    """A header that is no Base64 is none."""
    async with http.post(
        f"{cloud.url}/oauth/token",
        data=PASSWORD,
        headers={"Authorization": "Basic ???"},
    ) as response:
        assert response.status == 400


async def test_form_and_method(
    http: aiohttp.ClientSession, cloud: HkIotCloud, home: SimulatedHome
) -> None:
    """Tokens are asked for by POST of a form."""
    async with http.get(f"{cloud.url}/oauth/token") as response:
        assert response.status == 405
    async with http.post(f"{cloud.url}/oauth/token", json=PASSWORD) as response:
        assert response.status == 400
    assert home.faults[:2] == [
        "cloud: token: sent by GET",
        "cloud: token: the body is application/json",
    ]


async def test_no_bearer(
    http: aiohttp.ClientSession, cloud: HkIotCloud, home: SimulatedHome
) -> None:
    """Every command needs a token."""
    caller = RestCaller(http, f"{cloud.url}/api/v1")
    assert (await caller.get("init_session"))[0] == 401
    assert home.faults == ["cloud: init_session: there is no bearer token"]


async def test_hub_is_offline(caller: RestCaller, cloud: HkIotCloud) -> None:
    """Without its hub the cloud answers in one of several ways."""
    await caller.open()
    cloud.hub_offline = "504"
    assert (await caller("get_volume"))[0] == 504
    cloud.hub_offline = "false"
    assert await caller("get_volume") == (200, {"Result": "false"})
    cloud.hub_offline = None
    assert (await caller("get_volume"))[1]["Volume"] == "17"


async def test_hub_is_offline_and_the_cloud_hangs(
    caller: RestCaller, cloud: HkIotCloud
) -> None:
    """The cloud may wait for its hub for ever."""
    cloud.hub_offline = "hang"
    asking = asyncio.create_task(caller.get("init_session"))
    _, pending = await asyncio.wait({asking}, timeout=0.05)
    assert pending
    await cloud.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await asking


async def test_oauth_in_trouble(http: aiohttp.ClientSession, cloud: HkIotCloud) -> None:
    """Sign-in has trouble of its own, lost answers included."""
    cloud.oauth_trouble = Trouble(http_status=503, only=frozenset({"token"}))
    async with http.post(f"{cloud.url}/oauth/token", data=PASSWORD) as response:
        assert response.status == 503
    assert (await log_in(http, cloud, LOG_IN))[0] == 302
    cloud.oauth_trouble = Trouble(lose_answer=True)
    first = cloud.sign_in("ada", CLIENT)
    with pytest.raises(aiohttp.ClientConnectionError):
        await post_token(http, cloud, refresh_form(first))
    cloud.oauth_trouble = Trouble()
    assert (await post_token(http, cloud, refresh_form(first)))[0] == 400


async def test_tokens_survive_a_restart(caller: RestCaller, cloud: HkIotCloud) -> None:
    """A restart ends sessions, but signs nobody out."""
    await caller.open()
    await caller("play_hub_media_party_mode", PersistentID=HARBOUR)
    await cloud.stop()
    await cloud.start()
    assert await caller("get_volume") == (200, {"Error": "SessionNotFound"})


def test_sign_in_of_nobody(cloud: HkIotCloud) -> None:
    """Only users and clients that exist get tokens."""
    with pytest.raises(LookupError):
        cloud.sign_in("eve", CLIENT)
    with pytest.raises(LookupError):
        cloud.sign_in("ada", "unknown")
