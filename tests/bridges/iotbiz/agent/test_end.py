"""The end: the device says farewell, and nothing of it is left."""

import asyncio
from collections.abc import Awaitable, Callable
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import HUMIDITY, TEMPERATURE, House
from tests.bridges.leftovers import client_tasks, timers
from tests.simulators.iotbiz import Broker
from tests.waiting import until, until_state

from .conftest import CONNECTED, PERIOD, AddAgent, AddExport
from .platform import OFFLINE, ONLINE, Platform, statuses_of
from .relay import Relay


async def unload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload the entry."""
    assert await hass.config_entries.async_unload(entry.entry_id)


async def remove(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Remove the entry."""
    await hass.config_entries.async_remove(entry.entry_id)


async def disable(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Disable the entry."""
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )


async def announce_stop(hass: HomeAssistant, _: MockConfigEntry) -> None:
    """Announce that Home Assistant stops."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()


async def stop(hass: HomeAssistant, _: MockConfigEntry) -> None:
    """Stop Home Assistant."""
    await hass.async_stop(force=True)


ENDS = [unload, remove, disable, announce_stop, stop]


@pytest.mark.parametrize("end", ENDS)
async def test_farewell(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
    end: Callable[..., Awaitable[None]],
) -> None:
    """It is told once, retained, without any values; then the connection ends."""
    await add_export(TEMPERATURE)
    await add_export(HUMIDITY)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40})
    await asyncio.sleep(2 * PERIOD)
    before = len(platform.states)
    await end(hass, agent)
    assert platform.states[before:] == [OFFLINE]
    assert await platform.retained() == OFFLINE
    house.show(TEMPERATURE, 22)
    await asyncio.sleep(6 * PERIOD)
    assert platform.states[before:] == [OFFLINE]


@pytest.mark.parametrize("end", [unload, stop])
async def test_broker_that_hangs(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    relay: Relay,
    flows: FlowWalker,
    add_agent: AddAgent,
    end: Callable[..., Awaitable[None]],
) -> None:
    """Nobody waits for it for long; it will tell what it was asked to tell."""
    entry = await add_agent(broker_port=relay.port)
    form = await flows.add_subentry(entry, "iotbiz_export")
    await flows.fill(form, {"min_interval": 0, "entities": [TEMPERATURE]})
    await platform.until_row({TEMPERATURE: 21.5})
    relay.hold()
    house.show(TEMPERATURE, 22)
    await asyncio.sleep(2 * PERIOD)
    before = time.monotonic()
    await end(hass, entry)
    assert time.monotonic() - before < 4
    relay.cut()
    await platform.until_state(OFFLINE)


async def test_unload_leaves_nothing(
    hass: HomeAssistant,
    platform: Platform,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """No task, no timer, no connection."""
    await add_export(TEMPERATURE, heartbeat=10)
    await platform.until_row({TEMPERATURE: 21.5})
    assert await hass.config_entries.async_unload(agent.entry_id)
    before = client_tasks()
    assert await hass.config_entries.async_setup(agent.entry_id)
    await until_state(hass, CONNECTED, "on")
    assert timers() != []
    assert await hass.config_entries.async_unload(agent.entry_id)
    assert agent.state is ConfigEntryState.NOT_LOADED
    assert client_tasks() == before
    assert timers() == []


async def test_removal(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    platform: Platform,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """Nothing of it is left on the disk."""
    export = await add_export(TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})
    assert [one for one in hass_storage if export.subentry_id in one]
    await hass.config_entries.async_remove(agent.entry_id)
    await hass.async_block_till_done()
    assert [one for one in hass_storage if export.subentry_id in one] == []


@pytest.mark.parametrize("values", [21.5, 22], ids=["the same", "another"])
async def test_second_run(
    hass: HomeAssistant,
    platform: Platform,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
    values: float,
) -> None:
    """At once it is there; its values are told when they all are known, in one row."""
    await add_export(TEMPERATURE, HUMIDITY)
    await platform.until_row({TEMPERATURE: 21.5, HUMIDITY: 40})
    assert await hass.config_entries.async_unload(agent.entry_id)
    await platform.until_state(OFFLINE)
    platform.forget_states()
    hass.states.async_remove(TEMPERATURE)
    hass.states.async_remove(HUMIDITY)
    hass.set_state(CoreState.starting)
    assert await hass.config_entries.async_setup(agent.entry_id)
    await until_state(hass, CONNECTED, "on")
    await platform.until_row({})
    house.show(TEMPERATURE, values, {"unit_of_measurement": "°C"})
    house.show(HUMIDITY, 40, {"unit_of_measurement": "%"})
    await asyncio.sleep(4 * PERIOD)
    assert platform.rows == [{}]
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await platform.until_row({TEMPERATURE: values, HUMIDITY: 40})
    (exporter,) = agent.runtime_data.exports.exporters
    await until(lambda: exporter.counts.waiting == 0)
    await asyncio.sleep(4 * PERIOD)
    assert len(platform.rows) == 2
    assert [*map(statuses_of, platform.states)] == [ONLINE, ONLINE]


async def test_second_run_after_an_outage(
    hass: HomeAssistant,
    platform: Platform,
    broker: Broker,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """What had waited before is told by what is newest."""
    await add_export(TEMPERATURE)
    await platform.until_row({TEMPERATURE: 21.5})
    await broker.stop()
    for value in (22, 23, 24):
        house.show(TEMPERATURE, value)
    assert await hass.config_entries.async_unload(agent.entry_id)
    house.show(TEMPERATURE, 25)
    await broker.start()
    platform.forget_states()
    assert await hass.config_entries.async_setup(agent.entry_id)
    await platform.until_row({TEMPERATURE: 25})
    (exporter,) = agent.runtime_data.exports.exporters
    await until(lambda: exporter.counts.waiting == 0)
    assert platform.values(TEMPERATURE) in (["(none)", 25], [25])
