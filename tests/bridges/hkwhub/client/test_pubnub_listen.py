"""What comes over the PubNub channel is delivered once, in order, and nothing lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.errors import (
    CannotConnectError,
    HkwhubError,
    KeysRefusedError,
    LinkLostError,
    RequestTimeoutError,
    UnexpectedAnswerError,
)
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub import (
    PubNubPace,
    PubNubTransport,
)
from custom_components.iot_bridge.link import BackoffPolicy, PersistentLink
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .pubnub_world import (
    HASTY,
    HUB,
    OTHER_HUB,
    Client,
    keys_of,
    publish,
    running_client,
    running_network,
)


@pytest.fixture
async def net(socket_enabled: None) -> AsyncIterator[PubNubSimulator]:
    """A network that knows the keys."""
    async with running_network() as network:
        yield network


@pytest.fixture
async def client(session: ClientSession, net: PubNubSimulator) -> AsyncIterator[Client]:
    """A client that listens."""
    async with running_client(session, net) as listening:
        yield listening


def time_event(seconds: int, **more: Any) -> dict[str, Any]:
    """Return an event of the hub."""
    event = {"Envet": "PlaybackTimeChanged", "PlaybackTime": seconds}
    return {"HKWHubUUID": HUB, **event, **more}


async def until_count(messages: list[Any], count: int) -> None:
    """Wait until so many messages came."""
    await until(lambda: len(messages) >= count)


async def failure_to_listen(
    session: ClientSession, net: PubNubSimulator, **changes: str
) -> BaseException | None:
    """Return why a client cannot listen."""
    transport = PubNubTransport(session, keys_of(net, **changes), pace=HASTY)
    client = Client(transport)
    client.start()
    error = await client.ended()
    assert client.ups == 0
    return error


async def test_messages(net: PubNubSimulator, client: Client) -> None:
    assert client.transport.pushes is True
    sent = [time_event(second) for second in range(30)]
    await publish(net, *sent)
    await until(lambda: len(client.messages) == 30)
    await publish(net, time_event(30))
    await until(lambda: len(client.messages) == 31)
    assert client.messages == [*sent, time_event(30)]
    assert net.faults == []


async def test_what_is_delivered(net: PubNubSimulator, client: Client) -> None:
    foreign = {"Command": "stop_play", "HKWHubUUID": HUB, "SesssionToken": "PubNub-7"}
    reply = {"HKWHubUUID": HUB, "ResponseOf": "stop_play", "SessionToken": "PubNub-7"}
    without_hub = {"Command": "init_session"}
    last = {"Event": "DeviceStateUpdated", "Reason": "DeviceAvailable"}
    await publish(
        net,
        "Hello from HKWHubApp",
        7,
        None,
        [foreign],
        foreign,
        time_event(1, HKWHubUUID=OTHER_HUB),
        foreign | {"HKWHubUUID": OTHER_HUB},
        reply,
        {"HKWHubUUID": HUB, "ResponseOf": ["odd"]},
        without_hub,
        last,
    )
    await until(lambda: last in client.messages)
    assert client.messages == [
        foreign,
        reply,
        {"HKWHubUUID": HUB, "ResponseOf": ["odd"]},
        without_hub,
        last,
    ]


async def test_all_hubs_until_one_is_known(
    session: ClientSession, net: PubNubSimulator
) -> None:
    async with running_client(session, net, hub_uuid=None) as client:
        events = [time_event(1), time_event(2, HKWHubUUID=OTHER_HUB)]
        await publish(net, *events)
        await until(lambda: len(client.messages) == 2)
        client.transport.hub_uuid = OTHER_HUB
        await publish(net, *events)
        await until(lambda: len(client.messages) == 3)
    assert client.messages == [*events, events[1]]


async def test_a_listener_that_fails(
    session: ClientSession, net: PubNubSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[object] = []

    def listen(message: Any) -> None:
        heard.append(10 / message["PlaybackTime"])

    transport = PubNubTransport(session, keys_of(net), pace=HASTY)
    ups: list[bool] = []
    task = asyncio.create_task(transport.listen(lambda: ups.append(True), listen))
    await until(lambda: ups)
    await publish(net, time_event(0), time_event(5))
    await until(lambda: heard)
    assert heard == [2]
    assert "could not be taken" in caplog.text
    task.cancel()


def _subscribe_503(net: PubNubSimulator) -> None:
    net.trouble.subscribe_status = 503


def _all_503(net: PubNubSimulator) -> None:
    net.trouble.http_status = 503


def _garbage(net: PubNubSimulator) -> None:
    net.trouble.garbage = True


def _cut(net: PubNubSimulator) -> None:
    net.trouble.drop = True


def _half(net: PubNubSimulator) -> None:
    net.trouble.half_answers = True


def _hang(net: PubNubSimulator) -> None:
    net.trouble.hang = True


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (_subscribe_503, CannotConnectError),
        (_all_503, CannotConnectError),
        (_garbage, UnexpectedAnswerError),
        (_cut, LinkLostError),
        (_half, LinkLostError),
        (_hang, RequestTimeoutError),
    ],
)
async def test_trouble(
    session: ClientSession,
    net: PubNubSimulator,
    cause: Callable[[PubNubSimulator], None],
    kind: type[HkwhubError],
) -> None:
    cause(net)
    assert type(await failure_to_listen(session, net)) is kind


async def test_no_network(session: ClientSession, net: PubNubSimulator) -> None:
    await net.stop()
    error = await failure_to_listen(session, net)
    assert type(error) is CannotConnectError
    assert str(error) == "subscribe: ClientConnectorError"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, UnexpectedAnswerError),
        (403, UnexpectedAnswerError),
        (404, UnexpectedAnswerError),
        (302, UnexpectedAnswerError),
        (429, CannotConnectError),
        (500, CannotConnectError),
    ],
)
async def test_somebody_else_answers(
    session: ClientSession, net: PubNubSimulator, status: int, kind: type[HkwhubError]
) -> None:
    """A proxy that refuses says nothing about the keys."""
    net.trouble.http_status = status
    assert type(await failure_to_listen(session, net)) is kind


@pytest.mark.parametrize("access_manager", [True, False])
async def test_keys_are_refused(
    session: ClientSession, net: PubNubSimulator, access_manager: bool
) -> None:
    net.refuse_keys(access_manager=access_manager)
    assert type(await failure_to_listen(session, net)) is KeysRefusedError


async def test_wrong_subscribe_key(
    session: ClientSession, net: PubNubSimulator
) -> None:
    error = await failure_to_listen(session, net, subscribe_key="sub/c wrong?")
    assert type(error) is KeysRefusedError


async def test_keys_are_refused_later(net: PubNubSimulator, client: Client) -> None:
    await net.wait_for_subscriber()
    net.refuse_keys()
    assert type(await client.ended()) is KeysRefusedError


async def test_loss_and_return(net: PubNubSimulator, client: Client) -> None:
    """Whatever is published while the subscription is lost is delivered once."""
    await publish(net, time_event(1))
    await until(lambda: client.messages)
    net.trouble.http_status = 503
    net.drop_subscribers()
    assert type(await client.ended()) is CannotConnectError
    await publish(net, time_event(2), time_event(3))
    client.start()
    assert type(await client.ended()) is CannotConnectError
    net.trouble.http_status = None
    await publish(net, time_event(4))
    await client.up()
    await publish(net, time_event(5))
    await until(lambda: len(client.messages) >= 5)
    await asyncio.sleep(0.05)
    assert client.messages == [time_event(second) for second in range(1, 6)]
    assert client.ups == 2
    assert net.faults == []


async def test_answer_that_breaks_off(net: PubNubSimulator, client: Client) -> None:
    await net.wait_for_subscriber()
    net.trouble.half_answers = True
    await publish(net, time_event(1))
    assert type(await client.ended()) is LinkLostError
    assert client.messages == []
    net.trouble.half_answers = False
    await client.up()
    await until(lambda: client.messages)
    assert client.messages == [time_event(1)]


async def test_stretch_without_network(
    session: ClientSession, net: PubNubSimulator
) -> None:
    """With the link that the integration uses, over two restarts and some errors."""
    messages: list[Any] = []
    downs: list[Exception | None] = []
    transport = PubNubTransport(session, keys_of(net), hub_uuid=HUB, pace=HASTY)

    link = PersistentLink(
        lambda on_up: transport.listen(on_up, messages.append),
        stop_on=KeysRefusedError,
        on_up=lambda: None,
        on_down=downs.append,
        policy=BackoffPolicy(first=0.02, longest=0.05),
    )
    task = asyncio.create_task(link.run())
    await net.wait_for_subscriber()
    second = 0
    for _ in range(2):
        port = net.port
        await net.stop()
        for _ in range(20):
            second += 1
            await publish(net, time_event(second))
            await asyncio.sleep(0.01)
        net.trouble.subscribe_status = 503
        await net.start(port)
        await asyncio.sleep(0.1)
        net.trouble.subscribe_status = None
        for _ in range(5):
            second += 1
            await publish(net, time_event(second))
        await until_count(messages, second)
        await net.wait_for_subscriber()
    await asyncio.sleep(0.05)
    assert messages == [time_event(number) for number in range(1, 51)]
    assert {type(error) for error in downs} == {CannotConnectError}
    assert net.faults == []
    net.refuse_keys()
    with pytest.raises(KeysRefusedError):
        await task


async def test_silence_is_looked_at(
    session: ClientSession, net: PubNubSimulator
) -> None:
    """A long poll without an answer may stand on a dead connection."""
    async with running_client(
        session, net, pace=PubNubPace(poll=0.15, request=0.6)
    ) as client:
        await until(lambda: len(net.requests) >= 6)
        assert [request.query["tt"] == "0" for request in net.requests[:6]] == [
            True,
            False,
            True,
            False,
            True,
            False,
        ]
        await publish(net, time_event(1))
        await until(lambda: client.messages)
        assert client.messages == [time_event(1)]
        assert net.faults == []
        net.trouble.hang = True
        assert type(await client.ended()) is RequestTimeoutError


async def test_quick_empty_answers(net: PubNubSimulator, client: Client) -> None:
    net.knobs.hold = 0
    net.drop_subscribers()
    await asyncio.sleep(0.3)
    await publish(net, time_event(1))
    await until(lambda: client.messages)
    assert len(net.requests) < 8


async def test_requests(net: PubNubSimulator, client: Client) -> None:
    await net.wait_for_subscriber()
    first, second = net.requests
    assert "hkwhub%2Fchannel%20%C3%A4/0" in first.path
    assert first.query["tt"] == "0"
    assert "tr" not in first.query
    assert len(second.query["tt"]) == 17
    assert second.query["tr"] == "1"
    assert first.query["uuid"] == second.query["uuid"]


async def test_end_without_delay(session: ClientSession, net: PubNubSimulator) -> None:
    before = asyncio.all_tasks()
    async with running_client(session, net) as client:
        await net.wait_for_subscriber()
        assert client.task is not None
        client.task.cancel()
        # The request ends with its connection, there is nothing to wait for.
        await asyncio.wait([client.task], timeout=0.5)
        assert client.task.cancelled()
        asked = len(net.requests)
        await until(lambda: net.subscribers == 0)
        assert len(net.requests) == asked
    left = {task for task in asyncio.all_tasks() - before if "hkwhub" in repr(task)}
    assert left == set()
    assert not session.closed
