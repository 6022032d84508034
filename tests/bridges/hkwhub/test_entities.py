"""What there is: devices and entities, and how speakers come, change and go."""

import asyncio
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.iot_bridge.bridges.hkwhub import (
    coordinator as coordinator_module,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_IDLE, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import state_of, until, until_state

from .conftest import TRANSPORTS, AddHub, Ways
from .remote import ADAPT, HUB, LEFT, RIGHT, SPEAKERS, TV, call, play, shown, sounding

pytestmark = pytest.mark.usefixtures("many_publishes")

WITHOUT_SPEAKER = {HUB, "notify.hkwhub_speak"}


@pytest.fixture
def enable_all_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also entities that are off by default."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


def devices(
    hass: HomeAssistant, entry: ConfigEntry[Any]
) -> dict[str | None, dr.DeviceEntry]:
    """Return the devices of an entry by name."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.name: device for device in found}


def entities(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, str]:
    """Return the unique ids of an entry's entities by entity id."""
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.entity_id: entity.unique_id for entity in found}


def let_poll(hass: HomeAssistant) -> None:
    """Let the time of the next list come, whatever the transport's pace is."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=11))


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_all_entities(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    add_hub: AddHub,
    enable_all_entities: None,
    snapshot: SnapshotAssertion,
    transport: str,
) -> None:
    """Every entity, in the registry and with its state: the same on every way."""
    entry = await add_hub(transport)
    seen = {
        registered.entity_id: (
            registered.unique_id.removeprefix(entry.entry_id),
            registered.original_name,
            registered.translation_key,
            registered.entity_category,
            registered.original_device_class,
            registered.unit_of_measurement,
            state_of(hass, registered.entity_id),
        )
        for registered in er.async_entries_for_config_entry(
            entity_registry, entry.entry_id
        )
    }
    assert dict(sorted(seen.items())) == snapshot


async def test_off_by_default(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, add_hub: AddHub
) -> None:
    """Diagnostics are there for whoever looks for them."""
    entry = await add_hub()
    off = {
        entity.entity_id
        for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    }
    assert off == {
        f"{domain}.{speaker.removeprefix('media_player.')}_{key}"
        for speaker in SPEAKERS
        for domain, key in (
            ("binary_sensor", "other_source"),
            ("sensor", "role"),
            ("sensor", "signal_strength"),
        )
    }
    on = set(entities(hass, entry)) - off
    assert {state_of(hass, entity_id) for entity_id in on} == {STATE_IDLE, "unknown"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_devices(hass: HomeAssistant, add_hub: AddHub, transport: str) -> None:
    """Speakers are behind their hub, in the rooms that the hub knows."""
    entry = await add_hub(transport)
    found = devices(hass, entry)
    assert set(found) == {"HKWHub", "Omni Left", "Omni Right", "Adapt", "TV"}
    hub = found.pop("HKWHub")
    assert (hub.manufacturer, hub.model) == ("Harman Kardon", "HKWHub")
    assert hub.via_device_id is None
    assert {device.via_device_id for device in found.values()} == {hub.id}
    assert {
        name: (device.model, device.area_id, device.connections)
        for name, device in found.items()
    } == {
        "Omni Left": ("Omni 10", "living_room", {("mac", "b0:38:29:11:19:54")}),
        "Omni Right": ("Omni 10", "living_room", {("mac", "b0:38:29:11:2c:a2")}),
        "Adapt": ("Omni Adapt", "kitchen", set()),
        # "harman" is what speakers say that are in no room.
        "TV": ("Omnibar", None, {("mac", "b0:38:29:1b:36:1f")}),
    }
    assert {device.sw_version for device in found.values()} == {"0.1.6.2"}
    assert {device.manufacturer for device in found.values()} == {"Harman Kardon"}
    assert found["Adapt"].serial_number == "4625984469168"


async def test_reload(hass: HomeAssistant, add_hub: AddHub) -> None:
    """A reload makes nothing anew."""
    entry = await add_hub()
    before = entities(hass, entry), devices(hass, entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert (entities(hass, entry), devices(hass, entry)) == before
    assert state_of(hass, LEFT) == STATE_IDLE


async def test_changes_of_transport(
    hass: HomeAssistant,
    home: SimulatedHome,
    flows: FlowWalker,
    add_hub: AddHub,
    ways: Ways,
) -> None:
    """Another way to the hub keeps every entity with its id, and all works over it."""
    entry = await add_hub("local")
    er.async_get(hass).async_update_entity(ADAPT, new_entity_id="media_player.cook")
    await hass.async_block_till_done()
    before = entities(hass, entry)
    known = {device.id for device in devices(hass, entry).values()}
    for way in (ways["pubnub"], ways["cloud"], ways["local"]):
        menu = await flows.reconfigure(entry)
        form = await flows.choose_steps(menu, *way.steps)
        await flows.answer(form, way.form)
        assert entities(hass, entry) == before
        assert {device.id for device in devices(hass, entry).values()} == known
        await play(hass, "media_player.cook", "Lighthouse")
        assert sounding(home) == {"Adapt": "Lighthouse"}
        assert home.commands[-1].front == way.name
        await call(hass, "media_stop", "media_player.cook")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_diagnostic_values(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    enable_all_entities: None,
    transport: str,
) -> None:
    """Signal, role and another source are shown, and followed."""
    home.speaker("Omni Left").role = 1
    home.speaker("Omni Right").role = 2
    home.speaker("Adapt").role = 99
    entry = await add_hub(transport)
    roles = [
        state_of(hass, f"sensor.{one.removeprefix('media_player.')}_role")
        for one in SPEAKERS
    ]
    assert roles == ["left", "right", "unknown", "mono"]
    assert state_of(hass, "sensor.tv_signal_strength") == "-47"
    assert state_of(hass, "binary_sensor.tv_other_source") == "off"

    home.speaker("TV").change_wifi(-80)
    home.speaker("TV").external = True
    await entry.runtime_data.async_refresh()
    assert state_of(hass, "sensor.tv_signal_strength") == "-80"
    assert state_of(hass, "binary_sensor.tv_other_source") == "on"

    # What the hub plays is not another source.
    await play(hass, LEFT, "Lighthouse")
    await entry.runtime_data.async_refresh()
    assert state_of(hass, "binary_sensor.living_room_omni_left_other_source") == "off"
    home.speaker("TV").external = False
    await entry.runtime_data.async_refresh()
    assert state_of(hass, "binary_sensor.tv_other_source") == "off"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_switched_off_and_on(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """A speaker that is off is not forgotten; back on, it can be used."""
    entry = await add_hub(transport)
    before = entities(hass, entry)
    home.speaker("Adapt").switch_off()
    await entry.runtime_data.async_refresh()
    assert state_of(hass, ADAPT) == STATE_UNAVAILABLE
    assert state_of(hass, "notify.kitchen_adapt_speak") == STATE_UNAVAILABLE
    assert state_of(hass, LEFT) == state_of(hass, HUB) == STATE_IDLE
    assert entities(hass, entry) == before
    # Volume and speakers of the hub are those of the others.
    assert shown(hass, HUB, "volume_level") == 15 / 50
    await play(hass, HUB, "Lighthouse")
    assert set(sounding(home)) == {"Omni Left", "Omni Right", "TV"}

    home.speaker("Adapt").switch_on()
    await entry.runtime_data.async_refresh()
    assert state_of(hass, ADAPT) == STATE_IDLE
    assert shown(hass, HUB, "volume_level") == 17 / 50
    await call(hass, "volume_set", ADAPT, volume_level=0.5)
    assert home.speaker("Adapt").volume == 25


async def test_hub_tells_of_speakers(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, quick: None
) -> None:
    """Over PubNub the news come by themselves."""
    entry = await add_hub("pubnub")
    home.speaker("Adapt").switch_off()
    await until_state(hass, ADAPT, STATE_UNAVAILABLE)
    home.speaker("Adapt").switch_on()
    await until_state(hass, ADAPT, STATE_IDLE)
    home.speaker("TV").rename("Cinema")
    await until(lambda: "Cinema" in devices(hass, entry))
    home.add_speaker("5555555555555", "Bath")
    await until_state(hass, "media_player.bath", STATE_IDLE)


async def test_hub_tells_without_end(
    hass: HomeAssistant,
    home: SimulatedHome,
    add_hub: AddHub,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """News that never pause do not keep each other from being read."""
    entry = await add_hub("pubnub")
    monkeypatch.setattr(coordinator_module, "REFRESH_DELAY", 0.3)
    monkeypatch.setattr(coordinator_module, "LONGEST_REFRESH_DELAY", 0.5)

    async def chatter() -> None:
        for strength in cycle((-40, -50)):
            home.speaker("Adapt").change_wifi(strength)
            await asyncio.sleep(0.05)

    home.speaker("TV").rename("Cinema")
    talking = asyncio.create_task(chatter())
    try:
        await until(lambda: "Cinema" in devices(hass, entry))
    finally:
        talking.cancel()


@pytest.mark.parametrize("transport", ["local", "cloud"])
async def test_hub_is_asked_for_speakers(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Over REST it is asked every half minute while nothing plays."""
    await add_hub(transport)
    home.speaker("Adapt").switch_off()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await until_state(hass, ADAPT, STATE_UNAVAILABLE)
    home.speaker("Adapt").switch_on()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=62))
    await until_state(hass, ADAPT, STATE_IDLE)


