"""A platform that is in trouble, gone or does not know the user any more."""

import gc
import time
from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.iotbiz.reader import account as account_module
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.leftovers import client_tasks, timers
from tests.bridges.world import pass_time, poll, poll_and_settle
from tests.simulators.iotbiz import IotbizSimulator, Trouble
from tests.waiting import note_changes, state_of, until, until_state

from .conftest import CreateReader
from .world import (
    CONNECTION,
    CUSTOMER,
    FLOW,
    GATE_CONNECTION,
    LAST_SEEN,
    PASSWORD,
    PUMP,
    USERNAME,
    asked_for,
    say,
)

LIST: Final = "^/api/devices/$"
FAILED: Final = "Error fetching IoTBiz data"
RECOVERED: Final = "Fetching IoTBiz data recovered"

TROUBLES: Final = [
    pytest.param({"status": 500}, "iotbiz_cannot_connect", id="500"),
    pytest.param({"status": 503}, "iotbiz_cannot_connect", id="503"),
    pytest.param({"status": 429}, "iotbiz_cannot_connect", id="429"),
    pytest.param({"status": 403, "body": "{}"}, "iotbiz_not_allowed", id="403"),
    pytest.param({"status": 403}, "iotbiz_unexpected_answer", id="403 of others"),
    pytest.param({"status": 404}, "iotbiz_unexpected_answer", id="404"),
    pytest.param({"status": 302}, "iotbiz_unexpected_answer", id="302"),
    pytest.param({"garbage": "html"}, "iotbiz_unexpected_answer", id="html"),
    pytest.param({"garbage": "broken_json"}, "iotbiz_unexpected_answer", id="broken"),
    pytest.param(
        {"status": 200, "body": '{"results": 1}'},
        "iotbiz_unexpected_answer",
        id="no list",
    ),
    pytest.param({"drop": True}, "iotbiz_timeout", id="drop"),
    pytest.param({"hang": True}, "iotbiz_timeout", id="hang"),
]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.3)


@pytest.mark.parametrize(("trouble", "error"), TROUBLES)
async def test_trouble(
    hass: HomeAssistant,
    impatient: None,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
    error: str,
) -> None:
    """After the grace all is unavailable until it is over: one line each."""
    entry = await create_reader()
    iotbiz.trouble = Trouble(**trouble, path=LIST)
    changes = note_changes(hass)
    await poll(entry)
    last_error: Any = entry.runtime_data.last_exception
    assert last_error.translation_key == error
    # One failure is forgiven.
    assert changes == []
    await poll(entry)
    assert caplog.text.count(FAILED) == 1
    pass_time(hass, seconds=77)
    await until_state(hass, FLOW, STATE_UNAVAILABLE)
    shown = {state_of(hass, one) for one in (CONNECTION, LAST_SEEN, GATE_CONNECTION)}
    assert shown == {STATE_UNAVAILABLE}

    iotbiz.trouble = None
    say(iotbiz, PUMP, flow=3)
    await poll(entry)
    assert [one for one in changes if one.startswith(FLOW)] == [
        f"{FLOW}: unavailable",
        f"{FLOW}: 3",
    ]
    assert state_of(hass, CONNECTION) == "on"
    assert caplog.text.count(RECOVERED) == 1


