"""The taxi of WoTKit's own documents, as a user sees it, and on its way."""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_HOME, STATE_NOT_HOME, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util.json import json_loads_object
from tests.simulators.wotkit import SimulatedSensor, WotkitServer
from tests.waiting import state_of

from .conftest import USERNAME, AddAccount
from .world import (
    LAMP_LAST_DATA,
    TAXI,
    TAXI_LAST_DATA,
    TAXI_VALUE,
    WEATHER_LAST_DATA,
    attribute,
    poll,
    poll_and_settle,
)

LOOM = "device_tracker.loom"


def shown(hass: HomeAssistant, entry: ConfigEntry[Any], device: str) -> dict[str, Any]:
    """Return all that Home Assistant tells of the entities of a device."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    told: dict[str, Any] = {}
    for entity in sorted(entities, key=lambda one: one.entity_id):
        state = hass.states.get(entity.entity_id)
        assert state is not None
        told[entity.entity_id] = {
            "state": state.state,
            "attributes": json_loads_object(state.as_dict_json)["attributes"],
            "unique_id": entity.unique_id.replace(entry.entry_id, "<entry>"),
            "name": entity.original_name,
            "translation_key": entity.translation_key,
            "category": entity.entity_category,
            "disabled": entity.disabled,
        }
    return {name: one for name, one in told.items() if device in name}


def described(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[Any, Any]:
    """Return all that Home Assistant tells of the devices."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {
        device.name: {
            "identifiers": {
                (domain, name.replace(entry.entry_id, "<entry>"))
                for domain, name in device.identifiers
            },
            "manufacturer": device.manufacturer,
            "model": device.model,
            "model_id": device.model_id,
            "page": str(device.configuration_url).partition("/wotkit")[2],
        }
        for device in devices
    }


async def test_taxi_of_the_documents(
    hass: HomeAssistant, add_account: AddAccount, snapshot: SnapshotAssertion
) -> None:
    """The sensor that the documents show, subscribed to."""
    entry = await add_account(choice="subscribed")
    assert described(hass, entry) == snapshot(name="device")
    assert shown(hass, entry, "big_yellow_taxi") == snapshot(name="entities")


async def test_weather_station(
    hass: HomeAssistant,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
    snapshot: SnapshotAssertion,
) -> None:
    """All kinds of units; it stands where its owner has said, and never moves."""
    sensors["weather_station"].record({"note": "Windy"}, at=4_000_000_000)
    entry = await add_account()
    assert described(hass, entry) == snapshot(name="devices")
    assert shown(hass, entry, "weather_station") == snapshot(name="entities")


