"""Trouble at the simulated IoTBiz."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.simulators.iotbiz import IotbizSimulator, Trouble

from .iotbiz_callers import DEVICE, Caller, running_simulator


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncIterator[IotbizSimulator]:
    """A running simulator without a broker."""
    async with running_simulator() as running:
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, simulator: IotbizSimulator) -> Caller:
    """A client."""
    return Caller(session, simulator)


@pytest.mark.parametrize(
    ("trouble", "status", "body"),
    [
        (Trouble(status=503, body="Oops"), 503, "Oops"),
        (Trouble(status=429, body='{"detail": "slowly"}'), 429, {"detail": "slowly"}),
        (Trouble(status=200, body=""), 200, ""),
        (Trouble(garbage="html"), 200, "<html><body>Welcome to nginx!"),
        (Trouble(garbage="broken_json"), 200, '{"password":"aB3'),
    ],
    ids=["page", "json", "empty", "html", "broken"],
)
async def test_other_answers(
    caller: Caller,
    simulator: IotbizSimulator,
    trouble: Trouble,
    status: int,
    body: Any,
) -> None:
    """Anything may be answered; nothing is carried out."""
    simulator.trouble = trouble
    assert await caller.register() == (status, body)
    assert simulator.devices == {}
    simulator.trouble = None
    await caller.enrol()
    assert simulator.faults == []


async def test_page_and_headers(
    session: aiohttp.ClientSession, simulator: IotbizSimulator
) -> None:
    """By default there is a page of the web server; headers may be chosen."""
    simulator.trouble = Trouble(status=502, headers={"Retry-After": "7"})
    async with session.get(simulator.base) as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert response.headers["Retry-After"] == "7"
        assert "nginx" in await response.text()


async def test_wrong_type(
    session: aiohttp.ClientSession, simulator: IotbizSimulator
) -> None:
    """The real answer may have a wrong type."""
    simulator.trouble = Trouble(garbage="wrong_type")
    async with session.get(f"{simulator.base}/api/ping/") as response:
        assert (response.status, response.content_type) == (401, "text/html")


@pytest.mark.parametrize(
    ("trouble", "carried_out"),
    [
        (Trouble(drop=True), False),
        (Trouble(drop_after=True), True),
        (Trouble(garbage="truncated"), True),
    ],
    ids=["drop", "drop_after", "truncated"],
)
async def test_cut_connections(
    caller: Caller, simulator: IotbizSimulator, trouble: Trouble, carried_out: bool
) -> None:
    """A connection may end before or after the work is done, or in an answer."""
    simulator.trouble = trouble
    with pytest.raises(aiohttp.ClientError):
        await caller.register()
    assert (DEVICE in simulator.devices) is carried_out


async def test_hang(caller: Caller, simulator: IotbizSimulator) -> None:
    """Nothing may ever be answered; the end of the server ends that."""
    simulator.trouble = Trouble(hang=True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await caller.register()
    waiting = asyncio.create_task(caller.register())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await simulator.stop()
    with pytest.raises(aiohttp.ClientError):
        await waiting


async def test_slow(caller: Caller, simulator: IotbizSimulator) -> None:
    """An answer may take its time, which the end of the server ends."""
    simulator.trouble = Trouble(slow=0.05)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await caller.new_password()
    assert loop.time() - begin >= 0.045
    simulator.trouble = Trouble(slow=60)
    waiting = asyncio.create_task(caller.register())
    await asyncio.sleep(0.02)
    await simulator.stop()
    with pytest.raises(aiohttp.ClientError):
        await waiting


async def test_some_requests(caller: Caller, simulator: IotbizSimulator) -> None:
    """Trouble may concern some paths, methods, and so many requests."""
    simulator.trouble = Trouble(status=500, path="/activate/$", method="POST", times=2)
    password = await caller.new_password()
    for status in (500, 500, 200):
        assert (await caller.activate(password))[0] == status


async def test_outage(caller: Caller, simulator: IotbizSimulator) -> None:
    """Stopped, it refuses connections; started, it has its port and knows everything."""
    url = simulator.url
    password = await caller.new_password()
    await simulator.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.activate(password)
    await simulator.start()
    assert simulator.url == url
    assert await caller.activate(password) == (200, "")
    assert simulator.faults == []
