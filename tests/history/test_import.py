"""Import of past data: hours, ranges and errors, read back from a real recorder."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, override
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.history.importer import Sample
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .rig import (
    HOUR_0,
    NOW,
    Meter,
    add_meter,
    at,
    metadata,
    samples,
    store_means,
    stored,
)


@pytest.fixture(autouse=True)
def now(freezer: FrozenDateTimeFactory) -> datetime:
    """The time of the tests; threads of the recorder see it as well."""
    freezer.move_to(NOW)
    return NOW


async def test_hours(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Each hour with readings has their mean, the lowest and the highest one."""
    past = {0: 10.0, 0.5: 13.0, 0.99: 7.0, 1: 4.0, 3.2: 1.5}
    meter = await add_meter(hass, Meter(samples(past)))

    result = await meter.async_import_statistics(at(0), at(4))

    assert result == {"readings": 5, "hours": 3}
    assert await stored(hass, "mean", "min", "max") == {
        0: (10.0, 7.0, 13.0),
        1: (4.0, 4.0, 4.0),
        3: (1.5, 1.5, 1.5),
    }
    kind = await metadata(hass)
    assert kind is not None
    assert kind["mean_type"] is StatisticMeanType.ARITHMETIC
    assert not kind["has_sum"]
    assert kind["name"] is None
    assert kind["source"] == "recorder"


