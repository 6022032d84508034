"""Readings that make a service fail each time: they stop no others, and outages cost none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.export.exporter import (
    ExportCounts,
    Exporter,
    SinkUnavailableError,
)
from homeassistant.core import HomeAssistant

from .rig import MemorySink, StartExporter, exporters, move, set_states, settle

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAMES = [f"e{number:02}" for number in range(20)]
IDS = [f"sensor.{name}" for name in NAMES]
ERRORS = {
    "lost answer": lambda: SinkUnavailableError(maybe_arrived=True),
    "unavailable": SinkUnavailableError,
    "unexpected": lambda: RuntimeError("odd"),
}
# What a blame takes, at the most: failures, and the look at the service before each of
# the last ones.
MINUTES_UNTIL_VERDICT = 8


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


class Clock:
    """Lets minutes pass; none of the exporter's waits is longer."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        """Know the time."""
        self._hass = hass
        self._freezer = freezer

    async def pass_minutes(self, minutes: int) -> None:
        """Let one minute after the other pass."""
        for _ in range(minutes):
            await move(self._hass, self._freezer, 60)


@pytest.fixture
def clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """Lets time pass."""
    return Clock(hass, freezer)


def counts(exporter: Exporter, **expected: int) -> bool:
    """Return whether these are the counts, and all others 0."""
    none = {"sent": 0, "waiting": 0, "dropped": 0, "refused": 0}
    assert exporter.counts == ExportCounts(**{**none, **expected})
    return True


