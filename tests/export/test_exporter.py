"""From states to a service: what is sent, when, and what is made of trouble."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.export.exporter import (
    ExportCounts,
    ReadingsRefusedError,
    SinkUnavailableError,
)
from custom_components.iot_bridge.export.values import ExportTarget, ValueKind
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant

from .rig import MemorySink, StartExporter, exporters, move, set_states, settle

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
async def start_exporter(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> AsyncIterator[StartExporter]:
    """Starts exporters; time stands still unless a test moves it."""
    freezer.move_to(START)
    async with exporters(hass) as start:
        yield start


@pytest.fixture
def sink() -> MemorySink:
    """A service in memory."""
    return MemorySink()


def lines(caplog: pytest.LogCaptureFixture, *texts: str) -> list[int]:
    """Return how many log lines contain each text."""
    said = [record.getMessage() for record in caplog.records]
    return [sum(text in line for line in said) for text in texts]


async def test_snapshot_and_changes(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """First what entities are, then what they become; attributes alone are no change."""
    set_states(hass, a=20, b=5)
    hass.states.async_set("light.l", "on")
    set_states(hass, other=1)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b", "light.l")
    assert sink.prepared == [["sensor.a", "sensor.b", "light.l"]]
    assert sink.values == [20.0, 5.0, 1.0]
    freezer.tick(3)
    set_states(hass, a=21)
    hass.states.async_set("sensor.a", "21", {"unit_of_measurement": "°F"})
    hass.states.async_set("light.l", "on", {"brightness": 7})
    hass.states.async_set("light.l", "off")
    await settle()
    assert sink.values[3:] == [21.0, 0.0]
    last = sink.arrived[-2]
    assert (last.key, last.entity_id, last.unit) == ("sensor.a", "sensor.a", "°C")
    assert last.time == START + timedelta(seconds=3)
    assert sink.agains == [False, False]
    assert exporter.counts == ExportCounts(sent=5, waiting=0, dropped=0, refused=0)
    assert exporter.last_error is None


@pytest.mark.parametrize("odd", ["unavailable", "unknown", "nan", "", "odd"])
async def test_no_values(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink, odd: str
) -> None:
    """What is no value is not sent, and the old value after it is no change."""
    set_states(hass, a=20)
    await start_exporter(sink, "sensor.a", "sensor.b")
    set_states(hass, a=odd, b=odd)
    set_states(hass, a=20)
    hass.states.async_remove("sensor.a")
    set_states(hass, a=20)
    await settle()
    assert sink.values == [20.0]


async def test_minimum_interval(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Changes inside the interval become one at its end, if they are one then."""
    set_states(hass, a=1, b=1)
    await start_exporter(sink, "sensor.a", "sensor.b", min_interval=60)
    freezer.tick(10)
    set_states(hass, a=2, b=2)
    set_states(hass, a=3, b=1)
    await settle()
    assert sink.values == [1.0, 1.0]
    await move(hass, freezer, 50)
    assert sink.values == [1.0, 1.0, 3.0]
    assert sink.arrived[-1].time == START + timedelta(seconds=10)
    set_states(hass, a=4)
    set_states(hass, a="unavailable", b=7)
    await move(hass, freezer, 61)
    assert sink.values == [1.0, 1.0, 3.0, 7.0]
    set_states(hass, a=3)
    set_states(hass, a=5)
    await settle()
    assert sink.values[4:] == [5.0]


