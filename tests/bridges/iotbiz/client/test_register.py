"""A device registers itself and confirms its password."""

import json
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.iotbiz.client import (
    AlreadyActivatedError,
    CannotConnectError,
    CustomerRefusedError,
    IotbizClient,
    IotbizError,
    LimitReachedError,
    NotApprovedError,
    PasswordRefusedError,
    RefusedError,
    RequestTimeoutError,
    TooManyRequestsError,
    UnexpectedAnswerError,
)
from tests.bridges.scripted import Reply, ScriptedServer

from .world import CUSTOMER, DEVICE, PASSWORD, failure_of

REGISTERED = Reply(status=201, body={"password": PASSWORD})


def refused(reason: str) -> Reply:
    """Return a refusal."""
    return Reply(status=403, body={"error": reason})


async def failure_to_register(
    client: IotbizClient, scripted: ScriptedServer, reply: Reply
) -> IotbizError:
    """Return what an answer to a registration means."""
    scripted.say(reply)
    return await failure_of(client.register(CUSTOMER, DEVICE))


async def failure_to_activate(
    client: IotbizClient, scripted: ScriptedServer, reply: Reply
) -> IotbizError:
    """Return what an answer to an activation means."""
    scripted.say(reply)
    return await failure_of(client.activate(DEVICE, PASSWORD))


async def test_register(client: IotbizClient, scripted: ScriptedServer) -> None:
    """For platforms of both generations."""
    scripted.say(REGISTERED)
    assert await client.register(CUSTOMER, DEVICE) == PASSWORD
    [heard] = scripted.heard
    assert heard.line == "POST /api/devices/register/"
    assert heard.headers["Content-Type"] == "application/json"
    assert json.loads(heard.body) == {
        "customer_id": CUSTOMER,
        "mac_address": DEVICE,
        "device_id": DEVICE,
    }


@pytest.mark.parametrize("body", [b"", b"null", b"OK", {"x": 1}, []])
async def test_activate(
    client: IotbizClient, scripted: ScriptedServer, body: Any
) -> None:
    """The README knows of no answer but its status."""
    scripted.say(Reply(body=body))
    await client.activate(DEVICE, PASSWORD)
    [heard] = scripted.heard
    assert heard.line == "POST /api/devices/activate/"
    assert json.loads(heard.body) == {
        "mac_address": DEVICE,
        "device_id": DEVICE,
        "password": PASSWORD,
    }


async def test_base_with_a_path(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    """As with a Home Assistant that is the platform."""
    client = IotbizClient(session, URL(f"{scripted.url}/api/iotbiz"))
    scripted.say(REGISTERED, Reply())
    await client.register(CUSTOMER, DEVICE)
    await client.activate(DEVICE, PASSWORD)
    assert [heard.line for heard in scripted.heard] == [
        "POST /api/iotbiz/api/devices/register/",
        "POST /api/iotbiz/api/devices/activate/",
    ]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Invalid customer id.", CustomerRefusedError),
        ("Unknown CUSTOMER", CustomerRefusedError),
        ("Device already exists and is activated.", AlreadyActivatedError),
        ("This customer's device is already there.", AlreadyActivatedError),
        ("The limit of devices is reached for this customer.", LimitReachedError),
        ("Device limit", LimitReachedError),
        ("Somebody has to approve it.", NotApprovedError),
        ("Too many requests of this customer.", TooManyRequestsError),
        ("The device is already waiting to be approved.", NotApprovedError),
        ("Some reason.", RefusedError),
        ("", RefusedError),
    ],
)
async def test_refused_registrations(
    client: IotbizClient,
    scripted: ScriptedServer,
    reason: str,
    kind: type[RefusedError],
) -> None:
    failure = await failure_to_register(client, scripted, refused(reason))
    assert type(failure) is kind
    assert str(failure) == "POST devices/register: HTTP 403"
    assert vars(failure) == {"reason": reason}


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Invalid password.", PasswordRefusedError),
        ("Error while retrieving device.", PasswordRefusedError),
        ("Invalid.", PasswordRefusedError),
        ("The device has to be approved first.", NotApprovedError),
        ("Please approve it.", NotApprovedError),
        ("Too many requests. Try again later.", TooManyRequestsError),
        ("Some reason.", RefusedError),
    ],
)
async def test_refused_activations(
    client: IotbizClient,
    scripted: ScriptedServer,
    reason: str,
    kind: type[RefusedError],
) -> None:
    failure = await failure_to_activate(client, scripted, refused(reason))
    assert type(failure) is kind
    assert vars(failure) == {"reason": reason}


