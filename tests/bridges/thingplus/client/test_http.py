"""Answers: statuses, envelopes, silence and broken connections."""

import json
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus.client import (
    AlreadyExistsError,
    AnswerTooLargeError,
    CannotConnectError,
    GatewayError,
    GatewayTimeoutError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
    RequestTimeoutError,
    ServerTroubleError,
    SignInError,
    ThingplusClient,
    ThingplusError,
    UnexpectedAnswerError,
)
from tests.bridges.scripted import Reply, ScriptedServer, ScriptedTokens

from .calls import CALLS, LISTS, OBJECTS, READING, WRITING
from .envelopes import failure, success

PAGE = b"\n <!DOCTYPE html><html>Welcome"
STATUSES: dict[int, type[ThingplusError]] = {
    302: UnexpectedAnswerError,
    400: InvalidDataError,
    402: UnexpectedAnswerError,
    403: NotAllowedError,
    404: NotFoundError,
    405: UnexpectedAnswerError,
    409: AlreadyExistsError,
    429: ServerTroubleError,
    444: UnexpectedAnswerError,
    471: PlanExceededError,
    500: ServerTroubleError,
    502: ServerTroubleError,
    504: ServerTroubleError,
    600: ServerTroubleError,
}
# What differs from it
BY_METHOD: dict[tuple[str, int], type[ThingplusError]] = {
    ("control", 504): GatewayTimeoutError,
    ("control", 600): GatewayError,
}


@pytest.mark.parametrize("shape", ["envelope", "empty", "text", "list"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", CALLS)
async def test_statuses(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    name: str,
    status: int,
    shape: str,
) -> None:
    """Whatever the body is; and nobody follows a redirect."""
    bodies = {
        "envelope": failure(status).body,
        "empty": b"",
        "text": "Something",
        "list": [],
    }
    elsewhere = {"Location": f"{scripted.url}/elsewhere"}
    scripted.say(Reply(status=status, body=bodies[shape], headers=elsewhere))
    with pytest.raises(ThingplusError) as caught:
        await CALLS[name].work(asking)
    assert type(caught.value) is BY_METHOD.get((name, status), STATUSES[status])
    assert str(caught.value) == f"{CALLS[name].kind}: HTTP {status}"
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 471, 500, 504, 600])
@pytest.mark.parametrize("name", CALLS)
async def test_failure_within_a_success(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, status: int
) -> None:
    scripted.say(failure(status, http=200))
    with pytest.raises(ThingplusError) as caught:
        await CALLS[name].work(asking)
    assert type(caught.value) is BY_METHOD.get((name, status), STATUSES[status])


@pytest.mark.parametrize("http", [200, 400, 404, 500, 502])
async def test_gateway_that_failed(
    asking: ThingplusClient, scripted: ScriptedServer, http: int
) -> None:
    """HTTP has no status 600, so something between may have made another of it."""
    scripted.say(failure(600, http=http))
    with pytest.raises(GatewayError) as caught:
        await CALLS["control"].work(asking)
    assert type(caught.value) is GatewayError


@pytest.mark.parametrize("status", [400, 500])
async def test_gateway_that_failed_by_its_category(
    asking: ThingplusClient, scripted: ScriptedServer, status: int
) -> None:
    scripted.say(failure(status, "PROCESS_COMMAND_RESULT", category="GATEWAY_ERROR"))
    with pytest.raises(GatewayError):
        await CALLS["control"].work(asking)


@pytest.mark.parametrize(
    "status", [400, 403, 404, 405, 409, 471, 302], ids=lambda status: f"HTTP {status}"
)
async def test_pages_that_refuse(
    asking: ThingplusClient, scripted: ScriptedServer, status: int
) -> None:
    """They come from somebody between: nothing is missing on a Thing+."""
    scripted.say(Reply(status=status, body=PAGE))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await CALLS["gateway"].work(asking)
    message = f"GET gateway: HTTP {status}, the answer is a web page"
    assert str(caught.value) == message


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_pages_of_trouble(
    asking: ThingplusClient, scripted: ScriptedServer, status: int
) -> None:
    scripted.say(Reply(status=status, body=PAGE))
    with pytest.raises(CannotConnectError):
        await CALLS["gateway"].work(asking)


