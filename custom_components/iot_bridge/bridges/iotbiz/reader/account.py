"""A user of a platform in a config entry: what is stored, and its client."""

from collections.abc import Mapping
import hashlib
from typing import Any, Final

from yarl import URL

from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..client import IotbizReader

# Seconds to wait for an answer.
TIMEOUT: Final = 10.0


def unique_id_of(data: Mapping[str, Any]) -> str:
    """Return the unique id for an entry's data; it tells nobody any of them."""
    name = f"{data[CONF_URL]} {data[CONF_USERNAME]}"
    return f"iotbiz_reader_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def create_reader(hass: HomeAssistant, data: Mapping[str, Any]) -> IotbizReader:
    """Make a client for a user; nothing is sent yet.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        data: A config entry's data.
    """
    return IotbizReader(
        async_get_clientsession(hass),
        URL(data[CONF_URL]),
        data[CONF_USERNAME],
        data[CONF_PASSWORD],
        timeout=TIMEOUT,
    )
