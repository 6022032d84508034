"""Trouble at the simulated Thing+, and what it remembers."""

import asyncio
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import (
    GATEWAY,
    LOGIN,
    RecordedRequest,
    ThingplusSimulator,
    Trouble,
    sample_world,
    sensor_id,
)

from .thingplus_callers import (
    NEW_GATEWAY,
    NOW,
    NOW_MS,
    PARAMS,
    Caller,
    error_of,
    running_server,
    signed_in,
    turn_clock,
)

NEW: Final = {"reqId": NEW_GATEWAY, "params": PARAMS}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client with the sample's token."""
    return signed_in(session, server)


async def register(caller: Caller) -> tuple[int, Any]:
    """Send something that can be seen."""
    return await caller("POST", "registerGateway", json=NEW)


@pytest.mark.parametrize(
    ("trouble", "refusal"),
    [
        (Trouble(status=429), (429, "UNKNOWN")),
        (Trouble(status=500), (500, "INTERNAL_ERROR")),
        (Trouble(status=504), (504, "PROCESS_COMMAND_RESULT")),
        (Trouble(status=471), (471, "BILLING")),
        (Trouble(status=600), (600, "PROCESS_COMMAND_RESULT")),
        (Trouble(status=403, code="ACCESSGROUP_DENY"), (403, "ACCESSGROUP_DENY")),
    ],
)
async def test_refusals(
    caller: Caller,
    server: ThingplusSimulator,
    trouble: Trouble,
    refusal: tuple[int, str],
) -> None:
    """Any status may be answered, in the envelope; nothing is carried out."""
    server.trouble = trouble
    assert error_of(*await register(caller)) == refusal
    assert not server.registered
    server.trouble = None
    assert (await register(caller))[0] == 201
    assert server.faults == []


@pytest.mark.parametrize(
    ("trouble", "status", "body"),
    [
        (Trouble(status=503, body="<html>Oops"), 503, "<html>Oops"),
        (Trouble(status=401, body='"Access denied"'), 401, "Access denied"),
        (Trouble(status=200, body='{"data": 5}'), 200, {"data": 5}),
        (Trouble(status=200, body=""), 200, ""),
        (Trouble(garbage="html"), 200, "<html><body>It works!"),
        (
            Trouble(garbage="broken_json"),
            *(200, '{"statusCode":200,"message":"OK","data":[{'),
        ),
    ],
    ids=["page", "string", "object", "empty", "html", "broken"],
)
async def test_other_answers(
    caller: Caller,
    server: ThingplusSimulator,
    trouble: Trouble,
    status: int,
    body: object,
) -> None:
    """Any body may be answered; nothing is carried out."""
    server.trouble = trouble
    assert await register(caller) == (status, body)
    assert not server.registered


