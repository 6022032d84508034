"""The state of this Home Assistant on the platform: one message with all that is chosen.

The platform makes a row of each message, with its own time. So older values are not told
one by one: only the newest counts.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ....const import DOMAIN
from ....export.sink import RunningExport
from ..client import AgentSession, BrokerError
from ..const import SERVICE_NAME
from .chosen import ChosenEntities

_LOGGER = logging.getLogger(__name__)

# Seconds between two messages, at least.
SHORTEST_PERIOD: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Message:
    """A message, and what it tells.

    Attributes:
        payload: The message.
        newest: Time of the newest reading that each export had taken by then.
    """

    payload: str
    newest: Mapping[str, datetime]


class StatePublisher:
    """Publishes what is chosen, one message at a time.

    Attributes:
        chosen: What is published.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Start without any export, and not connected.

        Args:
            hass: Home Assistant.
            entry: What the exports are of.
        """
        self._hass = hass
        self._entry = entry
        self.chosen = ChosenEntities(hass, entry.title)
        self._exports: dict[str, RunningExport] = {}
        self._session: AgentSession | None = None
        self._greeting: _Message | None = None
        # What the broker has, as far as is known
        self._published: _Message | None = None
        self._published_at: float | None = None
        # Of two exports that change together, one message is enough.
        self._lock = asyncio.Lock()
        self._due = 0.0
        self._cancel_refresh: CALLBACK_TYPE | None = None
        self._is_stopped = False

    @property
    def described(self) -> dict[str, Any]:
        """Return what helps support: no values, nothing about the entities."""
        payload = None if self._published is None else self._published.payload
        return {
            "entities": self.chosen.count,
            "left_out": len(self.chosen.left_out),
            "bytes": None if payload is None else len(payload.encode()),
        }

    # The exports

    @callback
    def open(self, name: str, export: RunningExport) -> None:
        """Tell an export when the broker is back."""
        self._exports[name] = export

    @callback
    def close(self, name: str) -> None:
        """Leave out an export."""
        self._exports.pop(name, None)
        self.chosen.forget(name)

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
        if not self._is_published():
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

    async def async_publish_since(self, name: str, taken: datetime) -> None:
        """Publish what is chosen, unless that was done since a reading was taken.

        Args:
            name: Of its export.
            taken: The reading's time.

        Raises:
            BrokerError: The broker was not reached, or it does not answer.
        """
        await self._async_publish_unless(lambda: self._has_told(name, taken))

    async def _async_publish_unless(self, is_done: Callable[[], bool]) -> None:
        async with self._lock:
            if is_done():
                return
            await self._async_wait_for_turn()
            if is_done():
                # Meanwhile there is a new connection, which begins with it.
                return
            if (session := self._session) is None:
                raise BrokerError("publish: not connected")
            # It tells what this would have told; what changes now asks for another.
            self._stop_waiting()
            message = self._compose()
            # If no answer comes, nobody knows what the broker has.
            self._published = None
            await session.publish(message.payload)
            if self._session is session:
                self._published = message
                self._published_at = self._hass.loop.time()

    async def _async_wait_for_turn(self) -> None:
        if self._published_at is not None and self._session is not None:
            since = self._hass.loop.time() - self._published_at
            await asyncio.sleep(max(0.0, SHORTEST_PERIOD - since))

    def _compose(self) -> _Message:
        newest = {name: export.newest for name, export in self._exports.items()}
        return _Message(self.chosen.message(), newest)

    def _is_published(self) -> bool:
        published = self._published
        return published is not None and published.payload == self.chosen.message()

    def _has_told(self, name: str, taken: datetime) -> bool:
        """Return whether the last message has told a value, or what came after it."""
        if self._published is None or name not in self._exports:
            return False
        newest = self._published.newest.get(name)
        # It is never later than now, unless the clock was set back by days since.
        return newest is not None and taken <= newest <= self._exports[name].newest

    # What changes without a reading

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
