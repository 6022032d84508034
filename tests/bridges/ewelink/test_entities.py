"""What each kind of device shows, and how its settings are set."""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from homeassistant.const import STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, believable_home
from tests.waiting import state_of, until, until_state

from .conftest import AddAccount, settled


@pytest.fixture
def enable_all_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also entities that are off by default."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


async def test_believable_home(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    enable_all_entities: None,
    snapshot: SnapshotAssertion,
) -> None:
    """Every entity of a home of many kinds, in the registry and with its state."""
    account.apikey = "11111111-2222-3333-4444-555555555555"
    believable_home(cloud, account)
    entry = await add_account()
    await settled(cloud, entry)
    await until_state(hass, "sensor.washing_machine_energy_today", "1.29")
    snapshot_entities = {
        registered.entity_id: (
            registered.unique_id,
            registered.original_name,
            registered.translation_key,
            registered.entity_category,
            registered.original_device_class,
            registered.unit_of_measurement,
            state_of(hass, registered.entity_id),
        )
        for registered in er.async_entries_for_config_entry(
            entity_registry, entry.entry_id
        )
    }
    assert dict(sorted(snapshot_entities.items())) == snapshot


async def test_devices(
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A device tells all that is known of it."""
    cloud.add_device(
        account, uiid=1, name="Lamp", device_id="10001a2b3c", brand="SONOFF", model="R2"
    )
    cloud.add_device(account, uiid=1770, name="Climate")
    entry = await add_account()
    lamp, climate = dr.async_entries_for_config_entry(device_registry, entry.entry_id)

    assert lamp.name == "Lamp"
    assert lamp.manufacturer == "SONOFF"
    assert lamp.model == "R2"
    assert lamp.model_id == "UIID 1"
    assert lamp.sw_version == "3.6.0"
    assert lamp.serial_number == "10001a2b3c"
    assert lamp.connections == {("mac", "d8:f1:5b:1a:2b:3c")}
    # Its address may be the bridge's, which all devices behind it would share.
    assert climate.connections == set()


@pytest.mark.parametrize(
    ("uiid", "params", "expected"),
    [
        pytest.param(
            32,
            {"power": "1800.01", "voltage": "229.5", "current": "7.84"},
            {"power": "1800.01", "voltage": "229.5", "current": "7.84"},
            id="text",
        ),
        pytest.param(
            190,
            {"power": 180001, "voltage": 22950, "current": 784, "dayKwh": 129},
            {
                "power": "1800.01",
                "voltage": "229.5",
                "current": "7.84",
                "energy_today": "1.29",
            },
            id="hundredths",
        ),
        pytest.param(
            226,
            {"switch": True, "phase_0_p": 60, "phase_0_v": 230, "phase_0_c": 0.26},
            {"power": "60.0", "voltage": "230.0", "current": "0.26"},
            id="phases",
        ),
        pytest.param(
            9999,
            {"power": 1234, "voltage": 23012, "current": 5},
            {"power": "12.34", "voltage": "230.12", "current": "0.05"},
            id="unknown in hundredths",
        ),
        pytest.param(
            9999,
            {"power": "12.3", "battery": "77", "temperature": 21},
            {"power": "12.3", "battery": "77.0", "temperature": "21.0"},
            id="unknown as it is",
        ),
        pytest.param(
            1770,
            {"temperature": "2134", "humidity": 4810, "battery": 90},
            {"temperature": "21.34", "humidity": "48.1", "battery": "90.0"},
            id="zigbee climate",
        ),
        pytest.param(
            15,
            {"currentTemperature": "19.5", "currentHumidity": "unavailable"},
            {"temperature": "19.5", "humidity": "(none)"},
            id="probe not plugged in",
        ),
        pytest.param(
            102,
            {"switch": "on", "battery": 2.9},
            {"battery_voltage": "2.9"},
            id="battery in volts",
        ),
        pytest.param(
            7017, {"temperature": 215}, {"temperature": "21.5"}, id="valve in tenths"
        ),
    ],
)
async def test_measurements(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    uiid: int,
    params: dict[str, Any],
    expected: dict[str, str],
) -> None:
    """Numbers come as int, float or text, in units or parts of them."""
    cloud.add_device(account, uiid=uiid, name="Meter", params=params)
    await add_account()
    assert {
        name: state_of(hass, f"sensor.meter_{name}") for name in expected
    } == expected


async def test_two_metered_outlets(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A push about one outlet's meter changes that outlet's sensors."""
    kitchen = cloud.add_device(
        account, uiid=126, name="Kitchen", channel_names={0: "Ceiling"}
    )
    await add_account()
    await cloud.wait_for_socket()

    await kitchen.report({"actPow_00": 1234, "voltage_01": 23000})

    await until_state(hass, "sensor.kitchen_ceiling_power", "12.34")
    await until_state(hass, "sensor.kitchen_channel_2_voltage", "230.0")
    assert state_of(hass, "sensor.kitchen_channel_2_power") == "0.0"


@pytest.mark.parametrize(
    ("uiid", "params", "changed", "before", "after"),
    [
        (102, {"switch": "off", "battery": 3}, {"switch": "on"}, "off", "on"),
        (154, {"switch": "on", "battery": 80}, {"switch": "off"}, "on", "off"),
        (3026, {"lock": 0, "battery": 80}, {"lock": 1}, "off", "on"),
        (7003, {"lock": "1"}, {"lock": "0"}, "on", "off"),
        (2026, {"motion": 0}, {"motion": 1}, "off", "on"),
    ],
)
async def test_binary_sensors(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    uiid: int,
    params: dict[str, Any],
    changed: dict[str, Any],
    before: str,
    after: str,
) -> None:
    """Contacts and motion are the device's main feature, and no switches."""
    sensor = cloud.add_device(account, uiid=uiid, name="Thing", params=params)
    await add_account()
    await cloud.wait_for_socket()
    assert state_of(hass, "binary_sensor.thing") == before
    assert hass.states.async_entity_ids("switch") == []

    await sensor.report(changed)

    await until_state(hass, "binary_sensor.thing", after)


@pytest.mark.parametrize(
    ("uiid", "prefix", "command"),
    [
        (1, "", {"startup": "off"}),
        (4, "channel_2_", {"configure": [{"startup": "off", "outlet": 1}]}),
    ],
)
async def test_power_on_state(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    uiid: int,
    prefix: str,
    command: dict[str, Any],
) -> None:
    """The state after a power cut is a select of its own for each outlet."""
    lamp = cloud.add_device(account, uiid=uiid, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()
    entity_id = f"select.lamp_{prefix}power_on_state"
    assert state_of(hass, entity_id) == "stay"

    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": entity_id, "option": "off"},
        blocking=True,
    )

    assert lamp.commands == [command]
    assert state_of(hass, entity_id) == "off"


@pytest.mark.parametrize(
    ("uiid", "prefix", "width_command", "pulse_command"),
    [
        (1, "", {"pulseWidth": 2500}, {"pulse": "on"}),
        (
            4,
            "channel_1_",
            {"pulses": [{"pulse": "off", "width": 2500, "outlet": 0}]},
            {"pulses": [{"pulse": "on", "width": 2500, "outlet": 0}]},
        ),
    ],
)
async def test_inching(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    enable_all_entities: None,
    uiid: int,
    prefix: str,
    width_command: dict[str, Any],
    pulse_command: dict[str, Any],
) -> None:
    """Duration and switch are set apart, and neither forgets the other."""
    lamp = cloud.add_device(account, uiid=uiid, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()

    await hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": f"number.lamp_{prefix}inching_duration", "value": 2.5},
        blocking=True,
    )
    await hass.services.async_call(
        "switch",
        "turn_on",
        {"entity_id": f"switch.lamp_{prefix}inching"},
        blocking=True,
    )

    assert lamp.commands == [width_command, pulse_command]
    assert state_of(hass, f"number.lamp_{prefix}inching_duration") == "2.5"
    assert state_of(hass, f"switch.lamp_{prefix}inching") == "on"


async def test_network_led(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    enable_all_entities: None,
) -> None:
    """The LED is a setting."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    await add_account()
    await cloud.wait_for_socket()

    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.lamp_network_led"}, blocking=True
    )

    assert lamp.commands == [{"sledOnline": "off"}]


async def test_off_by_default(
    entity_registry: er.EntityRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """What few people look at is there, and off."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    assert {
        entity.entity_id: entity.entity_category
        for entity in entities
        if entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    } == {
        "number.lamp_inching_duration": EntityCategory.CONFIG,
        "sensor.lamp_signal_strength": EntityCategory.DIAGNOSTIC,
        "switch.lamp_inching": EntityCategory.CONFIG,
        "switch.lamp_network_led": EntityCategory.CONFIG,
    }


