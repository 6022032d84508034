"""What Thing+'s types of sensors are to Home Assistant: one table of units and classes.

The units are those that the service's own sensors have; what a server says at run time
counts more, see `measures.py`. Source: Thing+ guide, "Sensor types".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    DEGREE,
    LIGHT_LUX,
    EntityCategory,
    UnitOfConductivity,
    UnitOfDensity,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfIrradiance,
    UnitOfLength,
    UnitOfMass,
    UnitOfPower,
    UnitOfPressure,
    UnitOfRatio,
    UnitOfSoundPressure,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
    UnitOfVolume,
    UnitOfVolumetricFlux,
)

_TOTAL: Final = SensorStateClass.TOTAL
_INCREASING: Final = SensorStateClass.TOTAL_INCREASING


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKind:
    """A type whose values are numbers.

    Attributes:
        service_unit: The unit as the service spells it, None for none.
        unit: The same as Home Assistant spells it, or the one it has instead.
        factor: What a number of the service is multiplied by, to be in that unit.
        device_class: None where Home Assistant has none for it.
        state_class: How it is to be summed up over time.
        category: Whether it is about the device itself.
    """

    service_unit: str | None = None
    unit: str | None = None
    factor: float = 1
    device_class: SensorDeviceClass | None = None
    state_class: SensorStateClass = SensorStateClass.MEASUREMENT
    category: EntityCategory | None = None


def _kind(
    service_unit: str | None,
    unit: str | None,
    device_class: SensorDeviceClass | None = None,
    state_class: SensorStateClass = SensorStateClass.MEASUREMENT,
    *,
    factor: float = 1,
    category: EntityCategory | None = None,
) -> NumberKind:
    return NumberKind(
        service_unit=service_unit,
        unit=unit,
        factor=factor,
        device_class=device_class,
        state_class=state_class,
        category=category,
    )


_PERCENT: Final = UnitOfRatio.PERCENTAGE
_PPM: Final = UnitOfRatio.PARTS_PER_MILLION

NUMBER_KINDS: Final[Mapping[str, NumberKind]] = MappingProxyType({
    "temperature": _kind("°C", UnitOfTemperature.CELSIUS, SensorDeviceClass.TEMPERATURE),
    "soilTemperature": _kind("°C", UnitOfTemperature.CELSIUS, SensorDeviceClass.TEMPERATURE),
    "humidity": _kind("%", _PERCENT, SensorDeviceClass.HUMIDITY),
    "percent": _kind("%", _PERCENT),
    "precipitationProbability": _kind("%", _PERCENT),
    "batteryGauge": _kind("%", _PERCENT, SensorDeviceClass.BATTERY, category=EntityCategory.DIAGNOSTIC),
    # The tension of the water, which is a pressure; "moisture" is a share.
    "soilMoisture": _kind("cbar", UnitOfPressure.CBAR, SensorDeviceClass.PRESSURE),
    "light": _kind("lux", LIGHT_LUX, SensorDeviceClass.ILLUMINANCE),
    "co2": _kind("ppm", _PPM, SensorDeviceClass.CO2),
    "co": _kind("ppm", _PPM, SensorDeviceClass.CO),
    "voc": _kind("ppm", _PPM, SensorDeviceClass.VOLATILE_ORGANIC_COMPOUNDS_PARTS),
    "no2": _kind("ppm", _PPM, SensorDeviceClass.NITROGEN_DIOXIDE),
    "o3": _kind("ppm", _PPM, SensorDeviceClass.OZONE),
    # Of which size, the user may say in the options.
    "dust": _kind("\u00b5g/m³", UnitOfDensity.MICROGRAMS_PER_CUBIC_METER),
    "density": _kind("g/m³", UnitOfDensity.GRAMS_PER_CUBIC_METER),
    # The name misleads: it is an energy. Whether a meter's, nobody says.
    "power": _kind("kWh", UnitOfEnergy.KILO_WATT_HOUR, SensorDeviceClass.ENERGY, _TOTAL),
    "electricEnergy": _kind("kWh", UnitOfEnergy.KILO_WATT_HOUR, SensorDeviceClass.ENERGY, _INCREASING),
    "electricPower": _kind("W", UnitOfPower.WATT, SensorDeviceClass.POWER),
    "wattage": _kind("kW", UnitOfPower.KILO_WATT, SensorDeviceClass.POWER),
    "current": _kind("A", UnitOfElectricCurrent.AMPERE, SensorDeviceClass.CURRENT),
    "voltage": _kind("V", UnitOfElectricPotential.VOLT, SensorDeviceClass.VOLTAGE),
    "frequency": _kind("Hz", UnitOfFrequency.HERTZ, SensorDeviceClass.FREQUENCY),
    "powerFactor": _kind("pf", None, SensorDeviceClass.POWER_FACTOR),
    "pressure": _kind("bar", UnitOfPressure.BAR, SensorDeviceClass.PRESSURE),
    "noise": _kind("dB", UnitOfSoundPressure.DECIBEL, SensorDeviceClass.SOUND_PRESSURE),
    "windSpeed": _kind("m/s", UnitOfSpeed.METERS_PER_SECOND, SensorDeviceClass.WIND_SPEED),
    "windVane": _kind("degrees", DEGREE, SensorDeviceClass.WIND_DIRECTION, SensorStateClass.MEASUREMENT_ANGLE),
    "rain": _kind(
        "mm/min", UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR, SensorDeviceClass.PRECIPITATION_INTENSITY, factor=60,
    ),
    "speed": _kind("m/s", UnitOfSpeed.METERS_PER_SECOND, SensorDeviceClass.SPEED),
    "sSpeed": _kind("mm/s", UnitOfSpeed.MILLIMETERS_PER_SECOND, SensorDeviceClass.SPEED),
    "weight": _kind("g", UnitOfMass.GRAMS, SensorDeviceClass.WEIGHT),
    "length": _kind("mm", UnitOfLength.MILLIMETERS, SensorDeviceClass.DISTANCE),
    "linearDisplacement": _kind("mm", UnitOfLength.MILLIMETERS, SensorDeviceClass.DISTANCE),
    "distance": _kind("m", UnitOfLength.METERS, SensorDeviceClass.DISTANCE),
    "timeDuration": _kind("sec", UnitOfTime.SECONDS, SensorDeviceClass.DURATION),
    "ph": _kind("pH", None, SensorDeviceClass.PH),
    # One dS/m is one mS/cm.
    "conductivity": _kind("dS/m", UnitOfConductivity.MILLISIEMENS_PER_CM, SensorDeviceClass.CONDUCTIVITY),
    # What plants see of the light, no irradiance
    "solarRadiation": _kind("\u00b5mol/m²/s", "μmol/m²/s"),
    "ultraviolet-b": _kind("W/m²", UnitOfIrradiance.WATTS_PER_SQUARE_METER, SensorDeviceClass.IRRADIANCE),
    # "signal_strength" needs a unit, and there is none.
    "rssi": _kind(None, None, category=EntityCategory.DIAGNOSTIC),
    "count": _kind("ea", "ea"),
    "countEvent": _kind("ea", "ea"),
    "stepCount": _kind("walks", "steps"),
    "rotaryAngle": _kind("°", DEGREE),
    "vibration": _kind("V", UnitOfElectricPotential.VOLT),
    "strain": _kind("um/m", "μm/m"),
    "number": _kind(None, None),
    # In the service's list of types, but without a unit there
    "dissolvedOxygen": _kind(None, None),
    "durationPower": _kind(None, None),
    "volume": _kind("L", UnitOfVolume.LITERS, SensorDeviceClass.VOLUME_STORAGE),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryKind:
    """A type whose values are "0" and "1".

    Attributes:
        device_class: What "1" means; None where just "on".
    """

    device_class: BinarySensorDeviceClass | None = None


BINARY_KINDS: Final[Mapping[str, BinaryKind]] = MappingProxyType(
    {
        "onoff": BinaryKind(),
        "motion": BinaryKind(device_class=BinarySensorDeviceClass.MOTION),
        "door": BinaryKind(device_class=BinarySensorDeviceClass.DOOR),
        "parkingStatus": BinaryKind(device_class=BinarySensorDeviceClass.OCCUPANCY),
        "crackDetection": BinaryKind(device_class=BinarySensorDeviceClass.PROBLEM),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumKind:
    """A type whose values stand for a few words.

    Attributes:
        translation_key: Where the words are translated.
        words: By what the service sends for each.
    """

    translation_key: str
    words: Mapping[str, str]


# That "sleepStage" is a boolean, as the service says, cannot be.
ENUM_KINDS: Final[Mapping[str, EnumKind]] = MappingProxyType(
    {
        "powerControllerState": EnumKind(
            translation_key="power_controller_state",
            words={"0": "overload_off", "1": "standby_off", "2": "off", "3": "on"},
        ),
        "sleepStage": EnumKind(
            translation_key="sleep_stage",
            words={"0": "awake", "1": "rem", "2": "light", "3": "deep"},
        ),
    }
)

TEXT_TYPES: Final = frozenset({"string", "state"})

# Types whose values are objects, by the keys that are always there: a number, or None
# for a word.
OBJECT_KINDS: Final[Mapping[str, Mapping[str, NumberKind | None]]] = MappingProxyType(
    {
        "accelerometer": {axis: NumberKind() for axis in ("x", "y", "z")},
        "color": {part: NumberKind() for part in ("r", "g", "b")},
        # "1" and "2" are there only where they are told.
        "complex": {"0": NumberKind()},
        "tag": {"state": None, "reader": None},
        "reader": {"state": None, "tag": None},
    }
)

# Types whose values tell of something that has happened
EVENT_TYPES: Final = frozenset({"tag", "reader"})

LOCATION_TYPE: Final = "location"
