"""What eWeLink's devices sense, and whether the cloud reaches them."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .client import Device
from .coordinator import EwelinkCoordinator
from .entity import EwelinkEntity, outlets_with

# The main feature of the device that has it, thus without a name of its own.
SENSORS: Final = (
    BinarySensorEntityDescription(
        key="door", name=None, device_class=BinarySensorDeviceClass.DOOR
    ),
    BinarySensorEntityDescription(
        key="motion", name=None, device_class=BinarySensorDeviceClass.MOTION
    ),
)

CLOUD_CONNECTION: Final = BinarySensorEntityDescription(
    key="online",
    translation_key="cloud_connection",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


def create_entities(
    coordinator: EwelinkCoordinator, device: Device
) -> Iterator[BinarySensorEntity]:
    """Make a device's binary sensors."""
    yield EwelinkCloudConnection(coordinator, device, CLOUD_CONNECTION)
    for description in SENSORS:
        for outlet in outlets_with(device, description.key):
            yield EwelinkBinarySensor(coordinator, device, description, outlet)


class EwelinkBinarySensor(EwelinkEntity, BinarySensorEntity):
    """Something that a device senses."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the device reported last."""
        reported: bool | None = self.reported
        return reported


class EwelinkCloudConnection(EwelinkEntity, BinarySensorEntity):
    """Whether the cloud reaches the device; available while it does not."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the cloud can be asked."""
        return self._service_has_device

    @property
    @override
    def is_on(self) -> bool:
        """Return what the cloud reported last."""
        online: bool = self.device.online
        return online
