"""What other clients, other sources and people at the speakers do is taken over."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.iot_bridge.bridges.hkwhub import (
    coordinator as coordinator_module,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of, until, until_state

from .conftest import AddHub, Servers
from .listening import MUSIC, Foreign, every_transport, other_client, start_music
from .remote import (
    ADAPT,
    HUB,
    LEFT,
    RIGHT,
    TV,
    call,
    play,
    sent,
    shown,
    sounding,
    title,
    until_title,
)

pytestmark = pytest.mark.usefixtures("quick", "many_publishes")


@pytest.fixture
def foreign(home: SimulatedHome, servers: Servers, transport: str) -> Foreign:
    """Another client of the same hub, over the same transport."""
    return other_client(home, servers, transport)


async def look(entry: ConfigEntry[Any], transport: str) -> None:
    """Wait for the next poll, where there is one: over PubNub all is told at once."""
    await {"pubnub": _nothing}.get(transport, entry.runtime_data.async_refresh)()


async def _nothing() -> None:
    """Do nothing."""


@every_transport
async def test_volume(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    transport: str,
) -> None:
    """Of one speaker, of all, and one out of range that the hub refuses."""
    entry = await add_hub(transport)
    adapt = home.speaker("Adapt").id

    await foreign("set_volume_device", {"DeviceID": adapt, "Volume": "40"})
    await look(entry, transport)
    await until(lambda: shown(hass, ADAPT, "volume_level") == 40 / 50)
    assert shown(hass, LEFT, "volume_level") == 17 / 50

    await foreign("set_volume", {"Volume": "5"})
    await look(entry, transport)
    await until(lambda: shown(hass, HUB, "volume_level") == 5 / 50)
    assert {shown(hass, one, "volume_level") for one in (LEFT, RIGHT, ADAPT, TV)} == {
        0.1
    }


@every_transport
async def test_membership(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    transport: str,
) -> None:
    """Who joins or leaves by another client does so here, while the music plays on."""
    entry = await add_hub(transport)
    await start_music(hass, home)

    adapt = {"DeviceID": home.speaker("Adapt").id}
    await foreign("add_device_to_session", adapt)
    await look(entry, transport)
    await until(lambda: shown(hass, LEFT, "group_members") == [LEFT, RIGHT, ADAPT])
    assert title(hass, ADAPT) == MUSIC
    await foreign("remove_device_from_session", adapt)
    await look(entry, transport)
    await until(lambda: shown(hass, LEFT, "group_members") == [LEFT, RIGHT])
    assert title(hass, ADAPT) is None
    await foreign("set_party_mode")
    await look(entry, transport)
    await until_title(hass, TV, MUSIC)


@every_transport
async def test_other_title(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    transport: str,
) -> None:
    """What another client plays is not shown under our title; we begin nothing."""
    entry = await add_hub(transport)
    await start_music(hass, home)
    starts = len(sent(home, "play_hub_media_selected_speakers"))
    # By then the hub's answers are trusted again, after our own command.
    await asyncio.sleep(0.25)

    await foreign(
        "play_hub_media_party_mode", {"PersistentID": home.track("Rooftops").id}
    )
    # Over PubNub it is known what was played, over REST only that something plays.
    expected = {"pubnub": "Rooftops"}.get(transport)
    await until_title(hass, LEFT, expected)
    await look(entry, transport)

    await until_state(hass, LEFT, "playing")
    await until_state(hass, TV, "playing")
    assert title(hass, LEFT) == title(hass, TV) == expected
    await foreign("stop_play")
    await look(entry, transport)
    await until_state(hass, LEFT, "idle")
    await until_state(hass, HUB, "idle")
    assert len(sent(home, "play_hub_media_selected_speakers")) <= starts + 1
    assert sounding(home) == {}


@pytest.mark.parametrize("transport", ["pubnub"])
async def test_pause(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    transport: str,
) -> None:
    """A pause by another client is one of ours too: we can go on."""
    await add_hub(transport)
    await start_music(hass, home)

    await foreign("pause_play")
    await until_state(hass, LEFT, "paused")
    assert title(hass, LEFT) == MUSIC
    await call(hass, "media_play", LEFT)
    assert sounding(home) == {"Omni Left": MUSIC, "Omni Right": MUSIC}


@every_transport
async def test_who_joins_another_clients_music(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    transport: str,
) -> None:
    """Who is told to play, or to form a group, joins it and takes it from nobody."""
    entry = await add_hub(transport)
    living_room = ["Omni Left", "Omni Right"]
    await foreign(
        "play_hub_media_selected_speakers",
        {
            "PersistentID": home.track("Rooftops").id,
            "DeviceIDList": ",".join(home.speaker(name).id for name in living_room),
        },
    )
    await look(entry, transport)
    await until_state(hass, HUB, "playing")

    await call(hass, "media_play", HUB)
    assert sounding(home) == dict.fromkeys(living_room, "Rooftops")
    await call(hass, "media_play", TV)
    assert sounding(home) == dict.fromkeys([*living_room, "TV"], "Rooftops")
    await call(hass, "unjoin", TV)
    await call(hass, "join", ADAPT, group_members=[TV])
    assert sounding(home) == dict.fromkeys([*living_room, "Adapt", "TV"], "Rooftops")


async def test_playback_that_nobody_told_of(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Over PubNub the time of another session tells that it is not our music."""
    await add_hub("pubnub")
    await start_music(hass, home)
    assert title(hass, LEFT) == MUSIC
    await asyncio.sleep(0.25)

    # Not over the channel, so that only the hub's events tell of it.
    await home.foreign("play_hub_media", {"PersistentID": home.track("Rooftops").id})
    await until_title(hass, LEFT, None)
    assert state_of(hass, LEFT) == "playing"


