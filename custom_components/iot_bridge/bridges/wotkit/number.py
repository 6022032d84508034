"""The sliders of WoTKit's actuators."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.number import (
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)

from .const import Control
from .control_entity import ControlEntity
from .coordinator import WotkitCoordinator
from .devices import SensorDevice
from .entity_names import controls_of

SLIDER: Final = NumberEntityDescription(
    key=Control.SLIDER,
    translation_key="control_slider",
    native_min_value=0,
    native_max_value=100,
    native_step=1,
    mode=NumberMode.SLIDER,
)


def create_entities(
    coordinator: WotkitCoordinator, device: SensorDevice
) -> Iterator[NumberEntity]:
    """Make the number of an actuator."""
    if Control.SLIDER in controls_of(coordinator.config_entry.options, device):
        yield WotkitSlider(coordinator, device, SLIDER, Control.SLIDER)


class WotkitSlider(ControlEntity, NumberEntity):
    """A slider."""

    @property
    @override
    def native_value(self) -> float | None:
        """Return what was heard last."""
        reported: float | None = self.reported
        return reported

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Move it."""
        await self.async_say(
            {Control.SLIDER.value: int(value) if value.is_integer() else value}
        )
