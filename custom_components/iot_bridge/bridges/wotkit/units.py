"""What a field's units mean to Home Assistant: one table, and words that tell more.

Units are free text on WoTKit, so each has the spellings that people use. A unit that
is not in the table is shown as it is, without a class.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    DEGREE,
    LIGHT_LUX,
    SIGNAL_STRENGTH_DECIBELS,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    UnitOfApparentPower,
    UnitOfConductivity,
    UnitOfDensity,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfInformation,
    UnitOfIrradiance,
    UnitOfLength,
    UnitOfMass,
    UnitOfPower,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolume,
    UnitOfVolumeFlowRate,
    UnitOfVolumetricFlux,
)

from .client import Field

_INCREASING: Final = SensorStateClass.TOTAL_INCREASING
_MEASURED: Final = SensorStateClass.MEASUREMENT


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number is.

    Attributes:
        unit: Home Assistant's unit, or the field's own where it is not known.
        device_class: None where the unit alone does not tell.
        state_class: How it is to be summed up over time.
    """

    unit: str | None
    device_class: SensorDeviceClass | None = None
    state_class: SensorStateClass = _MEASURED


@dataclass(frozen=True, slots=True)
class _Unit:
    measure: Measure
    spellings: tuple[str, ...] = ()


def _unit(
    unit: str,
    device_class: SensorDeviceClass | None,
    *spellings: str,
    state_class: SensorStateClass = _MEASURED,
) -> _Unit:
    return _Unit(Measure(unit, device_class, state_class), spellings)


