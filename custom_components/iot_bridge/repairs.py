"""Repairs: finds the bridge that an issue is of and hands over to it."""

from typing import Any

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from .bridges import async_get_bridge
from .const import DATA_ENTRY_ID


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue.

    Args:
        hass: Home Assistant.
        issue_id: The issue.
        data: Of the issue; names the config entry.
    """
    data = data or {}
    entry = hass.config_entries.async_get_entry(data.get(DATA_ENTRY_ID, ""))
    if entry is not None:
        bridge = await async_get_bridge(hass, entry)
        if bridge.create_fix_flow is not None:
            return bridge.create_fix_flow(entry, data)
    # It is of nobody any more: there is nothing to fix.
    return ConfirmRepairFlow()
