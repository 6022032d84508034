"""Sets up Home Assistant's platforms: `switch.py` and the like are one line each."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bridges import async_get_platform_module
from .coordinator import BridgeConfigEntry

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
        module = await async_get_platform_module(hass, entry, platform)
        coordinator = entry.runtime_data
        added: dict[str, set[str | None]] = {}

        @callback
        def add(devices: Collection[Any]) -> None:
            if not devices:
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
