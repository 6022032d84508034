"""Ids for what is registered on Thing+: always the same for the same things.

So nothing is registered twice, and no file has to be right for that. A gateway's id also
tells which Home Assistant it is. Thing+ guide, "Creating a Gateway ID".
"""

from collections.abc import Container
import hashlib
from typing import Final, override
import uuid

from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id

# Hexadecimal digits at the beginning of a gateway's id; the version of a UUID follows.
_MARK_LENGTH: Final = 12


class OwnGatewayIds(Container[str]):
    """The ids of all gateways that this Home Assistant registers.

    Those of exports that were removed are among them: they are no news either.
    """

    def __init__(self, installation: uuid.UUID) -> None:
        """Know their mark.

        Args:
            installation: This Home Assistant.
        """
        self._mark = installation.hex[:_MARK_LENGTH]

    @override
    def __contains__(self, gateway_id: object) -> bool:
        return isinstance(gateway_id, str) and gateway_id.startswith(self._mark)


async def async_installation(hass: HomeAssistant) -> uuid.UUID:
    """Return what tells this Home Assistant from others, and nothing else."""
    secret = await instance_id.async_get(hass)
    digest = hashlib.sha256(f"thingplus {secret}".encode()).digest()
    return uuid.UUID(bytes=digest[:16])


async def async_own_gateway_ids(hass: HomeAssistant) -> OwnGatewayIds:
    """Return the ids of the gateways that this Home Assistant has registered."""
    return OwnGatewayIds(await async_installation(hass))


def gateway_id(installation: uuid.UUID, subentry_id: str) -> str:
    """Return the id of the gateway of a config subentry."""
    unique = uuid.uuid5(installation, f"gateway {subentry_id}").hex
    return installation.hex[:_MARK_LENGTH] + unique[_MARK_LENGTH:]


def device_id(gateway: str, device: str | None) -> str:
    """Return the id of a device.

    Args:
        gateway: The id of its gateway.
        device: Home Assistant's device; None for all entities that have none.
    """
    return uuid.uuid5(uuid.UUID(gateway), f"device {device or ''}").hex


def sensor_id(gateway: str, key: str, sensor_type: str) -> str:
    """Return the id of a sensor.

    Args:
        gateway: The id of its gateway.
        key: The entity that it is for, see `ExportedEntity`.
        sensor_type: What it measures, in Thing+'s words.
    """
    return uuid.uuid5(uuid.UUID(gateway), f"sensor {sensor_type} {key}").hex
