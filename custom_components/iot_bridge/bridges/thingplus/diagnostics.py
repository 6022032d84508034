"""What helps support with a Thing+ account: only what is known to be harmless is told."""

from collections.abc import Iterable
from typing import Any

from homeassistant.components.diagnostics import REDACTED

from ...export.diagnostics import describe_export
from .client import Sensor, Status
from .const import (
    CONF_DUST,
    CONF_GATEWAYS,
    CONF_METERS,
    CONF_SIGN_IN,
    CONF_SITES,
    CONF_TOKEN,
)
from .coordinator import ThingplusCoordinator
from .devices import PROBLEMS, ThingplusDevice, alive_key


def describe_account(
    coordinator: ThingplusCoordinator, devices: Iterable[ThingplusDevice]
) -> dict[str, Any]:
    """Return what is known of an account and some of its devices.

    Args:
        coordinator: The account's coordinator.
        devices: The devices to tell about.
    """
    entry = coordinator.config_entry
    last_error = coordinator.last_exception
    return {
        "sign_in": entry.data[CONF_SIGN_IN],
        "token_ends": entry.data[CONF_TOKEN]["expires_at"],
        "options": {
            CONF_DUST: entry.options.get(CONF_DUST),
            CONF_METERS: entry.options.get(CONF_METERS),
            # How many; the user may not want to tell which.
            CONF_SITES: len(entry.options.get(CONF_SITES, ())),
            CONF_GATEWAYS: len(entry.options.get(CONF_GATEWAYS, ())),
        },
        "service_available": coordinator.service_available,
        "last_update_success": coordinator.last_update_success,
        "last_error": type(last_error).__name__ if last_error else None,
        "clock_offset": coordinator.client.clock_offset.total_seconds(),
        "types": len(coordinator.types),
        "exports": [describe_export(one) for one in coordinator.exports.exporters],
        "devices": [_describe(device) for device in devices],
    }


def _describe(device: ThingplusDevice) -> dict[str, Any]:
    """Describe a device without what it is called, where it is and what it says."""
    gateway = device.gateway
    return {
        "is_gateway": device.device is None,
        "model": gateway.model if device.device is None else device.device.model,
        "report_interval": gateway.report_interval,
        "gateway_status": _describe_status(gateway.status),
        "online": device.online,
        "location": None if gateway.location is None else REDACTED,
        "problems": len(device.state[PROBLEMS]),
        "sensors": [
            _describe_sensor(sensor, device) for sensor in device.sensors.values()
        ],
    }


def _describe_sensor(sensor: Sensor, device: ThingplusDevice) -> dict[str, Any]:
    return {
        "type": sensor.type,
        "category": sensor.category,
        "model": sensor.model,
        "driver": sensor.driver,
        "status": _describe_status(sensor.status),
        "alive": device.state.get(alive_key(sensor.id)),
        "has_value": sensor.series is not None,
        "value_time": sensor.series and sensor.series.time,
    }


def _describe_status(status: Status | None) -> dict[str, Any] | None:
    if status is None:
        return None
    return {"value": status.value, "time": status.time, "expires": status.expires}
