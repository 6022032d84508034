"""Set-up, unload, reload, removal: what begins ends, and nothing piles up."""

import gc
from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.thingplus import account as account_module
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.leftovers import client_tasks, timers
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, Trouble
from tests.waiting import state_of, until

from .conftest import CreateEntry
from .mishaps import password_changed
from .world import device_names, pass_time

TEMPERATURE = "sensor.climate_temperature"


# Seconds that are waited for an answer: usually, and where none comes
PATIENT: Final = account_module.TIMEOUT
IMPATIENT: Final = 0.1


async def test_unload_leaves_nothing(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """No task, no timer; the server hears nothing any more."""
    entry = await create_entry()
    assert await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    await hass.config_entries.async_setup(entry.entry_id)
    assert timers() != []

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert client_tasks() == before
    assert timers() == []
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    asked = len(server.requests)
    pass_time(hass, hours=5)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(server.requests) == asked


async def test_reloads_do_not_pile_up(
    hass: HomeAssistant, create_entry: CreateEntry
) -> None:
    """After many reloads there is as much of everything as after one."""
    entry = await create_entry()
    names = ("ThingplusCoordinator", "ThingplusClient", "Deadlines", "TokenWatch")

    def count() -> list[int]:
        gc.collect()
        kinds = [type(thing).__name__ for thing in gc.get_objects()]
        return [kinds.count(name) for name in names]

    assert await hass.config_entries.async_reload(entry.entry_id)
    first = count()
    waiting = len(timers())
    for _ in range(10):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: count() == first)
    assert len(timers()) == waiting
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_removal(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
) -> None:
    """The entry leaves nothing in Home Assistant, nor on its disk."""
    entry = await create_entry()
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [one for one in hass_storage if entry.entry_id in one] == []
    assert hass.states.async_entity_ids("sensor") == []
    assert dr.async_entries_for_config_entry(device_registry, entry.entry_id) == []
    assert er.async_entries_for_config_entry(entity_registry, entry.entry_id) == []
    assert timers() == []


@pytest.mark.parametrize(
    ("trouble", "patience", "reason"),
    [
        ({"drop": True}, PATIENT, "thingplus_timeout"),
        ({"hang": True}, IMPATIENT, "thingplus_timeout"),
        ({"status": 503}, PATIENT, "thingplus_cannot_connect"),
        ({"status": 429}, PATIENT, "thingplus_cannot_connect"),
        ({"status": 403}, PATIENT, "thingplus_not_allowed"),
        ({"garbage": "html"}, PATIENT, "thingplus_unexpected_answer"),
    ],
    ids=["drop", "hang", "503", "429", "403", "html"],
)
@pytest.mark.parametrize("path", ["", "^/gateways$", "/sensors$"])
async def test_set_up_is_tried_again(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
    trouble: dict[str, Any],
    patience: float,
    reason: str,
    path: str,
) -> None:
    """A server in trouble is waited for, and the entry says why; nothing is left."""
    entry = await create_entry()
    await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    server.trouble = Trouble(**trouble, path=path)
    monkeypatch.setattr(account_module, "TIMEOUT", patience)
    await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.state, entry.error_reason_translation_key) == (
        ConfigEntryState.SETUP_RETRY,
        reason,
    )
    assert client_tasks() == before
    assert timers() == []

    server.trouble = None
    monkeypatch.setattr(account_module, "TIMEOUT", PATIENT)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_set_up_needs_the_user(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """What only the user can mend is asked for once, and not tried again and again."""
    entry = await create_entry()
    await hass.config_entries.async_unload(entry.entry_id)
    server.revoke_all()
    password_changed(server)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    assert timers() == []


async def test_gateway_not_chosen_any_more(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """Its devices go, those of others stay."""
    server.add_gateway("other", "Other")
    entry = await create_entry()
    assert device_names(hass, entry) == {"Greenhouse", "Climate", "Control", "Other"}
    hass.config_entries.async_update_entry(entry, options={"gateways": [GATEWAY]})
    await hass.config_entries.async_reload(entry.entry_id)
    assert device_names(hass, entry) == {"Greenhouse", "Climate", "Control"}
