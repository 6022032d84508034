"""Announcements: who hears them, how loud, and what plays afterwards."""

import asyncio
from typing import Literal

import pytest

from custom_components.iot_bridge.bridges.hkwhub import announcer as announcer_module
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of, until, until_state

from .conftest import AddHub
from .listening import (
    MUSIC,
    TEXT,
    VOLUMES,
    announce,
    both_ways,
    every_transport,
    heard_at,
    members,
    resumed_where_paused,
    start_music,
    stretches,
    until_plays,
    volumes,
)
from .media_server import MediaServer
from .remote import (
    ADAPT,
    HUB,
    LEFT,
    RIGHT,
    SPEAKERS,
    TV,
    call,
    sent,
    shown,
    sounding,
    title,
    until_title,
)

pytestmark = pytest.mark.usefixtures("quick_home")

LOUD = 40


@every_transport
@pytest.mark.parametrize(
    ("target", "hear"),
    [
        pytest.param(LEFT, {LEFT}, id="member"),
        pytest.param(ADAPT, {ADAPT}, id="non-member"),
        pytest.param(HUB, set(SPEAKERS), id="all"),
    ],
)
async def test_while_music_plays(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
    target: str,
    hear: set[str],
) -> None:
    """Only the targets hear it; the music goes on where it was, all as loud as before."""
    await add_hub(transport)
    await start_music(hass, home)

    await announce(hass, target, bell, volume=0.8)
    await until_plays(home, MUSIC, LEFT, RIGHT)
    await until(lambda: volumes(home) == VOLUMES)

    for speaker in SPEAKERS:
        own = VOLUMES[SPEAKERS.index(speaker)]
        music = [(MUSIC, own)] * (2 if speaker in (LEFT, RIGHT) else 0)
        bells = [("bell.wav", LOUD)] if speaker in hear else []
        assert heard_at(home, speaker) == [*music[:1], *bells, *music[1:]]
    assert resumed_where_paused(home, LEFT, MUSIC)
    assert resumed_where_paused(home, RIGHT, MUSIC)
    assert members(home) == ["Omni Left", "Omni Right"]


@every_transport
async def test_while_a_radio_plays(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    transport: str,
) -> None:
    """A radio cannot be paused: it is played again, and the kitchen never hears it."""
    await add_hub(transport)
    await start_music(hass, home, f"{media_server.url}/radio")

    await announce(hass, ADAPT, TEXT, media_type="hkwhub_speech")
    await until_plays(home, "radio", LEFT, RIGHT)

    assert heard_at(home, LEFT) == [("radio", 17), ("radio", 17)]
    assert heard_at(home, RIGHT) == [("radio", 17), ("radio", 17)]
    assert heard_at(home, ADAPT) == [(TEXT, 22)]
    assert heard_at(home, TV) == []
    await until(lambda: shown(hass, LEFT, "group_members") == [LEFT, RIGHT])
    await until_state(hass, LEFT, "playing")


@both_ways
@pytest.mark.parametrize("target", [LEFT, ADAPT])
async def test_while_paused(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
    target: str,
) -> None:
    """What was paused stays paused, until the user goes on with it where it was."""
    await add_hub(transport)
    await start_music(hass, home)
    await call(hass, "media_pause", LEFT)
    position = shown(hass, LEFT, "media_position")

    await announce(hass, target, bell, volume=0.8)
    await until(lambda: sounding(home) == {})
    await until_state(hass, LEFT, "paused")
    await until(lambda: volumes(home) == VOLUMES)

    assert title(hass, LEFT) == MUSIC
    assert shown(hass, LEFT, "media_position") == position
    assert members(home) == ["Omni Left", "Omni Right"]
    # Also after a while in which the hub was asked again.
    await asyncio.sleep(0.3)
    assert state_of(hass, LEFT) == "paused"
    await call(hass, "media_play", LEFT)
    await until_plays(home, MUSIC, LEFT, RIGHT)
    assert resumed_where_paused(home, LEFT, MUSIC)


