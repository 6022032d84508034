"""Control channels of the simulated WoTKit server."""

import asyncio
from collections.abc import AsyncIterator
import socket
import struct
from typing import Any, Final

import aiohttp
import pytest
from yarl import URL

from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import until

from .wotkit_callers import BOB, KEY, NOW, NOW_MS, Caller, running_server, turn_clock

POLL: Final = "control/sub/1234"
RAW_POLL: Final = (
    f"GET /api/{POLL} HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\n\r\n".encode()
)
GONE: Final = (404, "Could not locate this resource.", ["1234"])


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


@pytest.fixture
async def listening(ada: Caller) -> Caller:
    """The first user, who listens to the actuator."""
    answer = await ada("POST", "control/sub/ada.lovelace.lamp_post/")
    assert answer == (200, {"subscription": 1234})
    return ada


async def begin_poll(
    caller: Caller, server: WotkitServer, wait: int = 20
) -> asyncio.Task[tuple[int, Any]]:
    """Return a poll that has reached the server."""
    before = len(server.requests)
    poll = asyncio.create_task(caller("GET", f"{POLL}?wait={wait}"))
    await until(lambda: len(server.requests) > before)
    await asyncio.sleep(0)
    return poll


async def test_message_ends_a_poll(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A message is there as soon as it is sent, with its types."""
    poll = await begin_poll(listening, server)
    await server.send_message(lamp, {"button": "on", "slider": 15})
    assert await poll == (200, [{"button": "on", "slider": 15}])
    assert await listening.get(f"{POLL}?wait=0") == []
    assert server.faults == []


async def test_messages_wait(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """What is sent between polls comes at once, in order."""
    for number in range(3):
        await server.send_message(lamp, {"slider": number})
    sent = [{"slider": 0}, {"slider": 1}, {"slider": 2}]
    assert await listening.get(f"{POLL}?wait=20") == sent
    assert server.messages_sent == 3


@pytest.mark.parametrize(("query", "seconds"), [("", 10), ("?wait=20", 20)])
async def test_wait_is_over(
    listening: Caller, server: WotkitServer, query: str, seconds: int
) -> None:
    """Without messages, the answer is empty when the wait is over."""
    server.wait_scale = 0.002
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await listening.get(f"{POLL}{query}") == []
    assert loop.time() - began >= seconds * server.wait_scale * 0.9


async def test_wait_is_too_long(listening: Caller, server: WotkitServer) -> None:
    """A longer wait than 20 s is cut, and a fault."""
    server.wait_scale = 0
    assert await listening.get(f"{POLL}?wait=21") == []
    assert server.faults == [f"GET {POLL}: wait is more than 20"]
    expected = (400, "Object has validation errors", ["wait"])
    assert await listening.refusal("GET", f"{POLL}?wait=x") == expected


@pytest.mark.parametrize(
    ("query", "form", "message"),
    [
        ("", {"button": "on", "slider": "5"}, {"button": "on", "slider": "5"}),
        ("?button=on&slider=5", None, {"button": "on", "slider": "5"}),
        ("?button=on", {"message": "a b+c&d"}, {"button": "on", "message": "a b+c&d"}),
        ("", None, {}),
    ],
    ids=["form", "query", "both", "nothing"],
)
async def test_send(
    listening: Caller,
    server: WotkitServer,
    query: str,
    form: dict[str, str] | None,
    message: dict[str, str],
) -> None:
    """Messages are in the form or the query; all values are texts."""
    path = f"sensors/lamp_post/message{query}"
    assert await listening("POST", path, data=form) == (200, "")
    assert await listening.get(f"{POLL}?wait=20") == [message]
    sent = server.messages[-1]
    assert (sent.sensor, sent.message) == ("ada.lovelace.lamp_post", message)
    assert (sent.user, sent.at) == ("ada.lovelace", NOW)
    assert server.faults == []


async def test_send_json(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A message is no JSON."""
    path = "sensors/lamp_post/message"
    assert (await listening("POST", path, json={"button": "on"}))[0] == 415
    assert server.faults == [f"POST {path}: the body is application/json"]
    assert server.messages_sent == 0


async def test_anybody_sends_to_a_public_sensor(
    session: aiohttp.ClientSession,
    listening: Caller,
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """This is why actuators should be private."""
    lamp.visibility = "PUBLIC"
    anybody = Caller(session, server)
    path = "sensors/ada.lovelace.lamp_post/message"
    assert await anybody("POST", path, data={"button": "on"}) == (200, "")
    assert await listening.get(POLL) == [{"button": "on"}]
    assert server.messages[-1].user is None


async def test_two_listeners(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """Each listener has a queue, from the time when it subscribed."""
    await server.send_message(lamp, {"button": "on"})
    answer = await listening("POST", "control/sub/lamp_post")
    assert answer == (200, {"subscription": 1235})
    await server.send_message(lamp, {"button": "off"})
    assert await listening.get(POLL) == [{"button": "on"}, {"button": "off"}]
    assert await listening.get("control/sub/1235") == [{"button": "off"}]


async def test_nobody_listens(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """Messages to other sensors are not heard."""
    await server.send_message(server.sensors[1], {"button": "on"})
    assert await listening.get(f"{POLL}?wait=0") == []


@pytest.mark.parametrize("number", ["1235", "x"])
async def test_unknown_subscription(listening: Caller, number: str) -> None:
    """A subscription that never was is not located."""
    expected = (404, "Could not locate this resource.", [number])
    assert await listening.refusal("GET", f"control/sub/{number}") == expected


async def test_subscription_of_others(
    session: aiohttp.ClientSession, listening: Caller, server: WotkitServer
) -> None:
    """Nobody listens with somebody else's number."""
    assert await Caller(session, server, BOB).refusal("GET", POLL) == GONE


async def test_idle_subscription(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A subscription lives for five minutes after each poll."""
    turn_clock(server, 300)
    assert await listening.get(f"{POLL}?wait=0") == []
    assert server.control.listeners == 1
    turn_clock(server, 301)
    await server.send_message(lamp, {"button": "on"})
    assert server.control.listeners == 0
    assert await listening.refusal("GET", POLL) == GONE


async def test_poll_keeps_a_subscription(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A subscription is not idle while a poll waits, however long that takes."""
    server.subscription_life = 10
    assert server.subscription_life == 10
    poll = await begin_poll(listening, server)
    turn_clock(server, 100)
    await server.send_message(lamp, {"button": "on"})
    assert await poll == (200, [{"button": "on"}])


async def test_drop_subscriptions(listening: Caller, server: WotkitServer) -> None:
    """A server may drop subscriptions while they are polled."""
    poll = await begin_poll(listening, server)
    server.drop_subscriptions()
    status, _ = await poll
    assert status == 404
    assert await listening.refusal("GET", POLL) == GONE


async def test_messages_survive_a_cut_poll(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A client that is gone takes no message with it."""
    poll = await begin_poll(listening, server)
    poll.cancel()
    await asyncio.wait([poll])
    await asyncio.sleep(0.02)
    await server.send_message(lamp, {"button": "on"})
    await asyncio.sleep(0.02)
    assert await listening.get(f"{POLL}?wait=0") == [{"button": "on"}]
    assert await listening.get(f"{POLL}?wait=0") == []


async def test_messages_survive_a_half_written_answer(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """An answer whose client goes while it is written has carried nothing."""
    for _ in range(1000):
        await server.send_message(lamp, {"message": "x" * 20_000})
    address = URL(server.url)
    reader, writer = await asyncio.open_connection(address.host, address.port, limit=1)
    writer.write(RAW_POLL)
    assert await reader.readexactly(12) == b"HTTP/1.1 200"
    writer.transport.abort()
    await asyncio.sleep(0.05)
    assert len(await listening.get(f"{POLL}?wait=0")) == 1000
    assert await listening.get(f"{POLL}?wait=0") == []


async def test_messages_survive_a_reset(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A client that went a moment before the answer is noticed as it is written."""
    address = URL(server.url)
    with socket.create_connection((address.host, address.port)) as raw:
        raw.sendall(RAW_POLL)
        await until(lambda: server.requests[-1].method == "GET")
        # Closes with a reset
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await server.send_message(lamp, {"button": "on"})
    await asyncio.sleep(0.02)
    assert await listening.get(f"{POLL}?wait=0") == [{"button": "on"}]


async def test_messages_survive_a_lost_answer(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """An answer that was not written out has carried nothing."""
    await server.send_message(lamp, {"button": "on"})
    server.trouble = Trouble(drop_after=True, path="control/sub")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await listening("GET", f"{POLL}?wait=0")
    server.trouble = None
    assert await listening.get(f"{POLL}?wait=0") == [{"button": "on"}]


async def test_messages_survive_a_restart(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """A server that stops closes the poll, and remembers what waits."""
    poll = await begin_poll(listening, server)
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await poll
    await server.send_message(lamp, {"button": "on"})
    await server.start()
    assert await listening.get(f"{POLL}?wait=20") == [{"button": "on"}]


async def test_newer_poll_ends_an_older_one(
    listening: Caller, server: WotkitServer, lamp: SimulatedSensor
) -> None:
    """Two polls do not get the same message."""
    older = await begin_poll(listening, server)
    newer = await begin_poll(listening, server)
    assert await older == (200, [])
    await server.send_message(lamp, {"button": "on"})
    assert await newer == (200, [{"button": "on"}])


@pytest.mark.parametrize(
    ("updates", "expected"),
    [(True, "2012-12-12T03:34:28.000Z"), (False, "1970-01-01T00:00:00.000Z")],
)
async def test_polling_updates(
    listening: Caller, server: WotkitServer, updates: bool, expected: str
) -> None:
    """Polls move the time of the sensor's last update, but not its fields'."""
    server.polling_updates = updates
    await listening.get(f"{POLL}?wait=0")
    shown = await listening.get("sensors/lamp_post")
    assert shown["lastUpdate"] == expected
    assert "lastUpdate" not in shown["fields"][0]


async def test_older_version(listening: Caller, lamp: SimulatedSensor) -> None:
    """Both addresses of the first version serve one subscription."""
    assert lamp.updated_ms < NOW_MS
    assert await listening.get(f"v1/{POLL}?wait=0") == []
