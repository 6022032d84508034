"""Home Assistant's states as values that a service can be sent, in the unit it wants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import math
from typing import Final

from homeassistant.components.sensor.const import (
    NON_NUMERIC_DEVICE_CLASSES,
    SensorDeviceClass,
)
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import State
from homeassistant.util import unit_conversion as units

type ExportValue = float | str

_SWITCH_VALUES: Final = {STATE_ON: 1.0, STATE_OFF: 0.0}
_NO_VALUES: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})
SWITCH_DOMAINS: Final = frozenset(
    {
        "automation",
        "binary_sensor",
        "calendar",
        "fan",
        "humidifier",
        "input_boolean",
        "light",
        "remote",
        "schedule",
        "script",
        "siren",
        "switch",
        "update",
    }
)
_NUMBER_DOMAINS: Final = frozenset(
    {"counter", "input_number", "number", "todo", "zone"}
)
# Somebody's own words, also where they look like numbers
_TEXT_DOMAINS: Final = frozenset({"input_text", "text"})
_NUMBER_CLASSES: Final = frozenset(set(SensorDeviceClass) - NON_NUMERIC_DEVICE_CLASSES)
# Only those that need to know nothing but the two units: how many milligrams a "ppm" of a
# gas weighs depends on the gas.
_CONVERTERS: Final[tuple[type[units.BaseUnitConverter], ...]] = (
    units.ApparentPowerConverter,
    units.AreaConverter,
    units.BloodGlucoseConcentrationConverter,
    units.ConductivityConverter,
    units.DataRateConverter,
    units.DistanceConverter,
    units.DurationConverter,
    units.ElectricCurrentConverter,
    units.ElectricPotentialConverter,
    units.EnergyConverter,
    units.EnergyDistanceConverter,
    units.FrequencyConverter,
    units.InformationConverter,
    units.MassConverter,
    units.MassVolumeConcentrationConverter,
    units.PowerConverter,
    units.PressureConverter,
    units.RadiationConcentrationConverter,
    units.ReactiveEnergyConverter,
    units.ReactivePowerConverter,
    units.SpeedConverter,
    units.TemperatureConverter,
    units.UnitlessRatioConverter,
    units.VolumeConverter,
    units.VolumeFlowRateConverter,
)


class ValueKind(StrEnum):
    """What an entity's values are."""

    NUMBER = "number"
    TEXT = "text"


class NotConvertibleError(Exception):
    """A value cannot be made what a service wants; the message holds no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value that an entity had.

    Attributes:
        key: What the entity is called across renames.
        entity_id: Its id when the value was taken.
        value: A finite number, or a text that is not empty.
        unit: The value's unit, None if it has none.
        time: Since when the entity had it, in UTC and whole milliseconds; later than
            that of every reading before, unless the clock was more than a day ahead
            then. So it also tells apart the readings that are sent together.
    """

    key: str
    entity_id: str
    value: ExportValue
    unit: str | None
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTarget:
    """What a service wants for an entity.

    Attributes:
        kind: Whether it wants numbers or texts.
        unit: The unit that values shall have; None: whichever they have.
    """

    kind: ValueKind
    unit: str | None = None


def kind_of(state: State) -> ValueKind:
    """Return what the values of an entity are; on and off are the numbers 1 and 0."""
    if state.domain in SWITCH_DOMAINS or state.domain in _NUMBER_DOMAINS:
        return ValueKind.NUMBER
    if state.domain in _TEXT_DOMAINS:
        return ValueKind.TEXT
    if unit_of(state) is not None or state.attributes.get("state_class") is not None:
        return ValueKind.NUMBER
    device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    if isinstance(device_class, str) and state.domain == "sensor":
        return ValueKind.NUMBER if device_class in _NUMBER_CLASSES else ValueKind.TEXT
    return ValueKind.TEXT


def unit_of(state: State) -> str | None:
    """Return the unit of an entity's values, None if it has none."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    return unit if isinstance(unit, str) and unit else None


def value_of(state: State) -> ExportValue | None:
    """Return the value of an entity.

    Returns:
        None where there is none: unavailable, unknown, empty, not a finite number, not
        what the entity's kind is, or a text that no file and no service can hold.
    """
    text = state.state.strip()
    if not text or text in _NO_VALUES:
        return None
    if state.domain in SWITCH_DOMAINS:
        return _SWITCH_VALUES.get(text)
    if kind_of(state) is ValueKind.NUMBER:
        return _number(text)
    return state.state if _is_unicode(text) else None


def convert(reading: Reading, target: ExportTarget) -> ExportValue:
    """Return a reading's value as a service wants it.

    Args:
        reading: The value and its unit.
        target: The kind and the unit that are wanted.

    Raises:
        NotConvertibleError: A text is no number, or there is no way from unit to unit.
    """
    value = reading.value
    if isinstance(value, str) and target.kind is ValueKind.NUMBER:
        raise NotConvertibleError("a text, where the service wants a number")
    if not isinstance(value, str) and target.unit is not None:
        value = _in_unit(value, reading.unit, target.unit)
    if isinstance(value, str) or target.kind is ValueKind.NUMBER:
        return value
    return str(int(value)) if value.is_integer() else str(value)


def is_convertible(unit: str | None, wanted: str | None) -> bool:
    """Return whether there is a way from unit to unit; None is a number without any."""
    old, new = _spelt(unit), _spelt(wanted)
    return old == new or _converter(old, new) is not None


def _number(text: str) -> float | None:
    """Return a text as a finite number; Python's digit groups (1_000) are none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def _is_unicode(text: str) -> bool:
    """Return whether a text can be written; half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_unit(value: float, unit: str | None, wanted: str) -> float:
    """Return a number in another unit, without the noise of the calculation."""
    old, new = _spelt(unit), _spelt(wanted)
    if old == new:
        return value
    if (converter := _converter(old, new)) is None:
        raise NotConvertibleError(f"no way from unit {unit or '(none)'} to {wanted}")
    return _converted(converter, value, old, new)


def _spelt(unit: str | None) -> str | None:
    """Return a unit as Home Assistant's own tables spell it.

    Both letters stand for micro; the tables know the second.
    """
    return unit and unit.replace("\u00b5", "\u03bc")


def _converter(
    old: str | None, new: str | None
) -> type[units.BaseUnitConverter] | None:
    for converter in _CONVERTERS:
        if old in converter.VALID_UNITS and new in converter.VALID_UNITS:
            return converter
    return None


def _converted(
    converter: type[units.BaseUnitConverter],
    value: float,
    unit: str | None,
    wanted: str | None,
) -> float:
    try:
        result = float(f"{converter.convert(value, unit, wanted):.12g}")
    except ArithmeticError:
        result = math.inf
    if not math.isfinite(result):
        raise NotConvertibleError(f"out of range in unit {wanted}")
    return result
