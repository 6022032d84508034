"""Tells when a device has been silent for too long.

Agents of IoTBiz ask for no keep-alive: a broker does not notice that such a connection
has died, and never tells the last will.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util


class SilenceWatch:
    """One timer for all devices: a message costs the same whatever their number."""

    def __init__(self, hass: HomeAssistant, on_silent: Callable[[str], None]) -> None:
        """Allow any silence.

        Args:
            hass: Home Assistant.
            on_silent: Called with the name of a device that has been silent for too long.
        """
        self._hass = hass
        self._on_silent = on_silent
        self._allowed: timedelta | None = None
        self._heard: dict[str, datetime] = {}
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def allow(self, allowed: timedelta | None) -> None:
        """Allow a silence from now on.

        Args:
            allowed: How long; None: for ever.
        """
        self._allowed = allowed
        self._wait()

    @callback
    def heard(self, device_id: str) -> None:
        """Note that a device has said something."""
        self._heard[device_id] = dt_util.utcnow()
        if self._cancel is None:
            self._wait()

    def is_too_long(self, since: datetime | None) -> bool:
        """Return whether a device that was heard then, and not since, counts as gone."""
        if self._allowed is None or since is None:
            return False
        return since + self._allowed <= dt_util.utcnow()

    @callback
    def forget(self, device_id: str) -> None:
        """Expect nothing of a device, until it says something."""
        self._heard.pop(device_id, None)

    @callback
    def stop(self) -> None:
        """Watch nothing any more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _wait(self) -> None:
        """Look again when the one that was heard of longest ago may be too silent."""
        self.stop()
        if self._allowed is not None and self._heard:
            self._cancel = async_track_point_in_utc_time(
                self._hass, self._look, min(self._heard.values()) + self._allowed
            )

    @callback
    def _look(self, now: datetime) -> None:
        self._cancel = None
        if self._allowed is None:
            return
        silent = [
            device_id
            for device_id, heard in self._heard.items()
            if heard + self._allowed <= now
        ]
        for device_id in silent:
            del self._heard[device_id]
        self._wait()
        for device_id in silent:
            self._on_silent(device_id)
