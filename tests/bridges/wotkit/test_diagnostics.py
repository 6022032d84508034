"""Diagnostics help, and tell nothing of where somebody is and what they measure."""

import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import until

from .conftest import USERNAME, AddAccount
from .export.exported import DEFAULTS
from .world import TEMPERATURE, device_of, poll, until_heard

LAMP = "1002"


@pytest.fixture(autouse=True)
async def diagnostics(hass: HomeAssistant) -> None:
    """Home Assistant offers diagnostics."""
    assert await async_setup_component(hass, "diagnostics", {})


async def test_account(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
    snapshot: SnapshotAssertion,
) -> None:
    """What support needs is there, and the same for the same sensors."""
    server.polling_updates = False
    sensors["weather_station"].record({"note": "Windy"}, at=4_000_000_000)
    entry = await add_account(
        choice="both", controlled_sensors=[LAMP], silent_minutes=60
    )
    await until_heard(server)
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump == snapshot


async def test_nothing_private(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """No names, no places, no values, no addresses, nor which sensors are meant."""
    sensors["weather_station"].record({"note": "Nobody is at home", "lat": 47.11})
    entry = await add_account(choice="tags", tags=["garden"], controlled_sensors=[LAMP])
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    station = device_of(hass, TEMPERATURE)
    of_device = await get_diagnostics_for_device(hass, hass_client, entry, station)
    text = json.dumps([dump, of_device])
    private = {
        "Weather Station",
        "weather_station",
        "Lamp Post",
        "roof",
        "Nobody",
        "47.11",
        "49.26",
        "123.246",
        "21.5",
        "garden",
        "127.0.0.1",
        USERNAME,
        entry.entry_id,
        "1001",
        LAMP,
    }
    assert {one for one in private if one in text} == set()
    assert dump["options"]["tags"] == 1
    assert dump["options"]["controlled_sensors"] == 1


async def test_exports(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    flows: FlowWalker,
    add_account: AddAccount,
) -> None:
    """What is sent is counted; neither entities nor values are told."""
    hass.states.async_set("sensor.kitchen", "21.5")
    entry = await add_account()
    form = await flows.add_subentry(entry, "export")
    await flows.fill(form, {**DEFAULTS, "entities": ["sensor.kitchen"]})
    await hass.async_block_till_done()
    await until(lambda: entry.runtime_data.exports.exporters[0].counts.sent == 1)
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump["exports"] == [
        {
            "entities": 1,
            "sent": 1,
            "waiting": 0,
            "dropped": 0,
            "refused": 0,
            "last_error": None,
        }
    ]


async def test_one_device(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
    add_account: AddAccount,
) -> None:
    """A sensor's diagnostics tell of it alone."""
    entry = await add_account(choice="both")
    told: dict[str | None, Any] = {}
    for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id):
        dump: Any = await get_diagnostics_for_device(hass, hass_client, entry, device)
        told[device.name] = [len(sensor["fields"]) for sensor in dump["sensors"]]
    assert told == {"Big Yellow Taxi": [4], "Weather Station": [14], "Lamp Post": [2]}


async def test_server_that_is_gone(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """Why it is gone is told, without what an error may have in it."""
    entry = await add_account()
    server.trouble = Trouble(status=503)
    await poll(entry)
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump["last_update_success"] is False
    assert dump["last_error"] == "UpdateFailed"
    assert dump["service_available"] is True


async def test_entry_that_is_not_loaded(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """An account that cannot be set up has diagnostics too."""
    entry = await add_account()
    server.trouble = Trouble(status=503)
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump == {"state": "setup_retry", "reason": "wotkit_cannot_connect"}
