"""The devices that have registered themselves, kept on the disk."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ....const import DOMAIN

_VERSION: Final = 1


class _TellingStore(Store[dict[str, Any]]):
    """Tells whether the last writing succeeded, which else only the log does."""

    is_written = True

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        is_written = False
        try:
            await super()._async_write_data(data)
            is_written = True
        finally:
            self.is_written = is_written


def _store(hass: HomeAssistant, entry_id: str) -> _TellingStore:
    return _TellingStore(hass, _VERSION, f"{DOMAIN}.iotbiz.{entry_id}", private=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A device that has registered itself.

    Attributes:
        device_id: Its name, which no other has.
        customer_id: The customer number that it came with.
        password_hash: What is kept of its password; not shown by `repr`.
        asked_at: When it registered or tried to activate the last time, as seconds since
            the epoch.
        activated: Whether it has confirmed its password, which works from then on.
        approved: Whether the user lets it in.
        waiting: Whether the user has to say so.
        refused: Whether the user does not let it in.
    """

    device_id: str
    customer_id: str
    password_hash: str
    asked_at: float
    activated: bool = False
    approved: bool = False
    waiting: bool = False
    refused: bool = False

    @override
    def __repr__(self) -> str:
        """Return its name alone."""
        return f"Registration({self.device_id!r})"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_json` has written."""
        return cls(**{one.name: stored[one.name] for one in fields(cls)})

    def to_json(self) -> dict[str, Any]:
        """Return what is written to the disk."""
        return asdict(self)


class Registrations(Mapping[str, Registration]):
    """All of them by the name of the device; each change is written at once.

    Two names that differ only in their capitals are one device's.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Know none before `async_load`."""
        self._store = _store(hass, entry_id)
        self._by_name: dict[str, Registration] = {}

    @override
    def __getitem__(self, device_id: str) -> Registration:
        """Return that of a device; the name has to be spelt as it has registered it."""
        registration = self._by_name[device_id.casefold()]
        if registration.device_id != device_id:
            raise KeyError(device_id)
        return registration

    @override
    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return (one.device_id for one in self._by_name.values())

    @override
    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._by_name)

    def namesake(self, device_id: str) -> Registration | None:
        """Return the device of a name, however it is spelt."""
        return self._by_name.get(device_id.casefold())

    @property
    def counts(self) -> Counter[str]:
        """Return how many devices there are of each customer number."""
        return Counter(
            one.customer_id for one in self._by_name.values() if not one.refused
        )

    @property
    def is_written(self) -> bool:
        """Return whether all that has changed is on the disk; the log tells why not."""
        return self._store.is_written

    async def async_load(self) -> None:
        """Read what was written before."""
        stored = await self._store.async_load() or {"devices": []}
        for one in map(Registration.from_json, stored["devices"]):
            self._by_name[one.device_id.casefold()] = one

    async def async_put(self, registration: Registration) -> None:
        """Add or replace a device's, and write it."""
        self._by_name[registration.device_id.casefold()] = registration
        await self.async_save()

    async def async_change(self, device_id: str, **changes: Any) -> Registration:
        """Change that of a device, and write it."""
        changed = replace(self[device_id], **changes)
        await self.async_put(changed)
        return changed

    async def async_remove(self, *device_ids: str) -> None:
        """Forget devices, and write that."""
        for device_id in device_ids:
            self._by_name.pop(device_id.casefold(), None)
        await self.async_save()

    async def async_save(self) -> None:
        """Write all, after what is being written."""
        await self._store.async_save(
            {"devices": [one.to_json() for one in self._by_name.values()]}
        )


async def async_remove_registrations(hass: HomeAssistant, entry_id: str) -> None:
    """Forget the devices of an entry that is removed."""
    await _store(hass, entry_id).async_remove()
