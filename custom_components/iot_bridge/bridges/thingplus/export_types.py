"""Which of Thing+'s types an entity's values are sent as, and how they are written.

The other way round than `sensor_kinds.py`, whose units count here too.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Binary
from homeassistant.components.sensor import SensorDeviceClass as Class
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, PERCENTAGE
from homeassistant.core import HomeAssistant, State, split_entity_id
from homeassistant.helpers import entity_registry as er

from ...export.values import (
    SWITCH_DOMAINS,
    ExportTarget,
    ExportValue,
    ValueKind,
    is_convertible,
    kind_of,
    unit_of,
)
from .client import SensorType
from .measures import measure_of
from .sensor_kinds import NUMBER_KINDS

# By device class, the best one first. Not what only has the same unit: no pressure is
# the tension of soil water, and no sunshine is ultraviolet.
_TYPES_OF_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    Class.BATTERY: ("batteryGauge", "percent"),
    Class.CO: ("co",),
    Class.CO2: ("co2",),
    Class.CONDUCTIVITY: ("conductivity",),
    Class.CURRENT: ("current",),
    Class.DISTANCE: ("distance", "length"),
    Class.DURATION: ("timeDuration",),
    Class.ENERGY: ("electricEnergy", "power"),
    Class.ENERGY_STORAGE: ("electricEnergy", "power"),
    Class.FREQUENCY: ("frequency",),
    Class.HUMIDITY: ("humidity", "percent"),
    Class.ILLUMINANCE: ("light",),
    Class.MOISTURE: ("percent",),
    Class.NITROGEN_DIOXIDE: ("no2",),
    Class.OZONE: ("o3",),
    Class.PH: ("ph",),
    Class.PM1: ("dust",),
    Class.PM10: ("dust",),
    Class.PM25: ("dust",),
    Class.PM4: ("dust",),
    Class.POWER: ("electricPower", "wattage"),
    Class.POWER_FACTOR: ("powerFactor",),
    Class.PRECIPITATION_INTENSITY: ("rain",),
    Class.PRESSURE: ("pressure",),
    Class.ATMOSPHERIC_PRESSURE: ("pressure",),
    Class.SIGNAL_STRENGTH: ("rssi",),
    Class.SOUND_PRESSURE: ("noise",),
    Class.SPEED: ("speed", "sSpeed"),
    Class.TEMPERATURE: ("temperature",),
    Class.VOLATILE_ORGANIC_COMPOUNDS_PARTS: ("voc",),
    Class.VOLTAGE: ("voltage",),
    Class.GAS: ("volume",),
    Class.VOLUME: ("volume",),
    Class.VOLUME_STORAGE: ("volume",),
    Class.WATER: ("volume",),
    Class.WEIGHT: ("weight",),
    Class.WIND_DIRECTION: ("windVane", "rotaryAngle"),
    Class.WIND_SPEED: ("windSpeed", "speed"),
}
# Where there is no class, the unit may tell: first those that have the very unit.
_TYPES_OF_UNITS: Final = ("percent", "light", "rain", "rotaryAngle")
_TYPES_OF_DIMENSIONS: Final = (
    "temperature",
    "electricPower",
    "electricEnergy",
    "current",
    "voltage",
    "frequency",
    "pressure",
    "speed",
    "weight",
    "distance",
    "timeDuration",
    "conductivity",
    "volume",
)
# Whatever the unit is, the number is sent as it is.
_ANY_UNIT: Final = frozenset({"count", "number", "rssi"})
_NUMBER: Final = "number"
_COUNTER_DOMAINS: Final = frozenset({"counter", "todo", "zone"})
_TEXT_TYPES: Final = ("string", "state")

_TYPES_OF_BINARIES: Final[Mapping[str, str]] = {
    Binary.DOOR: "door",
    Binary.GARAGE_DOOR: "door",
    Binary.OPENING: "door",
    Binary.WINDOW: "door",
    Binary.MOTION: "motion",
    Binary.OCCUPANCY: "motion",
    Binary.PRESENCE: "motion",
}
_ON_OFF: Final = "onoff"

_FULL_CIRCLE: Final = 360
# What a service takes as a number is no more exact than that.
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What decides on the type.

    Attributes:
        domain: Of the entity.
        device_class: Of the entity, None if it has none.
        unit: Of its values, None if they have none.
        is_text: Whether they are texts.
    """

    domain: str
    device_class: str | None = None
    unit: str | None = None
    is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportKind:
    """How values are sent.

    Attributes:
        type: The type on Thing+.
        target: What they have to be first.
        divisor: What they are divided by then.
        angles: Those in degrees that there are, none if all are.
    """

    type: str
    target: ExportTarget
    divisor: float = 1
    angles: tuple[str, ...] = ()

    def text(self, value: ExportValue) -> str:
        """Return a value as it is sent: numbers are text too, without noise."""
        if isinstance(value, str):
            return value
        number = value
        if self.angles:
            return min(self.angles, key=lambda angle: _between(float(angle), number))
        if self.divisor != 1:
            number = float(f"{number / self.divisor:.{_DIGITS}g}")
        return number_text(number)


