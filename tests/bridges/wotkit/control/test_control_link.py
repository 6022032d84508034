"""The connection of a control channel: no message is lost where that can be helped."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, State, callback
from tests.bridges.leftovers import client_tasks, timers
from tests.simulators.wotkit import SimulatedSensor, WotkitServer
from tests.waiting import note_changes, state_of, until, until_state

from ..conftest import AddAccount
from ..world import (
    BRIGHTNESS,
    SLIDER,
    SWITCH,
    control_requests,
    pass_time,
    poll,
    poll_and_settle,
    subscribe_requests,
    until_heard,
)
from .rig import LAMP, no_control, note_messages, states

LOST: Final = "The connection to WoTKit control channel of Lamp Post is lost"
BACK: Final = "The connection to WoTKit control channel of Lamp Post is back"


pytestmark = pytest.mark.usefixtures("quick")


async def test_one_subscription(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """One is enough, whatever arrives; the server waits as long as it may."""
    messages = note_messages(hass)
    for number in range(5):
        await server.send_message(lamp, {"slider": number})
        await until(lambda: len(messages) == number + 1)  # noqa: B023 - waited for here
    assert len(subscribe_requests(server)) == 1
    waits = {one.query.get("wait") for one in control_requests(server)[1:]}
    assert waits == {"20"}


async def test_subscription_is_dropped(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """A new one is there at once; nobody sees any of it."""
    changes = note_changes(hass)
    for number in range(1, 4):
        server.drop_subscriptions()
        await until_heard(server, 2 * number)
        await server.send_message(lamp, {"slider": number})
        await until_state(hass, SLIDER, f"{number}.0")
        await until_heard(server, 2 * number + 1)
        assert len(subscribe_requests(server)) == number + 1
    assert not [one for one in changes if one.endswith(STATE_UNAVAILABLE)]


async def test_idle_for_five_minutes(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Who was away for too long has to subscribe again, and hears what comes then."""
    server.trouble = no_control(status=503)
    server.drop_subscriptions()
    await until(lambda: len(subscribe_requests(server)) >= 2)
    server.trouble = None
    await until_heard(server, 2)
    await until(lambda: server.control.listeners == 1)
    await server.send_message(lamp, {"button": "on"})
    await until_state(hass, SWITCH, "on")


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param({"status": 503}, id="503"),
        pytest.param({"drop": True}, id="drop"),
        pytest.param({"garbage": True}, id="garbage"),
    ],
)
async def test_messages_wait_while_the_connection_is_down(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    trouble: dict[str, Any],
) -> None:
    """The subscription is kept, so that all of it arrives in the end, in order."""
    messages = note_messages(hass)
    server.trouble = no_control(**trouble)
    server.control.end_polls()
    before = len(control_requests(server))
    await until(lambda: len(control_requests(server)) >= before + 2)
    for number in range(3):
        await server.send_message(lamp, {"slider": number})
    assert messages == []
    server.trouble = None
    await until(lambda: len(messages) == 3)
    assert messages == [{"slider": number} for number in range(3)]
    assert len(subscribe_requests(server)) == 1


