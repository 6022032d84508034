"""IoT Bridge: finds the bridge of a config entry and hands over to it."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .bridges import async_get_bridge
from .coordinator import BridgeConfigEntry


async def async_setup_entry(hass: HomeAssistant, entry: BridgeConfigEntry) -> bool:
    """Set up a config entry; the push connection comes up in the background."""
    bridge = await async_get_bridge(hass, entry)
    coordinator = bridge.create_coordinator(hass, entry)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, bridge.platforms)
    coordinator.async_start_listening()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: BridgeConfigEntry) -> bool:
    """Unload a config entry; its connection and timers end with it."""
    bridge = await async_get_bridge(hass, entry)
    if not await hass.config_entries.async_unload_platforms(entry, bridge.platforms):
        return False
    await entry.runtime_data.async_say_goodbye()
    return True


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: BridgeConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user remove a device that the service no longer lists."""
    if entry.state is not ConfigEntryState.LOADED:
        return True
    return entry.runtime_data.async_forget(device)
