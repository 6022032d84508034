"""What somebody else's platform hears from a device, and tells it."""

from collections.abc import Iterable, Mapping
import json
from typing import Any, Final, Self

import pytest

from tests.simulators.iotbiz import Broker, IotbizSimulator
from tests.waiting import until

CUSTOMER: Final = "abc123"
DEVICE: Final = "home-assistant-0123456789ab"
PASSWORD: Final = "test-password-of-the-device"
STATE: Final = f"devices/out/{CUSTOMER}/{DEVICE}/state"

ONLINE: Final = {"status": "online", "agentStatus": "online", "programStatus": "up"}
OFFLINE: Final = {
    "status": "offline",
    "agentStatus": "offline",
    "programStatus": "down",
}
_STATUS_KEYS: Final = ONLINE.keys()


def attributes_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a state tells beside the statuses."""
    return {name: value for name, value in state.items() if name not in _STATUS_KEYS}


def statuses_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the statuses that a state tells."""
    return {name: value for name, value in state.items() if name in _STATUS_KEYS}


class Platform:
    """A platform that knows the device already; it makes a row of each state.

    Attributes:
        simulator: The platform.
        broker: Where the device connects.
    """

    def __init__(self, broker: Broker) -> None:
        """Know nobody yet."""
        self.broker = broker
        self.simulator = IotbizSimulator(broker=broker)

    @classmethod
    async def at(cls, broker: Broker) -> Self:
        """Run at a broker."""
        platform = cls(broker)
        await platform.simulator.add_device(DEVICE, CUSTOMER, password=PASSWORD)
        await platform.simulator.start()
        return platform

    @property
    def states(self) -> list[dict[str, Any]]:
        """Return all states, in the order in which they came."""
        return [dict(row.state) for row in self.simulator.devices[DEVICE].rows]

    def forget_states(self) -> None:
        """Begin with no state again."""
        self.simulator.devices[DEVICE].rows.clear()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the attributes of each state while the device was there."""
        return [
            attributes_of(state)
            for state in self.states
            if statuses_of(state) == ONLINE
        ]

    @property
    def is_online(self) -> bool:
        """Return whether the device was there by the last state."""
        return bool(self.states) and statuses_of(self.states[-1]) == ONLINE

    def values(self, name: str) -> list[Any]:
        """Return all values of an attribute, row by row; "(none)" where it is not."""
        return [row.get(name, "(none)") for row in self.rows]

    async def until_values(self, name: str, expected: Iterable[Any]) -> None:
        """Wait until an attribute has had some values, row by row.

        Raises:
            AssertionError: It has had others.
        """
        wanted = list(expected)
        try:
            await until(lambda: len(self.rows) >= len(wanted))
        except TimeoutError:
            pytest.fail(f"Not {wanted} but {self.values(name)}")
        assert self.values(name) == wanted

    async def until_row(self, row: Mapping[str, Any]) -> None:
        """Wait until the last row tells some attributes and no others.

        Raises:
            AssertionError: It does not.
        """
        try:
            await until(lambda: self.rows[-1:] == [row])
        except TimeoutError:
            pytest.fail(f"Not {row} but {self.rows}")

    async def until_state(self, statuses: Mapping[str, str]) -> None:
        """Wait until the last state has some statuses."""
        await until(lambda: self.states and statuses_of(self.states[-1]) == statuses)

    async def retained(self) -> dict[str, Any]:
        """Return the state that a late subscriber is told."""
        connection = await self.broker.connect()
        await connection.subscribe(STATE, qos=1)
        await until(lambda: connection.received)
        (message,) = connection.received
        await connection.close()
        assert message.retain
        state: dict[str, Any] = json.loads(message.payload)
        return state

    async def command(self, payload: str | bytes, *, retain: bool = False) -> None:
        """Tell the device something."""
        await self.simulator.send_command(DEVICE, payload, retain=retain)
