"""What was registered a moment ago: servers take some seconds to find it.

Only that is on the disk: what was registered longer ago is either found or is gone.
Thing+ guide, the vendor's own tests of its API, which wait after each registration.
"""

from collections.abc import Iterable
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ...const import DOMAIN

_LOGGER = logging.getLogger(__name__)

# How long it may take; the vendor's tests wait for 6 seconds.
SETTLE_SECONDS: Final = 60.0
_VERSION: Final = 1


class RegistrationMemory:
    """Remembers what was, or may have been, registered for a config subentry."""

    def __init__(self, hass: HomeAssistant, subentry_id: str) -> None:
        """Remember nothing yet.

        Args:
            hass: Home Assistant.
            subentry_id: The export.
        """
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.thingplus_export.{subentry_id}"
        )
        self._times: dict[str, float] = {}

    async def async_load(self) -> None:
        """Read what is on the disk."""
        try:
            stored = await self._store.async_load() or {}
            times = stored.get("registered", {})
            self._times = {one: float(time) for one, time in times.items()}
        except Exception as err:  # noqa: BLE001 - whatever is on disk, the start goes on
            _LOGGER.warning(
                "What was registered last cannot be read (%s)", type(err).__name__
            )

    async def async_remove(self) -> None:
        """Remove it from the disk."""
        self._times.clear()
        await self._store.async_remove()

    async def async_expect(self, ids: Iterable[str]) -> None:
        """Note that some ids are about to be registered.

        It is on the disk before they are: whatever happens then, they are not
        registered once more while the server may just not find them yet.
        """
        now = _now()
        recent = {one: time for one, time in self._times.items() if _is_recent(time)}
        self._times = recent | dict.fromkeys(ids, now)
        await self._store.async_save({"registered": self._times})

    async def async_forget(self, ids: Iterable[str]) -> None:
        """Note that some ids have not been registered after all."""
        for one in ids:
            self.refused(one)
        await self._store.async_save({"registered": self._times})

    def registered(self, registered_id: str) -> None:
        """Note that an id was registered just now."""
        self._times[registered_id] = _now()

    def refused(self, refused_id: str) -> None:
        """Note that an id was certainly not registered."""
        self._times.pop(refused_id, None)

    def is_recent(self, registered_id: str) -> bool:
        """Return whether an id may be registered, and not be found yet."""
        time = self._times.get(registered_id)
        return time is not None and _is_recent(time)


def _now() -> float:
    return dt_util.utcnow().timestamp()


def _is_recent(time: float) -> bool:
    return 0 <= _now() - time < SETTLE_SECONDS
