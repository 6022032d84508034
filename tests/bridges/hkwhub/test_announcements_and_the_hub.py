"""Announcements that the hub, another client or the end of the entry interferes with."""

import asyncio

import pytest

from custom_components.iot_bridge.bridges.hkwhub import watch as watch_module
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.hkwhub import SimulatedHome, Trouble
from tests.waiting import until, until_state

from .conftest import AddHub, Servers, make_impatient
from .listening import (
    MUSIC,
    VOLUMES,
    announce,
    assert_no_traces,
    both_ways,
    heard_at,
    members,
    other_client,
    resumed_where_paused,
    start_music,
    start_speech,
    stretches,
    until_plays,
    volumes,
)
from .remote import ADAPT, LEFT, NAMES, RIGHT, call, play, shown, sounding

pytestmark = pytest.mark.usefixtures("quick_home")

LIVING_ROOM = ["Omni Left", "Omni Right"]


@both_ways
async def test_refused_for_our_own_priority(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
) -> None:
    """Music that is more important is not even paused for it."""
    await add_hub(transport)
    await call(hass, "join", LEFT, group_members=[RIGHT])
    await play(hass, LEFT, MUSIC, extra={"priority": 300})
    commands = len(home.commands)

    with pytest.raises(HomeAssistantError) as raised:
        await announce(hass, ADAPT, bell, volume=0.8)

    assert raised.value.translation_key == "hkwhub_priority"
    assert raised.value.translation_placeholders == {"priority": "200"}
    changing = {"pause_play", "set_volume_device", "add_device_to_session"}
    assert changing.isdisjoint(one.name for one in home.commands[commands:])
    assert sounding(home) == dict.fromkeys(LIVING_ROOM, MUSIC)
    await announce(hass, ADAPT, bell, priority=300)
    await until_plays(home, MUSIC, LEFT, RIGHT)
    assert heard_at(home, ADAPT) == [("bell.wav", 22)]


@both_ways
async def test_refused_for_the_priority_of_another_client(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    bell: str,
    transport: str,
) -> None:
    """What is more important to another client is not touched."""
    entry = await add_hub(transport)
    foreign = other_client(home, servers, transport)
    track = home.track("Rooftops")
    await foreign(
        "play_hub_media_selected_speakers",
        {
            "PersistentID": track.id,
            "DeviceIDList": ",".join(home.speaker(name).id for name in LIVING_ROOM),
            "Priority": "500",
        },
    )
    await entry.runtime_data.async_refresh()
    await until_state(hass, LEFT, "playing")

    with pytest.raises(HomeAssistantError) as raised:
        await announce(hass, ADAPT, bell, volume=0.8)

    assert raised.value.translation_key == "hkwhub_priority"
    assert [one.ended_at for one in stretches(home, LEFT)] == [None]
    assert [one.ended_at for one in stretches(home, RIGHT)] == [None]
    assert heard_at(home, ADAPT) == []
    await until(lambda: members(home) == LIVING_ROOM and volumes(home) == VOLUMES)
    await until_state(hass, RIGHT, "playing")


@pytest.mark.parametrize(
    ("transport", "hub_wide"), [("pubnub", False), ("pubnub", True), ("local", True)]
)
async def test_taken_over_by_another_client(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    speech: str,
    transport: str,
    hub_wide: bool,
) -> None:
    """What another client lets play instead is not interrupted by our music."""
    home.status_is_hub_wide = hub_wide
    await add_hub(transport)
    await start_speech(hass, home, speech)
    await until(lambda: home.stage.position > 5)
    foreign = other_client(home, servers, transport)
    await foreign(
        "play_hub_media_selected_speakers",
        {
            "PersistentID": home.track("Rooftops").id,
            "DeviceIDList": home.speaker("Adapt").id,
            "Priority": "200",
        },
    )
    await until(lambda: volumes(home) == VOLUMES)
    await asyncio.sleep(0.2)

    assert sounding(home) == {"Adapt": "Rooftops"}
    await until_state(hass, ADAPT, "playing")


