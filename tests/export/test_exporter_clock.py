"""A clock that was wrong for a while: times are right again as soon as the clock is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.export.exporter import SinkUnavailableError
from homeassistant.core import HomeAssistant

from .rig import MemorySink, StartExporter, exporters, set_states, settle

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
async def start_exporter(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> AsyncIterator[StartExporter]:
    """Starts exporters; time stands still unless a test moves it."""
    freezer.move_to(START)
    async with exporters(hass) as start:
        yield start


@pytest.fixture
def sink() -> MemorySink:
    """A service in memory."""
    return MemorySink()


def times(sink: MemorySink) -> list[timedelta]:
    """Return when the readings were taken that have arrived, from the start."""
    return [reading.time - START for reading in sink.arrived]


@pytest.mark.parametrize("restarts", [False, True], ids=["running", "restarted"])
async def test_clock_was_far_ahead(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    restarts: bool,
) -> None:
    """It is begun again at the time that it is, and goes on from there."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    ahead, minute = timedelta(days=400), timedelta(minutes=1)
    freezer.move_to(START + ahead)
    set_states(hass, a=2)
    await settle()
    for _ in range(restarts):
        await exporter.async_stop()
    freezer.move_to(START + minute)
    for _ in range(restarts):
        await start_exporter(sink, "sensor.a")
    for value in (3, 4):
        set_states(hass, a=value)
    await settle()
    freezer.tick(2 * minute)
    set_states(hass, a=5)
    await settle()
    assert sink.values == [1.0, 2.0, 3.0, 4.0, 5.0]
    none = timedelta()
    assert times(sink) == [none, ahead, minute, minute + MILLISECOND, 3 * minute]


async def test_clock_was_a_little_ahead(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Up to a day, no reading is earlier than the one before."""
    set_states(hass, a=1)
    await start_exporter(sink, "sensor.a")
    freezer.move_to(START - timedelta(days=1))
    set_states(hass, a=2)
    await settle()
    freezer.tick(-0.1)
    set_states(hass, a=3)
    await settle()
    assert times(sink) == [timedelta(), MILLISECOND, timedelta(days=-1, seconds=-0.1)]


async def test_state_from_the_future(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A value cannot be there since a time to come."""
    freezer.move_to(START + timedelta(hours=20))
    set_states(hass, a=1)
    freezer.move_to(START)
    await start_exporter(sink, "sensor.a")
    assert times(sink) == [timedelta()]


async def test_what_waits_when_the_clock_is_right_again(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It survives a restart, in its order; times grow within each sending."""
    sink.trouble = [SinkUnavailableError()]
    freezer.move_to(START + timedelta(days=30))
    set_states(hass, a=1, b=2)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b")
    freezer.move_to(START)
    set_states(hass, a=3, b=4)
    await settle()
    await exporter.async_stop()
    await start_exporter(sink, "sensor.a", "sensor.b")
    tried = [[reading.value for reading in batch] for batch, _ in sink.batches]
    assert tried[1:] == [[1.0, 2.0], [3.0, 4.0]]
