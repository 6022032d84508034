"""What helps support with a user's view of a platform: only what is harmless is told."""

from collections.abc import Iterable
from typing import Any

from ..const import CONF_ROLE
from ..device import IotbizDevice
from ..device_diagnostics import describe_device
from .coordinator import ReaderCoordinator


def describe_reader(
    coordinator: ReaderCoordinator, devices: Iterable[IotbizDevice]
) -> dict[str, Any]:
    """Return what is known of an account and some of its devices.

    Args:
        coordinator: The account's coordinator.
        devices: The devices to tell about.
    """
    last_error = coordinator.last_exception
    return {
        "role": coordinator.config_entry.data[CONF_ROLE],
        "service_available": coordinator.service_available,
        "last_update_success": coordinator.last_update_success,
        "last_error": type(last_error).__name__ if last_error else None,
        "devices": [describe_device(device) for device in devices],
    }
