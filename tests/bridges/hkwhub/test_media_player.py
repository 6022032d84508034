"""What a media player shows of the hub's playback, and playing, pausing, stopping."""

import asyncio
from datetime import timedelta

import pytest

from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.const import STATE_IDLE, STATE_PAUSED, STATE_PLAYING
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import note_changes, state_of, until, until_state

from .conftest import TRANSPORTS, AddHub
from .media_server import MediaServer
from .remote import (
    ADAPT,
    HUB,
    LEFT,
    RIGHT,
    SPEAKERS,
    TV,
    call,
    note_titles,
    note_writes,
    play,
    sent,
    shown,
    sounding,
    title,
)

pytestmark = pytest.mark.usefixtures("many_publishes")

HARBOUR = "7387446959931482519"
LARGE_ID = "18446744073709551615"
WITH_TRACKS = (
    MediaPlayerEntityFeature.PAUSE
    | MediaPlayerEntityFeature.NEXT_TRACK
    | MediaPlayerEntityFeature.PREVIOUS_TRACK
)


def features(hass: HomeAssistant, entity_id: str) -> MediaPlayerEntityFeature:
    """Return which of the features that need tracks a media player has."""
    return (
        MediaPlayerEntityFeature(shown(hass, entity_id, "supported_features"))
        & WITH_TRACKS
    )


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_life_of_a_track(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Play, pause, resume where it was, and stop, on one speaker."""
    home.speed = 20
    await add_hub(transport)

    before = dt_util.utcnow()
    await play(hass, ADAPT, HARBOUR)
    assert sounding(home) == {"Adapt": "Harbour Lights"}
    assert state_of(hass, ADAPT) == state_of(hass, HUB) == STATE_PLAYING
    assert state_of(hass, LEFT) == STATE_IDLE
    for entity_id in (ADAPT, HUB):
        assert title(hass, entity_id) == "Harbour Lights"
        assert shown(hass, entity_id, "media_artist") == "The Quiet Coast"
        assert shown(hass, entity_id, "media_album_name") == "Low Tide"
        assert shown(hass, entity_id, "media_duration") == 236
        assert shown(hass, entity_id, "media_content_id") == HARBOUR
        assert shown(hass, entity_id, "media_content_type") == "music"
        assert shown(hass, entity_id, "media_position") == 0
        at = shown(hass, entity_id, "media_position_updated_at")
        assert before <= at <= dt_util.utcnow()
    assert title(hass, LEFT) is None
    assert shown(hass, LEFT, "media_position") is None

    await asyncio.sleep(0.1)
    await call(hass, "media_pause", ADAPT)
    assert state_of(hass, ADAPT) == state_of(hass, HUB) == STATE_PAUSED
    assert title(hass, ADAPT) == "Harbour Lights"
    assert sounding(home) == {}
    paused_at = home.heard[-1].to_second

    await call(hass, "media_play", ADAPT)
    assert state_of(hass, ADAPT) == STATE_PLAYING
    assert sounding(home) == {"Adapt": "Harbour Lights"}
    assert home.heard[-1].from_second == paused_at

    await call(hass, "media_stop", ADAPT)
    assert state_of(hass, ADAPT) == state_of(hass, HUB) == STATE_IDLE
    assert title(hass, ADAPT) is None
    assert sounding(home) == {}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_play_after_stop(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """What was stopped cannot be resumed: it begins again."""
    await add_hub(transport)
    await play(hass, ADAPT, "Salt and Sand")
    await call(hass, "media_stop", ADAPT)
    await asyncio.sleep(0.03)
    await call(hass, "media_play", ADAPT)
    assert sounding(home) == {"Adapt": "Salt and Sand"}
    assert home.heard[-1].from_second == 0
    assert title(hass, ADAPT) == "Salt and Sand"


async def test_play_with_nothing_before(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """The media list begins."""
    await add_hub()
    await call(hass, "media_play", TV)
    assert sounding(home) == {"TV": "Harbour Lights"}
    await call(hass, "media_play_pause", TV)
    assert state_of(hass, TV) == STATE_PAUSED


async def test_play_with_nothing_to_play(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A hub without tracks says so."""
    home.tracks.clear()
    await add_hub()
    for service in ("media_play", "media_next_track"):
        with pytest.raises(ServiceValidationError) as raised:
            await call(hass, service, TV)
        assert raised.value.translation_key == "hkwhub_nothing_to_play"


async def test_play_while_it_plays_elsewhere(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A speaker that is told to play, and not what, joins; the others go on."""
    await add_hub()
    await play(hass, ADAPT, HARBOUR)
    await call(hass, "media_play", TV)
    assert sounding(home) == {"Adapt": "Harbour Lights", "TV": "Harbour Lights"}
    assert len(sent(home, "play_hub_media_selected_speakers")) == 1


async def test_play_on_the_hub_while_it_plays(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """The hub plays already, so nothing changes: nobody else is woken up."""
    await add_hub()
    await play(hass, ADAPT, HARBOUR)
    await call(hass, "media_play", HUB)
    assert sounding(home) == {"Adapt": "Harbour Lights"}
    await call(hass, "media_pause", HUB)
    await call(hass, "media_play", HUB)
    assert sounding(home) == {"Adapt": "Harbour Lights"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_hub_plays_everywhere(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """What is played on the hub is heard on all speakers."""
    await add_hub(transport)
    await play(hass, HUB, HARBOUR)
    assert sounding(home) == dict.fromkeys(
        ("Omni Left", "Omni Right", "Adapt", "TV"), "Harbour Lights"
    )
    assert [state_of(hass, one) for one in SPEAKERS] == [STATE_PLAYING] * 4
    assert sent(home, "play_hub_media_party_mode")
    await call(hass, "media_stop", HUB)
    assert [state_of(hass, one) for one in SPEAKERS] == [STATE_IDLE] * 4


async def test_services_of_a_speaker_without_part(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """To pause or stop a silent speaker does not silence another."""
    await add_hub()
    await play(hass, ADAPT, HARBOUR)
    await call(hass, "media_pause", TV)
    await call(hass, "media_stop", TV)
    assert sounding(home) == {"Adapt": "Harbour Lights"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_large_id(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Ids are numbers of 64 bits, of which nothing may be lost."""
    await add_hub(transport)
    await play(hass, TV, LARGE_ID)
    assert sounding(home) == {"TV": "Été à Málaga"}
    assert home.heard[-1].content == LARGE_ID


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_one_stream(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Play elsewhere, and it moves: two speakers never show two titles."""
    await add_hub(transport)
    titles = note_titles(hass)

    await play(hass, LEFT, "Lighthouse")
    await play(hass, ADAPT, "Rooftops")
    await hass.async_block_till_done()

    assert sounding(home) == {"Adapt": "Rooftops"}
    assert state_of(hass, LEFT) == STATE_IDLE
    assert title(hass, LEFT) is None
    assert title(hass, HUB) == title(hass, ADAPT) == "Rooftops"
    assert max(len(seen) for seen in titles) == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("replaces", [False, True], ids=["adds", "replaces"])
async def test_two_at_once(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    transport: str,
    replaces: bool,
) -> None:
    """Of two wishes at the same moment the later one wins, whole."""
    home.selected_replaces = replaces
    await add_hub(transport)
    titles = note_titles(hass)

    await asyncio.gather(play(hass, LEFT, "Lighthouse"), play(hass, ADAPT, "Rooftops"))

    assert sounding(home) == {"Adapt": "Rooftops"}
    assert {one: title(hass, one) for one in SPEAKERS} == {
        LEFT: None,
        RIGHT: None,
        ADAPT: "Rooftops",
        TV: None,
    }
    assert max(len(seen) for seen in titles) == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_position_is_written_on_jumps_only(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    quick: None,
    transport: str,
) -> None:
    """While a track plays nothing is written: everybody can count."""
    await add_hub(transport)
    await play(hass, ADAPT, HARBOUR)
    await hass.async_block_till_done()
    # The list that is read after the command has come.
    await asyncio.sleep(0.2)
    written = note_writes(hass, ADAPT)
    at = shown(hass, ADAPT, "media_position_updated_at")

    await asyncio.sleep(1.3)
    assert written == []
    assert state_of(hass, ADAPT) == STATE_PLAYING

    # Faster than the clock: the position jumps.
    home.speed = 40
    await until(lambda: shown(hass, ADAPT, "media_position") > 4)
    assert shown(hass, ADAPT, "media_position_updated_at") - at > timedelta(seconds=1)
    assert written


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_track_ends(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    quick: None,
    transport: str,
) -> None:
    """A sound for doors ends, and nothing comes after it."""
    home.add_track("1", "Ding", "Sound Library", "Sound Library", 1)
    home.speed = 4
    await add_hub(transport)
    await play(hass, ADAPT, "Ding")
    changes = note_changes(hass)
    await until_state(hass, ADAPT, STATE_IDLE)
    assert state_of(hass, HUB) == STATE_IDLE
    assert title(hass, ADAPT) is None
    await asyncio.sleep(0.2)
    assert sounding(home) == {}
    # It is not for a moment as if somebody else played there. Which of the two is told
    # first depends on whether the hub's word or the speaker's arrives first.
    assert sorted(changes) == [f"{HUB}: idle", f"{ADAPT}: idle"]
    assert len(home.heard) == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_features(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
    transport: str,
) -> None:
    """Only tracks can be paused and skipped."""
    home.download_seconds = 0.1
    await add_hub(transport)
    assert features(hass, ADAPT) == features(hass, HUB) == WITH_TRACKS
    await play(hass, ADAPT, HARBOUR)
    assert features(hass, ADAPT) == features(hass, HUB) == WITH_TRACKS
    await play(hass, ADAPT, f"{media_server.url}/radio")
    assert features(hass, ADAPT) == features(hass, HUB) == 0
    # It is not the TV that plays the radio.
    assert features(hass, TV) == WITH_TRACKS
    for service in ("media_pause", "media_next_track", "media_previous_track"):
        with pytest.raises(HomeAssistantError):
            await call(hass, service, ADAPT)
    assert sounding(home) == {"Adapt": "radio"}
    await call(hass, "media_stop", ADAPT)
    assert features(hass, ADAPT) == WITH_TRACKS


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_another_client_plays(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """It can be stopped, but neither paused nor skipped: nobody knows what it is."""
    entry = await add_hub(transport)
    await home.foreign(
        "play_hub_media_selected_speakers",
        {"PersistentID": HARBOUR, "DeviceIDList": home.speaker("Adapt").id},
    )
    await entry.runtime_data.async_refresh()
    assert state_of(hass, ADAPT) == state_of(hass, HUB) == STATE_PLAYING
    assert title(hass, ADAPT) is None
    assert features(hass, ADAPT) == features(hass, HUB) == 0
    await call(hass, "media_stop", ADAPT)
    assert sounding(home) == {}
    assert state_of(hass, ADAPT) == state_of(hass, HUB) == STATE_IDLE


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_another_source(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """A speaker that plays from elsewhere plays; it is not the hub's to pause."""
    entry = await add_hub(transport)
    home.speaker("TV").external = True
    await entry.runtime_data.async_refresh()
    assert state_of(hass, TV) == STATE_PLAYING
    assert title(hass, TV) is None
    assert shown(hass, TV, "group_members") is None
    assert features(hass, TV) == 0
    assert state_of(hass, HUB) == STATE_IDLE
    await play(hass, TV, HARBOUR)
    assert title(hass, TV) == "Harbour Lights"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_another_source_takes_the_only_speaker(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    quick: None,
    transport: str,
) -> None:
    """The hub's music ends by that, and the speaker plays on: both are seen at once."""
    entry = await add_hub(transport)
    await play(hass, TV, HARBOUR)
    # The hub's answers count again.
    await asyncio.sleep(0.25)
    home.speaker("TV").external = True
    await entry.runtime_data.async_refresh()
    assert state_of(hass, HUB) == STATE_IDLE
    assert state_of(hass, TV) == STATE_PLAYING
    assert title(hass, TV) is None
    assert shown(hass, HUB, "group_members") is None
