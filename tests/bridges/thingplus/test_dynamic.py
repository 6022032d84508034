"""Gateways, devices and sensors come, change and go while Home Assistant runs."""

from typing import Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulators.thingplus import (
    GATEWAY,
    SimulatedSensor,
    ThingplusSimulator,
    Trouble,
    sensor_id,
)
from tests.waiting import note_changes, state_of

from .conftest import CreateEntry
from .things import CLIMATE, CONTROL, add, poll_later, tell
from .world import attribute, device_names, device_of, entity_ids

TEMPERATURE: Final = "sensor.climate_temperature"
HUMIDITY: Final = "sensor.climate_humidity"
DOOR: Final = "binary_sensor.control_door"
ALL: Final = {"Greenhouse", "Climate", "Control"}


def temperature_of(server: ThingplusSimulator) -> SimulatedSensor:
    """Return the sample's sensor of temperature."""
    return server.sensors[sensor_id("temperature")]


async def test_new_sensor(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """It is there with the next poll; nothing else is touched."""
    entry = await create_entry()
    coordinator, changes = entry.runtime_data, note_changes(hass)
    add(server, "co2", "415", name="CO2")
    add(server, "powerSwitch", name="Pump")
    await poll_later(hass, freezer, entry)
    assert sorted(changes) == [
        "sensor.control_co2: 415",
        "switch.control_pump: unknown",
    ]
    assert entry.runtime_data is coordinator


async def test_new_device_and_gateway(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """They are there with the next poll, each behind what it is behind."""
    entry = await create_entry()
    server.add_device(GATEWAY, f"{GATEWAY}-roof", "Roof")
    add(server, "light", "5", name="Sun", device_id=f"{GATEWAY}-roof")
    server.add_gateway("barn", "Barn")
    server.report_status("barn", "on")
    server.add_device("barn", "barn-stall", "Stall")
    server.add_sensor("barn", "barn-1", "Warmth", "temperature", device_id="barn-stall")
    server.report_status("barn-1", "on")
    server.report("barn-1", 17)
    await poll_later(hass, freezer, entry)
    assert device_names(hass, entry) == ALL | {"Roof", "Barn", "Stall"}
    assert state_of(hass, "sensor.roof_sun") == "5"
    assert state_of(hass, "sensor.stall_warmth") == "17"
    stall, roof = (
        device_of(hass, one) for one in ("sensor.stall_warmth", "sensor.roof_sun")
    )
    barn = device_of(hass, "binary_sensor.barn_connectivity")
    assert stall.via_device_id == barn.id
    assert roof.via_device_id not in (None, barn.id)


async def test_sensor_goes(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """So do its entities; the others stay."""
    entry = await create_entry()
    before = entity_ids(hass, entry)
    server.remove(sensor_id("temperature"))
    server.remove(sensor_id("accelerometer"))
    await poll_later(hass, freezer, entry)
    shaking = {f"sensor.climate_shaking_{axis}" for axis in "xyz"}
    assert entity_ids(hass, entry) == before - {TEMPERATURE} - shaking
    assert state_of(hass, TEMPERATURE) == "(none)"
    assert state_of(hass, HUMIDITY) == "55.0"


@pytest.mark.parametrize(
    ("gone", "left"),
    [(CLIMATE, {"Greenhouse", "Control", "Shed"}), (GATEWAY, {"Shed"})],
    ids=["device", "gateway"],
)
async def test_device_goes(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    gone: str,
    left: set[str],
) -> None:
    """What was on it goes too."""
    server.add_gateway("shed", "Shed")
    entry = await create_entry()
    server.remove(gone)
    await poll_later(hass, freezer, entry)
    assert device_names(hass, entry) == left
    assert state_of(hass, TEMPERATURE) == "(none)"
    assert TEMPERATURE not in entity_ids(hass, entry)


async def test_what_goes_while_home_assistant_is_off(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """It is cleared away at the start."""
    entry = await create_entry()
    before = entity_ids(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    server.remove(sensor_id("temperature"))
    server.remove(CONTROL)
    await hass.config_entries.async_setup(entry.entry_id)
    assert device_names(hass, entry) == {"Greenhouse", "Climate"}
    assert entity_ids(hass, entry) == {
        one for one in before if "control" not in one and one != TEMPERATURE
    }


async def test_sensor_is_moved(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """It is the same entity on another device, and keeps what the user gave it."""
    entry = await create_entry()
    before = entity_ids(hass, entry)
    entity_registry.async_update_entity(TEMPERATURE, name="My temperature")
    temperature_of(server).device_id = CONTROL
    server.report(sensor_id("temperature"), 23)
    await poll_later(hass, freezer, entry)
    assert entity_ids(hass, entry) == before
    assert device_of(hass, TEMPERATURE) == device_of(hass, DOOR)
    assert state_of(hass, TEMPERATURE) == "23"
    assert attribute(hass, TEMPERATURE, "friendly_name") == "My temperature"


async def test_sensor_loses_its_device(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """It hangs on the gateway then."""
    entry = await create_entry()
    temperature_of(server).device_id = None
    await poll_later(hass, freezer, entry)
    assert device_of(hass, TEMPERATURE).name == "Greenhouse"
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_sensor_is_renamed(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """Its name follows, its id stays."""
    entry = await create_entry()
    before = entity_ids(hass, entry)
    server.rename(sensor_id("temperature"), "Warmth")
    await poll_later(hass, freezer, entry)
    assert entity_ids(hass, entry) == before
    assert attribute(hass, TEMPERATURE, "friendly_name") == "Climate Warmth"


async def test_devices_are_renamed(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """Their names follow; nothing is made anew."""
    entry = await create_entry()
    coordinator = entry.runtime_data
    server.rename(GATEWAY, "Glasshouse")
    server.rename(CLIMATE, "Weather")
    await poll_later(hass, freezer, entry)
    assert device_names(hass, entry) == {"Glasshouse", "Weather", "Control"}
    assert attribute(hass, TEMPERATURE, "friendly_name") == "Weather Temperature"
    assert entry.runtime_data is coordinator


@pytest.mark.parametrize(
    ("kind", "value", "entity_id", "state"),
    [
        ("humidity", "40", TEMPERATURE, "40"),
        ("string", "mild", TEMPERATURE, "mild"),
        ("onoff", "1", "binary_sensor.climate_temperature", "on"),
        (
            "location",
            {"lat": 10, "lng": 10},
            *("device_tracker.climate_temperature", "not_home"),
        ),
        ("color", {"r": 1}, "sensor.climate_temperature_r", "1"),
    ],
)
async def test_sensor_is_of_another_type(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    kind: str,
    value: str,
    entity_id: str,
    state: str,
) -> None:
    """It is made anew at once; nothing is left of what it was."""
    entry = await create_entry()
    others = entity_ids(hass, entry) - {TEMPERATURE}
    changes = note_changes(hass)
    temperature_of(server).type = kind
    tell(server, temperature_of(server), value)
    await poll_later(hass, freezer, entry)
    assert state_of(hass, entity_id) == state
    assert {TEMPERATURE, entity_id} & entity_ids(hass, entry) == {entity_id}
    assert others <= entity_ids(hass, entry)
    # No value was ever shown as what the other type measures.
    assert (
        f"{TEMPERATURE}: {value}"
        not in changes[: changes.index(f"{TEMPERATURE}: unavailable")]
    )


@pytest.mark.parametrize(
    ("former", "later", "left"),
    [
        (
            "temperatureController",
            "timer",
            {"number.control_thing_duration"},
        ),
        ("powerController", "powerSwitch", {"switch.control_thing"}),
        ("buzzer", "led", {"light.control_thing"}),
        ("camera", "waterController", {"number.control_thing_value"}),
        (
            "waterController",
            "television",
            {
                "button.control_thing_on",
                "button.control_thing_off",
            },
        ),
    ],
)
async def test_actuator_is_of_another_type(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    former: str,
    later: str,
    left: set[str],
) -> None:
    """Nothing is left of what it was."""
    actuator = add(server, former)
    entry = await create_entry()
    before = {one for one in entity_ids(hass, entry) if "thing" in one}
    assert before
    actuator.type = later
    await poll_later(hass, freezer, entry)
    assert {one for one in entity_ids(hass, entry) if "thing" in one} == left


async def test_changes_with_every_poll(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """All is reloaded ever more seldom; meanwhile only that sensor is not there."""
    entry = await create_entry()
    temperature = temperature_of(server)
    reloads, shown = 0, set()
    for kind in ("humidity", "temperature") * 6:
        former = entry.runtime_data
        temperature.type = kind
        await poll_later(hass, freezer, entry)
        reloads += entry.runtime_data is not former
        is_made_for_it = attribute(hass, TEMPERATURE, "device_class") == kind
        shown.add((is_made_for_it, state_of(hass, TEMPERATURE)))
        assert state_of(hass, HUMIDITY) == "55.0"
    assert shown == {(True, "21.5"), (False, "unavailable")}
    assert reloads < 8


async def test_types_that_come_after_many_reloads(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """What only they tell of has to wait, and is not forgotten."""
    server.trouble = Trouble(status=500, path="^/sensorTypes")
    add(server, "waterController", name="Water")
    entry = await create_entry()
    for number in range(12):
        server.rename(sensor_id("temperature"), f"Name {number}")
        await poll_later(hass, freezer, entry)
    server.rename(sensor_id("temperature"), "Temperature")
    while attribute(hass, TEMPERATURE, "friendly_name") != "Climate Temperature":
        await poll_later(hass, freezer, entry)
    server.trouble = None
    for _ in range(3):
        await poll_later(hass, freezer, entry)
    assert state_of(hass, "number.control_water_value") == "(none)"
    for _ in range(12):
        await poll_later(hass, freezer, entry)
    assert state_of(hass, "number.control_water_value") == "unknown"


async def test_device_is_replaced(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """A sensor whose device goes keeps on another one what the user gave it."""
    entry = await create_entry()
    entity_registry.async_update_entity(TEMPERATURE, name="My temperature")
    server.add_device(GATEWAY, f"{GATEWAY}-new", "New")
    temperature_of(server).device_id = f"{GATEWAY}-new"
    kept = temperature_of(server)
    server.remove(CLIMATE)
    server.sensors[kept.id] = kept
    await poll_later(hass, freezer, entry)
    assert device_names(hass, entry) == {"Greenhouse", "New", "Control"}
    assert device_of(hass, TEMPERATURE).name == "New"
    assert attribute(hass, TEMPERATURE, "friendly_name") == "My temperature"
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_sensors_come_back(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """What the server forgets for once has its ids again."""
    entry = await create_entry()
    before, kept = entity_ids(hass, entry), dict(server.sensors)
    server.sensors.clear()
    await poll_later(hass, freezer, entry)
    assert state_of(hass, TEMPERATURE) == "(none)"
    server.sensors.update(kept)
    await poll_later(hass, freezer, entry)
    assert entity_ids(hass, entry) == before
    assert state_of(hass, TEMPERATURE) == "21.5"


async def test_empty_list_of_gateways(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
) -> None:
    """It may be a fault of the server: names and areas are not thrown away at once."""
    entry = await create_entry()
    before, kept = entity_ids(hass, entry), dict(server.gateways)
    for _ in range(2):
        server.gateways.clear()
        for _ in range(2):
            await poll_later(hass, freezer, entry)
            assert state_of(hass, TEMPERATURE) == "unavailable"
            assert entity_ids(hass, entry) == before
        server.gateways.update(kept)
        await poll_later(hass, freezer, entry)
        assert state_of(hass, TEMPERATURE) == "21.5"
    server.gateways.clear()
    for _ in range(3):
        await poll_later(hass, freezer, entry)
    assert entity_ids(hass, entry) == set()
    server.gateways.update(kept)
    for _ in range(2):
        await poll_later(hass, freezer, entry)
    assert state_of(hass, TEMPERATURE) == "21.5"
