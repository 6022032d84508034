"""What is left on the disk of a removed config entry."""

from homeassistant.core import HomeAssistant

from ...coordinator import BridgeConfigEntry
from ...export.exports import async_remove_exports
from ...reloads import async_forget_reloads
from .channels import async_remove_subscriptions
from .const import SUBENTRY_EXPORT


async def async_remove(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Forget what waits to be sent, and the subscriptions."""
    await async_remove_exports(hass, entry, SUBENTRY_EXPORT)
    await async_remove_subscriptions(hass, entry.entry_id)
    async_forget_reloads(hass, entry.entry_id)
