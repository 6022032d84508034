"""What users write as units, and what Home Assistant makes of it.

The expected classes are those that Home Assistant's documentation of sensors has for
each unit.
"""

import logging
from typing import Final

import pytest

from custom_components.iot_bridge.bridges.wotkit.client import Field, FieldType
from custom_components.iot_bridge.bridges.wotkit.units import measure_of
from homeassistant.components.sensor import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorStateClass,
)
from homeassistant.components.sensor.const import STATE_CLASS_UNITS
from homeassistant.core import HomeAssistant
from tests.simulators.wotkit import SimulatedField, WotkitServer

from .conftest import USERNAME, AddAccount
from .world import attribute

# Unit of Home Assistant, device class, state class: spellings, one to a comma
SPELLINGS: Final[dict[tuple[str, str | None, str], str]] = {
    ("°C", "temperature", "measurement"): (
        "°C, C, c, degC, DegC, deg C, DEGC, celsius, Celsius, degree Celsius, "
        "degrees Celsius, degrees C, centigrade, ℃, º C, ºC"
    ),
    ("°F", "temperature", "measurement"): (
        "°F, F, f, degF, deg F, Fahrenheit, degree Fahrenheit, degrees Fahrenheit, "
        "degrees F, ℉, ºF"
    ),
    ("K", "temperature", "measurement"): "K, k, Kelvin, kelvin",
    ("%", None, "measurement"): "%, percent, Percent, per cent, pct, pct., percentage",
    ("km/h", "speed", "measurement"): (
        "km/h, KM/H, kph, kmh, kmph, kilometers per hour"
    ),
    ("m/s", "speed", "measurement"): "m/s, M/S, mps, ms-1, meters per second",
    ("mph", "speed", "measurement"): "mph, MPH, miles per hour, mi/h",
    ("kn", "speed", "measurement"): "kn, knots, Knots, knot, kts, kt",
    ("V", "voltage", "measurement"): "V, v, volt, Volts, volts",
    ("mV", "voltage", "measurement"): "mV, mv, millivolt, millivolts",
    ("MV", "voltage", "measurement"): "MV",
    ("A", "current", "measurement"): "A, a, amp, amps, Amps, ampere, amperes",
    ("mA", "current", "measurement"): "mA, ma, MA, milliamp, milliamps",
    ("W", "power", "measurement"): "W, w, watt, watts, Watts",
    ("mW", "power", "measurement"): "mW, mw, milliwatt, milliwatts",
    ("kW", "power", "measurement"): "kW, KW, kw, kilowatt, kilowatts",
    ("MW", "power", "measurement"): "MW, megawatt, megawatts",
    ("VA", "apparent_power", "measurement"): "VA, va",
    ("Wh", "energy", "total_increasing"): "Wh, wh, watt hour, watt hours",
    ("mWh", "energy", "total_increasing"): "mWh",
    ("kWh", "energy", "total_increasing"): (
        "kWh, KWH, kwh, kilowatt hour, kilowatt hours, kW h"
    ),
    ("MWh", "energy", "total_increasing"): "MWh, MWH, mwh",
    ("Hz", "frequency", "measurement"): "Hz, hz, HZ, hertz, Hertz",
    ("mHz", "frequency", "measurement"): "mHz",
    ("kHz", "frequency", "measurement"): "kHz, KHz, khz",
    ("MHz", "frequency", "measurement"): "MHz, Mhz, mhz",
    ("ppm", None, "measurement"): "ppm, PPM, parts per million",
    ("ppb", None, "measurement"): "ppb, PPB, parts per billion",
    # Micro is another letter in Greek than on keyboards.
    ("\u03bcg/m³", None, "measurement"): (
        "\u03bcg/m³, \u00b5g/m³, \u03bcg/m3, \u00b5g/m3, ug/m3, ug/m^3, mcg/m3"
    ),
    ("mg/m³", None, "measurement"): "mg/m³, mg/m3, mg/m^3",
    ("lx", "illuminance", "measurement"): "lx, lux, Lux, LUX",
    ("W/m²", "irradiance", "measurement"): (
        "W/m², W/m2, w/m2, W/m^2, watts per square meter"
    ),
    ("hPa", "atmospheric_pressure", "measurement"): (
        "hPa, HPA, hpa, hectopascal, hectopascals"
    ),
    ("mbar", "atmospheric_pressure", "measurement"): "mbar, millibar, millibars, mb",
    ("inHg", "atmospheric_pressure", "measurement"): "inHg, inhg, in Hg",
    ("mmHg", "atmospheric_pressure", "measurement"): "mmHg, mmhg, mm Hg",
    ("kPa", "pressure", "measurement"): "kPa, kpa, kilopascal, kilopascals",
    ("Pa", "pressure", "measurement"): "Pa, pa, pascal, Pascals",
    ("bar", "pressure", "measurement"): "bar, Bar",
    ("psi", "pressure", "measurement"): "psi, PSI",
    ("mm", "distance", "measurement"): (
        "mm, MM, millimeter, millimeters, millimetre, millimetres"
    ),
    ("cm", "distance", "measurement"): (
        "cm, centimeter, centimeters, centimetre, centimetres"
    ),
    ("m", "distance", "measurement"): "m, M, meter, meters, metre, metres",
    ("km", "distance", "measurement"): (
        "km, KM, kilometer, kilometers, kilometre, kilometres"
    ),
    ("in", "distance", "measurement"): "in, in., inch, inches",
    ("ft", "distance", "measurement"): "ft, ft., foot, feet",
    ("mi", "distance", "measurement"): "mi, mile, miles",
    ("mm/h", "precipitation_intensity", "measurement"): "mm/h, mm/hr",
    ("g", "weight", "measurement"): "g, gram, grams",
    ("kg", "weight", "measurement"): "kg, Kg, KG, kilogram, kilograms",
    ("lb", "weight", "measurement"): "lb, lbs, lbs., pound, pounds",
    ("L", "volume_storage", "measurement"): "L, l, liter, liters, litre, litres",
    ("m³", "volume_storage", "measurement"): ("m³, m3, m^3, cubic meter, cubic meters"),
    ("L/min", "volume_flow_rate", "measurement"): "L/min, l/min, lpm",
    ("m³/h", "volume_flow_rate", "measurement"): "m³/h, m3/h",
    ("s", "duration", "measurement"): "s, sec, sec., secs, second, seconds",
    ("min", "duration", "measurement"): "min, min., mins, minute, minutes",
    ("h", "duration", "measurement"): "h, hr, hrs, hour, hours",
    ("d", "duration", "measurement"): "d, day, days",
    ("ms", "duration", "measurement"): "ms, msec, millisecond, milliseconds",
    ("B", "data_size", "measurement"): "B, byte, bytes, Bytes",
    ("MB", "data_size", "measurement"): "MB, megabyte, megabytes",
    ("\u03bcS/cm", "conductivity", "measurement"): (
        "\u03bcS/cm, \u00b5S/cm, uS/cm, us/cm"
    ),
    ("dBm", "signal_strength", "measurement"): "dBm, dbm",
    ("dB", None, "measurement"): "dB, db, decibel, decibels",
    ("°", None, "measurement"): "°, deg, degree, degrees, Degrees",
}