async def test_taxi_moves(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """The tracker follows; home is a zone like any other."""
    entry = await add_account(choice="subscribed")
    assert state_of(hass, TAXI) == STATE_NOT_HOME
    assert attribute(hass, TAXI, "latitude") == 49.20532
    assert attribute(hass, TAXI, "longitude") == -123.1404

    home = {"lat": hass.config.latitude, "lng": hass.config.longitude, "value": 0}
    sensors["mule1"].record(home)
    await poll(entry)
    assert state_of(hass, TAXI) == STATE_HOME
    assert attribute(hass, TAXI, "latitude") == hass.config.latitude
    assert state_of(hass, TAXI_VALUE) == "0"

    sensors["mule1"].record({"lat": 49.25, "lng": -123.1, "value": 31.5})
    await poll(entry)
    assert state_of(hass, TAXI) == STATE_NOT_HOME
    assert attribute(hass, TAXI, "latitude") == 49.25
    assert state_of(hass, TAXI_VALUE) == "31.5"


@pytest.mark.parametrize(
    ("lat", "lng"),
    [
        pytest.param(49.0, 0, id="Greenwich"),
        pytest.param(0, -123.1, id="equator"),
        pytest.param(90, 180, id="corner"),
        pytest.param(-90, -180, id="other corner"),
        pytest.param("49.5", "-123.5", id="text"),
    ],
)
async def test_position_that_is_one(
    hass: HomeAssistant,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
    lat: Any,
    lng: Any,
) -> None:
    """One of both may well be 0."""
    sensors["mule1"].record({"lat": lat, "lng": lng})
    await add_account(choice="subscribed")
    assert attribute(hass, TAXI, "latitude") == float(lat)
    assert attribute(hass, TAXI, "longitude") == float(lng)


@pytest.mark.parametrize(
    ("lat", "lng"),
    [
        pytest.param(0, 0, id="never set"),
        pytest.param(90.001, 0, id="beyond the pole"),
        pytest.param(1, 180.001, id="beyond the date line"),
        pytest.param(1e300, -1e300, id="huge"),
        pytest.param("here", "there", id="words"),
        pytest.param("", "12", id="half"),
    ],
)
async def test_position_that_is_none(
    hass: HomeAssistant,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
    lat: Any,
    lng: Any,
) -> None:
    """A sensor that tells no place is not on the map, nor are the two fields shown."""
    sensors["mule1"].record({"lat": lat, "lng": lng})
    await add_account(choice="subscribed")
    assert state_of(hass, TAXI) == "(none)"
    assert hass.states.async_entity_ids("sensor") == [
        TAXI_VALUE,
        "sensor.big_yellow_taxi_message",
        TAXI_LAST_DATA,
    ]


async def test_position_comes_and_goes(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
) -> None:
    """A sensor moves for the first time; later it forgets where it is."""
    loom = server.add_sensor(USERNAME, "loom", long_name="Loom")
    entry = await add_account()
    assert state_of(hass, LOOM) == "(none)"

    loom.record({"lat": 51.5, "lng": -0.1, "value": 1})
    await poll_and_settle(hass, entry)
    assert state_of(hass, LOOM) == STATE_NOT_HOME
    assert attribute(hass, LOOM, "longitude") == -0.1

    loom.record({"lat": 0, "lng": 0, "value": 2})
    await poll_and_settle(hass, entry)
    assert state_of(hass, LOOM) == STATE_UNKNOWN
    assert attribute(hass, LOOM, "latitude") is None

    loom.record({"lat": 51.6, "lng": -0.2, "value": 3})
    await poll_and_settle(hass, entry)
    assert attribute(hass, LOOM, "latitude") == 51.6


async def test_tracker_ends_with_its_fields(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    add_account: AddAccount,
    sensors: dict[str, SimulatedSensor],
) -> None:
    """Without a field of longitude there is no place, but a number like others."""
    entry = await add_account(choice="subscribed")
    taxi = sensors["mule1"]
    taxi.fields = [one for one in taxi.fields if one.name != "lng"]
    await poll_and_settle(hass, entry)
    assert entity_registry.async_get(TAXI) is None
    assert state_of(hass, TAXI) == "(none)"
    assert state_of(hass, "sensor.big_yellow_taxi_latitude") == "49.20532"


async def test_installed_somewhere(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """The place that the owner has entered is told while data tell none."""
    station = sensors["weather_station"]
    entry = await add_account()
    assert attribute(hass, WEATHER_LAST_DATA, "latitude") == 49.2606
    assert attribute(hass, WEATHER_LAST_DATA, "longitude") == -123.246
    assert attribute(hass, LAMP_LAST_DATA, "latitude") is None

    station.record({"lat": 1, "lng": 2})
    await poll_and_settle(hass, entry)
    assert attribute(hass, WEATHER_LAST_DATA, "latitude") is None
    assert attribute(hass, "device_tracker.weather_station", "latitude") == 1


async def test_owner_changes_what_is_said(
    hass: HomeAssistant, add_account: AddAccount, sensors: dict[str, SimulatedSensor]
) -> None:
    """Place, tags and who sees it follow, without new data."""
    station = sensors["weather_station"]
    entry = await add_account()
    assert attribute(hass, WEATHER_LAST_DATA, "tags") == ["weather", "garden"]
    assert attribute(hass, WEATHER_LAST_DATA, "visibility") == "private"

    station.latitude, station.longitude = 48.5, -122.5
    station.tags = ["roof"]
    station.visibility = "PUBLIC"
    await poll_and_settle(hass, entry)

    assert attribute(hass, WEATHER_LAST_DATA, "tags") == ["roof"]
    assert attribute(hass, WEATHER_LAST_DATA, "visibility") == "public"
    assert attribute(hass, WEATHER_LAST_DATA, "latitude") == 48.5


@pytest.mark.parametrize("form", ["iso", "ms"])
async def test_last_data(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
    form: Any,
) -> None:
    """Servers tell times in two forms; the epoch is "never"."""
    server.last_update_as = form
    server.subscribe(USERNAME, sensors["compiler"])
    entry = await add_account(choice="subscribed")
    assert state_of(hass, TAXI_LAST_DATA) == "2012-12-07T01:47:18+00:00"
    assert state_of(hass, "sensor.compiler_last_data") == STATE_UNKNOWN

    sensors["compiler"].record({"value": 1}, at=1_800_000_000)
    await poll(entry)
    assert state_of(hass, "sensor.compiler_last_data") == "2027-01-15T08:00:00+00:00"
