"""What the shared rooms have to know of a bridge's devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self


class BridgeDevice(Protocol):
    """What every bridge's device is: an id, and values by key."""

    @property
    def id(self) -> str:
        """Return the id that the service gave it."""

    @property
    def online(self) -> bool:
        """Return whether the service reaches it."""

    @property
    def state(self) -> Mapping[str, Any]:
        """Return its values by key."""

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return it with some of its values replaced."""

    def with_online(self, online: bool) -> Self:
        """Return it as reached or not reached."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What an entity shows: some keys of one device."""

    device_id: str
    keys: tuple[str, ...]


@dataclass(slots=True)
class Push:
    """What was pushed about a device while a list was on its way."""

    changes: dict[str, Any]
    online: bool | None = None
