"""Reloads a config entry whose entities have to be made anew, but not again and again."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .link import Backoff, BackoffPolicy

# Seconds. Whoever mends some things one by one does not wait for long.
_POLICY: Final = BackoffPolicy(first=30, longest=3600, jitter=0, proven_after=4 * 3600)


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
_PACES: Final[HassKey[dict[str, ReloadPace]]] = HassKey(f"{DOMAIN}_reloads")


@callback
def async_reload_in_pace(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Have a config entry reloaded, unless that was done too often lately.

    Whoever asks asks again as long as there is a reason.
    """
    paces = hass.data.setdefault(_PACES, {})
    pace = paces.setdefault(entry.entry_id, ReloadPace(hass.loop.time))
    if pace.may_reload():
        hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def async_forget_reloads(hass: HomeAssistant, entry_id: str) -> None:
    """Forget how often a config entry that is removed was reloaded."""
    hass.data.get(_PACES, {}).pop(entry_id, None)