# Units, name of the field, name for people: unit, device class, state class
HINTS: Final = [
    ("%", "battery", "Charge", "%", "battery", "measurement"),
    ("%", "batt", "x", "%", "battery", "measurement"),
    ("percent", "f1", "Battery level", "%", "battery", "measurement"),
    ("%", "soil", "x", "%", "moisture", "measurement"),
    ("%", "soilMoisture", "x", "%", "moisture", "measurement"),
    ("%", "humidity", "x", "%", "humidity", "measurement"),
    ("%", "hum", "x", "%", "humidity", "measurement"),
    ("%", "RH", "x", "%", "humidity", "measurement"),
    ("%", "humid", "x", "%", "humidity", "measurement"),
    ("%", "f1", "Relative Humidity", "%", "humidity", "measurement"),
    ("%RH", "f1", "x", "%", "humidity", "measurement"),
    ("% RH", "f1", "x", "%", "humidity", "measurement"),
    ("%", "load", "Load", "%", None, "measurement"),
    ("km/h", "wind", "x", "km/h", "wind_speed", "measurement"),
    ("m/s", "windSpeed", "x", "m/s", "wind_speed", "measurement"),
    ("m/s", "windspeed", "x", "m/s", "wind_speed", "measurement"),
    ("mph", "gust", "x", "mph", "wind_speed", "measurement"),
    ("knots", "f1", "Gusts today", "kn", "wind_speed", "measurement"),
    ("km/h", "window", "Window", "km/h", "speed", "measurement"),
    ("degrees", "wind_dir", "x", "°", "wind_direction", "measurement_angle"),
    ("deg", "windDir", "x", "°", "wind_direction", "measurement_angle"),
    ("°", "winddir", "x", "°", "wind_direction", "measurement_angle"),
    ("degrees", "heading", "Heading", "°", None, "measurement"),
    ("mm", "rain", "x", "mm", "precipitation", "measurement"),
    ("cm", "rainfall", "x", "cm", "precipitation", "measurement"),
    ("in", "f1", "Precipitation today", "in", "precipitation", "measurement"),
    ("mm", "precip", "x", "mm", "precipitation", "measurement"),
    ("m", "rain_gauge_height", "x", "m", "distance", "measurement"),
    ("mm/h", "rain", "x", "mm/h", "precipitation_intensity", "measurement"),
    ("ppm", "co2", "x", "ppm", "carbon_dioxide", "measurement"),
    ("ppm", "f1", "CO2", "ppm", "carbon_dioxide", "measurement"),
    ("ppm", "carbondioxide", "x", "ppm", "carbon_dioxide", "measurement"),
    ("ppm", "f1", "Carbon dioxide", "ppm", "carbon_dioxide", "measurement"),
    ("ppm", "f1", "Carbon monoxide", "ppm", "carbon_monoxide", "measurement"),
    ("ppb", "co2", "x", "ppb", None, "measurement"),
    ("ppm", "CO", "x", "ppm", "carbon_monoxide", "measurement"),
    ("ppb", "co", "x", "ppb", "carbon_monoxide", "measurement"),
    ("ppm", "voc", "x", "ppm", "volatile_organic_compounds_parts", "measurement"),
    ("ppb", "TVOC", "x", "ppb", "volatile_organic_compounds_parts", "measurement"),
    ("ug/m3", "pm1", "x", "\u03bcg/m³", "pm1", "measurement"),
    ("ug/m3", "PM2.5", "x", "\u03bcg/m³", "pm25", "measurement"),
    ("ug/m3", "pm2_5", "x", "\u03bcg/m³", "pm25", "measurement"),
    ("ug/m3", "pm25", "x", "\u03bcg/m³", "pm25", "measurement"),
    ("ug/m3", "pm10", "x", "\u03bcg/m³", "pm10", "measurement"),
    ("mg/m3", "pm10", "x", "mg/m³", None, "measurement"),
    ("dB", "noise", "x", "dB", "sound_pressure", "measurement"),
    ("dB", "f1", "Sound level", "dB", "sound_pressure", "measurement"),
    ("dB", "loudness", "x", "dB", "sound_pressure", "measurement"),
    ("dBm", "noise", "x", "dBm", "signal_strength", "measurement"),
    ("kPa", "barometer", "x", "kPa", "atmospheric_pressure", "measurement"),
    ("Pa", "f1", "Barometric", "Pa", "atmospheric_pressure", "measurement"),
    ("Pa", "f1", "Atmospheric", "Pa", "atmospheric_pressure", "measurement"),
    ("kPa", "air_pressure", "x", "kPa", "atmospheric_pressure", "measurement"),
    ("kPa", "tyre", "Tyre", "kPa", "pressure", "measurement"),
    ("L", "water", "x", "L", "water", "total_increasing"),
    ("m3", "f1", "Water meter", "m³", "water", "total_increasing"),
    ("m3", "gas", "x", "m³", "gas", "total_increasing"),
    ("L", "water_tank", "x", "L", "volume_storage", "measurement"),
    ("L", "f1", "Water level", "L", "volume_storage", "measurement"),
    ("m3", "f1", "Gas stored", "m³", "volume_storage", "measurement"),
    ("m3", "cistern", "Water", "m³", "volume_storage", "measurement"),
    ("L", "f1", "Water reservoir", "L", "volume_storage", "measurement"),
    ("kWh", "f1", "Energy stored", "kWh", "energy_storage", "measurement"),
    ("kWh", "f1", "Remaining energy", "kWh", "energy_storage", "measurement"),
    ("kWh", "f1", "Battery charged", "kWh", "energy", "total_increasing"),
    ("kWh", "f1", "Energy from battery", "kWh", "energy", "total_increasing"),
    ("L", "gas", "x", "L", "volume_storage", "measurement"),
    ("pH", "f1", "x", None, "ph", "measurement"),
    ("PH", "f1", "x", None, "ph", "measurement"),
    ("AQI", "f1", "x", None, "aqi", "measurement"),
]

