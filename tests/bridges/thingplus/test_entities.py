"""What all entities have in common: names, places, odd values, and their texts."""

import json
from pathlib import Path
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.simulators.thingplus import SENSOR_TYPES, ThingplusSimulator
from tests.waiting import note_changes, state_of

from .conftest import CreateEntry
from .things import CLIMATE, add, complaints, poll_later, tell
from .world import attribute, device_of, entity_ids

COMPONENT: Final = Path(__file__).parents[3] / "custom_components" / "iot_bridge"
TEXTS: Final = json.loads((COMPONENT / "translations" / "en.json").read_text())
ICONS: Final = json.loads((COMPONENT / "icons.json").read_text())
TEMPERATURE: Final = "sensor.climate_temperature"

ODD: Final[tuple[Any, ...]] = (
    None,
    "",
    " ",
    "NaN",
    "1e400",
    "-Infinity",
    "hot",
    "x" * 300,
    "9" * 300,
    10**400,
    1e300,
    -12,
    0.1 + 0.2,
    True,
    [1, 2],
    {},
    {"x": None, "lat": "north", "state": ["in"], "cmd": 3},
    {"lat": 91, "lng": 181},
    {"a": {"b": {"c": {}}}},
    {"cmd": "on", "options": "red"},
    {"cmd": "set", "options": {"red": 999, "text": 3, "duration": "soon"}},
)


async def test_sample(hass: HomeAssistant, create_entry: CreateEntry) -> None:
    """The sensors of a greenhouse."""
    await create_entry()
    assert {
        one.entity_id: one.state
        for one in hass.states.async_all()
        if one.domain not in {"person", "zone"}
    } == {
        "binary_sensor.climate_problem": "off",
        "binary_sensor.control_door": "off",
        "binary_sensor.control_problem": "off",
        "binary_sensor.greenhouse_connectivity": "on",
        "binary_sensor.greenhouse_problem": "off",
        "device_tracker.greenhouse_position": "not_home",
        "light.control_lamp": "unknown",
        "sensor.climate_humidity": "55.0",
        "sensor.climate_light": "12000",
        "sensor.climate_shaking_x": "0.01",
        "sensor.climate_shaking_y": "-0.02",
        "sensor.climate_shaking_z": "0.98",
        "sensor.climate_soil": "30.5",
        "sensor.climate_temperature": "21.5",
        "sensor.control_pump_state": "off",
        "sensor.greenhouse_report_interval": "5.0",
        "switch.control_fan": "unknown",
    }


async def test_places(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """Devices are behind their gateway; what is on no device that is known is on it."""
    lost = add(server, "co2", "415", name="Lost", device_id=CLIMATE)
    lost.device_id = "nowhere"
    add(server, "co2", "416", name="Loose", device_id=None)
    await create_entry()
    gateway = device_of(hass, "sensor.greenhouse_lost")
    assert device_of(hass, "sensor.greenhouse_loose") == gateway
    assert (gateway.name, gateway.manufacturer, gateway.via_device_id) == (
        *("Greenhouse", "Thing+"),
        None,
    )
    for entity_id in (TEMPERATURE, "switch.control_fan"):
        assert device_of(hass, entity_id).via_device_id == gateway.id
    assert len(device_registry.devices) == 3


@pytest.mark.parametrize(
    ("name", "entity_id", "shown"),
    [
        ("Noise", "sensor.climate_noise", "Climate Noise"),
        ("Climate noise", "sensor.climate_noise", "Climate Noise"),
        ("CLIMATE - noise", "sensor.climate_noise", "Climate Noise"),
        ("Climate", "sensor.climate", "Climate"),
        ("Climates", "sensor.climate_climates", "Climate Climates"),
        ("The climate", "sensor.climate_the_climate", "Climate The climate"),
        ("소음", "sensor.climate_soeum", "Climate 소음"),
        ("  two \n lines ", "sensor.climate_two_lines", "Climate two lines"),
        ("", "sensor.climate_noise", "Climate noise"),
    ],
)
async def test_name(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    name: str,
    entity_id: str,
    shown: str,
) -> None:
    """Nothing is said twice, though people put the device's name into the sensor's."""
    add(server, "noise", "61", name=name, device_id=CLIMATE)
    await create_entry()
    assert attribute(hass, entity_id, "friendly_name") == shown


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("Shaking", "accelerometer", "Control Shaking x"),
        ("Axis x", "accelerometer", "Control Axis x"),
        ("Max", "accelerometer", "Control Max x"),
        ("Control", "accelerometer", "Control X"),
        ("Eye", "camera", "Control Eye snap picture"),
        ("Heater", "temperatureController", "Control Heater target temperature"),
        ("Target Temperature", "temperatureController", "Control Target Temperature"),
    ],
)
async def test_name_of_a_part(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    name: str,
    kind: str,
    shown: str,
) -> None:
    """It is the sensor's and the part's, each once."""
    add(server, kind, {"x": 1}, name=name)
    await create_entry()
    assert shown in {one.name for one in hass.states.async_all()}


