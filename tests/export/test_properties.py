"""Whatever happens, what arrives is what was to arrive: in order, once."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
import heapq
from itertools import pairwise
import json
from typing import Any, override

from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from custom_components.iot_bridge.export.queue import ExportQueue, milliseconds
from custom_components.iot_bridge.export.selection import ExportedEntity
from custom_components.iot_bridge.export.sender import ExportSender
from custom_components.iot_bridge.export.sink import (
    ExportSink,
    ReadingsRefusedError,
    SinkUnavailableError,
)
from custom_components.iot_bridge.export.store import as_document, from_document
from custom_components.iot_bridge.export.suspects import FAILURES_BEFORE_PROOF
from custom_components.iot_bridge.export.taking import Sample, ValueTaker
from custom_components.iot_bridge.export.values import ExportTarget, Reading, ValueKind
from custom_components.iot_bridge.link import BackoffPolicy

from .rig import drive, entity

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("a", "b", "c", "unwanted")
POISON = 5.0
VALUES = st.none() | st.sampled_from([1.0, 2.0, 3.0, 4.0, POISON])

DAY = timedelta(days=1)

type Fact = tuple[str, float, int]


class CutOffError(BaseException):
    """The answer does not arrive before the end, as if the task was cancelled."""


def fact_of(reading: Reading) -> Fact:
    """Return what identifies a reading, and its value."""
    assert isinstance(reading.value, float)
    return reading.key, reading.value, milliseconds(reading.time)


class Timers:
    """A clock that is moved by hand, and what it rings."""

    def __init__(self) -> None:
        """Start at zero."""
        self.seconds = 0.0
        self._count = 0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._cancelled: set[int] = set()

    def call_later(self, wait: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call something later."""
        number = self._count = self._count + 1
        heapq.heappush(self._heap, (self.seconds + wait, number, action))
        return lambda: self._cancelled.add(number)

    def move(self, seconds: float) -> None:
        """Let time pass, and ring on the way."""
        end = self.seconds + seconds
        while self._heap and self._heap[0][0] <= end:
            self.seconds, number, action = heapq.heappop(self._heap)
            if number not in self._cancelled:
                action()
        self.seconds = end


class ChecksSink(ExportSink):
    """Takes readings, and looks at how they come."""

    def __init__(self) -> None:
        """Start as a good one."""
        self.mode = "good"
        self.names_refused = True
        self.meanwhile: list[Callable[[], None]] = []
        self.facts: list[Fact] = []
        self.in_doubt: list[Fact] | None = None
        self.calls = 0
        self.failures = 0
        self.faults: list[Any] = []

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        # Were it there for all but the readings, these would be to blame after a while.
        is_outage = self.mode != "good" and self.failures >= FAILURES_BEFORE_PROOF
        if self.mode == "down" or is_outage:
            raise SinkUnavailableError

    @override
    def target(self, reading: Reading) -> ExportTarget | None:
        wanted = ExportTarget(kind=ValueKind.NUMBER)
        return None if reading.key == "unwanted" else wanted

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        self.calls += 1
        self.failures += 1
        facts = [fact_of(reading) for reading in readings]
        times = [time for _, _, time in facts]
        in_order = times == sorted(set(times))
        new = again or not set(facts) & set(self.facts)
        as_before = self.in_doubt in (None, facts) and (again or not self.in_doubt)
        # Collected: the exporter would take an error for one of the service.
        self.faults += [(*facts, again)] * (not (in_order and new and as_before))
        while self.meanwhile:
            self.meanwhile.pop(0)()
        if self.mode == "down":
            raise SinkUnavailableError(retry_after=1)
        if self.mode == "odd":
            raise RuntimeError("odd")
        if self.mode == "partly":
            self.failures = 0
            self.facts += facts[:1]
            raise SinkUnavailableError(arrived=readings[:1])
        refused = [reading for reading in readings if reading.value == POISON]
        if refused:
            self.failures = 0
            named = refused if self.names_refused else None
            raise ReadingsRefusedError(named, reason="poison")
        self.facts += facts
        self.in_doubt = None
        if self.mode == "lost":
            self.in_doubt = facts
            raise SinkUnavailableError(maybe_arrived=True)
        if self.mode == "cut off":
            self.in_doubt = facts
            raise CutOffError
        self.failures = 0


