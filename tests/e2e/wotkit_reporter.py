"""Tells in words what WoTKit hears from Home Assistant and from other people."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tests.simulators.wotkit import SimulatedSensor, WotkitServer

_SOURCE: Final = ("source", "home-assistant")
# Seconds between two lines on values that have arrived
_THROTTLE: Final = 30.0


class WotkitReporter:
    """Listens at a server; its record of messages is emptied meanwhile."""

    def __init__(self, server: WotkitServer, user: str) -> None:
        """Listen from now on.

        Args:
            server: The server.
            user: The account that Home Assistant uses.
        """
        self._server = server
        self._user = user
        self._told_row: dict[int, int] = {}
        self._told_at = -_THROTTLE

    def messages(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Yield a line and the message itself, of each that has come since."""
        while self._server.messages:
            sent = self._server.messages.popleft()
            _, _, name = sent.sensor.partition(".")
            what = ", ".join(f"{key} {value}" for key, value in sent.message.items())
            who = "" if sent.user == self._user else " (from WoTKit's web page)"
            yield f"{name.replace('_', ' ').capitalize()}: {what}{who}", sent.message

    def values(self, now: float) -> str | None:
        """Return a line on what Home Assistant has sent since, or None; now and then.

        Args:
            now: Seconds on any clock that goes on.
        """
        fresh = [
            sensor
            for sensor in exported(self._server)
            if sensor.rows and sensor.rows[-1].id != self._told_row.get(sensor.id)
        ]
        if not fresh or now - self._told_at < _THROTTLE:
            return None
        self._told_at = now
        self._told_row.update((sensor.id, sensor.rows[-1].id) for sensor in fresh)
        return f"WoTKit has from Home Assistant: {_words(fresh)}"


def exported(server: WotkitServer) -> list[SimulatedSensor]:
    """Return the sensors that Home Assistant has created."""
    return [one for one in server.sensors.values() if _SOURCE in one.metadata.items()]


def _words(sensors: Iterable[SimulatedSensor]) -> str:
    return "; ".join(
        f"{sensor.long_name} {', '.join(_values_of(sensor))}" for sensor in sensors
    )


def _values_of(sensor: SimulatedSensor) -> Iterator[str]:
    for item in sensor.fields:
        if (value := item.value) is None:
            continue
        name = item.long_name.removeprefix(sensor.long_name).strip()
        text = f"{value:g}" if isinstance(value, float) else str(value)
        yield " ".join(filter(None, (name, text, item.units)))
