"""The simulated eWeLink cloud signs users in and lets tokens end."""

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedApp

from .hand_made_client import REDIRECT_URL, HandMadeClient


async def test_oauth(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    client: HandMadeClient,
) -> None:
    """The user logs in on the page, the code becomes tokens."""
    url = client.page_url()
    async with client.session.get(url) as page:
        assert "<form" in await page.text()
    wrong = {"email": "ada@example.com", "password": "wrong"}
    async with client.session.post(url, data=wrong) as page:
        assert page.status == 401
    right = {"email": "ada@example.com", "password": "12345678"}
    async with client.session.post(url, data=right, allow_redirects=False) as page:
        assert page.status == 302
        back = urlsplit(page.headers["Location"])
    query = parse_qs(back.query)
    assert (query["region"], query["state"], query["kept"]) == (
        ["eu"],
        ["state-1"],
        ["1"],
    )
    token = await client.v2_signed_post(
        "/v2/user/oauth/token",
        code=query["code"][0],
        redirectUrl=REDIRECT_URL,
        grantType="authorization_code",
    )
    assert set(token["data"]) == {
        "accessToken",
        "refreshToken",
        "atExpiredTime",
        "rtExpiredTime",
    }
    client.access_token = token["data"]["accessToken"]
    profile = await client.v2_get("/v2/user/profile")
    assert profile["data"]["user"]["apikey"] == account.apikey
    again = await client.v2_signed_post(
        "/v2/user/oauth/token",
        code=query["code"][0],
        redirectUrl=REDIRECT_URL,
        grantType="authorization_code",
    )
    assert again["error"] == 405
    assert simulator.faults == []


async def test_late_code(session: aiohttp.ClientSession) -> None:
    """A code lives 30 seconds."""
    now = [1_767_598_200.0]
    simulator = EwelinkSimulator(clock=lambda: now[0], min_request_interval=0)
    app = simulator.add_app("app", "secret", redirect_urls=(REDIRECT_URL,))
    account = simulator.add_account(email="ada@example.com", password="12345678")
    await simulator.start()
    client = HandMadeClient(session, f"{simulator.url}/eu", "app", "secret")
    code = simulator.issue_code(account, app, REDIRECT_URL)
    now[0] += 30
    answer = await client.v2_signed_post(
        "/v2/user/oauth/token",
        code=code,
        redirectUrl=REDIRECT_URL,
        grantType="authorization_code",
    )
    await simulator.stop()
    assert answer["error"] == 405
    assert simulator.faults == []


async def test_region_answers(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """A login at the wrong regional server is sent to the right one."""
    client.server = f"{simulator.url}/us"
    assert (await client.v1_login())["error"] == 301
    assert (await client.v2_login())["data"] == {"region": "eu"}
    client.server = simulator.url
    assert (await client.v1_login())["region"] == "eu"
    simulator.trouble.extra_login_region_loop = True
    client.server = f"{simulator.url}/eu"
    assert (await client.v1_login())["region"] == "us"
    assert (await client.v2_login())["data"] == {"region": "us"}
    assert simulator.faults == []


async def test_user_mistakes_are_no_faults(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    client: HandMadeClient,
) -> None:
    """Wrong passwords, unknown users and mistyped apps are answered, not noted."""
    app.mistaken_secrets.add("typo")
    simulator.add_account(email="new@example.com", password="12345678", active=False)
    assert (await client.v1_login(password="wrong"))["error"] == 401
    assert (await client.v1_login(email="no@example.com"))["error"] == 404
    assert (await client.v1_login(email="new@example.com"))["error"] == 402
    assert (await client.v2_login(password="wrong"))["error"] == 10001
    assert (await client.v2_login(email="no@example.com"))["error"] == 10003
    client.secret = "typo"
    assert (await client.v1_login())["error"] == 406
    assert (await client.v2_login())["error"] == 400
    client.app_id = "unknown"
    assert (await client.v1_login())["error"] == 406
    assert (await client.v2_login())["error"] == 407
    assert simulator.faults == []


@pytest.mark.parametrize(
    ("change", "v1_error", "v2_error"),
    [
        ({"allowed": False}, 403, 407),
        ({"expired": True}, 403, 408),
        ({"quota_exceeded": True}, 412, 412),
    ],
)
async def test_apps_that_may_not(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    client: HandMadeClient,
    change: dict[str, bool],
    v1_error: int,
    v2_error: int,
) -> None:
    """Apps that are switched off, expired or used up get nothing."""
    vars(app).update(change)
    assert (await client.v1_login())["error"] == v1_error
    assert (await client.v2_login())["error"] == v2_error
    assert simulator.faults == []


async def test_token_life(session: aiohttp.ClientSession) -> None:
    """Access tokens live 30 days, refresh tokens 60."""
    late = [0.0]
    simulator = EwelinkSimulator(
        clock=lambda: 1_767_598_200 + late[0], min_request_interval=0
    )
    simulator.add_app("app", "secret")
    simulator.add_account(email="ada@example.com", password="12345678")
    await simulator.start()
    client = HandMadeClient(session, f"{simulator.url}/eu", "app", "secret")
    await client.v2_login()
    late[0] = 30 * 86_400
    assert (await client.v2_get("/v2/family"))["error"] == 402
    refreshed = await client.v2_signed_post("/v2/user/refresh", rt=client.refresh_token)
    client.keep(refreshed["data"])
    assert (await client.v2_get("/v2/family"))["error"] == 0
    late[0] += 60 * 86_400
    refreshed = await client.v2_signed_post("/v2/user/refresh", rt=client.refresh_token)
    assert refreshed["error"] == 402
    await simulator.stop()
    assert simulator.faults == []


async def test_token_troubles(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """Tokens can be expired or revoked at will."""
    await client.v1_login()
    simulator.expire_access_tokens()
    assert (await client.v1_get("/api/user/device"))["error"] == 402
    async with client.socket() as socket:
        assert (await socket.receive_json())["error"] == 406
    simulator.expire_refresh_tokens()
    refresh = {"grantType": "refresh", "rt": client.refresh_token}
    answer = await client.v1_signed_get("/api/user/refresh", **refresh)
    assert answer["error"] == 402
    simulator.revoke_tokens()
    assert (await client.v1_get("/api/user/device"))["error"] == 401
    answer = await client.v1_signed_get("/api/user/refresh", **refresh)
    assert answer["error"] == 401
    simulator.trouble.logged_out_as_406 = True
    answer = await client.v1_get("/api/user/device")
    assert (answer["error"], answer["msg"]["error"]) == (406, 401)
    assert simulator.faults == []


async def test_new_login_ends_the_former(
    simulator: EwelinkSimulator, account: SimulatedAccount, client: HandMadeClient
) -> None:
    """One login per account and app: the socket of the former gets 406."""
    await client.v1_login()
    former = client.access_token
    async with client.socket() as socket:
        assert (await socket.receive_json())["error"] == 0
        await client.v1_login()
        assert (await socket.receive_json())["error"] == 406
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    client.access_token = former
    assert (await client.v1_get("/api/user/device"))["error"] == 401
    async with client.socket() as socket:
        assert (await socket.receive_json())["error"] == 406
    assert simulator.faults == []
