"""What is left of a removed config entry: on the disk and on the service."""

from homeassistant.core import HomeAssistant

from ...coordinator import BridgeConfigEntry
from ...export.exports import async_remove_exports
from ...reloads import async_forget_reloads
from .const import SUBENTRY_EXPORT
from .farewell import async_say_off


async def async_remove(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Tell the service that nothing comes any more, and forget what waits to be sent."""
    await async_say_off(hass, entry)
    await async_remove_exports(hass, entry, SUBENTRY_EXPORT)
    async_forget_reloads(hass, entry.entry_id)
