"""REST answers and what they mean."""

import asyncio
from dataclasses import replace

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    EwelinkClient,
    EwelinkError,
    Generation,
    errors,
)
from tests.simulators.ewelink import EwelinkSimulator

from .conftest import FAST, LIST_PATHS, SIGN_IN_PATHS, MakeClient, calls, failure_of
from .scripted import ScriptedCloud

V1 = Generation.V1
V2 = Generation.V2
NESTED = '{"error":401,"msg":"Bearer:accessToken is empty"}'
NESTED_AS_TEXT = '"{\\"error\\":401}"'


@pytest.mark.parametrize(
    ("generation", "status", "body", "kind", "code"),
    [
        # Bare texts
        (V1, 400, "sign verification failed", errors.AppSecretError, 400),
        (V2, 200, "Sign Verification Failed!", errors.AppSecretError, 200),
        (V2, 403, "appid is unauthorized!", errors.AppNotAllowedError, 403),
        (V1, 500, "appid is unauthorized!", errors.AppNotAllowedError, 500),
        # Texts next to a code
        (
            V1,
            200,
            '{"error":403,"msg":"Sign:oauthClient enable invalid"}',
            errors.AppNotAllowedError,
            403,
        ),
        (
            V2,
            200,
            '{"error":400,"msg":"sign verification failed"}',
            errors.AppSecretError,
            400,
        ),
        # One code within another
        (V1, 406, NESTED, errors.TokenInvalidError, 401),
        (V1, 406, f'{{"error":{NESTED}}}', errors.TokenInvalidError, 401),
        (V2, 200, f'{{"error":406,"msg":{NESTED}}}', errors.TokenInvalidError, 401),
        (
            V1,
            200,
            f'{{"error":406,"errmsg":{NESTED_AS_TEXT}}}',
            errors.TokenInvalidError,
            401,
        ),
        (V1, 200, '{"error":406,"msg":"{x"}', errors.LoggedInElsewhereError, 406),
        # Codes as text, and codes of both generations
        (V1, 200, '{"error":"402"}', errors.TokenExpiredError, 402),
        (V1, 200, '{"error":403}', errors.AppNotAllowedError, 403),
        (V2, 200, '{"error":403,"msg":"no url"}', errors.RequestRefusedError, 403),
        (V2, 200, '{"error":412}', errors.QuotaExceededError, 412),
        (V2, 200, '{"error":99999}', errors.RequestRefusedError, 99999),
        # HTTP statuses
        (V2, 403, "Forbidden", errors.QuotaExceededError, 403),
        (V2, 403, '{"error":403}', errors.QuotaExceededError, 403),
        (V1, 403, "Forbidden", errors.QuotaExceededError, 403),
        (V1, 403, '{"error":403}', errors.AppNotAllowedError, 403),
        (V1, 401, "", errors.TokenInvalidError, 401),
        (V2, 402, "", errors.TokenExpiredError, 402),
        (V2, 406, "", errors.LoggedInElsewhereError, 406),
        (V2, 418, "teapot", errors.RequestRefusedError, 418),
        (V1, 503, "<html>", errors.ServerError, 503),
        (V2, 502, '{"error":401}', errors.ServerError, 502),
        (V1, 302, "", errors.UnexpectedAnswerError, None),
        # No answer of this protocol
        (V1, 200, "<html>", errors.UnexpectedAnswerError, None),
        (V2, 200, "", errors.UnexpectedAnswerError, None),
        (V2, 200, b"\xff\xfe\x00", errors.UnexpectedAnswerError, None),
        (V2, 200, "17", errors.UnexpectedAnswerError, None),
        (V1, 200, "{}", errors.UnexpectedAnswerError, None),
        (V2, 200, "{}", errors.UnexpectedAnswerError, None),
        (V2, 200, "[]", errors.UnexpectedAnswerError, None),
        (V2, 200, '{"error":0,"data":[]}', errors.UnexpectedAnswerError, None),
        (V1, 200, '{"error":0,"devicelist":{}}', errors.UnexpectedAnswerError, None),
    ],
)
async def test_answers(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    generation: Generation,
    status: int,
    body: str | bytes,
    kind: type[EwelinkError],
    code: int | None,
) -> None:
    scripted.answers[LIST_PATHS[generation]] = (status, body)
    scripted.answers["/api/user/refresh"] = (200, '{"at":"a"}')
    scripted.answers["/v2/user/refresh"] = (200, '{"error":0,"data":{"at":"a"}}')
    error = await failure_of(make_scripted_client(generation).devices(["home"]))
    assert type(error) is kind
    assert error.code == code


