"""What arrives through control channels, message by message."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.event import (
    ATTR_EVENT_TYPE,
    ATTR_EVENT_TYPES,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.const import (
    ATTR_ASSUMED_STATE,
    ATTR_ATTRIBUTION,
    ATTR_DEVICE_CLASS,
    ATTR_ENTITY_PICTURE,
    ATTR_FRIENDLY_NAME,
    ATTR_GROUP_ENTITIES,
    ATTR_ICON,
    ATTR_RESTORED,
    ATTR_SUPPORTED_FEATURES,
    ATTR_UNIT_OF_MEASUREMENT,
)
from homeassistant.core import callback

from .control_entity import ChannelEntity
from .coordinator import WotkitCoordinator
from .devices import RECEIVED, Received, SensorDevice
from .entity_names import is_controlled

EVENT_RECEIVED: Final = "received"

MESSAGE: Final = EventEntityDescription(
    key=RECEIVED, translation_key="control_message", event_types=[EVENT_RECEIVED]
)

# Home Assistant's own attributes: anybody may send to a public sensor, and must not
# make the entity look like something else by that.
_RESERVED: Final = frozenset(
    {
        ATTR_ASSUMED_STATE,
        ATTR_ATTRIBUTION,
        ATTR_DEVICE_CLASS,
        ATTR_ENTITY_PICTURE,
        ATTR_EVENT_TYPE,
        ATTR_EVENT_TYPES,
        ATTR_FRIENDLY_NAME,
        ATTR_GROUP_ENTITIES,
        ATTR_ICON,
        ATTR_RESTORED,
        ATTR_SUPPORTED_FEATURES,
        ATTR_UNIT_OF_MEASUREMENT,
    }
)


def create_entities(
    coordinator: WotkitCoordinator, device: SensorDevice
) -> Iterator[EventEntity]:
    """Make the event entity of a sensor whose control channel is heard."""
    if is_controlled(coordinator.config_entry.options, device):
        yield WotkitEvent(coordinator, device, MESSAGE, RECEIVED)


class WotkitEvent(ChannelEntity, EventEntity):
    """Tells of each message, with its fields as attributes."""

    _told = 0

    @override
    async def async_added_to_hass(self) -> None:
        """Tell of a message that came while the entity of a new sensor was added."""
        await super().async_added_to_hass()
        self._tell()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._tell()
        super()._handle_coordinator_update()

    def _tell(self) -> None:
        received: Received | None = self.reported
        if received is not None and received.number > self._told:
            self._told = received.number
            self._trigger_event(
                EVENT_RECEIVED,
                {
                    name: value
                    for name, value in received.message.items()
                    if name not in _RESERVED
                },
            )
