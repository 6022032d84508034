"""What helps support with a WoTKit account: only what is known to be harmless is told."""

from collections.abc import Iterable
from typing import Any

from homeassistant.components.diagnostics import REDACTED

from ...export.diagnostics import describe_export
from .const import (
    CONF_CHOICE,
    CONF_CONTROLLED,
    CONF_CONTROLS,
    CONF_SENSORS,
    CONF_SIGN_IN,
    CONF_SILENT_MINUTES,
    CONF_TAGS,
)
from .coordinator import WotkitCoordinator
from .devices import CHANNEL_UP, LOCATION, SensorDevice
from .units import measure_of


def describe_account(
    coordinator: WotkitCoordinator, devices: Iterable[SensorDevice]
) -> dict[str, Any]:
    """Return what is known of an account and some of its sensors.

    Args:
        coordinator: The account's coordinator.
        devices: The sensors to tell about.
    """
    entry = coordinator.config_entry
    last_error = coordinator.last_exception
    return {
        "sign_in": entry.data[CONF_SIGN_IN],
        "options": {
            CONF_CHOICE: entry.options.get(CONF_CHOICE),
            CONF_CONTROLS: entry.options.get(CONF_CONTROLS),
            CONF_SILENT_MINUTES: entry.options.get(CONF_SILENT_MINUTES),
            # How many; the user may not want to tell which.
            **{
                name: len(entry.options.get(name, ()))
                for name in (CONF_TAGS, CONF_SENSORS, CONF_CONTROLLED)
            },
        },
        "service_available": coordinator.service_available,
        "last_update_success": coordinator.last_update_success,
        "last_error": type(last_error).__name__ if last_error else None,
        "exports": [describe_export(one) for one in coordinator.exports.exporters],
        "sensors": [_describe(device) for device in devices],
    }


def _describe(device: SensorDevice) -> dict[str, Any]:
    """Describe a sensor without what it is called, where it is and what it says."""
    sensor = device.sensor
    return {
        "own": device.own,
        "fresh": device.online,
        "visibility": sensor.visibility,
        "last_data": sensor.last_data,
        "installed_at": None if sensor.latitude is None else REDACTED,
        "moves": device.state[LOCATION] is not None,
        "control_channel_up": device.state.get(CHANNEL_UP),
        "fields": [
            {
                "type": field.type,
                "units": field.units,
                "device_class": measure_of(field).device_class,
                "has_value": field.value is not None,
                "required": field.required,
            }
            for field in sensor.fields
        ],
    }