@both_ways
@pytest.mark.parametrize(
    ("group", "before"),
    [([RIGHT], ["Omni Left", "Omni Right"]), ([], [])],
    ids=["group", "nobody"],
)
async def test_while_idle(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
    group: list[str],
    before: list[str],
) -> None:
    """Afterwards it is silent again, and takes part who did before."""
    await add_hub(transport)
    for speaker in group:
        await call(hass, "join", LEFT, group_members=[speaker])

    await announce(hass, ADAPT, bell)
    await until(lambda: sounding(home) == {})
    await until(lambda: members(home) == before)

    assert heard_at(home, ADAPT) == [("bell.wav", 22)]
    assert sent(home, "pause_play", "stop_play", "set_volume_device") == []
    await until_state(hass, ADAPT, "idle")
    await until_state(hass, HUB, "idle")


@both_ways
async def test_of_one_that_follows_another_one(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
) -> None:
    """What came at once sounds one after the other; music goes on once, at the end."""
    await add_hub(transport)
    await start_music(hass, home)

    await asyncio.gather(
        announce(hass, ADAPT, bell, volume=0.6),
        announce(hass, LEFT, TEXT, media_type="hkwhub_speech", volume=0.8),
        announce(hass, ADAPT, "Dogs-barking-close-loop"),
    )
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert heard_at(home, ADAPT) == [("bell.wav", 30), ("Dogs-barking-close-loop", 22)]
    assert heard_at(home, LEFT) == [(MUSIC, 17), (TEXT, LOUD), (MUSIC, 17)]
    assert heard_at(home, RIGHT) == [(MUSIC, 17), (MUSIC, 17)]
    order = [one.title for one in home.heard]
    assert order[2:5] == ["bell.wav", TEXT, "Dogs-barking-close-loop"]
    starts = [one.started_at for one in home.heard]
    ends = [one.ended_at for one in home.heard if one.ended_at is not None]
    assert starts == sorted(starts)
    assert all(end <= start for end, start in zip(ends[2:], starts[3:], strict=False))
    assert resumed_where_paused(home, LEFT, MUSIC)
    assert volumes(home) == VOLUMES


@pytest.mark.parametrize(
    ("kind", "media_id", "expected"),
    [
        ("music", "Dogs-barking-close-loop", "Dogs-barking-close-loop"),
        ("music", "1500000000000000002", "Industrial Alarm-10s"),
        ("track", "hkwhub://track/1500000000000000001", "Dogs-barking-close-loop"),
        ("playlist", "hkwhub://sounds", "Dogs-barking-close-loop"),
        ("hkwhub_speech", "  Dinner\n is ready ", "Dinner is ready"),
    ],
)
async def test_kinds(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    kind: str,
    media_id: str,
    expected: str,
) -> None:
    """Whatever can be played can be announced; it sounds once, whatever is repeated."""
    await add_hub()
    await call(hass, "repeat_set", ADAPT, repeat="all")

    await announce(hass, ADAPT, media_id, media_type=kind, volume=0.5)
    assert title(hass, ADAPT) == expected
    await until(lambda: heard_at(home, ADAPT) == [(expected, 25)])
    await until(lambda: members(home) == [])
    await asyncio.sleep(0.15)

    assert heard_at(home, ADAPT) == [(expected, 25)]
    assert volumes(home) == VOLUMES


@pytest.mark.parametrize(
    ("transport", "repeat"),
    [("local", "one"), ("local", "all"), ("pubnub", "one")],
)
async def test_never_loops(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
    repeat: str,
) -> None:
    """An alarm over music that is repeated sounds once, then it is the music's turn."""
    await add_hub(transport)
    await start_music(hass, home)
    await call(hass, "repeat_set", LEFT, repeat=repeat)

    await announce(hass, LEFT, "Dogs-barking-close-loop")
    await until_plays(home, MUSIC, LEFT, RIGHT)

    titles = [one.title for one in stretches(home, LEFT)]
    assert titles == [MUSIC, "Dogs-barking-close-loop", MUSIC]


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("selected_replaces", True),
        ("status_is_hub_wide", True),
        ("fetch_seconds", 0.15),
        ("prepare_seconds", 0.35),
    ],
)
@both_ways
async def test_what_the_documents_leave_open(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
    knob: str,
    value: object,
) -> None:
    """Whatever hubs do where the documents are silent: all is as before at the end."""
    setattr(home, knob, value)
    await add_hub(transport)
    await start_music(hass, home)

    await announce(hass, ADAPT, bell, volume=0.8)
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert heard_at(home, ADAPT) == [("bell.wav", LOUD)]
    assert resumed_where_paused(home, RIGHT, MUSIC)
    assert volumes(home) == VOLUMES


