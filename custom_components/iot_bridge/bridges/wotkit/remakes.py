"""Sensors whose owner has changed their fields: their entities have to be made anew.

What entities there are, and their units, is decided when they are added. So the config
entry is reloaded; but not again and again, as anybody whose sensor the user has
subscribed to may change it as often as he likes.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...coordinator import BridgeConfigEntry
from ...link import Backoff, BackoffPolicy
from .client import FieldType
from .devices import SensorDevice, value_key

# Seconds. Whoever mends some fields one by one does not wait for long.
_POLICY: Final = BackoffPolicy(first=30, longest=3600, jitter=0, proven_after=4 * 3600)


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


class ReloadPace:
    """Says when a config entry may be reloaded: at once, and then ever more seldom."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with no reload.

        Args:
            clock: Tells seconds that only ever grow.
        """
        self._clock = clock
        self._backoff = Backoff(_POLICY)
        self._last: float | None = None
        self._wait = 0.0

    def may_reload(self) -> bool:
        """Return whether it is time for a reload, which then counts."""
        now = self._clock()
        since = 0.0 if self._last is None else now - self._last
        if self._last is not None and since < self._wait:
            return False
        self._wait = self._backoff.next_wait(since)
        self._last = now
        return True


# By config entry; they outlive the reloads.
_PACES: Final[HassKey[dict[str, ReloadPace]]] = HassKey(f"{DOMAIN}_wotkit_reloads")


@callback
def async_forget_reloads(hass: HomeAssistant, entry_id: str) -> None:
    """Forget how often a config entry that is removed was reloaded."""
    hass.data.get(_PACES, {}).pop(entry_id, None)


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
            self._reload()
        return [self._fitting(one) if one.id in changed else one for one in devices]

    def _reload(self) -> None:
        paces = self._hass.data.setdefault(_PACES, {})
        pace = paces.setdefault(self._entry.entry_id, ReloadPace(self._hass.loop.time))
        if pace.may_reload():
            self._hass.config_entries.async_schedule_reload(self._entry.entry_id)

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
