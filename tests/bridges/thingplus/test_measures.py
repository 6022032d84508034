"""What each type of Thing+'s sensors of numbers is to Home Assistant.

Source: English list of sensor types of the Thing+ guide, with the units of the vendor's
embedded test app; classes as Home Assistant's documentation of sensors has them.
"""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import SensorType
from custom_components.iot_bridge.bridges.thingplus.measures import Measure, measure_of
from homeassistant.components.sensor import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorStateClass,
)
from homeassistant.components.sensor.const import STATE_CLASS_UNITS
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.simulators.thingplus import SENSOR_TYPES, ThingplusSimulator
from tests.waiting import state_of

from .conftest import CreateEntry
from .things import add, complaints
from .world import attribute

_MEASURED: Final = "measurement"

# Type, value, state, unit, device class, state class
NUMBERS: Final[tuple[tuple[str, str, str, str | None, str | None, str], ...]] = (
    ("temperature", "21.5", "21.5", "°C", "temperature", _MEASURED),
    ("soilTemperature", "-4", "-4", "°C", "temperature", _MEASURED),
    ("humidity", "55.0", "55.0", "%", "humidity", _MEASURED),
    ("percent", "7", "7", "%", None, _MEASURED),
    ("precipitationProbability", "80", "80", "%", None, _MEASURED),
    ("batteryGauge", "93", "93", "%", "battery", _MEASURED),
    ("soilMoisture", "30.5", "30.5", "cbar", "pressure", _MEASURED),
    ("light", "12000", "12000", "lx", "illuminance", _MEASURED),
    ("co2", "415", "415", "ppm", "carbon_dioxide", _MEASURED),
    ("co", "9.5", "9.5", "ppm", "carbon_monoxide", _MEASURED),
    ("voc", "0.12", "0.12", "ppm", "volatile_organic_compounds_parts", _MEASURED),
    ("no2", "0.021", "0.021", "ppm", "nitrogen_dioxide", _MEASURED),
    ("o3", "0.03", "0.03", "ppm", "ozone", _MEASURED),
    # With the Greek letter in place of the micro sign
    ("dust", "17.5", "17.5", "\u03bcg/m³", None, _MEASURED),
    ("density", "3.5", "3.5", "g/m³", None, _MEASURED),
    ("power", "12.25", "12.25", "kWh", "energy", "total"),
    ("electricEnergy", "812.5", "812.5", "kWh", "energy", "total_increasing"),
    ("electricPower", "60", "60", "W", "power", _MEASURED),
    ("wattage", "1.5", "1.5", "kW", "power", _MEASURED),
    ("current", "0.26", "0.26", "A", "current", _MEASURED),
    ("voltage", "229.5", "229.5", "V", "voltage", _MEASURED),
    ("frequency", "50.0", "50.0", "Hz", "frequency", _MEASURED),
    ("powerFactor", "0.97", "0.97", None, "power_factor", _MEASURED),
    ("pressure", "1.013", "1.013", "bar", "pressure", _MEASURED),
    ("noise", "61.5", "61.5", "dB", "sound_pressure", _MEASURED),
    ("windSpeed", "5.5", "5.5", "m/s", "wind_speed", _MEASURED),
    ("windVane", "337.5", "337.5", "°", "wind_direction", "measurement_angle"),
    # A millimetre a minute is 60 an hour.
    ("rain", "0.05", "3.0", "mm/h", "precipitation_intensity", _MEASURED),
    ("speed", "1.5", "1.5", "m/s", "speed", _MEASURED),
    ("sSpeed", "250", "250", "mm/s", "speed", _MEASURED),
    ("weight", "1250.5", "1250.5", "g", "weight", _MEASURED),
    ("length", "120", "120", "mm", "distance", _MEASURED),
    ("linearDisplacement", "0.5", "0.5", "mm", "distance", _MEASURED),
    ("distance", "3.75", "3.75", "m", "distance", _MEASURED),
    ("timeDuration", "90", "90", "s", "duration", _MEASURED),
    ("ph", "7.25", "7.25", None, "ph", _MEASURED),
    # A decisiemens a metre is a millisiemens a centimetre.
    ("conductivity", "1.85", "1.85", "mS/cm", "conductivity", _MEASURED),
    ("solarRadiation", "900.5", "900.5", "\u03bcmol/m²/s", None, _MEASURED),
    ("ultraviolet-b", "0.25", "0.25", "W/m²", "irradiance", _MEASURED),
    ("rssi", "-70", "-70", None, None, _MEASURED),
    ("count", "3", "3", "ea", None, _MEASURED),
    ("countEvent", "4", "4", "ea", None, _MEASURED),
    ("stepCount", "5000", "5000", "steps", None, _MEASURED),
    ("rotaryAngle", "45.5", "45.5", "°", None, _MEASURED),
    ("vibration", "0.02", "0.02", "V", None, _MEASURED),
    ("strain", "12.5", "12.5", "\u03bcm/m", None, _MEASURED),
    ("number", "-1.25", "-1.25", None, None, _MEASURED),
    ("dissolvedOxygen", "8.25", "8.25", "mg/L", None, _MEASURED),
    ("durationPower", "12.5", "12.5", "Wh", None, _MEASURED),
    ("volume", "20.5", "20.5", "L", "volume_storage", _MEASURED),
)
# Type, option, device class, state class
METERS: Final = (
    ("power", "energy"),
    ("count", None),
    ("countEvent", None),
    ("stepCount", None),
    ("volume", "volume"),
)


