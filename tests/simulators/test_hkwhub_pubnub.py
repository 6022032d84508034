"""The simulated hub app on PubNub answers as documented."""

from typing import Any

import aiohttp
import pytest

from tests.simulators.hkwhub import (
    COMMANDS,
    SESSION_NOT_FOUND_SHAPES,
    PubNubHub,
    SimulatedHome,
    many_tracks,
)
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .hkwhub_callers import ADAPT, HARBOUR, LEFT
from .hkwhub_channel import HUB, KEYS, Channel
from .pubnub_client import RawPubNubClient

PLAY = "play_hub_media_party_mode"
RADIO = "rtsp://127.0.0.1:9/radio"
TRUE = {"Result": True}
FALSE = {"Result": False}
DIALOGUE: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    ("device_count", {}, {"DeviceCount": 4}),
    ("device_list", {}, None),
    ("device_info", {"DeviceID": ADAPT}, None),
    ("media_list", {}, None),
    ("set_party_mode", {}, TRUE),
    ("remove_device_from_session", {"DeviceID": LEFT}, TRUE),
    ("add_device_to_session", {"DeviceID": int(LEFT)}, TRUE),
    ("play_hub_media", {"PersistentID": HARBOUR}, TRUE),
    (PLAY, {"PersistentID": HARBOUR}, TRUE),
    (
        "play_hub_media_selected_speakers",
        {"PersistentID": HARBOUR, "DeviceIDList": f"{LEFT},{ADAPT}", "Priority": 100},
        TRUE,
    ),
    ("is_playing", {}, TRUE),
    ("pause_play", {}, TRUE),
    ("resume_hub_media", {"PersistentID": HARBOUR}, TRUE),
    ("resume_hub_media_party_mode", {"PersistentID": HARBOUR}, FALSE),
    (
        "resume_hub_media_selected_speakers",
        {"PersistentID": HARBOUR, "DeviceIDList": LEFT},
        FALSE,
    ),
    ("play_web_media", {"MediaUrl": RADIO}, TRUE),
    ("play_web_media_party_mode", {"MediaUrl": RADIO}, TRUE),
    (
        "play_web_media_selected_speakers",
        {"MediaUrl": RADIO, "DeviceIDList": LEFT},
        TRUE,
    ),
    ("play_tts", {"Text": "Grüße"}, TRUE),
    ("play_tts_party_mode", {"Text": "Hello"}, TRUE),
    ("play_tts_selected_speakers", {"Text": "Hello", "DeviceIDList": LEFT}, TRUE),
    ("stop_play", {}, TRUE),
    ("is_playing", {}, FALSE),
    ("set_volume", {"Volume": 12}, TRUE),
    ("set_volume_device", {"DeviceID": LEFT, "Volume": "32"}, TRUE),
    ("get_volume", {}, {"Volume": 17}),
    ("get_volume_device", {"DeviceID": LEFT}, {"Volume": 32}),
    ("close_session", {}, TRUE),
]
# How the session is called in an answer, where it is not `SessionToken`.
TOKEN_KEYS: dict[str, set[str]] = {
    "set_party_mode": set(),
    "media_list": set(),
    "set_volume": {"SesssionToken"},
    "set_volume_device": {"SesssionToken"},
    "get_volume": {"SesssionToken"},
    "get_volume_device": {"SesssionToken"},
}


async def test_hello(channel: Channel) -> None:
    """The app says hello once, then gives out sessions."""
    assert channel.heard == [
        "Hello from HKWHubApp",
        {
            "HKWHubUUID": HUB,
            "SessionToken": "PubNub-1000",
            "ResponseOf": "init_session",
        },
    ]


async def test_every_command(channel: Channel, home: SimulatedHome) -> None:
    """All commands are answered as documented, misspellings included."""
    for command, params, expected in DIALOGUE:
        answer = await channel(command, **params)
        assert answer.pop("HKWHubUUID") == HUB
        assert answer.pop("ResponseOf") == command
        keys = TOKEN_KEYS.get(command, {"SessionToken"})
        tokens = {key: answer.pop(key) for key in keys}
        assert tokens == dict.fromkeys(keys, "PubNub-1000")
        assert answer == (expected or answer), command
        assert not {"SessionToken", "SesssionToken"} & answer.keys()
    missing = {"init_session", "playback_status"}
    assert {command for command, _, _ in DIALOGUE} == COMMANDS.keys() - missing
    assert home.faults == []


async def test_texts(channel: Channel, hub: PubNubHub) -> None:
    """Results and numbers may be texts."""
    hub.result_as = "string"
    assert (await channel("set_party_mode"))["Result"] == "true"
    assert (await channel("is_playing"))["Result"] == "false"
    assert (await channel("device_count"))["DeviceCount"] == "4"
    assert (await channel("get_volume"))["Volume"] == "17"
    assert (await channel("device_info", DeviceID=LEFT))["Volume"] == 17


