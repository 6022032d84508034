"""The socket comes and goes: availability, reconnects, and what is never lost."""

import asyncio
from datetime import timedelta
from typing import Any, Never

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.iot_bridge.bridges.ewelink.client import (
    EwelinkClient,
    QuotaExceededError,
)
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import note_changes, state_of, until, until_state

from .conftest import AddAccount, settled

LOST = "The connection to eWeLink is lost"
BACK = "The connection to eWeLink is back"


def pass_time(hass: HomeAssistant, **time: float) -> None:
    """Turn the clock; what is due by then happens."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**time))


async def test_short_loss_is_not_seen(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Within the grace nothing becomes unavailable, and nothing is logged."""
    cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()
    changes = note_changes(hass)

    await cloud.drop_sockets()
    await until(lambda: cloud.handshakes == 2)
    await hass.async_block_till_done()

    assert changes == []
    assert LOST not in caplog.text


async def test_what_changed_meanwhile_is_restored(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
    generation: str,
) -> None:
    """After a reconnect the list is read once, so what was missed is seen."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    strip = cloud.add_device(account, uiid=4, name="Strip")
    await add_account(generation)
    await cloud.wait_for_socket()

    cloud.trouble.refuse_sockets = True
    await cloud.drop_sockets()
    await lamp.press()
    await strip.set_online(False)
    cloud.trouble.refuse_sockets = False

    await until_state(hass, "switch.lamp", "on")
    await until_state(hass, "switch.strip_channel_1", STATE_UNAVAILABLE)
    assert state_of(hass, "binary_sensor.strip_cloud_connection") == "off"


async def test_list_after_the_reconnect_fails_at_first(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
) -> None:
    """A cloud that is just recovering is asked until it tells what was missed."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    cloud.trouble.http_statuses = {"/v2/device/thing": 503}
    await cloud.drop_sockets()
    lamp.params["switch"] = "on"
    await until(lambda: not entry.runtime_data.last_update_success)

    cloud.trouble.http_statuses = {}

    await until_state(hass, "switch.lamp", "on")


async def test_reconnect_while_a_list_is_read(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
) -> None:
    """A list that was asked for before the link was lost is not enough."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    coordinator = entry.runtime_data
    fetch = coordinator.async_fetch_devices
    fetched: list[int] = []
    hold = asyncio.Event()

    async def fetch_and_hold() -> object:
        devices = await fetch()
        fetched.append(len(devices))
        await hold.wait()
        return devices

    coordinator.async_fetch_devices = fetch_and_hold
    reading = asyncio.create_task(coordinator.async_refresh())
    await until(lambda: fetched)
    await cloud.drop_sockets()
    lamp.params["switch"] = "on"
    await until(lambda: cloud.handshakes == 2 and coordinator.link_up)
    hold.set()
    await reading

    await until_state(hass, "switch.lamp", "on")


async def test_spent_quota_is_waited_for(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says why the link stays down, and the quota is not spent on attempts."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    cloud.trouble.dispatch_error = 412
    await cloud.drop_sockets()
    await until(lambda: not entry.runtime_data.link_up)
    pass_time(hass, seconds=5)
    await until(lambda: isinstance(entry.runtime_data.link_error, QuotaExceededError))
    asked = len(cloud.requests)

    pass_time(hass, minutes=50)
    await hass.async_block_till_done()
    assert len(cloud.requests) == asked
    assert f"{LOST} (dispatch: refused with code 412)" in caplog.text

    cloud.trouble.dispatch_error = None
    pass_time(hass, minutes=61)
    await until_state(hass, "switch.lamp", "off")


async def test_long_loss_and_recovery(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After the grace all is unavailable until the link is back: one line each."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)

    cloud.trouble.refuse_sockets = True
    await cloud.drop_sockets()
    await until(lambda: not entry.runtime_data.link_up)
    assert state_of(hass, "switch.lamp") == "off"
    changes = note_changes(hass)
    pass_time(hass, seconds=31)
    await until_state(hass, "switch.lamp", STATE_UNAVAILABLE)
    assert state_of(hass, "binary_sensor.lamp_cloud_connection") == STATE_UNAVAILABLE
    # Neither further attempts nor the safety poll are worth another line.
    for _ in range(3):
        pass_time(hass, minutes=15)
        await hass.async_block_till_done()
    assert caplog.text.count(LOST) == 1

    cloud.trouble.refuse_sockets = False
    lamp.params["switch"] = "on"
    pass_time(hass, minutes=6)
    await until_state(hass, "switch.lamp", "on")
    # What it was before the loss is not shown for a moment: automations would start.
    assert [change for change in changes if change.startswith("switch.lamp:")] == [
        "switch.lamp: unavailable",
        "switch.lamp: on",
    ]
    assert caplog.text.count(LOST) == 1
    assert caplog.text.count(BACK) == 1
    assert "ERROR" not in [record.levelname for record in caplog.records]


async def test_set_up_does_not_wait_for_the_socket(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """The list is enough to start with; a socket that hangs holds nobody up."""
    cloud.add_device(account, uiid=1, name="Lamp")
    cloud.trouble.hang_handshake = True

    entry = await add_account()

    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, "switch.lamp") == "off"
    pass_time(hass, seconds=31)
    await until_state(hass, "switch.lamp", STATE_UNAVAILABLE)


async def test_twenty_dropped_sockets(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
) -> None:
    """A cloud that shakes hands and hangs up is waited for each time, and got over."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    cloud.trouble.drop_socket_after_handshake = True
    await add_account()
    started = hass.loop.time()

    await until(lambda: cloud.handshakes == 20)
    # 0.02 + 0.04 + 17 x 0.05 s at the least: nothing is tried in a hot loop.
    assert hass.loop.time() - started > 0.9

    cloud.trouble.drop_socket_after_handshake = False
    await cloud.wait_for_socket()
    await until(lambda: cloud.sockets_connected == 1)
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")


