"""The buttons of WoTKit's actuators."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription

from .const import Control
from .control_entity import ControlEntity
from .controls import button_message
from .coordinator import WotkitCoordinator
from .devices import SensorDevice
from .entity_names import controls_of

BUTTON: Final = SwitchEntityDescription(
    key=Control.BUTTON, translation_key="control_button"
)


def create_entities(
    coordinator: WotkitCoordinator, device: SensorDevice
) -> Iterator[SwitchEntity]:
    """Make the switch of an actuator."""
    if Control.BUTTON in controls_of(coordinator.config_entry.options, device):
        yield WotkitSwitch(coordinator, device, BUTTON, Control.BUTTON)


class WotkitSwitch(ControlEntity, SwitchEntity):
    """A button that is on or off."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what was heard last."""
        reported: bool | None = self.reported
        return reported

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on."""
        await self.async_say(button_message(True))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        await self.async_say(button_message(False))
