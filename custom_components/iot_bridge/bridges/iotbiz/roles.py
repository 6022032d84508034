"""What each role of Home Assistant brings: one table, and who looks it up."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from ...coordinator import BridgeConfigEntry, BridgeCoordinator
from ...export.exports import async_remove_exports
from .agent.coordinator import AgentCoordinator
from .agent.diagnostics import describe_agent
from .const import CONF_ROLE, SUBENTRY_EXPORT, Role
from .device import IotbizDevice
from .reader.coordinator import ReaderCoordinator
from .reader.diagnostics import describe_reader
from .server.coordinator import ServerCoordinator
from .server.diagnostics import describe_server
from .server.removal import (
    async_remove_device as async_remove_server_device,
    async_remove_server,
)


async def _async_remove_agent(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    await async_remove_exports(hass, entry, SUBENTRY_EXPORT)


async def _async_remove_nothing(_: HomeAssistant, __: BridgeConfigEntry) -> None:
    """Remove nothing: there is nothing on the disk."""


@dataclass(frozen=True, slots=True)
class _RoleParts:
    coordinator: Callable[[HomeAssistant, BridgeConfigEntry], BridgeCoordinator[Any]]
    describe: Callable[[Any, Iterable[IotbizDevice]], dict[str, Any]]
    remove: Callable[[HomeAssistant, BridgeConfigEntry], Awaitable[None]]


_PARTS: Final[Mapping[Role, _RoleParts]] = {
    Role.SERVER: _RoleParts(ServerCoordinator, describe_server, async_remove_server),
    Role.AGENT: _RoleParts(AgentCoordinator, describe_agent, _async_remove_agent),
    Role.READER: _RoleParts(ReaderCoordinator, describe_reader, _async_remove_nothing),
}


def _parts(entry: BridgeConfigEntry) -> _RoleParts:
    return _PARTS[Role(entry.data[CONF_ROLE])]


def create_coordinator(
    hass: HomeAssistant, entry: BridgeConfigEntry
) -> BridgeCoordinator[Any]:
    """Make the coordinator of an entry's role."""
    return _parts(entry).coordinator(hass, entry)


def describe(
    coordinator: BridgeCoordinator[Any], devices: Iterable[IotbizDevice]
) -> dict[str, Any]:
    """Return what helps support, without secrets."""
    return _parts(coordinator.config_entry).describe(coordinator, devices)


async def async_remove(hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
    """Clear away what a removed entry has left on the disk."""
    await _parts(entry).remove(hass, entry)


async def async_remove_device(
    hass: HomeAssistant, entry: BridgeConfigEntry, device: dr.DeviceEntry
) -> None:
    """Forget a device of an entry that is not set up."""
    if entry.data[CONF_ROLE] == Role.SERVER:
        await async_remove_server_device(hass, entry, device)