async def test_long_and_equal_names(
    hass: HomeAssistant, create_entry: CreateEntry, server: ThingplusSimulator
) -> None:
    """Nothing is lost where names are too long for an id, or there twice."""
    for name in ("n" * 300, "n" * 300, "Same", "same"):
        add(server, "noise", "61", name=name)
    entry = await create_entry()
    noises = [
        one
        for one in hass.states.async_all("sensor")
        if one.attributes.get("device_class") == "sound_pressure"
    ]
    assert [one.state for one in noises] == ["61"] * 4
    before = entity_ids(hass, entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entity_ids(hass, entry) == before


@pytest.mark.parametrize(
    ("text", "state", "full"),
    [
        pytest.param("", "", None, id="empty"),
        pytest.param("x" * 255, "x" * 255, None, id="255"),
        pytest.param("ü" * 256, "ü" * 254 + "…", "ü" * 256, id="256"),
    ],
)
async def test_long_text(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    text: str,
    state: str,
    full: str | None,
) -> None:
    """What is too long for a state is cut, and there as an attribute."""
    add(server, "string", text, name="Note")
    await create_entry()
    assert state_of(hass, "sensor.control_note") == state
    assert attribute(hass, "sensor.control_note", "full_text") == full


@pytest.mark.parametrize("unit_system", ["metric", "us_customary"])
async def test_odd_values(
    hass: HomeAssistant,
    create_entry: CreateEntry,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
    unit_system: str,
) -> None:
    """Whatever sensors of all types report, nothing is raised and no other is hurt."""
    # It would look where each callback came from, which takes most of the time.
    hass.loop.set_debug(False)
    await hass.config.async_update(unit_system=unit_system)
    odd = [add(server, kind, name=kind) for kind in SENSOR_TYPES]
    canary = add(server, "number", "0", name="Canary")
    entry = await create_entry()
    for number, value in enumerate(ODD):
        for sensor in odd:
            tell(server, sensor, value)
        tell(server, canary, str(number))
        await poll_later(hass, freezer, entry)
        assert entry.runtime_data.last_update_success, value
        assert state_of(hass, "sensor.control_canary") == str(number)
        assert complaints(caplog) == [], value
        # Nor where they are what is there at first
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert state_of(hass, "sensor.control_canary") == str(number)
        assert complaints(caplog) == [], value


async def test_every_key_has_a_text_and_an_icon(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
) -> None:
    """What is translated is there, and so are the words of states and events."""
    for kind in SENSOR_TYPES:
        add(server, kind, name=kind)
    entry = await create_entry()
    keys = {
        (entity.domain, entity.translation_key)
        for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if entity.translation_key is not None
    }
    assert {key for _, key in keys} == {
        "lamp_color",
        "last_report",
        "power_controller_state",
        "report_interval",
        "sleep_stage",
        "tag",
    }
    for domain, key in keys:
        assert key in TEXTS["entity"][domain]
        assert key in ICONS["entity"][domain]
    words = {
        "sensor.control_powercontrollerstate": "options",
        "sensor.control_sleepstage": "options",
        "select.control_7colorrgbled": "options",
        "event.control_tag": "event_types",
    }
    for entity_id, name in words.items():
        registered = entity_registry.async_get(entity_id)
        assert registered is not None
        texts = TEXTS["entity"][registered.domain][registered.translation_key]
        states = texts.get("state") or texts["state_attributes"]["event_type"]["state"]
        assert list(states) == attribute(hass, entity_id, name)


async def test_poll_without_news(
    hass: HomeAssistant, create_entry: CreateEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing is written."""
    entry = await create_entry()
    changes = note_changes(hass)
    await poll_later(hass, freezer, entry)
    assert changes == []


async def test_place_of_a_gateway(
    hass: HomeAssistant, create_entry: CreateEntry
) -> None:
    """Where the gateway is, its connection tells."""
    await create_entry()
    connection = "binary_sensor.greenhouse_connectivity"
    assert attribute(hass, connection, "latitude") == 37.5
    assert attribute(hass, connection, "longitude") == 127.03
    assert attribute(hass, connection, "address") == "Seoul"
