"""The fields of WoTKit's sensors, and when their data came."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import ATTR_LATITUDE, ATTR_LONGITUDE, EntityCategory

from ...entity import BridgeEntity
from ...history.importer import HistoryEntity, Sample
from ...text_sensor import TextSensor
from .client import Field, FieldType
from .coordinator import WotkitCoordinator
from .devices import ABOUT, LAST_UPDATE, LOCATION, SensorDevice, value_key
from .history import async_read_field
from .units import measure_of

LAST_DATA: Final = SensorEntityDescription(
    key=LAST_UPDATE,
    translation_key="last_data",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)

ATTR_TAGS: Final = "tags"
ATTR_VISIBILITY: Final = "visibility"


def create_entities(
    coordinator: WotkitCoordinator, device: SensorDevice
) -> Iterator[SensorEntity]:
    """Make an entity for each field of a sensor, and one for when data came."""
    for field in device.shown_fields(FieldType.NUMBER):
        yield WotkitNumber(coordinator, device, field)
    for field in device.shown_fields(FieldType.STRING):
        yield WotkitText(coordinator, device, field)
    yield WotkitLastData(coordinator, device)


class WotkitNumber(BridgeEntity[WotkitCoordinator, SensorDevice], HistoryEntity):
    """A field of numbers."""

    def __init__(
        self, coordinator: WotkitCoordinator, device: SensorDevice, field: Field
    ) -> None:
        """Find out from the units what the numbers are."""
        measure = measure_of(field)
        key = value_key(field.name)
        description = SensorEntityDescription(
            key=key,
            name=field.long_name,
            native_unit_of_measurement=measure.unit,
            device_class=measure.device_class,
            state_class=measure.state_class,
        )
        super().__init__(coordinator, device, description, (key,))
        self._field_name = field.name

    @property
    @override
    def native_value(self) -> float | None:
        """Return what the sensor sent last."""
        reported: float | None = self.reported
        return reported

    @override
    async def async_read_history(
        self, start: datetime, end: datetime
    ) -> Iterable[Sample]:
        return await self.async_send(
            async_read_field(
                self.coordinator.client,
                self.device.sensor.id,
                self._field_name,
                start,
                end,
            )
        )


class WotkitText(BridgeEntity[WotkitCoordinator, SensorDevice], TextSensor):
    """A field of text; what is too long for a state is an attribute."""

    def __init__(
        self, coordinator: WotkitCoordinator, device: SensorDevice, field: Field
    ) -> None:
        """Describe the field."""
        key = value_key(field.name)
        description = SensorEntityDescription(key=key, name=field.long_name)
        super().__init__(coordinator, device, description, (key,))

    @property
    @override
    def text(self) -> str | None:
        """Return what the sensor sent last."""
        reported: str | None = self.reported
        return reported


class WotkitLastData(BridgeEntity[WotkitCoordinator, SensorDevice], SensorEntity):
    """When data came last; it also tells where a sensor that does not move is."""

    def __init__(self, coordinator: WotkitCoordinator, device: SensorDevice) -> None:
        """Describe the entity."""
        super().__init__(coordinator, device, LAST_DATA, (LAST_UPDATE, LOCATION, ABOUT))

    @property
    @override
    def available(self) -> bool:
        """Return whether the service lists the sensor: its silence is what this shows."""
        return self._service_has_device

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the time of the last data."""
        reported: datetime | None = self.reported
        return reported

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what the sensor's owner has said of it."""
        sensor = self.device.sensor
        attributes: dict[str, Any] = {ATTR_TAGS: list(sensor.tags)}
        if sensor.visibility is not None:
            attributes[ATTR_VISIBILITY] = sensor.visibility.value.lower()
        moved = self.device.state[LOCATION] is not None
        if not moved and sensor.latitude is not None:
            attributes[ATTR_LATITUDE] = sensor.latitude
            attributes[ATTR_LONGITUDE] = sensor.longitude
        return attributes
