"""The base of HKWHub's entities."""

from collections.abc import Awaitable, Coroutine
from typing import Any, override

from homeassistant.exceptions import HomeAssistantError

from ...commands import async_carry_out
from ...const import DOMAIN
from ...entity import BridgeEntity
from .client import CannotConnectError
from .coordinator import HkwhubCoordinator
from .devices import HubDevice


class HkwhubEntity(BridgeEntity[HkwhubCoordinator, HubDevice]):
    """Shows something of the hub, or of one of its speakers."""

    @override
    async def async_send[ResultT](self, command: Awaitable[ResultT]) -> ResultT:
        """Carry out a command; one that does not arrive tells that the hub may be lost.

        Raises:
            HomeAssistantError: The command failed; the message is translated.
        """
        try:
            return await super().async_send(command)
        except HomeAssistantError as err:
            if isinstance(err.__cause__, CannotConnectError):
                self.coordinator.async_refresh_soon()
            raise

    async def async_command(self, command: Coroutine[Any, Any, None]) -> None:
        """Carry out a command to its end, though its caller may be cancelled.

        Raises:
            HomeAssistantError: The command failed; the message is translated.
        """
        await self.async_send(
            async_carry_out(
                self.hass,
                self.coordinator.config_entry,
                command,
                f"{DOMAIN} hkwhub command",
            )
        )
