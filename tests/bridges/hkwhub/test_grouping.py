"""Who plays together: a hub has one session, which speakers join and leave."""

import asyncio

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import STATE_IDLE, STATE_PAUSED, STATE_PLAYING
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from tests.simulators.hkwhub import SimulatedHome, believable_hub
from tests.simulators.hkwhub.local import LocalServer
from tests.waiting import state_of, until

from .conftest import TRANSPORTS, AddHub, Servers
from .mishaps import local
from .remote import (
    ADAPT,
    HUB,
    LEFT,
    RIGHT,
    SPEAKERS,
    TV,
    call,
    note_titles,
    play,
    sent,
    shown,
    sounding,
    title,
)

pytestmark = pytest.mark.usefixtures("many_publishes")

FIRST = "Harbour Lights"


def members(home: SimulatedHome) -> set[str]:
    """Return who takes part, as the hub sees it."""
    return {speaker.name for speaker in home.members}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_join_and_unjoin_while_it_plays(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Speakers come to what plays and go again; for the others nothing changes."""
    await add_hub(transport)
    await play(hass, LEFT, FIRST)
    assert shown(hass, LEFT, "group_members") == [LEFT]
    assert shown(hass, RIGHT, "group_members") is None

    await call(hass, "join", LEFT, group_members=[RIGHT])
    assert shown(hass, LEFT, "group_members") == [LEFT, RIGHT]
    assert shown(hass, RIGHT, "group_members") == [RIGHT, LEFT]
    assert shown(hass, HUB, "group_members") == [LEFT, RIGHT]
    assert title(hass, RIGHT) == FIRST
    # Who is there already stays, also if somebody else is asked for.
    await call(hass, "join", RIGHT, group_members=[ADAPT])
    assert sounding(home) == dict.fromkeys(("Omni Left", "Omni Right", "Adapt"), FIRST)
    assert [state_of(hass, one) for one in (LEFT, RIGHT, ADAPT)] == [STATE_PLAYING] * 3

    await call(hass, "unjoin", LEFT)
    assert sounding(home) == dict.fromkeys(("Omni Right", "Adapt"), FIRST)
    assert state_of(hass, LEFT) == STATE_IDLE
    assert title(hass, LEFT) is None
    assert shown(hass, LEFT, "group_members") is None
    assert shown(hass, RIGHT, "group_members") == [RIGHT, ADAPT]
    assert len(home.heard) == 3
    assert len(sent(home, "play_hub_media_selected_speakers")) == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_last_one_leaves(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """When the last speaker leaves, the music ends."""
    await add_hub(transport)
    await play(hass, LEFT, FIRST)
    await call(hass, "join", LEFT, group_members=[RIGHT])
    await call(hass, "unjoin", [LEFT, RIGHT])
    assert sounding(home) == {}
    assert members(home) == set()
    assert state_of(hass, HUB) == state_of(hass, LEFT) == STATE_IDLE
    assert shown(hass, HUB, "group_members") is None


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_group_before_music(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """A group that is formed in silence plays together what any of them is told to."""
    await add_hub(transport)
    await call(hass, "join", LEFT, group_members=[RIGHT])
    assert members(home) == {"Omni Left", "Omni Right"}
    assert shown(hass, LEFT, "group_members") == [LEFT, RIGHT]
    assert state_of(hass, LEFT) == STATE_IDLE
    await play(hass, RIGHT, FIRST)
    assert sounding(home) == dict.fromkeys(("Omni Left", "Omni Right"), FIRST)
    # Others form a group of their own; the hub has only one.
    await call(hass, "media_stop", LEFT)
    await call(hass, "join", ADAPT, group_members=[TV])
    assert members(home) == {"Adapt", "TV"}
    assert shown(hass, LEFT, "group_members") is None


async def test_join_where_it_plays(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A silent speaker that forms a group joins what the hub plays: there is no other."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    await call(hass, "join", ADAPT, group_members=[TV])
    assert sounding(home) == dict.fromkeys(("Omni Left", "Adapt", "TV"), FIRST)


async def test_join_while_paused(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Who joins and leaves during a pause hears, or does not hear, how it goes on."""
    home.speed = 30
    await add_hub()
    await play(hass, LEFT, FIRST)
    await call(hass, "media_pause", LEFT)
    paused_at = home.heard[-1].to_second
    await call(hass, "join", LEFT, group_members=[RIGHT, ADAPT])
    assert state_of(hass, ADAPT) == STATE_PAUSED
    await call(hass, "unjoin", LEFT)
    assert state_of(hass, LEFT) == STATE_IDLE
    assert sounding(home) == {}
    await call(hass, "media_play", ADAPT)
    assert sounding(home) == dict.fromkeys(("Omni Right", "Adapt"), FIRST)
    assert home.heard[-1].from_second == paused_at


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_everybody_joins(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """All speakers at once are the hub's party mode."""
    await add_hub(transport)
    await call(hass, "join", LEFT, group_members=[RIGHT, ADAPT, TV])
    assert len(home.members) == 4
    assert [
        name for name, _ in sent(home, "set_party_mode", "add_device_to_session")
    ] == ["set_party_mode"]
    await call(hass, "unjoin", HUB)
    assert home.members == []


async def test_hub_takes_others_in(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """The hub as the one that is joined stands for those who take part."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    await call(hass, "join", HUB, group_members=[ADAPT])
    assert sounding(home) == dict.fromkeys(("Omni Left", "Adapt"), FIRST)
    await call(hass, "unjoin", HUB)
    assert sounding(home) == {}
    assert state_of(hass, HUB) == STATE_IDLE


async def test_group_plays_as_one(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """What one member is told, all of them do."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    await call(hass, "join", LEFT, group_members=[RIGHT])
    await call(hass, "media_pause", RIGHT)
    assert state_of(hass, LEFT) == state_of(hass, RIGHT) == STATE_PAUSED
    await call(hass, "media_play", LEFT)
    await call(hass, "media_next_track", RIGHT)
    assert sounding(home) == dict.fromkeys(("Omni Left", "Omni Right"), "Driftwood")
    await call(hass, "media_stop", LEFT)
    assert sounding(home) == {}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_play_on_several(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """One call for several speakers, as for an area, lets them play together."""
    await add_hub(transport)
    titles = note_titles(hass)
    await play(hass, [LEFT, RIGHT], FIRST)
    assert sounding(home) == dict.fromkeys(("Omni Left", "Omni Right"), FIRST)
    assert len(sent(home, "play_hub_media_selected_speakers")) == 1
    await play(hass, [TV, LEFT], "Lighthouse", enqueue="add")
    await play(hass, [*SPEAKERS, HUB], "Rooftops")
    assert set(sounding(home).values()) == {"Rooftops"}
    assert len(sounding(home)) == 4
    assert max(len(seen) for seen in titles) == 1


async def test_play_on_several_fails(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """If it cannot be played, it is told once and asked for once."""
    await add_hub()
    with pytest.raises(HomeAssistantError) as raised:
        await play(hass, [LEFT, RIGHT], "https://127.0.0.1:9/a.mp3")
    assert raised.value.translation_key == "hkwhub_https_refused"
    assert len(sent(home, "play_web_media_selected_speakers")) == 1


async def test_speak_on_several(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, quick: None
) -> None:
    """What is said on several speakers is heard from all of them at once, and once."""
    home.tts_key = "a key"
    home.speed = 20
    await add_hub()
    await play(hass, [LEFT, ADAPT], "Dinner is ready", "hkwhub_speech", announce=True)
    assert sounding(home) == dict.fromkeys(("Omni Left", "Adapt"), "Dinner is ready")
    await until(lambda: not sounding(home))
    voices = ["notify.living_room_omni_right_speak", "notify.tv_speak"]
    await hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": voices, "message": "Now"},
        blocking=True,
    )
    assert sounding(home) == dict.fromkeys(("Omni Right", "TV"), "Now")
    await until(lambda: not sounding(home) and not home.members)
    assert len(home.heard) == 4


@pytest.mark.parametrize("turns", [2, 3, 4, 5])
async def test_cancelled_call(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, turns: int
) -> None:
    """A call that is cancelled, at whatever moment, leaves nobody waiting."""
    await add_hub()
    calling = asyncio.create_task(play(hass, [LEFT, RIGHT], FIRST))
    for _ in range(turns):
        await asyncio.sleep(0)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    await hass.async_block_till_done()
    await play(hass, [LEFT, ADAPT], "Lighthouse")
    assert sounding(home) == dict.fromkeys(("Omni Left", "Adapt"), "Lighthouse")


async def test_skip_does_not_wake_the_silent(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A call for an area where one plays and one is silent is for the one that plays."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    await call(hass, "media_next_track", [RIGHT, LEFT])
    assert sounding(home) == {"Omni Left": "Driftwood"}


@pytest.fixture
async def second_home(socket_enabled: None) -> SimulatedHome:
    """Another home's speakers, which have the same names."""
    home = SimulatedHome()
    believable_hub(home)
    home.speakers.clear()
    home.add_speaker("1234567890123", "Omni Left", room="Living Room")
    return home


async def test_foreign_members(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    second_home: SimulatedHome,
) -> None:
    """Speakers of other hubs, players of others and unknown ones cannot join."""
    server = LocalServer(second_home)
    await server.start()
    await add_hub()
    await add_hub(url=server.url)
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    stranger = er.async_get(hass).async_get_or_create(
        "media_player", "other", "1", config_entry=other
    )
    await play(hass, LEFT, FIRST)

    for entity_id in (f"{LEFT}_2", stranger.entity_id, "media_player.nobody", HUB):
        with pytest.raises(ServiceValidationError) as raised:
            await call(hass, "join", LEFT, group_members=[RIGHT, entity_id])
        assert raised.value.translation_key == "hkwhub_not_of_this_hub"
        assert raised.value.translation_placeholders == {"entity": entity_id}
    assert sounding(home) == {"Omni Left": FIRST}
    # The other hub's speakers are its own.
    await play(hass, f"{LEFT}_2", "Lighthouse")
    assert sounding(home) == {"Omni Left": FIRST}
    assert sounding(second_home) == {"Omni Left": "Lighthouse"}
    await server.stop()


async def test_switched_off_member(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A speaker that is off cannot join, and is missed by nobody."""
    entry = await add_hub()
    await play(hass, LEFT, FIRST)
    home.speaker("TV").switch_off()
    await entry.runtime_data.async_refresh()
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, "join", LEFT, group_members=[TV])
    assert raised.value.translation_key == "hkwhub_not_of_this_hub"


async def test_member_that_was_just_switched_off(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """It cannot join, though the list does not know yet why; the others do."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    home.speaker("Omni Right").switch_off()
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "join", LEFT, group_members=[RIGHT, ADAPT])
    assert raised.value.translation_key == "hkwhub_refused"
    assert sounding(home) == dict.fromkeys(("Omni Left", "Adapt"), FIRST)
    assert shown(hass, LEFT, "group_members") == [LEFT, ADAPT]


async def test_renamed_entity(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Members are shown by the ids that the user has given them."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    er.async_get(hass).async_update_entity(RIGHT, new_entity_id="media_player.desk")
    await hass.async_block_till_done()
    await call(hass, "join", LEFT, group_members=["media_player.desk"])
    assert shown(hass, LEFT, "group_members") == [LEFT, "media_player.desk"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_member_is_switched_off(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """With the last member that is on, the music ends."""
    entry = await add_hub(transport)
    await play(hass, LEFT, FIRST)
    await call(hass, "join", LEFT, group_members=[RIGHT])
    home.speaker("Omni Left").switch_off()
    await entry.runtime_data.async_refresh()
    assert shown(hass, RIGHT, "group_members") == [RIGHT]
    assert state_of(hass, RIGHT) == STATE_PLAYING
    home.speaker("Omni Right").switch_off()
    await entry.runtime_data.async_refresh()
    await until(lambda: state_of(hass, HUB) == STATE_IDLE)
    assert shown(hass, HUB, "group_members") is None


async def test_long_press(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, quick: None
) -> None:
    """A speaker joins by its own button; over PubNub the hub tells that at once."""
    await add_hub("pubnub")
    await play(hass, LEFT, FIRST)
    home.speaker("Adapt").long_press()
    await until(lambda: title(hass, ADAPT) == FIRST)
    assert shown(hass, ADAPT, "group_members") == [ADAPT, LEFT]


async def test_join_without_a_hub(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """What the hub has not done is not shown."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    await local(drop=True)(servers)
    with pytest.raises(HomeAssistantError):
        await call(hass, "join", LEFT, group_members=[RIGHT])
    assert shown(hass, LEFT, "group_members") == [LEFT]
    await local()(servers)
