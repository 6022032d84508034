"""OAuth 2 of the second generation."""

import time
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    EwelinkClient,
    Generation,
    Tokens,
    errors,
)
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedApp

from .conftest import (
    APP,
    PASSWORD,
    REDIRECT_URL,
    SIGN_IN_PATHS,
    MakeClient,
    calls,
    failure_of,
)
from .scripted import ScriptedCloud

DAY = 86400
TOKEN_PATH = "/v2/user/oauth/token"
PROFILE_PATH = "/v2/user/profile"


@pytest.fixture
def client(make_client: MakeClient) -> EwelinkClient:
    """A client without a password."""
    return make_client(Generation.V2, credentials=None)


async def test_page_and_code(
    client: EwelinkClient,
    session: ClientSession,
    account: SimulatedAccount,
    simulator: EwelinkSimulator,
) -> None:
    url = client.authorize_url(redirect_url=REDIRECT_URL, state="state & more")
    assert url.startswith(f"{simulator.url}/eu/oauth/index.html?")
    form = {"email": account.email, "password": PASSWORD}
    async with session.post(url, data=form, allow_redirects=False) as response:
        assert response.status == 302
        answer = parse_qs(urlsplit(response.headers["Location"]).query)
    assert answer["state"] == ["state & more"]
    tokens = await client.sign_in_with_code(
        answer["code"][0], redirect_url=REDIRECT_URL
    )
    assert client.tokens is tokens
    assert tokens.apikey == account.apikey
    assert tokens.region == "eu"
    assert abs(tokens.access_expires_at - time.time() - 30 * DAY) < 10
    assert abs(tokens.refresh_expires_at - time.time() - 60 * DAY) < 10
    assert await client.devices() == []
    assert calls(simulator, SIGN_IN_PATHS[Generation.V2]) == 0


def test_real_page(make_client: MakeClient) -> None:
    client = make_client(Generation.V2, server=None)
    url = client.authorize_url(redirect_url=REDIRECT_URL, state="s")
    assert url.startswith("https://c2ccdn.coolkit.cc/oauth/index.html?")
    query = parse_qs(urlsplit(url).query)
    assert set(query) == {
        "clientId",
        "seq",
        "authorization",
        "redirectUrl",
        "grantType",
        "state",
        "nonce",
    }
    assert query["clientId"] == [APP.app_id]
    assert query["grantType"] == ["authorization_code"]


async def test_tokens_are_told(
    make_client: MakeClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
) -> None:
    told: list[Tokens] = []
    client = make_client(credentials=None, on_tokens=told.append)
    code = simulator.issue_code(account, app, REDIRECT_URL)
    tokens = await client.sign_in_with_code(code, redirect_url=REDIRECT_URL)
    assert told == [tokens]


async def test_wrong_code(client: EwelinkClient) -> None:
    work = client.sign_in_with_code("wrong", redirect_url=REDIRECT_URL)
    error = await failure_of(work)
    assert type(error) is errors.CodeRejectedError
    assert error.code == 405
    assert client.tokens is None


async def test_used_code(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
) -> None:
    code = simulator.issue_code(account, app, REDIRECT_URL)
    await client.sign_in_with_code(code, redirect_url=REDIRECT_URL)
    work = client.sign_in_with_code(code, redirect_url=REDIRECT_URL)
    assert type(await failure_of(work)) is errors.CodeRejectedError


async def test_late_code(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
    freezer: FrozenDateTimeFactory,
) -> None:
    code = simulator.issue_code(account, app, REDIRECT_URL)
    freezer.tick(31)
    work = client.sign_in_with_code(code, redirect_url=REDIRECT_URL)
    assert type(await failure_of(work)) is errors.CodeRejectedError


async def test_refresh_without_password(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    app: SimulatedApp,
) -> None:
    code = simulator.issue_code(account, app, REDIRECT_URL)
    tokens = await client.sign_in_with_code(code, redirect_url=REDIRECT_URL)
    simulator.expire_access_tokens()
    await client.devices()
    assert client.tokens is not None
    assert client.tokens.access_token != tokens.access_token
    assert client.tokens.apikey == account.apikey


@pytest.mark.parametrize(
    ("told", "expires_in"),
    [
        ("null", 30 * DAY),
        ('"soon"', 30 * DAY),
        ("2592000", 30 * DAY),
        (str(int(time.time()) + 5 * DAY), 5 * DAY),
        (str((int(time.time()) + 5 * DAY) * 1000), 5 * DAY),
        (f'"{(int(time.time()) + 5 * DAY) * 1000}"', 5 * DAY),
    ],
    ids=["none", "no number", "a duration", "s", "ms", "ms as text"],
)
async def test_unit_of_expiry(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    told: str,
    expires_in: float,
) -> None:
    data = f'{{"accessToken":"a","refreshToken":"b","atExpiredTime":{told}}}'
    scripted.answers[TOKEN_PATH] = (200, f'{{"error":0,"data":{data}}}')
    scripted.answers[PROFILE_PATH] = (
        200,
        '{"error":0,"data":{"user":{"apikey":"c"},"region":"us"}}',
    )
    client = make_scripted_client(tokens=None)
    tokens = await client.sign_in_with_code("code", redirect_url=REDIRECT_URL)
    assert abs(tokens.access_expires_at - time.time() - expires_in) < 120
    assert abs(tokens.refresh_expires_at - time.time() - 60 * DAY) < 120
    assert tokens.region == client.region == "us"


@pytest.mark.parametrize(
    ("token_data", "profile_data", "lacks"),
    [
        ('{"accessToken":"a"}', "{}", "OAuth code: the answer has no tokens"),
        ('{"refreshToken":"b"}', "{}", "OAuth code: the answer has no tokens"),
        (
            '{"accessToken":"a","refreshToken":"b"}',
            '{"user":{}}',
            "OAuth code: the answer has no account key",
        ),
    ],
)
async def test_incomplete_answers(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    token_data: str,
    profile_data: str,
    lacks: str,
) -> None:
    scripted.answers[TOKEN_PATH] = (200, f'{{"error":0,"data":{token_data}}}')
    scripted.answers[PROFILE_PATH] = (200, f'{{"error":0,"data":{profile_data}}}')
    client = make_scripted_client(tokens=None)
    work = client.sign_in_with_code("code", redirect_url=REDIRECT_URL)
    error = await failure_of(work)
    assert type(error) is errors.UnexpectedAnswerError
    assert str(error) == lacks
    assert client.tokens is None


async def test_first_generation_knows_no_oauth(make_client: MakeClient) -> None:
    client = make_client(Generation.V1)
    with pytest.raises(ValueError, match="second generation"):
        client.authorize_url(redirect_url=REDIRECT_URL, state="s")
    with pytest.raises(ValueError, match="second generation"):
        await client.sign_in_with_code("code", redirect_url=REDIRECT_URL)
