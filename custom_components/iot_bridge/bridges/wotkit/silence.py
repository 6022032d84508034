"""Tells when a sensor has been silent for too long, at that very moment."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .client import Sensor

# Timers fire a little early at times.
_MARGIN: Final = timedelta(milliseconds=10)


class SilenceWatch:
    """Knows which sensors have sent no data for longer than the user allows."""

    def __init__(
        self,
        hass: HomeAssistant,
        allowed: timedelta | None,
        on_silent: Callable[[str], None],
    ) -> None:
        """Start with no sensors.

        Args:
            hass: Home Assistant.
            allowed: How long a sensor may be silent; None for ever.
            on_silent: Called with the id of a sensor that has become silent.
        """
        self._hass = hass
        self._allowed = allowed
        self._on_silent = on_silent
        self._ends: dict[str, datetime] = {}
        self._cancel: CALLBACK_TYPE | None = None

    def is_fresh(self, sensor: Sensor) -> bool:
        """Return whether a sensor's data are fresh enough now."""
        if self._allowed is None:
            return True
        if sensor.last_data is None:
            return False
        return dt_util.utcnow() < sensor.last_data + self._allowed

    @callback
    def watch(self, sensors: Iterable[Sensor]) -> None:
        """Watch these sensors, in place of those before."""
        self.stop()
        if self._allowed is None:
            return
        self._ends = {
            str(sensor.id): sensor.last_data + self._allowed
            for sensor in sensors
            if sensor.last_data is not None and self.is_fresh(sensor)
        }
        self._wait()

    @callback
    def stop(self) -> None:
        """Watch nothing any more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _wait(self) -> None:
        if self._ends:
            self._cancel = async_track_point_in_utc_time(
                self._hass, HassJob(self._look), min(self._ends.values()) + _MARGIN
            )

    @callback
    def _look(self, now: datetime) -> None:
        self._cancel = None
        silent = [sensor_id for sensor_id, end in self._ends.items() if end <= now]
        for sensor_id in silent:
            del self._ends[sensor_id]
        self._wait()
        for sensor_id in silent:
            self._on_silent(sensor_id)
