"""The bridges: one package for each IoT service, imported when an entry needs it.

A bridge is a package here with a `BRIDGE`, a module for each Home Assistant platform
it has (with `create_entities`), and the steps of its config flow in `flow.py`, which
`config_flow.py` takes up.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.importlib import async_import_module

from ..const import CONF_BRIDGE
from ..coordinator import BridgeConfigEntry, BridgeCoordinator

# In the order of the config flow's menu.
BRIDGES: Final = ("ewelink",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """What the integration has to know of a bridge.

    Attributes:
        platforms: Home Assistant's platforms that it has entities on.
        create_coordinator: Makes the coordinator of a config entry.
    """

    platforms: tuple[Platform, ...]
    create_coordinator: Callable[
        [HomeAssistant, BridgeConfigEntry], BridgeCoordinator[Any]
    ]


async def async_get_bridge(hass: HomeAssistant, entry: BridgeConfigEntry) -> Bridge:
    """Return the bridge of a config entry."""
    module = await async_import_module(hass, f"{__name__}.{entry.data[CONF_BRIDGE]}")
    bridge: Bridge = module.BRIDGE
    return bridge


type PlatformSetup = Callable[
    [HomeAssistant, BridgeConfigEntry, AddConfigEntryEntitiesCallback], Awaitable[None]
]


def platform_setup(platform: Platform) -> PlatformSetup:
    """Return the `async_setup_entry` of a platform, for whatever bridge the entry has.

    It adds the entities of all devices, and later those of new devices and of
    devices that show something new.
    """

    async def async_setup_entry(
        hass: HomeAssistant,
        entry: BridgeConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        """Set up the platform for a config entry."""
        module = await async_import_module(
            hass, f"{__name__}.{entry.data[CONF_BRIDGE]}.{platform}"
        )
        coordinator = entry.runtime_data
        added: dict[str, set[str | None]] = {}

        @callback
        def add(devices: Iterable[Any]) -> None:
            for gone in added.keys() - coordinator.data.keys():
                del added[gone]
            entities: list[Entity] = []
            for device in devices:
                known = added.setdefault(device.id, set())
                for entity in module.create_entities(coordinator, device):
                    if entity.unique_id not in known:
                        known.add(entity.unique_id)
                        entities.append(entity)
            if entities:
                async_add_entities(entities)

        entry.async_on_unload(coordinator.async_on_new_devices(add))
        add(coordinator.data.values())

    return async_setup_entry
