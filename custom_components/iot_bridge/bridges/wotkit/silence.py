"""Tells when a sensor has been silent for too long, at that very moment."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...deadlines import Deadlines
from .client import Sensor


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
        self._allowed = allowed
        self._deadlines = Deadlines(hass, on_silent)

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
        if self._allowed is None:
            return
        self._deadlines.watch(
            {
                str(sensor.id): sensor.last_data + self._allowed
                for sensor in sensors
                if sensor.last_data is not None and self.is_fresh(sensor)
            }
        )

    @callback
    def stop(self) -> None:
        """Watch nothing any more."""
        self._deadlines.stop()
