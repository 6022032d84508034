"""Commands from the platform: they are told, and nothing is executed.

The agent of IoTBiz only prints what arrives; no format is defined anywhere.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ..client import Command

# Commands that wait for the start of Home Assistant; beyond that the oldest are dropped.
_MOST_WAITING: Final = 100


@dataclass(frozen=True, slots=True)
class ReceivedCommand:
    """A command, and how many there were with it: equal ones may follow each other."""

    number: int
    text: str
    data: Any


class CommandDesk:
    """Numbers commands; keeps them until there is somebody who may act on them."""

    def __init__(
        self, hass: HomeAssistant, tell: Callable[[ReceivedCommand], None]
    ) -> None:
        """Start with none.

        Args:
            hass: Home Assistant.
            tell: Called for each command, in order, once Home Assistant has started:
                before, automations do not run.
        """
        self._hass = hass
        self._tell = tell
        self._waiting: deque[Command] = deque(maxlen=_MOST_WAITING)
        self._is_open = False
        self.count = 0

    @property
    def waiting(self) -> int:
        """Return how many commands wait for the start of Home Assistant."""
        return len(self._waiting)

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Tell commands from the start of Home Assistant on; returns what ends that."""
        return async_at_started(self._hass, self._open)

    @callback
    def _open(self, _: HomeAssistant) -> None:
        self._is_open = True
        while self._waiting:
            self._take(self._waiting.popleft())

    @callback
    def receive(self, command: Command) -> None:
        """Take a command that has arrived."""
        if self._is_open:
            self._take(command)
        else:
            self._waiting.append(command)

    def _take(self, command: Command) -> None:
        self.count += 1
        self._tell(ReceivedCommand(self.count, command.text, command.data))
