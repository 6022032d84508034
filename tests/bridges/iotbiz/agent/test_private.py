"""Diagnostics help; no password, number or value gets out by them or by the log."""

import json
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.bridges.house import TEMPERATURE, WINDOW, House
from tests.bridges.iotbiz.world import device_of, pass_time
from tests.bridges.searching import OURS, found_in
from tests.simulators.iotbiz import Broker
from tests.waiting import until, until_state

from .conftest import CONNECTED, AddExport
from .platform import CUSTOMER, DEVICE, PASSWORD, Platform

SAID: Final = "The code of the door is 4711"
VALUE: Final = "22.375"
NEVER_TOLD: Final = (PASSWORD, CUSTOMER, DEVICE, SAID, VALUE)
LIBRARIES: Final = (*OURS, "aiomqtt", "paho")


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    platform: Platform,
    broker: Broker,
    agent: MockConfigEntry,
    add_export: AddExport,
) -> None:
    """They tell how the connection fares and what has become of values."""
    assert await async_setup_component(hass, "diagnostics", {})
    await add_export(TEMPERATURE, WINDOW)
    await platform.until_row({TEMPERATURE: 21.5, WINDOW: False})
    await platform.command(SAID)
    (exporter,) = agent.runtime_data.exports.exporters
    await until(lambda: exporter.counts.sent == 2)
    await until(lambda: agent.runtime_data.commands.count == 1)
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, agent)
    assert dump == {
        "role": "agent",
        "security": "plain",
        "connected": True,
        "service_available": True,
        "last_error": None,
        "commands": 1,
        "state": {
            "entities": 2,
            "left_out": 0,
            "bytes": len(json.dumps(platform.states[-1])),
        },
        "exports": [
            {
                "entities": 2,
                "sent": 2,
                "waiting": 0,
                "dropped": 0,
                "refused": 0,
                "last_error": None,
            }
        ],
    }
    device = device_of(hass, CONNECTED)
    same = await get_diagnostics_for_device(hass, hass_client, agent, device)
    assert same == dump
    await broker.stop()
    await until_state(hass, CONNECTED, "off")
    pass_time(hass, seconds=31)
    dump = await get_diagnostics_for_config_entry(hass, hass_client, agent)
    assert (dump["connected"], dump["service_available"]) == (False, False)
    assert dump["last_error"] == "BrokerError"
    assert dump["state"]["bytes"] is None
    assert found_in(json.dumps(dump), NEVER_TOLD) == []


async def test_log(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    platform: Platform,
    broker: Broker,
    house: House,
    agent: MockConfigEntry,
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever happens, also at the most talkative level."""
    caplog.set_level("DEBUG")
    caplog.clear()
    await add_export(TEMPERATURE)
    house.show(TEMPERATURE, VALUE)
    await platform.until_row({TEMPERATURE: float(VALUE)})
    await platform.command(SAID)
    await platform.command(SAID * 10_000)
    await until(lambda: agent.runtime_data.commands.count == 1)
    await broker.restart()
    await until_state(hass, CONNECTED, "off")
    await until_state(hass, CONNECTED, "on")
    await platform.simulator.set_password(DEVICE, "a new one")
    await until(lambda: [*agent.async_get_active_flows(hass, {SOURCE_REAUTH})])
    shown = json.dumps(
        [state.as_dict() for state in hass.states.async_all()], default=str
    )
    assert await hass.config_entries.async_unload(agent.entry_id)
    told = "\n".join(
        f"{record.getMessage()} {record.exc_text}"
        for record in caplog.records
        if record.name.startswith(LIBRARIES)
    )
    assert "IoTBiz asks to sign in again" in told
    assert found_in(told, NEVER_TOLD) == []
    stored = json.dumps(
        [content for name, content in hass_storage.items() if "export" in name]
    )
    assert VALUE in stored
    assert found_in(stored, (PASSWORD, CUSTOMER, DEVICE, SAID)) == []
    assert SAID in shown
    assert found_in(shown, (PASSWORD, CUSTOMER, DEVICE)) == []
