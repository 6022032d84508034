"""Tokens that end: refreshing, signing in again, giving up."""

import asyncio
from dataclasses import replace
import time

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    EwelinkClient,
    Generation,
    Tokens,
    errors,
)
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount

from .conftest import (
    LIST_PATHS,
    REFRESH_PATHS,
    SIGN_IN_PATHS,
    Listener,
    MakeClient,
    calls,
    failure_of,
    nearly_expired,
    until,
)
from .scripted import ScriptedCloud


@pytest.fixture
async def earlier(make_client: MakeClient, generation: Generation) -> Tokens:
    """The tokens of an earlier session, with which no request was made."""
    return await make_client(generation).sign_in()


@pytest.fixture(autouse=True)
def fresh_count(simulator: EwelinkSimulator, earlier: Tokens) -> None:
    """Count from the start of the test."""
    simulator.requests.clear()


async def test_good_tokens_are_used(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    client = make_client(generation, tokens=earlier, region="us")
    assert client.region == "eu"
    await client.devices()
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 0
    assert client.tokens is earlier


async def test_first_call_signs_in(client: EwelinkClient) -> None:
    assert await client.devices() == []
    assert client.tokens is not None


async def test_refresh_in_time(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    told: list[Tokens] = []
    client = make_client(
        generation,
        tokens=nearly_expired(earlier),
        credentials=None,
        on_tokens=told.append,
    )
    await client.devices()
    assert told == [client.tokens]
    fresh = told[0]
    assert fresh.access_token != earlier.access_token
    assert fresh.refresh_token != earlier.refresh_token
    assert (fresh.apikey, fresh.region) == (earlier.apikey, earlier.region)
    assert fresh.access_expires_at - time.time() > 29 * 86400
    assert calls(simulator, REFRESH_PATHS[generation]) == 1


async def test_ten_calls_refresh_once(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    client = make_client(generation, tokens=nearly_expired(earlier))
    await asyncio.gather(*(client.devices() for _ in range(10)))
    assert calls(simulator, REFRESH_PATHS[generation]) == 1
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 0


async def test_ten_calls_with_an_expired_token_refresh_once(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.expire_access_tokens()
    client = make_client(generation, tokens=earlier)
    await asyncio.gather(*(client.devices() for _ in range(10)))
    assert calls(simulator, REFRESH_PATHS[generation]) == 1


async def test_ten_calls_try_a_wrong_password_once(
    make_client: MakeClient,
    generation: Generation,
    account: SimulatedAccount,
    simulator: EwelinkSimulator,
) -> None:
    account.password = "another"
    client = make_client(generation)
    failures = await asyncio.gather(*(failure_of(client.devices()) for _ in range(10)))
    assert {type(failure) for failure in failures} == {errors.WrongPasswordError}
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 1
    assert type(await failure_of(client.devices())) is errors.WrongPasswordError
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 2


async def test_waiter_goes_on_when_the_renewing_call_is_cancelled(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    client = make_client(generation, tokens=nearly_expired(earlier))
    simulator.trouble.hang_paths.add(REFRESH_PATHS[generation])
    first = asyncio.create_task(client.devices())
    await until(lambda: calls(simulator, REFRESH_PATHS[generation]))
    second = asyncio.create_task(client.devices())
    await asyncio.sleep(0)
    simulator.trouble.hang_paths.clear()
    first.cancel()
    assert await second == []
    assert first.cancelled()


async def test_expired_token_is_refreshed_and_the_call_repeated(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.expire_access_tokens()
    client = make_client(generation, tokens=earlier, credentials=None)
    assert await client.devices(None) == []
    assert calls(simulator, REFRESH_PATHS[generation]) == 1


async def test_expired_token_that_stays_expired(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    client = make_client(generation, tokens=earlier)
    simulator.trouble.error_for_path[LIST_PATHS[generation]] = 402
    error = await failure_of(client.devices(["home"]))
    assert type(error) is errors.TokenExpiredError
    assert calls(simulator, LIST_PATHS[generation]) == 2


async def test_invalid_token_that_stays_invalid(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    client = make_client(generation, tokens=earlier)
    simulator.trouble.error_for_path[LIST_PATHS[generation]] = 401
    error = await failure_of(client.devices(["home"]))
    assert type(error) is errors.TokenInvalidError
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 1
    assert calls(simulator, LIST_PATHS[generation]) == 2


@pytest.mark.parametrize("nested", [False, True])
async def test_invalid_token_signs_in_once(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
    nested: bool,
) -> None:
    simulator.trouble.logged_out_as_406 = nested
    simulator.revoke_tokens()
    client = make_client(generation, tokens=earlier)
    await asyncio.gather(*(client.devices() for _ in range(3)))
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 1


async def test_invalid_token_without_credentials(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.revoke_tokens()
    client = make_client(generation, tokens=earlier, credentials=None)
    assert type(await failure_of(client.devices())) is errors.TokenInvalidError
    assert len(simulator.requests) == 1


async def test_logged_in_elsewhere_is_left_to_the_caller(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.trouble.error_for_path[LIST_PATHS[generation]] = 406
    client = make_client(generation, tokens=earlier)
    error = await failure_of(client.devices(["home"]))
    assert type(error) is errors.LoggedInElsewhereError
    assert len(simulator.requests) == 1


async def test_expired_refresh_token_signs_in(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.expire_access_tokens()
    simulator.expire_refresh_tokens()
    client = make_client(generation, tokens=earlier)
    await client.devices()
    assert calls(simulator, REFRESH_PATHS[generation]) == 1
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 1


async def test_refresh_token_past_its_life_is_not_tried(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    ended = replace(earlier, access_expires_at=1, refresh_expires_at=1)
    await make_client(generation, tokens=ended).devices()
    assert calls(simulator, REFRESH_PATHS[generation]) == 0
    assert calls(simulator, SIGN_IN_PATHS[generation]) == 1


async def test_expired_refresh_token_without_credentials(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.expire_access_tokens()
    simulator.expire_refresh_tokens()
    client = make_client(generation, tokens=earlier, credentials=None)
    assert type(await failure_of(client.devices())) is errors.TokenExpiredError


async def test_refresh_may_wait_while_the_token_holds(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.trouble.http_statuses[REFRESH_PATHS[generation]] = 503
    tokens = nearly_expired(earlier)
    client = make_client(generation, tokens=tokens)
    assert await client.devices() == []
    assert client.tokens is tokens


async def test_refresh_must_not_fail_when_the_token_ended(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.trouble.http_statuses[REFRESH_PATHS[generation]] = 503
    tokens = replace(earlier, access_expires_at=time.time() - 1)
    client = make_client(generation, tokens=tokens)
    assert type(await failure_of(client.devices())) is errors.ServerError


async def test_dispatch_renews_tokens_too(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
) -> None:
    simulator.expire_access_tokens()
    client = make_client(generation, tokens=earlier, credentials=None)
    listener = Listener(client)
    listener.start()
    await simulator.wait_for_socket()
    await listener.stop()
    assert calls(simulator, REFRESH_PATHS[generation]) == 1


@pytest.mark.parametrize(("code", "path"), [(402, "refresh"), (401, "login")])
async def test_handshake_renews_tokens_too(
    make_client: MakeClient,
    generation: Generation,
    earlier: Tokens,
    simulator: EwelinkSimulator,
    code: int,
    path: str,
) -> None:
    simulator.trouble.handshake_error = code
    listener = Listener(make_client(generation, tokens=earlier))
    listener.start()
    error = await listener.ended()
    assert error.code == code
    assert simulator.handshakes == 2
    assert [request.path for request in simulator.requests if path in request.path]


@pytest.mark.parametrize(
    ("body", "refresh_token", "region", "apikey"),
    [
        ('"at":"a"', "refresh-of-the-tests", "eu", "apikey-of-the-tests"),
        ('"at":"a","rt":"b"', "b", "eu", "apikey-of-the-tests"),
        ('"at":"a","rt":"b","region":"us","user":{"apikey":"c"}', "b", "us", "c"),
    ],
)
async def test_what_a_refresh_lacks_is_kept(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    tokens: Tokens,
    generation: Generation,
    body: str,
    refresh_token: str,
    region: str,
    apikey: str,
) -> None:
    refreshes = {
        Generation.V1: f"{{{body}}}",
        Generation.V2: f'{{"error":0,"data":{{{body}}}}}',
    }
    lists = {
        Generation.V1: "[]",
        Generation.V2: '{"error":0,"data":{"thingList":[]}}',
    }
    scripted.answers[REFRESH_PATHS[generation]] = (200, refreshes[generation])
    scripted.answers[LIST_PATHS[generation]] = (200, lists[generation])
    client = make_scripted_client(generation, tokens=nearly_expired(tokens))
    await client.devices(["home"])
    fresh = client.tokens
    assert fresh is not None
    assert fresh.access_token == "a"
    assert fresh.refresh_token == refresh_token
    assert (fresh.region, fresh.apikey) == (region, apikey)


async def test_refresh_without_token(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    tokens: Tokens,
    generation: Generation,
) -> None:
    scripted.answers[REFRESH_PATHS[generation]] = (200, '{"error":0}')
    ended = replace(tokens, access_expires_at=1)
    client = make_scripted_client(generation, tokens=ended)
    error = await failure_of(client.devices())
    assert type(error) is errors.UnexpectedAnswerError


async def test_clients_share_nothing(
    make_client: MakeClient, session: ClientSession
) -> None:
    first, second = make_client(), make_client()
    await first.sign_in()
    assert second.tokens is None