# Units that are shown as they are
UNKNOWN: Final = [
    (None, None),
    ("", None),
    ("   ", None),
    (".", "."),
    ("widgets", "widgets"),
    ("Widgets", "Widgets"),
    ("people  per\tday", "people per day"),
    ("%%", "%%"),
    ("MPa", "MPa"),
    ("€", "€"),
    ("m²", "m²"),
    ("Ω", "Ω"),
    ("on/off", "on/off"),
]

EACH_SPELLING: Final = [
    pytest.param(spelling, expected, id=f"{spelling} = {expected[0]}")
    for expected, spellings in SPELLINGS.items()
    for spelling in spellings.split(", ")
]


def field(units: str | None, name: str = "f1", long_name: str = "x") -> Field:
    """Return a field of numbers."""
    return Field(name=name, long_name=long_name, type=FieldType.NUMBER, units=units)


@pytest.mark.parametrize(("spelling", "expected"), EACH_SPELLING)
def test_spelling(spelling: str, expected: tuple[str, str | None, str]) -> None:
    """Each way to write a unit is understood."""
    measure = measure_of(field(spelling))
    assert (measure.unit, measure.device_class, measure.state_class) == expected


@pytest.mark.parametrize(("spelling", "expected"), EACH_SPELLING)
def test_blanks(spelling: str, expected: tuple[str, str | None, str]) -> None:
    """Blanks around it do not count, nor do several in place of one."""
    measure = measure_of(field(f"  {spelling.replace(' ', '   ')} "))
    assert measure.unit == expected[0]


