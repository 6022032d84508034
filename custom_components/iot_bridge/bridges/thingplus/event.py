"""Tags that readers of Thing+ have seen: something that happens, and is over then."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback

from .client import Category, Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice, time_key
from .entity import ThingplusEntity
from .entity_names import entity_name
from .sensor_kinds import EVENT_TYPES, OBJECT_KINDS

_STATE: Final = "state"
_STATES: Final = ("in", "out", "tagged")


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[EventEntity]:
    """Make an event for each sensor that tells what has happened."""
    for sensor in device.of_category(Category.SENSOR):
        if sensor.type in EVENT_TYPES:
            yield ThingplusTagEvent(coordinator, device, sensor)


class ThingplusTagEvent(ThingplusEntity, EventEntity):
    """A tag was seen."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
    ) -> None:
        """Take what has happened until now as known."""
        description = EventEntityDescription(
            key=sensor.id,
            name=entity_name(device, sensor),
            translation_key="tag",
            event_types=list(_STATES),
        )
        self._time_key = time_key(sensor.id)
        super().__init__(
            coordinator, device, sensor, description, keys=(self._time_key,)
        )
        self._seen: datetime | None = device.state.get(self._time_key)
        self._others = OBJECT_KINDS[sensor.type].keys() - {_STATE}

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Fire if there is a newer value, also if it is the same again."""
        device = self.coordinator.data.get(self._device_id)
        told = None if device is None else device.state.get(self._time_key)
        if told is not None and (self._seen is None or told > self._seen):
            self._seen = told
            self._fire()
        super()._handle_coordinator_update()

    def _fire(self) -> None:
        value = self.reported if isinstance(self.reported, Mapping) else {}
        state = str(value.get(_STATE)).casefold()
        if state in _STATES:
            others = {name: one for name, one in value.items() if name in self._others}
            self._trigger_event(state, others)