async def test_energy_is_asked_for(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Meters that keep the day's energy to themselves are asked; silent ones hold nobody up."""
    silent = cloud.add_device(account, uiid=32, name="Silent")
    silent.refuses = 504
    washer = cloud.add_device(account, uiid=32, name="Washer")

    entry = await add_account()

    await until(lambda: hass.states.get("sensor.washer_energy_today"))
    assert hass.states.get("sensor.silent_energy_today") is None

    # The list does not tell it, and takes it away as little.
    washer.refuses = 504
    await entry.runtime_data.async_refresh()
    assert state_of(hass, "sensor.washer_energy_today") == "1.29"


async def test_energy_is_asked_for_once_at_a_time(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Lists that are read while a meter is still being asked do not ask it again."""
    slow = cloud.add_device(account, uiid=32, name="Slow")
    slow.slow = 0.3
    entry = await add_account()
    await settled(cloud, entry)
    await until(lambda: slow.commands)

    for _ in range(3):
        await entry.runtime_data.async_refresh()

    # Commands to one device keep their order: a second request would come before this.
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": "switch.slow"}, blocking=True
    )
    assert slow.commands == [{"hundredDaysKwh": "get"}, {"switch": "on"}]


async def test_value_that_appears_later(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A value that a device first reports in a push gets its entity then."""
    box = cloud.add_device(account, uiid=9876, name="Box", params={"switch": "off"})
    await add_account()
    await cloud.wait_for_socket()
    assert hass.states.get("sensor.box_power") is None

    await box.report({"power": 7.5})

    await until_state(hass, "sensor.box_power", "7.5")
    await box.report({"power": 8})
    await until_state(hass, "sensor.box_power", "8.0")


async def test_probe_that_was_pulled_out(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    quick_reconnect: None,
) -> None:
    """A value that is none any more is unknown, also if the list is who says so."""
    heater = cloud.add_device(
        account, uiid=15, name="Heater", params={"currentTemperature": "21.4"}
    )
    entry = await add_account()
    await settled(cloud, entry)
    assert state_of(hass, "sensor.heater_temperature") == "21.4"

    heater.params["currentTemperature"] = "unavailable"
    await cloud.drop_sockets()

    await until_state(hass, "sensor.heater_temperature", STATE_UNKNOWN)
    await heater.report({"currentTemperature": "20"})
    await until_state(hass, "sensor.heater_temperature", "20.0")