@both_ways
async def test_unload(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    transport: str,
) -> None:
    """Before the entry goes all is as before, and the session is closed."""
    entry = await add_hub(transport)
    await start_speech(hass, home, speech)

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert_no_traces(home)
    assert sounding(home) == dict.fromkeys(LIVING_ROOM, MUSIC)
    assert resumed_where_paused(home, LEFT, MUSIC)
    assert home.commands[-1].name == "close_session"


@both_ways
async def test_home_assistant_stops(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    transport: str,
) -> None:
    """Nothing stays loud when Home Assistant is restarted during an announcement."""
    await add_hub(transport)
    await start_speech(hass, home, speech)

    await hass.async_stop(force=True)

    assert_no_traces(home)
    assert sounding(home) == dict.fromkeys(LIVING_ROOM, MUSIC)
    assert home.commands[-1].name == "close_session"
    assert home.sessions.tokens == []


async def test_hub_goes_and_comes_back(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    speech: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The app was closed: volumes are restored, and the music plays once more."""
    make_impatient(monkeypatch)
    await add_hub()
    await start_speech(hass, home, speech)

    await servers.local.stop()
    assert sounding(home) == {}
    await asyncio.sleep(0.2)
    await servers.local.start()

    await until_plays(home, MUSIC, LEFT, RIGHT)
    await until(lambda: volumes(home) == VOLUMES)


@both_ways
async def test_hub_hangs(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    bell: str,
    transport: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hub that says nothing while an announcement sounds is asked until it does."""
    make_impatient(monkeypatch)
    await add_hub(transport)
    await start_music(hass, home)
    await announce(hass, ADAPT, bell, volume=0.8)

    servers.local.trouble = servers.hub.trouble = Trouble(hang=True)
    await until(lambda: sounding(home) == {})
    await asyncio.sleep(0.3)
    assert home.speaker("Adapt").volume == 40
    servers.local.trouble = servers.hub.trouble = Trouble()

    await until_plays(home, MUSIC, LEFT, RIGHT)
    assert volumes(home) == VOLUMES


@both_ways
async def test_answer_is_lost(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    speech: str,
    transport: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody knows whether it sounds: it is ended, and keeps the music from nothing."""
    make_impatient(monkeypatch)
    await add_hub(transport)
    await start_music(hass, home)
    lost = Trouble(
        lose_answer=True, only=frozenset({"play_web_media_selected_speakers"})
    )
    servers.local.trouble = servers.hub.trouble = lost

    with pytest.raises(HomeAssistantError) as raised:
        await announce(hass, ADAPT, speech, volume=0.8)
    assert raised.value.translation_key == "hkwhub_timeout"
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert_no_traces(home)
    assert members(home) == LIVING_ROOM
    assert resumed_where_paused(home, LEFT, MUSIC)


async def test_answer_is_lost_while_another_client_plays(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    speech: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What may not have been interrupted at all is not ended."""
    make_impatient(monkeypatch)
    entry = await add_hub()
    await home.foreign("set_party_mode")
    await home.foreign("play_hub_media", {"PersistentID": home.track("Rooftops").id})
    await entry.runtime_data.async_refresh()
    name = "play_web_media_selected_speakers"
    servers.local.trouble = Trouble(drop=True, only=frozenset({name}))

    with pytest.raises(HomeAssistantError):
        await announce(hass, ADAPT, speech)

    assert sounding(home) == dict.fromkeys(NAMES.values(), "Rooftops")


async def test_list_that_is_late(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, speech: str
) -> None:
    """A speaker that is still shown as loud as before does not stay as loud as now."""
    entry = await add_hub()
    await start_speech(hass, home, speech)
    await asyncio.sleep(0.15)
    entry.runtime_data.async_push(home.speaker("Adapt").id, {"volume": 22})

    home.speed = 500
    await until(lambda: MUSIC in sounding(home).values())
    await until(lambda: volumes(home) == VOLUMES)


async def test_hub_is_gone_before(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    bell: str,
) -> None:
    """The caller is told at once, and nothing is left to be restored."""
    await add_hub()
    await start_music(hass, home)
    await servers.local.stop()

    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "notify",
            "send_message",
            {ATTR_ENTITY_ID: "notify.kitchen_adapt_speak", "message": "Hello"},
            blocking=True,
        )

    assert raised.value.translation_key == "hkwhub_cannot_connect"
    assert heard_at(home, ADAPT) == []
    assert shown(hass, ADAPT, "volume_level") == 22 / 50


@both_ways
async def test_speaker_is_switched_off_meanwhile(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
) -> None:
    """The music goes on without it."""
    await add_hub(transport)
    await start_music(hass, home)
    await announce(hass, ADAPT, bell, volume=0.8)
    home.speaker("Omni Right").switch_off()

    await until_plays(home, MUSIC, LEFT)

    assert resumed_where_paused(home, LEFT, MUSIC)
    await until(lambda: home.speaker("Adapt").volume == 22)


@both_ways
async def test_speaker_comes_back_later(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
) -> None:
    """A speaker that was away at the end of its announcement is not left so loud."""
    entry = await add_hub(transport)
    await announce(hass, ADAPT, bell, volume=0.8)
    adapt = home.speaker("Adapt")
    adapt.switch_off()
    await until_state(hass, ADAPT, "unavailable")
    await until(lambda: not entry.runtime_data.player.is_announcing)
    assert adapt.volume == 40

    adapt.switch_on()
    await entry.runtime_data.async_refresh()
    await until_state(hass, ADAPT, "idle")
    await until(lambda: adapt.volume == 22)
    adapt.turn_volume(30)
    await entry.runtime_data.async_refresh()
    await until(lambda: shown(hass, ADAPT, "volume_level") == 30 / 50)
    assert adapt.volume == 30


async def test_volume_that_cannot_be_restored(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    bell: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What cannot be restored at the end is restored with the next list."""
    entry = await add_hub()
    await announce(hass, ADAPT, bell, volume=0.8)
    servers.local.trouble = Trouble(
        http_status=503, only=frozenset({"set_volume_device"})
    )
    await until(lambda: "The volume is restored later" in caplog.text)
    await until(lambda: not entry.runtime_data.player.is_announcing)
    assert home.speaker("Adapt").volume == 40

    servers.local.trouble = Trouble()
    await entry.runtime_data.async_refresh()
    await until(lambda: home.speaker("Adapt").volume == 22)


@both_ways
async def test_track_has_just_ended(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What has been heard to its end is not heard again: the next track comes."""
    home.speed = 1
    home.tracks.clear()
    home.add_track("1", "One", "Band", "Album", 1)
    home.add_track("2", "Two", "Band", "Album", 300)
    await add_hub(transport)
    with monkeypatch.context() as nobody_looks:
        for name in ("FOLLOW_SECONDS", "SILENCE_SECONDS", "AFTER_END"):
            nobody_looks.setattr(watch_module, name, 5)
        await play(hass, LEFT, "One")
        await until(lambda: home.heard[0].ended_at is not None)
    home.speed = 20
    await announce(hass, ADAPT, bell)
    await until_plays(home, "Two", LEFT)

    assert [one.title for one in home.heard] == ["One", "bell.wav", "Two"]


async def test_music_has_just_stopped(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, bell: str
) -> None:
    """There is nothing to pause any more, which is no reason to say nothing."""
    await add_hub()
    await start_music(hass, home)
    home.stage.stop()

    await announce(hass, ADAPT, bell, volume=0.8)
    await until(lambda: heard_at(home, ADAPT) == [("bell.wav", 40)])
    await until(lambda: members(home) == LIVING_ROOM)
