"""The bridges: one package for each IoT service, found by the name in the entry.

A bridge is a package here with a `BRIDGE`, a module for each Home Assistant platform
it has (with `create_entities`), and the steps of its config flow in `flow.py`, which
`config_flow.py` takes up.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.importlib import async_import_module

from ..const import CONF_BRIDGE
from ..coordinator import BridgeConfigEntry, BridgeCoordinator

# In the order of the config flow's menu.
BRIDGES: Final = ("ewelink", "hkwhub", "thingplus", "wotkit", "iotbiz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """What the integration has to know of a bridge.

    Attributes:
        platforms: Home Assistant's platforms that it has entities on.
        create_coordinator: Makes the coordinator of a config entry.
        diagnostics: Describes some of a coordinator's devices, without secrets.
        remove: Clears away what a removed config entry has left on the disk.
        remove_device: Forgets a device that the user removes while its config entry is
            not set up.
        create_fix_flow: Makes the flow that fixes a repair issue, from the config entry
            and the data of the issue.
    """

    platforms: tuple[Platform, ...]
    create_coordinator: Callable[
        [HomeAssistant, BridgeConfigEntry], BridgeCoordinator[Any]
    ]
    diagnostics: Callable[[Any, Iterable[Any]], dict[str, Any]]
    remove: Callable[[HomeAssistant, BridgeConfigEntry], Awaitable[None]] | None = None
    remove_device: (
        Callable[[HomeAssistant, BridgeConfigEntry, dr.DeviceEntry], Awaitable[None]]
        | None
    ) = None
    create_fix_flow: (
        Callable[[BridgeConfigEntry, dict[str, Any]], RepairsFlow] | None
    ) = None


async def async_get_bridge(hass: HomeAssistant, entry: BridgeConfigEntry) -> Bridge:
    """Return the bridge of a config entry."""
    module = await async_import_module(hass, f"{__name__}.{entry.data[CONF_BRIDGE]}")
    bridge: Bridge = module.BRIDGE
    return bridge


async def async_get_platform_module(
    hass: HomeAssistant, entry: BridgeConfigEntry, platform: Platform
) -> ModuleType:
    """Return the module with a bridge's entities on one of Home Assistant's platforms."""
    return await async_import_module(
        hass, f"{__name__}.{entry.data[CONF_BRIDGE]}.{platform}"
    )
