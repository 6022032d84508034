"""The base of the entities of IoTBiz devices, wherever these are known from."""

from typing import override

from homeassistant.helpers.entity import EntityDescription

from ...entity import BridgeEntity
from .coordinator import IotbizCoordinator
from .device import OVER_MQTT, IotbizDevice
from .entity_names import unique_id_of


class IotbizEntity(BridgeEntity[IotbizCoordinator, IotbizDevice]):
    """Shows something of a device."""

    def __init__(
        self,
        coordinator: IotbizCoordinator,
        device: IotbizDevice,
        description: EntityDescription,
    ) -> None:
        """Describe the entity, whose key is that of the state.

        It is told as well when it depends on another way to hear of the device.
        """
        keys = (description.key, OVER_MQTT)
        super().__init__(coordinator, device, description, keys)
        self._attr_unique_id = unique_id_of(
            coordinator.scope, device.id, description.key
        )

    @property
    @override
    def _service_has_device(self) -> bool:
        return super()._service_has_device and self.coordinator.hears(self._device_id)
