"""A sensor with a past of its own, and the recorder's view of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, override

from pytest_homeassistant_custom_component.common import MockEntityPlatform
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.history.importer import HistoryEntity, Sample
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.core import HomeAssistant

ENTITY_ID = "sensor.meter"

# The hour that the tests are about, long after it.
HOUR_0 = datetime(2026, 10, 1, 6, tzinfo=UTC)
NOW = datetime(2026, 10, 20, 12, 34, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return a moment, in hours after the first one of the tests."""
    return HOUR_0 + timedelta(hours=hours)


def samples(values: Mapping[int, float] | Mapping[float, float]) -> list[Sample]:
    """Return readings by the hour they are of."""
    return [Sample(at(hours), value) for hours, value in values.items()]


class Meter(HistoryEntity):
    """A sensor whose past is given; it notes what it was asked for."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_unique_id = "meter"
    _attr_name = "Meter"

    def __init__(
        self,
        past: Iterable[Sample],
        *,
        state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT,
        unit: str | None = None,
        device_class: SensorDeviceClass | None = None,
        value: Any = None,
    ) -> None:
        """Make it up."""
        self.entity_id = ENTITY_ID
        self.past = list(past)
        self.asked: list[tuple[datetime, datetime]] = []
        self._attr_state_class = state_class
        self._attr_native_unit_of_measurement = unit
        self._attr_device_class = device_class
        self.value: Any = value

    @property
    @override
    def native_value(self) -> Any:
        return self.value

    def show(self, value: Any) -> None:
        """Take a new value."""
        self.value = value
        self.async_write_ha_state()

    @override
    async def async_read_history(
        self, start: datetime, end: datetime
    ) -> Iterable[Sample]:
        self.asked.append((start, end))
        return self.past


async def add_meter(hass: HomeAssistant, meter: Meter) -> Meter:
    """Add a meter to Home Assistant."""
    platform = MockEntityPlatform(hass, domain="sensor", platform_name=DOMAIN)
    await platform.async_add_entities([meter])
    await hass.async_block_till_done()
    return meter


async def stored(
    hass: HomeAssistant, *types: str, units: dict[str, str] | None = None
) -> dict[float, Any]:
    """Return what the recorder has, by hours after the first one of the tests.

    Args:
        hass: Home Assistant.
        types: What of the rows; with a single one there is its value alone.
        units: Unit by the class of units, or in the unit that the entity shows.
    """
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        at(-100_000),
        None,
        {ENTITY_ID},
        "hour",
        units,
        set(types),
    )
    found: dict[float, Any] = {}
    for row in rows.get(ENTITY_ID, []):
        values: Any = tuple(dict(row).get(one) for one in types)
        hours = (row["start"] - HOUR_0.timestamp()) / 3600
        found[hours] = values if len(types) > 1 else values[0]
    return found


async def metadata(hass: HomeAssistant) -> StatisticMetaData | None:
    """Return what the recorder knows of the meter's statistics, None for nothing."""
    found = await get_instance(hass).async_add_executor_job(
        lambda: get_metadata(hass, statistic_ids={ENTITY_ID})
    )
    return found[ENTITY_ID][1] if ENTITY_ID in found else None


def _kind(
    *,
    unit: str | None = None,
    unit_class: str | None = None,
    mean_type: StatisticMeanType = StatisticMeanType.NONE,
) -> StatisticMetaData:
    return StatisticMetaData(
        mean_type=mean_type,
        has_sum=mean_type is StatisticMeanType.NONE,
        name=None,
        source="recorder",
        statistic_id=ENTITY_ID,
        unit_class=unit_class,
        unit_of_measurement=unit,
    )


async def store_means(
    hass: HomeAssistant,
    values: Mapping[int, float],
    *,
    mean_type: StatisticMeanType = StatisticMeanType.ARITHMETIC,
    unit: str | None = None,
    unit_class: str | None = None,
) -> None:
    """Let the recorder have means by hour already."""
    rows = [
        StatisticData(start=at(hour), mean=value, min=value, max=value)
        for hour, value in values.items()
    ]
    kind = _kind(mean_type=mean_type, unit=unit, unit_class=unit_class)
    async_import_statistics(hass, kind, rows)
    await async_wait_recording_done(hass)


async def store_sums(
    hass: HomeAssistant,
    values: Mapping[int, tuple[float | None, float | None]],
    *,
    unit: str | None = None,
    unit_class: str | None = None,
) -> None:
    """Let the recorder have states and sums by hour already."""
    async_import_statistics(
        hass, _kind(unit=unit, unit_class=unit_class), _sums(values)
    )
    await async_wait_recording_done(hass)


async def store_short_term(
    hass: HomeAssistant, values: Mapping[float, tuple[float, float]]
) -> None:
    """Let the recorder have states and sums of five minutes already."""
    get_instance(hass).async_import_statistics(
        _kind(), _sums(values), StatisticsShortTerm
    )
    await async_wait_recording_done(hass)


def _sums(
    values: Mapping[Any, tuple[float | None, float | None]],
) -> list[StatisticData]:
    # The recorder takes None as well, for which its types have no place.
    made: list[Any] = [
        {"start": at(hours), "state": state, "sum": total}
        for hours, (state, total) in values.items()
    ]
    return made
