"""eWeLink's relays, and settings that are on or off."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.switch import (
    SwitchDeviceClass,
    SwitchEntity,
    SwitchEntityDescription,
)
from homeassistant.const import EntityCategory

from .client import Device
from .coordinator import EwelinkCoordinator
from .entity import EwelinkEntity, outlets_with

RELAY: Final = SwitchEntityDescription(
    key="switch", translation_key="relay", device_class=SwitchDeviceClass.SWITCH
)

SETTINGS: Final = (
    SwitchEntityDescription(
        key="pulse",
        translation_key="inching",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    SwitchEntityDescription(
        key="led",
        translation_key="network_led",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


def create_entities(
    coordinator: EwelinkCoordinator, device: Device
) -> Iterator[SwitchEntity]:
    """Make a device's switches."""
    for outlet in outlets_with(device, RELAY.key):
        yield EwelinkRelay(coordinator, device, RELAY, outlet)
    for description in SETTINGS:
        for outlet in outlets_with(device, description.key):
            yield EwelinkSwitch(coordinator, device, description, outlet)


class EwelinkSwitch(EwelinkEntity, SwitchEntity):
    """A state that is on or off."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the device has confirmed."""
        reported: bool | None = self.reported
        return reported

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_set_state(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set_state(False)


class EwelinkRelay(EwelinkSwitch):
    """A relay: the device's main feature, and without a name of its own if it is the only one."""

    def __init__(
        self,
        coordinator: EwelinkCoordinator,
        device: Device,
        description: SwitchEntityDescription,
        outlet: int | None,
    ) -> None:
        """Describe the relay, see `EwelinkEntity`."""
        super().__init__(coordinator, device, description, outlet)
        if len(device.traits.outlets) == 1:
            self._attr_name = None
