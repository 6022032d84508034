"""What helps support with Home Assistant as a device: only what is known to be harmless."""

from collections.abc import Iterable
from typing import Any

from ....export.diagnostics import describe_export
from ..const import CONF_ROLE, CONF_SECURITY
from ..device import IotbizDevice
from .coordinator import AgentCoordinator


def describe_agent(
    coordinator: AgentCoordinator, _: Iterable[IotbizDevice]
) -> dict[str, Any]:
    """Return what is known of the connection and of what is sent.

    Args:
        coordinator: The entry's coordinator.
        _: Its one device, of which there is nothing else to tell.
    """
    data = coordinator.config_entry.data
    last_error = coordinator.link_error
    return {
        "role": data[CONF_ROLE],
        "security": data[CONF_SECURITY],
        "connected": coordinator.is_connected,
        "service_available": coordinator.service_available,
        "last_error": type(last_error).__name__ if last_error else None,
        "commands": coordinator.commands.count,
        "state": coordinator.publisher.described,
        "exports": [describe_export(one) for one in coordinator.exports.exporters],
    }
