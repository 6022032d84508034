"""Settings of eWeLink's devices with a few choices."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory

from .client import STARTUP_OPTIONS, Device
from .coordinator import EwelinkCoordinator
from .entity import EwelinkEntity, outlets_with

POWER_ON_STATE: Final = SelectEntityDescription(
    key="startup",
    translation_key="power_on_state",
    options=list(STARTUP_OPTIONS),
    entity_category=EntityCategory.CONFIG,
)


def create_entities(
    coordinator: EwelinkCoordinator, device: Device
) -> Iterator[SelectEntity]:
    """Make a device's selects."""
    for outlet in outlets_with(device, POWER_ON_STATE.key):
        yield EwelinkSelect(coordinator, device, POWER_ON_STATE, outlet)


class EwelinkSelect(EwelinkEntity, SelectEntity):
    """A setting with a few choices."""

    @property
    @override
    def current_option(self) -> str | None:
        """Return what the device has confirmed."""
        reported: str | None = self.reported
        return reported

    @override
    async def async_select_option(self, option: str) -> None:
        await self.async_set_state(option)
