"""Repair issues that ask the user whether a new device may come in."""

import hashlib
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ....const import DATA_ENTRY_ID, DOMAIN

DATA_DEVICE_ID: Final = "device_id"
_UNKNOWN: Final = "?"


@callback
def async_ask(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    device_id: str,
    customer_name: str,
    address: str,
) -> None:
    """Ask the user about a device that has registered itself.

    Args:
        hass: Home Assistant.
        entry: Of the platform.
        device_id: The device's name.
        customer_name: What people call its customer.
        address: The IP address that it came from; empty if that is not known.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, device_id),
        data={DATA_ENTRY_ID: entry.entry_id, DATA_DEVICE_ID: device_id},
        is_fixable=True,
        is_persistent=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="iotbiz_new_device",
        translation_placeholders={
            "device": _as_code(device_id),
            "customer": _as_code(customer_name),
            "address": _as_code(address or _UNKNOWN),
        },
    )


@callback
def async_take_back(
    hass: HomeAssistant, entry: ConfigEntry[Any], device_id: str
) -> None:
    """Ask no more about a device."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, device_id))


def _issue_id(entry: ConfigEntry[Any], device_id: str) -> str:
    """Return what the issue about a device is called, which does not tell its name.

    Home Assistant adds the ids of issues to the diagnostics that users send to others.
    """
    digest = hashlib.sha256(f"{entry.entry_id} {device_id}".encode()).hexdigest()
    return f"iotbiz_device_{digest[:16]}"


def _as_code(text: str) -> str:
    """Return a text that cannot end the code marks around it."""
    return text.replace("`", "'")
