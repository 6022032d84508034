"""Diagnostics help, and tell nothing of where something is and what it measures."""

import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
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
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, Trouble, sensor_id

from .conftest import USERNAME, CreateEntry
from .rhythm import NOW, Rhythm

SHORT = {"gateways": [GATEWAY], "dust": "pm10", "meters": ["power"]}


@pytest.fixture(autouse=True)
async def diagnostics(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Home Assistant offers diagnostics; it is noon, also for who signs in to it."""
    freezer.move_to(NOW)
    assert await async_setup_component(hass, "diagnostics", {})


async def test_account(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    snapshot: SnapshotAssertion,
) -> None:
    """What support needs is there, and the same for the same sensors."""
    for thing_id in (GATEWAY, *server.sensors):
        server.report_status(thing_id, "on", 450)
    for sensor in server.sensors.values():
        sensor.points.clear()
    server.report_status(sensor_id("humidity"), "err", 450)
    server.report(sensor_id("temperature"), "4")
    server.sensors[sensor_id("powerSwitch")].statuses.clear()
    entry = await create_entry(options=SHORT)

    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump == snapshot


async def test_nothing_private(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """No names, no places, no values, no addresses, nor which gateways are meant."""
    server.report(sensor_id("temperature"), "47.11")
    entry = await create_entry(options=SHORT)
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    text = json.dumps(
        [
            dump,
            *[
                await get_diagnostics_for_device(hass, hass_client, entry, device)
                for device in devices
            ],
        ]
    )
    private = {
        "Greenhouse",
        "Climate",
        "Seoul",
        "127.03",
        "37.5",
        "47.11",
        "127.0.0.1",
        GATEWAY,
        USERNAME,
        entry.entry_id,
    }
    assert {one for one in private if one in text} == set()
    assert dump["options"]["gateways"] == 1


async def test_one_device(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
    create_entry: CreateEntry,
) -> None:
    """A device's diagnostics tell of it alone."""
    entry = await create_entry()
    told: dict[str | None, Any] = {}
    for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id):
        dump: Any = await get_diagnostics_for_device(hass, hass_client, entry, device)
        told[device.name] = [len(one["sensors"]) for one in dump["devices"]]
    assert told == {"Greenhouse": [1], "Climate": [5], "Control": [4]}


async def test_server_that_is_gone(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """Why it is gone is told, without what an error may have in it."""
    rhythm = Rhythm(hass, freezer, server)
    entry = await create_entry()
    server.trouble = Trouble(status=503)
    await rhythm.run(800)

    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump["last_update_success"] is False
    assert dump["last_error"] == "UpdateFailed"
    assert dump["service_available"] is False


async def test_entry_that_is_not_loaded(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """An account that cannot be set up has diagnostics too."""
    entry = await create_entry()
    server.trouble = Trouble(status=503)
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump == {"state": "setup_retry", "reason": "thingplus_cannot_connect"}