async def test_garbage_frames(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Frames that make no sense are passed over; the link stays up."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()

    for frame in (
        "",
        "no json",
        "[]",
        "null",
        '{"action":"update"}',
        '{"action":"update","deviceid":7,"params":[]}',
        '{"action":"sysmsg","deviceid":"1000000001","params":{"online":"maybe"}}',
        '{"action":"reportSubDevice"}',
        '{"error":"?"}',
        b"\x00\xff",
    ):
        await cloud.send_raw(frame)
    await lamp.report({"switch": ["on"], "rssi": None, "pulseWidth": "soon"})
    await lamp.report({"switch": "on"})

    await until_state(hass, "switch.lamp", "on")
    assert cloud.handshakes == 1
    assert "Traceback" not in caplog.text


async def test_command_while_the_socket_is_down(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A command that cannot be sent says so."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await cloud.wait_for_socket()
    cloud.trouble.refuse_sockets = True
    await cloud.drop_sockets()
    await until(lambda: not entry.runtime_data.link_up)

    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "switch", "turn_on", {"entity_id": "switch.lamp"}, blocking=True
        )

    assert raised.value.translation_key == "ewelink_not_connected"
    assert lamp.commands == []
    assert state_of(hass, "switch.lamp") == "off"


async def test_logged_in_elsewhere(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
) -> None:
    """406 ends the loop at once and asks the user; nothing hammers the cloud."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await cloud.wait_for_socket()

    cloud.trouble.handshake_error = 406
    await cloud.drop_sockets()

    await until_state(hass, "switch.lamp", STATE_UNAVAILABLE)
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["context"]["entry_id"] == entry.entry_id
    assert not entry.runtime_data.link_up
    handshakes = cloud.handshakes
    pass_time(hass, minutes=6)
    await hass.async_block_till_done()
    assert cloud.handshakes == handshakes


async def test_device_goes_offline_and_comes_back(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """`sysmsg` tells of one device, and of one device only."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    cloud.add_device(account, uiid=1, name="Other")
    await add_account()
    await cloud.wait_for_socket()

    await lamp.set_online(False)
    await until_state(hass, "switch.lamp", STATE_UNAVAILABLE)
    assert state_of(hass, "binary_sensor.lamp_cloud_connection") == "off"
    assert state_of(hass, "switch.other") == "off"

    await lamp.set_online(True)
    await until_state(hass, "switch.lamp", "off")
    assert state_of(hass, "binary_sensor.lamp_cloud_connection") == "on"


async def test_failed_poll_leaves_entities_available(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While the socket delivers, a list that cannot be read takes nothing away."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    cloud.trouble.http_status = 503

    for _ in range(2):
        pass_time(hass, minutes=11)
        await until(lambda: not entry.runtime_data.last_update_success)
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")
    assert caplog.text.count("Error fetching eWeLink data") == 1

    cloud.trouble.http_status = None
    pass_time(hass, minutes=11)
    await until(lambda: entry.runtime_data.last_update_success)
    assert caplog.text.count("Fetching eWeLink data recovered") == 1


async def test_unforeseen_end_of_the_link(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An error that nobody thought of is told once, and got over."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    unforeseen = iter([ValueError("unforeseen")])
    listen = EwelinkClient.listen

    async def stumble(self: EwelinkClient, **arguments: Any) -> Never:
        for error in unforeseen:
            raise error
        await listen(self, **arguments)

    monkeypatch.setattr(EwelinkClient, "listen", stumble)
    await add_account()
    await cloud.wait_for_socket()
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")
    assert caplog.text.count("Unexpected end of the connection to eWeLink") == 1
