"""When a device was heard, its status, and its numbers and words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory

from ...text_sensor import TextSensor
from .agent.coordinator import AgentCoordinator
from .coordinator import IotbizCoordinator
from .device import LAST_SEEN, WORD, IotbizDevice, ValueKind, attributes_of_kind
from .entity import IotbizEntity
from .entity_names import name_of

HEARD: Final = SensorEntityDescription(
    key=LAST_SEEN,
    translation_key="last_seen",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)
STATUS: Final = SensorEntityDescription(
    key=WORD,
    translation_key="device_status",
    entity_category=EntityCategory.DIAGNOSTIC,
)


def create_entities(
    coordinator: IotbizCoordinator, device: IotbizDevice
) -> Iterator[SensorEntity]:
    """Make the entities of what a device has told so far; Home Assistant has none."""
    if isinstance(coordinator, AgentCoordinator):
        return
    yield IotbizLastSeen(coordinator, device, HEARD)
    if device.state.get(WORD) is not None:
        yield IotbizText(coordinator, device, STATUS)
    for key, name in attributes_of_kind(device, ValueKind.NUMBER):
        description = SensorEntityDescription(
            key=key, name=name_of(name), state_class=SensorStateClass.MEASUREMENT
        )
        yield IotbizNumber(coordinator, device, description)
    for key, name in attributes_of_kind(device, ValueKind.TEXT):
        description = SensorEntityDescription(key=key, name=name_of(name))
        yield IotbizText(coordinator, device, description)


class IotbizLastSeen(IotbizEntity, SensorEntity):
    """When a device was heard the last time."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the device could be heard: its silence is what this shows."""
        return self._service_has_device

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return when it was heard."""
        reported: datetime | None = self.reported
        return reported


class IotbizNumber(IotbizEntity, SensorEntity):
    """A number whose unit is not told."""

    @property
    @override
    def native_value(self) -> float | None:
        """Return what the device has said last."""
        reported: float | None = self.reported
        return reported


class IotbizText(IotbizEntity, TextSensor):
    """Words."""

    @property
    @override
    def text(self) -> str | None:
        """Return what the device has said last."""
        reported: str | None = self.reported
        return reported
