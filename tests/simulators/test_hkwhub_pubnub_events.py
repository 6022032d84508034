"""The simulated hub app on PubNub tells what happens, and gets into trouble."""

import asyncio
import itertools

import pytest

from tests.simulators.hkwhub import PubNubHub, SimulatedHome, Trouble
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

from .hkwhub_callers import HARBOUR
from .hkwhub_channel import HUB, Channel

PLAY = "play_hub_media_party_mode"


async def test_time_of_a_playback(channel: Channel, home: SimulatedHome) -> None:
    """The time comes again and again while something plays."""
    home.speed = 20
    await channel(PLAY, PersistentID=HARBOUR)
    await until(lambda: len(channel.events()) >= 3)
    await channel("pause_play")
    events = channel.events()
    assert events[0].keys() == {
        "Envet",
        "PlaybackTime",
        "HKWHubUUID",
        "SessionToken",
    }
    assert events[0]["Envet"] == "PlaybackTimeChanged"
    times = [event["PlaybackTime"] for event in events]
    assert all(first < second for first, second in itertools.pairwise(times))
    await asyncio.sleep(0.15)
    assert channel.events() == events


async def test_time_at_once(channel: Channel, hub: PubNubHub) -> None:
    """A test need not wait for the time; nothing is told while nothing plays."""
    hub.tell_time()
    await channel(PLAY, PersistentID=HARBOUR)
    hub.tell_time()
    await until(channel.events)
    assert channel.events() == [
        {
            "Envet": "PlaybackTimeChanged",
            "PlaybackTime": 0,
            "HKWHubUUID": HUB,
            "SessionToken": channel.token,
        }
    ]


async def test_events_of_speakers(
    channel: Channel, hub: PubNubHub, home: SimulatedHome
) -> None:
    """Everything but volumes is told, without saying which speaker it is."""
    speaker = home.speaker("Adapt")
    speaker.switch_off()
    speaker.switch_on()
    speaker.rename("Cooking")
    speaker.change_wifi(-80)
    speaker.turn_volume(3)
    speaker.long_press()
    hub.tells_membership = False
    speaker.external = True
    await until(lambda: len(channel.events()) >= 5)
    await channel("device_count")
    assert [event.get("Reason") for event in channel.events()] == [
        "DeviceUnavailable",
        "DeviceAvailable",
        "SpeakerInfoUpdated",
        "WiFiSignalChanged",
        "SpeakerInfoUpdated",
    ]
    assert channel.events()[0] == {
        "Event": "DeviceStateUpdated",
        "Reason": "DeviceUnavailable",
        "HKWHubUUID": HUB,
        "SessionToken": channel.token,
    }


async def test_undocumented_events(
    channel: Channel, hub: PubNubHub, home: SimulatedHome
) -> None:
    """With a knob the states of the playback are told, its end included."""
    hub.tells_end = True
    home.speed = 5000
    await channel(PLAY, PersistentID=HARBOUR)
    await until(lambda: channel.events()[-1:] and not home.stage.is_sounding)
    await channel("device_count")
    states = [event.get("PlaybackState") for event in channel.events()]
    assert states[0] == "PlayerStatePreparing"
    assert states[-1] == "PlayerStateStopped"
    assert "PlayerStatePlaying" in states
    assert {event["SessionToken"] for event in channel.events()} == {channel.token}


async def test_foreign_command(
    channel: Channel, hub: PubNubHub, home: SimulatedHome, net: PubNubSimulator
) -> None:
    """Another client's commands are on the channel, and are obeyed."""
    answer = await hub.foreign_command(PLAY, {"PersistentID": HARBOUR})
    assert answer["Result"] is True
    assert answer["SessionToken"] == "PubNub-1001"
    assert home.stage.is_sounding
    assert any(
        isinstance(publication.message, dict)
        and publication.message.get("Command") == PLAY
        for publication in net.published
    )
    assert (await hub.foreign_command("set_party_mode"))["Result"] is True
    home.expire_sessions()
    assert (await hub.foreign_command("is_playing"))["Result"] is True
    with pytest.raises(TimeoutError):
        await hub.foreign_command("playback_status", timeout=0.01)


async def test_restart(channel: Channel, hub: PubNubHub, home: SimulatedHome) -> None:
    """A closed app is silent; opened again it has forgotten its sessions."""
    await channel(PLAY, PersistentID=HARBOUR)
    await hub.stop()
    await hub.stop()
    assert home.members == []
    await channel.publish(channel.command("set_party_mode"))
    await hub.start()
    assert channel.heard[-1] == "Hello from HKWHubApp"
    assert "SessionNotFound" in str(await channel("is_playing"))
    assert home.members == []


@pytest.mark.parametrize(
    ("trouble", "carried_out"),
    [
        (Trouble(hang=True), False),
        (Trouble(drop=True), False),
        (Trouble(lose_answer=True), True),
    ],
)
async def test_no_answer(
    channel: Channel,
    hub: PubNubHub,
    home: SimulatedHome,
    trouble: Trouble,
    carried_out: bool,
) -> None:
    """A command without answer may have been carried out or not."""
    trouble.only = frozenset({PLAY})
    hub.trouble = trouble
    assert await channel.is_ignored(channel.command(PLAY, PersistentID=HARBOUR))
    assert home.stage.is_sounding is carried_out


async def test_garbage(channel: Channel, hub: PubNubHub) -> None:
    """Answers may be what nobody expects, or late."""
    hub.trouble = Trouble(garbage=True)
    assert (await channel("get_volume"))["ResponseOf"] == ["get_volume"]
    hub.trouble = Trouble(slow=0.01)
    assert (await channel("get_volume"))["Volume"] == 17
