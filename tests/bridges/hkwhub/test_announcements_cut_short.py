"""Announcements that a user cuts short, or whoever wanted them."""

import asyncio
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.hkwhub import SimulatedHome, Trouble
from tests.waiting import until, until_state

from .conftest import AddHub, Servers
from .listening import (
    MUSIC,
    VOLUMES,
    announce,
    assert_no_traces,
    both_ways,
    heard_at,
    members,
    resumed_where_paused,
    start_music,
    start_speech,
    stretches,
    until_plays,
    volumes,
)
from .media_server import MediaServer
from .remote import (
    ADAPT,
    HUB,
    LEFT,
    NAMES,
    RIGHT,
    TV,
    call,
    play,
    sent,
    sounding,
    until_title,
)

pytestmark = pytest.mark.usefixtures("quick_home")

LIVING_ROOM = ["Omni Left", "Omni Right"]


@both_ways
@pytest.mark.parametrize("entity_id", [LEFT, ADAPT, HUB])
async def test_stop(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    transport: str,
    entity_id: str,
) -> None:
    """It is silent then, also where the music would go on."""
    await add_hub(transport)
    await start_speech(hass, home, speech)

    await call(hass, "media_stop", entity_id)
    await until_state(hass, HUB, "idle")

    assert sounding(home) == {}
    assert_no_traces(home)
    assert members(home) == LIVING_ROOM
    assert [one.title for one in stretches(home, LEFT)] == [MUSIC]


@both_ways
@pytest.mark.parametrize("entity_id", [LEFT, HUB])
async def test_pause(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    transport: str,
    entity_id: str,
) -> None:
    """The music stays paused, without a sound, and can go on later."""
    await add_hub(transport)
    await start_speech(hass, home, speech)

    await call(hass, "media_pause", entity_id)
    await until_state(hass, LEFT, "paused")

    assert sounding(home) == {}
    assert_no_traces(home)
    assert [one.title for one in stretches(home, LEFT)] == [MUSIC]
    await call(hass, "media_play", LEFT)
    await until_plays(home, MUSIC, LEFT, RIGHT)
    assert resumed_where_paused(home, LEFT, MUSIC)


async def test_pause_after_a_radio(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    speech: str,
) -> None:
    """A radio cannot be paused, so it is over; "play" lets it begin again."""
    await add_hub()
    await start_music(hass, home, f"{media_server.url}/radio")
    await announce(hass, ADAPT, speech)

    await call(hass, "media_pause", HUB)
    await until_state(hass, LEFT, "idle")
    assert sounding(home) == {}

    await call(hass, "media_play", LEFT)
    await until_plays(home, "radio", LEFT, RIGHT)


@both_ways
@pytest.mark.parametrize(
    ("service", "entity_id", "data", "title", "speakers"),
    [
        ("media_play", LEFT, {}, MUSIC, [LEFT, RIGHT]),
        ("media_next_track", LEFT, {}, "Driftwood", [LEFT, RIGHT]),
        ("media_next_track", HUB, {}, "Driftwood", [LEFT, RIGHT]),
        ("media_next_track", ADAPT, {}, "Driftwood", [LEFT, RIGHT]),
        ("join", LEFT, {"group_members": [ADAPT]}, MUSIC, [LEFT, RIGHT, ADAPT]),
        ("unjoin", RIGHT, {}, MUSIC, [LEFT]),
    ],
)
async def test_other_commands(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    transport: str,
    service: str,
    entity_id: str,
    data: dict[str, Any],
    title: str,
    speakers: list[str],
) -> None:
    """What the user wants happens at once, with the speakers of the music."""
    await add_hub(transport)
    await start_speech(hass, home, speech)

    await call(hass, service, entity_id, **data)
    await until_plays(home, title, *speakers)

    assert_no_traces(home)
    assert members(home) == [NAMES[speaker] for speaker in speakers]
    await until_title(hass, LEFT, title)


@both_ways
@pytest.mark.parametrize(
    ("entity_id", "speakers"), [(LEFT, [LEFT, RIGHT]), (ADAPT, [ADAPT])]
)
async def test_play_something_else(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    transport: str,
    entity_id: str,
    speakers: list[str],
) -> None:
    """It plays where it is meant, and the former music does not come back."""
    await add_hub(transport)
    await start_speech(hass, home, speech)

    await play(hass, entity_id, "Night Bus")
    await until_plays(home, "Night Bus", *speakers)

    assert_no_traces(home)
    assert (MUSIC, 17) not in heard_at(home, LEFT)[1:]


