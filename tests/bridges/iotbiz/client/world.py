"""Devices at brokers, and the errors that they meet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
import traceback
from typing import Final

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    AgentSession,
    Broker as Address,
    Command,
    IotbizError,
    state_payload,
)
from tests.simulators.iotbiz import Broker
from tests.simulators.iotbiz_callers import COMMAND, CUSTOMER, DEVICE, STATE

from ..mqtt_rig import Observer

__all__ = ["COMMAND", "CUSTOMER", "DEVICE", "STATE", "Address"]

PASSWORD: Final = "pass-word-of-the-device-0123456789"
ONLINE: Final = state_payload(online=True, attributes={"att1": 1})
OFFLINE: Final = state_payload(online=False, attributes={})


def address_of(
    broker: Broker, *, port: int = 0, tls: SSLContext | None = None, host: str = ""
) -> Address:
    """Return where the device finds a broker, or something in front of it."""
    own = broker.tls_port if tls else broker.port
    return address(port or own, tls=tls, host=host or broker.host)


def address(
    port: int, *, tls: SSLContext | None = None, host: str = "127.0.0.1"
) -> Address:
    """Return where the device finds something."""
    return Address(host=host, port=port, username=DEVICE, password=PASSWORD, tls=tls)


def trusting(pem: str) -> SSLContext:
    """Return what trusts one authority."""
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem)
    return context


@dataclass(eq=False)
class Agent:
    """A device.

    Attributes:
        address: Where its broker is.
        timeout: Seconds that it waits.
        keepalive: Seconds of silence.
        states: What it says when it is up, one after the other; the last one stays.
        commands: What it was told.
        ups: How often it was up.
        trouble: Raised for each command.
    """

    address: Address
    timeout: float = 5
    keepalive: int = 30
    states: list[str] = field(default_factory=lambda: [ONLINE])
    commands: list[Command] = field(default_factory=list)
    ups: int = 0
    trouble: Exception | None = None

    def __post_init__(self) -> None:
        """Make its session."""
        self.session = AgentSession(
            self.address,
            CUSTOMER,
            DEVICE,
            state=self._state,
            farewell=OFFLINE,
            on_command=self._take,
            timeout=self.timeout,
            keepalive=self.keepalive,
        )

    async def run(self) -> None:
        """Run its session until it ends."""
        await self.session.run(self._note_up)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Let it run, and wait until it is up; cancelled in the end."""
        before = self.ups
        task = asyncio.create_task(self.run())
        try:
            await until_up(self, before, task)
            yield task
        finally:
            task.cancel()
            await asyncio.wait((task,))

    def _state(self) -> str:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def _take(self, command: Command) -> None:
        self.commands.append(command)
        for trouble in filter(None, [self.trouble]):
            raise trouble

    def _note_up(self) -> None:
        self.ups += 1


async def until_up(agent: Agent, before: int, task: asyncio.Task[None]) -> None:
    """Wait until a device is up once more.

    Raises:
        IotbizError: Its session has ended.
    """
    while agent.ups == before:
        await asyncio.sleep(0.002)
        for ended in filter(asyncio.Task.done, [task]):
            ended.result()


async def failure_of(work: Awaitable[object]) -> IotbizError:
    """Return what goes wrong."""
    with pytest.raises(IotbizError) as caught:
        await work
    return caught.value


async def takes_at_most(
    seconds: float, work: Callable[[], Awaitable[object]]
) -> IotbizError:
    """Return what goes wrong within a time."""
    async with asyncio.timeout(seconds):
        return await failure_of(work())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: IotbizError) -> str:
    """Return all that an error tells, in any way that it may be written."""
    words = [f"{part} {part!r} {part.args} {vars(part)}" for part in chain(error)]
    # Not the lines of the tests themselves, which hold the secrets.
    return "\n".join([*words, *traceback.format_exception_only(error)])


def logged(log: pytest.LogCaptureFixture) -> str:
    """Return all that is in the log, of whatever logger."""
    return "\n".join(
        f"{record.getMessage()} {record.exc_text}" for record in log.records
    )


async def retained(broker: Broker) -> list[str]:
    """Return what a new subscriber hears of the device's state."""
    observer = await Observer.at(broker, STATE)
    # What was retained comes before the answer to this.
    await observer.publish("end", "")
    await observer.connection.close()
    return observer.payloads(STATE)


async def say(broker: Broker, payload: str | bytes, *, retain: bool = False) -> None:
    """Tell the device something."""
    connection = await broker.connect()
    await connection.publish(COMMAND, payload, qos=1, retain=retain)
    await connection.close()
