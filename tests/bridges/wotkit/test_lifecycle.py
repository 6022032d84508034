"""Set-up, unload, reload, removal: what begins ends, and nothing piles up."""

import asyncio
import gc
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit import (
    account as account_module,
    channels as channels_module,
)
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.leftovers import client_tasks, timers
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import state_of, until, until_state

from .conftest import SIGN_INS, AddAccount
from .mishaps import Spoil, key_removed, lists, repair
from .world import SWITCH, TAXI, TEMPERATURE, listings, pass_time, poll, until_heard

EVERYTHING: dict[str, Any] = {
    "choice": "both",
    "controlled_sensors": ["1002"],
    "silent_minutes": 30,
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment, and reconnect at once."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.8)
    policy = BackoffPolicy(first=0.02, longest=0.05, jitter=0)
    monkeypatch.setattr(channels_module, "LINK_POLICY", policy)


@pytest.mark.parametrize("sign_in", SIGN_INS)
async def test_every_way_to_sign_in(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
    sign_in: str,
) -> None:
    """Lists, channels and messages work with each."""
    await add_account(sign_in, **EVERYTHING)
    assert state_of(hass, TEMPERATURE) == "21.5"
    await until_heard(server)
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": SWITCH}, blocking=True
    )
    await until_state(hass, SWITCH, "on")


async def test_unload_leaves_nothing(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """No task, no timer; the server hears nothing any more."""
    entry = await add_account(**EVERYTHING)
    await until_heard(server)
    assert await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    await hass.config_entries.async_setup(entry.entry_id)
    await until_heard(server, 2)
    assert timers() != []

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert client_tasks() == before
    assert timers() == []
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    asked = len(server.requests)
    pass_time(hass, minutes=5)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(server.requests) == asked


async def test_reloads_do_not_pile_up(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """After many reloads there is as much of everything as after one."""
    entry = await add_account(**EVERYTHING)
    await until_heard(server)

    def count() -> tuple[int, ...]:
        gc.collect()
        kinds = [type(thing).__name__ for thing in gc.get_objects()]
        return (
            server.control.listeners,
            *(
                kinds.count(name)
                for name in (
                    "WotkitCoordinator",
                    "WotkitClient",
                    "ControlChannel",
                    "SilenceWatch",
                )
            ),
        )

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_heard(server, 2)
    first = count()
    for _ in range(10):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: count() == first)
    assert first[0] == 1


async def test_removal(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """The entry leaves nothing in Home Assistant, nor on its disk."""
    entry = await add_account(**EVERYTHING)
    await until_heard(server)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert [one for one in hass_storage if entry.entry_id in one]

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    pass_time(hass, minutes=1)
    await hass.async_block_till_done()

    assert [one for one in hass_storage if entry.entry_id in one] == []
    assert hass.states.async_entity_ids("sensor") == []
    assert dr.async_entries_for_config_entry(device_registry, entry.entry_id) == []
    assert er.async_entries_for_config_entry(entity_registry, entry.entry_id) == []
    assert timers() == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(lists(drop=True), "wotkit_timeout", id="drop"),
        pytest.param(lists(hang=True), "wotkit_timeout", id="hang"),
        pytest.param(lists(status=503), "wotkit_cannot_connect", id="503"),
        pytest.param(lists(status=404), "wotkit_unexpected_answer", id="404"),
        pytest.param(lists(garbage=True), "wotkit_unexpected_answer", id="garbage"),
    ],
)
async def test_set_up_is_tried_again(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    spoil: Spoil,
    reason: str,
) -> None:
    """A server in trouble is waited for, and the entry says why; nothing is left."""
    entry = await add_account(**EVERYTHING)
    await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    spoil(server)

    await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.state, entry.error_reason_translation_key) == (
        ConfigEntryState.SETUP_RETRY,
        reason,
    )
    assert client_tasks() == before
    assert timers() == []

    repair(server)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_half_of_the_lists(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """One list of two alone does not make those of the other go."""
    entry = await add_account(choice="both")
    sensors["weather_station"].record({"temperature": 1})
    asked = len(listings(server))
    server.trouble = Trouble(slow=0.1, path="/sensors$", times=1)
    polling = asyncio.create_task(poll(entry))
    await until(lambda: len(listings(server)) == asked + 1)
    lists(status=503)(server)
    await polling
    assert len(listings(server)) == asked + 2
    assert not entry.runtime_data.last_update_success
    assert state_of(hass, TEMPERATURE) == "21.5"
    assert state_of(hass, TAXI) == "not_home"


@pytest.mark.parametrize(
    "spoil", [key_removed, lists(status=403)], ids=["key removed", "403"]
)
async def test_set_up_needs_the_user(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer, spoil: Spoil
) -> None:
    """What only the user can mend is asked for once, and not tried again and again."""
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    spoil(server)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1


async def test_stored_subscriptions_that_are_garbage(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """A number that the server does not know is as good as none."""
    entry = await add_account(**EVERYTHING)
    await until_heard(server)
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"iot_bridge.{entry.entry_id}.subscriptions"
    hass_storage[key]["data"] = {"1002": 999_999, "77": 5}
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: server.control.listeners == 2)
    await server.send_message(sensors["lamp_post"], {"button": "on"})
    await until_state(hass, SWITCH, "on")