@pytest.mark.parametrize("way", ["start", "refused"])
@both_ways
async def test_hub_that_forgets_where_it_paused(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
    way: Literal["start", "refused"],
) -> None:
    """There the track begins anew, and that is shown."""
    home.resume_after_interruption = way
    await add_hub(transport)
    await start_music(hass, home)
    await until(lambda: home.stage.position > 4)

    await announce(hass, ADAPT, bell)
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert stretches(home, LEFT)[-1].from_second == 0
    await until_title(hass, LEFT, MUSIC)
    await until(lambda: shown(hass, LEFT, "media_position") < 4)


@both_ways
async def test_options(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    transport: str,
) -> None:
    """Volume and priority are those of the options, unless a call brings its own."""
    entry = await add_hub(transport)
    await announce(hass, ADAPT, bell)
    await until(lambda: sounding(home) == {})
    hass.config_entries.async_update_entry(
        entry, options={"announcement_priority": 150, "announcement_volume": 60}
    )
    assert await hass.config_entries.async_reload(entry.entry_id)

    await announce(hass, ADAPT, bell)
    await until(lambda: sounding(home) == {})
    await announce(hass, ADAPT, bell, volume=0.1, priority=170)
    await until(lambda: sounding(home) == {} and members(home) == [])

    assert heard_at(home, ADAPT) == [
        ("bell.wav", 22),
        ("bell.wav", 30),
        ("bell.wav", 5),
    ]
    commands = sent(home, "play_web_media_selected_speakers")
    assert [params["Priority"] for _, params in commands] == ["200", "150", "170"]
    assert volumes(home) == VOLUMES


async def test_that_never_ends(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A radio as an announcement is ended some time, and the music goes on."""
    monkeypatch.setattr(announcer_module, "LONGEST_SECONDS", 0.3)
    await add_hub()
    await start_music(hass, home)

    await announce(hass, ADAPT, f"{media_server.url}/radio", volume=0.2)
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert resumed_where_paused(home, LEFT, MUSIC)
    assert volumes(home) == VOLUMES


async def test_at_a_muted_speaker(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, bell: str
) -> None:
    """It is heard, then the speaker is muted again; and knows how loud it was before."""
    await add_hub()
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)

    await announce(hass, ADAPT, bell, volume=0.8)
    await until(lambda: heard_at(home, ADAPT) == [("bell.wav", LOUD)])
    await until(lambda: home.speaker("Adapt").volume == 0)
    await until(lambda: shown(hass, ADAPT, "is_volume_muted") is True)

    await call(hass, "volume_mute", ADAPT, is_volume_muted=False)
    assert home.speaker("Adapt").volume == 22


@pytest.mark.parametrize(
    ("media_id", "key"),
    [
        ("/missing.mp3", "hkwhub_media_refused"),
        ("/page.mp3", "hkwhub_media_refused"),
        ("/bell.flac", "hkwhub_format"),
    ],
)
async def test_that_cannot_be_played(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    media_id: str,
    key: str,
) -> None:
    """The caller is told why, and the music goes on where it was."""
    await add_hub()
    await start_music(hass, home)

    with pytest.raises(HomeAssistantError) as raised:
        await announce(hass, ADAPT, f"{media_server.url}{media_id}", volume=0.8)
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert raised.value.translation_key == key
    assert heard_at(home, ADAPT) == []
    assert volumes(home) == VOLUMES
