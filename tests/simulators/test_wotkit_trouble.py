"""Trouble at the simulated WoTKit server, and what it remembers."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.simulators.wotkit import (
    RecordedRequest,
    SimulatedSensor,
    Trouble,
    WotkitServer,
)

from .wotkit_callers import KEY, NOW, Caller, running_server, turn_clock


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def lamp(server: WotkitServer) -> SimulatedSensor:
    """The first user's actuator."""
    return server.sensors[1001]


@pytest.fixture
def ada(session: aiohttp.ClientSession, server: WotkitServer) -> Caller:
    """The first user."""
    return Caller(session, server, KEY)


async def add(caller: Caller) -> tuple[int, object]:
    """Send a row of data."""
    return await caller("POST", "sensors/lamp_post/data", json={"value": 1})


@pytest.mark.parametrize(
    ("trouble", "status", "body"),
    [
        (Trouble(status=503), 503, ""),
        (Trouble(status=500, body="<html>Oops"), 500, "<html>Oops"),
        (Trouble(status=200, body='{"a": 1}'), 200, {"a": 1}),
        (Trouble(status=200, body="[]"), 200, []),
        (Trouble(status=302, headers={"Location": "/login"}), 302, ""),
        (Trouble(garbage=True), 200, "<html><body>It works!"),
    ],
    ids=["status", "page", "object", "list", "redirect", "garbage"],
)
async def test_other_answers(
    ada: Caller,
    server: WotkitServer,
    lamp: SimulatedSensor,
    trouble: Trouble,
    status: int,
    body: object,
) -> None:
    """In trouble nothing is carried out."""
    server.trouble = trouble
    assert await add(ada) == (status, body)
    assert lamp.rows == []
    server.trouble = None
    assert await add(ada) == (201, "")


async def test_headers_of_trouble(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Redirects say where to; the type fits the body."""
    server.trouble = Trouble(status=301, body="[]", headers={"Location": "/wotkit"})
    url = f"{server.api}/sensors"
    async with session.get(url, allow_redirects=False) as response:
        assert response.headers["Location"] == "/wotkit"
        assert response.content_type == "application/json"


@pytest.mark.parametrize(
    ("trouble", "rows"),
    [(Trouble(drop=True), 0), (Trouble(drop_after=True), 1)],
    ids=["before", "after"],
)
async def test_drop(
    ada: Caller,
    server: WotkitServer,
    lamp: SimulatedSensor,
    trouble: Trouble,
    rows: int,
) -> None:
    """A connection may be lost before or after the work."""
    server.trouble = trouble
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await add(ada)
    assert len(lamp.rows) == rows


@pytest.mark.parametrize("path", ["oauth/token", "oauth/authorize", "subscribe"])
async def test_drop_after_whatever(
    session: aiohttp.ClientSession, server: WotkitServer, path: str
) -> None:
    """Sign-in is lost like the rest, and so are refusals."""
    server.trouble = Trouble(drop_after=True)
    wrong = Caller(session, server, "Basic AAAA")
    for caller in (wrong, Caller(session, server)):
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await caller("POST", path)


async def test_hang(ada: Caller, server: WotkitServer, lamp: SimulatedSensor) -> None:
    """A server that hangs answers nothing until it stops."""
    server.trouble = Trouble(hang=True)
    call = asyncio.create_task(add(ada))
    done, _ = await asyncio.wait([call], timeout=0.05)
    assert not done
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await call
    assert lamp.rows == []


async def test_slow(ada: Caller, server: WotkitServer, lamp: SimulatedSensor) -> None:
    """A slow server does its work in the end."""
    server.trouble = Trouble(slow=0.05)
    call = asyncio.create_task(add(ada))
    await asyncio.wait([call], timeout=0.01)
    assert lamp.rows == []
    assert await call == (201, "")
    assert len(lamp.rows) == 1


async def test_only_some(ada: Caller, server: WotkitServer) -> None:
    """Trouble may be with some paths, some methods, and some times."""
    server.trouble = Trouble(status=503, path=r"/data$", method="POST", times=2)
    assert (await ada("GET", "sensors/lamp_post/data"))[0] == 200
    assert (await ada("POST", "sensors/lamp_post/message"))[0] == 200
    assert (await add(ada))[0] == 503
    assert (await add(ada))[0] == 503
    assert (await add(ada))[0] == 201


async def test_requests_are_recorded(
    session: aiohttp.ClientSession, ada: Caller, server: WotkitServer
) -> None:
    """Every request is remembered, whatever became of it."""
    server.trouble = Trouble(drop=True)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ada("POST", "sensors/ada.lovelace.lamp%20post/?a=b%20c")
    server.trouble = None
    turn_clock(server, 5)
    await Caller(session, server)("GET", "nothing")
    assert list(server.requests) == [
        RecordedRequest(
            method="POST",
            path="/api/sensors/ada.lovelace.lamp post/",
            query={"a": "b c"},
            at=NOW,
            user="ada.lovelace",
        ),
        RecordedRequest(
            method="GET", path="/api/nothing", query={}, at=NOW + 5, user=None
        ),
    ]


async def test_clock_is_the_computers(socket_enabled: None) -> None:
    """Without a clock of its own, a server uses the time of the day."""
    server = WotkitServer()
    sensor = server.add_sensor("ada", "sensor")
    assert sensor.record({"value": 1}).timestamp_ms > 1_700_000_000_000
