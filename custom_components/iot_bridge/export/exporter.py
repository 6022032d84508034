"""From Home Assistant's entities to a service's sink: what is chosen, in order, once.

Knows no service. A bridge gives it a sink, and a file for what has to survive a restart.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..link import BackoffPolicy
from .queue import ExportQueue, from_milliseconds
from .selection import Excluded, ExportedEntity, SelectedEntities, Selection
from .sender import ExportSender
from .sink import ExportSink, ReadingsRefusedError, SinkUnavailableError
from .store import Document, ExportStore, as_document, async_remove_export_store
from .taking import Sample, ValueTaker
from .values import Reading, unit_of, value_of

__all__ = [
    "ExportCounts",
    "ExportSettings",
    "ExportSink",
    "ExportedEntity",
    "Exporter",
    "Reading",
    "ReadingsRefusedError",
    "Selection",
    "SinkUnavailableError",
    "async_remove_export_store",
]

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """What a user has set.

    Attributes:
        selection: Which entities.
        min_interval: Seconds between two readings of an entity, at least.
        heartbeat: Seconds after which an entity's value is sent also if it has not
            changed; None: never. Not less than `min_interval`.
    """

    selection: Selection
    min_interval: float = 0
    heartbeat: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCounts:
    """Readings since the start.

    Attributes:
        sent: Those that have arrived.
        waiting: Those that have not arrived yet.
        dropped: Those that were dropped because too many waited.
        refused: Those that the service does not take.
    """

    sent: int
    waiting: int
    dropped: int
    refused: int


def _nothing_excluded(_entry: er.RegistryEntry | None, _entity_id: str) -> bool:
    return False


def _not_interested(_old: str, _new: str) -> None:
    """Do nothing about a renamed entity."""


class Exporter:
    """Sends the values of chosen entities, from `async_start` to `async_stop`, once.

    All begins when Home Assistant has started: first a snapshot, without the values that
    were sent before the restart; then what changes.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        *,
        name: str,
        store_key: str,
        settings: ExportSettings,
        sink: ExportSink,
        excluded: Excluded = _nothing_excluded,
        on_renamed: Callable[[str, str], None] = _not_interested,
        batch_size: int = 100,
        capacity: int = 10_000,
        policy: BackoffPolicy = BackoffPolicy(),
    ) -> None:
        """Describe the export.

        Args:
            hass: Home Assistant.
            entry: The config entry that it belongs to.
            name: What it is called in log lines.
            store_key: Name of the file for what has to survive a restart.
            settings: What the user has set.
            sink: Where readings are brought to.
            excluded: Tells whether an entity is left out although it is chosen, as those
                have to be that come from the same service; given its entry in the
                registry, None if it has none, and its id.
            on_renamed: Told the old and the new id of a renamed entity that is chosen by
                name, to be stored.
            batch_size: Readings that are sent together at the most.
            capacity: Readings that wait at the most, at least 2; beyond that the oldest
                are dropped.
            policy: How long to wait before a lost service is tried again.
        """
        self._hass = hass
        self._entry = entry
        self._name = name
        self._queue = ExportQueue(
            capacity=capacity, batch_size=batch_size, on_overflow=self._tell_overflow
        )
        self._sink = sink
        self._store = ExportStore(
            hass,
            store_key,
            read=self._document,
            count_waiting=lambda: self._queue.waiting,
            oldest_waiting=lambda: self._queue.oldest,
        )
        self._selected = SelectedEntities(
            hass,
            settings.selection,
            on_change=self._selection_changed,
            excluded=excluded,
            on_renamed=on_renamed,
        )
        self._taker = ValueTaker(
            min_interval=settings.min_interval,
            heartbeat=settings.heartbeat,
            read=self._sample,
            now=dt_util.utcnow,
            clock=hass.loop.time,
            call_later=self._call_later,
            on_taken=self._taken,
        )
        self._sender = ExportSender(
            name,
            sink,
            self._queue,
            entities=lambda: tuple(self.entities.values()),
            on_settled=self._store.async_changed,
            policy=policy,
            clock=hass.loop.time,
        )
        self._followed: dict[str, ExportedEntity] = {}
        self._stop_listening: dict[str, CALLBACK_TYPE] = {}
        self._stop: list[CALLBACK_TYPE] = []
        self._task: asyncio.Task[None] | None = None
        self._is_doubtful = False
        self._is_loaded = False
        self._is_stopped = False
        self._stopping = asyncio.Lock()

    @property
    def entities(self) -> Mapping[str, ExportedEntity]:
        """Return the entities whose values are sent, by key."""
        return self._followed

    @property
    def newest(self) -> datetime:
        """Return the time of the newest reading, sent or not; the epoch if none was."""
        return from_milliseconds(self._taker.last_time)

    @property
    def counts(self) -> ExportCounts:
        """Return what has become of the readings since the start."""
        return ExportCounts(
            sent=self._sender.sent,
            waiting=self._queue.waiting,
            dropped=self._queue.dropped,
            refused=self._sender.refused,
        )

    @property
    def last_error(self) -> str | None:
        """Return the class of what went wrong in the last sending, None if nothing did."""
        return self._sender.last_error

    @callback
    def set_report_interval(self, seconds: float, *, repeat: bool = True) -> None:
        """Send in intervals, as services want it that are told all at once.

        Args:
            seconds: What has changed within that time is sent together.
            repeat: Whether a value that has not changed is sent again; else that is
                as the user has set it.
        """
        self._store.async_be_patient()
        if repeat:
            self._taker.set_heartbeat(seconds)
        self._sender.set_interval(seconds)

    @callback
    def try_now(self) -> None:
        """Send what waits because the service was lost: it is back."""
        self._sender.try_now()

    async def async_start(self) -> None:
        """Load what waits; follow and send as soon as Home Assistant has started."""
        await self._async_load()
        if self._is_stopped:
            return
        self._selected.async_start()
        self._stop = [
            async_at_started(self._hass, self._begin),
            self._hass.bus.async_listen(
                EVENT_HOMEASSISTANT_STOP, self._async_shut_down
            ),
        ]

    async def async_stop(self) -> None:
        """Follow and send no more, and write to disk what waits.

        An `async_start` that is under way ends without effect. If it stops already, it
        is waited for.
        """
        async with self._stopping:
            if not self._is_stopped:
                self._is_stopped = True
                await self._async_end()

    async def _async_end(self) -> None:
        if not self._is_loaded:
            return
        for stop in (*self._stop, *self._stop_listening.values()):
            stop()
        self._stop_listening.clear()
        self._selected.async_stop()
        self._taker.close()
        if self._task is not None:
            await self._sender.async_stop(self._task)
        await self._store.async_save()

    async def _async_load(self) -> None:
        memory = await self._store.async_load()
        if self._is_stopped:
            return
        self._queue.restore(memory.in_batch, memory.waiting)
        self._taker.restore(memory.taken, memory.last_time)
        self._is_doubtful = not memory.clean
        self._is_loaded = True
        # If this run is cut short, the next one has to know that more was sent.
        await self._store.async_save()

    async def _async_shut_down(self, _: Event[Any]) -> None:
        await self.async_stop()

    @callback
    def _begin(self, _: HomeAssistant) -> None:
        self._selected.async_follow()
        # What changes from now on was certainly not sent before.
        self._is_doubtful = False
        self._task = self._entry.async_create_background_task(
            self._hass, self._sender.async_run(), f"{DOMAIN} {self._name}"
        )

    @callback
    def _selection_changed(self, entities: Mapping[str, ExportedEntity]) -> None:
        """Follow what is chosen now, and no longer what was."""
        before, self._followed = self._followed, dict(entities)
        gone = [key for key in before if key not in entities]
        changed = [each for key, each in entities.items() if before.get(key) != each]
        listening = self._stop_listening
        outdated = [listening.pop(key) for key in gone]
        outdated += [listening.pop(e.key) for e in changed if e.key in listening]
        self._taker.unfollow(gone)
        self._sink.entities_changed(self._followed)
        for entity in changed:
            listening[entity.key] = async_track_state_change_event(
                self._hass, entity.entity_id, self._listener(entity.key)
            )
        # Only now: the last listener of all would take events along that are on their way.
        for stop in outdated:
            stop()
        self._taker.follow(changed, again=self._is_doubtful)
        if changed:
            self._sender.prepare()

    def _listener(self, key: str) -> Callable[[Event[EventStateChangedData]], None]:
        """Return what listens to an entity's states."""

        @callback
        def listen(event: Event[EventStateChangedData]) -> None:
            self._taker.changed(key, _sample_of(event.data["new_state"]))

        return listen

    def _sample(self, entity_id: str) -> Sample | None:
        return _sample_of(self._hass.states.get(entity_id))

    def _call_later(
        self, seconds: float, action: Callable[[], None]
    ) -> Callable[[], None]:
        return async_call_later(self._hass, seconds, callback(lambda _: action()))

    @callback
    def _taken(self, reading: Reading, again: bool) -> None:
        self._queue.add(reading, again=again)
        self._store.async_changed()
        self._sender.wake()

    @callback
    def _tell_overflow(self) -> None:
        _LOGGER.warning(
            "%s: too many values wait to be sent; the oldest are dropped", self._name
        )

    def _document(self) -> Document:
        in_batch, waiting = self._queue.as_rows()
        return as_document(
            clean=self._is_stopped and not self._is_doubtful,
            last_time=self._taker.last_time,
            taken=self._taker.taken,
            in_batch=in_batch,
            waiting=waiting,
        )


def _sample_of(state: State | None) -> Sample | None:
    """Return the value of a state, None if it has none."""
    if state is None or (value := value_of(state)) is None:
        return None
    return Sample(value, unit_of(state), state.last_changed)
