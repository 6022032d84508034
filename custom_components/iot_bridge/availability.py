"""Whether what is known of an entry's devices can be trusted, with grace for short losses."""

from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

_LOGGER = logging.getLogger(__name__)

# How long a service may be out of reach before its entities become unavailable.
GRACE: Final = timedelta(seconds=30)


class ServiceAvailability:
    """Follows the connection to a service, or the success of polls where there is none.

    Attributes:
        reached: Whether the service is reached right now.
        available: Whether entities may show what is known; a short loss is forgiven.
        error: Why the service was lost, if that is known.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        service_name: str,
        *,
        on_turn: Callable[[], None],
        log: bool,
        grace: timedelta = GRACE,
    ) -> None:
        """Start as available, and not reached yet.

        Args:
            hass: Home Assistant.
            service_name: The service's name for log lines.
            on_turn: Called whenever `available` has changed.
            log: Whether to log a loss and its end; polls are logged already.
            grace: How long the service may be out of reach unnoticed.
        """
        self._hass = hass
        self._service_name = service_name
        self._on_turn = on_turn
        self._log = log
        self._grace = grace
        self._cancel_grace: CALLBACK_TYPE | None = None
        self.reached = False
        self.available = True
        self.error: Exception | None = None

    @callback
    def came_up(self) -> None:
        """Note that the service is reached; what changed meanwhile is not known yet."""
        self.reached = True
        self.stop_grace()

    @callback
    def is_current(self) -> None:
        """Note that what is known is true again."""
        if self.reached and not self.available:
            if self._log:
                _LOGGER.info("The connection to %s is back", self._service_name)
            self.available = True
            self._on_turn()

    @callback
    def went_down(self, err: Exception | None) -> None:
        """Note that the service is not reached; the grace begins."""
        self.reached = False
        self.error = err
        if self.available:
            self.start_grace()

    @callback
    def lose(self) -> None:
        """Make everything unavailable at once."""
        self.reached = False
        self.stop_grace()
        if self.available:
            self.available = False
            self._on_turn()

    @callback
    def start_grace(self) -> None:
        """Let the grace begin, unless it has begun."""
        if self._cancel_grace is None:
            self._cancel_grace = async_call_later(
                self._hass, self._grace, self._grace_is_over
            )

    @callback
    def stop_grace(self) -> None:
        """End the grace, if there is one; nothing becomes unavailable."""
        if self._cancel_grace is not None:
            self._cancel_grace()
            self._cancel_grace = None

    @callback
    def _grace_is_over(self, _: datetime) -> None:
        self._cancel_grace = None
        if self._log:
            _LOGGER.warning(
                "The connection to %s is lost (%s); it is tried again in the background",
                self._service_name,
                self.error or "not there yet",
            )
        self.lose()
