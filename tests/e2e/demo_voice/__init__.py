"""A voice for the demo: it needs no network, and is an integration of its own."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Home Assistant alone has them; the demo's own process takes only the tones.
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

PLATFORMS = ("tts",)


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
    """Add the voice."""
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
    """Remove the voice."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
