"""Commands for the devices that have registered themselves with Home Assistant."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.notify import NotifyEntity, NotifyEntityDescription

from .coordinator import IotbizCoordinator
from .device import IotbizDevice
from .entity import IotbizEntity
from .server.coordinator import ServerCoordinator

COMMAND: Final = NotifyEntityDescription(key="command", translation_key="send_command")


def create_entities(
    coordinator: IotbizCoordinator, device: IotbizDevice
) -> Iterator[NotifyEntity]:
    """Make a notifier for each device that Home Assistant can tell something."""
    if isinstance(coordinator, ServerCoordinator):
        yield IotbizCommand(coordinator, device)


class IotbizCommand(IotbizEntity, NotifyEntity):
    """Sends commands; what a device makes of one is its own business."""

    def __init__(self, coordinator: ServerCoordinator, device: IotbizDevice) -> None:
        """Know who carries commands."""
        super().__init__(coordinator, device, COMMAND)
        self._server = coordinator

    @property
    @override
    def available(self) -> bool:
        """Return whether there is MQTT, and the device listens."""
        return super().available and self._server.can_command

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send a command.

        Args:
            message: The command, as it is.
            title: Not used.
        """
        await self._server.async_send_command(self._device_id, message)
