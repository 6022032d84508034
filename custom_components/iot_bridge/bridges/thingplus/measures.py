"""What a sensor's numbers are: the table of kinds, refined by what the server says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import math
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.components.sensor.const import DEVICE_CLASS_UNITS
from homeassistant.const import DEGREE, EntityCategory

from ...wire.values import as_number
from .client import SensorType
from .const import CONF_DUST, CONF_METERS, DEFAULT_DUST, Dust
from .sensor_kinds import NUMBER_KINDS, NumberKind
from .units import class_of, is_same_unit, unit_of

_DUST_CLASSES: Final[Mapping[Dust, SensorDeviceClass | None]] = {
    Dust.UNKNOWN: None,
    Dust.PM10: SensorDeviceClass.PM10,
    Dust.PM25: SensorDeviceClass.PM25,
}
# What a meter of it is, where that is another class than a mere amount
_METER_CLASSES: Final[Mapping[SensorDeviceClass | None, SensorDeviceClass]] = {
    SensorDeviceClass.VOLUME_STORAGE: SensorDeviceClass.VOLUME,
}
# Digits; more than a float has are a mistake, and a browser shows at most 100.
_MOST_DIGITS: Final = 15
# Nothing is measured that is beyond it, and in another unit it may be infinite.
_GREATEST: Final = 1e30


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a number is.

    Attributes:
        unit: Home Assistant's, or the server's own where that is not known.
        factor: What a number of the server is multiplied by, to be in that unit.
        device_class: None where there is none for it.
        state_class: How it is to be summed up over time.
        precision: Digits after the point that make sense, None where nobody says.
        category: Whether it is about the device itself.
    """

    unit: str | None = None
    factor: float = 1
    device_class: SensorDeviceClass | None = None
    state_class: SensorStateClass = SensorStateClass.MEASUREMENT
    precision: int | None = None
    category: EntityCategory | None = None

    def number(self, value: object) -> float | None:
        """Return a number of the server in the unit.

        Args:
            value: As the server sends it: text.

        Returns:
            None if it is no number.
        """
        number = as_number(value)
        if number is None or abs(number) > _GREATEST:
            return None
        if self.factor == 1:
            return number
        # Without the noise of the calculation
        return float(f"{number * self.factor:.12g}")


def measure_of(
    type_name: str, known: SensorType | None, options: Mapping[str, Any]
) -> Measure:
    """Return what the numbers of a type of sensors are.

    Args:
        type_name: The type.
        known: What the server says of it, None if it says nothing.
        options: Of the config entry: what the user says of it.
    """
    server_unit = None if known is None else known.unit
    kind = NUMBER_KINDS.get(type_name) or NumberKind(device_class=class_of(server_unit))
    measure = _with_unit(kind, server_unit)
    if known is not None and known.decimals is not None:
        # Of a tenth as many digits makes sense what is ten times as much.
        digits = known.decimals - math.floor(math.log10(measure.factor))
        measure = replace(measure, precision=min(max(digits, 0), _MOST_DIGITS))
    if type_name == "dust" and measure.unit == kind.unit:
        dust = Dust(options.get(CONF_DUST, DEFAULT_DUST))
        measure = replace(measure, device_class=_DUST_CLASSES[dust])
    if type_name in options.get(CONF_METERS, ()):
        device_class = measure.device_class
        measure = replace(
            measure,
            device_class=_METER_CLASSES.get(device_class, device_class),
            state_class=SensorStateClass.TOTAL_INCREASING,
        )
    return measure


def _with_unit(kind: NumberKind, server_unit: str | None) -> Measure:
    """Return what a kind's numbers are in the server's unit."""
    if server_unit is None or is_same_unit(server_unit, kind.service_unit):
        unit, factor = kind.unit, kind.factor
    else:
        unit, factor = unit_of(server_unit), 1.0
    is_angle = kind.state_class is SensorStateClass.MEASUREMENT_ANGLE
    return Measure(
        unit=unit,
        factor=factor,
        device_class=kind.device_class if _has_class(kind, unit) else None,
        state_class=(
            SensorStateClass.MEASUREMENT
            if is_angle and unit != DEGREE
            else kind.state_class
        ),
        category=kind.category,
    )


def _has_class(kind: NumberKind, unit: str | None) -> bool:
    """Return whether numbers in a unit can have the device class of a kind."""
    if kind.device_class is None:
        return False
    return unit in DEVICE_CLASS_UNITS.get(kind.device_class, {unit})
