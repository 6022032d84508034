"""The values of Thing+'s sensors, and when a gateway reports."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory, UnitOfTime

from ...entity import BridgeEntity
from ...history.importer import HistoryEntity, Sample
from ...text_sensor import TextSensor
from .client import Category, Sensor
from .coordinator import ThingplusCoordinator
from .devices import LAST_REPORT, REPORT_INTERVAL, ThingplusDevice
from .entity import ThingplusEntity
from .entity_names import entity_name
from .history import async_read_samples
from .measures import Measure, measure_of
from .sensor_kinds import OBJECT_KINDS, NumberKind
from .shapes import Shape, looks_like_number, options_of, shape_of

_GATEWAY_SENSORS: Final = (
    SensorEntityDescription(
        key=LAST_REPORT,
        translation_key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    SensorEntityDescription(
        key=REPORT_INTERVAL,
        translation_key="report_interval",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MINUTES,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[SensorEntity]:
    """Make the entities of the sensors on a device that have numbers or words."""
    if device.device is None:
        for description in _GATEWAY_SENSORS:
            yield ThingplusGatewaySensor(
                coordinator, device, description, (description.key,)
            )
    for sensor in device.of_category(Category.SENSOR):
        match shape_of(sensor, coordinator.types):
            case Shape.NUMBER:
                known = coordinator.types.get(sensor.type)
                options = coordinator.config_entry.options
                measure = measure_of(sensor.type, known, options)
                yield ThingplusNumber(coordinator, device, sensor, measure)
            case Shape.ENUM:
                yield ThingplusEnum(coordinator, device, sensor)
            case Shape.TEXT:
                yield ThingplusText(coordinator, device, sensor)
            case Shape.OBJECT:
                yield from _parts(coordinator, device, sensor)


def _parts(
    coordinator: ThingplusCoordinator, device: ThingplusDevice, sensor: Sensor
) -> Iterator[SensorEntity]:
    """Make an entity for each key that a sensor's values have."""
    told = sensor.series.value if sensor.series is not None else None
    kinds = dict(OBJECT_KINDS.get(sensor.type, {}))
    if not isinstance(told, str) and told is not None:
        # Of other keys nothing is known but what they are at first.
        kinds |= {
            part: NumberKind() if looks_like_number(value) else None
            for part, value in told.items()
            if part not in kinds
        }
    for part, kind in kinds.items():
        if kind is None:
            yield ThingplusText(coordinator, device, sensor, part)
        else:
            yield ThingplusNumber(coordinator, device, sensor, Measure(), part)


class ThingplusGatewaySensor(
    BridgeEntity[ThingplusCoordinator, ThingplusDevice], SensorEntity
):
    """What the service knows of a gateway, whether it reports or not."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the service lists the gateway."""
        return self._service_has_device

    @property
    @override
    def native_value(self) -> datetime | float | None:
        """Return what is known."""
        reported: datetime | float | None = self.reported
        return reported


class ThingplusNumber(ThingplusEntity, HistoryEntity):
    """A number."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
        measure: Measure,
        part: str | None = None,
    ) -> None:
        """Describe what the number is."""
        description = SensorEntityDescription(
            key=sensor.id,
            name=entity_name(device, sensor, part),
            native_unit_of_measurement=measure.unit,
            device_class=measure.device_class,
            state_class=measure.state_class,
            suggested_display_precision=measure.precision,
            entity_category=measure.category,
        )
        super().__init__(coordinator, device, sensor, description, part=part)
        self._measure = measure
        self._part = part

    @property
    @override
    def native_value(self) -> float | None:
        """Return what the sensor has reported last."""
        return self._measure.number(self.reported)

    @override
    async def async_read_history(
        self, start: datetime, end: datetime
    ) -> Iterable[Sample]:
        return await self.async_send(
            async_read_samples(
                self.coordinator.client,
                self.device.gateway.id,
                self._sensor_id,
                start,
                end,
                read=self._measure.number,
                part=self._part,
            )
        )


class ThingplusEnum(ThingplusEntity, SensorEntity):
    """One of a few words."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
    ) -> None:
        """Describe the words."""
        self._words, translation_key = options_of(sensor, coordinator.types)
        description = SensorEntityDescription(
            key=sensor.id,
            name=entity_name(device, sensor),
            translation_key=translation_key,
            device_class=SensorDeviceClass.ENUM,
            options=list(self._words.values()),
        )
        super().__init__(coordinator, device, sensor, description)

    @property
    @override
    def native_value(self) -> str | None:
        """Return what the sensor has reported last, None for what nobody knows."""
        return (
            self._words.get(self.reported) if isinstance(self.reported, str) else None
        )


class ThingplusText(ThingplusEntity, TextSensor):
    """Words."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        sensor: Sensor,
        part: str | None = None,
    ) -> None:
        """Describe the sensor, or a part of it."""
        description = SensorEntityDescription(
            key=sensor.id, name=entity_name(device, sensor, part)
        )
        super().__init__(coordinator, device, sensor, description, part=part)

    @property
    @override
    def text(self) -> str | None:
        """Return what the sensor has reported last."""
        return self.reported if isinstance(self.reported, str) else None
