"""What devices have told last, kept on the disk: most tell something only when it changes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ....const import DOMAIN
from ..device import LAST_SEEN, OUTPUT, IotbizDevice

_VERSION: Final = 1
# Seconds that what is new may be in memory alone: a cut loses no more
_SAVE_AFTER: Final = 300.0


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.iotbiz_states.{entry_id}", private=True)


class StoredStates:
    """The last state of each device across restarts."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        devices: Callable[[], Iterable[IotbizDevice]],
    ) -> None:
        """Start with nothing written.

        Args:
            hass: Home Assistant.
            entry_id: Of the server's config entry.
            devices: Returns what is to be written.
        """
        self._store = _store(hass, entry_id)
        self._devices = devices
        self._is_due = False
        self._is_closed = False

    async def async_load(self) -> Mapping[str, tuple[bool, dict[str, Any]]]:
        """Return whether each device was there, and its state, by the device's name."""
        stored = await self._store.async_load() or {}
        return {
            device_id: (one["online"], _from_json(one["state"]))
            for device_id, one in stored.items()
        }

    @callback
    def changed(self) -> None:
        """Have it written in time."""
        if self._is_due or self._is_closed:
            # Each further call would put it off, as long as devices speak.
            return
        self._is_due = True
        self._store.async_delay_save(self._to_json, _SAVE_AFTER)

    async def async_close(self) -> None:
        """Write it for the last time."""
        self._is_closed = True
        await self._store.async_save(self._to_json())

    def _to_json(self) -> dict[str, Any]:
        self._is_due = False
        return {
            device.id: {"online": device.online, "state": _as_json(device.state)}
            for device in self._devices()
        }


def _as_json(state: Mapping[str, Any]) -> dict[str, Any]:
    last_seen = state.get(LAST_SEEN)
    return {
        # What a device has taken back makes room for other values.
        **{
            key: value
            for key, value in state.items()
            if key != OUTPUT and value is not None
        },
        LAST_SEEN: None if last_seen is None else last_seen.isoformat(),
    }


def _from_json(state: Mapping[str, Any]) -> dict[str, Any]:
    last_seen = state.get(LAST_SEEN)
    return {
        **state,
        LAST_SEEN: None if last_seen is None else dt_util.parse_datetime(last_seen),
    }


async def async_remove_states(hass: HomeAssistant, entry_id: str) -> None:
    """Forget the states of an entry that is removed."""
    await _store(hass, entry_id).async_remove()