async def test_other_homes_than_a_list(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    scripted.answers["/v2/family"] = (200, '{"error":0,"data":{"familyList":{}}}')
    error = await failure_of(make_scripted_client().homes())
    assert type(error) is errors.UnexpectedAnswerError


@pytest.mark.parametrize("port", [b"", b'"x"', b"null"])
@pytest.mark.parametrize("generation", list(Generation))
async def test_dispatch_without_port(
    make_scripted_client: MakeClient,
    scripted: ScriptedCloud,
    generation: Generation,
    port: bytes,
) -> None:
    member = b',"port":' + port if port else b""
    scripted.answers["/dispatch/app"] = (200, b'{"error":0,"IP":"h"' + member + b"}")
    error = await failure_of(listen(make_scripted_client(generation)))
    assert type(error) is errors.UnexpectedAnswerError


async def test_dispatch_without_host(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    scripted.answers["/dispatch/app"] = (200, '{"error":0,"port":1,"IP":""}')
    error = await failure_of(listen(make_scripted_client()))
    assert str(error) == "dispatch: the answer has no host"


async def test_headers(
    make_scripted_client: MakeClient, scripted: ScriptedCloud
) -> None:
    scripted.answers["/v2/family"] = (200, '{"error":0,"data":{"familyList":[]}}')
    await make_scripted_client().homes()
    assert scripted.headers["X-CK-Appid"] == "app-id-of-the-tests"
    assert scripted.headers["Authorization"] == "Bearer access-of-the-tests"
    assert scripted.headers["Content-Type"] == "application/json; charset=utf-8"


async def test_no_answer_in_time(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.hang_paths.add(SIGN_IN_PATHS[generation])
    error = await failure_of(make_client(generation).sign_in())
    assert type(error) is errors.RequestTimeoutError


async def test_garbage(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    simulator.trouble.garbage_paths.add(SIGN_IN_PATHS[generation])
    error = await failure_of(make_client(generation).sign_in())
    assert type(error) is errors.UnexpectedAnswerError


async def test_server_in_trouble(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    client = make_client(generation)
    simulator.trouble.http_status = 503
    error = await failure_of(client.sign_in())
    assert type(error) is errors.ServerError
    assert error.code == 503
    simulator.trouble.http_status = None
    await client.sign_in()


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:1", "no address", "http://", "ftp://127.0.0.1"]
)
async def test_nobody_there(
    make_scripted_client: MakeClient, generation: Generation, server: str
) -> None:
    client = make_scripted_client(generation, server=server)
    error = await failure_of(client.devices(["home"]))
    assert type(error) is errors.CannotConnectError


async def test_restart(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    client = make_client(generation)
    await client.devices()
    port = simulator.port
    await simulator.stop()
    error = await failure_of(client.devices())
    assert type(error) is errors.CannotConnectError
    await simulator.start(port)
    assert await client.devices() == []


async def test_calls_keep_their_distance(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    simulator.knobs.min_request_interval = 0.1
    client = make_client(generation, pace=replace(FAST, request_interval=0.1))
    await asyncio.gather(client.sign_in(), client.devices(), client.devices())
    assert calls(simulator, LIST_PATHS[generation]) == 2


async def test_cancelled_call(
    make_client: MakeClient, generation: Generation, simulator: EwelinkSimulator
) -> None:
    client = make_client(generation)
    simulator.trouble.hang_paths.add(SIGN_IN_PATHS[generation])
    call = asyncio.create_task(client.sign_in())
    while not calls(simulator, SIGN_IN_PATHS[generation]):
        await asyncio.sleep(0.002)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    simulator.trouble.hang_paths.clear()
    await client.sign_in()


async def test_session_is_left_open(
    make_client: MakeClient, session: ClientSession
) -> None:
    await make_client().devices()
    assert not session.closed


async def listen(client: EwelinkClient) -> None:
    await client.listen(on_up=lambda: None, on_update=print)
