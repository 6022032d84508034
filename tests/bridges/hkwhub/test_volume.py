"""Volumes go through without loss, and muting remembers how loud it was."""

import asyncio

import pytest
from pytest_homeassistant_custom_component.common import (
    mock_restore_cache_with_extra_data,
)

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from tests.simulators.hkwhub import SimulatedHome

from .conftest import TRANSPORTS, AddHub, Servers
from .mishaps import local
from .remote import ADAPT, HUB, LEFT, NAMES, RIGHT, SPEAKERS, call, sent, shown

pytestmark = pytest.mark.usefixtures("many_publishes")

VOLUMES = {LEFT: 17, RIGHT: 17, ADAPT: 22, "media_player.tv": 12}


def volumes(home: SimulatedHome) -> list[int]:
    """Return how loud the speakers are: left, right, Adapt, TV."""
    return [home.speaker(NAMES[entity_id]).volume for entity_id in SPEAKERS]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_all_volumes(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Each of the hub's 51 volumes can be set and is shown as it was set."""
    await add_hub(transport)
    adapt = home.speaker("Adapt")
    for volume in (*range(51), 50):
        level = volume / 50
        await call(hass, "volume_set", ADAPT, volume_level=level)
        assert adapt.volume == volume
        assert shown(hass, ADAPT, "volume_level") == level
    assert [home.speaker(NAMES[one]).volume for one in (LEFT, RIGHT)] == [17, 17]


async def test_percents(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """What a slider of 100 steps gives becomes the nearest of the hub's volumes."""
    await add_hub()
    for percent in range(101):
        await call(hass, "volume_set", ADAPT, volume_level=percent / 100)
        assert abs(home.speaker("Adapt").volume - percent / 2) <= 0.5


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_steps(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """A step of a speaker is one of the hub's, and there is nothing beyond the ends."""
    await add_hub(transport)
    adapt = home.speaker("Adapt")
    await call(hass, "volume_up", ADAPT)
    assert adapt.volume == 23
    await call(hass, "volume_down", ADAPT)
    await call(hass, "volume_down", ADAPT)
    assert adapt.volume == 21
    await call(hass, "volume_set", ADAPT, volume_level=1)
    await call(hass, "volume_up", ADAPT)
    assert adapt.volume == 50
    await call(hass, "volume_set", ADAPT, volume_level=0)
    await call(hass, "volume_down", ADAPT)
    assert adapt.volume == 0


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_hub(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """The hub shows the average and sets all alike; its steps keep the differences."""
    await add_hub(transport)
    assert shown(hass, HUB, "volume_level") == 17 / 50

    await call(hass, "volume_up", HUB)
    assert volumes(home) == [18, 18, 23, 13]
    assert shown(hass, HUB, "volume_level") == 18 / 50
    await call(hass, "volume_down", HUB)
    await call(hass, "volume_down", HUB)
    assert volumes(home) == [16, 16, 21, 11]

    await call(hass, "volume_set", HUB, volume_level=0.6)
    assert volumes(home) == [30] * 4
    assert shown(hass, HUB, "volume_level") == 0.6
    assert [shown(hass, one, "volume_level") for one in SPEAKERS] == [0.6] * 4
    assert sent(home, "set_volume") == [("set_volume", {"Volume": "30"})]


@pytest.mark.parametrize("entity_id", [ADAPT, HUB])
async def test_steps_in_quick_succession(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, entity_id: str
) -> None:
    """Each press counts, also if the hub has not answered to the one before."""
    await add_hub()
    await asyncio.gather(*[call(hass, "volume_up", entity_id) for _ in range(5)])
    assert home.speaker("Adapt").volume == 27


async def test_steps_of_the_hub_end(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """One that cannot be louder stays as it is, and the others come after."""
    home.speaker("TV").turn_volume(50)
    await add_hub()
    await call(hass, "volume_up", HUB)
    assert volumes(home) == [18, 18, 23, 50]
    home.speaker("TV").turn_volume(0)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_mute(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """The hub cannot mute: a muted speaker is one whose volume is 0, for a while."""
    await add_hub(transport)
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)
    assert volumes(home) == [17, 17, 0, 12]
    assert shown(hass, ADAPT, "is_volume_muted") is True
    assert shown(hass, LEFT, "is_volume_muted") is False
    assert shown(hass, HUB, "is_volume_muted") is False
    # Twice is not too often.
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)

    await call(hass, "volume_mute", ADAPT, is_volume_muted=False)
    assert volumes(home) == [17, 17, 22, 12]
    assert shown(hass, ADAPT, "is_volume_muted") is False

    await call(hass, "volume_mute", HUB, is_volume_muted=True)
    assert volumes(home) == [0] * 4
    assert shown(hass, HUB, "is_volume_muted") is True
    await call(hass, "volume_mute", HUB, is_volume_muted=False)
    assert volumes(home) == [17, 17, 22, 12]


async def test_setting_the_volume_unmutes(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Any volume is one that can be heard, and the one to come back to."""
    await add_hub()
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)
    await call(hass, "volume_set", ADAPT, volume_level=0.1)
    assert shown(hass, ADAPT, "is_volume_muted") is False
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)
    await call(hass, "volume_mute", ADAPT, is_volume_muted=False)
    assert home.speaker("Adapt").volume == 5


async def test_turned_at_the_speaker(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """Somebody at the speaker unmutes it, and it is remembered how loud."""
    entry = await add_hub()
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)
    home.speaker("Adapt").turn_volume(33)
    await entry.runtime_data.async_refresh()
    assert shown(hass, ADAPT, "volume_level") == 0.66
    assert shown(hass, ADAPT, "is_volume_muted") is False
    await call(hass, "volume_mute", ADAPT, is_volume_muted=True)
    await call(hass, "volume_mute", ADAPT, is_volume_muted=False)
    assert home.speaker("Adapt").volume == 33


@pytest.mark.parametrize(("muted", "entity_id"), [("Adapt", ADAPT), ("Adapt", HUB)])
async def test_muted_before_anybody_knew(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    muted: str,
    entity_id: str,
) -> None:
    """A speaker of which nobody knows how loud it was becomes audible, not loud."""
    home.speaker(muted).turn_volume(0)
    await add_hub()
    await call(hass, "volume_mute", entity_id, is_volume_muted=False)
    assert home.speaker(muted).volume == 20


@pytest.mark.parametrize("entity_id", [ADAPT, HUB])
async def test_reload_while_muted(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, entity_id: str
) -> None:
    """After a reload it is known how loud a muted speaker was."""
    entry = await add_hub()
    await call(hass, "volume_mute", entity_id, is_volume_muted=True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert shown(hass, entity_id, "is_volume_muted") is True
    await call(hass, "volume_mute", entity_id, is_volume_muted=False)
    assert volumes(home) == list(VOLUMES.values())


async def test_restart_while_muted(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """It is stored with the state, and read at the start."""
    home.speaker("Adapt").turn_volume(0)
    stored = {"volumes": {home.speaker("Adapt").id: 41}}
    mock_restore_cache_with_extra_data(hass, [(State(ADAPT, "idle"), stored)])
    await add_hub()
    await call(hass, "volume_mute", ADAPT, is_volume_muted=False)
    assert home.speaker("Adapt").volume == 41


async def test_one_speaker_fails(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A speaker that was just switched off does not keep the others loud."""
    await add_hub()
    home.speaker("Omni Left").switch_off()
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "volume_mute", HUB, is_volume_muted=True)
    assert raised.value.translation_key == "hkwhub_refused"
    assert volumes(home) == [17, 0, 0, 0]
    with pytest.raises(HomeAssistantError):
        await call(hass, "volume_down", HUB)
    await call(hass, "volume_mute", RIGHT, is_volume_muted=False)
    assert volumes(home) == [17, 17, 0, 0]


async def test_refused(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, servers: Servers
) -> None:
    """A volume that was not set is not shown, and the user is told."""
    await add_hub()
    await local(drop=True)(servers)
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "volume_set", ADAPT, volume_level=1)
    assert raised.value.translation_key == "hkwhub_timeout"
    assert raised.value.translation_placeholders == {"name": "Adapt"}
    assert shown(hass, ADAPT, "volume_level") == 22 / 50
    await local()(servers)
