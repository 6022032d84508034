"""Diagnostics of a config entry and of a device."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .bridges import async_get_bridge
from .coordinator import BridgeConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: BridgeConfigEntry
) -> dict[str, Any]:
    """Return what is known of an entry's service and devices, without secrets."""
    if entry.state is not ConfigEntryState.LOADED:
        return _not_loaded(entry)
    bridge = await async_get_bridge(hass, entry)
    coordinator = entry.runtime_data
    return bridge.diagnostics(coordinator, coordinator.data.values())


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: BridgeConfigEntry, device: dr.DeviceEntry
) -> dict[str, Any]:
    """Return what is known of one device, without secrets."""
    if entry.state is not ConfigEntryState.LOADED:
        return _not_loaded(entry)
    bridge = await async_get_bridge(hass, entry)
    coordinator = entry.runtime_data
    device_id = coordinator.known_device_id(device)
    known = [] if device_id is None else [coordinator.data[device_id]]
    return bridge.diagnostics(coordinator, known)


def _not_loaded(entry: BridgeConfigEntry) -> dict[str, Any]:
    """Say why there is nothing to tell."""
    return {
        "state": entry.state.value,
        "reason": entry.error_reason_translation_key,
    }
