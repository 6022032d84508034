"""Sending in intervals, for services that want to be told all at once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.export.exporter import (
    ReadingsRefusedError,
    SinkUnavailableError,
)
from custom_components.iot_bridge.export.exports import Exports
from custom_components.iot_bridge.export.sink import RunningExport
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant

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
SELECTION = {"areas": [], "labels": [], "device_classes": [], "min_interval": 0}


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


def batches(sink: MemorySink) -> list[list[Any]]:
    """Return the values of each sending that was tried."""
    return [[one.value for one in readings] for readings, _ in sink.batches]


async def test_values_wait_for_the_interval(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What changes within it is sent together at its end, with its own time."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.set_report_interval(60)
    for value in (2, 3, 4):
        await move(hass, freezer, 15)
        set_states(hass, a=value)
    await settle()
    assert batches(sink) == [[1.0]]
    await move(hass, freezer, 15)
    assert batches(sink) == [[1.0], [2.0, 3.0, 4.0]]
    seconds = [(one.time - START).total_seconds() for one in sink.arrived]
    assert seconds == [0, 15, 30, 45]


async def test_values_that_do_not_change(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Each is sent again in each interval."""
    set_states(hass, a=1, b=2)
    exporter = await start_exporter(sink, "sensor.a", "sensor.b")
    exporter.set_report_interval(60)
    for _ in range(3):
        await move(hass, freezer, 60)
    assert sorted(sink.values) == [1.0] * 4 + [2.0] * 4
    assert {one.time - START for one in sink.arrived[-2:]} <= {
        timedelta(minutes=3),
        timedelta(minutes=3, milliseconds=1),
    }


@pytest.mark.parametrize(("heartbeat", "count"), [(None, 1), (300.0, 2)])
async def test_values_that_are_not_to_be_repeated(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    heartbeat: float | None,
    count: int,
) -> None:
    """They are sent again as the user has set it, and what changes waits all the same."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a", heartbeat=heartbeat)
    exporter.set_report_interval(60, repeat=False)
    for _ in range(10):
        await move(hass, freezer, 61)
    assert sink.values == [1.0] * count
    set_states(hass, a=2)
    await settle()
    assert sink.values == [1.0] * count + [2.0]
    await move(hass, freezer, 10)
    set_states(hass, a=3)
    await move(hass, freezer, 49)
    assert sink.values[-1] == 2.0
    await move(hass, freezer, 1)
    assert sink.values == [1.0] * count + [2.0, 3.0]


async def test_interval_before_the_start(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is there at the start is sent at once."""
    exporter = await start_exporter(sink, "sensor.a")
    exporter.set_report_interval(60)
    await settle()
    set_states(hass, a=1)
    await settle()
    assert sink.values == []
    await move(hass, freezer, 60)
    assert sink.values[0] == 1.0


@pytest.mark.parametrize(("changed", "sent_after"), [(30, 30), (10, 20), (120, 120)])
async def test_interval_that_changes(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
    changed: float,
    sent_after: float,
) -> None:
    """The present one ends earlier, or later; one that is over already ends at once."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.set_report_interval(60)
    await move(hass, freezer, 20)
    set_states(hass, a=2)
    exporter.set_report_interval(changed)
    await settle()
    assert (2.0 in sink.values) == (sent_after == 20)
    await move(hass, freezer, max(sent_after - 21, 0))
    assert (2.0 in sink.values) == (sent_after == 20)
    await move(hass, freezer, 1)
    assert 2.0 in sink.values
    count = len(sink.values)
    await move(hass, freezer, changed)
    assert len(sink.values) > count


async def test_outage(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sending that failed does not wait for the next interval."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.set_report_interval(60)
    await move(hass, freezer, 59)
    set_states(hass, a=2)
    sink.trouble = [SinkUnavailableError()]
    await move(hass, freezer, 1)
    assert sink.values == [1.0]
    await move(hass, freezer, 10)
    assert 2.0 in sink.values


async def test_quiet_refusal(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What the user is told in another way is not in the log."""
    set_states(hass, a=1)
    sink.trouble = [ReadingsRefusedError(reason=None)]
    exporter = await start_exporter(sink, "sensor.a")
    assert exporter.counts.refused == 1
    assert "cannot be sent" not in caplog.text


async def test_disk_is_spared(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What only waits for its interval is written once a minute, not at each change."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.set_report_interval(300)
    written: set[tuple[Any, ...]] = set()
    for second in range(0, 600, 2):
        set_states(hass, a=second)
        await move(hass, freezer, 2)
        waiting = hass_storage[STORE_KEY]["data"]["waiting"]
        written.add(tuple(row[4] for row in waiting))
    assert 5 <= len(written) <= 12


class TracedSink(MemorySink):
    """Notes what is asked of it.

    Attributes:
        calls: What was asked, in order.
    """

    def __init__(self) -> None:
        """Start without any call."""
        super().__init__()
        self.calls: list[str] = []

    @override
    async def async_open(self, export: RunningExport) -> None:
        self.calls.append(
            f"open with {[one.entity_id for one in export.entities.values()]}"
        )

    @override
    async def async_close(self, *, removed: bool) -> None:
        self.calls.append(f"close, removed: {removed}")

    @override
    async def async_send(self, readings: Any, *, again: bool) -> None:
        self.calls.append(f"send {len(readings)}")
        await super().async_send(readings, again=again)


async def test_sink_is_opened_and_closed(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """It knows what is exported, and whether the user has removed it."""
    set_states(hass, **{f"s{number}": number for number in range(7)})
    chosen = [f"sensor.s{number}" for number in range(7)]
    data = ConfigSubentryData(
        data={**SELECTION, "entities": chosen},
        subentry_type="export",
        title="Export",
        unique_id=None,
    )
    entry = MockConfigEntry(domain=DOMAIN, subentries_data=[data, data])
    entry.add_to_hass(hass)
    sinks: list[TracedSink] = []

    def create(_: Any) -> TracedSink:
        sinks.append(TracedSink())
        return sinks[-1]

    exports = Exports(hass, entry, "export", create, batch_size=3)
    exports.async_start()
    await hass.async_block_till_done()
    await settle()
    first, second = sinks
    hass.config_entries.async_remove_subentry(entry, next(iter(entry.subentries)))
    await hass.async_block_till_done()
    await exports.async_stop()
    for sink, removed in ((first, True), (second, False)):
        assert f"open with {chosen}" in sink.calls
        assert sink.calls[-1] == f"close, removed: {removed}"
        assert [one for one in sink.calls if one.startswith("send")] == [
            "send 3",
            "send 3",
            "send 1",
        ]
        assert len(sink.arrived) == 7
