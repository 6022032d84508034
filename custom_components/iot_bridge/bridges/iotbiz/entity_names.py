"""What devices and their entities are called: for people, and in unique ids."""

import re
from typing import Final

from homeassistant.helpers.device_registry import DeviceInfo

from .device import IotbizDevice

_MODEL: Final = "IoTBiz device"

# Between "fill" and "Level", "MAX" and "Level", and at points that are in no number
_SEAM: Final = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<!\d)\.|\.(?!\d)|[_\s-]+"
)


def device_info_of(identifier: tuple[str, str], device: IotbizDevice) -> DeviceInfo:
    """Describe a device for the registry.

    Args:
        identifier: Of the device there.
        device: The device.
    """
    return DeviceInfo(
        identifiers={identifier},
        name=device.id,
        serial_number=device.id,
        manufacturer=None,
        model=_MODEL,
    )


def unique_id_of(scope: str, device_id: str, name: str) -> str:
    """Return the unique id of an entity.

    Args:
        scope: Of the config entry.
        device_id: The device's; no slash can be in it, so that each id is one entity's.
        name: What names the entity on the device.
    """
    return f"{scope}_{device_id}/{name}"


def name_of(key: str) -> str:
    """Return the name of what a device measures, to which its own is added.

    Args:
        key: For example "tank.fillLevel".

    Returns:
        For example "Tank fill level".
    """
    words = filter(None, _SEAM.split(key))
    name = " ".join(word if word.isupper() else word.lower() for word in words)
    return name[:1].upper() + name[1:] or key