@both_ways
async def test_play_something_that_is_refused(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    speech: str,
    transport: str,
) -> None:
    """Then the former music is paused, and can go on."""
    await add_hub(transport)
    await start_speech(hass, home, speech)

    with pytest.raises(HomeAssistantError):
        await play(hass, LEFT, f"{media_server.url}/missing.mp3")
    await until_state(hass, LEFT, "paused")
    await call(hass, "media_play", LEFT)
    await until_plays(home, MUSIC, LEFT, RIGHT)
    assert resumed_where_paused(home, LEFT, MUSIC)


@both_ways
async def test_volumes_that_the_user_changes(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    bell: str,
    speech: str,
    transport: str,
) -> None:
    """They are kept, also through the announcement that follows; nothing is cut short."""
    await add_hub(transport)
    await start_speech(hass, home, speech)
    following = asyncio.create_task(announce(hass, ADAPT, bell, volume=0.9))
    await asyncio.sleep(0)

    await call(hass, "volume_set", ADAPT, volume_level=0.3)
    await call(hass, "volume_set", RIGHT, volume_level=0.5)
    assert sounding(home) == {"Adapt": "speech.wav"}
    home.speed = 500
    await following
    home.speed = 20
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert heard_at(home, ADAPT) == [("speech.wav", 40), ("bell.wav", 45)]
    await until(lambda: volumes(home) == [17, 25, 15, 12])


@pytest.mark.parametrize(
    "slow", ["add_device_to_session", "play_web_media_selected_speakers"]
)
async def test_stop_before_it_sounds(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    speech: str,
    slow: str,
) -> None:
    """Whoever waits for the announcement is told; it does not sound later."""
    await add_hub()
    await start_music(hass, home)
    servers.local.trouble = Trouble(slow=0.2, only=frozenset({slow}))
    announcing = asyncio.create_task(announce(hass, ADAPT, speech, volume=0.8))
    await until(lambda: home.commands[-1].name == "pause_play" or not sounding(home))
    await asyncio.sleep(0.05)

    await call(hass, "media_stop", LEFT)
    results = await asyncio.gather(announcing, return_exceptions=True)
    await until(lambda: members(home) == LIVING_ROOM and sounding(home) == {})

    assert all(
        one is None or one.translation_key == "hkwhub_announcement_cancelled"
        for one in results
        if one is None or isinstance(one, HomeAssistantError)
    )
    heard = [one.to_second or 0 for one in stretches(home, ADAPT)]
    assert sum(heard) < 10
    assert volumes(home) == VOLUMES
    assert [one.title for one in stretches(home, LEFT)] == [MUSIC]


async def test_waiting_ones_are_turned_away(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    bell: str,
) -> None:
    """A user who stops does not want to hear the next announcement either."""
    await add_hub()
    await start_speech(hass, home, speech)
    waiting = asyncio.create_task(announce(hass, TV, bell))
    await asyncio.sleep(0.05)

    await call(hass, "media_stop", ADAPT)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting

    assert raised.value.translation_key == "hkwhub_announcement_cancelled"
    assert_no_traces(home)


async def test_one_that_comes_while_traces_are_removed(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    servers: Servers,
    bell: str,
) -> None:
    """It sounds too, and the music goes on after it."""
    await add_hub()
    await start_music(hass, home)
    resume = "resume_hub_media_selected_speakers"
    servers.local.trouble = Trouble(slow=0.2, only=frozenset({resume}))
    await announce(hass, ADAPT, bell)
    await until(lambda: sounding(home) == {} and members(home) == LIVING_ROOM)

    await announce(hass, TV, bell)
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert heard_at(home, ADAPT) == [("bell.wav", 22)]
    assert heard_at(home, TV) == [("bell.wav", 12)]
    assert resumed_where_paused(home, LEFT, MUSIC)


async def test_caller_that_is_gone_while_it_waits(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    speech: str,
    bell: str,
) -> None:
    """An automation that is restarted does not announce twice."""
    await add_hub()
    await start_speech(hass, home, speech)
    for _ in range(3):
        waiting = asyncio.create_task(announce(hass, TV, bell))
        await asyncio.sleep(0.02)
        waiting.cancel()

    home.speed = 500
    await until(lambda: MUSIC in sounding(home).values())
    home.speed = 20
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert heard_at(home, TV) == []
    assert_no_traces(home)


async def test_caller_that_is_gone_while_it_sounds(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, bell: str
) -> None:
    """Then it sounds to its end, and all is as before."""
    await add_hub()
    await start_music(hass, home)
    home.fetch_seconds = 0.1
    announcing = asyncio.create_task(announce(hass, ADAPT, bell, volume=0.8))
    await until(lambda: sent(home, "play_web_media_selected_speakers"))

    announcing.cancel()
    await until(lambda: heard_at(home, ADAPT) == [("bell.wav", 40)])
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert volumes(home) == VOLUMES
