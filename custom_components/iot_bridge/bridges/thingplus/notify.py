"""Thing+'s displays, which show what they are sent."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.notify import (
    NotifyEntity,
    NotifyEntityDescription,
    NotifyEntityFeature,
)

from .actuator_entity import ActuatorEntity
from .actuator_kinds import DISPLAY_TYPE
from .client import Category
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name

# Thing+ guide, "lcd": rows 0 to 11, columns 0 to 15
_ROWS: Final = 12
_COLUMNS: Final = 16


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[NotifyEntity]:
    """Make a notifier for each display."""
    for actuator in device.of_category(Category.ACTUATOR):
        if actuator.type == DISPLAY_TYPE:
            description = NotifyEntityDescription(
                key=actuator.id, name=entity_name(device, actuator)
            )
            yield ThingplusDisplay(coordinator, device, actuator, description)


class ThingplusDisplay(ActuatorEntity, NotifyEntity):
    """A display: it shows the lines of the last message, and nothing else."""

    _attr_supported_features = NotifyEntityFeature.TITLE
    # How many lines it may show
    _shown = 0

    @property
    @override
    def assumed_state(self) -> bool:
        """Return that there is no state that could be assumed."""
        return False

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Show a message, a line of it in each row.

        Args:
            message: The text.
            title: Goes to the first row.
        """
        lines = [*(title or "").splitlines(), *message.splitlines()][:_ROWS]
        async with self._turn:
            # What a former message has left in other rows goes too.
            for row in range(max(len(lines), self._shown, 1)):
                line = lines[row] if row < len(lines) else ""
                text = line.ljust(_COLUMNS)
                self._shown = max(self._shown, row + 1)
                await self.async_command(
                    "print", {"text": text, "row": row, "column": 0}
                )
            self._shown = len(lines)