@pytest.mark.parametrize("status", [400, 403, 409, 500])
async def test_billing(
    asking: ThingplusClient, scripted: ScriptedServer, status: int
) -> None:
    scripted.say(failure(status, "BILLING"))
    with pytest.raises(PlanExceededError):
        await CALLS["create_sensor"].work(asking)


@pytest.mark.parametrize("code", ["ACCESSGROUP_DENY", "ACL_DENY", "", "OTHER"])
async def test_forbidden(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    scripted_tokens: ScriptedTokens,
    code: str,
) -> None:
    """It is no reason to sign in again."""
    scripted.say(failure(403, code))
    with pytest.raises(NotAllowedError):
        await CALLS["gateway"].work(asking)
    assert scripted_tokens.rejected == []


# Success


@pytest.mark.parametrize("status", [200, 201, 207])
@pytest.mark.parametrize("name", CALLS)
async def test_success(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, status: int
) -> None:
    """A gateway that was registered without one of its sensors is registered."""
    body = {**CALLS[name].envelope, "statusCode": status}
    scripted.say(Reply(status=status, body=body))
    await CALLS[name].work(asking)


@pytest.mark.parametrize("name", READING)
async def test_old_version(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    """Without an envelope, or with another one around a page."""
    scripted.say(Reply(body=CALLS[name].data))
    await CALLS[name].work(asking)
    scripted.say(Reply(body={"data": CALLS[name].data, "_meta": {"total": 0}}))
    await CALLS[name].work(asking)


@pytest.mark.parametrize("name", WRITING)
async def test_nothing_to_read(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    for reply in (Reply(status=204), Reply(status=200), Reply(body={})):
        scripted.say(reply)
        await CALLS[name].work(asking)


@pytest.mark.parametrize("name", CALLS)
async def test_page_of_somebody_else(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    """A network that wants one to sign in first says 200 to everything."""
    scripted.say(Reply(status=200, body=PAGE))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await CALLS[name].work(asking)
    message = f"{CALLS[name].kind}: HTTP 200, the answer is a web page"
    assert str(caught.value) == message


UNREADABLE = [
    b'{"statusCode":200,"data":[{',
    b"null",
    b"OK",
    b'"OK"',
    b"7",
    b"[" * 100_000,
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
@pytest.mark.parametrize("name", CALLS)
async def test_no_json(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, content: bytes
) -> None:
    scripted.say(Reply(body=content))
    with pytest.raises(UnexpectedAnswerError):
        await CALLS[name].work(asking)


@pytest.mark.parametrize("name", READING)
async def test_no_content(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    """It is no list without items: devices would seem to be gone."""
    for reply in (Reply(status=204), Reply(status=200), success(None)):
        scripted.say(reply)
        with pytest.raises(UnexpectedAnswerError):
            await CALLS[name].work(asking)


@pytest.mark.parametrize("data", [{}, "[]", 7, True, {"data": []}])
@pytest.mark.parametrize("name", LISTS)
async def test_no_list(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, data: Any
) -> None:
    scripted.say(success(data))
    with pytest.raises(UnexpectedAnswerError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == f"{CALLS[name].kind}: the answer is no list"


@pytest.mark.parametrize("data", [[], "x", 7, [{"id": "52"}]])
@pytest.mark.parametrize("name", OBJECTS)
async def test_no_object(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, data: Any
) -> None:
    scripted.say(success(data))
    with pytest.raises(UnexpectedAnswerError):
        await CALLS[name].work(asking)


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "text/html", "text/plain; charset=ISO-8859-1"],
)
async def test_content_types(
    asking: ThingplusClient, scripted: ScriptedServer, content_type: str
) -> None:
    body = {"statusCode": 200, "data": [{"id": "1", "name": "Tür"}]}
    content = json.dumps(body, ensure_ascii=False).encode()
    scripted.say(Reply(body=content, content_type=content_type))
    assert [site.name for site in await asking.sites()] == ["Tür"]


# What the server says of bad data


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("name is too long", "name is too long"),
        (" two\r\n lines\u200b ", "two lines"),
        (250 * "a", 200 * "a"),
        ("Bearer access-0", "Bearer **"),
        ("access-\naccess-0", "access- **"),
        (7, "7"),
        (None, "Bad"),
        ([], "Bad"),
    ],
)
async def test_reason(
    asking: ThingplusClient, scripted: ScriptedServer, message: Any, reason: str
) -> None:
    scripted.say(failure(400, "INVALID_INPUT", message))
    with pytest.raises(InvalidDataError) as caught:
        await CALLS["send_points"].work(asking)
    assert (caught.value.code, caught.value.reason) == ("INVALID_INPUT", reason)
    assert str(caught.value) == "PUT series: HTTP 400"


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        ({"code": "INVALID_INPUT", "message": "no"}, "INVALID_INPUT", "no"),
        ({"errors": [None, {"code": "X", "message": "y"}]}, "X", "y"),
        ({"errors": [], "message": "no"}, "", "no"),
        ({"code": "invalid_request", "message": "no"}, "", "no"),
        ({"errors": "x"}, "", ""),
        ({"statusCode": "400"}, "", ""),
        ({}, "", ""),
        ([], "", ""),
        ("x", "", ""),
        (b"", "", ""),
        (b"{", "", ""),
    ],
    ids=range(11),
)
async def test_other_shapes(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    body: Any,
    code: str,
    reason: str,
) -> None:
    scripted.say(Reply(status=400, body=body))
    with pytest.raises(InvalidDataError) as caught:
        await CALLS["send_points"].work(asking)
    assert (caught.value.code, caught.value.reason) == (code, reason)


