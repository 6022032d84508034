"""Thing+'s actuators that are told one of some words."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription

from .actuator_entity import ActuatorEntity
from .actuator_kinds import SELECT_TYPES
from .client import Category
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[SelectEntity]:
    """Make a list of words for each such actuator."""
    for actuator in device.of_category(Category.ACTUATOR):
        if (words := SELECT_TYPES.get(actuator.type)) is not None:
            description = SelectEntityDescription(
                key=actuator.id,
                name=entity_name(device, actuator),
                translation_key="lamp_color",
                options=list(words),
            )
            yield ThingplusSelect(coordinator, device, actuator, description)


class ThingplusSelect(ActuatorEntity, SelectEntity):
    """An actuator that is told one of some words."""

    @property
    @override
    def current_option(self) -> str | None:
        """Return the last word, None while nobody knows."""
        command = self.last_command.command
        return command if command in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Tell it a word."""
        await self.async_tell(option)
