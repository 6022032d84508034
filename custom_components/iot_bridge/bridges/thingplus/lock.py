"""Thing+'s locks."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.lock import LockEntity, LockEntityDescription

from .actuator_entity import ActuatorEntity
from .actuator_kinds import LOCK_TYPE
from .client import Category
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name

_IS_LOCKED: Final = {"lock": True, "locked": True, "unlock": False, "unlocked": False}


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[LockEntity]:
    """Make a lock for each such actuator."""
    for actuator in device.of_category(Category.ACTUATOR):
        if actuator.type == LOCK_TYPE:
            description = LockEntityDescription(
                key=actuator.id, name=entity_name(device, actuator)
            )
            yield ThingplusLock(coordinator, device, actuator, description)


class ThingplusLock(ActuatorEntity, LockEntity):
    """A lock."""

    @property
    @override
    def is_locked(self) -> bool | None:
        """Return whether it is locked, None while nobody knows."""
        return _IS_LOCKED.get((self.last_command.command or "").casefold())

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock it."""
        await self.async_tell("lock")

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock it."""
        await self.async_tell("unlock")
