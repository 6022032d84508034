"""Whether a speaker plays from another source."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .coordinator import HkwhubCoordinator
from .devices import OTHER_SOURCE, HubDevice
from .entity import HkwhubEntity

OTHER_SOURCE_PLAYS: Final = BinarySensorEntityDescription(
    key=OTHER_SOURCE,
    translation_key="other_source",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


def create_entities(
    coordinator: HkwhubCoordinator, device: HubDevice
) -> Iterator[BinarySensorEntity]:
    """Make a speaker's binary sensor."""
    if not device.is_hub:
        yield HkwhubBinarySensor(
            coordinator, device, OTHER_SOURCE_PLAYS, (OTHER_SOURCE,)
        )


class HkwhubBinarySensor(HkwhubEntity, BinarySensorEntity):
    """Something about a speaker that is or is not so."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Return what the hub tells."""
        reported: bool | None = self.reported
        return reported
