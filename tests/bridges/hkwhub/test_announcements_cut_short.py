"""Announcements that a user, a caller, another client or the end cuts short."""

import asyncio
from typing import Any

import pytest

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.hkwhub import SimulatedHome, Trouble
from tests.waiting import until, until_state

from .conftest import AddHub, Servers, make_impatient
from .listening import (
    MUSIC,
    announce,
    both_ways,
    hasten,
    heard_at,
    members,
    other_client,
    resumed_where_paused,
    start_music,
    stretches,
    until_plays,
    volumes,
)
from .media_server import MediaServer, wav
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
    shown,
    sounding,
    until_title,
)

pytestmark = pytest.mark.usefixtures("quick", "many_publishes")

VOLUMES = [17, 17, 22, 12]
LIVING_ROOM = ["Omni Left", "Omni Right"]


@pytest.fixture(autouse=True)
def quick_home(home: SimulatedHome) -> None:
    """A home where time passes quickly."""
    hasten(home)


@pytest.fixture
def speech(media_server: MediaServer) -> str:
    """The address of a speech that nobody wants to hear to its end."""
    media_server.files["speech.wav"] = ("audio/wav", wav(120))
    return f"{media_server.url}/speech.wav"


@pytest.fixture
def bell(media_server: MediaServer) -> str:
    """The address of a bell that rings for four seconds."""
    media_server.files["bell.wav"] = ("audio/wav", wav(4))
    return f"{media_server.url}/bell.wav"


async def start(hass: HomeAssistant, home: SimulatedHome, speech: str) -> None:
    """Let music make way for a speech in the kitchen."""
    await start_music(hass, home)
    await announce(hass, ADAPT, speech, volume=0.8)
    await until_plays(home, "speech.wav", ADAPT)


def assert_quiet_again(home: SimulatedHome) -> None:
    """Make sure that the announcement has left no traces."""
    assert volumes(home) == VOLUMES
    assert heard_at(home, TV) == []
    titles = [one.title for one in stretches(home, ADAPT)]
    assert titles.count("speech.wav") == 1


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
    await start(hass, home, speech)

    await call(hass, "media_stop", entity_id)
    await until_state(hass, HUB, "idle")

    assert sounding(home) == {}
    assert_quiet_again(home)
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
    await start(hass, home, speech)

    await call(hass, "media_pause", entity_id)
    await until_state(hass, LEFT, "paused")

    assert sounding(home) == {}
    assert_quiet_again(home)
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
    await start(hass, home, speech)

    await call(hass, service, entity_id, **data)
    await until_plays(home, title, *speakers)

    assert_quiet_again(home)
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
    await start(hass, home, speech)

    await play(hass, entity_id, "Night Bus")
    await until_plays(home, "Night Bus", *speakers)

    assert_quiet_again(home)
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
    await start(hass, home, speech)

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
    await start(hass, home, speech)
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
    await start(hass, home, speech)
    waiting = asyncio.create_task(announce(hass, TV, bell))
    await asyncio.sleep(0.05)

    await call(hass, "media_stop", ADAPT)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting

    assert raised.value.translation_key == "hkwhub_announcement_cancelled"
    assert_quiet_again(home)


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
    await start(hass, home, speech)
    for _ in range(3):
        waiting = asyncio.create_task(announce(hass, TV, bell))
        await asyncio.sleep(0.02)
        waiting.cancel()

    home.speed = 500
    await until(lambda: MUSIC in sounding(home).values())
    home.speed = 20
    await until_plays(home, MUSIC, LEFT, RIGHT)

    assert heard_at(home, TV) == []
    assert_quiet_again(home)


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
    await start(hass, home, speech)
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
    await start(hass, home, speech)

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert_quiet_again(home)
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
    await start(hass, home, speech)

    await hass.async_stop(force=True)

    assert_quiet_again(home)
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
    await start(hass, home, speech)

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
