"""Asks a server while the user waits for a form."""

import asyncio
from typing import Final

from yarl import URL

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .client import RequestTimeoutError, Scope, Sensor, WotkitClient, find_api
from .export_marks import async_own_exports

# Seconds that a user may wait for a form to be checked.
TRIAL_SECONDS: Final = 20.0


async def async_find_api(hass: HomeAssistant, typed: str) -> URL:
    """Return the base address of the API that is behind what the user has entered.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        typed: An address of the server, of its API or of one of its pages.

    Raises:
        ValueError: It is no address of a web server.
        WotkitError: There is no WoTKit server.
    """
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            return await find_api(async_get_clientsession(hass), typed)
    except TimeoutError:
        raise RequestTimeoutError("the server was not found in time") from None


async def async_list_sensors(client: WotkitClient, *scopes: Scope) -> list[Sensor]:
    """Return the sensors of some lists, each once.

    Args:
        client: Signed in, or to be tried.
        scopes: Whose sensors.

    Raises:
        WotkitError: It does not work.
    """
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            found = {
                sensor.id: sensor
                for scope in scopes
                for sensor in await client.sensors(scope)
            }
    except TimeoutError:
        raise RequestTimeoutError("the lists took too long") from None
    return list(found.values())


async def async_list_choices(
    hass: HomeAssistant, client: WotkitClient, *scopes: Scope
) -> list[Sensor]:
    """Return the sensors that a user can choose: not what is sent from here.

    Args:
        hass: Home Assistant.
        client: Signed in.
        scopes: Whose sensors.

    Raises:
        WotkitError: It does not work.
    """
    sensors = await async_list_sensors(client, *scopes)
    exported = await async_own_exports(hass, sensors)
    return [sensor for sensor in sensors if sensor.id not in exported]
