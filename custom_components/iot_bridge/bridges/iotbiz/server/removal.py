"""What is removed while a server is not set up, or with it."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ....const import DOMAIN
from ....coordinator import BridgeConfigEntry
from .registrations import Registrations, async_remove_registrations
from .states import async_remove_states


async def async_remove_server(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Forget all devices of an entry that is removed."""
    await async_remove_registrations(hass, entry.entry_id)
    await async_remove_states(hass, entry.entry_id)


async def async_remove_device(
    hass: HomeAssistant, entry: BridgeConfigEntry, device: dr.DeviceEntry
) -> None:
    """Forget a device that the user removes while the server is not set up."""
    registrations = Registrations(hass, entry.entry_id)
    await registrations.async_load()
    for device_id in list(registrations):
        if (DOMAIN, f"{entry.entry_id}_{device_id}") in device.identifiers:
            await registrations.async_remove(device_id)