async def test_heartbeat(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A value that stays is sent again, as of now; one that is due comes when it is one."""
    set_states(hass, a=1)
    await start_exporter(sink, "sensor.a", heartbeat=300)
    await move(hass, freezer, 200)
    set_states(hass, a=2)
    await move(hass, freezer, 101)
    assert sink.values == [1.0, 2.0]
    await move(hass, freezer, 200)
    assert sink.values == [1.0, 2.0, 2.0]
    assert sink.arrived[-1].time >= START + timedelta(seconds=500)
    set_states(hass, a="unknown")
    await move(hass, freezer, 301)
    assert len(sink.values) == 3
    set_states(hass, a=2)
    await settle()
    assert sink.values == [1.0, 2.0, 2.0, 2.0]


async def test_times_only_grow(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Also if several values come in a millisecond, and if the clock steps back."""
    set_states(hass, a=1, b=2, c=3)
    await start_exporter(sink, "sensor.a", "sensor.b", "sensor.c")
    freezer.move_to(START - timedelta(hours=1))
    set_states(hass, a=2)
    await settle()
    assert [
        (each.time - START) / timedelta(milliseconds=1) for each in sink.arrived
    ] == [
        0,
        1,
        2,
        3,
    ]


async def test_before_home_assistant_has_started(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """What entities say while all is set up is not sent; what they are then, is."""
    hass.set_state(CoreState.starting)
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    set_states(hass, a=2)
    await settle()
    assert (sink.prepared, sink.values, exporter.entities) == ([], [], {})
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settle()
    assert sink.values == [2.0]


async def test_outage(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Values wait in order, nothing hurries the next attempt, and it is told once."""
    caplog.set_level(logging.INFO)
    set_states(hass, a=1)
    sink.trouble = [SinkUnavailableError("down") for _ in range(3)]
    exporter = await start_exporter(sink, "sensor.a")
    assert [exporter.last_error] == ["SinkUnavailableError"]
    for value in range(2, 8):
        set_states(hass, a=value)
        await settle()
    assert len(sink.batches) == 1
    assert exporter.counts.waiting == 7
    await move(hass, freezer, 10)
    await move(hass, freezer, 20)
    await move(hass, freezer, 39)
    assert len(sink.batches) == 3
    await move(hass, freezer, 1)
    assert sink.values == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert sink.agains == [False] * 4
    assert lines(caplog, "is lost (Sink", "the service is back") == [1, 1]
    assert exporter.last_error is None
    assert exporter.counts == ExportCounts(sent=7, waiting=0, dropped=0, refused=0)


async def test_asked_for_wait(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A service may ask for a longer wait; it is not lost."""
    caplog.set_level(logging.INFO)
    set_states(hass, a=1)
    sink.trouble = [SinkUnavailableError(retry_after=500)]
    await start_exporter(sink, "sensor.a")
    await move(hass, freezer, 498)
    assert sink.values == []
    await move(hass, freezer, 3)
    assert sink.values == [1.0]
    assert lines(caplog, "is lost", "the service is back") == [0, 0]


async def test_proven_service(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """After a long good time, the first wait is short again."""
    set_states(hass, a=1)
    sink.trouble = [SinkUnavailableError(), SinkUnavailableError()]
    await start_exporter(sink, "sensor.a")
    await move(hass, freezer, 10)
    await move(hass, freezer, 20)
    await move(hass, freezer, 100)
    sink.trouble = [SinkUnavailableError()]
    set_states(hass, a=2)
    await settle()
    await move(hass, freezer, 10)
    assert sink.values == [1.0, 2.0]


async def test_preparation(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nothing is sent before the service knows the entities."""
    set_states(hass, a=1)
    sink.unprepared = [SinkUnavailableError()]
    await start_exporter(sink, "sensor.a", "sensor.late")
    assert (sink.prepared, sink.batches) == ([["sensor.a"]], [])
    await move(hass, freezer, 10)
    assert (sink.prepared, sink.values) == ([["sensor.a"]] * 2, [1.0])
    set_states(hass, late=7)
    await settle()
    assert sink.prepared[2:] == [["sensor.a", "sensor.late"]]
    assert sink.values == [1.0, 7.0]


async def test_nothing_chosen(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """An empty choice is no choice of everything."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink)
    assert (sink.prepared, exporter.entities) == ([], {})


async def test_lost_answer(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What may have arrived is sent as it was; what is new follows apart from it."""
    set_states(hass, a=1, b=2)
    sink.lost_answers = [SinkUnavailableError(maybe_arrived=True)]
    await start_exporter(sink, "sensor.a", "sensor.b")
    set_states(hass, a=3)
    sink.trouble = [SinkUnavailableError()]
    await move(hass, freezer, 10)
    await move(hass, freezer, 20)
    tried = [([each.value for each in batch], again) for batch, again in sink.batches]
    assert tried == [
        ([1.0, 2.0], False),
        ([1.0, 2.0], True),
        ([1.0, 2.0], True),
        ([3.0], False),
    ]
    assert sink.batches[0][0] == sink.batches[2][0]


async def test_part_has_arrived(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sink that sends in several steps says how far it came."""
    set_states(hass, a=1, b=2)
    sink.targets["sensor.a"] = None
    exporter = await start_exporter(sink, "sensor.a", "sensor.b")
    sink.targets.clear()
    sink.gate.clear()
    set_states(hass, a=3, b=4)
    await settle()
    batch, _ = sink.batches[-1]
    sink.trouble = [
        SinkUnavailableError(arrived=batch[:1]),
        ReadingsRefusedError([], reason="full", arrived=batch[1:]),
    ]
    sink.gate.set()
    await settle()
    assert exporter.counts == ExportCounts(sent=2, waiting=1, dropped=0, refused=1)
    await move(hass, freezer, 10)
    assert [len(batch) for batch, _ in sink.batches] == [1, 2, 1]
    assert exporter.counts == ExportCounts(sent=3, waiting=0, dropped=0, refused=1)


async def test_bug_of_a_sink(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An error that nobody expects is logged once, and the service tried again."""
    set_states(hass, a=1)
    sink.unprepared = [RuntimeError("odd")]
    sink.trouble = [RuntimeError("odd")]
    exporter = await start_exporter(sink, "sensor.a")
    assert exporter.last_error == "RuntimeError"
    await move(hass, freezer, 10)
    await move(hass, freezer, 20)
    assert sink.values == [1.0]
    assert sink.agains == [False, True]
    assert lines(caplog, "unexpected error of its sink") == [1]


async def test_batches(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """One sending at a time; what comes meanwhile follows in batches."""
    set_states(hass, a=0)
    sink.gate.clear()
    await start_exporter(sink, "sensor.a", batch_size=3)
    for value in range(1, 8):
        set_states(hass, a=value)
        await settle()
    assert len(sink.batches) == 1
    sink.gate.set()
    await settle()
    assert [len(batch) for batch, _ in sink.batches] == [1, 3, 3, 1]
    assert sink.values == [float(value) for value in range(8)]


async def test_overflow(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Too many values: the oldest go, told once for each time that it comes to this."""
    set_states(hass, a=0)
    for outage in (1, 2):
        sink.trouble = [SinkUnavailableError()]
        exporter = await start_exporter(
            sink, "sensor.a", capacity=4, store_key=f"iot_bridge.outage_{outage}"
        )
        for value in range(1, 10):
            set_states(hass, a=f"{outage}{value}")
        await settle()
        assert exporter.counts == ExportCounts(sent=0, waiting=4, dropped=6, refused=0)
        await move(hass, freezer, 10)
        assert sink.values[-4:] == [float(f"{outage}{last}") for last in (6, 7, 8, 9)]
        assert lines(caplog, "too many values") == [outage]
        await exporter.async_stop()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (None, "does not take it"),
        (ExportTarget(kind=ValueKind.NUMBER, unit="kPa"), "from unit °C to kPa"),
    ],
)
async def test_entity_that_is_not_taken(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    caplog: pytest.LogCaptureFixture,
    target: ExportTarget | None,
    reason: str,
) -> None:
    """It stops no other, and is told once, without its values."""
    sink.targets["sensor.bad"] = target
    set_states(hass, bad=41.25, good=1)
    exporter = await start_exporter(sink, "sensor.bad", "sensor.good")
    set_states(hass, bad=42.25)
    await settle()
    set_states(hass, bad=43.25, good=2)
    await settle()
    assert sink.values == [1.0, 2.0]
    assert exporter.counts == ExportCounts(sent=2, waiting=0, dropped=0, refused=3)
    assert lines(caplog, "values of sensor.bad cannot", reason, ".25") == [1, 1, 0]


async def test_bug_of_a_target(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One entity that a sink is at a loss about stops no other."""
    known = MemorySink.target

    def target(self: MemorySink, reading: Any) -> ExportTarget | None:
        return {"sensor.good": known}[reading.entity_id](self, reading)

    monkeypatch.setattr(MemorySink, "target", target)
    set_states(hass, bad=1, good=2)
    await start_exporter(sink, "sensor.bad", "sensor.good")
    assert sink.values == [2.0]
    assert lines(caplog, "unexpected KeyError") == [1]


async def test_values_are_converted(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """The sink gets the value and the unit that it wants."""
    sink.targets["sensor.a"] = ExportTarget(kind=ValueKind.NUMBER, unit="°F")
    set_states(hass, a=20)
    await start_exporter(sink, "sensor.a")
    assert [(each.value, each.unit) for each in sink.arrived] == [(68.0, "°F")]


@pytest.mark.parametrize(("named", "tried"), [(True, [3, 2]), (False, [3, 1, 1, 1])])
async def test_refused(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    caplog: pytest.LogCaptureFixture,
    named: bool,
    tried: list[int],
) -> None:
    """What is refused is dropped, the others arrive, whether it is said which or not."""
    sink.refuses, sink.names_refused = {"sensor.bad"}, named
    set_states(hass, a=1, bad=2, c=3)
    exporter = await start_exporter(sink, "sensor.a", "sensor.bad", "sensor.c")
    assert sink.values == [1.0, 3.0]
    assert [len(batch) for batch, _ in sink.batches] == tried
    set_states(hass, bad=4, c=5)
    await settle()
    assert sink.values == [1.0, 3.0, 5.0]
    assert exporter.counts == ExportCounts(sent=3, waiting=0, dropped=0, refused=2)
    assert lines(caplog, "no such field") == [1]


async def test_refused_one_by_one_in_trouble(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is sent one by one goes on so after an outage, and new values wait."""
    set_states(hass, a=1, b=2)
    sink.trouble = [ReadingsRefusedError([], reason="odd"), SinkUnavailableError()]
    await start_exporter(sink, "sensor.a", "sensor.b")
    set_states(hass, a=3)
    await move(hass, freezer, 10)
    tried = [[each.value for each in batch] for batch, _ in sink.batches]
    assert tried == [[1.0, 2.0], [1.0], [1.0], [2.0], [3.0]]
    assert sink.values == [1.0, 2.0, 3.0]