async def test_headers_of_trouble(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """Trouble has its own headers, and the server's time."""
    server.trouble = Trouble(status=429, headers={"Retry-After": "30"})
    async with session.get(f"{server.api}/gateways") as response:
        assert response.headers["Retry-After"] == "30"
        assert parsedate_to_datetime(response.headers["Date"]).timestamp() == NOW
        assert response.content_type == "application/json"


async def test_wrong_type(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """The real answer may have a wrong type."""
    server.trouble = Trouble(garbage="wrong_type")
    async with session.get(f"{server.api}/gatewayModels/52") as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert '"id": "52"' in await response.text()


async def test_truncated(caller: Caller, server: ThingplusSimulator) -> None:
    """The real answer may end in its middle, after the work is done."""
    server.trouble = Trouble(garbage="truncated")
    with pytest.raises(aiohttp.ClientPayloadError):
        await register(caller)
    assert NEW_GATEWAY in server.gateways


@pytest.mark.parametrize(
    ("trouble", "registered"),
    [(Trouble(drop=True), 0), (Trouble(drop_after=True), 1)],
    ids=["before", "after"],
)
async def test_drop(
    caller: Caller, server: ThingplusSimulator, trouble: Trouble, registered: int
) -> None:
    """A connection may be lost before or after the work."""
    server.trouble = trouble
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await register(caller)
    assert len(server.registered) == registered


async def test_hang(caller: Caller, server: ThingplusSimulator) -> None:
    """A server that hangs answers nothing until it stops."""
    server.trouble = Trouble(hang=True)
    call = asyncio.create_task(register(caller))
    done, _ = await asyncio.wait([call], timeout=0.05)
    assert not done
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await call
    assert not server.registered


async def test_slow(caller: Caller, server: ThingplusSimulator) -> None:
    """A slow server does its work in the end."""
    server.trouble = Trouble(slow=0.05)
    call = asyncio.create_task(register(caller))
    await asyncio.wait([call], timeout=0.01)
    assert not server.registered
    assert (await call)[0] == 201


async def test_only_some(caller: Caller, server: ThingplusSimulator) -> None:
    """Trouble may be with a prefix of paths, a method, and some times."""
    server.trouble = Trouble(status=500, path=r"^/gateways", method="GET", times=2)
    assert (await caller("GET", "gatewayModels"))[0] == 200
    assert (await register(caller))[0] == 201
    statuses = [(await caller("GET", "gateways"))[0] for _ in range(3)]
    assert statuses == [500, 500, 200]


async def test_sign_in_is_in_trouble_too(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """OAuth2 is lost like the rest."""
    server.trouble = Trouble(status=500, path="^/oauth2")
    caller = Caller(session, server)
    assert (await caller("POST", "oauth2/token"))[0] == 500
    assert (await caller("GET", "oauth2/authorize"))[0] == 500


async def test_outage(caller: Caller, server: ThingplusSimulator) -> None:
    """A server that stopped refuses connections, and comes back as it was."""
    await register(caller)
    api = server.api
    await server.stop()
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await caller.get("gateways")
    await server.start()
    assert server.api == api
    assert await caller.ids("gateways") == [GATEWAY, NEW_GATEWAY]


async def test_port_is_taken(server: ThingplusSimulator) -> None:
    """A second server does not get the port."""
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError):
        await ThingplusSimulator().start(port)


async def test_requests_are_recorded(
    session: aiohttp.ClientSession, caller: Caller, server: ThingplusSimulator
) -> None:
    """Every request is remembered, whatever became of it."""
    server.trouble = Trouble(drop=True)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await caller("POST", "gateways/a%20b?embed=x&embed=y", json={"name": "ö"})
    server.trouble = None
    turn_clock(server, 5)
    await Caller(session, server)("GET", "nothing")
    assert list(server.requests) == [
        RecordedRequest(
            method="POST",
            path="/gateways/a b",
            query=(("embed", "x"), ("embed", "y")),
            at=NOW,
            user=LOGIN,
            body='{"name": "\\u00f6"}',
        ),
        RecordedRequest(
            method="GET", path="/nothing", query=(), at=NOW + 5, user=None, body=""
        ),
    ]


# The handles of tests and demos


async def test_sample(server: ThingplusSimulator) -> None:
    """The sample has sensors of different types; its statuses may run out."""
    assert server.gateways[GATEWAY].is_on(NOW_MS)
    other = ThingplusSimulator(server.clock)
    sample = sample_world(other, valid=450)
    assert list(sample.sensors) == [
        *("temperature", "humidity", "light", "soilMoisture", "accelerometer"),
        *("door", "powerControllerState", "location", "powerSwitch", "rgbLed"),
    ]
    assert sample.gateway.valid_seconds == 450
    for thing in (sample.gateway, *sample.sensors.values()):
        assert (thing.is_on(NOW_MS + 449_999), thing.is_on(NOW_MS + 450_000)) == (
            *(True, False),
        )
    assert sample.sensors["powerSwitch"].points == []
    with pytest.raises(KeyError):
        other.report_status(sample.climate.id)


async def test_changes_of_the_world(caller: Caller, server: ThingplusSimulator) -> None:
    """Things get other names, other intervals, and go away."""
    climate, door = f"{GATEWAY}-climate", sensor_id("door")
    turn_clock(server, 1)
    server.rename(GATEWAY, "House")
    server.rename(climate, "Air")
    server.rename(door, "Gate")
    server.set_report_interval(GATEWAY, 60_000)
    [gateway] = await caller.get("gateways?embed=devices&embed=sensors")
    assert (gateway["name"], gateway["reportInterval"]) == ("House", "60000")
    assert gateway["mtime"] == str(NOW_MS + 1000)
    assert gateway["devices"][0]["name"] == "Air"
    server.remove(climate)
    server.remove(door)
    assert await caller.ids(f"gateways/{GATEWAY}/sensors") == [
        sensor_id(kind)
        for kind in ("powerControllerState", "location", "powerSwitch", "rgbLed")
    ]
    server.remove(GATEWAY)
    assert await caller.ids("gateways") == []
    with pytest.raises(KeyError):
        server.remove(GATEWAY)


async def test_clock_is_the_computers(socket_enabled: None) -> None:
    """Without a clock of its own, a server uses the time of the day."""
    server = ThingplusSimulator()
    sample = sample_world(server)
    assert sample.sensors["door"].points[0].at_ms > 1_700_000_000_000
