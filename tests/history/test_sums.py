"""Import of past data of counters: sums that fit what the recorder has counted."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from homeassistant.components.recorder import Recorder
from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .rig import (
    NOW,
    Meter,
    add_meter,
    at,
    samples,
    store_means,
    store_short_term,
    store_sums,
    stored,
)

TOTAL = SensorStateClass.TOTAL
INCREASING = SensorStateClass.TOTAL_INCREASING


@pytest.fixture(autouse=True)
def now(freezer: FrozenDateTimeFactory) -> None:
    """The time of the tests."""
    freezer.move_to(NOW)


async def import_past(
    hass: HomeAssistant,
    past: Mapping[int, float] | Mapping[float, float],
    *,
    state_class: SensorStateClass = INCREASING,
    value: Any = None,
) -> dict[float, Any]:
    """Import readings of the first day, and return the sums that are stored then."""
    meter = Meter(samples(past), state_class=state_class, value=value)
    await add_meter(hass, meter)
    await meter.async_import_statistics(at(0), at(24))
    await meter.async_remove()
    return await stored(hass, "sum")


async def test_states_and_sums(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Each hour has the last state, and how much there was up to then."""
    await store_sums(hass, {-1: (100.0, 40.0)})
    meter = Meter(
        samples({0: 101.0, 0.9: 103.0, 1.5: 104.0, 4: 110.0}), state_class=INCREASING
    )
    await add_meter(hass, meter)

    result = await meter.async_import_statistics(at(0), at(5))

    assert result == {"readings": 4, "hours": 3}
    assert await stored(hass, "state", "sum", "mean") == {
        -1: (100.0, 40.0, None),
        0: (103.0, 43.0, None),
        1: (104.0, 44.0, None),
        4: (110.0, 50.0, None),
    }


@pytest.mark.parametrize(
    ("state_class", "sums"),
    [
        # 60 is a new beginning; 99 is not, nor is 59.
        (INCREASING, {-1: 0.0, 0: 10.0, 1: 9.0, 2: 69.0, 3: 68.0, 4: 73.0}),
        (TOTAL, {-1: 0.0, 0: 10.0, 1: 9.0, 2: -30.0, 3: -31.0, 4: -26.0}),
    ],
)
async def test_resets(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    state_class: SensorStateClass,
    sums: dict[float, float],
) -> None:
    """A counter that only grows has begun anew where it falls; others may fall."""
    await store_sums(hass, {-1: (90.0, 0.0)})
    past = {0: 100.0, 1: 99.0, 2: 60.0, 3: 59.0, 4: 64.0}
    assert await import_past(hass, past, state_class=state_class) == sums


