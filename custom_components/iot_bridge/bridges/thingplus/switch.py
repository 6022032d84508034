"""Thing+'s actuators that are on or off."""

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription

from .actuator_entity import ActuatorEntity
from .actuator_kinds import SWITCH_TYPES
from .client import Category
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name
from .shapes import yes_or_no


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[SwitchEntity]:
    """Make a switch for each actuator that is on or off."""
    for actuator in device.of_category(Category.ACTUATOR):
        if actuator.type in SWITCH_TYPES:
            description = SwitchEntityDescription(
                key=actuator.id, name=entity_name(device, actuator)
            )
            yield ThingplusSwitch(coordinator, device, actuator, description)


class ThingplusSwitch(ActuatorEntity, SwitchEntity):
    """An actuator that is on or off."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on, None while nobody knows."""
        return yes_or_no(self.last_command.command)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on."""
        await self.async_tell("on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        await self.async_tell("off")
