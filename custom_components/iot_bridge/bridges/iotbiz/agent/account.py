"""A device on a platform in a config entry: what is stored, and what it connects with."""

from collections.abc import Mapping
import hashlib
from ssl import SSLContext
from typing import Any, Final

from yarl import URL

from homeassistant.const import CONF_PASSWORD, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.ssl import client_context

from ..client import Broker, IotbizClient
from ..const import (
    CONF_BROKER_HOST,
    CONF_BROKER_PORT,
    CONF_CA,
    CONF_DEVICE_ID,
    CONF_SECURITY,
    Security,
)
from .certificates import tls_context

# Seconds to wait for an answer of the platform.
TIMEOUT: Final = 10.0


async def default_device_id(hass: HomeAssistant) -> str:
    """Return a device number that no other installation has, and that tells nothing."""
    installation = await instance_id.async_get(hass)
    digest = hashlib.sha256(f"iotbiz {installation}".encode()).hexdigest()
    return f"home-assistant-{digest[:12]}"


def unique_id_of(data: Mapping[str, Any]) -> str:
    """Return the unique id for an entry's data; it tells nobody any of them."""
    name = f"{data[CONF_URL]} {data[CONF_DEVICE_ID]}"
    return f"iotbiz_agent_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def create_client(hass: HomeAssistant, data: Mapping[str, Any]) -> IotbizClient:
    """Make a client for the platform of an entry; nothing is sent yet.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        data: A config entry's data.
    """
    return IotbizClient(
        async_get_clientsession(hass), URL(data[CONF_URL]), timeout=TIMEOUT
    )


def broker_of(data: Mapping[str, Any]) -> Broker:
    """Return the broker of an entry, and the device's account there.

    Args:
        data: A config entry's data.
    """
    return Broker(
        host=data[CONF_BROKER_HOST],
        port=data[CONF_BROKER_PORT],
        username=data[CONF_DEVICE_ID],
        password=data[CONF_PASSWORD],
        tls=_tls_of(data),
    )


def _tls_of(data: Mapping[str, Any]) -> SSLContext | None:
    security = Security(data[CONF_SECURITY])
    if security is Security.OWN_CA:
        return tls_context(data[CONF_CA])
    return client_context() if security is Security.TLS else None
