"""What is good to know when a speaker makes trouble."""

from collections.abc import Iterator, Mapping
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import SIGNAL_STRENGTH_DECIBELS_MILLIWATT, EntityCategory
from homeassistant.helpers.typing import StateType

from .coordinator import HkwhubCoordinator
from .devices import ROLE, WIFI_SIGNAL, HubDevice
from .entity import HkwhubEntity

# Roles of the speakers' own protocol. Stereo and surround share the first two.
ROLES: Final[Mapping[int, str]] = {
    1: "left",
    2: "right",
    3: "center",
    4: "subwoofer",
    5: "surround_left",
    6: "surround_right",
    10: "soundbar",
    11: "soundbar",
    12: "soundbar",
    13: "soundbar",
    21: "mono",
}

SENSORS: Final = (
    SensorEntityDescription(
        key=WIFI_SIGNAL,
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
    SensorEntityDescription(
        key=ROLE,
        translation_key="speaker_role",
        device_class=SensorDeviceClass.ENUM,
        options=list(dict.fromkeys(ROLES.values())),
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
)


def create_entities(
    coordinator: HkwhubCoordinator, device: HubDevice
) -> Iterator[SensorEntity]:
    """Make a speaker's sensors, of what it tells."""
    for description in SENSORS:
        if device.state.get(description.key) is not None:
            yield HkwhubSensor(coordinator, device, description, (description.key,))


class HkwhubSensor(HkwhubEntity, SensorEntity):
    """A value of a speaker."""

    @property
    @override
    def native_value(self) -> StateType:
        """Return what the hub tells; a role nobody has described is unknown."""
        value: int | None = self.reported
        if self.entity_description.key == ROLE and value is not None:
            return ROLES.get(value)
        return value
