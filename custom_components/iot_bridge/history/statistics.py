"""Makes hours of statistics of past readings: arithmetic only, no database.

What a row of statistics holds is the recorder's own rule, found in Home Assistant's
`components/sensor/recorder.py`: mean, lowest and highest value for measurements, the
circular mean for angles, and for counters the state and a sum that goes on over resets.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import fsum, isfinite
from operator import attrgetter
from typing import Final

from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import (
    StatisticsRow,
    weighted_circular_mean,
)
from homeassistant.util import dt as dt_util

HOUR: Final = timedelta(hours=1)

# A counter that falls by more than a tenth was reset, as the recorder sees it; a
# smaller fall is taken for a correction.
_RESET_BELOW: Final = 0.9


@dataclass(frozen=True, slots=True)
class Sample:
    """One past reading.

    Attributes:
        time: When, with a time zone.
        value: In the entity's native unit.
    """

    time: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the recorder has already counted up to a moment.

    Attributes:
        time: The moment.
        value: The counter then, in the statistics' unit; None where it is not known.
        total: The sum then, in the same unit.
    """

    time: datetime
    value: float | None
    total: float


type Growth = Callable[[float | None, float | None], float]


def full_hour(moment: datetime) -> datetime:
    """Return the beginning of the hour, as the recorder's hours begin: in UTC.

    Args:
        moment: With a time zone; one of half hours makes a difference.
    """
    return dt_util.as_utc(moment).replace(minute=0, second=0, microsecond=0)


def usable(
    samples: Iterable[Sample],
    start: datetime,
    end: datetime,
    convert: Callable[[float], float],
) -> list[Sample]:
    """Return the samples of a period by time, in UTC and in the statistics' unit.

    Args:
        samples: In any order; what is no finite number is left out.
        start: The first moment of the period.
        end: The first moment after it.
        convert: From the entity's unit to that of its statistics.
    """
    chosen = [
        Sample(dt_util.as_utc(sample.time), convert(sample.value))
        for sample in samples
        if start <= sample.time < end and isfinite(sample.value)
    ]
    return sorted(chosen, key=attrgetter("time"))


def _hours(samples: Sequence[Sample]) -> Iterator[tuple[datetime, list[float]]]:
    """Yield each hour that has samples, with their values."""
    for hour, group in groupby(samples, lambda sample: full_hour(sample.time)):
        yield hour, [sample.value for sample in group]


def mean_rows(samples: Sequence[Sample]) -> list[StatisticData]:
    """Return a row for each hour: mean, lowest and highest value.

    Args:
        samples: By time.
    """
    return [
        StatisticData(
            start=hour,
            mean=fsum(values) / len(values),
            min=min(values),
            max=max(values),
        )
        for hour, values in _hours(samples)
    ]


def angle_rows(samples: Sequence[Sample]) -> list[StatisticData]:
    """Return a row for each hour: the circular mean.

    The weights of an hour's readings add up to its seconds, as the recorder's do.

    Args:
        samples: By time, in degrees.
    """
    rows: list[StatisticData] = []
    for hour, values in _hours(samples):
        weight = HOUR.total_seconds() / len(values)
        mean, mean_weight = weighted_circular_mean((one, weight) for one in values)
        rows.append(StatisticData(start=hour, mean=mean, mean_weight=mean_weight))
    return rows


def total_growth(before: float | None, after: float | None) -> float:
    """Return how much a counter that may fall has grown; 0 where it is not known."""
    return 0.0 if before is None or after is None else after - before


def increasing_growth(before: float | None, after: float | None) -> float:
    """Return how much a counter has grown that falls only when it starts anew.

    0 where it is not known.
    """
    if before is None or after is None:
        return 0.0
    return after if after < _RESET_BELOW * before else after - before


def sum_rows(
    samples: Sequence[Sample], anchors: Sequence[Anchor], growth: Growth
) -> list[StatisticData]:
    """Return a row for each hour: the counter's last state, and the sum up to it.

    Sums before an anchor lead up to it, those after the last one go on from it.

    Args:
        samples: By time, in the statistics' unit.
        anchors: What is already counted, at least once; in any order.
        growth: The counter's own rule of how much it grew between two values.
    """
    # A sample at the moment of an anchor belongs to the hour after it.
    points: list[Anchor | Sample] = sorted([*anchors, *samples], key=attrgetter("time"))
    last = max(index for index, point in enumerate(points) if isinstance(point, Anchor))
    totals = [0.0] * len(points)
    for index in range(last, -1, -1):
        point = points[index]
        if isinstance(point, Anchor):
            totals[index] = point.total
        else:
            step = growth(point.value, points[index + 1].value)
            totals[index] = totals[index + 1] - step
    for index in range(last + 1, len(points)):
        step = growth(points[index - 1].value, points[index].value)
        totals[index] = totals[index - 1] + step
    rows: dict[datetime, StatisticData] = {}
    for point, total in zip(points, totals, strict=True):
        if isinstance(point, Sample):
            hour = full_hour(point.time)
            rows[hour] = StatisticData(start=hour, state=point.value, sum=total)
    return list(rows.values())


def _anchors_of(rows: Iterable[StatisticsRow]) -> list[Anchor]:
    """Return what stored rows have counted, by time."""
    return [
        Anchor(dt_util.utc_from_timestamp(row["end"]), row.get("state"), total)
        for row in rows
        if (total := row.get("sum")) is not None
    ]


def choose_anchors(
    samples: Sequence[Sample],
    hourly: Collection[StatisticsRow],
    short_term: Collection[StatisticsRow],
    present: float | None,
) -> list[Anchor]:
    """Return where the sums of an import have to fit.

    These are the stored hours that the import leaves as they are, and the recorder's
    five-minute rows, of which it goes on counting: the first one after the import, or
    the newest one if all are older. If nothing at all is stored, the recorder will
    begin with 0 at the entity's present value; so the sums lead up to 0 there, or at
    the last sample if there is no such value.

    Args:
        samples: By time, at least one.
        hourly: All stored hours of the entity, by time.
        short_term: All its five-minute rows, by time.
        present: The entity's value now.
    """
    hours = {full_hour(sample.time).timestamp() for sample in samples}
    begin = full_hour(samples[0].time)
    end = full_hour(samples[-1].time) + HOUR
    anchors = _anchors_of(row for row in hourly if row["start"] not in hours)
    recent = _anchors_of(short_term)
    anchors += [one for one in recent if one.time > end][:1]
    if not any(one.time > end for one in anchors):
        anchors += [one for one in recent if one.time > begin][-1:]
    # An import that is repeated finds the sums of the first one.
    anchors = anchors or _anchors_of(hourly)[-1:]
    value = samples[-1].value if present is None else present
    return anchors or [Anchor(end, value, 0.0)]
