"""Somebody who listens in each room, while music plays and announcements are made."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from homeassistant.core import HomeAssistant
from tests.simulators.hkwhub import Heard, SimulatedHome
from tests.waiting import until

from .conftest import TRANSPORTS, Servers
from .remote import ADAPT, LEFT, NAMES, RIGHT, SPEAKERS, TV, call, play, sounding

MUSIC: Final = "Harbour Lights"
# How loud the speakers are at first: left, right, Adapt, TV
VOLUMES: Final = [17, 17, 22, 12]

# Spoken in four seconds
TEXT: Final = "There is somebody at the door, and it is raining outside now"

every_transport = pytest.mark.parametrize("transport", TRANSPORTS)
# HKIoTCloud is the local server's API behind a sign-in: where that makes no difference.
both_ways = pytest.mark.parametrize("transport", ["local", "pubnub"])


type Foreign = Callable[..., Awaitable[Any]]


def other_client(home: SimulatedHome, servers: Servers, transport: str) -> Foreign:
    """Return what sends commands for another client of the hub."""
    clients: dict[str, Foreign] = {
        "local": home.foreign,
        "cloud": home.foreign,
        "pubnub": servers.hub.foreign_command,
    }
    return clients[transport]


async def start_music(
    hass: HomeAssistant, home: SimulatedHome, media_id: str = MUSIC
) -> None:
    """Let the two speakers of the living room play for some seconds of media."""
    await call(hass, "join", LEFT, group_members=[RIGHT])
    speed, home.speed = home.speed, 20
    await play(hass, LEFT, media_id)
    await until(lambda: home.stage.position > 1)
    home.speed = speed


async def announce(
    hass: HomeAssistant, entity_id: str, media_id: str, **extra: Any
) -> None:
    """Announce something; returns when it sounds."""
    kind = extra.pop("media_type", "music")
    await play(hass, entity_id, media_id, kind, announce=True, extra=extra)


def stretches(home: SimulatedHome, entity_id: str) -> list[Heard]:
    """Return what was heard from a speaker, in order."""
    name = NAMES[entity_id]
    return [one for one in home.heard if home.speakers[one.speaker_id].name == name]


def heard_at(home: SimulatedHome, entity_id: str) -> list[tuple[str, int]]:
    """Return what was heard from a speaker, and how loud, in order."""
    return [(one.title, one.volume_at_start) for one in stretches(home, entity_id)]


def members(home: SimulatedHome) -> list[str]:
    """Return the names of those who take part in the session."""
    return [speaker.name for speaker in home.members]


def volumes(home: SimulatedHome) -> list[int]:
    """Return how loud the speakers are: left, right, Adapt, TV."""
    return [home.speaker(NAMES[entity_id]).volume for entity_id in SPEAKERS]


async def until_plays(home: SimulatedHome, title: str, *speakers: str) -> None:
    """Wait until something sounds on some speakers, and on no others."""
    wanted = {NAMES[entity_id]: title for entity_id in speakers}
    try:
        await until(lambda: sounding(home) == wanted)
    except TimeoutError:
        pytest.fail(f"{sounding(home)}, not {wanted}")


def resumed_where_paused(home: SimulatedHome, entity_id: str, title: str) -> bool:
    """Return whether a speaker went on with a track at the second where it paused."""
    *_, before, after = (
        one for one in stretches(home, entity_id) if one.title == title
    )
    assert before.to_second is not None
    return before.to_second > 1 and after.from_second == before.to_second


async def start_speech(hass: HomeAssistant, home: SimulatedHome, speech: str) -> None:
    """Let the music of the living room make way for a speech in the kitchen."""
    await start_music(hass, home)
    await announce(hass, ADAPT, speech, volume=0.8)
    await until_plays(home, "speech.wav", ADAPT)


def assert_no_traces(home: SimulatedHome) -> None:
    """Make sure that nothing is left of the speech in the kitchen."""
    assert volumes(home) == VOLUMES
    assert heard_at(home, TV) == []
    titles = [one.title for one in stretches(home, ADAPT)]
    assert titles.count("speech.wav") == 1
