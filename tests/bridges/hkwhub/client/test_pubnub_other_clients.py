"""Others on the PubNub channel do not confuse commands and answers."""

import asyncio

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.errors import HubOfflineError
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .pubnub_world import (
    HUB,
    TOKEN,
    Client,
    ScriptedHub,
    answer,
    publish,
    running_client,
)


async def test_noise_around_an_answer(client: Client, hub: ScriptedHub) -> None:
    event = {"HKWHubUUID": HUB, "Envet": "PlaybackTimeChanged", "PlaybackTime": 3}
    other_command = {"HKWHubUUID": HUB, "ResponseOf": "is_playing", "Result": True}
    good = {"ResponseOf": "get_volume", "SesssionToken": TOKEN, "Volume": 7}
    hub.says(
        "get_volume",
        "Hello from HKWHubApp",
        5,
        [],
        {},
        good | {"HKWHubUUID": "ANOTHER", "Volume": 1},
        good | {"SesssionToken": "PubNub-77", "Volume": 2},
        event,
        other_command,
        good | {"HKWHubUUID": HUB},
        good | {"HKWHubUUID": HUB, "Volume": 3},
    )
    got = await client.call("get_volume")
    assert got["Volume"] == 7
    await until(lambda: len(client.messages) == 4)
    assert client.messages == [
        {},
        good | {"SesssionToken": "PubNub-77", "Volume": 2},
        event,
        other_command,
    ]


async def test_another_client_asks_the_same(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    """Both ask for a session: the second one's token is the second answer's."""
    hub.says("init_session")
    asking = asyncio.create_task(client.call("init_session", None))
    first = {"Command": "init_session"}
    await publish(net, first, uuid="another client")
    await until(lambda: len(hub.heard) == 2)
    order = [item.publisher == "another client" for item in net.published]
    tokens = {True: "PubNub-1", False: "PubNub-2"}
    await publish(
        net,
        *(answer(first, SessionToken=tokens[foreign]) for foreign in order),
    )
    assert (await asking)["SessionToken"] == "PubNub-2"
    foreign_answer = answer(first, SessionToken="PubNub-1")
    await until(lambda: foreign_answer in client.messages or not order[0])
    assert answer(first, SessionToken="PubNub-2") not in client.messages


async def test_another_client_asked_before(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    command = {"Command": "init_session"}
    hub.says("init_session")
    await publish(net, command, uuid="another client")
    await until(lambda: client.messages)
    foreign = answer(command, SessionToken="PubNub-1")
    ours = answer(command, SessionToken="PubNub-2")
    hub.says("init_session", foreign, ours)
    assert await client.call("init_session", None) == ours
    assert client.messages == [command, foreign]


async def test_another_client_asked_and_got_no_answer(
    net: PubNubSimulator, hasty: Client, hub: ScriptedHub
) -> None:
    """There is one answer: better late than never."""
    command = {"Command": "init_session"}
    hub.says("init_session")
    await publish(net, command, uuid="another client")
    await until(lambda: hasty.messages)
    hub.says("init_session", answer(command))
    assert await hasty.call("init_session", None) == answer(command)


async def test_another_client_got_its_answer(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    command = {"Command": "set_party_mode", "SessionToken": "PubNub-1"}
    reply = {"HKWHubUUID": HUB, "ResponseOf": "set_party_mode", "Result": True}
    hub.says("set_party_mode", reply)
    await publish(net, command, uuid="another client")
    await until(lambda: reply in client.messages)
    assert await client.call("set_party_mode") == reply
    assert client.messages == [command, reply]


async def test_another_clients_answer_with_its_session(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    command = {"Command": "stop_play", "SessionToken": "PubNub-1"}
    hub.says("stop_play")
    await publish(net, command, uuid="another client")
    await until(lambda: client.messages)
    foreign, ours = answer(command), {"ResponseOf": "stop_play", "Result": True}
    hub.says("stop_play", foreign, ours)
    assert await client.call("stop_play") == ours


async def test_token_that_became_another_clients(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    """A hub whose app was restarted counts its sessions from the start."""
    await client.call("stop_play")
    command = {"Command": "pause_play", "SessionToken": TOKEN, "HKWHubUUID": HUB}
    await publish(net, command, uuid="another client")
    await until(lambda: len(client.messages) == 2)
    assert client.messages == [command, answer(command)]


async def test_hidden_publishers(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    """PubNub need not tell who has published a message."""
    net.knobs.publishers_hidden = True
    async with running_client(session, net) as client:
        assert (await client.call("stop_play"))["Result"] is True
        assert client.messages == []
        await publish(net, {"Command": "pause_play"})
        await until(lambda: client.messages)


async def test_shared_session(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    """Two clients on one channel, for example while a form is filled in."""
    async with (
        running_client(session, net, hub_uuid=None) as one,
        running_client(session, net) as two,
    ):
        await one.call("stop_play", "PubNub-1")
        await two.call("stop_play", "PubNub-2")
        await until(lambda: len(one.messages) == len(two.messages) == 2)
        assert [each["SessionToken"] for each in one.messages] == ["PubNub-2"] * 2
        assert [each["SessionToken"] for each in two.messages] == ["PubNub-1"] * 2
    assert net.faults == []


async def test_other_clients_are_no_sign_of_the_hub(
    hasty: Client, hub: ScriptedHub
) -> None:
    hub.says("stop_play")
    hub.says("get_volume", {"Command": "stop_play", "HKWHubUUID": HUB}, "text")
    assert type(await hasty.failure("get_volume")) is HubOfflineError


async def test_late_answer_is_not_delivered(
    net: PubNubSimulator, hasty: Client, hub: ScriptedHub
) -> None:
    hub.says("stop_play")
    await hasty.failure("stop_play")
    late = answer({"Command": "stop_play", "SessionToken": TOKEN})
    await publish(net, late, {"Event": "x"})
    await until(lambda: hasty.messages)
    assert hasty.messages == [{"Event": "x"}]


@pytest.mark.parametrize("echoes", [0, 1])
async def test_old_answer_after_an_outage(
    net: PubNubSimulator, client: Client, hub: ScriptedHub, echoes: int
) -> None:
    """What stands before the command is not about it, though it looks the same.

    It is about an equal command that was given up before the outage, and whose echo
    may have come too late as well.
    """
    hub.says("get_volume")
    asking = asyncio.create_task(client.call("get_volume"))
    await until(lambda: hub.heard)
    asking.cancel()
    net.trouble.http_status = 503
    net.drop_subscribers()
    await client.ended()
    uuid = net.requests[0].query["uuid"]
    await publish(net, *hub.heard[:1] * echoes, uuid=uuid)
    await publish(net, answer(hub.heard[0], Volume=1), {"Event": "x"})
    net.trouble.http_status = None
    hub.says("get_volume", answer(hub.heard[0], Volume=2))
    await client.up()
    assert (await client.call("get_volume"))["Volume"] == 2
    assert client.messages == [{"Event": "x"}]