def lines(caplog: pytest.LogCaptureFixture, text: str) -> int:
    """Return how many log lines contain a text."""
    return sum(text in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("position", [0, 7], ids=["first", "in the middle"])
async def test_one_of_many(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    position: int,
    error: str,
) -> None:
    """Those with it are sent alone, then it waits behind them, then it is given up."""
    sink.poison = {IDS[position]}
    sink.poison_error = ERRORS[error]
    set_states(hass, **dict.fromkeys(NAMES, 1))
    exporter = await start_exporter(sink, *IDS)
    await clock.pass_minutes(2 * MINUTES_UNTIL_VERDICT)
    others = [each for each in IDS if each not in sink.poison]
    assert [each.entity_id for each in sink.arrived] == others
    assert counts(exporter, sent=19, waiting=1)
    await clock.pass_minutes(MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=19, refused=1)
    # Its next value is another matter; all is well now.
    sink.poison.clear()
    set_states(hass, **{NAMES[position]: 2})
    await settle()
    await clock.pass_minutes(1)
    assert counts(exporter, sent=20, refused=1)
    assert exporter.last_error is None
    assert lines(caplog, f"values of {IDS[position]} cannot be sent: the service") == 1
    assert lines(caplog, "cannot be sent") == 1


async def test_last_of_many(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    clock: Clock,
) -> None:
    """It is tried on until others have arrived that came after it."""
    sink.poison = {IDS[-1]}
    set_states(hass, **dict.fromkeys(NAMES, 1))
    exporter = await start_exporter(sink, *IDS)
    await clock.pass_minutes(6 * MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=19, waiting=1)
    set_states(hass, e03=2)
    await settle()
    await clock.pass_minutes(MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=20, waiting=1)
    await clock.pass_minutes(MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=20, refused=1)


async def test_several_readings_of_one_entity(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each is given up, told once, and others flow in between."""
    sink.poison = {"sensor.a"}
    sink.gate.clear()
    set_states(hass, a=0, b=0)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b")
    for value in range(1, 4):
        set_states(hass, a=value, b=value)
    sink.gate.set()
    await settle()
    await clock.pass_minutes(10 * MINUTES_UNTIL_VERDICT)
    assert sink.values == [0.0, 1.0, 2.0, 3.0]
    assert counts(exporter, sent=4, refused=4)
    assert lines(caplog, "cannot be sent") == 1


async def test_alone(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where nothing else tells that the service is well, nothing is given up."""
    caplog.set_level("INFO")
    sink.poison = {"sensor.a"}
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    await clock.pass_minutes(8 * MINUTES_UNTIL_VERDICT)
    assert counts(exporter, waiting=1)
    assert len(sink.batches) > 5 * MINUTES_UNTIL_VERDICT
    assert sink.agains == [False, *[True] * (len(sink.batches) - 1)]
    sink.poison.clear()
    await clock.pass_minutes(1)
    assert counts(exporter, sent=1)
    assert lines(caplog, "the service is lost") == 1
    assert lines(caplog, "the service is back") == 1


async def test_nothing_is_taken_for_long(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The service is there but takes no readings at all: an outage like any other."""
    caplog.set_level("INFO")
    sink.takes_nothing = True
    set_states(hass, **dict.fromkeys(NAMES, 1))
    exporter = await start_exporter(sink, *IDS, batch_size=6)
    for value in range(2, 5):
        await clock.pass_minutes(6 * MINUTES_UNTIL_VERDICT)
        set_states(hass, **dict.fromkeys(NAMES, value))
    await clock.pass_minutes(6 * MINUTES_UNTIL_VERDICT)
    assert counts(exporter, waiting=80)
    assert lines(caplog, "the service is back") == 0
    sink.takes_nothing = False
    await clock.pass_minutes(2)
    assert counts(exporter, sent=80)
    assert len(set(sink.arrived)) == 80
    assert lines(caplog, "the service is lost") == 1
    assert lines(caplog, "the service is back") == 1


async def test_one_of_many_after_nothing_was_taken(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """Whatever was postponed in the outage, only the bad one is given up."""
    sink.poison = {IDS[4]}
    sink.takes_nothing = True
    set_states(hass, **dict.fromkeys(NAMES, 1))
    exporter = await start_exporter(sink, *IDS)
    await clock.pass_minutes(30 * MINUTES_UNTIL_VERDICT)
    assert counts(exporter, waiting=20)
    sink.takes_nothing = False
    await clock.pass_minutes(3 * MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=19, refused=1)


async def test_outage_of_everything(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """Readings are not suspected while the service does not answer at all."""
    set_states(hass, **dict.fromkeys(NAMES, 1))
    sink.takes_nothing = True
    exporter = await start_exporter(sink, *IDS)
    sink.unprepared = [SinkUnavailableError() for _ in range(100)]
    await clock.pass_minutes(10 * MINUTES_UNTIL_VERDICT)
    tries = len(sink.batches)
    assert tries == 5
    sink.takes_nothing = False
    sink.unprepared = []
    await clock.pass_minutes(1)
    assert [len(batch) for batch, _ in sink.batches] == [20] * (tries + 1)
    assert counts(exporter, sent=20)


async def test_service_that_comes_and_goes(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """An outage in between takes away all suspicion."""
    set_states(hass, **dict.fromkeys(NAMES, 1))
    sink.takes_nothing = True
    exporter = await start_exporter(sink, *IDS)
    await clock.pass_minutes(6)
    for _ in range(6):
        sink.unprepared = [SinkUnavailableError()]
        await clock.pass_minutes(3)
    assert {len(batch) for batch, _ in sink.batches} == {20}
    sink.takes_nothing = False
    await clock.pass_minutes(2)
    for value in range(2, 8):
        sink.trouble = [SinkUnavailableError(maybe_arrived=True) for _ in range(7)]
        set_states(hass, **dict.fromkeys(NAMES, value))
        await settle()
        await clock.pass_minutes(MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=140)
    assert [len(batch) for batch, _ in sink.batches[-8:]] == [20] * 8


async def test_service_that_asks_for_patience(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """It has said what is wrong: it is not the readings."""
    sink.takes_nothing = True
    sink.poison_error = lambda: SinkUnavailableError(retry_after=1)
    set_states(hass, **dict.fromkeys(NAMES, 1))
    exporter = await start_exporter(sink, *IDS)
    await clock.pass_minutes(3 * MINUTES_UNTIL_VERDICT)
    assert {len(batch) for batch, _ in sink.batches} == {20}
    assert counts(exporter, waiting=20)


async def test_overflow(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """While one is suspected the oldest go as ever, and then all flows again."""
    sink.poison = {"sensor.a"}
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b", capacity=6)
    for value in range(20):
        set_states(hass, b=value)
        await settle()
    assert counts(exporter, waiting=6, dropped=15)
    await clock.pass_minutes(2 * MINUTES_UNTIL_VERDICT)
    assert sink.values == [15.0, 16.0, 17.0, 18.0, 19.0]
    assert counts(exporter, sent=5, dropped=15, refused=1)


async def test_postponed_reading_that_is_dropped(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """Behind all others it becomes the oldest of them, and goes when there are too many."""
    sink.takes_nothing = True
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b", capacity=4)
    set_states(hass, b=0)
    await settle()
    await clock.pass_minutes(MINUTES_UNTIL_VERDICT)
    for value in range(1, 9):
        set_states(hass, b=value)
        await settle()
    sink.takes_nothing = False
    await clock.pass_minutes(2)
    assert len(sink.values) == 4
    assert sink.values[-3:] == [6.0, 7.0, 8.0]
    assert counts(exporter, sent=4, dropped=6)


async def test_restart_with_a_postponed_reading(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, clock: Clock
) -> None:
    """It is still there, behind all others, and suspected anew."""
    sink.poison = {IDS[0]}
    sink.takes_nothing = True
    set_states(hass, **dict.fromkeys(NAMES, 1))
    exporter = await start_exporter(sink, *IDS)
    await clock.pass_minutes(2 * MINUTES_UNTIL_VERDICT)
    await exporter.async_stop()
    sink.takes_nothing = False
    exporter = await start_exporter(sink, *IDS)
    assert [each.entity_id for each in sink.arrived] == IDS[1:]
    await clock.pass_minutes(MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=19, waiting=1)
    set_states(hass, e05=2)
    await clock.pass_minutes(2 * MINUTES_UNTIL_VERDICT)
    assert counts(exporter, sent=20, refused=1)
