"""Restarts, crashes and the disk: nothing is sent twice, and nothing is missed."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import UTC, datetime
import tracemalloc
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.export.exporter import (
    ExportCounts,
    SinkUnavailableError,
    async_remove_export_store,
)
from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_HOMEASSISTANT_STOP,
)
from homeassistant.core import CoreState, HomeAssistant

from .rig import (
    STORE_KEY,
    MemorySink,
    StartExporter,
    exporters,
    move,
    set_states,
    settle,
)

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
OURS = tracemalloc.Filter(inclusive=True, filename_pattern="*/iot_bridge/export*")
TIME = 1_767_268_800_000  # START


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


def document(**changes: Any) -> dict[str, Any]:
    """Return what is on disk, with changes."""
    data = {"clean": True, "last_time": 0, "taken": [], "in_batch": 0, "waiting": []}
    return {"version": 1, "key": STORE_KEY, "data": {**data, **changes}}


async def test_restart(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was sent is not sent again; what changed meanwhile is."""
    set_states(hass, a=1, b=2, c=3)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b", "sensor.c")
    await exporter.async_stop()
    freezer.tick(5)
    set_states(hass, b=4)
    freezer.tick(-60)
    set_states(hass, c=5)
    assert len(sink.values) == 3
    await start_exporter(sink, "sensor.a", "sensor.b", "sensor.c")
    assert sink.values == [1.0, 2.0, 3.0, 5.0, 4.0]
    assert sink.agains == [False, False]
    times = [reading.time for reading in sink.arrived]
    assert times == sorted(set(times))


