"""Sensors whose owner changes their fields, however often."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, State, callback
from tests.simulators.wotkit import SimulatedField, SimulatedSensor
from tests.waiting import state_of

from .conftest import AddAccount
from .world import TEMPERATURE, attribute, entity_ids, poll_and_settle

HUMIDITY = "sensor.weather_station_humidity"


def note_temperatures(hass: HomeAssistant) -> list[tuple[str, str | None]]:
    """Return a list that grows with the states of the temperature and their units."""
    noted: list[tuple[str, str | None]] = []

    @callback
    def note(event: Event[Any]) -> None:
        state: State = event.data["new_state"]
        noted.append((state.state, state.attributes.get("unit_of_measurement")))

    @callback
    def is_temperature(data: Any) -> bool:
        return bool(data["entity_id"] == TEMPERATURE and data["new_state"] is not None)

    hass.bus.async_listen("state_changed", note, event_filter=is_temperature)
    return noted


async def give_units(
    hass: HomeAssistant, entry: ConfigEntry[Any], sensor: SimulatedSensor, units: str
) -> int:
    """Change the units of the temperature; return which coordinator there is then."""
    field = sensor.find_field("temperature")
    assert field is not None
    field.units = units
    await poll_and_settle(hass, entry)
    return id(entry.runtime_data)


async def test_value_and_units_change_together(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """No value is ever shown in the units of another one."""
    entry = await add_account()
    noted = note_temperatures(hass)
    sensors["weather_station"].record({"temperature": 212})
    await give_units(hass, entry, sensors["weather_station"], "mV")
    assert ("212", "°C") not in noted
    assert noted[-1] == ("212", "mV")


async def test_units_that_change_with_every_list(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """All is reloaded once; then it is only this field that is not known at times."""
    entry = await add_account()
    station = sensors["weather_station"]
    first = entry.runtime_data
    await give_units(hass, entry, station, "mV")
    assert (second := entry.runtime_data) is not first
    for _ in range(3):
        await give_units(hass, entry, station, "degC")
        assert state_of(hass, TEMPERATURE) == "unknown"
        assert state_of(hass, HUMIDITY) == "48"
        await give_units(hass, entry, station, "mV")
        assert state_of(hass, TEMPERATURE) == "21.5"
    assert entry.runtime_data is second
    assert attribute(hass, TEMPERATURE, "unit_of_measurement") == "mV"


async def test_field_that_goes_soon_after_another_change(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """Its last value is not shown as if it were there."""
    entry = await add_account()
    station = sensors["weather_station"]
    await give_units(hass, entry, station, "mV")
    station.fields = [one for one in station.fields if one.name != "humidity"]
    await poll_and_settle(hass, entry)
    assert state_of(hass, HUMIDITY) == "unknown"
    await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, HUMIDITY) == "(none)"


async def test_number_becomes_part_of_a_position(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """A latitude alone is a number; with a longitude the two are a position."""
    station = sensors["weather_station"]
    station.fields = [one for one in station.fields if one.name != "lng"]
    station.record({"lat": 49.5})
    entry = await add_account()
    (latitude,) = (one for one in entity_ids(hass, entry) if "latitude" in one)
    station.fields.append(SimulatedField(name="lng", long_name="Longitude"))
    station.record({"lat": 49.5, "lng": -123})
    await poll_and_settle(hass, entry)
    assert latitude not in entity_ids(hass, entry)
    assert "device_tracker.weather_station" in entity_ids(hass, entry)
