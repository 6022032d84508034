"""Sensors whose owner has changed their fields: their entities have to be made anew.

What entities there are, and their units, is decided when they are added. So the config
entry is reloaded; but not again and again, as anybody whose sensor the user has
subscribed to may change it as often as he likes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback

from ...coordinator import BridgeConfigEntry
from ...reloads import async_reload_in_pace
from .client import FieldType
from .devices import SensorDevice, value_key


@dataclass(frozen=True, slots=True)
class _FieldOutline:
    type: FieldType
    units: str | None
    long_name: str

    def holds_the_same(self, other: _FieldOutline | None) -> bool:
        """Return whether a value of another field can be shown as one of this."""
        return other is not None and (self.type, self.units) == (
            other.type,
            other.units,
        )


@dataclass(frozen=True, slots=True)
class _Outline:
    own: bool
    fields: dict[str, _FieldOutline]


def _outline_of(device: SensorDevice) -> _Outline:
    fields = {
        field.name: _FieldOutline(field.type, field.units, field.long_name)
        for field in device.sensor.fields
    }
    return _Outline(device.own, fields)


class Remakes:
    """Notices sensors that are not any more what their entities were made for."""

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
    def async_check(
        self, devices: Sequence[SensorDevice], known: Collection[str]
    ) -> list[SensorDevice]:
        """Have the config entry reloaded if sensors have changed.

        Args:
            devices: As they are now.
            known: Ids of those that have entities.

        Returns:
            The devices without the values that their entities would show wrongly.
        """
        present = {device.id: _outline_of(device) for device in devices}
        kept = {one: of for one, of in self._made_for.items() if one in known}
        self._made_for = present | kept
        changed = {one for one, of in present.items() if of != self._made_for[one]}
        if changed:
            async_reload_in_pace(self._hass, self._entry)
        return [self._fitting(one) if one.id in changed else one for one in devices]

    def _fitting(self, device: SensorDevice) -> SensorDevice:
        return device.with_changes(
            {value_key(name): None for name in self._others(device)}
        )

    def _others(self, device: SensorDevice) -> Iterable[str]:
        """Return the names of fields that are gone, or hold something else now."""
        present = _outline_of(device).fields
        return (
            name
            for name, of in self._made_for[device.id].fields.items()
            if not of.holds_the_same(present.get(name))
        )
