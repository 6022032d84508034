"""Thing+: sensors and actuators on Daliworks' platform, and Home Assistant's values there."""

from homeassistant.const import Platform

from .. import Bridge
from .coordinator import ThingplusCoordinator
from .diagnostics import describe_account
from .removal import async_remove

BRIDGE = Bridge(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.DEVICE_TRACKER,
        Platform.EVENT,
        Platform.LIGHT,
        Platform.LOCK,
        Platform.NOTIFY,
        Platform.NUMBER,
        Platform.SELECT,
        Platform.SENSOR,
        Platform.SIREN,
        Platform.SWITCH,
        Platform.TEXT,
    ),
    create_coordinator=ThingplusCoordinator,
    diagnostics=describe_account,
    remove=async_remove,
)
