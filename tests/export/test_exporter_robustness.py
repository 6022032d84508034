"""What must not harm the exporter: stops at odd moments, odd entities, odd sinks."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockEntity,
    MockEntityPlatform,
    async_fire_time_changed,
)

from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.export.exporter import (
    Exporter,
    ExportSettings,
    Selection,
)
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store

from .rig import STORE_KEY, MemorySink, StartExporter, exporters, set_states, settle


@pytest.fixture
async def start_exporter(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> AsyncIterator[StartExporter]:
    """Starts exporters."""
    async with exporters(hass) as start:
        yield start


@pytest.fixture
def sink() -> MemorySink:
    """A service in memory."""
    return MemorySink()


class StubbornEntity(MockEntity):
    """An entity that takes its time to go, as those do that have to tell a device.

    Attributes:
        may_go: Set when it may go.
    """

    def __init__(self) -> None:
        """Create an entity that will be registered."""
        super().__init__(unique_id="1", name="Stubborn", unit_of_measurement="W")
        self.may_go = asyncio.Event()

    @property
    @override
    def state(self) -> int:
        return 5

    @override
    async def async_will_remove_from_hass(self) -> None:
        await self.may_go.wait()


@pytest.mark.parametrize("step", ["async_load", "async_save"])
async def test_stop_while_it_starts(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    sink: MemorySink,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """Whatever the disk was busy with, nothing is followed or sent afterwards."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    exporter = Exporter(
        hass,
        entry,
        name="Test export",
        store_key=STORE_KEY,
        settings=ExportSettings(selection=Selection(entities=("sensor.a",))),
        sink=sink,
    )
    begun, may_go_on = asyncio.Event(), asyncio.Event()
    at_once = getattr(Store, step)

    async def slowly(*args: Any) -> Any:
        begun.set()
        await may_go_on.wait()
        return await at_once(*args)

    set_states(hass, a=1)
    listeners = hass.bus.async_listeners()
    monkeypatch.setattr(Store, step, slowly)
    start = asyncio.create_task(exporter.async_start())
    await begun.wait()
    stop = asyncio.create_task(exporter.async_stop())
    await settle()
    may_go_on.set()
    await asyncio.gather(start, stop)
    set_states(hass, a=2)
    await settle()
    assert sink.batches == []
    assert hass.bus.async_listeners() == listeners


async def test_stopped_by_two(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """Both have waited until all has ended."""
    set_states(hass, a=1)
    sink.gate.clear()
    exporter = await start_exporter(sink, "sensor.a")
    stops = [asyncio.create_task(exporter.async_stop()) for _ in range(2)]
    await settle()
    assert not any(stop.done() for stop in stops)
    sink.gate.set()
    await asyncio.gather(*stops)
    assert exporter.counts.sent == 1


async def test_file_is_replaced_as_a_whole(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A power cut leaves the file before or the one after."""
    atomic: list[bool] = []
    create = Store.__init__

    def note(*args: Any, **options: Any) -> None:
        atomic.append(options["atomic_writes"])
        create(*args, **options)

    monkeypatch.setattr(Store, "__init__", note)
    await start_exporter(sink, "sensor.a")
    assert atomic == [True]


async def test_stopped_early_after_a_crash(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    hass_storage: dict[str, Any],
) -> None:
    """What may have been sent before a crash is not forgotten by a run without a start."""
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    before = deepcopy(hass_storage[STORE_KEY])
    await exporter.async_stop()
    before["data"]["taken"] = []
    hass_storage[STORE_KEY] = before
    hass.set_state(CoreState.starting)
    exporter = await start_exporter(sink, "sensor.a")
    await exporter.async_stop()
    hass.set_state(CoreState.running)
    await start_exporter(sink, "sensor.a")
    assert sink.values == [1.0, 1.0]
    assert sink.agains == [False, True]


async def test_cancelled_by_something_else(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sink that waits for something that is cancelled is tried again."""
    set_states(hass, a=1)
    sink.trouble = [asyncio.CancelledError()]
    exporter = await start_exporter(sink, "sensor.a")
    assert exporter.last_error == "CancelledError"
    freezer.tick(10)
    async_fire_time_changed(hass)
    await settle()
    assert sink.values == [1.0]
    assert sink.agains == [False, True]


async def test_text_that_no_file_can_hold(
    hass: HomeAssistant,
    start_exporter: StartExporter,
    sink: MemorySink,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One odd text keeps nothing else from being remembered."""
    set_states(hass, a=1)
    hass.states.async_set("sensor.odd", "half \ud83d")
    exporter = await start_exporter(sink, "sensor.a", "sensor.odd")
    await exporter.async_stop()
    await start_exporter(sink, "sensor.a", "sensor.odd")
    assert sink.values == [1.0]
    assert "Error writing config" not in caplog.text


async def test_entity_that_is_removed_slowly(
    hass: HomeAssistant, start_exporter: StartExporter, sink: MemorySink
) -> None:
    """It does not become another entity when only its registration is gone."""
    stubborn = StubbornEntity()
    platform = MockEntityPlatform(hass, domain="sensor")
    await platform.async_add_entities([stubborn])
    exporter = await start_exporter(sink, stubborn.entity_id)
    er.async_get(hass).async_remove(stubborn.entity_id)
    await settle()
    assert hass.states.get(stubborn.entity_id) is not None
    assert exporter.entities == {}
    stubborn.may_go.set()
    await settle()
    assert hass.states.get(stubborn.entity_id) is None
    assert sink.values == [5.0]
    # Another one may have its name later, also one that is not registered.
    hass.states.async_set(stubborn.entity_id, "6", {"unit_of_measurement": "W"})
    await settle()
    assert [*exporter.entities] == [stubborn.entity_id]
    assert sink.values == [5.0, 6.0]
