"""Which of a platform's devices is Home Assistant itself."""

from yarl import URL

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback

from ....const import CONF_BRIDGE, DOMAIN
from ..const import CONF_DEVICE_ID, CONF_ROLE, Role


@callback
def own_device_ids(hass: HomeAssistant, base: URL) -> set[str]:
    """Return the names that Home Assistant has as a device on a platform.

    Args:
        hass: Home Assistant.
        base: The base of the platform's addresses.
    """
    return {
        entry.data[CONF_DEVICE_ID]
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.data[CONF_BRIDGE] == "iotbiz"
        and entry.data[CONF_ROLE] == Role.AGENT
        and URL(entry.data[CONF_URL]) == base
    }
