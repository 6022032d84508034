"""What entities are called: for people, and in their unique ids."""

from typing import Final

from .client import Sensor
from .devices import ThingplusDevice
from .words import followed_by, in_words, without_start

# Ids are parts of addresses and hold none.
_SEPARATOR: Final = "/"


def unique_id_prefix(scope: str) -> str:
    """Return what unique ids of sensors' entities begin with."""
    return f"{scope}_sensor_"


def sensor_unique_id(scope: str, sensor_id: str, part: str | None = None) -> str:
    """Return the unique id of a sensor's entity.

    Args:
        scope: Of the account.
        sensor_id: The sensor's or actuator's.
        part: What names the entity where there are several.
    """
    unique_id = f"{unique_id_prefix(scope)}{sensor_id}"
    return unique_id if part is None else f"{unique_id}{_SEPARATOR}{part}"


def sensor_and_part(unique_id: str, scope: str) -> tuple[str, str | None] | None:
    """Return the sensor of a unique id, and the part; None if it is no sensor's."""
    prefix = unique_id_prefix(scope)
    if not unique_id.startswith(prefix):
        return None
    sensor_id, separator, part = unique_id.removeprefix(prefix).partition(_SEPARATOR)
    return sensor_id, part if separator else None


def entity_name(
    device: ThingplusDevice, sensor: Sensor, part: str | None = None
) -> str | None:
    """Return the name of an entity, to which Home Assistant adds the device's.

    Args:
        device: Where the sensor is.
        sensor: The sensor or actuator.
        part: What the entity is about, if not all of it.

    Returns:
        None where it is called as the device is.
    """
    place = device.gateway if device.device is None else device.device
    name = without_start(sensor.name, place.name)
    if part is None:
        return name or None
    words = in_words(part)
    return followed_by(name, words) if name else words[:1].upper() + words[1:]
