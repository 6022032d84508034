"""No password, no secret and no customer number is anywhere where it must not be."""

import json
import logging
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.bridges.iotbiz.mqtt_rig import MqttRig
from tests.bridges.iotbiz.world import DEVICE, SECRET, customer, device_of
from tests.bridges.searching import OURS, found_in
from tests.waiting import until_state

from .agents import NewAgent, new_agent, pattern
from .callers import BASE, ELSEWHERE, LEVEL, Caller, bearer

__all__ = ["new_agent"]

CUSTOMER: Final = "customer-number-7f3a9c"
GUESS: Final = "guessed-password-or-number-51"


@pytest.fixture
async def options(hass: HomeAssistant) -> dict[str, Any]:
    """A customer with a name; Home Assistant has diagnostics."""
    assert await async_setup_component(hass, "diagnostics", {})
    return {
        "admission": "automatic",
        "customers": [customer(CUSTOMER, name="Workshop")],
    }


async def do_everything_wrong(caller: Caller) -> None:
    """Ask for whatever is refused, with secrets in it."""
    await caller.register(customer_id=GUESS)
    await caller.register(customer_id=CUSTOMER)
    await caller.activate(GUESS)
    await caller.update(customer_id=CUSTOMER, headers=bearer(GUESS))
    await caller.update(customer_id=GUESS)
    await caller.update(f'{{"status": "{GUESS}", ', customer_id=CUSTOMER)
    await caller.ask("POST", "/api/devices/register/", GUESS.encode())
    for question in ("emqx/authenticate", "mosquitto/user", "emqx/authorize"):
        login = {"username": DEVICE, "password": GUESS, "topic": GUESS}
        await caller.post(f"{BASE}/broker/{question}", login, bearer())


async def test_nothing_leaks(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    mqtt_rig: MqttRig,
    entry: MockConfigEntry,
    here: Caller,
    elsewhere: Caller,
    new_agent: NewAgent,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A whole life is searched: files, states, repairs, diagnostics and the log."""
    caplog.set_level(logging.DEBUG)
    agent = await new_agent(customer_id=CUSTOMER)
    await mqtt_rig.until_subscribed(pattern("state", CUSTOMER))
    await agent.connect(mqtt_rig.broker)
    await agent.publish({"level": 1})
    await until_state(hass, LEVEL, "1")
    login = {"username": DEVICE, "password": agent.password}
    path = f"{BASE}/broker/emqx/authenticate"
    assert (await here.post(path, login, bearer()))[1]["result"] == "allow"
    await do_everything_wrong(here)
    await do_everything_wrong(elsewhere)
    asking = {**entry.options, "admission": "approve"}
    hass.config_entries.async_update_entry(entry, options=asking)
    waiting = await here.password("waiting", CUSTOMER)
    assert (await here.activate(waiting, "waiting"))[0] == 403
    assert repr(entry.runtime_data.enrolment.registrations[DEVICE]) == (
        f"Registration('{DEVICE}')"
    )
    dump = json.dumps(
        [
            await get_diagnostics_for_config_entry(hass, hass_client, entry),
            await get_diagnostics_for_device(
                hass, hass_client, entry, device_of(hass, LEVEL)
            ),
        ]
    )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)

    passwords = {agent.password, waiting, SECRET, GUESS}
    numbers = {CUSTOMER, *passwords}
    files = {key: data for key, data in hass_storage.items() if key.startswith("iot_")}
    assert len(files) == 2
    assert found_in(json.dumps(files), passwords) == []
    assert (
        found_in(json.dumps([dict(entry.data), dict(entry.options)]), passwords) == []
    )
    told = {
        "states": str([one.as_dict() for one in hass.states.async_all()]),
        "devices": str(list(dr.async_get(hass).devices)),
        "repairs": str(list(ir.async_get(hass).issues.values())),
        "diagnostics": dump,
        "log": "\n".join(
            f"{one.getMessage()} {one.exc_text}"
            for one in caplog.records
            if one.name.startswith(OURS)
        ),
    }
    for where, text in told.items():
        assert found_in(text, numbers) == [], where
    assert ELSEWHERE in told["log"]
    assert "level" not in dump
    assert DEVICE not in dump


async def test_download_while_a_device_waits(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    entry: MockConfigEntry,
    here: Caller,
) -> None:
    """Home Assistant adds the ids of issues to what users send to others."""
    asking = {**entry.options, "admission": "approve"}
    hass.config_entries.async_update_entry(entry, options=asking)
    password = await here.password(DEVICE, CUSTOMER)
    assert (await here.activate(password))[0] == 403
    client = await hass_client()
    async with client.get(f"/api/diagnostics/config_entry/{entry.entry_id}") as answer:
        download = await answer.text()
    assert len(json.loads(download)["issues"]) == 1
    assert found_in(download, {DEVICE, CUSTOMER, password}) == []
    # Nor what a name could be tried out with.
    assert entry.entry_id not in download
