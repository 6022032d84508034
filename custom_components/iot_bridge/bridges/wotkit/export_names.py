"""Names for what is created on WoTKit. WoTKit API documentation, "Sensors"."""

from collections.abc import Collection, Iterator
from typing import Final

from homeassistant.core import HomeAssistant, split_entity_id
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import slugify

# The first character has to be a letter, and there have to be four.
_PREFIX: Final = "ha_"
_LONGEST: Final = 48

# They mean something else in a row of data.
_RESERVED: Final = frozenset(
    {"id", "timestamp", "sensor_id", "sensor_name", "lat", "lng"}
)

# Entities without a device are fields of one sensor.
NO_DEVICE: Final = "home-assistant"
_NO_DEVICE_NAME: Final = "Home Assistant"


def device_name(hass: HomeAssistant, device_id: str | None) -> str:
    """Return the name of a device for people."""
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    name = None if device is None else device.name_by_user or device.name
    return name or _NO_DEVICE_NAME


def sensor_names(long_name: str) -> Iterator[str]:
    """Yield names for a sensor, for each that is taken another one."""
    name = f"{_PREFIX}{slugify(long_name)}"[:_LONGEST]
    yield name
    for number in range(2, 100):
        yield f"{name}_{number}"


def field_name(hass: HomeAssistant, entity_id: str, taken: Collection[str]) -> str:
    """Return a name for the field of an entity.

    Args:
        hass: Home Assistant.
        entity_id: The entity.
        taken: Names of other fields of the same sensor.
    """
    entity = er.async_get(hass).async_get(entity_id)
    wanted = None if entity is None else entity.name or entity.original_name
    name = slugify(wanted or split_entity_id(entity_id)[1])[:_LONGEST]
    if name in _RESERVED:
        name = f"{_PREFIX}{name}"
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
