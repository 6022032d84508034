"""Diagnostics of a config entry and of a device."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .coordinator import BridgeConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: BridgeConfigEntry
) -> dict[str, Any]:
    """Return what is known of an entry's service and devices, without secrets."""
    return entry.runtime_data.diagnostics()


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: BridgeConfigEntry, device: dr.DeviceEntry
) -> dict[str, Any]:
    """Return what is known of one device, without secrets."""
    coordinator = entry.runtime_data
    return coordinator.diagnostics(coordinator.known_device_id(device))