@pytest.mark.parametrize(
    ("command", "params"),
    [
        ("play_web_media_party_mode", {"MediaUrl": "rtsp://127.0.0.1/live"}),
        ("play_tts_party_mode", {"Text": "Somebody is at the door and waits for you"}),
    ],
)
@pytest.mark.parametrize("transport", ["pubnub"])
async def test_what_cannot_be_paused(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    command: str,
    params: dict[str, str],
) -> None:
    """Another client's radio and speech take our title away; pausing ends them."""
    home.tts_key = "a key"
    await add_hub("pubnub")
    await start_music(hass, home)
    await foreign(command, params)
    await until_title(hass, LEFT, None)
    assert state_of(hass, TV) == "playing"
    await foreign("pause_play")
    await until_state(hass, TV, "idle")


@pytest.mark.parametrize("transport", ["local", "cloud"])
async def test_taken_over_by_another_client(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    foreign: Foreign,
    transport: str,
) -> None:
    """That our music has ended is noticed by its status, and why is asked at once."""
    await add_hub(transport)
    await start_music(hass, home)
    # The hub's answers count again.
    await asyncio.sleep(0.25)
    await foreign("play_hub_media", {"PersistentID": home.track("Rooftops").id})
    await until_title(hass, LEFT, None)
    await until_state(hass, LEFT, "playing")


@every_transport
async def test_stolen_by_another_source(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """A phone plays on a speaker: it leaves the group, and shows no title of ours."""
    entry = await add_hub(transport)
    await start_music(hass, home)

    home.speaker("Omni Right").external = True
    await look(entry, transport)

    await until(lambda: shown(hass, LEFT, "group_members") == [LEFT])
    assert state_of(hass, RIGHT) == "playing"
    assert title(hass, RIGHT) is None
    assert title(hass, LEFT) == MUSIC

    home.speaker("Omni Right").external = False
    await look(entry, transport)
    await until_state(hass, RIGHT, "idle")
    home.speaker("Omni Right").long_press()
    await look(entry, transport)
    await until_title(hass, RIGHT, MUSIC)


# Pace


def asked(home: SimulatedHome, name: str) -> int:
    """Return how often the hub was asked something."""
    return len(sent(home, name))


@pytest.mark.parametrize("transport", ["local", "cloud"])
async def test_pace_of_rest(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
) -> None:
    """The position is asked for while it plays; the lists every 10, then 30 seconds."""
    entry = await add_hub(transport)
    coordinator = entry.runtime_data
    assert coordinator.update_interval == coordinator_module.POLL_WHILE_IDLE
    asked_idle = asked(home, "playback_status")
    await play(hass, ADAPT, MUSIC)
    # Each 0.05 s in place of each second.
    await until(lambda: asked(home, "playback_status") >= asked_idle + 8)
    await until(
        lambda: coordinator.update_interval == coordinator_module.POLL_WHILE_PLAYING
    )
    lists = asked(home, "device_list")
    await until(lambda: asked(home, "playback_status") >= asked_idle + 12)
    assert asked(home, "device_list") == lists
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await until(lambda: asked(home, "device_list") == lists + 1)

    await call(hass, "media_stop", ADAPT)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await until(lambda: asked(home, "device_list") == lists + 2)
    await until(
        lambda: coordinator.update_interval == coordinator_module.POLL_WHILE_IDLE
    )
    # Nothing plays, so its position is not asked for any more.
    before = asked(home, "playback_status") - asked(home, "device_list")
    await asyncio.sleep(0.3)
    assert asked(home, "playback_status") - asked(home, "device_list") <= before


async def test_position_that_is_not_followed(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """By option, only the lists are read; an announcement is followed nevertheless."""
    entry = await add_hub()
    hass.config_entries.async_update_entry(entry, options={"follow_position": False})
    assert await hass.config_entries.async_reload(entry.entry_id)
    home.tts_key = "a key"
    await play(hass, ADAPT, MUSIC)
    # With each list, and not besides.
    await asyncio.sleep(0.4)
    before = asked(home, "playback_status")
    assert before <= asked(home, "device_list")

    await play(hass, ADAPT, "Hello there!", "hkwhub_speech", announce=True)
    await until(lambda: asked(home, "playback_status") >= before + 3)
    home.speed = 20
    await until(lambda: sounding(home) == {"Adapt": MUSIC})


async def test_pace_of_pubnub(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Nothing is asked while the hub tells by itself, nor while nothing plays."""
    entry = await add_hub("pubnub")
    assert entry.runtime_data.update_interval == timedelta(minutes=10)
    home.speed = 20
    await play(hass, ADAPT, MUSIC)
    await until(lambda: asked(home, "device_list") >= 2)
    await hass.async_block_till_done(wait_background_tasks=False)
    await until(lambda: home.stage.position > 4)
    before = len(home.commands)
    await until(lambda: home.stage.position > 12)
    assert home.commands[before:] == []
    await call(hass, "media_stop", ADAPT)
    assert home.commands[before].name == "stop_play"
