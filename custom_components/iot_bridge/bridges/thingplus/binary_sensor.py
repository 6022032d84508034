"""Sensors of Thing+ that say yes or no, and how gateways and sensors are."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import ATTR_LATITUDE, ATTR_LONGITUDE, EntityCategory

from ...entity import BridgeEntity
from .client import Category, Location, Sensor
from .coordinator import ThingplusCoordinator
from .devices import CONNECTED, LOCATION, PROBLEMS, ThingplusDevice
from .entity import ThingplusEntity
from .entity_names import entity_name
from .sensor_kinds import BINARY_KINDS, BinaryKind
from .shapes import Shape, shape_of, yes_or_no

_CONNECTION: Final = BinarySensorEntityDescription(
    key=CONNECTED,
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
_PROBLEM: Final = BinarySensorEntityDescription(
    key=PROBLEMS,
    device_class=BinarySensorDeviceClass.PROBLEM,
    entity_category=EntityCategory.DIAGNOSTIC,
)
ATTR_ADDRESS: Final = "address"
ATTR_SENSORS: Final = "sensors"


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[BinarySensorEntity]:
    """Make an entity for how a device is, and for each sensor that says yes or no."""
    if device.device is None:
        yield ThingplusConnection(
            coordinator, device, _CONNECTION, (CONNECTED, LOCATION)
        )
    yield ThingplusProblem(coordinator, device, _PROBLEM, (PROBLEMS,))
    for sensor in device.of_category(Category.SENSOR):
        if shape_of(sensor, coordinator.types) is Shape.BINARY:
            yield ThingplusBinary(coordinator, device, sensor)


class ThingplusConnection(
    BridgeEntity[ThingplusCoordinator, ThingplusDevice], BinarySensorEntity
):
    """Whether a gateway has said that it is well, and that still holds."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the service lists the gateway: its silence is what this shows."""
        return self._service_has_device

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is heard."""
        return bool(self.reported)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return where the gateway is, if anybody has said so."""
        location: Location | None = self.device.state[LOCATION]
        if location is None:
            return None
        attributes: dict[str, Any] = {
            ATTR_LATITUDE: location.latitude,
            ATTR_LONGITUDE: location.longitude,
        }
        if location.address:
            attributes[ATTR_ADDRESS] = location.address
        return attributes


class ThingplusProblem(
    BridgeEntity[ThingplusCoordinator, ThingplusDevice], BinarySensorEntity
):
    """Whether a device, or anything on it, tells of an error."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the service lists the device: an error makes it unheard."""
        return self._service_has_device

    @property
    @override
    def is_on(self) -> bool:
        """Return whether there is an error."""
        return bool(self.reported)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what it is that tells of an error."""
        return {ATTR_SENSORS: list(self.reported)}


class ThingplusBinary(ThingplusEntity, BinarySensorEntity):
    """A sensor that says yes or no."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
    ) -> None:
        """Describe what yes means."""
        kind = BINARY_KINDS.get(sensor.type, BinaryKind())
        description = BinarySensorEntityDescription(
            key=sensor.id,
            name=entity_name(device, sensor),
            device_class=kind.device_class,
        )
        super().__init__(coordinator, device, sensor, description)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the sensor has reported last."""
        return yes_or_no(self.reported)
