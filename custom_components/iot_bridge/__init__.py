"""IoT Bridge: finds the bridge of a config entry and hands over to it."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .bridges import async_get_bridge
from .const import DOMAIN
from .coordinator import BridgeConfigEntry
from .services import async_setup_services

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which are there without any config entry as well."""
    async_setup_services(hass)
    return True


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


async def async_remove_entry(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Clear away what a removed config entry has left on the disk."""
    bridge = await async_get_bridge(hass, entry)
    if bridge.remove is not None:
        await bridge.remove(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: BridgeConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user remove a device that the service no longer lists."""
    if entry.state is not ConfigEntryState.LOADED:
        bridge = await async_get_bridge(hass, entry)
        if bridge.remove_device is not None:
            await bridge.remove_device(hass, entry, device)
        return True
    return entry.runtime_data.async_forget(device)