class ExportTypes:
    """The types that a gateway accepts."""

    def __init__(
        self, accepted: Collection[str], known: Mapping[str, SensorType]
    ) -> None:
        """Know them.

        Args:
            accepted: The types that the model of the gateway accepts.
            known: What the server says of types; may be empty.
        """
        self._accepted = accepted
        self._known = known

    def kinds(self, source: Source) -> list[ExportKind]:
        """Return how the values of an entity can be sent, the best way first."""
        names = dict.fromkeys(_candidates(source))
        return [
            kind
            for name in names
            if name in self._accepted
            if (kind := self._kind(name, source)) is not None
        ]

    def _kind(self, name: str, source: Source) -> ExportKind | None:
        """Return how values are sent as a type, None if there is no way."""
        if source.is_text:
            return ExportKind(type=name, target=ExportTarget(kind=ValueKind.TEXT))
        if name in _ANY_UNIT or name not in NUMBER_KINDS:
            return ExportKind(type=name, target=ExportTarget(kind=ValueKind.NUMBER))
        known = self._known.get(name)
        measure = measure_of(name, known, {})
        target = ExportTarget(kind=ValueKind.NUMBER, unit=measure.unit)
        if measure.unit is None:
            # A share of one, or a number that has never had a unit
            is_percentage = source.unit == PERCENTAGE
            if source.unit is not None and not is_percentage:
                return None
            divisor = 100 if is_percentage else 1
            return ExportKind(type=name, target=target, divisor=divisor)
        if source.unit is None or not is_convertible(source.unit, measure.unit):
            return None
        return ExportKind(
            type=name,
            target=target,
            divisor=measure.factor,
            angles=_angles(known) if name == "windVane" else (),
        )


def source_of(hass: HomeAssistant, entity_id: str) -> Source:
    """Return what is known of an entity: by its state, or by the registry."""
    state = hass.states.get(entity_id)
    entity = er.async_get(hass).async_get(entity_id)
    if state is None:
        state = State(entity_id, "unknown", _attributes(entity))
    device_class: object = state.attributes.get(ATTR_DEVICE_CLASS)
    if device_class is None and entity is not None:
        device_class = entity.device_class or entity.original_device_class
    return Source(
        domain=split_entity_id(entity_id)[0],
        device_class=device_class if isinstance(device_class, str) else None,
        unit=unit_of(state),
        is_text=kind_of(state) is ValueKind.TEXT,
    )


def _attributes(entity: er.RegistryEntry | None) -> dict[str, Any]:
    """Return the attributes of a state that an entity will have."""
    if entity is None:
        return {}
    return {
        **(entity.capabilities or {}),
        ATTR_DEVICE_CLASS: entity.device_class or entity.original_device_class,
        ATTR_UNIT_OF_MEASUREMENT: entity.unit_of_measurement,
    }


def number_text(number: float) -> str:
    """Return a number as text: all its digits, no exponent, no needless zeros."""
    text = f"{Decimal(repr(float(number))):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _candidates(source: Source) -> Iterator[str]:
    if source.is_text:
        yield from _TEXT_TYPES
        return
    if source.domain in SWITCH_DOMAINS:
        if source.domain == "binary_sensor" and source.device_class is not None:
            if (name := _TYPES_OF_BINARIES.get(source.device_class)) is not None:
                yield name
        yield _ON_OFF
        yield _NUMBER
        return
    if source.device_class is not None:
        yield from _TYPES_OF_CLASSES.get(source.device_class, ())
    elif source.unit is not None:
        yield from (
            name for name in _TYPES_OF_UNITS if NUMBER_KINDS[name].unit == source.unit
        )
        yield from (
            name
            for name in _TYPES_OF_DIMENSIONS
            if is_convertible(source.unit, NUMBER_KINDS[name].unit)
        )
    elif source.domain in _COUNTER_DOMAINS:
        yield "count"
    yield _NUMBER


def _angles(known: SensorType | None) -> tuple[str, ...]:
    """Return the directions that a wind vane has, in degrees."""
    values = () if known is None else known.values
    try:
        angles = [float(value) for value in values]
    except ValueError:
        return ()
    return values if all(0 <= angle <= _FULL_CIRCLE for angle in angles) else ()


def _between(angle: float, other: float) -> float:
    """Return the degrees from one direction to another, on the shorter way."""
    apart = abs(angle - other) % _FULL_CIRCLE
    return min(apart, _FULL_CIRCLE - apart)
