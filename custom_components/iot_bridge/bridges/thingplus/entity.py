"""The base of the entities of Thing+'s sensors and actuators."""

from typing import override

from homeassistant.helpers.entity import EntityDescription

from ...entity import BridgeEntity
from .client import Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice, alive_key, value_key
from .entity_names import sensor_unique_id


class ThingplusEntity(BridgeEntity[ThingplusCoordinator, ThingplusDevice]):
    """Shows the value of one sensor or actuator, or a part of it."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
        description: EntityDescription,
        *,
        part: str | None = None,
        keys: tuple[str, ...] = (),
    ) -> None:
        """Describe the entity.

        Args:
            coordinator: Knows the device.
            device: Where the sensor is.
            sensor: The sensor or actuator.
            description: What kind of entity this is.
            part: What it shows of the value, if not all; names the entity as well.
            keys: Other keys of the state that it shows.
        """
        value = value_key(sensor.id, part)
        super().__init__(
            coordinator, device, description, (value, alive_key(sensor.id), *keys)
        )
        self._sensor_id = sensor.id
        # Without the device: a sensor stays what it is when it is moved to another.
        self._attr_unique_id = sensor_unique_id(coordinator.scope, sensor.id, part)

    @property
    @override
    def available(self) -> bool:
        """Return whether gateway and sensor say that they are well, and that holds."""
        return super().available and bool(
            self.device.state.get(alive_key(self._sensor_id))
        )