def said(kind: str, **more: Any) -> SensorType:
    """Return what a server says of a type of numbers."""
    return SensorType(id=kind, value_type="number", **more)


def test_every_type_is_here() -> None:
    """No type of numbers that the documents name is left out."""
    known = {one.id for one in SENSOR_TYPES.values() if one.kind == "number"}
    assert {row[0] for row in NUMBERS} == known


@pytest.mark.parametrize(
    ("kind", "value", "state", "unit", "device_class", "state_class"),
    NUMBERS,
    ids=[row[0] for row in NUMBERS],
)
@pytest.mark.parametrize("is_said", [True, False], ids=["said", "tabled"])
def test_number(
    kind: str,
    value: str,
    state: str,
    unit: str | None,
    device_class: str | None,
    state_class: str,
    is_said: bool,
) -> None:
    """The table suffices; a server that says the same changes nothing."""
    simulated = SENSOR_TYPES[kind]
    units = {True: simulated.unit or None, False: None}
    measure = measure_of(kind, said(kind, unit=units[is_said]), {})
    # Of these the table has no unit: it is in no document.
    of_server = {"dissolvedOxygen", "durationPower"}
    expected = {True: unit, False: None if kind in of_server else unit}
    assert measure.unit == expected[is_said]
    assert (measure.device_class, measure.state_class) == (device_class, state_class)
    assert measure.number(value) == float(state)


