"""Tells in words what Thing+ hears from Home Assistant."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.simulators.thingplus import (
    SimulatedGateway,
    SimulatedSensor,
    ThingplusSimulator,
)

# Seconds between two lines on values that have arrived
_THROTTLE: Final = 30.0


class ThingplusReporter:
    """Listens at a server; its records of commands and registrations are emptied."""

    def __init__(self, server: ThingplusSimulator) -> None:
        """Listen from now on.

        Args:
            server: The server.
        """
        self._server = server
        self._told_time: dict[str, int] = {}
        self._told_at = -_THROTTLE

    def lines(self, now: float) -> Iterator[str]:
        """Yield what was not told yet: commands and registrations at once, values at times.

        Args:
            now: Seconds on any clock that goes on.
        """
        new = [f"{one.kind} {one.body['name']}" for one in self._server.registered]
        self._server.registered.clear()
        if new:
            yield f"Home Assistant has registered on Thing+: {', '.join(new)}"
        while self._server.commands:
            command = self._server.commands.popleft()
            actuator = self._server.sensors.get(command.actuator_id)
            name = command.actuator_id if actuator is None else actuator.name
            yield f"{name}: {', '.join((command.cmd, *_words(command.options)))}"
        if (line := self._values(now)) is not None:
            yield line

    def _values(self, now: float) -> str | None:
        """Return a line on the sensors that have something new, or None; now and then."""
        fresh = [
            one
            for one in exported(self._server)
            if one.points and one.points[-1].at_ms != self._told_time.get(one.id)
        ]
        if not fresh or now - self._told_at < _THROTTLE:
            return None
        self._told_at = now
        self._told_time.update((one.id, one.points[-1].at_ms) for one in fresh)
        values = "; ".join(f"{one.name} {_value(one)}" for one in fresh)
        return f"Thing+ has from Home Assistant: {values}"


def own_gateways(server: ThingplusSimulator) -> list[SimulatedGateway]:
    """Return the gateways that Home Assistant has registered, the latest last."""
    return [one for one in server.gateways.values() if one.is_registered]


def exported(server: ThingplusSimulator) -> list[SimulatedSensor]:
    """Return the sensors that Home Assistant has registered."""
    return [one for one in server.sensors.values() if one.is_registered]


def _value(sensor: SimulatedSensor) -> str:
    """Return the last value of a sensor as people read it."""
    value = str(sensor.points[-1].value)
    kind = sensor.sensor_type
    if value in kind.values:
        return kind.texts[kind.values.index(value)]
    if kind.kind != "number":
        return value
    return f"{float(value):.4g} {kind.unit}".strip()


def _words(options: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name} {value}" for name, value in options.items())
