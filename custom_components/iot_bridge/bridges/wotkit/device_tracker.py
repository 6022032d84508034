"""Where WoTKit's moving sensors are: the fields `lat` and `lng` of their data."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.device_tracker import (
    TrackerEntity,
    TrackerEntityDescription,
)

from ...entity import BridgeEntity
from .coordinator import WotkitCoordinator
from .devices import LOCATION, SensorDevice

POSITION: Final = TrackerEntityDescription(key=LOCATION, name=None)


def create_entities(
    coordinator: WotkitCoordinator, device: SensorDevice
) -> Iterator[TrackerEntity]:
    """Make the tracker of a sensor that has told where it is.

    Every sensor gets the two fields unless its owner says otherwise, and most never
    write to them.
    """
    if device.state[LOCATION] is not None:
        yield WotkitTracker(coordinator, device, POSITION, (LOCATION,))


class WotkitTracker(BridgeEntity[WotkitCoordinator, SensorDevice], TrackerEntity):
    """A sensor on the map."""

    # Where a sensor is, is what it is for; by default trackers are diagnostics.
    _attr_entity_category = None  # type: ignore[assignment]

    @property
    @override
    def latitude(self) -> float | None:
        """Return the latitude in degrees."""
        location: tuple[float, float] | None = self.reported
        return None if location is None else location[0]

    @property
    @override
    def longitude(self) -> float | None:
        """Return the longitude in degrees."""
        location: tuple[float, float] | None = self.reported
        return None if location is None else location[1]
