"""What devices' programs write, and what Home Assistant is told where it is a device."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback

from .agent.coordinator import AgentCoordinator
from .agent.entities import COMMAND, AgentCommand
from .coordinator import IotbizCoordinator
from .device import OUTPUT, IotbizDevice
from .entity import IotbizEntity
from .server.coordinator import ServerCoordinator

ATTR_LINE: Final = "line"
_EVENT: Final = "output"

# Some programs write many lines.
OUTPUT_EVENT: Final = EventEntityDescription(
    key=OUTPUT,
    translation_key="program_output",
    event_types=[_EVENT],
    entity_registry_enabled_default=False,
)


def create_entities(
    coordinator: IotbizCoordinator | AgentCoordinator, device: IotbizDevice
) -> Iterator[EventEntity]:
    """Make what the role of the entry has."""
    if isinstance(coordinator, AgentCoordinator):
        yield AgentCommand(coordinator, device, COMMAND)
    elif isinstance(coordinator, ServerCoordinator):
        yield IotbizOutput(coordinator, device, OUTPUT_EVENT)


class IotbizOutput(IotbizEntity, EventEntity):
    """A line that the program of a device has written; agents' topic "supervisor"."""

    _last: tuple[int, str] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Take what was written until now as known."""
        await super().async_added_to_hass()
        self._last = self.reported

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if self._device_id in self.coordinator.data and self._last != self.reported:
            self._last = self.reported
            _, line = self.reported
            self._trigger_event(_EVENT, {ATTR_LINE: line})
        super()._handle_coordinator_update()
