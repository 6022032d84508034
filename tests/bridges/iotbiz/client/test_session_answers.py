"""A broker that does not answer, or not as it should."""

import asyncio
import logging

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    BrokerError,
    BrokerTimeoutError,
)
from tests.simulators.iotbiz import Broker
from tests.waiting import until

from .pipe import odd_broker, piped
from .world import (
    DEVICE,
    PASSWORD,
    Agent,
    address,
    address_of,
    failure_of,
    retained,
    until_up,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


# MQTT 3.1.1, section 3.2: the broker accepts
CONNECTED = b"\x20\x02\x00\x00"


async def test_publish_before_it_is_up(agent: Agent) -> None:
    failure = await failure_of(agent.session.publish("x"))
    assert str(failure) == "publish: not connected"


async def test_publish_after_its_end(agent: Agent) -> None:
    async with agent.running():
        pass
    failure = await failure_of(agent.session.publish("x"))
    assert str(failure) == "publish: not connected"


async def test_publish_without_an_answer(broker: Broker) -> None:
    async with piped(broker.port) as pipe:
        agent = Agent(address(pipe.port), timeout=1)
        task = asyncio.create_task(agent.run())
        await until_up(agent, 0, task)
        pipe.freeze()
        failure = await failure_of(agent.session.publish("x"))
        assert isinstance(failure, BrokerTimeoutError)
        assert str(failure) == "publish: no answer in time"
        pipe.cut()
        await failure_of(task)


async def test_publish_while_the_connection_is_lost(broker: Broker) -> None:
    """Nobody waits for an answer then."""
    async with piped(broker.port) as pipe, asyncio.timeout(8):
        agent = Agent(address(pipe.port), timeout=9)
        task = asyncio.create_task(agent.run())
        await until_up(agent, 0, task)
        pipe.freeze()
        saying = [asyncio.create_task(agent.session.publish(f"{n}")) for n in range(30)]
        await asyncio.sleep(0.05)
        pipe.cut()
        failures = [await failure_of(one) for one in saying]
        await failure_of(task)
    assert {str(failure) for failure in failures} == {
        "publish: the connection was lost"
    }


async def test_publish_is_cancelled(broker: Broker) -> None:
    """The session goes on."""
    async with piped(broker.port) as pipe:
        agent = Agent(address(pipe.port))
        async with agent.running():
            pipe.freeze()
            saying = asyncio.create_task(agent.session.publish("x"))
            await asyncio.sleep(0.02)
            saying.cancel()
            with pytest.raises(asyncio.CancelledError):
                await saying
            pipe.flows.set()
            await agent.session.publish("y")
            assert await retained(broker) == ["y"]


async def test_refused_subscription(broker: Broker) -> None:
    """The account is another customer's."""
    await broker.add_user(DEVICE, PASSWORD, "another-customer")
    agent = Agent(address_of(broker))
    failure = await failure_of(agent.run())
    assert (type(failure), str(failure)) == (
        BrokerError,
        "subscribe: the broker refuses",
    )
    assert agent.ups == 0
    assert await retained(broker) == []


async def test_subscription_without_an_answer() -> None:
    async with odd_broker(says=CONNECTED) as odd:
        agent = Agent(address(odd.port), timeout=0.2)
        failure = await failure_of(agent.run())
    assert isinstance(failure, BrokerTimeoutError)
    assert agent.ups == 0


@pytest.mark.parametrize(
    "says",
    [b"\xff" * 50, b"\x40\x01\x00", b"\x30\x02\x00\x09", b"\x90\x00", b"\x20\x00"],
)
async def test_garbage_from_the_broker(
    says: bytes, log: pytest.LogCaptureFixture
) -> None:
    """The session ends, and nothing else does."""
    async with odd_broker(says=CONNECTED + says) as odd:
        agent = Agent(address(odd.port), timeout=0.3)
        assert isinstance(await failure_of(agent.run()), BrokerError)
        await until(lambda: odd.ends == 1)
    assert not [rec for rec in log.records if rec.levelno >= logging.WARNING]


async def test_many_sessions(agent: Agent, broker: Broker) -> None:
    """Nothing is left of any."""
    before = len(asyncio.all_tasks())
    for _ in range(20):
        async with agent.running():
            pass
    assert len(asyncio.all_tasks()) == before
    await until(lambda: broker.log.count("Received DISCONNECT") >= 20)
