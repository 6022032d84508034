"""Random lives of an exporter in Home Assistant: all arrives, in order, once."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.iot_bridge.export.exporter import SinkUnavailableError
from homeassistant.core import HomeAssistant

from .rig import STORE_KEY, MemorySink, exporters, move, set_states, settle

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
OPERATIONS = st.lists(
    st.tuples(st.just("change"), st.integers(0, 2), st.integers(1, 4))
    | st.tuples(
        st.sampled_from(["wait", "down", "lost", "restart", "crash"]),
        st.just(0),
        st.just(0),
    ),
    max_size=25,
)


class Story:
    """One exporter's life in Home Assistant, with what was to arrive."""

    def __init__(
        self, hass: HomeAssistant, storage: dict[str, Any], clock: FrozenDateTimeFactory
    ) -> None:
        """Begin with entities that nobody has used before."""
        self.hass = hass
        self.storage = storage
        self.clock = clock
        number = len(hass.states.async_all())
        self.names = [f"story_{number}_{each}" for each in "abc"]
        self.key = f"{STORE_KEY}.{number}"
        self.sink = MemorySink()
        self.expected: list[tuple[str, float]] = []

    async def live(self, operations: list[tuple[str, int, int]]) -> None:
        """Let happen what happens, then all get well."""
        for name in self.names:
            self.clock.tick(0.01)
            set_states(self.hass, **{name: 0})
        self.expected = [(f"sensor.{name}", 0.0) for name in self.names]
        async with exporters(self.hass) as self.start:
            await self.begin()
            for operation, entity, value in operations:
                await getattr(self, f"do_{operation}")(entity, value)
                await settle()
            self.sink.trouble.clear()
            self.sink.lost_answers.clear()
            for _ in range(3):
                await move(self.hass, self.clock, 61)

    async def begin(self) -> None:
        """Start an exporter."""
        entity_ids = [f"sensor.{name}" for name in self.names]
        self.exporter = await self.start(self.sink, *entity_ids, store_key=self.key)

    async def do_change(self, entity: int, value: int) -> None:
        """An entity has another value, or the same."""
        self.clock.tick(0.01)
        name = self.names[entity]
        changed = self.hass.states.get(f"sensor.{name}").state != str(value)  # type: ignore[union-attr] # it is there
        self.expected += [(f"sensor.{name}", float(value))] * changed
        set_states(self.hass, **{name: value})

    async def do_wait(self, *_: int) -> None:
        """Time passes, and it is written to disk."""
        await move(self.hass, self.clock, 61)

    async def do_down(self, *_: int) -> None:
        """The next sending does not arrive."""
        self.sink.trouble.append(SinkUnavailableError())

    async def do_lost(self, *_: int) -> None:
        """The answer to the next sending that arrives does not."""
        self.sink.lost_answers.append(SinkUnavailableError(maybe_arrived=True))

    async def do_restart(self, *_: int) -> None:
        """Home Assistant is restarted."""
        await self.exporter.async_stop()
        await self.begin()

    async def do_crash(self, *_: int) -> None:
        """Home Assistant ends without writing; what only it knew is lost."""
        for _second in range(7):
            await move(self.hass, self.clock, 1)
        on_disk = deepcopy(self.storage[self.key])
        await self.exporter.async_stop()
        self.storage[self.key] = on_disk
        await self.begin()


def test_stories(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    """Changes, outages, restarts and crashes: all arrives, in order, once."""

    @settings(
        database=None,
        derandomize=True,
        deadline=None,
        max_examples=60,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(operations=OPERATIONS)
    def live(operations: list[tuple[str, int, int]]) -> None:
        story = Story(hass, hass_storage, freezer)
        hass.loop.run_until_complete(story.live(operations))
        unique = list(dict.fromkeys(story.sink.arrived))
        assert [(each.entity_id, each.value) for each in unique] == story.expected
        times = [each.time for each in unique]
        assert times == sorted(set(times))
        assert story.sink.unannounced == []

    freezer.move_to(START)
    live()
