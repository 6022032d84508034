"""The base of HKWHub's entities."""

from collections.abc import Coroutine
from typing import Any

from ...commands import async_carry_out
from ...const import DOMAIN
from ...entity import BridgeEntity
from .coordinator import HkwhubCoordinator
from .devices import HubDevice


class HkwhubEntity(BridgeEntity[HkwhubCoordinator, HubDevice]):
    """Shows something of the hub, or of one of its speakers."""

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
