"""What helps support with a device: not which it is, nor what it measures."""

from typing import Any

from .device import (
    LAST_SEEN,
    RUNNING,
    WORD,
    IotbizDevice,
    ValueKind,
    attributes_of_kind,
)


def describe_device(device: IotbizDevice) -> dict[str, Any]:
    """Describe a device without its name, its customer number and what it says."""
    return {
        "online": device.online,
        "running": device.state.get(RUNNING),
        "has_other_status": device.state.get(WORD) is not None,
        "last_seen": device.state.get(LAST_SEEN),
        "values": {
            kind: sum(1 for _ in attributes_of_kind(device, kind)) for kind in ValueKind
        },
    }