# The unit itself is always one of its spellings.
_UNITS: Final = (
    _unit(
        UnitOfTemperature.CELSIUS,
        SensorDeviceClass.TEMPERATURE,
        "c", "degc", "deg c", "celsius", "degree celsius", "degrees celsius",
        "degrees c", "centigrade", "℃", "º c", "ºc",
    ),
    _unit(
        UnitOfTemperature.FAHRENHEIT,
        SensorDeviceClass.TEMPERATURE,
        "f", "degf", "deg f", "fahrenheit", "degree fahrenheit", "degrees fahrenheit",
        "degrees f", "℉", "ºf",
    ),
    _unit(UnitOfTemperature.KELVIN, SensorDeviceClass.TEMPERATURE, "kelvin"),
    _unit(
        UnitOfRatio.PERCENTAGE, None, "percent", "per cent", "pct", "percentage",
    ),
    _unit(UnitOfSpeed.KILOMETERS_PER_HOUR, SensorDeviceClass.SPEED, "kph", "kmh", "kmph", "kilometers per hour"),
    _unit(UnitOfSpeed.METERS_PER_SECOND, SensorDeviceClass.SPEED, "mps", "ms-1", "meters per second"),
    _unit(UnitOfSpeed.MILES_PER_HOUR, SensorDeviceClass.SPEED, "miles per hour", "mi/h"),
    _unit(UnitOfSpeed.KNOTS, SensorDeviceClass.SPEED, "knots", "knot", "kts", "kt"),
    _unit(UnitOfElectricPotential.VOLT, SensorDeviceClass.VOLTAGE, "volt", "volts"),
    _unit(UnitOfElectricPotential.MILLIVOLT, SensorDeviceClass.VOLTAGE, "millivolt", "millivolts"),
    _unit(UnitOfElectricPotential.MEGAVOLT, SensorDeviceClass.VOLTAGE),
    _unit(UnitOfElectricCurrent.AMPERE, SensorDeviceClass.CURRENT, "amp", "amps", "ampere", "amperes"),
    _unit(UnitOfElectricCurrent.MILLIAMPERE, SensorDeviceClass.CURRENT, "milliamp", "milliamps"),
    _unit(UnitOfPower.WATT, SensorDeviceClass.POWER, "watt", "watts"),
    _unit(UnitOfPower.MILLIWATT, SensorDeviceClass.POWER, "milliwatt", "milliwatts"),
    _unit(UnitOfPower.KILO_WATT, SensorDeviceClass.POWER, "kilowatt", "kilowatts"),
    _unit(UnitOfPower.MEGA_WATT, SensorDeviceClass.POWER, "megawatt", "megawatts"),
    _unit(UnitOfApparentPower.VOLT_AMPERE, SensorDeviceClass.APPARENT_POWER),
    _unit(UnitOfEnergy.WATT_HOUR, SensorDeviceClass.ENERGY, "watt hour", "watt hours", state_class=_INCREASING),
    _unit(UnitOfEnergy.KILO_WATT_HOUR, SensorDeviceClass.ENERGY, "kilowatt hour", "kilowatt hours", "kw h", state_class=_INCREASING),
    _unit(UnitOfEnergy.MEGA_WATT_HOUR, SensorDeviceClass.ENERGY, state_class=_INCREASING),
    _unit(UnitOfEnergy.MILLIWATT_HOUR, SensorDeviceClass.ENERGY, state_class=_INCREASING),
    _unit(UnitOfFrequency.HERTZ, SensorDeviceClass.FREQUENCY, "hertz"),
    _unit(UnitOfFrequency.KILOHERTZ, SensorDeviceClass.FREQUENCY),
    _unit(UnitOfFrequency.MEGAHERTZ, SensorDeviceClass.FREQUENCY),
    _unit(UnitOfFrequency.MILLIHERTZ, SensorDeviceClass.FREQUENCY),
    _unit(UnitOfRatio.PARTS_PER_MILLION, None, "parts per million"),
    _unit(UnitOfRatio.PARTS_PER_BILLION, None, "parts per billion"),
    _unit(UnitOfDensity.MICROGRAMS_PER_CUBIC_METER, None, "ug/m3", "µg/m3", "μg/m3", "µg/m³", "ug/m^3", "mcg/m3"),
    _unit(UnitOfDensity.MILLIGRAMS_PER_CUBIC_METER, None, "mg/m3", "mg/m^3"),
    _unit(LIGHT_LUX, SensorDeviceClass.ILLUMINANCE, "lux"),
    _unit(UnitOfIrradiance.WATTS_PER_SQUARE_METER, SensorDeviceClass.IRRADIANCE, "w/m2", "w/m^2", "watts per square meter"),
    _unit(UnitOfPressure.HPA, SensorDeviceClass.ATMOSPHERIC_PRESSURE, "hectopascal", "hectopascals"),
    _unit(UnitOfPressure.MBAR, SensorDeviceClass.ATMOSPHERIC_PRESSURE, "millibar", "millibars", "mb"),
    _unit(UnitOfPressure.INHG, SensorDeviceClass.ATMOSPHERIC_PRESSURE, "in hg"),
    _unit(UnitOfPressure.MMHG, SensorDeviceClass.ATMOSPHERIC_PRESSURE, "mm hg"),
    _unit(UnitOfPressure.KPA, SensorDeviceClass.PRESSURE, "kilopascal", "kilopascals"),
    _unit(UnitOfPressure.PA, SensorDeviceClass.PRESSURE, "pascal", "pascals"),
    _unit(UnitOfPressure.BAR, SensorDeviceClass.PRESSURE),
    _unit(UnitOfPressure.PSI, SensorDeviceClass.PRESSURE),
    _unit(UnitOfLength.MILLIMETERS, SensorDeviceClass.DISTANCE, "millimeter", "millimeters", "millimetre", "millimetres"),
    _unit(UnitOfLength.CENTIMETERS, SensorDeviceClass.DISTANCE, "centimeter", "centimeters", "centimetre", "centimetres"),
    _unit(UnitOfLength.METERS, SensorDeviceClass.DISTANCE, "meter", "meters", "metre", "metres"),
    _unit(UnitOfLength.KILOMETERS, SensorDeviceClass.DISTANCE, "kilometer", "kilometers", "kilometre", "kilometres"),
    _unit(UnitOfLength.INCHES, SensorDeviceClass.DISTANCE, "inch", "inches"),
    _unit(UnitOfLength.FEET, SensorDeviceClass.DISTANCE, "foot", "feet"),
    _unit(UnitOfLength.MILES, SensorDeviceClass.DISTANCE, "mile", "miles"),
    _unit(UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR, SensorDeviceClass.PRECIPITATION_INTENSITY, "mm/hr"),
    _unit(UnitOfMass.GRAMS, SensorDeviceClass.WEIGHT, "gram", "grams"),
    _unit(UnitOfMass.KILOGRAMS, SensorDeviceClass.WEIGHT, "kilogram", "kilograms"),
    _unit(UnitOfMass.POUNDS, SensorDeviceClass.WEIGHT, "lbs", "pound", "pounds"),
    _unit(UnitOfVolume.LITERS, SensorDeviceClass.VOLUME_STORAGE, "liter", "liters", "litre", "litres"),
    _unit(UnitOfVolume.CUBIC_METERS, SensorDeviceClass.VOLUME_STORAGE, "m3", "m^3", "cubic meter", "cubic meters"),
    _unit(UnitOfVolumeFlowRate.LITERS_PER_MINUTE, SensorDeviceClass.VOLUME_FLOW_RATE, "lpm"),
    _unit(UnitOfVolumeFlowRate.CUBIC_METERS_PER_HOUR, SensorDeviceClass.VOLUME_FLOW_RATE, "m3/h"),
    _unit(UnitOfTime.SECONDS, SensorDeviceClass.DURATION, "sec", "secs", "second", "seconds"),
    _unit(UnitOfTime.MINUTES, SensorDeviceClass.DURATION, "mins", "minute", "minutes"),
    _unit(UnitOfTime.HOURS, SensorDeviceClass.DURATION, "hr", "hrs", "hour", "hours"),
    _unit(UnitOfTime.DAYS, SensorDeviceClass.DURATION, "day", "days"),
    _unit(UnitOfTime.MILLISECONDS, SensorDeviceClass.DURATION, "msec", "millisecond", "milliseconds"),
    _unit(UnitOfInformation.BYTES, SensorDeviceClass.DATA_SIZE, "byte", "bytes"),
    _unit(UnitOfInformation.MEGABYTES, SensorDeviceClass.DATA_SIZE, "megabyte", "megabytes"),
    _unit(UnitOfConductivity.MICROSIEMENS_PER_CM, SensorDeviceClass.CONDUCTIVITY, "us/cm"),
    _unit(SIGNAL_STRENGTH_DECIBELS_MILLIWATT, SensorDeviceClass.SIGNAL_STRENGTH),
    _unit(SIGNAL_STRENGTH_DECIBELS, None, "decibel", "decibels"),
    _unit(DEGREE, None, "deg", "degree", "degrees"),
)  # fmt: skip