async def test_messages_wait_while_the_server_restarts(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """A server that remembers its subscribers delivers what came in between."""
    messages = note_messages(hass)
    await server.stop()
    await server.send_message(lamp, {"button": "on"})
    await server.start()
    await until_state(hass, SWITCH, "on")
    assert messages == [{"button": "on"}]


async def test_lost_for_longer_than_the_grace(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Unavailable then, with one line; the sensor's data are as they were."""
    lamp.record({"value": 60})
    await poll(entry)
    await server.send_message(lamp, {"button": "on"})
    await until_state(hass, SWITCH, "on")
    server.trouble = no_control(status=500)
    server.control.end_polls()
    before = len(control_requests(server))
    await until(lambda: len(control_requests(server)) >= before + 3)
    assert STATE_UNAVAILABLE not in states(hass)

    pass_time(hass, seconds=31)
    assert states(hass) == {STATE_UNAVAILABLE}
    assert state_of(hass, BRIGHTNESS) == "60"
    before = len(control_requests(server))
    await until(lambda: len(control_requests(server)) >= before + 3)
    pass_time(hass, seconds=31)
    await poll(entry)
    assert states(hass) == {STATE_UNAVAILABLE}
    assert caplog.text.count(LOST) == 1

    await server.send_message(lamp, {"button": "off"})
    server.trouble = None
    await until_state(hass, SWITCH, "off")
    assert STATE_UNAVAILABLE not in states(hass)
    assert caplog.text.count(LOST) == 1
    assert caplog.text.count(BACK) == 1


async def test_never_there(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """A channel that does not come up has some grace too."""
    server.trouble = no_control(status=404)
    await add_account(controlled_sensors=[LAMP])
    assert states(hass) == {"unknown"}
    pass_time(hass, seconds=31)
    assert states(hass) == {STATE_UNAVAILABLE}
    server.trouble = None
    await until_state(hass, SWITCH, "unknown")


async def test_sign_in_is_refused(
    hass: HomeAssistant, entry: ConfigEntry[Any], server: WotkitServer
) -> None:
    """The user is asked; until then nobody knocks at the door."""
    server.trouble = no_control(status=401)
    server.control.end_polls()
    await until_state(hass, SWITCH, STATE_UNAVAILABLE)
    await hass.async_block_till_done()
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == 1
    asked = len(control_requests(server))
    await asyncio.sleep(0.2)
    assert len(control_requests(server)) == asked


async def test_sensor_is_gone(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """Its channel ends with it, and is heard again when the sensor is back."""
    server.remove_sensor(lamp)
    await poll_and_settle(hass, entry)
    assert states(hass) == {"(none)"}
    asked = len(control_requests(server))
    await asyncio.sleep(0.2)
    assert len(control_requests(server)) == asked

    server.sensors[lamp.id] = lamp
    await poll_and_settle(hass, entry)
    await until(lambda: server.control.listeners == 1)
    await server.send_message(lamp, {"button": "on"})
    await until_state(hass, SWITCH, "on")


async def test_message_to_a_sensor_that_is_just_going(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody has to hear it any more; nothing breaks."""
    del entry.runtime_data.data[LAMP]
    polls = len(control_requests(server))
    await server.send_message(lamp, {"button": "on"})
    await until(lambda: len(control_requests(server)) > polls)
    server.trouble = no_control(status=500)
    server.control.end_polls()
    polls = len(control_requests(server))
    await until(lambda: len(control_requests(server)) > polls + 1)
    pass_time(hass, seconds=31)
    assert "not dealt with" not in caplog.text
    assert "Exception" not in caplog.text


async def test_unload(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """No poll goes on, no task and no timer is left."""
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    before = client_tasks()
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "controlled_sensors": [LAMP]}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await until_heard(server)
    assert client_tasks() != before

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert client_tasks() == before
    assert timers() == []
    asked = len(server.requests)
    await server.send_message(lamp, {"button": "on"})
    await asyncio.sleep(0.2)
    assert len(server.requests) == asked


async def test_unload_while_a_subscription_is_made(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """Nothing is written to the disk after the end."""
    server.trouble = no_control(slow=0.1)
    entry = await add_account(controlled_sensors=[LAMP])
    await until(lambda: subscribe_requests(server))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await asyncio.sleep(0.2)
    assert timers() == []


async def test_list_that_comes_while_the_entry_is_unloaded(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> None:
    """It does not open a channel anew."""
    coordinator = entry.runtime_data

    @callback
    def announce(_: Event[Any]) -> None:
        lamp.record({"value": 1}, at=datetime(2040, 1, 1, tzinfo=UTC).timestamp())
        for tell in [*coordinator._on_new_devices]:  # noqa: SLF001 - as a list does
            tell([*coordinator.data.values()])

    @callback
    def goes(data: Any) -> bool:
        new: State | None = data["new_state"]
        return bool(
            data["entity_id"] == SWITCH and new and new.state == STATE_UNAVAILABLE
        )

    hass.bus.async_listen("state_changed", announce, event_filter=goes)
    asked = len(control_requests(server))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await asyncio.sleep(0.1)
    assert len(control_requests(server)) == asked
