"""Which entities are sent, while the house changes."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from tests.bridges.house import (
    CELSIUS,
    HUMIDITY,
    LOUNGE,
    PERCENT,
    SUN,
    TEMPERATURE,
    WINDOW,
    House,
)
from tests.simulators.wotkit import Trouble, WotkitServer
from tests.waiting import until

from .conftest import AddExport
from .exported import exported, field_names, until_values, values


def rename(hass: HomeAssistant, old: str, new: str) -> None:
    """Give an entity another id, and its state with it."""
    state = hass.states.get(old)
    assert state is not None
    er.async_get(hass).async_update_entity(old, new_entity_id=new)
    hass.states.async_remove(old)
    hass.states.async_set(new, state.state, state.attributes)


async def test_area(
    hass: HomeAssistant, server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """All visible entities of an area are sent, those too that come to it later."""
    area = ar.async_get(hass).async_create("Ground floor")
    devices = dr.async_get(hass)
    devices.async_update_device(house.device("Kitchen").id, area_id=area.id)
    await add_export(areas=[area.id])
    await until_values(server, "ha_kitchen", "window", [0.0])
    assert set(exported(server)) == {"ha_kitchen"}

    devices.async_update_device(house.device("Lounge").id, area_id=area.id)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    er.async_get(hass).async_update_entity(WINDOW, hidden_by=er.RegistryEntryHider.USER)
    await hass.async_block_till_done()
    house.show(WINDOW, "on")
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    assert values(exported(server)["ha_kitchen"], "window") == [0.0]


async def test_area_with_classes(
    hass: HomeAssistant, server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Of the area, only entities of these classes are sent."""
    area = ar.async_get(hass).async_create("Ground floor")
    kitchen = house.device("Kitchen").id
    dr.async_get(hass).async_update_device(kitchen, area_id=area.id)
    await add_export(areas=[area.id], device_classes=["humidity"])
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    assert field_names(exported(server)["ha_kitchen"]) == ["humidity"]


async def test_label(
    hass: HomeAssistant, server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """A label of an entity or of its device counts, from when it is there."""
    label = lr.async_get(hass).async_create("Charts").label_id
    registry = er.async_get(hass)
    registry.async_update_entity(TEMPERATURE, labels={label})
    await add_export(labels=[label])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    lounge = house.device("Lounge").id
    dr.async_get(hass).async_update_device(lounge, labels={label})
    await until_values(server, "ha_lounge", "temperature", [19.0])
    registry.async_update_entity(TEMPERATURE, labels=set())
    await hass.async_block_till_done()
    house.show(TEMPERATURE, 22)
    house.show(LOUNGE, 20)
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])
    assert values(exported(server)["ha_kitchen"]) == [21.5]


async def test_device_class(
    hass: HomeAssistant, server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Classes alone choose from the whole house, diagnostic entities left out."""
    diagnostic = er.EntityCategory.DIAGNOSTIC
    house.entity("sensor.chip", house.device("Chip"), entity_category=diagnostic)
    house.show("sensor.chip", 60, CELSIUS)
    await add_export(device_classes=["temperature"])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    await until_values(server, "ha_lounge", "temperature", [19.0])
    house.show("sensor.loft", 12, CELSIUS)
    await until_values(server, "ha_home_assistant", "loft", [12.0])
    assert set(exported(server)) == {"ha_kitchen", "ha_lounge", "ha_home_assistant"}
    assert field_names(exported(server)["ha_kitchen"]) == ["temperature"]


async def test_renamed_entity(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """It stays chosen, and keeps its field, also after a restart."""
    subentry = await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    rename(hass, TEMPERATURE, "sensor.stove")
    await hass.async_block_till_done()
    data = account.subentries[subentry.subentry_id].data
    assert data["entities"] == ["sensor.stove", HUMIDITY]
    house.show("sensor.stove", 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    assert await hass.config_entries.async_reload(account.entry_id)
    house.show("sensor.stove", 23)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0])
    assert field_names(exported(server)["ha_kitchen"]) == ["temperature", "humidity"]


async def test_renames_while_something_is_sent(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """One after the other is stored, and the export goes on meanwhile."""
    subentry = await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    exporters = account.runtime_data.exports.exporters
    server.trouble = Trouble(path="/data$", slow=0.2, times=1)
    house.show(TEMPERATURE, 22)
    sent = len(server.requests)
    await until(lambda: len(server.requests) > sent)
    rename(hass, TEMPERATURE, "sensor.stove")
    for _ in range(5):
        await hass.async_block_till_done()
    rename(hass, HUMIDITY, "sensor.steam")
    rename(hass, "sensor.stove", "sensor.hob")
    await hass.async_block_till_done()
    data = account.subentries[subentry.subentry_id].data
    assert data["entities"] == ["sensor.hob", "sensor.steam"]
    assert account.runtime_data.exports.exporters == exporters
    house.show("sensor.steam", 41)
    house.show("sensor.hob", 23)
    await until_values(server, "ha_kitchen", "humidity", [40.0, 41.0])
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0])


async def test_entity_that_moves_to_another_device(
    hass: HomeAssistant, server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Its values go to the other device's sensor from then on."""
    await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    er.async_get(hass).async_update_entity(
        TEMPERATURE, device_id=house.device("Lounge").id
    )
    await hass.async_block_till_done()
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_lounge", "temperature_2", [22.0])
    assert values(exported(server)["ha_kitchen"]) == [21.5]


async def test_device_that_is_removed(
    hass: HomeAssistant, server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """What its entities have left to send arrives; the sensor stays."""
    oven = house.device("Oven")
    house.entity("sensor.oven", oven, name="Heat")
    house.show("sensor.oven", 180, CELSIUS)
    await server.stop()
    await add_export("sensor.oven", LOUNGE)
    dr.async_get(hass).async_remove_device(oven.id)
    hass.states.async_remove("sensor.oven")
    await hass.async_block_till_done()
    await server.start()
    await until_values(server, "ha_lounge", "temperature", [19.0])
    await until(lambda: len(exported(server)) == 2)
    (left,) = exported(server).keys() - {"ha_lounge"}
    await until(lambda: values(exported(server)[left]) == [180.0])


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "kept"])
async def test_location(
    hass: HomeAssistant, server: WotkitServer, add_export: AddExport, shared: bool
) -> None:
    """Where home is, the service is told only with the user's consent."""
    await add_export(TEMPERATURE, share_location=shared)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    kitchen = exported(server)["ha_kitchen"]
    home = (hass.config.latitude, hass.config.longitude)
    assert home != (0, 0)
    assert (kitchen.latitude, kitchen.longitude) == {True: home, False: (0, 0)}[shared]


async def test_location_that_is_not_known(
    hass: HomeAssistant, server: WotkitServer, add_export: AddExport
) -> None:
    """Without a home there is nothing to share."""
    hass.states.async_remove("zone.home")
    await add_export(TEMPERATURE, share_location=True)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    kitchen = exported(server)["ha_kitchen"]
    assert (kitchen.latitude, kitchen.longitude) == (0, 0)


async def test_entity_that_is_not_there_yet(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """It is sent once it is there."""
    await add_export("sensor.cellar", SUN)
    await until_values(server, "ha_home_assistant", "season", ["autumn"])
    house.show("sensor.cellar", 80, PERCENT)
    await until_values(server, "ha_home_assistant", "cellar", [80.0])
