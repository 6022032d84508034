"""The base of the entities of a control channel."""

from typing import Final, override

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.restore_state import (
    ExtraStoredData,
    RestoredExtraData,
    RestoreEntity,
)

from ...commands import async_carry_out
from ...const import DOMAIN
from ...entity import BridgeEntity
from .client import ControlMessage
from .const import Control
from .controls import read_control
from .coordinator import WotkitCoordinator
from .devices import CHANNEL_UP, SensorDevice
from .entity_names import control_key

# What is stored of an entity besides its state, which may be "unavailable"
_STORED_VALUE: Final = "value"


class ChannelEntity(BridgeEntity[WotkitCoordinator, SensorDevice]):
    """Hears a control channel; the sensor's data may be as old as they like."""

    def __init__(
        self,
        coordinator: WotkitCoordinator,
        device: SensorDevice,
        description: EntityDescription,
        key: str,
    ) -> None:
        """Describe the entity by what it shows of the channel."""
        super().__init__(coordinator, device, description, (key, CHANNEL_UP))

    @property
    @override
    def available(self) -> bool:
        """Return whether the channel is heard; it may still be on its way up."""
        return self._service_has_device and bool(
            self.device.state.get(CHANNEL_UP, True)
        )


class ControlEntity(ChannelEntity, RestoreEntity):
    """Follows a control and sends it.

    What is shown is what has come through the channel, from whoever it was: one's own
    messages come back by it as well, in the order in which the server has taken them.
    """

    def __init__(
        self,
        coordinator: WotkitCoordinator,
        device: SensorDevice,
        description: EntityDescription,
        control: Control,
    ) -> None:
        """Describe the entity by its control."""
        super().__init__(coordinator, device, description, control_key(control))
        self._control = control

    @property
    @override
    def extra_restore_state_data(self) -> ExtraStoredData:
        """Return what was heard last, also while nothing can be heard."""
        device = self.coordinator.data.get(self._device_id)
        value = None if device is None else device.state.get(self._key)
        return RestoredExtraData({_STORED_VALUE: value})

    @override
    async def async_added_to_hass(self) -> None:
        """Show what was heard last, before Home Assistant was restarted."""
        await super().async_added_to_hass()
        last = await self.async_get_last_extra_data()
        if self.reported is not None or last is None:
            return
        stored = last.as_dict().get(_STORED_VALUE)
        if not isinstance(stored, bool | int | float | str):
            return
        value = read_control(self._control, {self._control.value: stored})
        if value is not None:
            self.coordinator.async_push(self._device_id, {self._key: value})

    async def async_say(self, message: ControlMessage) -> None:
        """Send a message through the channel.

        Raises:
            HomeAssistantError: The service has not taken it; the text is translated.
        """
        await self.async_send(
            async_carry_out(
                self.hass,
                self.coordinator.config_entry,
                self.coordinator.client.send_message(self.device.sensor.id, message),
                f"{DOMAIN} wotkit message",
            )
        )
