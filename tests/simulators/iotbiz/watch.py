"""Looks for faults of devices in a broker's log, with what a listener there has heard."""

from collections.abc import Callable
from dataclasses import dataclass, field
import json
from typing import Any

from .broker import Broker
from .broker_log import Connected, Delivered, Goodbye, LogEvent, Published, read_line
from .devices import KnownDevice
from .mqtt import MqttConnection


@dataclass(slots=True)
class _Session:
    """A device's connection."""

    device: KnownDevice
    states: set[str] = field(default_factory=set)


class BrokerWatch:
    """Reads a broker's log as far as it goes, each time it is asked."""

    def __init__(
        self,
        broker: Broker,
        find_device: Callable[[str], KnownDevice | None],
        note_fault: Callable[[str], None],
    ) -> None:
        """Have read nothing yet.

        Args:
            broker: Whose log it is.
            find_device: Returns a device by its name.
            note_fault: Called with what is wrong.
        """
        self._broker = broker
        self._find_device = find_device
        self._note_fault = note_fault
        self._read_to = 0
        self._sessions: dict[str, _Session] = {}
        self._listeners: dict[str, MqttConnection] = {}
        self._heard: dict[str, int] = {}
        self._latest: dict[str, bytes] = {}

    def add_listener(self, connection: MqttConnection) -> None:
        """Know a connection that hears all that devices say, by its client id."""
        self._listeners[connection.client_id] = connection
        self._heard[connection.client_id] = 0

    def look(self) -> None:
        """Read what is new."""
        log = self._broker.whole_log
        while (end := log.find("\n", self._read_to)) >= 0:
            event = read_line(log[self._read_to : end])
            if event is not None and not self._take(event):
                return
            self._read_to = end + 1

    def _take(self, event: LogEvent) -> bool:
        """Look at an event; return False where the listener has to hear first."""
        match event:
            case Connected():
                if (device := self._find_device(event.name)) is not None:
                    self._sessions[event.client] = _Session(device)
            case Published():
                self._check_message(event)
            case Delivered() if event.client in self._listeners:
                return self._hear(event)
            case Goodbye():
                self._check_goodbye(event)
        return True

    def _check_message(self, event: Published) -> None:
        session = self._sessions.get(event.client)
        if session is None or event.is_repeated:
            return
        if not event.is_allowed:
            self._note_fault(f"{event.topic}: {session.device.device_id} may not")
        elif event.topic == session.device.state_topic:
            session.states.add(event.topic)
            if not event.retain:
                self._note_fault(f"{event.topic}: it is not retained")

    def _hear(self, event: Delivered) -> bool:
        listener = self._listeners[event.client]
        index = self._heard[event.client]
        if index >= len(listener.received):
            # What a connection that has ended did not get will not come any more.
            return not listener.is_open
        self._heard[event.client] += 1
        self._latest[event.topic] = listener.received[index].payload
        return True

    def _check_goodbye(self, event: Goodbye) -> None:
        session = self._sessions.pop(event.client, None)
        for topic in session.states if session else ():
            if topic in self._latest and not _is_farewell(self._latest[topic]):
                self._note_fault(f"{topic}: a goodbye without telling it")


def _is_farewell(payload: bytes) -> bool:
    try:
        state: Any = json.loads(payload)
    except ValueError:
        return False
    if not isinstance(state, dict):
        return False
    status = state.get("agentStatus", state.get("status"))
    return isinstance(status, str) and status.casefold() == "offline"