# Kinds that have no unit of their own
_WITHOUT_UNIT: Final[Mapping[str, Measure]] = {
    "ph": Measure(None, SensorDeviceClass.PH),
    "aqi": Measure(None, SensorDeviceClass.AQI),
    "%rh": Measure(UnitOfRatio.PERCENTAGE, SensorDeviceClass.HUMIDITY),
    "% rh": Measure(UnitOfRatio.PERCENTAGE, SensorDeviceClass.HUMIDITY),
}


@dataclass(frozen=True, slots=True)
class _Hint:
    """What words in a field's name tell of some units.

    Attributes:
        units: The units that it is for.
        words: Any of them in the name or the long name.
        device_class: What it is then.
        state_class: How it is to be summed up then; None as without the hint.
    """

    units: frozenset[str | None]
    words: frozenset[str]
    device_class: SensorDeviceClass
    state_class: SensorStateClass | None = None


def _hint(
    units: tuple[str, ...],
    words: str,
    device_class: SensorDeviceClass,
    state_class: SensorStateClass | None = None,
) -> _Hint:
    return _Hint(frozenset(units), frozenset(words.split()), device_class, state_class)


_PERCENT: Final = (UnitOfRatio.PERCENTAGE,)
_PARTS: Final = (UnitOfRatio.PARTS_PER_MILLION, UnitOfRatio.PARTS_PER_BILLION)
_PARTICLES: Final = (UnitOfDensity.MICROGRAMS_PER_CUBIC_METER,)
_SPEEDS: Final = tuple(
    one.measure.unit
    for one in _UNITS
    if one.measure.device_class is SensorDeviceClass.SPEED and one.measure.unit
)
_RAIN: Final = (UnitOfLength.MILLIMETERS, UnitOfLength.CENTIMETERS, UnitOfLength.INCHES)
_ENERGIES: Final = tuple(
    one.measure.unit
    for one in _UNITS
    if one.measure.device_class is SensorDeviceClass.ENERGY and one.measure.unit
)
_VOLUMES: Final = (UnitOfVolume.LITERS, UnitOfVolume.CUBIC_METERS)