async def test_off_and_on(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """A machine that is switched off answers nothing at all."""
    entry = await create_reader()
    await iotbiz.stop()
    await poll(entry)
    pass_time(hass, seconds=77)
    await until_state(hass, FLOW, STATE_UNAVAILABLE)
    await iotbiz.start()
    await poll(entry)
    assert state_of(hass, FLOW) == "21.5"


async def test_slow(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """An answer that takes its time is as good as any."""
    entry = await create_reader()
    iotbiz.trouble = Trouble(slow=0.1)
    say(iotbiz, PUMP, flow=2)
    await poll(entry)
    assert state_of(hass, FLOW) == "2"


async def test_tokens_that_end(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """They are renewed; nobody notices."""
    entry = await create_reader()
    iotbiz.office.revoke_all()
    say(iotbiz, PUMP, flow=2)
    await poll(entry)
    assert entry.runtime_data.last_update_success
    assert state_of(hass, FLOW) == "2"


async def test_another_password(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """The user is asked at once, and once; nothing is shown meanwhile."""
    entry = await create_reader()
    iotbiz.add_user(USERNAME, "another one")
    iotbiz.office.revoke_all()
    await poll(entry)
    assert state_of(hass, FLOW) == STATE_UNAVAILABLE
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    asked = len(iotbiz.requests)
    pass_time(hass, minutes=5)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(iotbiz.requests) == asked

    iotbiz.add_user(USERNAME, PASSWORD)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, FLOW) == "21.5"


async def test_sign_in_that_is_lost_between_list_and_values(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """That counts as much, and nobody goes on asking."""
    entry = await create_reader()
    for number in range(8):
        await iotbiz.add_device(f"mill-{number}", CUSTOMER)
        say(iotbiz, f"mill-{number}", speed=number)
    iotbiz.requests.clear()
    iotbiz.trouble = Trouble(status=401, body="{}", path="telemetry")
    await poll(entry)
    assert state_of(hass, FLOW) == STATE_UNAVAILABLE
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    assert len({one for one in asked_for(iotbiz) if "telemetry" in one}) == 4


@pytest.mark.parametrize(("trouble", "reason"), TROUBLES)
async def test_set_up_is_tried_again(
    hass: HomeAssistant,
    impatient: None,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    trouble: dict[str, Any],
    reason: str,
) -> None:
    """A platform in trouble is waited for, and the entry says why; nothing is left."""
    iotbiz.trouble = Trouble(**trouble, path=LIST)
    entry = await create_reader()
    assert (entry.state, entry.error_reason_translation_key) == (
        ConfigEntryState.SETUP_RETRY,
        reason,
    )
    assert timers() == []
    iotbiz.trouble = None
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, FLOW) == "21.5"


async def test_set_up_needs_the_user(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """What only the user can mend is asked for once, and not tried again and again."""
    iotbiz.add_user(USERNAME, "another one")
    entry = await create_reader()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    assert timers() == []


async def test_unload_leaves_nothing(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """No task, no timer; nothing is asked any more."""
    entry = await create_reader()
    assert await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    await hass.config_entries.async_setup(entry.entry_id)
    assert timers() != []
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert client_tasks() == before
    assert timers() == []
    assert state_of(hass, FLOW) == STATE_UNAVAILABLE
    asked = len(iotbiz.requests)
    pass_time(hass, hours=5)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(iotbiz.requests) == asked


@pytest.mark.parametrize("path", [LIST, "telemetry"])
async def test_unload_does_not_wait(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator, path: str
) -> None:
    """What is on its way ends with the entry."""
    entry = await create_reader()
    before = client_tasks()
    say(iotbiz, PUMP, flow=2)
    iotbiz.requests.clear()
    iotbiz.trouble = Trouble(hang=True, path=path)
    pass_time(hass, seconds=62)
    await until(lambda: any(path.strip("^$") in one.path for one in iotbiz.requests))
    began = time.monotonic()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert time.monotonic() - began < 1
    await until(lambda: client_tasks() <= before)
    assert timers() == []


async def test_reloads_do_not_pile_up(
    hass: HomeAssistant, create_reader: CreateReader
) -> None:
    """After many reloads there is as much of everything as after one."""
    entry = await create_reader()
    names = ("ReaderCoordinator", "IotbizReader", "Telemetry", "UserTokens")

    def count() -> list[int]:
        gc.collect()
        kinds = [type(thing).__name__ for thing in gc.get_objects()]
        return [kinds.count(name) for name in names]

    assert await hass.config_entries.async_reload(entry.entry_id)
    first = count()
    assert first[0] > 0
    for _ in range(5):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: count() == first)
    assert state_of(hass, FLOW) == "21.5"


async def test_reload_while_the_device_is_gone(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """What it told last is still known to the platform."""
    iotbiz.add_row(PUMP, {"agentStatus": "offline", "programStatus": "down", "flow": 9})
    entry = await create_reader()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, FLOW) == STATE_UNAVAILABLE
    assert state_of(hass, CONNECTION) == "off"
    say(iotbiz, PUMP, flow=10)
    await poll_and_settle(hass, entry)
    assert state_of(hass, FLOW) == "10"


async def test_removal(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    create_reader: CreateReader,
) -> None:
    """The entry leaves nothing in Home Assistant, nor on its disk."""
    entry = await create_reader()
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [one for one in hass_storage if entry.entry_id in one] == []
    assert hass.states.async_entity_ids(["sensor", "binary_sensor"]) == []
    assert dr.async_entries_for_config_entry(device_registry, entry.entry_id) == []
    assert er.async_entries_for_config_entry(entity_registry, entry.entry_id) == []
    assert timers() == []
