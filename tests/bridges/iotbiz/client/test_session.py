"""A device at a real broker: its state and its commands."""

import asyncio
import logging

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import LONGEST_COMMAND, Command
from tests.simulators.iotbiz import Broker
from tests.waiting import until

from ..mqtt_rig import Observer
from .world import (
    COMMAND,
    CUSTOMER,
    OFFLINE,
    ONLINE,
    STATE,
    Agent,
    address_of,
    retained,
    say,
    trusting,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_says_its_state(agent: Agent, broker: Broker) -> None:
    """It is said before the device counts as up, and retained."""
    async with agent.running():
        assert await retained(broker) == [ONLINE]


async def test_asks_for_its_state_at_each_connection(
    agent: Agent, broker: Broker
) -> None:
    agent.states = ["{}", ONLINE]
    async with agent.running():
        assert await retained(broker) == ["{}"]
    async with agent.running():
        assert await retained(broker) == [ONLINE]
    assert agent.ups == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_over_tls(broker: Broker, host: str) -> None:
    tls = trusting(broker.ca_pem)
    agent = Agent(address_of(broker, tls=tls, host=host))
    async with agent.running():
        await agent.session.publish("x" * 300_000)
        assert await retained(broker) == ["x" * 300_000]
        # More than one record of TLS at once
        other = await broker.connect()
        said = [f"{number} {'y' * 4000}" for number in range(60)]
        await asyncio.gather(*(other.publish(COMMAND, one, qos=1) for one in said))
        await other.close()
        await until(lambda: len(agent.commands) == 60)
        assert {command.text for command in agent.commands} == {*said}
    assert await retained(broker) == [OFFLINE]


async def test_publishes(agent: Agent, broker: Broker, observer: Observer) -> None:
    """In the order of asking; the broker has each when that returns."""
    async with agent.running():
        await agent.session.publish("1")
        assert await retained(broker) == ["1"]
        await asyncio.gather(*(agent.session.publish(f"{n}") for n in range(2, 60)))
        assert await retained(broker) == ["59"]
    numbers = [f"{number}" for number in range(1, 60)]
    await observer.until_heard(STATE, [ONLINE, *numbers, OFFLINE])


async def test_hears_commands(agent: Agent, broker: Broker) -> None:
    async with agent.running():
        await say(broker, "restart")
        await say(broker, '{"do": ["this"]}')
        await say(broker, b"\xff")
        await until(lambda: len(agent.commands) == 3)
    assert agent.commands == [
        Command(text="restart"),
        Command(text='{"do": ["this"]}', data={"do": ["this"]}),
        Command(text="\ufffd"),
    ]


async def test_hears_its_own_commands_only(agent: Agent, broker: Broker) -> None:
    async with agent.running():
        connection = await broker.connect()
        for topic in (f"{COMMAND}/x", f"devices/in/{CUSTOMER}/other/command", STATE):
            await connection.publish(topic, "no", qos=1)
        await connection.publish(COMMAND, "yes", qos=2)
        await connection.close()
        await until(lambda: agent.commands)
    assert agent.commands == [Command(text="yes")]


async def test_retained_commands(agent: Agent, broker: Broker) -> None:
    """They would be carried out again at each connection; told now, they count."""
    await say(broker, "old", retain=True)
    async with agent.running():
        await say(broker, "new", retain=True)
        await until(lambda: agent.commands)
    async with agent.running():
        await say(broker, "last")
        await until(lambda: len(agent.commands) == 2)
    assert [command.text for command in agent.commands] == ["new", "last"]


async def test_long_commands(
    agent: Agent, broker: Broker, log: pytest.LogCaptureFixture
) -> None:
    """They are told of once."""
    async with agent.running():
        await say(broker, "x" * (LONGEST_COMMAND + 1))
        await say(broker, b"\xff" * 2**20)
        await say(broker, "y" * LONGEST_COMMAND)
        await until(lambda: agent.commands)
    assert [len(command.text) for command in agent.commands] == [LONGEST_COMMAND]
    warnings = [rec for rec in log.records if rec.levelno >= logging.WARNING]
    assert [record.getMessage() for record in warnings] == [
        f"A command of {LONGEST_COMMAND + 1} bytes is ignored: it is too long"
    ]


async def test_commands_that_fail(
    agent: Agent, broker: Broker, log: pytest.LogCaptureFixture
) -> None:
    """The session goes on."""
    agent.trouble = KeyError("x")
    async with agent.running() as task:
        await say(broker, "one")
        await say(broker, "two")
        await until(lambda: len(agent.commands) == 2)
        assert not task.done()
    errors = [rec for rec in log.records if rec.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors] == [
        "A command could not be taken"
    ] * 2


async def test_keeps_alive(agent: Agent, broker: Broker) -> None:
    """The broker would end what is silent for longer."""
    quick = Agent(agent.address, keepalive=1)
    async with quick.running() as task:
        await until(lambda: "PINGREQ" in broker.log)
        assert not task.done()
