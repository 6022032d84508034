"""What a user sees: lists in pages, odd items, and who may not see them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    CannotConnectError,
    IotbizReader,
    ListedDevice,
    NotAllowedError,
    SignInError,
    TelemetryRow,
    UnexpectedAnswerError,
)
from tests.bridges.scripted import Reply, ScriptedServer

from .jwt import jwt
from .world import CUSTOMER, DEVICE, failure_of

ACCESS = jwt({"iat": 5000, "exp": 8600})
SIGNED_IN = Reply(body={"access": ACCESS, "refresh": "refresh-token"})
EXPIRED = Reply(status=401, body={"detail": "Token is invalid or expired"})
TIME = datetime(2021, 3, 21, 10, 30, tzinfo=UTC)
LISTED: dict[str, Any] = {
    "url": "http://iot.example.com/api/devices/7/",
    "name": DEVICE,
    "customer": CUSTOMER,
    "agent_status": "online",
    "program_status": "down",
    "last_updated": "2021-03-21T10:30:00Z",
    "auth": ["activated"],
}
DEVICE_7 = ListedDevice(
    key="7",
    device_id=DEVICE,
    customer_id=CUSTOMER,
    online=True,
    running=False,
    last_seen=TIME,
)


def page(*items: Any, count: Any = None, **more: Any) -> Reply:
    """Return a page of a list."""
    total = len(items) if count is None else count
    return Reply(body={"count": total, "results": list(items), **more})


def row(minutes: int = 0, **state: Any) -> dict[str, Any]:
    """Return what a device has said some minutes later."""
    moment = TIME + timedelta(minutes=minutes)
    state = {"agentStatus": "online", "programStatus": "up", **state}
    return {"url": "x", "created_on": moment.isoformat(), "device": 7, "state": state}


def asked(scripted: ScriptedServer) -> list[tuple[str, dict[str, str]]]:
    """Return the requests for lists, and their parameters."""
    parts = [urlsplit(heard.line) for heard in scripted.heard]
    return [
        (part.path, dict(parse_qsl(part.query)))
        for part in parts
        if "token" not in part.path
    ]


async def listed(
    reader: IotbizReader, scripted: ScriptedServer, *items: Any
) -> list[ListedDevice]:
    """Return what is read of a list."""
    scripted.say(SIGNED_IN, page(*items))
    return await reader.devices()


# Devices


async def test_devices(reader: IotbizReader, scripted: ScriptedServer) -> None:
    assert await listed(reader, scripted, LISTED) == [DEVICE_7]
    assert asked(scripted) == [
        ("GET /api/devices/", {"limit": "500", "offset": "0"}),
    ]
    assert scripted.heard[1].headers["Authorization"] == f"Bearer {ACCESS}"


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"agent_status": "Offline"}, {"online": False}),
        ({"agent_status": "busy"}, {"online": True, "word": "busy"}),
        ({"agent_status": None}, {"online": None}),
        ({"agent_status": ""}, {"online": None}),
        ({"agent_status": 1}, {"online": None}),
        ({"program_status": "UP"}, {"running": True}),
        ({"program_status": "odd"}, {"running": None}),
        ({"program_status": None}, {"running": None}),
        ({"last_updated": None}, {"last_seen": None}),
        ({"last_updated": "soon"}, {"last_seen": None}),
        ({"last_updated": "2021-03-21T11:30:00+01:00"}, {"last_seen": TIME}),
        ({"auth": ["not activated"]}, {"activated": False}),
        ({"auth": []}, {"activated": False}),
        ({"auth": "activated"}, {"activated": True}),
        ({"auth": None}, {"activated": False}),
        ({"customer": "http://iot.example.com/api/customers/3/"}, {"customer_id": "3"}),
        ({"customer": 3}, {"customer_id": "3"}),
        ({"customer": None}, {"customer_id": ""}),
        ({"url": "/api/devices/8"}, {"key": "8"}),
        ({"url": None, "id": 9}, {"key": "9"}),
        ({"name": f" {DEVICE}\n"}, {}),
    ],
)
async def test_odd_devices(
    reader: IotbizReader,
    scripted: ScriptedServer,
    changes: dict[str, Any],
    known: dict[str, Any],
) -> None:
    (device,) = await listed(reader, scripted, {**LISTED, **changes})
    expected = {name: getattr(DEVICE_7, name) for name in DEVICE_7.__slots__}
    assert device == ListedDevice(**{**expected, **known})


async def test_devices_with_nothing_but_a_name(
    reader: IotbizReader, scripted: ScriptedServer
) -> None:
    item = {"url": "/api/devices/1/", "name": "x"}
    assert await listed(reader, scripted, item) == [
        ListedDevice(key="1", device_id="x")
    ]


@pytest.mark.parametrize(
    "odd",
    [
        *(None, 1, "x", [], {}, {**LISTED, "name": None}, {**LISTED, "name": "a/b"}),
        *({**LISTED, "name": "two words"}, {**LISTED, "url": None}),
        *({**LISTED, "url": "/"}, {**LISTED, "url": "x?device=1"}, {"name": DEVICE}),
    ],
)
async def test_items_that_are_no_devices(
    reader: IotbizReader, scripted: ScriptedServer, odd: Any
) -> None:
    """They never lose the others."""
    other = {"url": "/api/devices/1/", "name": "x"}
    devices = await listed(reader, scripted, odd, other)
    assert [device.device_id for device in devices] == ["x"]


# Pages


def numbered(number: int) -> dict[str, str]:
    """Return a device."""
    return {"url": f"/api/devices/{number}/", "name": f"n{number}"}


def numbers(devices: list[ListedDevice]) -> list[int]:
    """Return which devices these are."""
    return [int(device.key) for device in devices]


async def test_pages(reader: IotbizReader, scripted: ScriptedServer) -> None:
    """The platform's own addresses of further pages are not trusted."""
    elsewhere = "http://elsewhere.example.com/api/devices/?limit=2&offset=2"
    scripted.say(
        SIGNED_IN,
        page(numbered(1), numbered(2), count=5, next=elsewhere),
        page(numbered(3), numbered(4), count=5, next=elsewhere),
        page(numbered(5), count=5),
    )
    assert numbers(await reader.devices()) == [1, 2, 3, 4, 5]
    assert [query["offset"] for _, query in asked(scripted)] == ["0", "2", "4"]


