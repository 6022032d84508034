"""Units as Thing+ servers spell them, and what they are to Home Assistant."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
import unicodedata

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS
from homeassistant.const import DEGREE, UnitOfTemperature, UnitOfVolumetricFlux

from .sensor_kinds import NUMBER_KINDS

_OTHER_SPELLINGS: Final = (
    ("deg", DEGREE),
    ("degree", DEGREE),
    ("C", UnitOfTemperature.CELSIUS),
    ("degC", UnitOfTemperature.CELSIUS),
    ("F", UnitOfTemperature.FAHRENHEIT),
    ("degF", UnitOfTemperature.FAHRENHEIT),
    ("mm/hr", UnitOfVolumetricFlux.MILLIMETERS_PER_HOUR),
)
# Classes that a unit alone tells, for types that are in no table. Energy is not among
# them: whether it is a meter's, a unit does not tell.
_TOLD_BY_UNIT: Final = (
    SensorDeviceClass.TEMPERATURE,
    SensorDeviceClass.ILLUMINANCE,
    SensorDeviceClass.POWER,
    SensorDeviceClass.VOLTAGE,
    SensorDeviceClass.CURRENT,
    SensorDeviceClass.FREQUENCY,
    SensorDeviceClass.PRESSURE,
)


def _plain(unit: str) -> str:
    """Return a unit in the letters of a keyboard.

    There are two letters for micro, and in Korea one for each of "℃", "㎥" and "㎾".
    """
    letters = unicodedata.normalize("NFKC", unit.replace("º", DEGREE))
    return "".join(letters.split()).replace("^", "").replace("\u03bc", "u")


def _spellings() -> Iterator[tuple[str, str]]:
    yield from _OTHER_SPELLINGS
    for kind in NUMBER_KINDS.values():
        if kind.unit is not None and kind.factor == 1:
            yield kind.unit, kind.unit
            if kind.service_unit is not None:
                yield kind.service_unit, kind.unit
    for units in DEVICE_CLASS_UNITS.values():
        for unit in map(str, filter(None, units)):
            yield unit, unit


def _in_any_case(units: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return units by their letters, without those whose case counts: "mV" and "MV"."""
    found: dict[str, set[str]] = {}
    for plain, unit in units:
        found.setdefault(plain.casefold(), set()).add(unit)
    return {plain: one for plain, (one, *more) in found.items() if not more}


_UNITS: Final[Mapping[str, str]] = {
    _plain(spelling): unit for spelling, unit in _spellings()
}
_UNITS_IN_ANY_CASE: Final[Mapping[str, str]] = _in_any_case(_UNITS.items())
_CLASSES: Final[Mapping[str, SensorDeviceClass]] = {
    str(unit): device_class
    for device_class in _TOLD_BY_UNIT
    for unit in DEVICE_CLASS_UNITS[device_class]
}


def is_same_unit(unit: str, other: str | None) -> bool:
    """Return whether two spellings of the service mean the same."""
    return other is not None and _plain(unit).casefold() == _plain(other).casefold()


def unit_of(spelling: str) -> str:
    """Return Home Assistant's unit, or the server's own where there is none.

    Args:
        spelling: As a server spells it.
    """
    plain = _plain(spelling)
    return _UNITS.get(plain) or _UNITS_IN_ANY_CASE.get(plain.casefold(), spelling)


def class_of(spelling: str | None) -> SensorDeviceClass | None:
    """Return what numbers in a unit measure, None where the unit does not tell.

    Args:
        spelling: As a server spells it, None for none.
    """
    return None if spelling is None else _CLASSES.get(unit_of(spelling))
