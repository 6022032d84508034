"""Where Thing+'s moving things are: sensors of the type "location"."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.device_tracker import (
    TrackerEntity,
    TrackerEntityDescription,
)

from ...wire.values import as_number
from .client import Category, Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity import ThingplusEntity
from .entity_names import entity_name
from .shapes import Shape, shape_of

ATTR_ALTITUDE = "altitude"


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[TrackerEntity]:
    """Make a tracker for each sensor that tells where it is."""
    for sensor in device.of_category(Category.SENSOR):
        if shape_of(sensor, coordinator.types) is Shape.LOCATION:
            yield ThingplusTracker(coordinator, device, sensor)


class ThingplusTracker(ThingplusEntity, TrackerEntity):
    """Something on the map."""

    # Where a thing is, is what it is for; by default trackers are diagnostics.
    _attr_entity_category = None  # type: ignore[assignment]

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
    ) -> None:
        """Describe the tracker."""
        description = TrackerEntityDescription(
            key=sensor.id, name=entity_name(device, sensor)
        )
        super().__init__(coordinator, device, sensor, description)

    def _coordinate(self, name: str, most: float) -> float | None:
        position = self.reported if isinstance(self.reported, Mapping) else {}
        degrees = as_number(position.get(name))
        return None if degrees is None or abs(degrees) > most else float(degrees)

    @property
    @override
    def latitude(self) -> float | None:
        """Return the latitude in degrees."""
        return self._coordinate("lat", 90)

    @property
    @override
    def longitude(self) -> float | None:
        """Return the longitude in degrees."""
        return self._coordinate("lng", 180)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the altitude, where it is told."""
        altitude = self._coordinate("alt", 10**6)
        return None if altitude is None else {ATTR_ALTITUDE: altitude}
