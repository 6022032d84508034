"""Whether a device is there and its program runs, and what it says yes or no to."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .agent.coordinator import AgentCoordinator
from .agent.entities import BROKER_CONNECTION, AgentConnection
from .coordinator import IotbizCoordinator
from .device import RUNNING, IotbizDevice, ValueKind, attributes_of_kind
from .entity import IotbizEntity
from .entity_names import name_of

CONNECTION: Final = BinarySensorEntityDescription(
    key="online",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
PROGRAM: Final = BinarySensorEntityDescription(
    key=RUNNING, device_class=BinarySensorDeviceClass.RUNNING
)


def create_entities(
    coordinator: IotbizCoordinator, device: IotbizDevice
) -> Iterator[BinarySensorEntity]:
    """Make the entities of what a device has told so far, or of Home Assistant as one."""
    if isinstance(coordinator, AgentCoordinator):
        yield AgentConnection(coordinator, device, BROKER_CONNECTION)
        return
    yield IotbizConnection(coordinator, device, CONNECTION)
    if device.state.get(RUNNING) is not None:
        yield IotbizBinary(coordinator, device, PROGRAM)
    for key, name in attributes_of_kind(device, ValueKind.BOOLEAN):
        description = BinarySensorEntityDescription(key=key, name=name_of(name))
        yield IotbizBinary(coordinator, device, description)


class IotbizConnection(IotbizEntity, BinarySensorEntity):
    """Whether a device is connected."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the device could be heard: its absence is what this shows."""
        return self._service_has_device

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the device is there."""
        return self.device.online


class IotbizBinary(IotbizEntity, BinarySensorEntity):
    """What a device says yes or no to."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the device has said last."""
        reported: bool | None = self.reported
        return reported