# Connections


@pytest.mark.parametrize("name", CALLS)
async def test_nobody_there(session: ClientSession, name: str) -> None:
    client = ThingplusClient(session, URL("http://127.0.0.1:9/v2"), ScriptedTokens())
    with pytest.raises(CannotConnectError) as caught:
        await CALLS[name].work(client)
    assert type(caught.value) is CannotConnectError
    assert str(caught.value) == f"{CALLS[name].kind}: ClientConnectorError"


@pytest.mark.parametrize("way", ["drop", "cut"])
@pytest.mark.parametrize("name", CALLS)
async def test_lost_connection(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, way: str
) -> None:
    setattr(scripted, way, True)
    with pytest.raises(RequestTimeoutError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == f"{CALLS[name].kind}: the connection was lost"


@pytest.mark.parametrize("name", CALLS)
async def test_time_out(
    session: ClientSession, scripted: ScriptedServer, name: str
) -> None:
    scripted.hang = True
    client = ThingplusClient(session, scripted.api, ScriptedTokens(), timeout=0.05)
    with pytest.raises(RequestTimeoutError) as caught:
        await CALLS[name].work(client)
    assert str(caught.value) == f"{CALLS[name].kind}: no answer in time"


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "size"),
    [("gateways", 17), ("history", 17), ("gateway", 2), ("control", 2)],
)
async def test_endless_answers(
    asking: ThingplusClient, scripted: ScriptedServer, name: str, size: int
) -> None:
    scripted.say(Reply(body=b" " * size * MEGABYTE + b"[]"))
    with pytest.raises(AnswerTooLargeError) as caught:
        await CALLS[name].work(asking)
    assert str(caught.value) == f"{CALLS[name].kind}: the answer is too large"


async def test_large_lists(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    scripted.say(Reply(body=b" " * 15 * MEGABYTE + b"[]"))
    assert await asking.gateways() == []


async def test_sign_in_is_none_of_them(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(status=401, body=PAGE))
    with pytest.raises(SignInError):
        await CALLS["gateway"].work(asking)
