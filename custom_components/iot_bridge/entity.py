"""The base of every bridge's entities."""

from collections.abc import Awaitable
from typing import Any, override

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import BridgeCoordinator
from .models import BridgeDevice, Interest


class BridgeEntity[CoordinatorT: BridgeCoordinator[Any], DeviceT: BridgeDevice](
    CoordinatorEntity[CoordinatorT]
):
    """Shows some keys of one device, and is told when these change."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: CoordinatorT,
        device: DeviceT,
        description: EntityDescription,
        keys: tuple[str, ...],
        name: str | None = None,
    ) -> None:
        """Describe the entity.

        Args:
            coordinator: Knows the device.
            device: The device as it is now.
            description: What kind of entity this is.
            keys: The keys of the device's state that it shows.
            name: What names it: device and name together are its unique id. None
                for the first key.
        """
        super().__init__(coordinator, Interest(device.id, keys))
        self.entity_description = description
        self._device_id = device.id
        self._key = keys[0]
        self._attr_unique_id = f"{coordinator.scope}_{device.id}_{name or self._key}"
        self._attr_device_info = coordinator.device_info(device)

    @property
    def device(self) -> DeviceT:
        """Return the device as it is now."""
        device: DeviceT = self.coordinator.data[self._device_id]
        return device

    @property
    def reported(self) -> Any:
        """Return the value of the entity's key, None while it is unknown."""
        return self.coordinator.data[self._device_id].state.get(self._key)

    @property
    @override
    def available(self) -> bool:
        """Return whether the service is connected and reaches the device.

        A failed poll alone is no reason: pushes keep the state true.
        """
        return self._service_has_device and self.device.online

    @property
    def _service_has_device(self) -> bool:
        return (
            self.coordinator.service_available
            and self._device_id in self.coordinator.data
        )

    async def async_send[ResultT](self, command: Awaitable[ResultT]) -> ResultT:
        """Carry out a command.

        Args:
            command: Ends when the service has acknowledged.

        Returns:
            What the service has answered.

        Raises:
            HomeAssistantError: The command failed; the message is translated.
        """
        try:
            return await command
        except self.coordinator.client_errors as err:
            shown = self.hass.states.get(self.entity_id)
            name = self.entity_id if shown is None else shown.name
            raise self.coordinator.error_texts.action_error(err, name) from err
