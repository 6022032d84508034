"""Commands over the PubNub channel and their answers."""

import asyncio
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.commands import COMMANDS
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub import PubNubPace
from tests.simulators.pubnub import PubNubSimulator

from .pubnub_world import HUB, TOKEN, Client, ScriptedHub, answer, running_client


async def test_first_session(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    async with running_client(session, net, hub_uuid=None) as client:
        before = client.transport.hub_uuid
        got = await client.call("init_session", None)
        assert got == {
            "HKWHubUUID": HUB,
            "SessionToken": TOKEN,
            "ResponseOf": "init_session",
        }
        assert (before, client.transport.hub_uuid) == (None, HUB)
        await client.call("device_list")
    assert client.messages == []
    assert hub.heard == [
        {"Command": "init_session"},
        {
            "Command": "device_list",
            "HKWHubUUID": HUB,
            "SessionToken": TOKEN,
            "SesssionToken": TOKEN,
        },
    ]
    assert net.faults == []


@pytest.mark.parametrize(
    ("params", "sent"),
    [
        ({"DeviceID": "92466638829744"}, {"DeviceID": "92466638829744"}),
        ({"PersistentID": "17387446959931482519"}, None),
        ({"Volume": "30", "DeviceID": "1"}, {"Volume": 30, "DeviceID": "1"}),
        ({"Priority": "200", "Text": "7"}, {"Priority": 200, "Text": "7"}),
        ({"Volume": "-1"}, None),
        ({"Text": 'Hello "World" / 50 % + \u2028 ü & ?'}, None),
    ],
)
async def test_parameters(
    client: Client,
    hub: ScriptedHub,
    params: dict[str, str],
    sent: dict[str, Any] | None,
) -> None:
    await client.call("play_tts", **params)
    (heard,) = hub.heard
    envelope = {"Command", "HKWHubUUID", "SessionToken", "SesssionToken"}
    got = {name: value for name, value in heard.items() if name not in envelope}
    assert got == (sent or params)


async def test_how_it_is_published(
    net: PubNubSimulator, client: Client, hub: ScriptedHub
) -> None:
    await net.wait_for_subscriber()
    await client.call("stop_play")
    (request,) = (each for each in net.requests if each.service == "publish")
    assert request.method == "POST"
    assert request.query["store"] == "0"
    assert request.query["uuid"] == net.requests[0].query["uuid"]
    assert "stop_play" not in request.path


@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c.over_pubnub])
async def test_every_command(client: Client, hub: ScriptedHub, command: Any) -> None:
    got = await client.call(command.name)
    assert got["ResponseOf"] == command.name
    assert client.messages == []


@pytest.mark.parametrize(
    "reply",
    [
        {"SessionToken": TOKEN, "HKWHubUUID": HUB, "Result": True},
        {"SessionToken": TOKEN, "HKWHubUUID": HUB, "Result": "true"},
        {"SesssionToken": TOKEN, "HKWHubUUID": HUB, "Result": True},
        {"HKWHubUUID": HUB, "Result": True},
        {"HKWHubUUID": HUB, "SessionToken": "", "Result": False},
        {"Result": "false"},
    ],
)
async def test_forms_of_answers(
    client: Client, hub: ScriptedHub, reply: dict[str, Any]
) -> None:
    reply = {"ResponseOf": "set_party_mode", **reply}
    hub.says("set_party_mode", reply)
    assert await client.call("set_party_mode") == reply


async def test_speaker_answered_as_list(client: Client, hub: ScriptedHub) -> None:
    """The documents print the answer to `device_info` with another name."""
    envelope = {"HKWHubUUID": HUB, "ResponseOf": "device_list", "SessionToken": TOKEN}
    all_of_them = envelope | {"DeviceList": [{"DeviceID": "1"}]}
    other, right = envelope | {"DeviceID": 2}, envelope | {"DeviceID": "1"}
    hub.says("device_info", all_of_them, other, right)
    assert await client.call("device_info", DeviceID="1") == right
    hub.says("device_list", other, all_of_them)
    assert await client.call("device_list") == all_of_them
    plain = envelope | {"ResponseOf": "device_info", "DeviceID": 1}
    hub.says("device_info", plain)
    assert await client.call("device_info", DeviceID="1") == plain


@pytest.mark.parametrize(
    "reply",
    [
        {"Error": "SessionNotFound"},
        {"Result": "false", "Reason": "SessionNotFound"},
        {"error": {"message": "SessionNotFound"}},
        {"HKWHubUUID": HUB, "SessionToken": TOKEN, "ErrorMessage": "SessionNotFound"},
    ],
)
async def test_unknown_session_without_a_name(
    client: Client, hub: ScriptedHub, reply: dict[str, Any]
) -> None:
    """What it looks like is documented nowhere."""
    event = {"Event": "SessionNotFound"}
    hub.says("stop_play", event, reply)
    assert await client.call("stop_play") == reply
    assert client.messages == [event]


async def test_one_at_a_time(client: Client, hub: ScriptedHub) -> None:
    seen: list[int] = []

    def script(message: Any) -> list[Any]:
        seen.append(len(hub.heard))
        return [answer(message, Number=len(hub.heard))]

    hub.scripts["is_playing"] = script
    answers = await asyncio.gather(*(client.call("is_playing") for _ in range(10)))
    assert [got["Number"] for got in answers] == list(range(1, 11))


async def test_pace(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> None:
    net.knobs.publishes_per_second = 4
    async with running_client(
        session, net, pace=PubNubPace(publishes_per_second=3)
    ) as client:
        await asyncio.gather(*(client.call("is_playing") for _ in range(5)))
    assert net.faults == []


async def test_session_without_a_token(client: Client, hub: ScriptedHub) -> None:
    """What to make of it is for others to say."""
    reply = {"ResponseOf": "init_session"}
    hub.says("init_session", reply)
    assert await client.call("init_session", None) == reply
