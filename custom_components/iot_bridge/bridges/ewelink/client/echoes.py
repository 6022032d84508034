"""Commands that other apps gave, until it is known what became of them.

The cloud passes a phone's command on to every app. It does not prove that the
device obeyed; eWeLink API Center, "Update/Report Status". So some time later
the device's state is asked for, unless the device reported it by then.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class _Echo:
    apikey: str
    names: set[str]
    timer: asyncio.TimerHandle


class Echoes:
    """The commands of other apps that wait for the device's own word."""

    def __init__(
        self, delay: float, ask: Callable[[str, str, list[str]], None]
    ) -> None:
        """Start without an echo.

        Args:
            delay: Seconds from the last command to a device until it is asked.
            ask: Called with device id, owner's apikey and names of parameters.
        """
        self._delay = delay
        self._ask = ask
        self._waiting: dict[str, _Echo] = {}

    def __bool__(self) -> bool:
        """Return whether any device waits."""
        return bool(self._waiting)

    def heard(self, device_id: str, apikey: str, names: Iterable[str]) -> None:
        """Note a command of another app; a series of them is asked for once."""
        wanted = set(names)
        if (earlier := self._waiting.get(device_id)) is not None:
            earlier.timer.cancel()
            wanted |= earlier.names
        timer = asyncio.get_running_loop().call_later(self._delay, self._due, device_id)
        self._waiting[device_id] = _Echo(apikey, wanted, timer)

    def reported(self, device_id: str, names: Iterable[str]) -> None:
        """Note that the device itself told these parameters."""
        if (echo := self._waiting.get(device_id)) is None:
            return
        echo.names.difference_update(names)
        if not echo.names:
            echo.timer.cancel()
            del self._waiting[device_id]

    def forget(self) -> None:
        """Forget all echoes and stop their timers."""
        for echo in self._waiting.values():
            echo.timer.cancel()
        self._waiting.clear()

    def _due(self, device_id: str) -> None:
        echo = self._waiting.pop(device_id)
        self._ask(device_id, echo.apikey, sorted(echo.names))
