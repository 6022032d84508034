"""How sensors that Home Assistant has created are known again: by their metadata.

Nothing on the disk has to be right for that. WoTKit API documentation, "Sensors".
"""

from collections.abc import Iterable, Mapping
import hashlib
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id

from .client import Sensor

_SOURCE: Final = "source"
_HOME_ASSISTANT: Final = "home-assistant"
# Which Home Assistant; several may send to one account.
_INSTALLATION: Final = "installation"
# Which config subentry
_EXPORT: Final = "export"
# Which of Home Assistant's devices
_DEVICE: Final = "device"
# Before the name of a field: which entity it is for
_FIELD: Final = "field_"


async def async_installation(hass: HomeAssistant) -> str:
    """Return what tells this Home Assistant from others, and nothing else."""
    secret = await instance_id.async_get(hass)
    return hashlib.sha256(f"wotkit {secret}".encode()).hexdigest()[:16]


def marks_for(
    installation: str, export: str, device: str, fields: Mapping[str, str]
) -> dict[str, str]:
    """Return the metadata of a sensor.

    Args:
        installation: This Home Assistant.
        export: The id of the config subentry.
        device: The device that it is for.
        fields: The names of its fields, by the key of the entity that each is for.
    """
    return {
        _SOURCE: _HOME_ASSISTANT,
        _INSTALLATION: installation,
        _EXPORT: export,
        _DEVICE: device,
        **{f"{_FIELD}{name}": key for key, name in fields.items()},
    }


def is_exported(sensor: Sensor, installation: str) -> bool:
    """Return whether a sensor was created by this Home Assistant."""
    marks = sensor.metadata
    return (
        marks.get(_SOURCE) == _HOME_ASSISTANT
        and marks.get(_INSTALLATION) == installation
    )


def export_of(sensor: Sensor) -> str | None:
    """Return the config subentry that a sensor was created for."""
    return sensor.metadata.get(_EXPORT)


def device_of(sensor: Sensor) -> str | None:
    """Return the device that a sensor was created for."""
    return sensor.metadata.get(_DEVICE)


def fields_of(sensor: Sensor) -> dict[str, str]:
    """Return the names of a sensor's fields by the key of the entity they are for."""
    return {
        key: name.removeprefix(_FIELD)
        for name, key in sensor.metadata.items()
        if name.startswith(_FIELD)
    }


async def async_own_exports(
    hass: HomeAssistant, sensors: Iterable[Sensor]
) -> frozenset[int]:
    """Return the ids of the sensors that this Home Assistant has created."""
    installation = await async_installation(hass)
    return frozenset(one.id for one in sensors if is_exported(one, installation))