async def test_readings_in_any_order(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """What comes out of order, in another time zone or as no number makes no harm."""
    tokyo = ZoneInfo("Asia/Tokyo")
    past = [
        Sample(at(1.5), 2.0),
        Sample(at(0.5).astimezone(tokyo), 8.0),
        Sample(at(1.2), 4.0),
        Sample(at(1.3), float("nan")),
        Sample(at(0.3), float("-inf")),
        Sample(at(-0.1), 99.0),
        Sample(at(2), 99.0),
    ]
    meter = await add_meter(hass, Meter(past))

    result = await meter.async_import_statistics(at(0), at(2))

    assert result == {"readings": 3, "hours": 2}
    assert await stored(hass, "mean") == {0: 8.0, 1: 3.0}


async def test_angles(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """The mean of directions around north is north."""
    meter = await add_meter(
        hass,
        Meter(
            samples({0: 350.0, 0.5: 10.0, 1: 90.0}),
            state_class=SensorStateClass.MEASUREMENT_ANGLE,
        ),
    )

    await meter.async_import_statistics(at(0), at(2))

    means = await stored(hass, "mean", "min", "max")
    # North may be 0 as well as 360.
    assert (means[0][0] + 180) % 360 == pytest.approx(180)
    assert means[1][0] == pytest.approx(90)
    assert means[0][1:] == (None, None)
    kind = await metadata(hass)
    assert kind is not None
    assert kind["mean_type"] is StatisticMeanType.CIRCULAR


async def test_again(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """A repeated import changes nothing, one with other readings replaces theirs."""
    meter = await add_meter(hass, Meter(samples({0: 10.0, 1: 20.0, 2: 30.0})))
    await meter.async_import_statistics(at(0), at(3))
    first = await stored(hass, "mean", "min", "max")

    await meter.async_import_statistics(at(0), at(3))
    assert await stored(hass, "mean", "min", "max") == first

    meter.past = samples({1: 21.0})
    await meter.async_import_statistics(at(0), at(3))
    assert await stored(hass, "mean") == {0: 10.0, 1: 21.0, 2: 30.0}


async def test_rows_around_stay(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Rows before and after the range, and in hours without readings, stay."""
    await store_means(hass, {-1: 1.0, 0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0})
    meter = await add_meter(hass, Meter(samples({0.5: 5.0, 2.5: 5.0, 3.5: 5.0})))

    await meter.async_import_statistics(at(0), at(3))

    assert await stored(hass, "mean") == {-1: 1.0, 0: 5.0, 1: 1.0, 2: 5.0, 3: 1.0}


async def test_no_readings(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Without readings the recorder does not even learn of the entity."""
    for state_class in SensorStateClass:
        meter = Meter([], state_class=state_class)
        await add_meter(hass, meter)
        result = await meter.async_import_statistics(at(0), at(3))
        assert result == {"readings": 0, "hours": 0}
        assert await metadata(hass) is None
        await meter.async_remove()


@pytest.mark.parametrize(
    ("start", "end", "asked"),
    [
        (at(0.7), at(3.9), (at(0), at(3))),
        (at(0), at(3), (at(0), at(3))),
        (at(0), None, (at(0), datetime(2026, 10, 20, 12, tzinfo=UTC))),
        (at(0), NOW + timedelta(days=1), (at(0), NOW.replace(minute=0))),
        (at(0), NOW + timedelta(days=30_000), (at(0), NOW.replace(minute=0))),
        (
            at(0),
            datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-8))),
            (at(0), NOW.replace(minute=0)),
        ),
        (at(0), NOW - timedelta(minutes=34), (at(0), NOW.replace(minute=0))),
    ],
    ids=[
        "inside hours",
        "whole hours",
        "open",
        "into the future",
        "far into the future",
        "end of the calendar",
        "last hour",
    ],
)
async def test_range(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    start: datetime,
    end: datetime | None,
    asked: tuple[datetime, datetime],
) -> None:
    """Ranges are of full hours, and end before the one that goes on."""
    meter = await add_meter(hass, Meter([]))
    await meter.async_import_statistics(start, end)
    assert meter.asked == [asked]


@pytest.mark.parametrize(
    ("minute", "last_hour"), [(0, 10), (9, 10), (10, 11), (59, 11)]
)
async def test_hour_that_is_compiled(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    minute: int,
    last_hour: int,
) -> None:
    """An hour is left to Home Assistant until ten minutes after its end."""
    freezer.move_to(NOW.replace(minute=minute))
    meter = await add_meter(hass, Meter([]))
    await meter.async_import_statistics(at(0))
    assert meter.asked[0][1] == NOW.replace(hour=last_hour + 1, minute=0)


@pytest.mark.parametrize(
    ("zone", "start", "end", "asked"),
    [
        (
            "Asia/Kolkata",
            datetime(2026, 10, 1),
            datetime(2026, 10, 2),
            # Half past six in the evening: the hours of the recorder are those of UTC.
            (
                datetime(2026, 9, 30, 18, tzinfo=UTC),
                datetime(2026, 10, 1, 18, tzinfo=UTC),
            ),
        ),
        (
            # The clock goes forward: a day of 23 hours.
            "Europe/Berlin",
            datetime(2026, 3, 29),
            datetime(2026, 3, 30),
            (
                datetime(2026, 3, 28, 23, tzinfo=UTC),
                datetime(2026, 3, 29, 22, tzinfo=UTC),
            ),
        ),
        (
            # And back: one of 25.
            "Europe/Berlin",
            datetime(2025, 10, 26),
            datetime(2025, 10, 27),
            (
                datetime(2025, 10, 25, 22, tzinfo=UTC),
                datetime(2025, 10, 26, 23, tzinfo=UTC),
            ),
        ),
    ],
    ids=["half hours", "23 hours", "25 hours"],
)
async def test_time_zones(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    zone: str,
    start: datetime,
    end: datetime,
    asked: tuple[datetime, datetime],
) -> None:
    """Times without a zone are in Home Assistant's own, hours are those of UTC."""
    await hass.config.async_set_time_zone(zone)
    hours = int((asked[1] - asked[0]) / timedelta(hours=1))
    past = [Sample(asked[0] + timedelta(hours=one), one) for one in range(hours)]
    meter = await add_meter(hass, Meter(past))

    result = await meter.async_import_statistics(start, end)

    assert meter.asked == [asked]
    assert result == {"readings": hours, "hours": hours}
    first = (asked[0] - HOUR_0) / timedelta(hours=1)
    assert await stored(hass, "mean") == {first + one: one for one in range(hours)}


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (NOW + timedelta(minutes=1), None, "history_start_in_future"),
        (at(2), at(2), "history_start_not_before_end"),
        (at(2), at(1), "history_start_not_before_end"),
        (NOW - timedelta(days=3661), None, "history_range_too_long"),
        (
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
            None,
            "history_range_too_long",
        ),
        (at(0.2), at(0.8), "history_no_full_hour"),
        (NOW - timedelta(minutes=20), None, "history_no_full_hour"),
    ],
    ids=[
        "future",
        "no time",
        "backwards",
        "too long",
        "beginning of the calendar",
        "within an hour",
        "just now",
    ],
)
async def test_wrong_range(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    start: datetime,
    end: datetime | None,
    key: str,
) -> None:
    """A range that cannot be imported is refused before anything is read."""
    meter = await add_meter(hass, Meter(samples({0: 1.0})))
    with pytest.raises(ServiceValidationError) as raised:
        await meter.async_import_statistics(start, end)
    assert raised.value.translation_key == key
    assert meter.asked == []


