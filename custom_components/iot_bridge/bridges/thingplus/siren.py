"""Thing+'s buzzers."""

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.siren import (
    SirenEntity,
    SirenEntityDescription,
    SirenEntityFeature,
)

from .actuator_entity import ActuatorEntity
from .actuator_kinds import SIREN_TYPE
from .client import Category
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name
from .shapes import yes_or_no


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[SirenEntity]:
    """Make a siren for each buzzer."""
    for actuator in device.of_category(Category.ACTUATOR):
        if actuator.type == SIREN_TYPE:
            description = SirenEntityDescription(
                key=actuator.id, name=entity_name(device, actuator)
            )
            yield ThingplusSiren(coordinator, device, actuator, description)


class ThingplusSiren(ActuatorEntity, SirenEntity):
    """A buzzer.

    It could be told for how long, but no document says in which unit.
    """

    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it makes its noise, None while nobody knows."""
        return yes_or_no(self.last_command.command)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let it make its noise."""
        await self.async_tell("on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Make it stop."""
        await self.async_tell("off")
