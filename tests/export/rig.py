"""A service in memory that can be down, slow, choosy or odd, and an exporter to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.export.exporter import (
    ExportedEntity,
    Exporter,
    ExportSettings,
    ExportSink,
    Reading,
    ReadingsRefusedError,
    Selection,
    SinkUnavailableError,
)
from custom_components.iot_bridge.export.values import ExportTarget, ValueKind
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.core import HomeAssistant

STORE_KEY = "iot_bridge.test_export"
POLICY = BackoffPolicy(first=10, longest=60, jitter=0)

type StartExporter = Callable[..., Awaitable[Exporter]]


def _lost_answer() -> SinkUnavailableError:
    return SinkUnavailableError(maybe_arrived=True)


class MemorySink(ExportSink):
    """Keeps what arrives.

    Attributes:
        arrived: Readings, in the order of their arrival.
        batches: Each sending that was tried: its readings, and whether it was "again".
        unannounced: Readings that arrived twice without being sent "again".
        prepared: The entities of each preparation that was tried.
        trouble: Raised by the next sendings, one each, before anything is taken.
        lost_answers: Raised by the next sendings, one each, after all was taken.
        unprepared: Raised by the next preparations, one each.
        targets: What is wanted, by entity id; otherwise whatever comes.
        refuses: Ids of entities whose readings are refused, with all that come along.
        names_refused: Whether it is said which those are.
        gate: Sendings wait here if it is not set.
        poison: Ids of entities whose readings make each sending fail.
        takes_nothing: Whether each sending fails, though the service is there.
        poison_error: Makes what is raised then.
    """

    def __init__(self) -> None:
        """Start without trouble."""
        self.arrived: list[Reading] = []
        self.batches: list[tuple[list[Reading], bool]] = []
        self.unannounced: list[Reading] = []
        self.prepared: list[list[str]] = []
        self.trouble: list[BaseException] = []
        self.lost_answers: list[BaseException] = []
        self.unprepared: list[BaseException] = []
        self.targets: dict[str, ExportTarget | None] = {}
        self.refuses: set[str] = set()
        self.names_refused = True
        self.gate = asyncio.Event()
        self.gate.set()
        self.poison: set[str] = set()
        self.takes_nothing = False
        self.poison_error: Callable[[], Exception] = _lost_answer

    @property
    def values(self) -> list[Any]:
        """Return the values that have arrived."""
        return [reading.value for reading in self.arrived]

    @property
    def agains(self) -> list[bool]:
        """Return for each sending whether it was "again"."""
        return [again for _, again in self.batches]

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        self.prepared.append([entity.entity_id for entity in entities])
        for error in self.unprepared[:1]:
            del self.unprepared[0]
            raise error

    @override
    def target(self, reading: Reading) -> ExportTarget | None:
        kind = ValueKind.TEXT if isinstance(reading.value, str) else ValueKind.NUMBER
        return self.targets.get(reading.entity_id, ExportTarget(kind=kind))

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        self.batches.append(([*readings], again))
        await self.gate.wait()
        for error in self.trouble[:1]:
            del self.trouble[0]
            raise error
        poison = [each for each in readings if each.entity_id in self.poison]
        if self.takes_nothing or poison:
            raise self.poison_error()
        refused = [each for each in readings if each.entity_id in self.refuses]
        if refused:
            named = refused if self.names_refused else None
            raise ReadingsRefusedError(named, reason="no such field")
        twice = [each for each in readings if each in self.arrived]
        self.unannounced += twice * (not again)
        self.arrived.extend(readings)
        for error in self.lost_answers[:1]:
            del self.lost_answers[0]
            raise error


async def settle() -> None:
    """Let everything happen that needs no time."""
    for _ in range(60):
        await asyncio.sleep(0)


def drive[ResultT](coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run to its end what waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: ResultT = end.value
        return result
    raise AssertionError("it waits")


def entity(key: str) -> ExportedEntity:
    """Return an entity."""
    return ExportedEntity(key=key, entity_id=f"sensor.{key}", device_id=None)


async def move(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await settle()


def set_states(hass: HomeAssistant, **states: Any) -> None:
    """Set states of sensors with a unit, by their object ids."""
    for name, state in states.items():
        attributes = {"unit_of_measurement": "°C"}
        hass.states.async_set(f"sensor.{name}", str(state), attributes)


@asynccontextmanager
async def exporters(hass: HomeAssistant) -> AsyncIterator[StartExporter]:
    """Yield what starts exporters; they are stopped at the end."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    started: list[Exporter] = []

    async def start(
        sink: ExportSink,
        *entity_ids: str,
        selection: Selection | None = None,
        min_interval: float = 0,
        heartbeat: float | None = None,
        **options: Any,
    ) -> Exporter:
        exporter = Exporter(
            hass,
            entry,
            name="Test export",
            settings=ExportSettings(
                selection=selection or Selection(entities=entity_ids),
                min_interval=min_interval,
                heartbeat=heartbeat,
            ),
            sink=sink,
            **{"store_key": STORE_KEY, "policy": POLICY, **options},
        )
        started.append(exporter)
        await exporter.async_start()
        await settle()
        return exporter

    yield start
    for exporter in started:
        await exporter.async_stop()
