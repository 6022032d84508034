"""Passwords that a platform has given, and that no config entry holds yet.

Once a password is activated the platform gives no other one. So it is on the disk
before that, wherever the set-up is cut off: README "Putting a new device on the
platform".
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ....const import DOMAIN

_VERSION: Final = 1
_STORE_KEY: Final = f"{DOMAIN}.iotbiz_pending"
# Seconds: by then Home Assistant has written the config entry to the disk.
_DROP_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class PendingPassword:
    """A password that may not be activated yet.

    Attributes:
        customer_id: The customer number that the device was registered with.
        password: The newest that the platform has given.
    """

    customer_id: str
    password: str = field(repr=False)


class PendingPasswords:
    """Keeps them on the disk, by the unique id of the entry to come."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Know none yet.

        Args:
            hass: Home Assistant.
        """
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, _STORE_KEY, private=True, atomic_writes=True
        )
        self._kept: dict[str, PendingPassword] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def async_load(self) -> None:
        """Read what is on the disk."""
        stored = await self._store.async_load() or {}
        self._kept = {
            key: PendingPassword(one["customer_id"], one["password"])
            for key, one in stored.items()
            if _is_pending(one)
        }

    def lock_of(self, unique_id: str) -> asyncio.Lock:
        """Return what one flow at a time holds while it registers a device."""
        return self._locks[unique_id]

    def get(self, unique_id: str, customer_id: str) -> str | None:
        """Return the password that a device got for a customer number, if any."""
        pending = self._kept.get(unique_id)
        if pending is None or pending.customer_id != customer_id:
            return None
        return pending.password

    async def async_keep(self, unique_id: str, pending: PendingPassword) -> None:
        """Keep a password; it is on the disk afterwards. A former one is void."""
        self._kept[unique_id] = pending
        await self._store.async_save(self._to_store())

    @callback
    def async_drop(self, unique_id: str) -> None:
        """Forget a password that a config entry holds by now."""
        if self._kept.pop(unique_id, None) is not None:
            self._store.async_delay_save(self._to_store, _DROP_SECONDS)

    def _to_store(self) -> dict[str, Any]:
        return {
            key: {"customer_id": one.customer_id, "password": one.password}
            for key, one in self._kept.items()
        }


def _is_pending(stored: object) -> bool:
    return isinstance(stored, Mapping) and all(
        isinstance(stored.get(name), str) for name in ("customer_id", "password")
    )


_PENDING: Final[HassKey[PendingPasswords]] = HassKey(_STORE_KEY)


@singleton(_PENDING, async_=True)
async def async_get_pending(hass: HomeAssistant) -> PendingPasswords:
    """Return those of Home Assistant, read from the disk once."""
    pending = PendingPasswords(hass)
    await pending.async_load()
    return pending