async def test_changes_of_a_speaker(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A new name, firmware or address is taken over; the user's choices stay."""
    entry = await add_hub()
    adapt, tv = home.speaker("Adapt"), home.speaker("TV")
    registry = dr.async_get(hass)
    bath = ar.async_get(hass).async_create("Bath")
    known = devices(hass, entry)
    registry.async_update_device(known["TV"].id, name_by_user="Screen", area_id=bath.id)
    adapt.rename("Cook")
    adapt.learn_mac("AA-BB-CC-11-22-33")
    adapt.version = "0.1.7.0"
    tv.rename("Cinema")
    tv.move("Attic")
    await entry.runtime_data.async_refresh()

    found = devices(hass, entry)
    assert found["Cook"].id == known["Adapt"].id
    assert found["Cook"].sw_version == "0.1.7.0"
    assert found["Cook"].connections == {("mac", "aa:bb:cc:11:22:33")}
    assert found["Cinema"].name_by_user == "Screen"
    assert found["Cinema"].area_id == bath.id
    assert state_of(hass, ADAPT) == STATE_IDLE


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_new_speaker(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """A speaker that is bought appears by itself, with all its entities."""
    entry = await add_hub(transport)
    before = set(entities(hass, entry))
    home.add_speaker("5555555555555", "Tub", room="Bath", volume=7)
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert set(entities(hass, entry)) - before == {
        "media_player.bath_tub",
        "notify.bath_tub_speak",
        "binary_sensor.bath_tub_other_source",
        "sensor.bath_tub_role",
        "sensor.bath_tub_signal_strength",
    }
    found = devices(hass, entry)
    assert found["Tub"].via_device_id == found["HKWHub"].id
    assert shown(hass, "media_player.bath_tub", "volume_level") == 7 / 50
    await play(hass, "media_player.bath_tub", "Lighthouse")
    assert sounding(home) == {"Tub": "Lighthouse"}


async def test_hub_without_speakers(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """A hub that sees no speaker yet is set up, and waits for the first."""
    home.speakers.clear()
    entry = await add_hub()
    assert set(entities(hass, entry)) == WITHOUT_SPEAKER
    assert shown(hass, HUB, "volume_level") is None
    assert shown(hass, HUB, "is_volume_muted") is None
    home.add_speaker("5555555555555", "Tub")
    let_poll(hass)
    await until_state(hass, "media_player.tub", STATE_IDLE)


async def test_speaker_that_was_off_at_the_start(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub
) -> None:
    """It is known from before, and comes back by itself."""
    entry = await add_hub()
    home.speaker("TV").switch_off()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, TV) == STATE_UNAVAILABLE
    assert "TV" in devices(hass, entry)
    home.speaker("TV").switch_on()
    let_poll(hass)
    await until_state(hass, TV, STATE_IDLE)


async def test_removal_of_a_speaker(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    home: SimulatedHome,
    add_hub: AddHub,
) -> None:
    """The user may remove a speaker that is gone, but none that is there, nor the hub."""
    entry = await add_hub()
    assert await async_setup_component(hass, "config", {})
    user = await hass_ws_client(hass)
    known = devices(hass, entry)

    async def remove(name: str) -> bool:
        await user.send_json_auto_id(
            {
                "type": "config/device_registry/remove_config_entry",
                "config_entry_id": entry.entry_id,
                "device_id": known[name].id,
            }
        )
        answer = await user.receive_json()
        success: bool = answer["success"]
        return success

    assert not await remove("HKWHub")
    assert not await remove("TV")

    home.speaker("TV").switch_off()
    await entry.runtime_data.async_refresh()
    assert await remove("TV")
    await hass.async_block_till_done()
    assert "TV" not in devices(hass, entry)
    assert state_of(hass, TV) == "(none)"
    await entry.runtime_data.async_refresh()
    await play(hass, HUB, "Lighthouse")

    # It was only off, after all.
    home.speaker("TV").switch_on()
    await entry.runtime_data.async_refresh()
    await until_state(hass, TV, STATE_IDLE)
    assert "TV" in devices(hass, entry)
    assert state_of(hass, RIGHT) == "playing"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_deletion_of_the_entry(
    hass: HomeAssistant, home: SimulatedHome, add_hub: AddHub, transport: str
) -> None:
    """Nothing is left of a hub that is deleted."""
    entry = await add_hub(transport)
    await play(hass, LEFT, "Lighthouse")
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert entities(hass, entry) == {}
    assert devices(hass, entry) == {}
    assert [state.entity_id for state in hass.states.async_all()] == []
    assert home.commands[-1].name == "close_session"