class ExportMachine(RuleBasedStateMachine):
    """Changes, outages, restarts and crashes, against a model that knows none of these."""

    def __init__(self) -> None:
        """Start a world in which nothing is chosen."""
        super().__init__()
        self.clock = START
        self.states: dict[str, tuple[float | None, datetime]] = {}
        self.chosen: list[str] = []
        self.sink = ChecksSink()
        # The model: what was to be sent, the last value and the last time.
        self.facts: list[Fact] = []
        self.last: dict[str, float] = {}
        self.last_time = 0
        # What it was when it was written to disk.
        self.saved: tuple[str, dict[str, float], int, list[Fact]] = ("", {}, 0, [])
        self.begin(None)

    def begin(self, document: Any) -> None:
        """Start an exporter from what is on disk."""
        self.queue = ExportQueue(
            capacity=10_000, batch_size=3, on_overflow=lambda: None
        )
        self.taker = ValueTaker(
            min_interval=0,
            heartbeat=None,
            read=lambda entity_id: self.sample(entity_id.removeprefix("sensor.")),
            now=lambda: self.clock,
            clock=lambda: 0.0,
            call_later=Timers().call_later,
            on_taken=lambda reading, again: self.queue.add(reading, again=again),
        )
        self.sender = ExportSender(
            "Test",
            self.sink,
            self.queue,
            entities=lambda: [entity(key) for key in self.chosen],
            on_settled=lambda: None,
            policy=BackoffPolicy(),
            clock=lambda: 0.0,
        )
        is_clean = True
        if document is not None:
            memory = from_document(document)
            self.queue.restore(memory.in_batch, memory.waiting)
            self.taker.restore(memory.taken, memory.last_time)
            is_clean = memory.clean
        self.write(clean=False)
        self.model_follow(self.chosen)
        self.taker.follow([entity(key) for key in self.chosen], again=not is_clean)

    def sample(self, key: str) -> Sample | None:
        """Return what an entity's value is."""
        value, since = self.states.get(key, (None, START))
        return None if value is None else Sample(value, None, since)

    def write(self, *, clean: bool) -> None:
        """Write to disk."""
        in_batch, waiting = self.queue.as_rows()
        document = as_document(
            clean=clean,
            last_time=self.taker.last_time,
            taken=self.taker.taken,
            in_batch=in_batch,
            waiting=waiting,
        )
        self.saved = (
            json.dumps(document),
            dict(self.last),
            self.last_time,
            [*self.facts],
        )

    def model_take(self, key: str) -> None:
        """Note what is to be sent of an entity, if it has another value than before."""
        value, since = self.states.get(key, (None, START))
        if value is not None and value != self.last.get(key):
            self.last.pop(key, None)
            self.last[key] = value
            now = milliseconds(self.clock)
            self.last_time = max(min(milliseconds(since), now), self.last_time + 1)
            if self.last_time > milliseconds(self.clock + DAY) + 1:
                self.last_time = now
            self.facts.append((key, value, self.last_time))

    def model_follow(self, keys: Sequence[str]) -> None:
        """Note what is to be sent of newly chosen entities, the oldest value first."""
        for key in sorted(keys, key=lambda each: self.states.get(each, (0, START))[1]):
            self.model_take(key)

    def change(self, key: str, value: float | None, pause: int) -> None:
        """Change an entity."""
        self.clock += timedelta(milliseconds=pause)
        if self.states.get(key, (None,))[0] == value:
            return
        self.states[key] = (value, self.clock)
        if key in self.chosen:
            self.model_take(key)
            self.taker.changed(key, self.sample(key))

    @initialize(keys=st.sets(st.sampled_from(KEYS), min_size=1))
    def choose_first(self, keys: set[str]) -> None:
        """Choose something to begin with."""
        self.choose(keys)

    @rule(key=st.sampled_from(KEYS), value=VALUES, pause=st.integers(1, 5000))
    def change_now(self, key: str, value: float | None, pause: int) -> None:
        """An entity has another value."""
        self.change(key, value, pause)

    @rule(key=st.sampled_from(KEYS), value=VALUES, pause=st.integers(1, 5000))
    def change_while_sending(self, key: str, value: float | None, pause: int) -> None:
        """An entity has another value in the middle of the next sending."""
        self.sink.meanwhile.append(lambda: self.change(key, value, pause))

    @rule(seconds=st.integers(1, 4000))
    def clock_steps_back(self, seconds: int) -> None:
        """The clock is set."""
        self.clock -= timedelta(seconds=seconds)

    @rule(days=st.sampled_from([-3, 2, 400]))
    def clock_jumps(self, days: int) -> None:
        """The clock was, or is, far from right."""
        self.clock += days * DAY

    @rule(keys=st.sets(st.sampled_from(KEYS), min_size=2))
    def choose(self, keys: set[str]) -> None:
        """The selection changes."""
        gone = [key for key in self.chosen if key not in keys]
        new = sorted(keys.difference(self.chosen))
        self.chosen = sorted(keys)
        self.taker.unfollow(gone)
        self.model_follow(new)
        self.taker.follow([entity(key) for key in new])
        self.sender.prepare()

    @rule(
        mode=st.sampled_from(["good", "good", "down", "lost", "odd", "partly"]),
        names_refused=st.booleans(),
    )
    def service_turns(self, mode: str, names_refused: bool) -> None:
        """The service gets better or worse."""
        self.sink.mode = mode
        self.sink.names_refused = names_refused

    @rule(steps=st.integers(1, 4))
    def send(self, steps: int) -> None:
        """The exporter does something."""
        for _ in range(steps):
            drive(self.sender.async_step())

    @rule()
    def save(self) -> None:
        """It is time to write to disk."""
        self.write(clean=False)

    @rule()
    def restart(self) -> None:
        """Home Assistant is restarted in good order."""
        self.taker.close()
        self.write(clean=True)
        self.begin(json.loads(self.saved[0]))

    @rule()
    @precondition(lambda self: self.sink.mode == "good")
    def restart_while_sending(self) -> None:
        """Home Assistant is restarted, and the answer of the service does not arrive."""
        self.sink.mode = "cut off"
        try:
            drive(self.sender.async_step())
        except CutOffError:
            assert self.sink.in_doubt is not None
        self.sink.mode = "good"
        self.restart()

    @rule()
    def crash(self) -> None:
        """Home Assistant ends without writing anything."""
        document, self.last, self.last_time, on_disk = self.saved
        self.last = dict(self.last)
        known = {*self.sink.facts, *on_disk}
        self.facts = [fact for fact in self.facts if fact in known]
        self.sink.in_doubt = None
        self.sink.meanwhile.clear()
        self.taker.close()
        self.begin(json.loads(document))

    @invariant()
    def nothing_is_wrong_for_the_service(self) -> None:
        """Batches are in order, and what comes twice is said to."""
        assert self.sink.faults == []

    @invariant()
    def little_is_remembered(self) -> None:
        """What was taken is kept for twice the entities at the most."""
        assert len(self.taker.taken) <= max(2 * len(self.chosen), 0)

    @override
    def teardown(self) -> None:
        """In the end the service is well, and all has arrived."""
        self.sink.mode = "good"
        while drive(self.sender.async_step()) is not None:
            assert self.sink.calls < 10_000
        assert self.queue.waiting == 0
        wanted = [
            fact for fact in self.facts if fact[0] != "unwanted" and fact[1] != POISON
        ]
        arrived = [fact for fact in self.sink.facts if fact[1] != POISON]
        assert list(dict.fromkeys(arrived)) == list(dict.fromkeys(wanted))


