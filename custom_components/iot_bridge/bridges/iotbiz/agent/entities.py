"""The entities of this Home Assistant as a device on a platform."""

from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity import EntityDescription

from ....entity import BridgeEntity
from ..device import IotbizDevice
from ..entity_names import unique_id_of
from .commands import ReceivedCommand
from .coordinator import CONNECTED, OWN_DEVICE, RECEIVED, AgentCoordinator

EVENT_TYPE: Final = "command"
ATTR_TEXT: Final = "text"
ATTR_DATA: Final = "data"

BROKER_CONNECTION: Final = BinarySensorEntityDescription(
    key=CONNECTED,
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
COMMAND: Final = EventEntityDescription(
    key=RECEIVED, translation_key="command", event_types=[EVENT_TYPE]
)


class AgentEntity(BridgeEntity[AgentCoordinator, IotbizDevice]):
    """Shows something of this Home Assistant as a device; it is always there."""

    def __init__(
        self,
        coordinator: AgentCoordinator,
        device: IotbizDevice,
        description: EntityDescription,
    ) -> None:
        """Describe the entity, whose key is that of the state."""
        super().__init__(coordinator, device, description, (description.key,))
        self._attr_unique_id = unique_id_of(
            coordinator.scope, OWN_DEVICE, description.key
        )

    @property
    @override
    def available(self) -> bool:
        """Return True: a lost connection is what is shown."""
        return True


class AgentConnection(AgentEntity, BinarySensorEntity):
    """Whether the broker of the platform is reached."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is reached right now."""
        return self.coordinator.is_connected


class AgentCommand(AgentEntity, EventEntity):
    """Tells of each command from the platform."""

    # The recorder has them already, with the event on the bus.
    _unrecorded_attributes = frozenset({ATTR_TEXT, ATTR_DATA})
    _told = 0

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        command: ReceivedCommand | None = self.reported
        if command is not None and command.number > self._told:
            self._told = command.number
            self._trigger_event(
                EVENT_TYPE, {ATTR_TEXT: command.text, ATTR_DATA: command.data}
            )
        super()._handle_coordinator_update()
