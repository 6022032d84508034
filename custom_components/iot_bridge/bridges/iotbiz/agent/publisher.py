"""The state of this Home Assistant on the platform: one message with all that is chosen.

The platform makes a row of each message, with its own time. So older values are not told
one by one: only the newest counts.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ....const import DOMAIN
from ....export.selection import ExportedEntity
from ....export.sink import RunningExport
from ....export.values import Reading
from ..client import AgentSession, BrokerError, state_payload
from ..const import SERVICE_NAME
from .attributes import attribute_of, that_fit

_LOGGER = logging.getLogger(__name__)

# Seconds between two messages, at least.
SHORTEST_PERIOD: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Published:
    """A message that the broker has.

    Attributes:
        payload: The message.
        at: When its values were read.
        newest: The newest reading that each export had taken by then.
    """

    payload: str
    at: datetime
    newest: Mapping[str, datetime]


class StatePublisher:
    """Puts together what all exports of an entry have chosen, and publishes it.

    Attributes:
        left_out: Keys of the entities that the message has no room for.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Start without any export, and not connected.

        Args:
            hass: Home Assistant.
            entry: What the exports are of.
        """
        self._hass = hass
        self._entry = entry
        self._entities: dict[str, Mapping[str, ExportedEntity]] = {}
        self._exports: dict[str, RunningExport] = {}
        self._session: AgentSession | None = None
        self._greeting: _Published | None = None
        self._published: _Published | None = None
        self._published_at: float | None = None
        # One message at a time: of two exports that change together, one is enough.
        self._lock = asyncio.Lock()
        self._due = 0.0
        self._cancel_refresh: CALLBACK_TYPE | None = None
        self._is_stopped = False
        self._told: set[str] = set()
        self.left_out: frozenset[str] = frozenset()

    @property
    def described(self) -> dict[str, Any]:
        """Return what helps support: no values, nothing about the entities."""
        payload = None if self._published is None else self._published.payload
        return {
            "entities": len(self._chosen()),
            "left_out": len(self.left_out),
            "bytes": None if payload is None else len(payload.encode()),
        }

    # What is published

    @callback
    def choose(self, name: str, entities: Mapping[str, ExportedEntity]) -> None:
        """Have the entities of an export in the message from now on, and no others.

        Args:
            name: Of the export.
            entities: By key; in this order they have room in the message.
        """
        self._entities[name] = entities

    @callback
    def open(self, name: str, export: RunningExport) -> None:
        """Tell an export when the broker is back."""
        self._exports[name] = export

    @callback
    def close(self, name: str) -> None:
        """Leave out an export."""
        self._exports.pop(name, None)
        self._entities.pop(name, None)

    def _chosen(self) -> dict[str, ExportedEntity]:
        """Return all entities by id: some may be in several exports."""
        return {
            entity.entity_id: entity
            for entities in self._entities.values()
            for entity in entities.values()
        }

    def _compose(self) -> _Published:
        at = dt_util.utcnow()
        chosen = self._chosen()
        attributes = that_fit(
            {
                entity_id: attribute_of(self._hass.states.get(entity_id))
                for entity_id in chosen
            }
        )
        left_out = [one for one in chosen if one not in attributes]
        self.left_out = frozenset(chosen[one].key for one in left_out)
        self._tell_left_out(left_out)
        return _Published(
            state_payload(online=True, attributes=attributes),
            at,
            {name: export.newest for name, export in self._exports.items()},
        )

    def _tell_left_out(self, entity_ids: Iterable[str]) -> None:
        if new := [one for one in entity_ids if one not in self._told]:
            self._told.update(new)
            _LOGGER.warning(
                "%s: too much is chosen for one message, these are left out: %s",
                self._entry.title,
                ", ".join(new),
            )

    # The connection

    def greeting(self) -> str:
        """Return the message that a new connection begins with."""
        self._greeting = self._compose()
        return self._greeting.payload

    @callback
    def connected(self, session: AgentSession) -> None:
        """Note that a connection is up, and that its first message has arrived."""
        self._session = session
        self._published = self._greeting
        self._published_at = self._hass.loop.time()
        if not self._is_published(self._compose()):
            # Something has changed while it was on its way.
            self.refresh_soon(SHORTEST_PERIOD)
        for export in self._exports.values():
            export.try_now()

    @callback
    def disconnected(self) -> None:
        """Note that the connection is lost, or ends."""
        self._session = None
        self._published = None

    @callback
    def stop(self) -> None:
        """Publish nothing by itself any more."""
        self._is_stopped = True
        self._stop_waiting()

    # Publishing

    async def async_publish(self) -> None:
        """Publish what is chosen, unless that is what was published last.

        Raises:
            BrokerError: The broker was not reached, or it does not answer.
        """
        await self._async_publish_unless(self._is_published)

    async def async_publish_since(self, name: str, readings: Sequence[Reading]) -> None:
        """Publish what is chosen, unless that was done since some readings were taken.

        Args:
            name: Of their export.
            readings: The readings.

        Raises:
            BrokerError: The broker was not reached, or it does not answer.
        """

        def has_told_all(message: _Published) -> bool:
            return all(self._has_told(name, one, message.at) for one in readings)

        await self._async_publish_unless(has_told_all)

    async def _async_publish_unless(
        self, is_done: Callable[[_Published], bool]
    ) -> None:
        async with self._lock:
            if is_done(self._compose()):
                return
            await self._async_wait_for_turn()
            message = self._compose()
            if (session := self._session) is None:
                raise BrokerError("publish: not connected")
            if is_done(message):
                return
            # It tells what this would have told; what changes now asks for another.
            self._stop_waiting()
            # If no answer comes, nobody knows what the broker has.
            self._published = None
            await session.publish(message.payload)
            if self._session is session:
                self._published = message
                self._published_at = self._hass.loop.time()

    def _is_published(self, message: _Published) -> bool:
        return self._published is not None and (
            self._published.payload == message.payload
        )

    def _has_told(self, name: str, reading: Reading, now: datetime) -> bool:
        """Return whether the last message has told a value, or what came after it."""
        if (last := self._published) is None:
            return False
        # If the clock was set back since, times tell nothing.
        if (newest := last.newest.get(name)) and (export := self._exports.get(name)):
            if reading.time <= newest <= export.newest:
                return True
        return reading.time <= last.at <= now

    async def _async_wait_for_turn(self) -> None:
        if self._published_at is not None and self._session is not None:
            since = self._hass.loop.time() - self._published_at
            await asyncio.sleep(max(0.0, SHORTEST_PERIOD - since))

    @callback
    def refresh_soon(self, period: float) -> None:
        """Publish what is chosen if that has changed, though there is no new value.

        Args:
            period: Seconds between two messages, at least.
        """
        if self._is_stopped or self._session is None:
            # A new connection begins with it.
            return
        now = self._hass.loop.time()
        # Not at once: what goes may be back in a moment.
        due = max(now + SHORTEST_PERIOD, (self._published_at or now) + period)
        if self._cancel_refresh is None or due < self._due:
            self._stop_waiting()
            self._due = due
            self._cancel_refresh = async_call_later(
                self._hass, due - now, self._start_refresh
            )

    @callback
    def _start_refresh(self, _: datetime) -> None:
        self._cancel_refresh = None
        if not self._hass.is_stopping:
            self._entry.async_create_background_task(
                self._hass, self._async_refresh(), f"{DOMAIN} {SERVICE_NAME} state"
            )

    async def _async_refresh(self) -> None:
        try:
            await self.async_publish()
        except BrokerError as err:
            _LOGGER.debug("The state could not be published: %s", err)
            self.refresh_soon(SHORTEST_PERIOD)

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_refresh is not None:
            self._cancel_refresh()
            self._cancel_refresh = None
