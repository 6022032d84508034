"""Commands over the PubNub channel that fail, or nearly do."""

import asyncio
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.errors import (
    CannotConnectError,
    HkwhubError,
    HubOfflineError,
    KeysRefusedError,
    LinkLostError,
    MessageTooLargeError,
    NotOverPubNubError,
    RequestTimeoutError,
    UnexpectedAnswerError,
)
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub import (
    PubNubPace,
    PubNubTransport,
)
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .pubnub_world import (
    HASTY,
    HUB,
    Client,
    ScriptedHub,
    answer,
    keys_of,
    publish,
    running_client,
)


async def test_command_that_does_not_exist(client: Client, hub: ScriptedHub) -> None:
    assert type(await client.failure("playback_status")) is NotOverPubNubError
    assert hub.heard == []


async def test_silent_hub(hasty: Client, hub: ScriptedHub) -> None:
    hub.says("get_volume")
    assert type(await hasty.failure("get_volume")) is HubOfflineError
    assert "silent" in str(await hasty.failure("get_volume"))


async def test_hub_without_answer(hasty: Client, hub: ScriptedHub) -> None:
    hub.says("media_list", {"HKWHubUUID": HUB, "Event": "DeviceStateUpdated"})
    assert type(await hasty.failure("media_list")) is RequestTimeoutError


async def test_slow_command(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    hub.says("play_tts")
    hub.says("stop_play")
    pace = PubNubPace(answer=0.1, slow_answer=5)
    async with running_client(session, net, pace=pace) as client:
        assert type(await client.failure("stop_play")) is HubOfflineError
        asking = asyncio.create_task(client.call("play_tts", Text="x"))
        await asyncio.sleep(0.3)
        await publish(net, answer(hub.heard[-1]))
        assert (await asking)["Result"] is True


async def test_without_subscription(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    transport = PubNubTransport(session, keys_of(net), pace=HASTY)
    client = Client(transport)
    assert type(await client.failure("stop_play")) is CannotConnectError
    await client.up()
    await client.call("stop_play")
    await client.stop()
    assert type(await client.failure("stop_play")) is CannotConnectError
    assert len(hub.heard) == 1


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"publish_status": 503}, CannotConnectError),
        ({"publish_status": 404}, UnexpectedAnswerError),
        ({"publish_status": 413}, UnexpectedAnswerError),
        ({"garbage_publish": True}, UnexpectedAnswerError),
        ({"hang_publish": True}, RequestTimeoutError),
    ],
)
async def test_publish_fails(
    net: PubNubSimulator,
    hasty: Client,
    hub: ScriptedHub,
    trouble: dict[str, Any],
    kind: type[HkwhubError],
) -> None:
    for name, value in trouble.items():
        setattr(net.trouble, name, value)
    assert type(await hasty.failure("stop_play")) is kind
    assert hub.heard == []


async def test_keys_are_refused(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    """Subscribing works with a wrong publish key."""
    keys = keys_of(net, publish_key="pub-c-wrong")
    client = Client(PubNubTransport(session, keys, pace=HASTY))
    await client.up()
    assert type(await client.failure("stop_play")) is KeysRefusedError
    await client.stop()


async def test_publish_that_nobody_confirms(
    net: PubNubSimulator, hasty: Client, hub: ScriptedHub
) -> None:
    """The answer tells that it was published, and it is not published again."""
    net.trouble.lose_publish_answers = True
    assert (await hasty.call("play_tts", Text="x"))["Result"] is True
    assert len(hub.heard) == 1
    net.trouble.lose_publish_answers = False
    await net.wait_for_subscriber()
    net.trouble.drop = True
    assert type(await hasty.failure("stop_play")) is RequestTimeoutError
    assert len(hub.heard) == 1


async def test_network_gone_when_publishing(
    net: PubNubSimulator, hasty: Client, hub: ScriptedHub
) -> None:
    await net.stop()
    error = await hasty.failure("stop_play")
    assert isinstance(error, CannotConnectError)
    assert hub.heard == []


async def test_too_large(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    await client.call("play_tts", Text="x" * 30_000)
    with pytest.raises(MessageTooLargeError, match=r"^play_tts: too large"):
        await client.call("play_tts", Text="x" * 31_000)
    with pytest.raises(MessageTooLargeError):
        await client.call("play_tts", Text="ü" * 6_000)
    assert len(hub.heard) == 1
    assert sum(each.service == "publish" for each in net.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (413, MessageTooLargeError),
        (400, MessageTooLargeError),
        (409, UnexpectedAnswerError),
    ],
)
async def test_too_large_for_pubnub(
    net: PubNubSimulator,
    client: Client,
    hub: ScriptedHub,
    status: int,
    kind: type[HkwhubError],
) -> None:
    net.knobs.message_limit = 200
    net.knobs.too_large_status = status
    assert type(await client.failure("stop_play")) is kind


async def test_lost_while_waiting(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    """The answer of a hub comes over the next subscription."""
    hub.says("stop_play")
    asking = asyncio.create_task(client.call("stop_play"))
    await until(lambda: hub.heard)
    net.trouble.http_status = 503
    net.drop_subscribers()
    await client.ended()
    await publish(net, answer(hub.heard[0]))
    net.trouble.http_status = None
    await client.up()
    assert (await asking)["Result"] is True
    assert client.messages == []


async def test_lost_for_good_while_waiting(
    net: PubNubSimulator, hasty: Client, hub: ScriptedHub
) -> None:
    hub.says("stop_play")
    asking = asyncio.create_task(hasty.failure("stop_play"))
    await until(lambda: hub.heard)
    net.trouble.http_status = 503
    net.drop_subscribers()
    await hasty.ended()
    assert type(await asking) is LinkLostError


async def test_end_while_waiting(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    hub.says("play_tts")
    asking = asyncio.create_task(client.failure("play_tts"))
    await until(lambda: hub.heard)
    await client.stop()
    async with asyncio.timeout(0.3):
        assert type(await asking) is LinkLostError


async def test_caller_is_cancelled(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    hub.says("play_tts")
    asking = asyncio.create_task(client.call("play_tts", Text="x"))
    await until(lambda: hub.heard)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await publish(net, answer(hub.heard[0]))
    assert (await client.call("stop_play"))["ResponseOf"] == "stop_play"
    assert client.messages == []
