"""The push connection of a config entry: kept up in the background until it is unloaded."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .availability import ServiceAvailability
from .const import DOMAIN
from .link import BackoffPolicy, PersistentLink

_LOGGER = logging.getLogger(__name__)

# How long the connection may take where nothing works without it.
FIRST_LINK_SECONDS: Final = 20


class PushLink:
    """Tells the availability how the connection fares, and asks to sign in if need be."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        service_name: str,
        availability: ServiceAvailability,
        *,
        listen: Callable[[Callable[[], None]], Awaitable[object]],
        on_up: Callable[[], None],
        expected: tuple[type[Exception], ...],
        stop_on: tuple[type[Exception], ...],
        at_least: Callable[[Exception | None], float],
        policy: BackoffPolicy,
    ) -> None:
        """Describe the connection.

        Args:
            hass: Home Assistant.
            entry: The config entry that it belongs to.
            service_name: The service's name for log lines.
            availability: Told when the service is reached and when it is lost.
            listen: Opens the connection, calls its argument once it is up, and
                delivers until it ends.
            on_up: Called each time it is up.
            expected: The errors that a lost connection is expected to end with.
            stop_on: Those of them that only the user can mend.
            at_least: The seconds that an error asks to be waited, whatever the policy.
            policy: How long to wait before it is tried again.
        """
        self._hass = hass
        self._entry = entry
        self._service_name = service_name
        self._availability = availability
        self._on_up = on_up
        self._expected = expected
        self._stop_on = stop_on
        self._link = PersistentLink(
            listen,
            stop_on=stop_on,
            on_up=self._came_up,
            on_down=self._went_down,
            policy=policy,
            at_least=at_least,
        )
        self._first: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @callback
    def start(self) -> None:
        """Bring the connection up in the background; until then there is some grace."""
        self._availability.start_grace()
        self._task = self._entry.async_create_background_task(
            self._hass, self._async_keep_up(), f"{DOMAIN} {self._service_name} link"
        )

    @callback
    def stop(self) -> None:
        """End the connection before the entry is unloaded."""
        self._availability.stop_grace()
        if self._task is not None:
            self._task.cancel()

    async def async_start_and_wait(self) -> None:
        """Bring the connection up, and wait for it.

        Raises:
            Exception: One of the expected errors; it is tried again in the background.
            TimeoutError: It takes too long.
        """
        self._first = self._hass.loop.create_future()
        self.start()
        async with asyncio.timeout(FIRST_LINK_SECONDS):
            await self._first

    async def _async_keep_up(self) -> None:
        try:
            await self._link.run()
        except self._stop_on as err:
            _LOGGER.warning("%s asks to sign in again: %s", self._service_name, err)
            self._availability.lose()
            self._settle_first(err)
            self._entry.async_start_reauth(self._hass)

    @callback
    def _came_up(self) -> None:
        self._availability.came_up()
        self._settle_first(None)
        self._on_up()

    @callback
    def _went_down(self, err: Exception | None) -> None:
        if err is None or isinstance(err, self._expected):
            _LOGGER.debug("No connection to %s: %s", self._service_name, err)
        else:
            _LOGGER.error(
                "Unexpected end of the connection to %s",
                self._service_name,
                exc_info=err,
            )
        self._availability.went_down(err)
        if err is not None:
            self._settle_first(err)

    @callback
    def _settle_first(self, err: Exception | None) -> None:
        if self._first is None or self._first.done():
            return
        if err is None:
            self._first.set_result(None)
        else:
            self._first.set_exception(err)
