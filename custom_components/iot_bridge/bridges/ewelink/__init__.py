"""eWeLink: Sonoff and other devices through CoolKit's cloud."""

from homeassistant.const import Platform

from .. import Bridge
from .coordinator import EwelinkCoordinator
from .diagnostics import describe_account

BRIDGE = Bridge(
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.NUMBER,
        Platform.SELECT,
        Platform.SENSOR,
        Platform.SWITCH,
    ),
    create_coordinator=EwelinkCoordinator,
    diagnostics=describe_account,
)
