"""What helps support with a server: no customer number, no device's name, no value."""

from collections.abc import Iterable
from typing import Any

from ..const import CONF_ADMISSION, CONF_ALLOWED_ADDRESSES, CONF_SILENT_MINUTES, Role
from ..device import OVER_MQTT, IotbizDevice
from ..device_diagnostics import describe_device
from .coordinator import ServerCoordinator
from .customers import customers_of


def describe_server(
    coordinator: ServerCoordinator, devices: Iterable[IotbizDevice]
) -> dict[str, Any]:
    """Return what is known of a server and some of its devices.

    Args:
        coordinator: The server.
        devices: The devices to tell about.
    """
    options = coordinator.config_entry.options
    counts = coordinator.enrolment.device_counts
    return {
        "role": Role.SERVER.value,
        "options": {
            CONF_ADMISSION: options.get(CONF_ADMISSION),
            CONF_SILENT_MINUTES: options.get(CONF_SILENT_MINUTES),
            # How many; whose they are is nobody's business.
            CONF_ALLOWED_ADDRESSES: len(options.get(CONF_ALLOWED_ADDRESSES, ())),
        },
        "customers": [
            {"limit": customer.limit, "devices": counts[customer.id]}
            for customer in customers_of(options).values()
        ],
        "registrations": {
            "activated": len(coordinator.enrolment.activated),
            "waiting": len(coordinator.enrolment.waiting),
            "refused": len(coordinator.enrolment.refused),
        },
        "mqtt": coordinator.can_command,
        "refusals": {
            reason.name.lower(): count
            for reason, count in coordinator.refusals.counts.items()
        },
        "devices": [
            {**describe_device(one), OVER_MQTT: bool(one.state.get(OVER_MQTT))}
            for one in devices
        ],
    }
