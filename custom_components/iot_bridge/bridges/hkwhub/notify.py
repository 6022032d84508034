"""Speech with the hub's own voice: a notify entity for each speaker and for the hub."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.notify import NotifyEntity, NotifyEntityDescription

from .coordinator import HkwhubCoordinator
from .devices import ACTIVE, PLAYBACK, HubDevice
from .entity import HkwhubEntity
from .media import speech_item

SPEAK: Final = NotifyEntityDescription(key="speak", translation_key="speak")


def create_entities(
    coordinator: HkwhubCoordinator, device: HubDevice
) -> Iterator[NotifyEntity]:
    """Make the notify entity of the hub or of a speaker."""
    yield HkwhubNotify(coordinator, device)


class HkwhubNotify(HkwhubEntity, NotifyEntity):
    """Speaks: music makes way meanwhile."""

    def __init__(self, coordinator: HkwhubCoordinator, device: HubDevice) -> None:
        """Describe the voice of the hub or of a speaker."""
        key = PLAYBACK if device.is_hub else ACTIVE
        super().__init__(coordinator, device, SPEAK, (key,), SPEAK.key)

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        item = speech_item(message)
        speakers = (
            self.coordinator.speakers if self.device.is_hub else (self._device_id,)
        )
        await self.coordinator.joint_calls.async_join(
            self._context,
            ("speak", message),
            speakers,
            lambda groups: self.async_send(
                self.coordinator.player.async_announce(
                    item, tuple({one: None for group in groups for one in group})
                )
            ),
        )