async def test_no_state_class(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """An entity without statistics has none to import."""
    meter = await add_meter(hass, Meter(samples({0: 1.0}), state_class=None))
    with pytest.raises(ServiceValidationError) as raised:
        await meter.async_import_statistics(at(0), at(1))
    assert raised.value.translation_key == "history_no_state_class"
    assert raised.value.translation_placeholders == {"name": "Meter"}


async def test_no_recorder(hass: HomeAssistant) -> None:
    """Home Assistant may run without a recorder."""
    meter = await add_meter(hass, Meter(samples({0: 1.0})))
    with pytest.raises(ServiceValidationError) as raised:
        await meter.async_import_statistics(at(0), at(1))
    assert raised.value.translation_key == "history_no_recorder"


@pytest.mark.parametrize(
    ("state_class", "old"),
    [
        (SensorStateClass.MEASUREMENT, StatisticMeanType.CIRCULAR),
        (SensorStateClass.MEASUREMENT_ANGLE, StatisticMeanType.ARITHMETIC),
    ],
)
async def test_another_kind_of_mean(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    state_class: SensorStateClass,
    old: StatisticMeanType,
) -> None:
    """Angles are not mixed with other values; the recorder would not either."""
    await store_means(hass, {0: 1.0}, mean_type=old)
    meter = await add_meter(hass, Meter(samples({0: 7.0}), state_class=state_class))
    with pytest.raises(ServiceValidationError) as raised:
        await meter.async_import_statistics(at(0), at(1))
    assert raised.value.translation_key == "history_other_mean"
    assert await stored(hass, "mean") == {0: 1.0}


async def test_service_does_not_answer(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """What the bridge raises is what the user is told."""

    class Silent(Meter):
        @override
        async def async_read_history(
            self, start: datetime, end: datetime
        ) -> Iterable[Sample]:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="any")

    meter = await add_meter(hass, Silent([]))
    with pytest.raises(HomeAssistantError) as raised:
        await meter.async_import_statistics(at(0), at(1))
    assert raised.value.translation_key == "any"


async def test_entity_whose_state_is_gone(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """An error names the entity by its id where there is no other name."""
    meter = await add_meter(hass, Meter([], state_class=None))
    hass.states.async_remove(meter.entity_id)
    with pytest.raises(ServiceValidationError) as raised:
        await meter.async_import_statistics(at(0), at(1))
    assert raised.value.translation_placeholders == {"name": "sensor.meter"}


async def test_the_recorder_is_done(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """The rows are there when the import ends, without waiting any further."""
    meter = await add_meter(hass, Meter(samples(dict.fromkeys(range(400), 1.0))))
    await meter.async_import_statistics(at(0), at(400))
    assert len(await stored(hass, "mean")) == 400


async def test_several_at_once(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Imports of the same entity at the same time do not disturb each other."""
    past = samples({one / 2: float(one) for one in range(48)})
    meter = await add_meter(hass, Meter(past, state_class=SensorStateClass.TOTAL))
    ranges = [(at(0), at(12)), (at(12), at(24)), (at(6), at(18)), (at(0), at(24))]
    results: list[Any] = await asyncio.gather(
        *(meter.async_import_statistics(start, end) for start, end in ranges)
    )
    assert [one["hours"] for one in results] == [12, 12, 12, 24]
    sums = await stored(hass, "sum")
    steps = {sums[one + 1] - sums[one] for one in range(23)}
    assert steps == {2.0}
