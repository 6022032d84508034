"""Whoever is to blame: those that are good arrive, in order, and outages cost nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import override

from hypothesis import given, settings, strategies as st

from custom_components.iot_bridge.export.queue import ExportQueue
from custom_components.iot_bridge.export.selection import ExportedEntity
from custom_components.iot_bridge.export.sender import ExportSender
from custom_components.iot_bridge.export.sink import ExportSink, SinkUnavailableError
from custom_components.iot_bridge.export.suspects import (
    BLAMES_BEFORE_VERDICT,
    FAILURES_BEFORE_PROOF,
)
from custom_components.iot_bridge.export.values import ExportTarget, Reading, ValueKind
from custom_components.iot_bridge.link import BackoffPolicy

from .rig import drive, entity

START = datetime(2026, 1, 1, tzinfo=UTC)
TRIES = FAILURES_BEFORE_PROOF + BLAMES_BEFORE_VERDICT


class PoisonedSink(ExportSink):
    """Fails for some entities, and for all in an outage of its data.

    Attributes:
        poison: Keys of the entities that it fails for.
        outage: How many sendings more fail, whatever they hold.
        silences: For the next preparations, whether nobody answers.
        knows: Whether a sending that fails is said to have arrived, maybe.
        arrived: Numbers of the readings that have arrived.
        faults: Those that arrived twice, or not in order within a batch.
    """

    def __init__(
        self, poison: set[str], outage: int, silences: list[bool], *, knows: bool
    ) -> None:
        """Know what goes wrong."""
        self.poison = poison
        self.outage = outage
        self.silences = silences
        self.knows = knows
        self.arrived: list[float] = []
        self.faults: list[Reading] = []

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        for silent in self.silences[:1]:
            del self.silences[0]
            if silent:
                raise SinkUnavailableError

    @override
    def target(self, reading: Reading) -> ExportTarget:
        return ExportTarget(kind=ValueKind.NUMBER)

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        times = [each.time for each in readings]
        self.faults += [*readings] * (times != sorted(set(times)))
        self.outage -= 1
        if self.outage >= 0 or self.poison & {each.key for each in readings}:
            raise SinkUnavailableError(maybe_arrived=not self.knows)
        self.faults += [each for each in readings if each.value in self.arrived]
        self.arrived += [float(each.value) for each in readings]


class World:
    """A queue, a sender, and readings of entities."""

    def __init__(self, sink: PoisonedSink) -> None:
        """Start with nothing to send."""
        self.queue = ExportQueue(capacity=1000, batch_size=5, on_overflow=lambda: None)
        self.sender = ExportSender(
            "Test",
            sink,
            self.queue,
            entities=lambda: [entity("good")],
            on_settled=lambda: None,
            policy=BackoffPolicy(),
            clock=lambda: 0.0,
        )
        self.count = 0

    def add(self, key: str) -> None:
        """Take a reading; its value is its number."""
        reading = Reading(
            key=key,
            entity_id=f"sensor.{key}",
            value=float(self.count),
            unit=None,
            time=START + timedelta(seconds=self.count),
        )
        self.queue.add(reading)
        self.count += 1

    def step(self, steps: int) -> None:
        """Prepare or send so many times, unless there is nothing to do."""
        for _ in range(steps):
            drive(self.sender.async_step())


@settings(database=None, derandomize=True, deadline=None, max_examples=100)
@given(
    keys=st.lists(st.sampled_from("abcd"), min_size=1, max_size=12),
    poison=st.sets(st.sampled_from("abc")),
    outage=st.integers(0, 5 * TRIES),
    silences=st.lists(st.booleans(), max_size=12),
    knows=st.booleans(),
)
def test_only_the_bad_ones_are_given_up(
    keys: list[str],
    poison: set[str],
    outage: int,
    silences: list[bool],
    knows: bool,
) -> None:
    """After any outage, of the data alone or of all, with any of them being bad."""
    sink = PoisonedSink(poison, outage, silences, knows=knows)
    world = World(sink)
    for key in keys:
        world.add(key)
    good = [float(number) for number, key in enumerate(keys) if key not in poison]
    world.step(2 * outage + len(silences))
    assert sink.outage < 0 or sink.arrived == []
    assert world.sender.refused == 0 or sink.arrived
    # What comes later shows that the service is well.
    for _ in range(2 * (len(keys) + 2)):
        good.append(float(world.count))
        world.add("good")
        world.step(2 * TRIES * (len(keys) + 1))
    assert sorted(sink.arrived) == good
    assert world.sender.refused == len(keys) + 2 * (len(keys) + 2) - len(good)
    assert world.queue.waiting == 0
    assert sink.faults == []


@settings(database=None, derandomize=True, deadline=None, max_examples=60)
@given(
    keys=st.lists(st.sampled_from("abcd"), min_size=1, max_size=12),
    poison=st.sets(st.sampled_from("abc")),
    steps=st.integers(1, 300),
)
def test_others_arrive_in_order(keys: list[str], poison: set[str], steps: int) -> None:
    """Without an outage those that are good keep their order."""
    sink = PoisonedSink(poison, 0, [], knows=False)
    world = World(sink)
    for key in keys:
        world.add(key)
    world.step(steps)
    good = [float(number) for number, key in enumerate(keys) if key not in poison]
    assert sink.arrived == good[: len(sink.arrived)]
    world.step(4 * TRIES * len(keys))
    assert sink.arrived == good
