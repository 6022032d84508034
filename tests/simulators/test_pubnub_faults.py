"""The simulated PubNub network notes what a wrong client does."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.simulators.pubnub import PubNubSimulator

from .pubnub_client import CHANNEL, PUBLISH_KEY, SUBSCRIBE_KEY, RawPubNubClient

V2 = f"/v2/subscribe/{SUBSCRIBE_KEY}/{CHANNEL}/0"


@pytest.fixture
async def net(socket_enabled: None) -> AsyncIterator[PubNubSimulator]:
    """A running network that holds nothing for long."""
    network = PubNubSimulator(hold=0.5)
    network.add_keys(PUBLISH_KEY, SUBSCRIBE_KEY)
    await network.start()
    yield network
    await network.stop()


@pytest.fixture
async def client(
    session: aiohttp.ClientSession, net: PubNubSimulator
) -> RawPubNubClient:
    """A client that can do wrong."""
    return RawPubNubClient(session, net.url)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (f"{V2}?tt=0", "subscribe: without uuid"),
        (f"{V2}?tt=1700000000&tr=1&uuid=a", "subscribe: timetoken that is not"),
        (f"{V2}?tt=abc&tr=1&uuid=a", "subscribe: timetoken that is not"),
        (f"{V2}?tt=1.7e16&tr=1&uuid=a", "subscribe: timetoken that is not"),
        (f"{V2}?tt=99999999999999999&tr=1&uuid=a", "subscribe: timetoken of the"),
        ("/v3/subscribe", "GET: there is no such service"),
        (
            f"/publish/{PUBLISH_KEY}/{SUBSCRIBE_KEY}/0/{CHANNEL}/0/1?uuid=a",
            "publish: without store=0",
        ),
        (
            f"/publish/{PUBLISH_KEY}/{SUBSCRIBE_KEY}/0/{CHANNEL}/0/1?store=0",
            "publish: without uuid",
        ),
        (
            f"/v2/presence/sub-key/{SUBSCRIBE_KEY}/channel/{CHANNEL}/leave",
            "leave: without uuid",
        ),
    ],
)
async def test_wrong_request(
    net: PubNubSimulator, client: RawPubNubClient, path: str, fault: str
) -> None:
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, 1)
    await client.get_text(path)
    (noted,) = net.faults
    assert noted.startswith(fault)


async def test_timetoken_without_region(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    token = await client.token()
    await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, 1)
    await client.get(f"{V2}?tt={token}&uuid=client")
    assert net.faults == ["subscribe: timetoken without its region"]


async def test_two_subscribes(net: PubNubSimulator, client: RawPubNubClient) -> None:
    token = await client.token()
    await asyncio.gather(client.subscribe(token), client.subscribe(token))
    assert net.faults == ["subscribe: twice at the same time"]


async def test_two_clients(
    session: aiohttp.ClientSession, net: PubNubSimulator, client: RawPubNubClient
) -> None:
    other = RawPubNubClient(session, net.url, uuid="other")
    token = await client.token()
    await asyncio.gather(client.subscribe(token), other.subscribe(token))
    assert net.faults == []


async def test_subscribe_again_after_giving_up(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    token = await client.token()
    first = asyncio.create_task(client.subscribe(token))
    await net.wait_for_subscriber()
    first.cancel()
    await client.subscribe(token)
    assert net.faults == []


async def test_burst(net: PubNubSimulator, client: RawPubNubClient) -> None:
    net.knobs.hold = 0
    for number in range(15):
        await client.publish(number)
    assert net.faults == []
    await client.publish(15)
    assert net.faults == ["publish: too many in a second"]


async def test_publish_after_leave(
    net: PubNubSimulator, client: RawPubNubClient
) -> None:
    await client.token()
    await client.publish(1)
    await client.presence("leave")
    assert net.faults == []
    await client.publish(2)
    assert net.faults == ["publish: after the client left"]
    await client.token()
    await client.publish(3)
    assert len(net.faults) == 1
