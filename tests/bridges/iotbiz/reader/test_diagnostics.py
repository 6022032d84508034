"""Diagnostics help, and tell nothing of which devices there are and what they measure."""

import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.bridges.world import device_of, poll
from tests.simulators.iotbiz import IotbizSimulator, Trouble

from .conftest import CreateReader
from .world import CUSTOMER, FLOW, GATE, PASSWORD, PUMP, USERNAME, say

AT = 1_900_000_000.0


@pytest.fixture(autouse=True)
async def diagnostics(hass: HomeAssistant) -> None:
    """Home Assistant offers diagnostics."""
    assert await async_setup_component(hass, "diagnostics", {})


async def test_account(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    snapshot: SnapshotAssertion,
) -> None:
    """What support needs is there, and the same for the same devices."""
    say(iotbiz, PUMP, AT, flow=21.5, turns=3, dry=False, mode="eco")
    iotbiz.add_row(GATE, {"agentStatus": "updating", "programStatus": "odd"}, AT)
    await iotbiz.add_device("mill", CUSTOMER)
    entry = await create_reader()
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump == snapshot


async def test_nothing_private(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
) -> None:
    """No names, no numbers of customers, no values, no addresses."""
    say(iotbiz, PUMP, secret_key="Nobody is at home", flow=47.11)
    entry = await create_reader()
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    of_device: Any = await get_diagnostics_for_device(
        hass, hass_client, entry, device_of(hass, FLOW)
    )
    assert len(of_device["devices"]) == 1
    text = json.dumps([dump, of_device])
    private = {PUMP, GATE, CUSTOMER, USERNAME, PASSWORD, entry.entry_id, "127.0.0.1"}
    private |= {"Nobody", "secret_key", "47.11", "flow"}
    assert {one for one in private if one in text} == set()


async def test_trouble(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
) -> None:
    """Why nothing comes is told, without what an error may have in it."""
    entry = await create_reader()
    iotbiz.trouble = Trouble(status=503)
    await poll(entry)
    dump: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert (dump["last_update_success"], dump["last_error"]) == (False, "UpdateFailed")
    assert not await hass.config_entries.async_reload(entry.entry_id)
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert dump == {"state": "setup_retry", "reason": "iotbiz_cannot_connect"}