async def test_pages_that_overlap(
    reader: IotbizReader, scripted: ScriptedServer
) -> None:
    """Another device was removed meanwhile."""
    scripted.say(
        SIGNED_IN,
        page(numbered(1), numbered(2), count=4),
        page(numbered(2), numbered(3), count=4),
    )
    assert numbers(await reader.devices()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("last", "pages"),
    [
        (page(count=9), 2),
        (page(numbered(2), count="odd"), 2),
        (page(numbered(2), count="odd", next=None), 2),
        (page(numbered(2), count=2), 2),
        (page(numbered(2), count=-1), 2),
    ],
    ids=range(5),
)
async def test_last_pages(
    reader: IotbizReader, scripted: ScriptedServer, last: Reply, pages: int
) -> None:
    scripted.say(SIGNED_IN, page(numbered(1), count=9), last)
    await reader.devices()
    assert len(asked(scripted)) == pages


async def test_lists_without_a_count(
    reader: IotbizReader, scripted: ScriptedServer
) -> None:
    scripted.say(
        SIGNED_IN,
        page(numbered(1), count="odd", next="x"),
        page(numbered(2), count="odd", next=None),
    )
    assert numbers(await reader.devices()) == [1, 2]


async def test_list_that_never_ends(
    reader: IotbizReader, scripted: ScriptedServer
) -> None:
    """A platform that always says the same is left some day."""
    scripted.say(SIGNED_IN, page(numbered(1), count="odd", next="x"))
    assert numbers(await reader.devices()) == [1]
    assert len(asked(scripted)) == 20


# Telemetry


async def test_newest(reader: IotbizReader, scripted: ScriptedServer) -> None:
    """Whatever their order is."""
    scripted.say(SIGNED_IN, page(row(1, a=1), row(3, a=3, tank={"b": 4}), row(2, a=2)))
    newest = await reader.newest("7", TIME)
    assert newest == TelemetryRow(
        time=TIME + timedelta(minutes=3), attributes={"a": 3, "tank.b": 4}
    )
    assert asked(scripted) == [
        (
            "GET /api/telemetry/",
            {
                "device": "7",
                "start": "2021-03-21T10:30:00.000Z",
                "limit": "500",
                "offset": "0",
            },
        )
    ]


async def test_newest_since_a_moment_elsewhere(
    reader: IotbizReader, scripted: ScriptedServer
) -> None:
    scripted.say(SIGNED_IN, page())
    since = TIME.astimezone(timezone(timedelta(hours=5))).replace(microsecond=1999)
    assert await reader.newest("7", since) is None
    assert asked(scripted)[0][1]["start"] == "2021-03-21T10:30:00.001Z"


async def test_newest_of_all(reader: IotbizReader, scripted: ScriptedServer) -> None:
    scripted.say(SIGNED_IN, page(row()))
    assert await reader.newest("7", None) is not None
    assert "start" not in asked(scripted)[0][1]


@pytest.mark.parametrize(
    "odd",
    [
        *(None, 1, [], {}, {**row(9), "created_on": None}, {**row(9), "state": "x"}),
        *({**row(9), "created_on": "soon"}, {**row(9), "state": None}),
        *({**row(9), "state": {"": 1}}, {**row(9), "state": [1]}),
    ],
)
async def test_rows_that_cannot_be_read(
    reader: IotbizReader, scripted: ScriptedServer, odd: Any
) -> None:
    """What was said before them counts."""
    scripted.say(SIGNED_IN, page(row(1, a=1), odd))
    newest = await reader.newest("7", None)
    assert newest is not None
    assert newest.attributes == {"a": 1}


