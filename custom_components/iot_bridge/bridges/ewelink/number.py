"""Settings of eWeLink's devices that are numbers."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, UnitOfTime

from .client import PULSE_WIDTH_MAX_MS, PULSE_WIDTH_MIN_MS, PULSE_WIDTH_STEP_MS, Device
from .coordinator import EwelinkCoordinator
from .entity import EwelinkEntity, outlets_with

_MS_PER_S: Final = 1000

INCHING_DURATION: Final = NumberEntityDescription(
    key="pulse_width",
    translation_key="inching_duration",
    device_class=NumberDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    native_min_value=PULSE_WIDTH_MIN_MS / _MS_PER_S,
    native_max_value=PULSE_WIDTH_MAX_MS / _MS_PER_S,
    native_step=PULSE_WIDTH_STEP_MS / _MS_PER_S,
    mode=NumberMode.BOX,
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
)


def create_entities(
    coordinator: EwelinkCoordinator, device: Device
) -> Iterator[NumberEntity]:
    """Make a device's numbers."""
    for outlet in outlets_with(device, INCHING_DURATION.key):
        yield EwelinkDuration(coordinator, device, INCHING_DURATION, outlet)


class EwelinkDuration(EwelinkEntity, NumberEntity):
    """A duration, in milliseconds on the wire and in seconds here."""

    @property
    @override
    def native_value(self) -> float | None:
        """Return what the device has confirmed."""
        width: int | None = self.reported
        return None if width is None else width / _MS_PER_S

    @override
    async def async_set_native_value(self, value: float) -> None:
        steps = round(value * _MS_PER_S / PULSE_WIDTH_STEP_MS)
        await self.async_set_state(steps * PULSE_WIDTH_STEP_MS)