# The first that fits counts.
_HINTS: Final = (
    _hint(_PERCENT, "battery batt", SensorDeviceClass.BATTERY),
    _hint(_PERCENT, "soil moisture", SensorDeviceClass.MOISTURE),
    _hint(_PERCENT, "humidity hum rh humid", SensorDeviceClass.HUMIDITY),
    _hint(_SPEEDS, "wind gust gusts windspeed", SensorDeviceClass.WIND_SPEED),
    _hint(
        (DEGREE,),
        "wind winddir",
        SensorDeviceClass.WIND_DIRECTION,
        SensorStateClass.MEASUREMENT_ANGLE,
    ),
    _hint(_RAIN, "rain rainfall precipitation precip", SensorDeviceClass.PRECIPITATION),
    _hint(_PARTS[:1], "co2 carbondioxide dioxide", SensorDeviceClass.CO2),
    _hint(_PARTS, "co monoxide", SensorDeviceClass.CO),
    _hint(_PARTS, "voc tvoc", SensorDeviceClass.VOLATILE_ORGANIC_COMPOUNDS_PARTS),
    _hint(_PARTICLES, "pm1", SensorDeviceClass.PM1),
    _hint(_PARTICLES, "pm25 pm2", SensorDeviceClass.PM25),
    _hint(_PARTICLES, "pm10", SensorDeviceClass.PM10),
    _hint(
        (SIGNAL_STRENGTH_DECIBELS,),
        "noise sound loudness",
        SensorDeviceClass.SOUND_PRESSURE,
    ),
    _hint(
        (UnitOfPressure.KPA, UnitOfPressure.PA),
        "barometer barometric atmospheric air",
        SensorDeviceClass.ATMOSPHERIC_PRESSURE,
    ),
    # What is in a tank rises and falls; what flows through a meter only adds up.
    _hint(
        _VOLUMES,
        "tank level cistern reservoir stored",
        SensorDeviceClass.VOLUME_STORAGE,
    ),
    _hint(_ENERGIES, "stored remaining", SensorDeviceClass.ENERGY_STORAGE, _MEASURED),
    _hint(_VOLUMES, "water", SensorDeviceClass.WATER, _INCREASING),
    _hint(_VOLUMES[1:], "gas", SensorDeviceClass.GAS, _INCREASING),
)

_WORD: Final = re.compile(r"[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")


def _exact() -> Iterator[tuple[str, Measure]]:
    for one in _UNITS:
        yield str(one.measure.unit), one.measure


def _folded() -> Iterator[tuple[str, Measure]]:
    """Yield all spellings; of two that differ in capitals alone the first one counts."""
    for one in reversed(_UNITS):
        for spelling in (str(one.measure.unit), *one.spellings):
            yield spelling.casefold(), one.measure
    yield from _WITHOUT_UNIT.items()


# Capitals count where they are right ("mW" is no "MW"), else they are forgiven.
_BY_UNIT: Final = dict(_exact())
_BY_SPELLING: Final = dict(_folded())


def measure_of(field: Field) -> Measure:
    """Return what the numbers of a field are.

    Args:
        field: One of type NUMBER.
    """
    units = " ".join((field.units or "").split())
    measure = _BY_UNIT.get(units) or _BY_SPELLING.get(units.casefold().rstrip("."))
    if measure is None:
        return Measure(units or None)
    words = {
        word.casefold()
        for name in (field.name, field.long_name)
        for word in _WORD.findall(name)
    }
    for hint in _HINTS:
        if measure.unit in hint.units and words & hint.words:
            return Measure(
                measure.unit,
                hint.device_class,
                hint.state_class or measure.state_class,
            )
    return measure
