"""Sign-in with a password, in both generations."""

import time

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    App,
    Credentials,
    EwelinkClient,
    EwelinkError,
    Generation,
    Tokens,
    errors,
)
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedApp

from .conftest import APP, PASSWORD, SIGN_IN_PATHS, MakeClient, calls, failure_of
from .scripted import ScriptedCloud

MONTH = 30 * 86400


async def test_email(
    make_client: MakeClient, generation: Generation, account: SimulatedAccount
) -> None:
    told: list[Tokens] = []
    client = make_client(generation, on_tokens=told.append)
    assert not client.tokens
    tokens = await client.sign_in()
    assert client.tokens == tokens
    assert told == [tokens]
    assert tokens.apikey == account.apikey
    assert tokens.region == client.region == "eu"
    assert abs(tokens.access_expires_at - time.time() - MONTH) < 10
    assert abs(tokens.refresh_expires_at - time.time() - 2 * MONTH) < 10


async def test_phone_number_goes_first(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    account = simulator.add_account(phone_number="+8613123456789", password=PASSWORD)
    credentials = Credentials(
        password=PASSWORD,
        email="ada@example.com",
        phone_number="+8613123456789",
        country_code="+86",
    )
    tokens = await make_client(generation, credentials=credentials).sign_in()
    assert tokens.apikey == account.apikey


async def test_password_of_any_script(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    password = 'Pä"ß\\wörd 密码 \U0001f511'
    simulator.add_account(email="b@example.com", password=password)
    credentials = Credentials(
        password=password, email="b@example.com", country_code="+49"
    )
    await make_client(generation, credentials=credentials).sign_in()


def test_credentials_need_a_name() -> None:
    with pytest.raises(ValueError, match="e-mail address or a phone number"):
        Credentials(password=PASSWORD)


async def test_body_of_v2(make_client: MakeClient, simulator: EwelinkSimulator) -> None:
    await make_client(Generation.V2).sign_in()
    assert simulator.requests[0].body == {
        "countryCode": "+49",
        "email": "ada@example.com",
        "password": PASSWORD,
        "lang": "en",
    }


@pytest.mark.parametrize("home", ["cn", "as", "us"])
async def test_other_region(
    make_client: MakeClient,
    generation: Generation,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    home: str,
) -> None:
    account.region = home
    client = make_client(generation)
    assert (await client.sign_in()).region == home
    assert client.region == home
    await client.sign_in()
    assert [request.region for request in simulator.requests] == ["eu", home, home]


async def test_other_region_is_remembered_after_a_wrong_password(
    make_client: MakeClient,
    generation: Generation,
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
) -> None:
    account.region = "us"
    account.password = "another"
    client = make_client(generation)
    error = await failure_of(client.sign_in())
    assert type(error) is errors.WrongPasswordError
    assert client.region == "us"
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 2


async def test_region_loop(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.extra_login_region_loop = True
    error = await failure_of(make_client(generation).sign_in())
    assert type(error) is errors.RegionError
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 2


@pytest.mark.parametrize("named", ['"eu"', '"mars"', "null", "5"])
async def test_senseless_region(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    generation: Generation,
    credentials: Credentials,
    named: str,
) -> None:
    answers = {
        Generation.V1: f'{{"error":301,"region":{named}}}',
        Generation.V2: f'{{"error":10004,"msg":"","data":{{"region":{named}}}}}',
    }
    scripted.answers[SIGN_IN_PATHS[generation]] = (200, answers[generation])
    client = make_scripted_client(generation, credentials=credentials)
    error = await failure_of(client.sign_in())
    assert type(error) is errors.RegionError
    assert client.region == "eu"


async def test_unknown_region_of_the_caller(
    make_client: MakeClient, generation: Generation
) -> None:
    error = await failure_of(make_client(generation, region="mars").sign_in())
    assert type(error) is errors.RegionError


async def test_wrong_password(client: EwelinkClient, account: SimulatedAccount) -> None:
    account.password = "another"
    error = await failure_of(client.sign_in())
    assert type(error) is errors.WrongPasswordError
    assert client.tokens is None


async def test_no_such_user(client: EwelinkClient, account: SimulatedAccount) -> None:
    account.email = "somebody@example.com"
    error = await failure_of(client.sign_in())
    assert type(error) is errors.NoSuchUserError


async def test_inactive_account(
    make_client: MakeClient, account: SimulatedAccount
) -> None:
    account.active = False
    error = await failure_of(make_client(Generation.V1).sign_in())
    assert type(error) is errors.AccountInactiveError


@pytest.mark.parametrize("as_text", [False, True])
async def test_wrong_app_secret(
    make_client: MakeClient,
    simulator: EwelinkSimulator,
    app: SimulatedApp,
    as_text: bool,
) -> None:
    simulator.trouble.text_refusals = as_text
    app.mistaken_secrets.add("wrong")
    wrong = App(app_id=APP.app_id, app_secret="wrong")
    error = await failure_of(make_client(Generation.V2, app=wrong).sign_in())
    assert type(error) is errors.AppSecretError


async def test_wrong_app_secret_in_v1(
    make_client: MakeClient, app: SimulatedApp
) -> None:
    app.mistaken_secrets.add("wrong")
    wrong = App(app_id=APP.app_id, app_secret="wrong")
    error = await failure_of(make_client(Generation.V1, app=wrong).sign_in())
    assert type(error) is errors.AppSecretError


@pytest.mark.parametrize(
    ("generation", "kind"),
    [
        (Generation.V1, errors.AppSecretError),
        (Generation.V2, errors.AppNotAllowedError),
    ],
)
async def test_unknown_app(
    make_client: MakeClient, generation: Generation, kind: type[EwelinkError]
) -> None:
    unknown = App(app_id="unknown", app_secret="wrong")
    error = await failure_of(make_client(generation, app=unknown).sign_in())
    assert type(error) is kind


async def test_app_switched_off(client: EwelinkClient, app: SimulatedApp) -> None:
    app.allowed = False
    error = await failure_of(client.sign_in())
    assert type(error) is errors.AppNotAllowedError


async def test_app_expired(make_client: MakeClient, app: SimulatedApp) -> None:
    app.expired = True
    error = await failure_of(make_client(Generation.V2).sign_in())
    assert type(error) is errors.AppExpiredError


@pytest.mark.parametrize("by_status", [False, True])
async def test_quota(
    client: EwelinkClient,
    simulator: EwelinkSimulator,
    app: SimulatedApp,
    by_status: bool,
) -> None:
    app.quota_exceeded = True
    simulator.trouble.quota_as_http_403 = by_status
    error = await failure_of(client.sign_in())
    assert type(error) is errors.QuotaExceededError


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        ('"rt":"b","user":{"apikey":"c"}', "access token"),
        ('"at":"","rt":"b","user":{"apikey":"c"}', "access token"),
        ('"at":"a","user":{"apikey":"c"}', "refresh token"),
        ('"at":"a","rt":"b","user":[]', "account key"),
    ],
)
async def test_incomplete_answer(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    generation: Generation,
    credentials: Credentials,
    body: str,
    lacks: str,
) -> None:
    envelopes = {
        Generation.V1: f"{{{body}}}",
        Generation.V2: f'{{"error":0,"data":{{{body}}}}}',
    }
    scripted.answers[SIGN_IN_PATHS[generation]] = (200, envelopes[generation])
    client = make_scripted_client(generation, credentials=credentials)
    error = await failure_of(client.sign_in())
    assert type(error) is errors.UnexpectedAnswerError
    assert str(error) == f"sign-in: the answer has no {lacks}"


async def test_unknown_region_of_a_success_is_not_believed(
    make_scripted_client: MakeClient, scripted: ScriptedCloud, credentials: Credentials
) -> None:
    scripted.answers["/api/user/login"] = (
        200,
        '{"at":"a","rt":"b","user":{"apikey":"c"},"region":"mars"}',
    )
    client = make_scripted_client(Generation.V1, credentials=credentials)
    assert (await client.sign_in()).region == "eu"


async def test_nothing_to_sign_in_with(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    client = make_client(generation, credentials=None)
    for work in (client.sign_in(), client.devices()):
        error = await failure_of(work)
        assert type(error) is errors.TokenInvalidError
    assert simulator.requests == []