@pytest.mark.parametrize(
    ("units", "name", "long_name", "unit", "device_class", "state_class"),
    HINTS,
    ids=[f"{units} {name} {long_name}" for units, name, long_name, *_ in HINTS],
)
def test_hint(
    units: str,
    name: str,
    long_name: str,
    unit: str | None,
    device_class: str | None,
    state_class: str,
) -> None:
    """Where the unit leaves it open, words in the names tell what is measured."""
    measure = measure_of(field(units, name, long_name))
    assert (measure.unit, measure.device_class, measure.state_class) == (
        unit,
        device_class,
        state_class,
    )


@pytest.mark.parametrize(
    ("units", "unit"), UNKNOWN, ids=[repr(units) for units, _ in UNKNOWN]
)
def test_unknown(units: str | None, unit: str | None) -> None:
    """A unit that nobody knows is shown, without a class; its numbers are recorded."""
    measure = measure_of(field(units, "wind", "Humidity"))
    assert (measure.unit, measure.device_class) == (unit, None)
    assert measure.state_class is SensorStateClass.MEASUREMENT


COMBINATIONS: Final = sorted(
    {
        (unit, device_class, state_class)
        for unit, device_class, state_class in (
            *SPELLINGS,
            *((unit, *classes) for _, _, _, unit, *classes in HINTS),
        )
        if device_class is not None
    },
    key=repr,
)


@pytest.mark.parametrize(
    ("unit", "device_class", "state_class"),
    COMBINATIONS,
    ids=[f"{unit} {device_class}" for unit, device_class, _ in COMBINATIONS],
)
def test_combination_is_valid(
    unit: str | None, device_class: str, state_class: str
) -> None:
    """Home Assistant has no such unit, class and kind of statistics together but these."""
    kind = SensorStateClass(state_class)
    known = SensorDeviceClass(device_class)
    assert unit in DEVICE_CLASS_UNITS[known]
    assert kind in DEVICE_CLASS_STATE_CLASSES[known]
    assert unit in STATE_CLASS_UNITS.get(kind, {unit})


async def test_home_assistant_has_no_objection(
    hass: HomeAssistant,
    add_account: AddAccount,
    server: WotkitServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A sensor with every unit there is: no warning, and all are shown."""
    rows = [
        *((spellings.split(", ")[0], "x") for spellings in SPELLINGS.values()),
        *((units, f"{name} {long_name}") for units, name, long_name, *_ in HINTS),
        *((units, "x") for units, _ in UNKNOWN),
    ]
    every = server.add_sensor(
        USERNAME,
        "every_unit",
        long_name="Every",
        fields=[
            SimulatedField(name=f"f{number}", long_name=long_name, units=units)
            for number, (units, long_name) in enumerate(rows)
        ],
    )
    every.record({one.name: 7.5 for one in every.fields})
    await add_account()

    numbers = [
        entity_id
        for entity_id in hass.states.async_entity_ids("sensor")
        if entity_id.startswith("sensor.every") and "last_data" not in entity_id
    ]
    assert len(numbers) == len(rows)
    assert {attribute(hass, one, "state_class") for one in numbers} == {
        "measurement",
        "measurement_angle",
        "total_increasing",
    }
    warnings = [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and "sensor" in record.name
    ]
    assert warnings == []
