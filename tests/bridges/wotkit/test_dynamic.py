"""Sensors and fields come, change and go while Home Assistant runs."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.iot_bridge.bridges.wotkit.export_marks import (
    async_installation,
    marks_for,
)
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from tests.simulators.wotkit import SimulatedField, SimulatedSensor, WotkitServer
from tests.waiting import note_changes, state_of

from .conftest import OTHER_USER, USERNAME, AddAccount
from .world import (
    BRIGHTNESS,
    TAXI,
    TAXI_VALUE,
    TEMPERATURE,
    WEATHER_LAST_DATA,
    attribute,
    device_names,
    device_of,
    entity_ids,
    poll_and_settle,
)

HUMIDITY = "sensor.weather_station_humidity"
OWN = {"Weather Station", "Lamp Post"}


async def test_new_sensor(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """It is there with the next list; nothing else is touched."""
    entry = await add_account()
    changes = note_changes(hass)
    loom = server.add_sensor(USERNAME, "loom", long_name="Loom")
    loom.record({"value": 3, "lat": 1, "lng": 2})
    await poll_and_settle(hass, entry)
    assert state_of(hass, "sensor.loom_data") == "3"
    assert state_of(hass, "device_tracker.loom") == "not_home"
    assert {one.partition(":")[0].partition(".")[2][:4] for one in changes} == {"loom"}


async def test_new_subscription(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """A sensor of somebody else comes and goes as the user wishes."""
    entry = await add_account(choice="both")
    server.subscribe(USERNAME, sensors["compiler"])
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {*OWN, "Big Yellow Taxi", "Compiler"}

    server.unsubscribe(USERNAME, sensors["compiler"])
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {*OWN, "Big Yellow Taxi"}
    assert hass.states.get("sensor.compiler_data") is None

    server.subscribe(USERNAME, sensors["compiler"])
    await poll_and_settle(hass, entry)
    assert state_of(hass, "sensor.compiler_data") == "unknown"


async def test_new_field(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """The owner adds a field: its entity is there, the others are as before."""
    entry = await add_account()
    before = entity_ids(hass, entry)
    station = sensors["weather_station"]
    station.fields.append(SimulatedField(name="uv", long_name="UV", units="index"))
    station.record({"uv": 6})
    await poll_and_settle(hass, entry)
    assert entity_ids(hass, entry) == {*before, "sensor.weather_station_uv"}
    assert state_of(hass, "sensor.weather_station_uv") == "6"
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_field_goes(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """The owner deletes a field: its entity is no more."""
    entry = await add_account()
    before = entity_ids(hass, entry)
    station = sensors["weather_station"]
    station.fields = [one for one in station.fields if one.name != "humidity"]
    await poll_and_settle(hass, entry)
    assert entity_ids(hass, entry) == before - {HUMIDITY}
    assert hass.states.get(HUMIDITY) is None


async def test_field_goes_while_home_assistant_is_off(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """What has gone meanwhile is cleared away at the start."""
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    station = sensors["weather_station"]
    station.fields = [one for one in station.fields if one.name != "humidity"]
    await hass.config_entries.async_setup(entry.entry_id)
    assert HUMIDITY not in entity_ids(hass, entry)
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_units_change(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """The same entity has another unit and class."""
    entry = await add_account()
    before = entity_ids(hass, entry)
    field = sensors["weather_station"].find_field("temperature")
    assert field is not None
    field.units = "percent"
    field.long_name = "Humidity outside"
    await poll_and_settle(hass, entry)
    assert entity_ids(hass, entry) == before
    assert attribute(hass, TEMPERATURE, "unit_of_measurement") == "%"
    assert attribute(hass, TEMPERATURE, "device_class") == "humidity"
    assert attribute(hass, TEMPERATURE, "friendly_name") == (
        "Weather Station Humidity outside"
    )


async def test_type_changes(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """A field of numbers becomes one of text."""
    entry = await add_account()
    field = sensors["weather_station"].find_field("temperature")
    assert field is not None
    field.type = "STRING"
    sensors["weather_station"].record({"temperature": "mild"})
    await poll_and_settle(hass, entry)
    assert state_of(hass, TEMPERATURE) == "mild"
    assert attribute(hass, TEMPERATURE, "state_class") is None


def deleted(server: WotkitServer, station: SimulatedSensor) -> None:
    """Delete the sensor."""
    server.remove_sensor(station)


def unsubscribed(server: WotkitServer, station: SimulatedSensor) -> None:
    """Follow it no more."""
    server.unsubscribe(USERNAME, station)


def hardened(_: WotkitServer, station: SimulatedSensor) -> None:
    """Let its owner make it private, by which it loses its subscribers."""
    station.set_visibility("PRIVATE")


@pytest.mark.parametrize("leave", [deleted, unsubscribed, hardened])
async def test_sensor_leaves(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
    leave: Any,
) -> None:
    """Its device and its entities are no more; the others stay."""
    server.subscribe(USERNAME, sensors["compiler"])
    entry = await add_account(choice="both")
    leave(server, sensors["mule1"])
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {*OWN, "Compiler"}
    assert hass.states.get(TAXI) is None
    assert entity_registry.async_get(TAXI_VALUE) is None
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_sensor_leaves_while_home_assistant_is_off(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """What has gone meanwhile is cleared away at the start."""
    server.subscribe(USERNAME, sensors["compiler"])
    entry = await add_account(choice="both")
    await hass.config_entries.async_unload(entry.entry_id)
    server.remove_sensor(sensors["mule1"])
    await hass.config_entries.async_setup(entry.entry_id)
    assert device_names(hass, entry) == {*OWN, "Compiler"}


async def test_one_of_two_lists_is_empty(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """Nor is one list trusted at once that is empty beside another that is not."""
    entry = await add_account(choice="both")
    everything = {*OWN, "Big Yellow Taxi"}
    server.unsubscribe(USERNAME, sensors["mule1"])
    for _ in range(2):
        await poll_and_settle(hass, entry)
        assert device_names(hass, entry) == everything
        assert state_of(hass, "device_tracker.big_yellow_taxi") == STATE_UNAVAILABLE
        assert state_of(hass, TEMPERATURE) == "21.5"
    server.subscribe(USERNAME, sensors["mule1"])
    await poll_and_settle(hass, entry)
    assert state_of(hass, "device_tracker.big_yellow_taxi") == "not_home"
    server.unsubscribe(USERNAME, sensors["mule1"])
    for _ in range(3):
        await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == OWN


async def test_one_empty_list(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """A server may have lost its memory for a moment: names and areas are kept."""
    entry = await add_account()
    entity_registry.async_update_entity(TEMPERATURE, name="My temperature")
    kept = dict(server.sensors)
    for _ in range(3):
        server.sensors.clear()
        await poll_and_settle(hass, entry)
        await poll_and_settle(hass, entry)
        assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
        assert state_of(hass, WEATHER_LAST_DATA) != STATE_UNAVAILABLE
        server.sensors.update(kept)
        await poll_and_settle(hass, entry)
        assert state_of(hass, TEMPERATURE) == "21.5"
    assert device_names(hass, entry) == OWN
    registered = entity_registry.async_get(TEMPERATURE)
    assert registered is not None
    assert registered.name == "My temperature"


async def test_three_empty_lists(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """Three in a row mean that there is nothing any more."""
    entry = await add_account()
    kept = dict(server.sensors)
    server.sensors.clear()
    for _ in range(2):
        await poll_and_settle(hass, entry)
        assert device_names(hass, entry) == OWN
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == set()
    assert hass.states.async_entity_ids("sensor") == []

    server.sensors.update(kept)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == OWN
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_last_of_several_sensors_leaves(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """An account whose only sensor is unsubscribed is empty after three lists."""
    entry = await add_account(choice="subscribed")
    server.unsubscribe(USERNAME, sensors["mule1"])
    for _ in range(3):
        await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == set()


async def test_account_without_sensors(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """It is set up all the same, and sees what comes."""
    server.sensors.clear()
    entry = await add_account()
    assert device_names(hass, entry) == set()
    server.add_sensor(USERNAME, "first", long_name="First")
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {"First"}


async def remove_by_hand(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    device: dr.DeviceEntry,
) -> bool:
    """Remove a device as a user does; returns whether it is allowed."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    answer = await client.remove_device(device.id)
    await hass.async_block_till_done()
    return bool(answer["success"])


