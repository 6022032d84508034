"""Sums of counters, for whatever readings and wherever they have to fit."""

from datetime import timedelta
from itertools import accumulate, pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.iot_bridge.history.statistics import (
    Anchor,
    Growth,
    Sample,
    full_hour,
    increasing_growth,
    sum_rows,
    total_growth,
)

from .rig import HOUR_0

MINUTES = st.integers(min_value=0, max_value=600)
COUNTS = st.integers(min_value=0, max_value=1000)
READINGS = st.dictionaries(MINUTES, COUNTS, min_size=1, max_size=40)


@pytest.mark.parametrize("growth", [total_growth, increasing_growth])
@given(readings=READINGS, place=MINUTES, count=COUNTS, total=COUNTS)
def test_sums(
    growth: Growth, readings: dict[int, int], place: int, count: int, total: int
) -> None:
    """Sums are what one counts from the first reading on, moved to where they fit."""
    anchor = Anchor(HOUR_0 + timedelta(minutes=place), float(count), float(total))
    past = [
        Sample(HOUR_0 + timedelta(minutes=minute), float(readings[minute]))
        for minute in sorted(readings)
    ]
    before = [one for one in past if one.time < anchor.time]
    points: list[Anchor | Sample] = [*before, anchor, *past[len(before) :]]
    steps = [growth(one.value, other.value) for one, other in pairwise(points)]
    counted = list(accumulate(steps, initial=0.0))
    offset = total - counted[len(before)]
    expected = {
        full_hour(point.time): (point.value, step + offset)
        for point, step in zip(points, counted, strict=True)
        if isinstance(point, Sample)
    }
    assert {
        row["start"]: (row["state"], row["sum"])
        for row in sum_rows(past, [anchor], growth)
    } == expected
