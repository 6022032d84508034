"""The base of eWeLink's entities."""

from collections.abc import Iterator
from typing import Final

from homeassistant.helpers.entity import EntityDescription

from ...entity import BridgeEntity
from .client import Device, StateValue, state_key
from .coordinator import EwelinkCoordinator

# Meters count their outlets apart from the relays, four at the most.
_METERED_OUTLETS: Final = 4


def outlets_with(device: Device, name: str) -> Iterator[int | None]:
    """Tell for which outlets a device has a state; None is the one without a number.

    A state without a value is none: a probe that is not plugged in reports
    "unavailable" for ever.
    """
    for outlet in (None, *range(max(_METERED_OUTLETS, device.traits.channels))):
        if device.state.get(state_key(name, outlet)) is not None:
            yield outlet


class EwelinkEntity(BridgeEntity[EwelinkCoordinator, Device]):
    """Shows one state of a device, or of one of its outlets."""

    def __init__(
        self,
        coordinator: EwelinkCoordinator,
        device: Device,
        description: EntityDescription,
        outlet: int | None = None,
    ) -> None:
        """Describe the entity.

        Args:
            coordinator: Knows the device.
            device: The device as it is now.
            description: What kind of entity this is; its key names the state.
            outlet: The outlet, None for a state of the whole device.
        """
        super().__init__(
            coordinator, device, description, (state_key(description.key, outlet),)
        )
        self._outlet = outlet
        if outlet is not None and device.traits.channels > 1:
            given = device.channel_names.get(outlet)
            whose = "of_channel" if given is None else "of_named_channel"
            self._attr_translation_key = f"{description.translation_key}_{whose}"
            self._attr_translation_placeholders = {"channel": given or str(outlet + 1)}

    async def async_set_state(self, value: StateValue) -> None:
        """Set the state that this entity shows.

        Raises:
            HomeAssistantError: The device did not confirm it.
        """
        await self.async_send(
            self.coordinator.async_set_state(
                self._device_id, self.entity_description.key, self._outlet, value
            )
        )
