"""Reloads and restarts: no message is lost, and what was heard last is shown."""

import asyncio
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    mock_restore_cache_with_extra_data,
)

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from tests.simulators.wotkit import SimulatedSensor, WotkitServer
from tests.waiting import note_changes, state_of, until, until_state

from ..conftest import AddAccount
from ..world import (
    CONTROLS,
    EVENT,
    SLIDER,
    SWITCH,
    TEXT,
    control_requests,
    pass_time,
    poll,
    subscribe_requests,
    until_heard,
)
from .rig import ALL, LAMP, no_control, note_messages, states

pytestmark = pytest.mark.usefixtures("quick")


async def test_message_during_a_reload(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Entities have gone when it is sent; those that come next tell of it."""
    messages = note_messages(hass)
    unload_platforms = hass.config_entries.async_unload_platforms

    async def unload_slowly(*arguments: Any) -> bool:
        unloaded = await unload_platforms(*arguments)
        await asyncio.sleep(0.05)
        await server.send_message(lamp, {"message": "now"})
        await asyncio.sleep(0.05)
        return unloaded

    monkeypatch.setattr(hass.config_entries, "async_unload_platforms", unload_slowly)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_state(hass, TEXT, "now")
    assert messages.count({"message": "now"}) == server.messages_sent == 1
    monkeypatch.undo()


@pytest.mark.parametrize("reloads", [1, 5])
async def test_messages_between_unload_and_set_up(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    reloads: int,
) -> None:
    """The subscription outlives Home Assistant's rest, with what waits there."""
    for number in range(reloads):
        await hass.config_entries.async_unload(entry.entry_id)
        await server.send_message(lamp, {"button": "on", "slider": number})
        await server.send_message(lamp, {"message": f"message {number}"})
        messages = note_messages(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        await until_state(hass, TEXT, f"message {number}")
        assert messages[-2:] == [
            {"button": "on", "slider": number},
            {"message": f"message {number}"},
        ]
        assert [state_of(hass, one) for one in (SWITCH, SLIDER)] == [
            "on",
            f"{number}.0",
        ]
    assert len(subscribe_requests(server)) == 1


async def test_subscription_on_the_disk(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """It is there soon after it was made, also if Home Assistant ends in a crash."""
    entry = await add_account(controlled_sensors=[LAMP])
    await until_heard(server)
    pass_time(hass, seconds=6)
    await hass.async_block_till_done()
    await until(lambda: f"iot_bridge.{entry.entry_id}.subscriptions" in hass_storage)
    stored = hass_storage[f"iot_bridge.{entry.entry_id}.subscriptions"]
    assert stored["data"] == {
        "account": entry.unique_id,
        "subscriptions": {LAMP: 1234},
    }


async def test_subscriptions_of_another_account(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Numbers of another server or account are not asked for on this one."""
    await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_update_entry(entry, unique_id="wotkit_other")
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: len(subscribe_requests(server)) == 2)
    await server.send_message(lamp, {"button": "on"})
    await until_state(hass, SWITCH, "on")


async def test_subscription_that_is_gone_after_a_restart(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Home Assistant was off for too long: it subscribes again."""
    await hass.config_entries.async_unload(entry.entry_id)
    server.drop_subscriptions()
    await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: server.control.listeners == 1)
    await server.send_message(lamp, {"button": "on"})
    await until_state(hass, SWITCH, "on")
    assert len(subscribe_requests(server)) == 2


async def test_states_after_a_reload(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """What was heard last is shown again, and is not told of as something new."""
    await server.send_message(lamp, {"button": "on", "slider": 15, "message": "hi"})
    await until_state(hass, TEXT, "hi")
    told = state_of(hass, EVENT)
    assert await hass.config_entries.async_unload(entry.entry_id)
    changes = note_changes(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert [state_of(hass, one) for one in CONTROLS] == ["on", "15.0", "hi"]
    assert state_of(hass, EVENT) == told
    await poll(entry)
    of_controls = [one for one in changes if one.startswith(ALL)]
    assert sorted(of_controls) == sorted(
        [
            f"{EVENT}: {told}",
            f"{SWITCH}: on",
            f"{SLIDER}: 15.0",
            f"{TEXT}: hi",
        ]
    )


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        pytest.param((True, 15.5, "hi"), ["on", "15.5", "hi"], id="values"),
        pytest.param((False, 0, ""), ["off", "0.0", ""], id="nothing much"),
        pytest.param((None, None, None), ["unknown"] * 3, id="unknown"),
        pytest.param(({}, [], {"a": 1}), ["unknown"] * 3, id="garbage"),
        pytest.param(("mine", "nan", 7), ["unknown", "unknown", "7"], id="odd"),
    ],
)
async def test_states_after_a_restart(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    stored: tuple[Any, ...],
    shown: list[str],
) -> None:
    """Home Assistant has written them down when it ended."""
    mock_restore_cache_with_extra_data(
        hass,
        [
            (State(one, STATE_UNAVAILABLE), {"value": value})
            for one, value in zip(CONTROLS, stored, strict=True)
        ],
    )
    await add_account(controlled_sensors=[LAMP])
    assert [state_of(hass, one) for one in CONTROLS] == shown
    assert server.messages_sent == 0


async def test_restart_while_the_channel_is_lost(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """What was heard last is known nevertheless."""
    await server.send_message(lamp, {"button": "on", "slider": 15, "message": "hi"})
    await until_state(hass, TEXT, "hi")
    server.trouble = no_control(status=500)
    server.control.end_polls()
    before = len(control_requests(server))
    await until(lambda: len(control_requests(server)) >= before + 2)
    pass_time(hass, seconds=31)
    assert states(hass) == {STATE_UNAVAILABLE}
    assert await hass.config_entries.async_unload(entry.entry_id)
    server.trouble = None
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert [state_of(hass, one) for one in CONTROLS] == ["on", "15.0", "hi"]