async def test_user_removes_a_device(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """Only what the server does not list: else it would be there again at once."""
    entry = await add_account()
    station = device_of(hass, TEMPERATURE)
    assert not await remove_by_hand(hass, hass_ws_client, station)
    assert device_names(hass, entry) == OWN

    server.sensors.clear()
    await poll_and_settle(hass, entry)
    assert await remove_by_hand(hass, hass_ws_client, station)
    assert device_names(hass, entry) == {"Lamp Post"}
    assert state_of(hass, TEMPERATURE) == "(none)"
    assert state_of(hass, BRIGHTNESS) == STATE_UNAVAILABLE


async def test_own_exports_are_no_devices(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """What Home Assistant sends does not come back to it."""
    entry = await add_account()
    marks = marks_for(await async_installation(hass), "export", "device", {})
    mine = server.add_sensor(USERNAME, "from_here", metadata=marks)
    server.add_sensor(
        USERNAME,
        "from_elsewhere",
        long_name="Elsewhere",
        metadata={**marks, "installation": "0123456789abcdef"},
    )
    server.add_sensor(
        USERNAME, "plain", long_name="Plain", metadata={"source": "home-assistant"}
    )
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {*OWN, "Elsewhere", "Plain"}

    mine.metadata = {}
    mine.long_name = "Given away"
    await poll_and_settle(hass, entry)
    assert "Given away" in device_names(hass, entry)


async def test_only_own_exports_are_left(
    hass: HomeAssistant, add_account: AddAccount, server: WotkitServer
) -> None:
    """A list of nothing but exports is none that the server has lost."""
    entry = await add_account()
    marks = marks_for(await async_installation(hass), "export", "device", {})
    server.add_sensor(USERNAME, "from_here", metadata=marks)
    for name in ("weather_station", "lamp_post"):
        gone = server.find_named(USERNAME, name)
        assert gone is not None
        server.remove_sensor(gone)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == set()


async def test_sensor_is_handed_over(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """A sensor that has another owner now is no one's own: its controls go."""
    entry = await add_account(choice="both", controlled_sensors=["1002"])
    lamp = sensors["lamp_post"]
    assert state_of(hass, "switch.lamp_post_control_button") == "unknown"
    lamp.visibility = "PUBLIC"
    lamp.owner = OTHER_USER
    lamp.subscribers.append(USERNAME)
    await poll_and_settle(hass, entry)
    assert state_of(hass, "switch.lamp_post_control_button") == "(none)"
    assert state_of(hass, BRIGHTNESS) == "unknown"
    assert device_of(hass, BRIGHTNESS).manufacturer == OTHER_USER
