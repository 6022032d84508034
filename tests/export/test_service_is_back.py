"""What a sink tells its export, and is told by it, beside the readings."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.iot_bridge.export.exporter import (
    ExportedEntity,
    SinkUnavailableError,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .rig import MemorySink, StartExporter, exporters, move, set_states, settle


@pytest.fixture
async def start_exporter(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> AsyncIterator[StartExporter]:
    """Starts exporters; time stands still unless a test moves it."""
    async with exporters(hass) as start:
        yield start


@pytest.mark.parametrize("asked_for", [0, 600])
async def test_service_that_is_back(
    hass: HomeAssistant, start_exporter: StartExporter, asked_for: float
) -> None:
    """What waits is sent at once, whatever was to be waited for."""
    sink = MemorySink()
    sink.trouble = [SinkUnavailableError(retry_after=asked_for)]
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    assert sink.values == []
    exporter.try_now()
    await settle()
    assert sink.values == [1.0]


async def test_service_that_is_back_for_a_moment(
    hass: HomeAssistant, start_exporter: StartExporter, freezer: FrozenDateTimeFactory
) -> None:
    """It is tried once, and then again only after a wait."""
    sink = MemorySink()
    sink.trouble = [SinkUnavailableError() for _ in range(3)]
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.try_now()
    await settle()
    assert len(sink.batches) == 2
    await move(hass, freezer, 10)
    assert len(sink.batches) == 2
    await move(hass, freezer, 10)
    assert len(sink.batches) == 3


async def test_service_that_is_back_meanwhile(
    hass: HomeAssistant, start_exporter: StartExporter
) -> None:
    """A sending that is under way, and fails then, is not waited for either."""
    sink = MemorySink()
    sink.gate.clear()
    sink.trouble = [SinkUnavailableError()]
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.try_now()
    sink.gate.set()
    await settle()
    assert sink.values == [1.0]


async def test_service_that_was_never_lost(
    hass: HomeAssistant, start_exporter: StartExporter
) -> None:
    """Nothing is sent twice, and nothing without need."""
    sink = MemorySink()
    set_states(hass, a=1)
    exporter = await start_exporter(sink, "sensor.a")
    exporter.try_now()
    await settle()
    set_states(hass, a=2)
    await settle()
    assert [len(readings) for readings, _ in sink.batches] == [1, 1]


class AttentiveSink(MemorySink):
    """Notes what is exported.

    Attributes:
        followed: Entity ids, each time that they have changed.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.followed: list[list[str]] = []

    @override
    def entities_changed(self, entities: Mapping[str, ExportedEntity]) -> None:
        self.followed.append([one.entity_id for one in entities.values()])


async def test_entities_that_come_and_go(
    hass: HomeAssistant, start_exporter: StartExporter
) -> None:
    """The sink is told of all changes, also when there is less than before."""
    sink = AttentiveSink()
    registry = er.async_get(hass)
    for name in "ab":
        registry.async_get_or_create(
            "sensor", "house", name, suggested_object_id=f"house_{name}"
        )
    set_states(hass, house_a=1, house_b=2)
    await start_exporter(sink, "sensor.house_a", "sensor.house_b", "sensor.late")
    set_states(hass, late=3)
    await settle()
    registry.async_update_entity("sensor.house_a", new_entity_id="sensor.moved")
    await settle()
    registry.async_remove("sensor.house_b")
    hass.states.async_remove("sensor.house_b")
    await settle()
    assert sink.followed == [
        ["sensor.house_a", "sensor.house_b"],
        ["sensor.house_a", "sensor.house_b", "sensor.late"],
        ["sensor.moved", "sensor.house_b", "sensor.late"],
        ["sensor.moved", "sensor.late"],
    ]
