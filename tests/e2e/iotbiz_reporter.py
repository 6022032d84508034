"""Tells in words what IoTBiz' machines and platform hear from Home Assistant."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.simulators.iotbiz import IotbizSimulator

from .iotbiz_machines import Machine

# Seconds between two lines on values that have arrived
_THROTTLE: Final = 30.0
_STATUS: Final = ("status", "agentStatus", "programStatus")


class CommandReporter:
    """Listens at a machine; its record of commands is emptied."""

    def __init__(self, machine: Machine) -> None:
        """Listen from now on."""
        self._machine = machine

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield a line and the command itself, of each that has come since."""
        received = self._machine.agent.received
        while received:
            _, payload = received.pop(0)
            command = payload.decode(errors="replace")
            yield f"{self._machine.name} is told by Home Assistant: {command}", command


class PlatformReporter:
    """Listens at a platform; its record of Home Assistant's messages is emptied."""

    def __init__(self, platform: IotbizSimulator, device_id: str) -> None:
        """Listen from now on.

        Args:
            platform: The platform.
            device_id: Home Assistant's number there.
        """
        self._platform = platform
        self._device_id = device_id
        self._told_row = 0
        self._told_at = -_THROTTLE

    def lines(self, now: float) -> Iterator[str]:
        """Yield what was not told yet: registrations at once, values at times.

        Args:
            now: Seconds on any clock that goes on.
        """
        while self._platform.registrations:
            done = self._platform.registrations.popleft()
            how = done.error or "it worked"
            yield f"Home Assistant asks the IoTBiz platform to {done.action}: {how}"
        device = self._platform.devices.get(self._device_id)
        if device is None or not device.rows or now - self._told_at < _THROTTLE:
            return
        row = device.rows[-1]
        del device.rows[:-1]
        if row.pk != self._told_row:
            self._told_row, self._told_at = row.pk, now
            yield f"The IoTBiz platform has from Home Assistant: {_words(row.state)}"


def _words(state: Mapping[str, Any]) -> str:
    values = (
        f"{name.partition('.')[2] or name} {_value(value)}"
        for name, value in state.items()
        if name not in _STATUS
    )
    is_there = state.get("agentStatus") == "online"
    return "; ".join(values) or ("that it is there" if is_there else "that it goes")


def _value(value: Any) -> str:
    match value:
        case True:
            return "on"
        case False:
            return "off"
        case None:
            return "not known"
    return str(value)
