"""Words that Thing+'s actuators are told."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.text import TextEntity, TextEntityDescription

from .actuator_entity import ActuatorEntity
from .actuator_kinds import TEXT_TYPE
from .client import Category
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name

_SEND: Final = "send"


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[TextEntity]:
    """Make a text for each actuator that takes one."""
    for actuator in device.of_category(Category.ACTUATOR):
        if actuator.type == TEXT_TYPE:
            description = TextEntityDescription(
                key=actuator.id, name=entity_name(device, actuator)
            )
            yield ThingplusTextControl(coordinator, device, actuator, description)


class ThingplusTextControl(ActuatorEntity, TextEntity):
    """A text that is sent."""

    @property
    @override
    def native_value(self) -> str | None:
        """Return what was sent last, None while nobody knows."""
        last = self.last_command
        text = last.options.get("text")
        if text is None and last.command != _SEND:
            # Its report is the text itself.
            text = last.command
        # Home Assistant has no room for longer ones.
        return text if isinstance(text, str) and len(text) <= self.max else None

    @override
    async def async_set_value(self, value: str) -> None:
        """Send a text."""
        await self.async_tell(_SEND, lambda: {"text": value})