async def test_what_waited_before_the_restart(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """It is sent as it was, apart from what is new, with the same borders."""
    set_states(hass, a=1, b=2)
    sink.lost_answers = [SinkUnavailableError(maybe_arrived=True)]
    exporter = await start_exporter(sink, "sensor.a", "sensor.b")
    set_states(hass, a=3)
    await exporter.async_stop()
    set_states(hass, b=4)
    await start_exporter(sink, "sensor.b")
    tried = [([each.value for each in batch], again) for batch, again in sink.batches]
    assert tried == [
        ([1.0, 2.0], False),
        ([1.0, 2.0], True),
        ([3.0], True),
        ([4.0], False),
    ]
    assert sink.batches[0][0] == sink.batches[1][0]


async def test_only_what_waits(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """What waits of entities that are not chosen any more is sent all the same."""
    set_states(hass, a=1)
    sink.trouble = [SinkUnavailableError()]
    exporter = await start_exporter(sink, "sensor.a")
    await exporter.async_stop()
    await start_exporter(sink)
    assert (sink.prepared, sink.values) == ([["sensor.a"], []], [1.0])


async def test_crash(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
) -> None:
    """What may have been sent before the crash is sent with a warning."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    before = deepcopy(hass_storage[STORE_KEY])
    await exporter.async_stop()
    assert hass_storage[STORE_KEY]["data"]["clean"] is True
    hass_storage[STORE_KEY] = before
    await start_exporter(sink, "sensor.a")
    set_states(hass, a=2)
    await settle()
    assert sink.values == [1.0, 1.0, 2.0]
    assert sink.agains == [False, True, False]
    assert sink.arrived[0] == sink.arrived[1]


@pytest.mark.parametrize("patient", [True, False])
async def test_stop_while_sending(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    patient: bool,
) -> None:
    """A sending has a short time to end; then it may have arrived, or not."""
    set_states(hass, a=1)
    sink.gate.clear()
    exporter = await start_exporter(sink, "sensor.a")
    stop = asyncio.create_task(exporter.async_stop())
    await settle()
    assert not stop.done()
    opened = {True: sink.gate, False: asyncio.Event()}[patient]
    opened.set()
    await settle()
    await move(hass, freezer, 3)
    await stop
    sink.gate.set()
    data = hass_storage[STORE_KEY]["data"]
    assert data["in_batch"] == len(data["waiting"]) == {True: 0, False: 1}[patient]
    await start_exporter(sink, "sensor.a")
    assert sink.values == [1.0]
    assert sink.agains == {True: [False], False: [False, True]}[patient]


async def test_stop_is_quick(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """Neither an idle exporter nor one that waits for the service takes its time."""
    set_states(hass, a=1)
    sink.trouble = [SinkUnavailableError(retry_after=9999)]
    exporter = await start_exporter(sink, "sensor.a")
    await exporter.async_stop()
    await exporter.async_stop()
    set_states(hass, a=2)
    await settle()
    assert sink.arrived == []


async def test_stop_before_anything(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """It may be stopped before Home Assistant has started, with nothing lost."""
    set_states(hass, a=1)
    sink.trouble = [SinkUnavailableError()]
    exporter = await start_exporter(sink, "sensor.a")
    await exporter.async_stop()
    hass.set_state(CoreState.starting)
    exporter = await start_exporter(sink, "sensor.a")
    await exporter.async_stop()
    hass.set_state(CoreState.running)
    await start_exporter(sink, "sensor.a")
    assert sink.values == [1.0]


async def test_home_assistant_stops(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
) -> None:
    """Everything is on disk at the end, also if nobody stops the exporter."""
    sink.trouble = [SinkUnavailableError()]
    set_states(hass, a=1)
    await start_exporter(sink, "sensor.a")
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await settle()
    set_states(hass, a=2)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await settle()
    hass.set_state(CoreState.running)
    assert hass_storage[STORE_KEY]["data"] == {
        "clean": True,
        "last_time": TIME,
        "taken": [["sensor.a", 1.0]],
        "in_batch": 0,
        "waiting": [["sensor.a", "sensor.a", 1.0, "°C", TIME]],
    }


async def test_how_often_it_is_saved(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    """Soon if values wait, later if they only have to be remembered."""

    def on_disk() -> tuple[int, int]:
        data = hass_storage[STORE_KEY]["data"]
        return len(data["taken"]), len(data["waiting"])

    await start_exporter(sink, "sensor.a", "sensor.b")
    set_states(hass, a=1)
    await settle()
    await move(hass, freezer, 30)
    assert on_disk() == (0, 0)
    await move(hass, freezer, 31)
    await move(hass, freezer, 1)
    assert on_disk() == (1, 0)
    sink.trouble = [SinkUnavailableError()]
    set_states(hass, b=1)
    await settle()
    await move(hass, freezer, 6)
    await move(hass, freezer, 1)
    assert on_disk() == (2, 1)
    await move(hass, freezer, 5)
    assert sink.values == [1.0, 1.0]
    await move(hass, freezer, 6)
    await move(hass, freezer, 1)
    assert on_disk() == (2, 0)


async def test_large_queue_is_restored_up_to_the_capacity(
    start_exporter: StartExporter, sink: MemorySink, hass_storage: dict[str, Any]
) -> None:
    """A capacity that has become smaller holds for what was on disk."""
    rows = [["k", "sensor.k", float(n), None, n] for n in range(10)]
    hass_storage[STORE_KEY] = document(waiting=rows, in_batch=1, last_time=9)
    exporter = await start_exporter(sink, capacity=4)
    assert sink.values == [0.0, 7.0, 8.0, 9.0]
    assert exporter.counts == ExportCounts(sent=4, waiting=0, dropped=6, refused=0)


ROW = ["k", "sensor.k", 1.5, None, 5]


@pytest.mark.parametrize(
    "garbage",
    [
        {"version": 7, "data": {}},
        {"version": 1, "data": []},
        {"version": 1, "data": {"clean": True}},
        document(last_time="soon"),
        document(last_time=10**30),
        document(last_time=-1),
        document(in_batch=1),
        document(in_batch=-1),
        document(taken=[["k", None]]),
        document(taken=[["k", True]]),
        document(taken=[["k", ""]]),
        document(taken=[["k", 1, 2]]),
        document(taken=5),
        document(waiting=[5], last_time=9),
        document(waiting=[ROW, ROW], in_batch=2, last_time=9),
        document(waiting=[[*ROW[:4], 10**30]], last_time=9),
        document(waiting=[[1, *ROW[1:]]], last_time=9),
        document(waiting=[[*ROW[:3], 7, 5]], last_time=9),
    ],
    ids=range(18),
)
async def test_garbage_on_disk(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    garbage: dict[str, Any],
) -> None:
    """Whatever is there, it is begun anew, and said."""
    hass_storage[STORE_KEY] = deepcopy(garbage)
    set_states(hass, a=1)
    await start_exporter(sink, "sensor.a")
    assert (sink.values, sink.agains) == ([1.0], [True])
    assert "is begun anew" in caplog.text


async def test_text_on_disk(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
) -> None:
    """Texts and units are what they were."""
    hass_storage[STORE_KEY] = document(
        taken=[["lock.l", "locked"]], waiting=[[*ROW[:3], "km", 5]], last_time=5
    )
    hass.states.async_set("lock.l", "locked")
    await start_exporter(sink, "lock.l")
    assert [(each.value, each.unit) for each in sink.arrived] == [(1.5, "km")]


async def test_entities_that_are_gone_are_forgotten(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
) -> None:
    """The latest are kept for a while, in case that they come back."""
    taken = [[f"sensor.{name}", 1.0] for name in ("a", "old", "older", "b", "last")]
    hass_storage[STORE_KEY] = document(taken=taken)
    set_states(hass, a=1, b=2)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b")
    await exporter.async_stop()
    kept = [key for key, _ in hass_storage[STORE_KEY]["data"]["taken"]]
    assert kept == ["sensor.a", "sensor.older", "sensor.last", "sensor.b"]
    assert sink.values == [2.0]


async def test_removal(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
) -> None:
    """Nothing is left of an export that is removed."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    await exporter.async_stop()
    await async_remove_export_store(hass, STORE_KEY)
    assert STORE_KEY not in hass_storage


async def test_many_changes_in_an_outage(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Ten thousand changes take no more memory than the queue has room for."""
    names = [f"e{number}" for number in range(10)]
    sink.trouble = [SinkUnavailableError()]
    set_states(hass, **dict.fromkeys(names, -1))
    exporter = await start_exporter(
        sink, *(f"sensor.{name}" for name in names), capacity=500
    )

    def memory_after(first: int, last: int) -> int:
        for value in range(first, last):
            set_states(hass, **dict.fromkeys(names, value))
        traces = tracemalloc.take_snapshot().filter_traces([OURS])
        return sum(each.size for each in traces.statistics("filename"))

    tracemalloc.start()
    try:
        full = memory_after(0, 100)
        later = memory_after(100, 1000)
    finally:
        tracemalloc.stop()
    assert later < full * 1.2
    assert exporter.counts == ExportCounts(sent=0, waiting=500, dropped=9510, refused=0)
    await move(hass, freezer, 10)
    wanted = [float(value) for value in range(950, 1000) for _ in names]
    assert sink.values == wanted
