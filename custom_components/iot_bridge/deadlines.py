"""Tells when moments pass, at that very moment, with one timer for all of them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time

# Timers fire a little early at times.
_MARGIN: Final = timedelta(milliseconds=10)


class Deadlines[KeyT]:
    """Watches one moment for each of some keys."""

    def __init__(self, hass: HomeAssistant, on_passed: Callable[[KeyT], None]) -> None:
        """Start with none.

        Args:
            hass: Home Assistant.
            on_passed: Called with the key of a moment that has passed.
        """
        self._hass = hass
        self._on_passed = on_passed
        self._moments: dict[KeyT, datetime] = {}
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def watch(self, moments: Mapping[KeyT, datetime]) -> None:
        """Watch these moments, in place of those before.

        Args:
            moments: With a time zone. What has passed already passes at once.
        """
        self.stop()
        self._moments = dict(moments)
        self._wait()

    @callback
    def stop(self) -> None:
        """Watch nothing any more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _wait(self) -> None:
        if self._moments:
            self._cancel = async_track_point_in_utc_time(
                self._hass, HassJob(self._look), min(self._moments.values()) + _MARGIN
            )

    @callback
    def _look(self, now: datetime) -> None:
        self._cancel = None
        passed = [key for key, moment in self._moments.items() if moment <= now]
        for key in passed:
            del self._moments[key]
        self._wait()
        for key in passed:
            self._on_passed(key)