async def test_home_assistant_has_no_objection(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A sensor of every type: each shows what it should, and there is no warning."""
    for kind, value, *_ in NUMBERS:
        add(server, kind, value, name=f"{kind} sensor")
    await create_entry()
    shown = {}
    for kind, *_ in NUMBERS:
        entity_id = f"sensor.control_{kind.replace('-', '_').lower()}_sensor"
        names = ("unit_of_measurement", "device_class", "state_class")
        shown[kind] = (
            state_of(hass, entity_id),
            *(attribute(hass, entity_id, name) for name in names),
        )
    expected = {kind: tuple(row) for kind, _, *row in NUMBERS}
    # Home Assistant's own preference, as the class is known
    expected["windSpeed"] = ("19.8", "km/h", "wind_speed", _MEASURED)
    assert shown == expected
    assert {
        one.original_name
        for one in entity_registry.entities.values()
        if one.domain == "sensor" and one.entity_category is EntityCategory.DIAGNOSTIC
    } == {"batteryGauge sensor", "rssi sensor", "Last report", "Report interval"}
    assert complaints(caplog) == []


@pytest.mark.parametrize(
    ("kind", "spelling", "unit", "device_class"),
    [
        ("temperature", "°F", "°F", "temperature"),
        ("temperature", "℃", "°C", "temperature"),
        ("temperature", "ºC", "°C", "temperature"),
        ("temperature", "c", "°C", "temperature"),
        ("temperature", "K", "K", "temperature"),
        ("temperature", "Réaumur", "Réaumur", None),
        ("windVane", "deg", "°", "wind_direction"),
        ("windVane", "rad", "rad", None),
        ("light", "LUX", "lx", "illuminance"),
        ("rain", "mm/hr", "mm/h", "precipitation_intensity"),
        ("rain", "in/h", "in/h", "precipitation_intensity"),
        ("rain", "mm", "mm", None),
        ("voltage", "mV", "mV", "voltage"),
        ("voltage", "MV", "MV", "voltage"),
        ("voltage", "Mv", "Mv", None),
        ("electricPower", "mW", "mW", "power"),
        ("electricPower", "MW", "MW", "power"),
        ("electricPower", "㎾", "kW", "power"),
        ("electricPower", "kw", "kW", "power"),
        ("electricEnergy", "Wh", "Wh", "energy"),
        ("pressure", "hpa", "hPa", "pressure"),
        ("pressure", "in H2O", "inH₂O", "pressure"),
        ("no2", "\u00b5g/m3", "\u03bcg/m³", "nitrogen_dioxide"),
        ("no2", "ug/m^3", "\u03bcg/m³", "nitrogen_dioxide"),
        ("no2", "㎍/㎥", "\u03bcg/m³", "nitrogen_dioxide"),
        ("co2", "%", "%", None),
        ("powerFactor", "%", "%", "power_factor"),
        ("powerFactor", "PF", None, "power_factor"),
        ("volume", "㎥", "m³", "volume_storage"),
        ("strain", "\u00b5m/m", "\u03bcm/m", None),
        ("conductivity", "\u00b5S/cm", "\u03bcS/cm", "conductivity"),
        # Of types that nobody knows, some units tell what they measure.
        ("waterTemperature", "°C", "°C", "temperature"),
        ("airPressure", "hPa", "hPa", "pressure"),
        ("lamp", "lux", "lx", "illuminance"),
        ("share", "%", "%", None),
        ("consumption", "kWh", "kWh", None),
        ("mystery", "furlong", "furlong", None),
        ("mystery", None, None, None),
    ],
)
def test_unit_of_the_server(
    kind: str, spelling: str | None, unit: str | None, device_class: str | None
) -> None:
    """What the server says counts; the class is kept where it fits."""
    measure = measure_of(kind, said(kind, unit=spelling), {})
    assert (measure.unit, measure.device_class) == (unit, device_class)
    assert measure.number("2") == 2


def test_unit_of_an_angle() -> None:
    """Only degrees can be averaged as angles."""
    measure = measure_of("windVane", said("windVane", unit="rad"), {})
    assert measure.state_class is SensorStateClass.MEASUREMENT


@pytest.mark.parametrize(
    ("kind", "decimals", "precision"),
    [
        ("temperature", None, None),
        ("temperature", 0, 0),
        ("temperature", 2, 2),
        ("temperature", 10**9, 15),
        # 0.01 mm a minute is 0.6 mm an hour.
        ("rain", 2, 1),
        ("rain", 0, 0),
    ],
)
def test_precision(kind: str, decimals: int | None, precision: int | None) -> None:
    """As many digits are shown as make sense."""
    assert measure_of(kind, said(kind, decimals=decimals), {}).precision == precision
    assert measure_of(kind, None, {}).precision is None


@pytest.mark.parametrize(
    ("dust", "unit", "device_class"),
    [
        ("unknown", "\u00b5g/m³", None),
        ("pm10", "\u00b5g/m³", "pm10"),
        ("pm25", "\u00b5g/m³", "pm25"),
        ("pm25", "\u03bcg/m3", "pm25"),
        ("pm25", "mg/m³", None),
    ],
)
def test_dust(dust: str, unit: str, device_class: str | None) -> None:
    """Which size it is, the user says."""
    measure = measure_of("dust", said("dust", unit=unit), {"dust": dust})
    assert measure.device_class == device_class


@pytest.mark.parametrize(("kind", "device_class"), METERS)
def test_meter(kind: str, device_class: str | None) -> None:
    """That a number only ever grows, the user says; its name does not."""
    others = [one for one, _ in METERS if one != kind]
    for known in (None, said(kind, unit=SENSOR_TYPES[kind].unit)):
        measure = measure_of(kind, known, {"meters": [kind]})
        assert measure.device_class == device_class
        assert measure.state_class is SensorStateClass.TOTAL_INCREASING
        plain = measure_of(kind, known, {"meters": others})
        assert plain.state_class is not SensorStateClass.TOTAL_INCREASING


VALID: Final[list[tuple[str, Measure]]] = [
    *((kind, measure_of(kind, None, {})) for kind, *_ in NUMBERS),
    *((kind, measure_of(kind, None, {"meters": [kind]})) for kind, _ in METERS),
    *((dust, measure_of("dust", None, {"dust": dust})) for dust in ("pm10", "pm25")),
]


@pytest.mark.parametrize(
    "measure", [one for _, one in VALID], ids=[name for name, _ in VALID]
)
def test_combination_is_valid(measure: Measure) -> None:
    """Home Assistant has no such unit, class and kind of statistics together but these."""
    known = measure.device_class
    units = {measure.unit} if known is None else DEVICE_CLASS_UNITS.get(known, {None})
    kinds = (
        set(SensorStateClass) if known is None else DEVICE_CLASS_STATE_CLASSES[known]
    )
    assert measure.unit in units
    assert measure.state_class in kinds
    assert measure.unit in STATE_CLASS_UNITS.get(measure.state_class, {measure.unit})


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("21.5", 21.5),
        ("-0.5", -0.5),
        (" 7 ", 7),
        ("1e3", 1000),
        (12, 12),
        (0.25, 0.25),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e400", None),
        ("1e31", None),
        ("hot", None),
        ("1,5", None),
        ("9" * 300, None),
        ({"x": "1"}, None),
        (None, None),
    ],
)
def test_value(value: object, number: float | None) -> None:
    """What is no number is not known."""
    assert measure_of("temperature", None, {}).number(value) == number


def test_calculation_adds_no_noise() -> None:
    """0.07 times 60 is 4.2, not 4.200000000000001."""
    assert measure_of("rain", None, {}).number("0.07") == 4.2
