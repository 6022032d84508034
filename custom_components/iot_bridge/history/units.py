"""In which unit an entity's statistics are, and how its values get there."""

from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    UNIT_CLASS_TO_UNIT_CONVERTER,
)
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.components.sensor.recorder import EQUIVALENT_UNITS
from homeassistant.util.unit_conversion import BaseUnitConverter


class UnitsDifferError(Exception):
    """Values cannot be converted to the unit of the statistics.

    Attributes:
        unit: The unit of the statistics.
    """

    def __init__(self, unit: str | None) -> None:
        """Keep the unit."""
        super().__init__("No way from the entity's unit to that of its statistics")
        self.unit = unit


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsUnit:
    """The unit of an entity's statistics.

    Attributes:
        name: As it is stored; None for mere numbers.
        unit_class: What converts it, by the recorder's name; None if nothing does.
        convert: From the entity's native unit.
    """

    name: str | None
    unit_class: str | None
    convert: Callable[[float], float]


def find_unit(
    *,
    device_class: str | None,
    native: str | None,
    shown: str | None,
    old: StatisticMetaData | None,
) -> StatisticsUnit:
    """Return the unit of an entity's statistics.

    It is that of the statistics that are there; of new ones the one that the entity
    shows, which the recorder would take as well.

    Args:
        device_class: The entity's.
        native: The unit of the values that the entity brings.
        shown: The unit of its state, which the user may have chosen.
        old: What the recorder has of the entity.

    Raises:
        UnitsDifferError: The two units are not of the same kind.
    """
    own = UNIT_CONVERTERS.get(device_class) if device_class else None
    if old is None:
        unit = shown
        general = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
        converter = own if own is not None and unit in own.VALID_UNITS else general
        unit_class = None if converter is None else converter.UNIT_CLASS
    else:
        unit = old["unit_of_measurement"]
        unit_class = old["unit_class"]
        general = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    # A translated unit is shown instead of none.
    values_unit = shown if native is None else native
    ways = (own, UNIT_CLASS_TO_UNIT_CONVERTER.get(unit_class), general)
    return StatisticsUnit(
        name=unit, unit_class=unit_class, convert=_way(values_unit, unit, ways)
    )


def _way(
    source: str | None,
    target: str | None,
    converters: tuple[type[BaseUnitConverter] | None, ...],
) -> Callable[[float], float]:
    """Return how to convert, by the first converter that knows both units."""
    ours = EQUIVALENT_UNITS.get(source, source)
    theirs = EQUIVALENT_UNITS.get(target, target)
    if ours == theirs:
        return float
    for converter in converters:
        if converter is not None and {ours, theirs} <= converter.VALID_UNITS:
            return converter.converter_factory(ours, theirs)
    raise UnitsDifferError(target)