async def test_negative_values(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Where a counter can only grow, the recorder takes no negative values either."""
    await store_sums(hass, {-1: (90.0, 0.0)})
    past = {0: 91.0, 0.5: -1.0, 1: -1.0, 2: 93.0}
    assert await import_past(hass, past) == {-1: 0.0, 0: 1.0, 2: 3.0}


async def test_negative_values_of_a_total(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """Other counters may be below 0."""
    await store_sums(hass, {-1: (5.0, 0.0)})
    past = {0: -5.0, 1: 1.0}
    sums = await import_past(hass, past, state_class=TOTAL)
    assert sums == {-1: 0.0, 0: -10.0, 1: -4.0}


async def test_before_stored_rows(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """An earlier past leads up to what is stored, which stays as it is."""
    await store_sums(hass, {24: (50.0, 7.0), 25: (53.0, 10.0)})
    sums = await import_past(hass, {0: 40.0, 1: 41.0, 23: 48.0})
    assert sums == {0: -3.0, 1: -2.0, 23: 5.0, 24: 7.0, 25: 10.0}


async def test_between_stored_rows(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """A gap is filled so that it fits on both sides."""
    await store_sums(hass, {-1: (39.0, 100.0), 24: (50.0, 111.0)})
    sums = await import_past(hass, {0: 40.0, 1: 41.0, 23: 48.0})
    assert sums == {-1: 100.0, 0: 101.0, 1: 102.0, 23: 109.0, 24: 111.0}


async def test_reset_before_stored_rows(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """What the first stored row has counted since a reset is taken into account."""
    await store_sums(hass, {24: (4.0, 104.0)})
    assert await import_past(hass, {22: 70.0, 23: 80.0}) == {
        22: 90.0,
        23: 100.0,
        24: 104.0,
    }


async def test_hours_within_that_stay(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """A stored hour for which the service has nothing is a fixed point as well."""
    await store_sums(hass, {-1: (0.0, 0.0), 2: (30.0, 130.0), 5: (60.0, 260.0)})
    sums = await import_past(hass, {1: 20.0, 3: 40.0, 4: 50.0, 6: 70.0})
    assert sums == {
        -1: 0.0,
        1: 120.0,
        2: 130.0,
        3: 240.0,
        4: 250.0,
        5: 260.0,
        6: 270.0,
    }


async def test_again(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """A repeated import changes nothing, whatever the entity's value is meanwhile."""
    past = {0: 40.0, 1: 41.0, 2: 3.0}
    first = await import_past(hass, past, value=5.0)
    assert first == {0: -6.0, 1: -5.0, 2: -2.0}
    assert await import_past(hass, past, value=9.0) == first
    assert await import_past(hass, past) == first


async def test_parts_in_any_order(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """An earlier part leaves the later one alone, and both fit."""
    past = {one: 10.0 * one for one in range(24)}
    meter = Meter(samples(past), state_class=TOTAL, value=230.0)
    await add_meter(hass, meter)
    await meter.async_import_statistics(at(12), at(24))
    later = await stored(hass, "sum")
    assert later == {one: 10.0 * one - 230.0 for one in range(12, 24)}

    await meter.async_import_statistics(at(0), at(12))
    both = await stored(hass, "sum")
    assert both == {one: 10.0 * one - 230.0 for one in range(24)}

    await meter.async_import_statistics(at(6), at(18))
    assert await stored(hass, "sum") == both


@pytest.mark.parametrize(
    ("value", "sums"),
    [
        (12.5, {0: -4.5, 1: -2.5}),
        # Reset since
        (3, {0: -5.0, 1: -3.0}),
        ("14", {0: -6.0, 1: -4.0}),
        (None, {0: -2.0, 1: 0.0}),
    ],
    ids=["number", "reset", "text", "unknown"],
)
async def test_nothing_stored(
    recorder_mock: Recorder, hass: HomeAssistant, value: Any, sums: dict[float, float]
) -> None:
    """The recorder will begin with 0 at the present value: sums lead up to it."""
    assert await import_past(hass, {0: 8.0, 1: 10.0}, value=value) == sums


async def test_present_value_is_no_number(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """A value that Home Assistant would not show counts as unknown."""
    meter = await add_meter(
        hass, Meter(samples({0: 8.0, 1: 10.0}), state_class=TOTAL, value=1.0)
    )
    meter.value = float("nan")
    await meter.async_import_statistics(at(0), at(2))
    assert await stored(hass, "sum") == {0: -2.0, 1: 0.0}


async def test_the_recorder_goes_on(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """What the recorder counts itself after an import fits without a jump."""
    freezer.move_to(at(24.2))
    await async_setup_component(hass, "sensor", {})
    meter = Meter(samples({0: 8.0, 23: 10.0}), state_class=INCREASING, value=12.0)
    await add_meter(hass, meter)
    await async_wait_recording_done(hass)
    await meter.async_import_statistics(at(0), at(24))

    for five_minutes in range(4, 12):
        freezer.move_to(at(24 + five_minutes / 12 + 0.01))
        meter.show(12.0 + five_minutes)
        await async_wait_recording_done(hass)
        do_adhoc_statistics(hass, start=at(24 + five_minutes / 12))
        await async_wait_recording_done(hass)

    assert await stored(hass, "state", "sum") == {
        0: (8.0, -4.0),
        23: (10.0, -2.0),
        24: (23.0, 11.0),
    }


async def test_begun_a_moment_ago(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """A new entity has rows of five minutes only, with which the recorder goes on."""
    await store_short_term(hass, {24: (50.0, 0.0), 24 + 1 / 12: (52.0, 2.0)})
    assert await import_past(hass, {22: 40.0, 23: 48.0}) == {22: -10.0, 23: -2.0}


async def test_away_since(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """After a long absence the recorder goes on with its newest five minutes."""
    await store_sums(hass, {-1: (10.0, 10.0)})
    await store_short_term(hass, {0.5: (11.0, 100.0), 1.5: (12.0, 101.0)})
    sums = await import_past(hass, {1: 12.0, 1.9: 13.0, 3: 15.0})
    assert sums == {-1: 10.0, 1: 102.0, 3: 104.0}


async def test_absence_before_the_import(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """Five minutes that are older than the import are in the hours before it."""
    await store_sums(hass, {-1: (10.0, 10.0)})
    await store_short_term(hass, {-0.1: (10.0, 10.0)})
    assert await import_past(hass, {1: 12.0}) == {-1: 10.0, 1: 12.0}


async def test_nearest_stored_row_counts(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """Of hours and five minutes after the import, the first ones are nearest to it."""
    await store_sums(hass, {24: (9.0, 109.0)})
    await store_short_term(hass, {23.5: (3.0, 53.0), 24: (50.0, 100.0)})
    assert await import_past(hass, {23: 48.0}) == {23: 98.0, 24: 109.0}


async def test_rows_without_state(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Imported by others, rows may have a sum alone: it goes on without a jump."""
    await store_sums(hass, {-1: (None, 5.0)})
    assert await import_past(hass, {0: 40.0, 1: 41.0}) == {-1: 5.0, 0: 5.0, 1: 6.0}


async def test_rows_without_sum(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """An entity that was a measurement once has rows that count nothing."""
    await store_means(hass, {-1: 39.0, 0: 40.0})
    sums = await import_past(hass, {0: 40.0, 1: 41.0}, value=41.0)
    assert sums == {-1: None, 0: -1.0, 1: 0.0}


async def test_going_on(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Many steps of tenths do not add up to an error that shows."""
    past = {one / 10: one / 10 for one in range(240)}
    await store_sums(hass, {24: (24.0, 24.0)})
    sums = await import_past(hass, past)
    assert sums == pytest.approx({hour: hour + 0.9 for hour in range(24)} | {24: 24.0})
