"""Commands of Thing+'s actuators that are no state."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription

from .actuator_entity import ActuatorEntity
from .actuator_kinds import FIXED_OPTIONS, buttons_of
from .client import Category, Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[ButtonEntity]:
    """Make the buttons of each actuator."""
    for actuator in device.of_category(Category.ACTUATOR):
        for kind in buttons_of(actuator.type, coordinator.types.get(actuator.type)):
            yield ThingplusButton(coordinator, device, actuator, kind)


class ThingplusButton(ActuatorEntity, ButtonEntity):
    """A command."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        actuator: Sensor,
        kind: ButtonEntityDescription,
    ) -> None:
        """Describe the command."""
        description = ButtonEntityDescription(
            key=kind.key,
            name=entity_name(device, actuator, kind.key),
            entity_category=kind.entity_category,
        )
        super().__init__(coordinator, device, actuator, description, part=kind.key)
        self._command = kind.key
        self._options = FIXED_OPTIONS.get((actuator.type, kind.key), {})

    @property
    @override
    def assumed_state(self) -> bool:
        """Return that there is no state that could be assumed."""
        return False

    @override
    async def async_press(self) -> None:
        """Give the command; what is known of the actuator stays."""
        await self.async_command(self._command, self._options)
