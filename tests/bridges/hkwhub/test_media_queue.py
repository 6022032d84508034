"""Next, previous, what comes after the end, and the queue: the hub knows none of it."""

import asyncio
from itertools import pairwise

import pytest

from homeassistant.const import STATE_IDLE, STATE_PAUSED, STATE_PLAYING
from homeassistant.core import Context, HomeAssistant
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of, until, until_state

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
    heard_titles,
    play,
    shown,
    sounding,
    title,
    until_title,
)

pytestmark = pytest.mark.usefixtures("many_publishes")

FIRST = "Harbour Lights"
LAST = "Rooftops"


@pytest.fixture
def short_tracks(home: SimulatedHome, quick: None) -> SimulatedHome:
    """A home with three songs of a second, and a sound."""
    home.tracks.clear()
    for number, name in enumerate(("One", "Two", "Three"), 1):
        home.add_track(str(number), name, "Band", "Album", 1)
    home.add_track("9", "Ding", "Sound Library", "Sound Library", 1)
    home.speed = 4
    return home


async def finished(home: SimulatedHome, count: int) -> list[str]:
    """Wait until so many stretches were heard, and return their titles."""
    await until(lambda: len([one for one in home.heard if one.ended_at]) >= count)
    return [one.title for one in home.heard if one.ended_at]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_next_and_previous(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """The media list is the queue, without its sounds, and it goes round."""
    await add_hub(transport)
    await play(hass, ADAPT, FIRST)
    await call(hass, "media_next_track", ADAPT)
    assert title(hass, ADAPT) == "Driftwood"
    await call(hass, "media_previous_track", ADAPT)
    assert title(hass, ADAPT) == FIRST
    await call(hass, "media_previous_track", ADAPT)
    assert title(hass, ADAPT) == LAST
    await call(hass, "media_next_track", HUB)
    assert title(hass, ADAPT) == FIRST
    assert sounding(home) == {"Adapt": FIRST}
    assert heard_titles(home, "Adapt") == [FIRST, "Driftwood", FIRST, LAST, FIRST]


async def test_previous_begins_the_track_again(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, quick: None
) -> None:
    """Once a track has played for more than six seconds, "previous" means its start."""
    home.speed = 40
    await add_hub()
    await play(hass, ADAPT, "Lighthouse")
    await until(lambda: (shown(hass, ADAPT, "media_position") or 0) > 6)
    await call(hass, "media_previous_track", ADAPT)
    assert title(hass, ADAPT) == "Lighthouse"
    assert heard_titles(home, "Adapt") == ["Lighthouse"] * 2
    assert home.heard[-1].from_second == 0


async def test_next_after_a_pause(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A paused queue goes on with the next track."""
    await add_hub()
    await play(hass, ADAPT, FIRST)
    await call(hass, "media_pause", ADAPT)
    assert state_of(hass, ADAPT) == STATE_PAUSED
    await call(hass, "media_next_track", ADAPT)
    assert sounding(home) == {"Adapt": "Driftwood"}


async def test_next_with_nothing_before(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """The media list begins, on all speakers if it is the hub that is told to."""
    await add_hub()
    await call(hass, "media_next_track", HUB)
    assert set(sounding(home).values()) == {FIRST}
    assert len(sounding(home)) == 4


async def test_next_on_all_members_of_a_group(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """One call for several players of one stream skips one track, not one for each."""
    await add_hub()
    await play(hass, HUB, FIRST)
    await call(hass, "media_next_track", [*SPEAKERS, HUB])
    assert set(sounding(home).values()) == {"Driftwood"}
    await call(hass, "media_previous_track", [LEFT, RIGHT])
    assert set(sounding(home).values()) == {FIRST}
    # Two calls are two wishes.
    await call(hass, "media_next_track", LEFT)
    await call(hass, "media_next_track", RIGHT)
    assert set(sounding(home).values()) == {"Salt and Sand"}


async def test_next_twice_at_once(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A script that says "next" to one speaker twice, in parallel, means it twice."""
    await add_hub()
    await play(hass, ADAPT, FIRST)
    context = Context()
    await asyncio.gather(
        *(call(hass, "media_next_track", ADAPT, context=context) for _ in range(2))
    )
    assert sounding(home) == {"Adapt": "Salt and Sand"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_next_track_by_itself(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """At its end a track is followed by the next of the list, until that is over."""
    await add_hub(transport)
    await play(hass, ADAPT, "Two")
    await until_title(hass, ADAPT, "Three")
    assert state_of(hass, ADAPT) == STATE_PLAYING
    await until_state(hass, ADAPT, STATE_IDLE)
    await asyncio.sleep(0.15)
    assert heard_titles(short_tracks, "Adapt") == ["Two", "Three"]
    # To play again means the last one, as it is its turn.
    await call(hass, "media_play", ADAPT)
    assert title(hass, ADAPT) == "Three"


async def test_next_track_on_the_group(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub
) -> None:
    """Who joined meanwhile hears the next track too; who left does not."""
    await add_hub()
    await play(hass, LEFT, "One")
    await call(hass, "join", LEFT, group_members=[RIGHT, ADAPT])
    await call(hass, "unjoin", LEFT)
    await until_title(hass, RIGHT, "Two")
    await until(lambda: sounding(short_tracks))
    assert sounding(short_tracks) == {"Omni Right": "Two", "Adapt": "Two"}


async def test_no_next_track(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub
) -> None:
    """Those who want silence after a track can have it; "next" works all the same."""
    entry = await add_hub()
    result = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(
        result["flow_id"],
        {"announcement_priority": 200, "auto_advance": False, "follow_position": True},
    )
    await hass.async_block_till_done()
    await play(hass, ADAPT, "One")
    await until_state(hass, ADAPT, STATE_IDLE)
    await asyncio.sleep(0.15)
    assert heard_titles(short_tracks, "Adapt") == ["One"]
    await call(hass, "media_next_track", ADAPT)
    assert title(hass, ADAPT) == "Two"
    # What was put into the queue is what the user wants to hear.
    await play(hass, ADAPT, "One", enqueue="add")
    await until_title(hass, ADAPT, "One")


@pytest.mark.parametrize("repeat", ["off", "one", "all"])
async def test_sounds_are_alone(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub, repeat: str
) -> None:
    """A sound for doors is followed by nothing, not even by itself.

    Somebody who lets music repeat does not want the doorbell to.
    """
    await add_hub()
    await call(hass, "repeat_set", ADAPT, repeat=repeat)
    await play(hass, ADAPT, "Ding")
    await until_state(hass, ADAPT, STATE_IDLE)
    await asyncio.sleep(0.15)
    assert heard_titles(short_tracks, "Adapt") == ["Ding"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_repeat(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """One track, or all of them, again and again."""
    await add_hub(transport)
    await call(hass, "repeat_set", ADAPT, repeat="all")
    assert [shown(hass, one, "repeat") for one in (ADAPT, HUB, TV)] == ["all"] * 3
    await play(hass, ADAPT, "Three")
    await until_title(hass, ADAPT, "One")
    await call(hass, "repeat_set", HUB, repeat="one")
    assert await finished(short_tracks, 3) == ["Three", "One", "One"]
    assert title(hass, ADAPT) == "One"
    # By hand one gets on nevertheless.
    await call(hass, "media_next_track", ADAPT)
    assert title(hass, ADAPT) == "Two"
    await call(hass, "repeat_set", HUB, repeat="off")
    assert shown(hass, TV, "repeat") == "off"


async def test_shuffle(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """All tracks come once, in another order; afterwards it is the list's again."""
    await add_hub()
    await play(hass, ADAPT, FIRST)
    await call(hass, "shuffle_set", ADAPT, shuffle=True)
    assert shown(hass, HUB, "shuffle") is True
    assert title(hass, ADAPT) == FIRST
    for _ in range(11):
        await call(hass, "media_next_track", ADAPT)
    music = [track.id for track in home.tracks.values()][:12]
    played = [one.content for one in home.heard]
    assert sorted(played) == sorted(music)
    assert played != music

    await call(hass, "shuffle_set", ADAPT, shuffle=False)
    last = home.heard[-1].content
    await call(hass, "media_next_track", ADAPT)
    following = dict(pairwise([*music, music[0]]))
    assert home.heard[-1].content == following[last]


async def test_queue(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub
) -> None:
    """Add to the end, put next, play at once: nothing else is heard in between."""
    await add_hub()
    await play(hass, ADAPT, "One")
    await play(hass, ADAPT, "Three", enqueue="add")
    await play(hass, ADAPT, "Two", enqueue="next")
    assert sounding(short_tracks) == {"Adapt": "One"}
    assert await finished(short_tracks, 3) == ["One", "Two", "Three"]
    await until_state(hass, ADAPT, STATE_IDLE)

    await play(hass, ADAPT, "hkwhub://album/Album", enqueue="replace")
    await play(hass, ADAPT, "Ding", enqueue="play")
    assert title(hass, ADAPT) == "Ding"
    await until_title(hass, ADAPT, "Two")
    # To play something else is to want a new queue.
    await play(hass, ADAPT, "Three")
    await until_state(hass, ADAPT, STATE_IDLE)
    assert heard_titles(short_tracks, "Adapt")[3:] == ["One", "Ding", "Two", "Three"]


@pytest.mark.parametrize("enqueue", ["add", "next"])
async def test_queue_of_a_silent_hub(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, enqueue: str
) -> None:
    """A queue that nobody has started yet waits, and begins with its first track."""
    await add_hub()
    await play(hass, ADAPT, "Lighthouse", enqueue=enqueue)
    assert home.heard == []
    await play(hass, ADAPT, "Rooftops", enqueue="add")
    await call(hass, "media_play", ADAPT)
    assert sounding(home) == {"Adapt": "Lighthouse"}
    await call(hass, "media_next_track", ADAPT)
    assert sounding(home) == {"Adapt": "Rooftops"}


async def test_album_is_over(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub
) -> None:
    """After an album, what the list has besides does not follow."""
    short_tracks.add_track("4", "Four", "Band", "Other", 1)
    await add_hub()
    await play(hass, ADAPT, "hkwhub://album/Album")
    assert await finished(short_tracks, 3) == ["One", "Two", "Three"]
    await until_state(hass, ADAPT, STATE_IDLE)
    await asyncio.sleep(0.15)
    assert len(heard_titles(short_tracks, "Adapt")) == 3


async def test_clear_playlist(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """It ends what plays, and "play" begins the list anew."""
    await add_hub()
    await play(hass, ADAPT, "Lighthouse")
    await call(hass, "clear_playlist", ADAPT)
    assert state_of(hass, ADAPT) == STATE_IDLE
    assert sounding(home) == {}
    await play(hass, ADAPT, "Rooftops", enqueue="add")
    await call(hass, "media_play", ADAPT)
    assert sounding(home) == {"Adapt": "Rooftops"}


async def test_clear_playlist_of_a_silent_speaker(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub
) -> None:
    """The queue is one for all, but who hears music goes on hearing it."""
    await add_hub()
    await play(hass, ADAPT, "hkwhub://album/Album")
    await call(hass, "clear_playlist", TV)
    assert sounding(short_tracks) == {"Adapt": "One"}
    await until_state(hass, ADAPT, STATE_IDLE)
    assert heard_titles(short_tracks, "Adapt") == ["One"]


async def test_shuffled_queue_that_grows(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Unshuffled it has the order of the list again, and what was put in between."""
    await add_hub()
    await call(hass, "shuffle_set", ADAPT, shuffle=True)
    await play(hass, ADAPT, "hkwhub://tracks")
    await play(hass, ADAPT, "Dogs-barking-close-loop", enqueue="next")
    await call(hass, "shuffle_set", ADAPT, shuffle=False)
    for _ in range(12):
        await call(hass, "media_next_track", ADAPT)

    music = [track.id for track in home.tracks.values()][:12]
    first, inserted, *others = [one.content for one in home.heard]
    behind = music.index(first) + 1
    assert inserted == home.track("Dogs-barking-close-loop").id
    assert others == [*music[behind:], *music[: behind - 1]]


async def test_radio_between_tracks(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    media_server: MediaServer,
) -> None:
    """A radio is what is played again; the queue goes on where it was."""
    home.download_seconds = 0.1
    await add_hub()
    await play(hass, ADAPT, "Lighthouse")
    await play(hass, ADAPT, f"{media_server.url}/radio")
    await call(hass, "media_stop", ADAPT)
    await call(hass, "media_play", ADAPT)
    assert sounding(home) == {"Adapt": "radio"}
    await call(hass, "media_stop", ADAPT)
    await call(hass, "media_next_track", ADAPT)
    assert sounding(home) == {"Adapt": "Früh am Morgen"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_stop_is_no_end(
    hass: HomeAssistant, short_tracks: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """After a stop, by whomever, nothing begins by itself."""
    await add_hub(transport)
    await play(hass, ADAPT, "One")
    await call(hass, "media_stop", ADAPT)
    await asyncio.sleep(0.4)
    assert heard_titles(short_tracks, "Adapt") == ["One"]


async def test_next_track_is_gone(
    hass: HomeAssistant,
    short_tracks: SimulatedHome,
    add_hub: AddHub,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A track that was deleted meanwhile is passed over, with a line in the log."""
    await add_hub()
    await play(hass, ADAPT, "One")
    del short_tracks.tracks["2"]
    await until_title(hass, ADAPT, "Three")
    assert heard_titles(short_tracks, "Adapt") == ["One", "Three"]
    assert caplog.text.count("The next track could not be played") == 1


async def test_no_next_track_can_be_played(
    hass: HomeAssistant,
    short_tracks: SimulatedHome,
    add_hub: AddHub,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where all of them are gone it ends."""
    await add_hub()
    await play(hass, ADAPT, "One")
    short_tracks.tracks.clear()
    await until_state(hass, ADAPT, STATE_IDLE)
    await until(lambda: "The next track could not be played" in caplog.text)
    await asyncio.sleep(0.1)
    assert state_of(hass, ADAPT) == STATE_IDLE
    assert heard_titles(short_tracks, "Adapt") == ["One"]
