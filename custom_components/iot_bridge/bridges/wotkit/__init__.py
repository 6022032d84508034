"""WoTKit: sensors and actuators on Sense Tecnic's platform, and servers like it."""

from homeassistant.const import Platform

from .. import Bridge
from .coordinator import WotkitCoordinator
from .diagnostics import describe_account
from .removal import async_remove

BRIDGE = Bridge(
    platforms=(
        Platform.DEVICE_TRACKER,
        Platform.EVENT,
        Platform.NUMBER,
        Platform.SENSOR,
        Platform.SWITCH,
        Platform.TEXT,
    ),
    create_coordinator=WotkitCoordinator,
    diagnostics=describe_account,
    remove=async_remove,
)