async def test_pages_of_rows(reader: IotbizReader, scripted: ScriptedServer) -> None:
    scripted.say(
        SIGNED_IN,
        page(row(1, a=1), row(2, a=2), count=4),
        page(row(4, a=4), row(3, a=3), count=4),
    )
    newest = await reader.newest("7", None)
    assert newest is not None
    assert newest.attributes == {"a": 4}


async def test_very_many_rows(reader: IotbizReader, scripted: ScriptedServer) -> None:
    """Of these, the first and the last are read: the newest are at one of the ends."""
    scripted.say(SIGNED_IN, page(row(), row(), count=1000))
    await reader.newest("7", None)
    offsets = [query["offset"] for _, query in asked(scripted)]
    assert offsets == ["0", "994", "996", "998"]


# Who may see it


ALL: list[Callable[[IotbizReader], Any]] = [
    lambda reader: reader.devices(),
    lambda reader: reader.newest("7", None),
]


@pytest.mark.parametrize("work", ALL)
async def test_token_that_has_ended(
    reader: IotbizReader, scripted: ScriptedServer, work: Callable[[IotbizReader], Any]
) -> None:
    """It is renewed, and nobody notices."""
    scripted.say(SIGNED_IN, EXPIRED, Reply(body={"access": "second"}), page())
    await work(reader)
    assert [heard.line.partition("?")[0] for heard in scripted.heard][2] == (
        "POST /api/token/access/"
    )
    assert scripted.heard[-1].headers["Authorization"] == "Bearer second"


async def test_many_at_once(reader: IotbizReader, scripted: ScriptedServer) -> None:
    """One token serves all."""
    scripted.say(SIGNED_IN, page())
    await asyncio.gather(*(reader.newest(f"{key}", None) for key in range(9)))
    assert len(scripted.heard) == 10


async def test_renewed_token_that_is_refused_too(
    reader: IotbizReader, scripted: ScriptedServer
) -> None:
    """Then the password is the last resort."""
    scripted.say(
        SIGNED_IN,
        EXPIRED,
        Reply(body={"access": "second"}),
        EXPIRED,
        Reply(body={"access": "third"}),
        page(LISTED),
    )
    assert await reader.devices() == [DEVICE_7]
    assert scripted.heard[4].line == "POST /api/token/both/"


@pytest.mark.parametrize("work", ALL)
async def test_every_token_is_refused(
    reader: IotbizReader, scripted: ScriptedServer, work: Callable[[IotbizReader], Any]
) -> None:
    scripted.say(
        SIGNED_IN,
        EXPIRED,
        Reply(body={"access": "second"}),
        EXPIRED,
        Reply(body={"access": "third"}),
        EXPIRED,
    )
    assert type(await failure_of(work(reader))) is SignInError
    assert len(scripted.heard) == 6


@pytest.mark.parametrize("work", ALL)
async def test_wrong_password(
    reader: IotbizReader, scripted: ScriptedServer, work: Callable[[IotbizReader], Any]
) -> None:
    scripted.say(EXPIRED)
    assert type(await failure_of(work(reader))) is SignInError
    assert len(scripted.heard) == 1


ANSWERS = [
    (Reply(status=403, body={"detail": "no"}), NotAllowedError),
    (Reply(status=403, body=b"<html>"), UnexpectedAnswerError),
    (Reply(status=404, body={"detail": "no"}), UnexpectedAnswerError),
    (Reply(status=400, body={"device": ["no"]}), UnexpectedAnswerError),
    (Reply(status=302, body={}), UnexpectedAnswerError),
    (Reply(body=b"<html>"), UnexpectedAnswerError),
    (Reply(body=b"{"), UnexpectedAnswerError),
    (Reply(body=[LISTED]), UnexpectedAnswerError),
    (Reply(body={}), UnexpectedAnswerError),
    (Reply(body={"results": {}}), UnexpectedAnswerError),
    (Reply(status=500, body={"results": []}), CannotConnectError),
    (Reply(status=429), CannotConnectError),
]


@pytest.mark.parametrize("work", ALL)
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(("reply", "kind"), ANSWERS, ids=range(len(ANSWERS)))
async def test_other_answers(
    reader: IotbizReader,
    scripted: ScriptedServer,
    reply: Reply,
    kind: type[Exception],
    is_first: bool,
    work: Callable[[IotbizReader], Any],
) -> None:
    """Half a list is none."""
    before = [] if is_first else [page(row(), count=9)]
    scripted.say(SIGNED_IN, *before, reply)
    assert type(await failure_of(work(reader))) is kind