ExportMachine.TestCase.settings = settings(
    database=None,
    derandomize=True,
    deadline=None,
    max_examples=80,
    stateful_step_count=40,
)
test_what_arrives = ExportMachine.TestCase


class PaceMachine(RuleBasedStateMachine):
    """Changes in their pace, and heartbeats."""

    def __init__(self) -> None:
        """Start a world with entities without values."""
        super().__init__()
        self.timers = Timers()
        self.states: dict[str, tuple[float | None, float]] = {}
        self.taken: dict[str, list[tuple[float, float]]] = {}

    def sample(self, key: str) -> Sample | None:
        """Return what an entity's value is."""
        value, since = self.states.get(key, (None, 0.0))
        return None if value is None else Sample(value, None, self.time(since))

    def time(self, seconds: float) -> datetime:
        """Return a time."""
        return START + timedelta(seconds=seconds)

    def take(self, reading: Reading, again: bool) -> None:
        """Note a reading, by the clock."""
        assert not again
        key, value, _ = fact_of(reading)
        self.taken.setdefault(key, []).append((self.timers.seconds, value))

    @initialize(min_interval=st.sampled_from([0, 5, 60]), heartbeat=st.integers(1, 200))
    def begin(self, min_interval: int, heartbeat: int) -> None:
        """Start a taker."""
        self.min_interval = min_interval
        self.heartbeat = max(heartbeat, min_interval)
        self.taker = ValueTaker(
            min_interval=min_interval,
            heartbeat=heartbeat,
            read=lambda entity_id: self.sample(entity_id.removeprefix("sensor.")),
            now=lambda: self.time(self.timers.seconds),
            clock=lambda: self.timers.seconds,
            call_later=self.timers.call_later,
            on_taken=self.take,
        )
        self.taker.follow(entity(key) for key in "ab")

    @rule(key=st.sampled_from("ab"), value=st.none() | st.sampled_from([1.0, 2.0]))
    def change(self, key: str, value: float | None) -> None:
        """An entity has another value."""
        if self.states.get(key, (None,))[0] != value:
            self.states[key] = (value, self.timers.seconds)
            self.taker.changed(key, self.sample(key))

    @rule(seconds=st.integers(1, 150))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.timers.move(seconds)

    @invariant()
    def all_is_well(self) -> None:
        """Neither too often, nor too late, nor without a reason."""
        now = self.timers.seconds
        for readings in self.taken.values():
            for (before, old), (after, new) in pairwise(readings):
                assert after - before >= self.min_interval
                assert new != old or after - before >= self.heartbeat
        for key, (value, since) in self.states.items():
            if value is None:
                continue
            at, taken = self.taken[key][-1]
            assert taken == value or now < at + self.min_interval
            assert now <= max(since, at + self.heartbeat)


PaceMachine.TestCase.settings = settings(
    database=None,
    derandomize=True,
    deadline=None,
    max_examples=80,
    stateful_step_count=40,
)
test_pace = PaceMachine.TestCase
