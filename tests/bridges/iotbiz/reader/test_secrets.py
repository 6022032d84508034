"""No password and no token leaves by the log, states, diagnostics or errors."""

import json
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from tests.bridges.searching import OURS, found_in, text_of
from tests.bridges.world import poll
from tests.simulators.iotbiz import IotbizSimulator, Trouble

from .conftest import CreateReader
from .world import CUSTOMER, PASSWORD, PUMP, USERNAME, say

# How each of the platform's tokens begins: the header of a JWT
TOKENS = "eyJ"
SAID = "The code of the door is 4711"


async def test_nothing_leaks(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A whole life is searched: diagnostics, all states, errors, and the log."""
    caplog.set_level(logging.DEBUG)
    assert await async_setup_component(hass, "diagnostics", {})
    seen: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        seen.append(str(event.data))

    hass.bus.async_listen("state_changed", note)
    entry = await create_reader()
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    errors = repr(entry.runtime_data.client)
    for path in ("", "telemetry"):
        for trouble in (
            {"status": 500, "body": PASSWORD},
            {"status": 400, "body": json.dumps({"detail": f"{PASSWORD} {SAID}"})},
            {"status": 403, "body": json.dumps({"error": f"{PASSWORD} {SAID}"})},
            {"garbage": "html"},
            {"drop": True},
        ):
            say(iotbiz, PUMP, flow=2, mode="eco")
            iotbiz.trouble = Trouble(**trouble, path=path)
            await poll(entry)
            errors += text_of(entry.runtime_data.last_exception)
    iotbiz.trouble = None
    iotbiz.office.revoke_all()
    await poll(entry)
    await hass.config_entries.async_reload(entry.entry_id)
    iotbiz.add_user(USERNAME, "another one")
    iotbiz.office.revoke_all()
    await poll(entry)
    errors += text_of(entry.runtime_data.last_exception)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    secrets = {PASSWORD, TOKENS, CUSTOMER}
    assert "IoTBiz" in errors
    assert found_in(errors, {*secrets, USERNAME, SAID}) == []
    assert found_in(json.dumps(dump), {*secrets, USERNAME}) == []
    states = "".join(seen)
    assert "pump-1" in states
    assert found_in(states, {*secrets, USERNAME}) == []
    logged = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if record.name.startswith(OURS)
    )
    assert "GET devices" in logged
    assert found_in(logged, {*secrets, SAID}) == []
