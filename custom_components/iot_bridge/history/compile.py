"""Makes what the recorder imports, of past readings and what is stored already.

All of it reads the database, and thus runs in a thread of the recorder's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from homeassistant.components.recorder import DOMAIN as RECORDER_DOMAIN
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    StatisticsRow,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant

from .statistics import (
    Growth,
    Sample,
    angle_rows,
    choose_anchors,
    increasing_growth,
    mean_rows,
    sum_rows,
    total_growth,
    usable,
)
from .units import StatisticsUnit, find_unit

_BEGINNING: Final = datetime.fromtimestamp(0, UTC)

_MEAN_TYPES: Final = {
    SensorStateClass.MEASUREMENT: StatisticMeanType.ARITHMETIC,
    SensorStateClass.MEASUREMENT_ANGLE: StatisticMeanType.CIRCULAR,
}
_GROWTHS: Final[dict[SensorStateClass, Growth]] = {
    SensorStateClass.TOTAL: total_growth,
    SensorStateClass.TOTAL_INCREASING: increasing_growth,
}


class OtherMeanError(Exception):
    """The stored statistics are means of angles and the entity is not, or vice versa."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The entity that readings are imported for, as it is now.

    Attributes:
        entity_id: The entity's id, which is also that of its statistics.
        state_class: What its values are.
        device_class: Likewise.
        native_unit: The unit of the readings.
        shown_unit: The unit of its state.
        value: Its value now, in the native unit; None if it has none.
    """

    entity_id: str
    state_class: SensorStateClass
    device_class: str | None
    native_unit: str | None
    shown_unit: str | None
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What is to be imported.

    Attributes:
        readings: The number of readings that counted.
        rows: The hours made of them.
        metadata: What these rows are.
    """

    readings: int
    rows: list[StatisticData]
    metadata: StatisticMetaData


def compile_history(
    hass: HomeAssistant,
    target: Target,
    samples: Iterable[Sample],
    start: datetime,
    end: datetime,
) -> Compilation:
    """Make hours of past readings.

    Args:
        hass: Home Assistant, with a recorder.
        target: The entity.
        samples: Its readings, in its native unit.
        start: The beginning of the first hour.
        end: The end of the last one.

    Raises:
        OtherMeanError: The statistics that are there are of another kind.
        UnitsDifferError: The readings cannot be converted to their unit.
    """
    stored = get_metadata(hass, statistic_ids={target.entity_id})
    old = stored[target.entity_id][1] if target.entity_id in stored else None
    mean_type = _MEAN_TYPES.get(target.state_class, StatisticMeanType.NONE)
    if old is not None and {mean_type, old["mean_type"]} >= set(_MEAN_TYPES.values()):
        raise OtherMeanError
    unit = find_unit(
        device_class=target.device_class,
        native=target.native_unit,
        shown=target.shown_unit,
        old=old,
    )
    chosen = usable(samples, start, end, unit.convert)
    match target.state_class:
        case SensorStateClass.MEASUREMENT:
            rows = mean_rows(chosen)
        case SensorStateClass.MEASUREMENT_ANGLE:
            rows = angle_rows(chosen)
        case SensorStateClass.TOTAL_INCREASING:
            # The recorder passes over these, too.
            chosen = [sample for sample in chosen if sample.value >= 0]
            rows = _sums(hass, target, chosen, unit)
        case _:
            rows = _sums(hass, target, chosen, unit)
    return Compilation(
        readings=len(chosen),
        rows=rows,
        metadata=StatisticMetaData(
            mean_type=mean_type,
            has_sum=target.state_class in _GROWTHS,
            name=None,
            source=RECORDER_DOMAIN,
            statistic_id=target.entity_id,
            unit_class=unit.unit_class,
            unit_of_measurement=unit.name,
        ),
    )


def _sums(
    hass: HomeAssistant, target: Target, samples: Sequence[Sample], unit: StatisticsUnit
) -> list[StatisticData]:
    """Return the rows of a counter, with sums that fit what is stored."""
    if not samples:
        return []
    anchors = choose_anchors(
        samples,
        _stored(hass, target.entity_id, "hour", unit),
        _stored(hass, target.entity_id, "5minute", unit),
        None if target.value is None else unit.convert(target.value),
    )
    return sum_rows(samples, anchors, _GROWTHS[target.state_class])


def _stored(
    hass: HomeAssistant,
    entity_id: str,
    period: Literal["hour", "5minute"],
    unit: StatisticsUnit,
) -> list[StatisticsRow]:
    """Return all stored rows of a counter, by time, in the unit they are stored in."""
    # Without these they would come in the unit that the user has chosen for display.
    units: dict[str, str] = {}
    if unit.name is not None:
        general = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit.name)
        classes = (unit.unit_class, None if general is None else general.UNIT_CLASS)
        units = {one: unit.name for one in classes if one is not None}
    rows = statistics_during_period(
        hass, _BEGINNING, None, {entity_id}, period, units, {"state", "sum"}
    )
    return rows.get(entity_id, [])
