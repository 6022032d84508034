"""The text that WoTKit's actuators are told."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.text import TextEntity, TextEntityDescription

from .const import Control
from .control_entity import ControlEntity
from .coordinator import WotkitCoordinator
from .devices import SensorDevice
from .entity_names import controls_of

# Home Assistant takes no longer states.
_LONGEST: Final = 255

TEXT: Final = TextEntityDescription(
    key=Control.MESSAGE, translation_key="control_text", native_max=_LONGEST
)


def create_entities(
    coordinator: WotkitCoordinator, device: SensorDevice
) -> Iterator[TextEntity]:
    """Make the text of an actuator."""
    if Control.MESSAGE in controls_of(coordinator.config_entry.options, device):
        yield WotkitMessage(coordinator, device, TEXT, Control.MESSAGE)


class WotkitMessage(ControlEntity, TextEntity):
    """A text."""

    @property
    @override
    def native_value(self) -> str | None:
        """Return what was heard last, cut where it is too long."""
        text: str | None = self.reported
        return None if text is None else text[:_LONGEST]

    @override
    async def async_set_value(self, value: str) -> None:
        """Send it."""
        await self.async_say({Control.MESSAGE.value: value})