@pytest.mark.parametrize(
    ("slip", "expected"), [(False, "device_info"), (True, "device_list")]
)
async def test_device_info(
    channel: Channel, hub: PubNubHub, slip: bool, expected: str
) -> None:
    """A device is described at the top level."""
    hub.device_info_as_list = slip
    answer = await channel("device_info", DeviceID=LEFT)
    assert answer["ResponseOf"] == expected
    assert answer["DeviceName"] == "Omni Left"


@pytest.mark.parametrize(
    ("reads", "sends", "found"),
    [
        ("either", {"SessionToken"}, True),
        ("either", {"SesssionToken"}, True),
        ("SessionToken", {"SessionToken"}, True),
        ("SessionToken", {"SesssionToken"}, False),
        ("SesssionToken", {"SessionToken"}, False),
        ("SesssionToken", {"SesssionToken"}, True),
    ],
)
async def test_spelling_of_the_session(
    channel: Channel, hub: PubNubHub, reads: str, sends: set[str], found: bool
) -> None:
    """Which spelling the app reads is a knob."""
    setattr(hub, "token_key", reads)  # noqa: B010 - typed narrower
    message = channel.command("get_volume")
    for key in {"SessionToken", "SesssionToken"} - sends:
        del message[key]
    assert ("Volume" in await channel.ask(message)) is found


@pytest.mark.parametrize("name", sorted(SESSION_NOT_FOUND_SHAPES))
async def test_session_not_found(
    channel: Channel, home: SimulatedHome, name: str
) -> None:
    """An expired session is said in one of several ways, never by a bare text."""
    home.session_not_found = name
    home.expire_sessions()
    answer = await channel("stop_play")
    assert answer["ResponseOf"] == "stop_play"
    assert answer["SessionToken"] == channel.token
    assert "SessionNotFound" in str(answer)
    assert home.faults == []


async def test_other_hubs_and_clients(channel: Channel, home: SimulatedHome) -> None:
    """What is meant for others, and what is no command, is ignored."""
    other = {**channel.command("set_party_mode"), "HKWHubUUID": "another"}
    assert await channel.is_ignored(other)
    assert await channel.is_ignored({"ResponseOf": "set_party_mode"})
    await channel.publish("Hello")
    await channel.publish([1])
    assert home.members == []
    assert home.faults == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"Command": "playback_status"}, "there is no such command"),
        ({"Command": "next"}, "there is no such command"),
        ({"HKWHubUUID": None}, "HKWHubUUID is missing"),
    ],
)
async def test_faults_without_answer(
    channel: Channel, home: SimulatedHome, changes: dict[str, Any], fault: str
) -> None:
    """What the hub cannot take gets no answer."""
    assert await channel.is_ignored({**channel.command("get_volume"), **changes})
    assert fault in home.faults[0]


@pytest.mark.parametrize(
    ("command", "params", "faults"),
    [
        (PLAY, {"PersistentID": int(HARBOUR)}, ["PersistentID is sent as JSON int"]),
        (
            "set_volume",
            {"Volume": True},
            ["Volume is sent as JSON bool", "Volume True"],
        ),
        ("get_volume", {"SesssionToken": "a"}, ["the two spellings"]),
    ],
)
async def test_faults_of_types(
    channel: Channel,
    home: SimulatedHome,
    command: str,
    params: dict[str, Any],
    faults: list[str],
) -> None:
    """Values of the wrong type are faults."""
    await channel(command, **params)
    assert len(home.faults) == len(faults)
    for noted, fault in zip(home.faults, faults, strict=True):
        assert f"pubnub: {command}: {fault}" in noted


async def test_large_list(
    channel: Channel, hub: PubNubHub, home: SimulatedHome
) -> None:
    """A media list that PubNub does not take is never published."""
    many_tracks(home, 500)
    assert await channel.is_ignored(channel.command("media_list"))
    assert [message["ResponseOf"] for message in hub.unpublished] == ["media_list"]


async def test_over_http(
    socket_enabled: None, channel: Channel, net: PubNubSimulator
) -> None:
    """A client of the network itself hears the app's answers."""
    await net.start()
    async with aiohttp.ClientSession() as session:
        client = RawPubNubClient(
            session, net.url, publish_key=KEYS[0], subscribe_key=KEYS[1]
        )
        token = await client.token()
        await client.publish({"Command": "init_session"})
        await until(lambda: len(channel.answers()) == 2)
        _, answer = await client.subscribe(token)
    await net.stop()
    assert channel.answers()[1] in [message["d"] for message in answer["m"]]