@pytest.mark.parametrize(
    ("customer_id", "reason", "shown"),
    [
        ("limit", "Invalid customer limit.", "Invalid customer **."),
        ("already-there", "No customer already-there", "No customer **"),
        ("c", "Invalid customer id.", "Invalid **ustomer id."),
        ("abc123", 'customer "abc123": abc123', 'customer "**": **'),
    ],
)
async def test_customer_numbers_that_are_words(
    client: IotbizClient,
    scripted: ScriptedServer,
    customer_id: str,
    reason: str,
    shown: str,
) -> None:
    """They say nothing of the reason, and are not shown in it."""
    scripted.say(refused(reason))
    failure = await failure_of(client.register(customer_id, DEVICE))
    assert type(failure) is CustomerRefusedError
    assert failure.reason == shown


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            {"device_id": ["This field is required."]},
            "device_id: This field is required.",
        ),
        ({"a": ["b", "c"], "d": "e", "f": [1], "g": None}, "a: b c d: e"),
        ({"detail": "JSON parse error"}, "JSON parse error"),
        ({"error": "Some\nreason."}, "Some reason."),
        ({"error": ["Some reason."]}, "error: Some reason."),
        ({}, ""),
        ("Some reason.", "Some reason."),
        ({"error": "x" * 999}, "x" * 200),
    ],
)
@pytest.mark.parametrize("status", [400, 403])
async def test_reasons(
    client: IotbizClient, scripted: ScriptedServer, status: int, body: Any, reason: str
) -> None:
    """However they are told."""
    reply = Reply(status=status, body=body)
    failure = await failure_to_register(client, scripted, reply)
    assert isinstance(failure, RefusedError)
    assert failure.reason == reason


@pytest.mark.parametrize(
    "reason", ["customer", "already activated", "limit", "approve it", "password"]
)
async def test_requests_that_are_wrong(
    client: IotbizClient, scripted: ScriptedServer, reason: str
) -> None:
    """Whatever is said of them: nobody has decided anything."""
    reply = Reply(status=400, body={"error": reason})
    for failure in (
        await failure_to_register(client, scripted, reply),
        await failure_to_activate(client, scripted, reply),
    ):
        assert type(failure) is RefusedError
        assert failure.reason == reason


OTHERS = [
    Reply(status=301, headers={"Location": "/elsewhere/"}),
    Reply(status=401, body={"detail": "no"}),
    Reply(status=404, body=b"<html>"),
    Reply(status=404, body={"error": "customer"}),
    Reply(status=405, body={"detail": "no"}),
    Reply(status=403, body=b"<html>customer"),
    Reply(status=403, body=b"customer"),
    Reply(status=403, body=[]),
    Reply(status=400, body=b""),
    Reply(body=b" <html>"),
]


@pytest.mark.parametrize("reply", OTHERS, ids=range(len(OTHERS)))
async def test_answers_of_others(
    client: IotbizClient, scripted: ScriptedServer, reply: Reply
) -> None:
    for failure in (
        await failure_to_register(client, scripted, reply),
        await failure_to_activate(client, scripted, reply),
    ):
        assert type(failure) is UnexpectedAnswerError
    assert len(scripted.heard) == 2


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", [], "x", {}, {"password": None}, {"password": ""}),
        *({"password": 1}, {"password": "a\nb"}, {"password": "x" * 1025}),
    ],
)
async def test_no_password(
    client: IotbizClient, scripted: ScriptedServer, body: Any
) -> None:
    reply = Reply(status=201, body=body)
    failure = await failure_to_register(client, scripted, reply)
    assert type(failure) is UnexpectedAnswerError


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("body", [b"<html>", {"error": "customer"}])
async def test_platform_in_trouble(
    client: IotbizClient, scripted: ScriptedServer, status: int, body: Any
) -> None:
    reply = Reply(status=status, body=body)
    for failure in (
        await failure_to_register(client, scripted, reply),
        await failure_to_activate(client, scripted, reply),
    ):
        assert type(failure) is CannotConnectError


@pytest.mark.parametrize("way", ["hang", "drop", "cut"])
async def test_lost_answers(
    session: ClientSession, scripted: ScriptedServer, way: str
) -> None:
    """The platform may have obeyed; nothing is asked twice."""
    client = IotbizClient(session, URL(scripted.url), timeout=0.1)
    setattr(scripted, way, True)
    for work in (client.register(CUSTOMER, DEVICE), client.activate(DEVICE, PASSWORD)):
        assert type(await failure_of(work)) is RequestTimeoutError
    assert len(scripted.heard) == 2


async def test_nobody_there(session: ClientSession) -> None:
    client = IotbizClient(session, URL("http://127.0.0.1:9"), timeout=1)
    failure = await failure_of(client.register(CUSTOMER, DEVICE))
    assert type(failure) is CannotConnectError
