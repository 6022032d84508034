"""HKWHub: Harman Kardon Omni speakers behind the HKWHub app."""

from homeassistant.const import Platform

from .. import Bridge
from .coordinator import HkwhubCoordinator
from .diagnostics import describe_hub

BRIDGE = Bridge(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.MEDIA_PLAYER,
        Platform.NOTIFY,
        Platform.SENSOR,
    ),
    create_coordinator=HkwhubCoordinator,
    diagnostics=describe_hub,
)
