"""Sensors that are not any more what their entities were made for."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant, callback

from ...coordinator import BridgeConfigEntry
from ...reloads import async_reload_in_pace
from .client import Category
from .devices import ThingplusDevice, alive_key

# What an entity is made for: where it is, what it measures, and what it is called.
type _Outline = tuple[str, str, Category, str]


class Remakes:
    """Has the config entry reloaded when sensors have changed, moved or gone."""

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Know of no sensor yet.

        Args:
            hass: Home Assistant.
            entry: The config entry that is reloaded.
        """
        self._hass = hass
        self._entry = entry
        self._made_for: dict[str, _Outline] = {}

    @callback
    def async_check(self, devices: Iterable[ThingplusDevice]) -> list[ThingplusDevice]:
        """Have the config entry reloaded if that is due.

        Args:
            devices: As they are now.

        Returns:
            The devices, where what has gone or changed is not available.
        """
        present = {device.id: device for device in devices}
        outlines = {
            sensor.id: (device.id, sensor.type, sensor.category, sensor.name)
            for device in present.values()
            for sensor in device.sensors.values()
        }
        odd = False
        for sensor_id, made_for in list(self._made_for.items()):
            if (now := outlines.get(sensor_id)) == made_for:
                continue
            device = present.get(made_for[0])
            if device is None and now is None:
                # The device went with all that was on it.
                del self._made_for[sensor_id]
                continue
            odd = True
            if device is not None and (now is None or now[1:3] != made_for[1:3]):
                changes = {alive_key(sensor_id): False}
                present[device.id] = device.with_changes(changes)
        self._made_for = outlines | self._made_for
        if odd:
            async_reload_in_pace(self._hass, self._entry)
        return list(present.values())
