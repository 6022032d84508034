"""Devices come, change and go without a reload."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.simulators.ewelink.fleet import broken_item
from tests.waiting import state_of, until, until_state

from .conftest import AddAccount, lists_read, settled


def poll(hass: HomeAssistant) -> None:
    """Let the time of the safety poll come."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=11))


async def test_new_device_is_polled(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device that is added appears with the next poll, also as the account's first."""
    entry = await add_account()
    await settled(cloud, entry)
    assert hass.states.async_entity_ids() == []

    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    poll(hass)

    await until_state(hass, "switch.lamp", "off")
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")


async def test_new_device_reports(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """A device that nobody has listed yet is looked up at once when it reports."""
    entry = await add_account(generation)
    await settled(cloud, entry)

    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await lamp.press()

    await until_state(hass, "switch.lamp", "on")


async def test_strange_device_is_looked_up_once(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Reports of a device that is not listed, of another home, ask the cloud but once."""
    known = cloud.add_device(account, uiid=1, name="Known")
    entry = await add_account()
    await settled(cloud, entry)
    stranger = cloud.add_device(account, uiid=1, name="Stranger")
    cloud.remove_device(stranger)
    update = {
        "action": "update",
        "deviceid": stranger.device_id,
        "apikey": account.apikey,
        "userAgent": "device",
        "params": {"switch": "on"},
    }

    for _ in range(5):
        await cloud.broadcast(account, update)
    await until(lambda: lists_read(cloud) == 3)
    await cloud.broadcast(account, update)
    # What is reported after it has been seen, so the last broadcast has been too.
    await known.press()
    await until_state(hass, "switch.known", "on")
    await hass.async_block_till_done()

    assert lists_read(cloud) == 3


async def test_stranger_that_was_known_before(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device that went and came back is looked up again when it reports."""
    cloud.add_device(account, uiid=1, name="Other")
    entry = await add_account()
    await settled(cloud, entry)
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")
    cloud.remove_device(lamp)
    poll(hass)
    await until_state(hass, "switch.lamp", "(none)")

    cloud.devices[lamp.device_id] = lamp
    await lamp.press()

    await until_state(hass, "switch.lamp", "off")


async def test_stranger_is_looked_up_until_that_succeeds(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
) -> None:
    """One list that cannot be read does not make a new device wait for the poll."""
    entry = await add_account()
    await settled(cloud, entry)
    cloud.trouble.http_status = 503
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await lamp.press()
    await until(lambda: not entry.runtime_data.last_update_success)

    cloud.trouble.http_status = None

    await until_state(hass, "switch.lamp", "on")


async def test_device_that_speaks_is_there(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Who reports is online, whether or not anybody has said so."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp", online=False)
    await add_account()
    await cloud.wait_for_socket()
    assert state_of(hass, "switch.lamp") == STATE_UNAVAILABLE

    await lamp.report({"switch": "on"})

    await until_state(hass, "switch.lamp", "on")


async def test_gone_device_is_removed(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device that has left the account leaves the registries; coming back it is the same."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp", device_id="1000abcdef")
    cloud.add_device(account, uiid=1, name="Other")
    entry = await add_account()
    await settled(cloud, entry)
    entity_registry.async_update_entity("switch.lamp", new_entity_id="switch.my_lamp")
    await hass.async_block_till_done()

    cloud.remove_device(lamp)
    poll(hass)

    await until_state(hass, "switch.my_lamp", "(none)")
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert [device.name for device in devices] == ["Other"]
    assert entity_registry.async_get("switch.my_lamp") is None
    assert state_of(hass, "switch.other") == "off"

    lamp = cloud.add_device(account, uiid=1, name="Lamp", device_id="1000abcdef")
    poll(hass)
    await until_state(hass, "switch.my_lamp", "off")
    await lamp.press()
    await until_state(hass, "switch.my_lamp", "on")


async def test_one_goes_as_another_comes(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device that has left with the list that brought another one may come back."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp", device_id="1000abcdef")
    entry = await add_account()
    await settled(cloud, entry)
    cloud.remove_device(lamp)
    cloud.add_device(account, uiid=1, name="Other")
    poll(hass)
    await until_state(hass, "switch.other", "off")
    await until_state(hass, "switch.lamp", "(none)")
    cloud.add_device(account, uiid=1, name="Lamp", device_id="1000abcdef")
    poll(hass)
    await until_state(hass, "switch.lamp", "off")


async def test_gone_while_home_assistant_was_off(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """What went meanwhile is gone after the start."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    cloud.add_device(account, uiid=1, name="Other")
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)

    cloud.remove_device(lamp)
    await hass.config_entries.async_setup(entry.entry_id)

    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert [device.name for device in devices] == ["Other"]


async def test_empty_list_removes_nothing(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """An empty list may be an app id that lost its rights: the user removes what is stale."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    [device] = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    remove = {
        "type": "config/device_registry/remove_config_entry",
        "config_entry_id": entry.entry_id,
        "device_id": device.id,
    }

    await client.send_json_auto_id(remove)
    assert not (await client.receive_json())["success"]

    cloud.remove_device(lamp)
    poll(hass)
    await until_state(hass, "switch.lamp", STATE_UNAVAILABLE)
    assert device_registry.async_get(device.id) is not None

    await client.send_json_auto_id(remove)
    assert (await client.receive_json())["success"]
    assert device_registry.async_get(device.id) is None
    assert hass.states.get("switch.lamp") is None


async def test_list_is_empty_for_once(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After one odd answer all is as it was, with the entities that were there."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)

    cloud.remove_device(lamp)
    poll(hass)
    await until_state(hass, "switch.lamp", STATE_UNAVAILABLE)
    cloud.devices[lamp.device_id] = lamp
    poll(hass)

    await until_state(hass, "switch.lamp", "off")
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")
    assert "does not generate unique IDs" not in caplog.text


async def test_renamed_device(
    device_registry: dr.DeviceRegistry,
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A new name or firmware is taken over; entity ids stay."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)

    lamp.name = "Reading lamp"
    lamp.params["fwVersion"] = "3.7.0"
    poll(hass)

    def devices() -> list[tuple[str | None, str | None]]:
        return [
            (device.name, device.sw_version)
            for device in dr.async_entries_for_config_entry(
                device_registry, entry.entry_id
            )
        ]

    await until(lambda: devices() == [("Reading lamp", "3.7.0")])
    assert state_of(hass, "switch.lamp") == "off"


@pytest.mark.parametrize(
    ("uiid", "change", "before", "after"),
    [
        (
            4,
            {"channel_names": {0: "Heater"}},
            "switch.thing_pump",
            "Thing Heater",
        ),
        (9876, {"channel_names": {0: "Heater"}}, "switch.thing_pump", "Thing Heater"),
    ],
)
async def test_renamed_channel(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
    uiid: int,
    change: dict[str, Any],
    before: str,
    after: str,
) -> None:
    """A new name of a channel is taken over, and all other channels stay."""
    switches = [{"switch": "off", "outlet": outlet} for outlet in range(4)]
    thing = cloud.add_device(
        account,
        uiid=uiid,
        name="Thing",
        params={"switches": switches},
        channel_names={0: "Pump"},
    )
    entry = await add_account(generation)
    await settled(cloud, entry)
    assert hass.states.async_entity_ids_count("switch") == 4

    for name, value in change.items():
        setattr(thing, name, value)
    poll(hass)

    await until(lambda: (state := hass.states.get(before)) and state.name == after)
    assert hass.states.async_entity_ids_count("switch") == 4
    await cloud.wait_for_socket()
    await thing.press(outlet=3)
    await until_state(hass, "switch.thing_channel_4", "on")


async def test_device_that_becomes_a_motor(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Relays that drive a motor from now on are no switches any more."""
    dual = cloud.add_device(account, uiid=126, name="Dual")
    entry = await add_account()
    await settled(cloud, entry)
    assert state_of(hass, "switch.dual_channel_1") == "off"

    dual.params["workMode"] = 2
    poll(hass)

    await until_state(hass, "switch.dual_channel_1", STATE_UNAVAILABLE)


@pytest.mark.parametrize("bare", [False, True])
async def test_odd_device_is_left_out(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
    bare: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One item that makes no sense costs one log line, and no other device."""
    cloud.trouble.bare_device_list = bare
    broken_item(cloud, account)
    cloud.add_device(account, uiid=1, name="Lamp")

    entry = await add_account(generation)

    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, "switch.lamp") == "off"
    assert "is left out: it has no device id or no parameters" in caplog.text


async def test_push_while_the_list_is_read(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """What is pushed after the list was asked for is newer than the list."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    other = cloud.add_device(account, uiid=1, name="Other")
    entry = await add_account()
    await settled(cloud, entry)
    coordinator = entry.runtime_data
    fetch = coordinator.async_fetch_devices

    async def fetch_slowly() -> object:
        devices = await fetch()
        await lamp.press()
        await other.set_online(False)
        await until_state(hass, "switch.lamp", "on")
        await until_state(hass, "switch.other", STATE_UNAVAILABLE)
        return devices

    coordinator.async_fetch_devices = fetch_slowly
    await coordinator.async_refresh()

    assert state_of(hass, "switch.lamp") == "on"
    assert state_of(hass, "switch.other") == STATE_UNAVAILABLE

    # The next list is newer than these pushes.
    coordinator.async_fetch_devices = fetch
    lamp.params["switch"] = "off"
    other.online = True
    await coordinator.async_refresh()
    assert state_of(hass, "switch.lamp") == "off"
    assert state_of(hass, "switch.other") == "off"


async def test_push_touches_only_what_changed(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A push writes the states that change, and none beside them."""
    meter = cloud.add_device(
        account,
        uiid=32,
        name="Meter",
        params={"switch": "on", "power": "10", "voltage": "230", "rssi": -50},
    )
    strip = cloud.add_device(account, uiid=4, name="Strip")
    entry = await add_account()
    await settled(cloud, entry)
    await until_state(hass, "sensor.meter_energy_today", "1.29")
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    for kind in ("state_changed", "state_reported"):
        hass.bus.async_listen(kind, note, event_filter=callback(lambda _: True))

    await meter.report({"switch": "on", "power": "10.0", "voltage": 230, "rssi": -50})
    await meter.report({"power": "11", "voltage": "230"})
    await strip.report({"switches": [{"switch": "on", "outlet": 2}]})
    await until_state(hass, "switch.strip_channel_3", "on")

    assert written == ["sensor.meter_power", "switch.strip_channel_3"]


async def test_same_account_twice_in_a_house(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Two accounts that share a device both have it, each as its own."""
    owner = cloud.add_account(email="owner@example.com", password="owner", region="eu")
    gate = cloud.add_device(
        account, uiid=1, name="Gate", shared_from=owner, device_id="1000aaaaaa"
    )
    first = await add_account()
    await settled(cloud, first)
    cloud.remove_device(gate)
    gate = cloud.add_device(owner, uiid=1, name="Gate", device_id="1000aaaaaa")
    second = await add_account(username="owner@example.com", password="owner")

    assert state_of(hass, "switch.gate_2") == "off"
    for entry in (first, second):
        assert dr.async_entries_for_config_entry(device_registry, entry.entry_id)
