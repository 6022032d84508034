"""Home Assistant's own conversation agent understands what is said to the speakers."""

from collections.abc import Awaitable, Callable

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.conversation import async_converse
from homeassistant.const import STATE_IDLE, STATE_PAUSED, STATE_PLAYING
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.intent import IntentResponseType
from homeassistant.setup import async_setup_component
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of, until

from .conftest import TRANSPORTS, AddHub
from .remote import ADAPT, HUB, LEFT, RIGHT, TV, call, play, shown, sounding

pytestmark = pytest.mark.usefixtures("many_publishes")

FIRST = "Harbour Lights"
PAIR = dict.fromkeys(("Omni Left", "Omni Right"), FIRST)

type Say = Callable[..., Awaitable[None]]


@pytest.fixture
async def say(hass: HomeAssistant, home: SimulatedHome) -> Say:
    """Say something, maybe to a satellite; it has to be understood."""
    for component in ("homeassistant", "intent", "conversation", "media_player"):
        assert await async_setup_component(hass, component, {})

    async def understood(text: str, satellite: str | None = None) -> None:
        result = await async_converse(
            hass, text, None, Context(), language="en", device_id=satellite
        )
        answer = result.response
        assert answer.response_type is IntentResponseType.ACTION_DONE, answer.speech
        assert answer.failed_results == []
        await hass.async_block_till_done()

    return understood


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_by_name(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    say: Say,
    transport: str,
) -> None:
    """Pause, go on, skip, and change the volume of a speaker by its name."""
    await add_hub(transport)
    await play(hass, ADAPT, FIRST)
    await say("pause Adapt")
    assert state_of(hass, ADAPT) == STATE_PAUSED
    await say("resume Adapt")
    assert state_of(hass, ADAPT) == STATE_PLAYING
    await say("next track on Adapt")
    assert sounding(home) == {"Adapt": "Driftwood"}
    await say("previous track on Adapt")
    assert sounding(home) == {"Adapt": FIRST}
    await say("set Adapt volume to 50%")
    assert home.speaker("Adapt").volume == 25
    await say("turn up the volume of Adapt by 10%")
    assert home.speaker("Adapt").volume == 30
    await say("mute Adapt")
    assert home.speaker("Adapt").volume == 0
    await say("unmute Adapt")
    assert home.speaker("Adapt").volume == 30
    assert shown(hass, LEFT, "volume_level") == 17 / 50


async def test_hub_by_name(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, say: Say
) -> None:
    """The whole house has a name too."""
    await add_hub()
    await play(hass, HUB, FIRST)
    await say("next track on HKWHub")
    assert len(sounding(home)) == 4
    assert set(sounding(home).values()) == {"Driftwood"}
    await say("set HKWHub volume to 30 percent")
    assert {speaker.volume for speaker in home.speakers.values()} == {15}
    await say("pause HKWHub")
    assert sounding(home) == {}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_by_area(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    say: Say,
    transport: str,
) -> None:
    """Two speakers of a room play one stream: one wish for the room is one wish."""
    await add_hub(transport)
    await play(hass, [LEFT, RIGHT], FIRST)
    await say("skip to the next track in the living room")
    assert sounding(home) == dict.fromkeys(PAIR, "Driftwood")
    await say("previous track in the living room")
    assert sounding(home) == PAIR
    await say("pause the music in the living room")
    assert state_of(hass, LEFT) == state_of(hass, RIGHT) == STATE_PAUSED
    await say("resume the music in the living room")
    assert sounding(home) == PAIR
    await say("set the volume in the living room to 40 percent")
    assert [home.speaker(name).volume for name in PAIR] == [20, 20]
    assert home.speaker("Adapt").volume == 22


async def test_one_of_two_in_an_area(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, say: Say
) -> None:
    """The silent speaker of the room is not meant."""
    await add_hub()
    await play(hass, LEFT, FIRST)
    await say("skip to the next track in the living room")
    assert sounding(home) == {"Omni Left": "Driftwood"}
    assert state_of(hass, RIGHT) == STATE_IDLE


async def test_satellite_in_the_room(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    home: SimulatedHome,
    add_hub: AddHub,
    say: Say,
) -> None:
    """Who names nothing means the music of the room."""
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    satellite = device_registry.async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("other", "satellite")},
        suggested_area="Living Room",
    )
    await add_hub()
    await play(hass, LEFT, FIRST)
    await call(hass, "join", LEFT, group_members=[ADAPT])
    group = ("Omni Left", "Adapt")
    await say("next song", satellite.id)
    assert sounding(home) == dict.fromkeys(group, "Driftwood")
    await say("pause", satellite.id)
    assert sounding(home) == {}
    await say("resume", satellite.id)
    assert sounding(home) == dict.fromkeys(group, "Driftwood")


async def test_area_of_the_user(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    home: SimulatedHome,
    add_hub: AddHub,
    say: Say,
) -> None:
    """The rooms are those of Home Assistant, not only those that the hub knows."""
    entry = await add_hub()
    cinema = ar.async_get(hass).async_create("Cinema")
    [screen] = [
        device
        for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
        if device.name == "TV"
    ]
    device_registry.async_update_device(
        screen.id, area_id=cinema.id, name_by_user="Screen"
    )
    await hass.async_block_till_done()
    await play(hass, TV, FIRST)
    await say("pause the music in the cinema")
    assert state_of(hass, TV) == STATE_PAUSED
    await say("resume Screen")
    assert sounding(home) == {"TV": FIRST}


async def test_search_and_play(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, say: Say
) -> None:
    """A song of the hub's list is found by what one says of it."""
    await add_hub()
    await say("play zoë lindström on Adapt")
    await until(lambda: sounding(home))
    assert sounding(home) == {"Adapt": "Früh am Morgen"}
