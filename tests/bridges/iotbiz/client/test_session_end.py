"""A session ends: with a farewell, or with what the broker says for the device."""

import asyncio

import pytest

from custom_components.iot_bridge.bridges.iotbiz.client import (
    BrokerCertificateError,
    BrokerError,
    BrokerSignInError,
)
from tests.simulators.iotbiz import Broker
from tests.waiting import until

from ..mqtt_rig import Observer
from .pipe import piped
from .world import (
    CUSTOMER,
    DEVICE,
    OFFLINE,
    ONLINE,
    STATE,
    Agent,
    address,
    address_of,
    failure_of,
    retained,
    trusting,
    until_up,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_cancelled(agent: Agent, observer: Observer, broker: Broker) -> None:
    """It says farewell, once: what the broker would say for it is kept back."""
    async with agent.running() as task:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await until(lambda: "Received DISCONNECT" in broker.log)
    await observer.publish("end", "")
    await until(lambda: observer.payloads("end"))
    assert observer.payloads(STATE) == [ONLINE, OFFLINE]
    assert await retained(broker) == [OFFLINE]


async def test_cancelled_within_a_task_that_has_a_time_limit(
    agent: Agent, broker: Broker
) -> None:
    """The one who has set the limit hears of it as usual."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await agent.run()
    assert agent.ups == 1
    assert await retained(broker) == [OFFLINE]


async def test_cut(broker: Broker, observer: Observer) -> None:
    """The broker says the farewell, and the session is over."""
    async with piped(broker.port) as pipe:
        cut = Agent(address(pipe.port))
        task = asyncio.create_task(cut.run())
        await until_up(cut, 0, task)
        pipe.cut()
        failure = await failure_of(task)
    assert str(failure) == "the connection was lost"
    await observer.until_heard(STATE, [ONLINE, OFFLINE])
    assert await retained(broker) == [OFFLINE]


async def test_frozen(broker: Broker) -> None:
    """Nobody answers any more, and nobody says why."""
    async with piped(broker.port) as pipe:
        frozen = Agent(address(pipe.port), keepalive=1)
        task = asyncio.create_task(frozen.run())
        await until_up(frozen, 0, task)
        pipe.freeze()
        async with asyncio.timeout(9):
            failure = await failure_of(task)
    assert type(failure) is BrokerError


async def test_cancelled_while_frozen(broker: Broker, observer: Observer) -> None:
    """The farewell gets two seconds; then the broker says it."""
    async with piped(broker.port) as pipe:
        frozen = Agent(address(pipe.port))
        loop = asyncio.get_running_loop()
        async with frozen.running():
            pipe.freeze()
            began = loop.time()
        assert 1.5 < loop.time() - began < 5
        assert observer.payloads(STATE) == [ONLINE]
        pipe.cut()
        await observer.until_heard(STATE, [ONLINE, OFFLINE])


async def test_cancelled_twice(broker: Broker) -> None:
    """Who is in a hurry does not wait for the farewell."""
    async with piped(broker.port) as pipe:
        frozen = Agent(address(pipe.port))
        task = asyncio.create_task(frozen.run())
        await until_up(frozen, 0, task)
        pipe.freeze()
        async with asyncio.timeout(1.5):
            task.cancel()
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_follows_a_session_that_the_broker_has_not_lost_yet(
    broker: Broker, observer: Observer
) -> None:
    """The last will of the former one comes first, not some time later."""
    async with piped(broker.port) as pipe:
        former = Agent(address(pipe.port))
        task = asyncio.create_task(former.run())
        await until_up(former, 0, task)
        pipe.freeze()
        later = Agent(address_of(broker))
        async with later.running():
            pipe.cut()
            await failure_of(task)
            await observer.until_heard(STATE, [ONLINE, OFFLINE, ONLINE])
            assert await retained(broker) == [ONLINE]


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_broker_that_restarts(agent: Agent, broker: Broker, end: str) -> None:
    """A new run is a new session."""
    task = asyncio.create_task(agent.run())
    await until_up(agent, 0, task)
    await getattr(broker, end)()
    assert type(await failure_of(task)) is BrokerError
    assert type(await failure_of(agent.session.publish("x"))) is BrokerError
    assert type(await failure_of(agent.run())) is BrokerError
    await broker.start()
    async with agent.running():
        await agent.session.publish("y")
        assert await retained(broker) == ["y"]


async def test_password_that_does_not_count_any_more(
    agent: Agent, broker: Broker
) -> None:
    task = asyncio.create_task(agent.run())
    await until_up(agent, 0, task)
    await broker.add_user(DEVICE, "another", CUSTOMER)
    assert type(await failure_of(task)) is BrokerError
    assert type(await failure_of(agent.run())) is BrokerSignInError
    assert agent.ups == 1


async def test_foreign_broker(broker: Broker) -> None:
    agent = Agent(address_of(broker, tls=trusting(broker.foreign_ca_pem)))
    assert type(await failure_of(agent.run())) is BrokerCertificateError


async def test_errors_of_others(agent: Agent, broker: Broker) -> None:
    """They come through, and the device says farewell."""

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await agent.session.run(fail)
    assert await retained(broker) == [OFFLINE]
