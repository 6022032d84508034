"""IoTBiz: devices that register themselves, and Home Assistant as such a device."""

from homeassistant.const import Platform

from .. import Bridge
from .roles import async_remove, async_remove_device, create_coordinator, describe
from .server.approval_flow import create_fix_flow

BRIDGE = Bridge(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.EVENT,
        Platform.NOTIFY,
        Platform.SENSOR,
    ),
    create_coordinator=create_coordinator,
    diagnostics=describe,
    remove=async_remove,
    remove_device=async_remove_device,
    create_fix_flow=create_fix_flow,
)
