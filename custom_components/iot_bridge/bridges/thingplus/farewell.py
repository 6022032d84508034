"""What an export leaves behind when its config entry is removed: nothing that is on."""

import asyncio
import logging
import math
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .account import create_client
from .client import StatusValue, ThingplusClient, ThingplusError
from .const import SUBENTRY_EXPORT
from .export_ids import async_installation, gateway_id
from .left_out import async_tell_plan_exceeded
from .registration import USUAL_INTERVAL, VALID_INTERVALS
from .registration_memory import RegistrationMemory

_LOGGER = logging.getLogger(__name__)

# Seconds that it may take in all.
FAREWELL_SECONDS: Final = 5.0


async def async_say_off(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """End all exports of a config entry that is removed.

    Their gateways are told to be off, if the service answers at once; what is on the
    disk, and what the user was told, goes in any case.

    Args:
        hass: Home Assistant.
        entry: The account.
    """
    subentries = entry.get_subentries_of_type(SUBENTRY_EXPORT)
    client = create_client(hass, entry.data)
    installation = await async_installation(hass)
    try:
        async with asyncio.timeout(FAREWELL_SECONDS):
            for subentry in subentries:
                gateway = gateway_id(installation, subentry.subentry_id)
                try:
                    await _async_turn_off(client, gateway)
                except ThingplusError as err:
                    # It may have been deleted in the portal.
                    _LOGGER.debug("A gateway could not be turned off: %s", err)
    except TimeoutError:
        _LOGGER.debug("There was no time to turn all gateways off")
    for subentry in subentries:
        async_tell_plan_exceeded(hass, entry, subentry.subentry_id, 0)
        await RegistrationMemory(hass, subentry.subentry_id).async_remove()


async def _async_turn_off(client: ThingplusClient, gateway: str) -> None:
    """Turn a gateway off, and then the sensors that are on.

    Raises:
        ThingplusError: The service does not answer, or there is no such gateway.
    """
    interval = (await client.gateway(gateway)).report_interval or USUAL_INTERVAL
    valid = math.ceil(interval * VALID_INTERVALS)
    await client.set_gateway_status(gateway, StatusValue.OFF, valid)
    for sensor in await client.sensors(gateway):
        if sensor.status is not None and sensor.status.value is StatusValue.ON:
            await client.set_sensor_status(gateway, sensor.id, StatusValue.OFF, valid)
