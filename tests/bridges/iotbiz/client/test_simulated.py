"""A device's whole way at a simulated platform, and what a user sees of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import json
import time
from typing import Literal

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.iotbiz.client import (
    AlreadyActivatedError,
    Broker as Address,
    BrokerSignInError,
    CustomerRefusedError,
    IotbizClient,
    IotbizReader,
    LimitReachedError,
    ListedDevice,
    NotApprovedError,
    PasswordRefusedError,
    SignInError,
    state_payload,
    try_broker,
)
from tests.simulators.iotbiz import Broker, IotbizSimulator
from tests.waiting import until

from .world import CUSTOMER, DEVICE, OFFLINE, Agent, failure_of

NAMES = [f"device-{number:04}" for number in range(1203)]


@pytest.fixture
async def platform(
    socket_enabled: None, broker: Broker
) -> AsyncIterator[IotbizSimulator]:
    """A platform with one customer and one user; nobody has treated it wrongly."""
    await broker.remove_user(DEVICE)
    simulated = IotbizSimulator(time.time, broker)
    simulated.add_customer(CUSTOMER, limit=2)
    simulated.add_user("ada", "word-of-ada")
    await simulated.start()
    yield simulated
    faults = simulated.faults
    await simulated.stop()
    assert faults == []


@pytest.fixture
def device(session: ClientSession, platform: IotbizSimulator) -> IotbizClient:
    """What a device asks of the platform."""
    return IotbizClient(session, URL(platform.base), timeout=2)


@pytest.fixture
def user(session: ClientSession, platform: IotbizSimulator) -> IotbizReader:
    """What a user asks of the platform."""
    return IotbizReader(session, URL(platform.base), "ada", "word-of-ada", timeout=2)


async def enrolled(device: IotbizClient) -> str:
    """Register and activate a device; returns its password."""
    password = await device.register(CUSTOMER, DEVICE)
    await device.activate(DEVICE, password)
    return password


def address(broker: Broker, password: str) -> Address:
    """Return where a device finds its broker."""
    return Address(
        host=broker.host,
        port=broker.tls_port,
        username=DEVICE,
        password=password,
        tls=broker.tls_context(),
    )


@pytest.mark.parametrize("wants", ["device_id", "mac_address"])
async def test_putting_a_device_on_the_platform(
    platform: IotbizSimulator,
    device: IotbizClient,
    broker: Broker,
    wants: Literal["device_id", "mac_address"],
) -> None:
    """As the README tells it."""
    platform.wants = wants
    first = await device.register(CUSTOMER, DEVICE)
    password = await device.register(CUSTOMER, DEVICE)
    assert password != first
    await failure_of(try_broker(address(broker, password), timeout=2))
    assert (
        type(await failure_of(device.activate(DEVICE, first))) is PasswordRefusedError
    )
    await device.activate(DEVICE, password)
    await device.activate(DEVICE, password)
    await try_broker(address(broker, password), timeout=2)


async def test_refusals(platform: IotbizSimulator, device: IotbizClient) -> None:
    failure = await failure_of(device.register("another", DEVICE))
    assert type(failure) is CustomerRefusedError
    platform.add_customer(CUSTOMER, limit=0)
    failure = await failure_of(device.register(CUSTOMER, DEVICE))
    assert type(failure) is LimitReachedError
    await platform.add_device(DEVICE, CUSTOMER)
    failure = await failure_of(device.register(CUSTOMER, DEVICE))
    assert type(failure) is AlreadyActivatedError
    await platform.forget(DEVICE)
    failure = await failure_of(device.activate(DEVICE, "x"))
    assert type(failure) is PasswordRefusedError


async def test_approval(platform: IotbizSimulator, device: IotbizClient) -> None:
    """The same password works once the device is approved."""
    platform.needs_approval = True
    password = await device.register(CUSTOMER, DEVICE)
    failure = await failure_of(device.activate(DEVICE, password))
    assert type(failure) is NotApprovedError
    platform.approve(DEVICE)
    await device.activate(DEVICE, password)


async def test_session(
    platform: IotbizSimulator, device: IotbizClient, broker: Broker, user: IotbizReader
) -> None:
    """Each state is a row, also the farewell."""
    agent = Agent(address(broker, await enrolled(device)))
    before = datetime.now(UTC)
    known = platform.devices[DEVICE]
    async with agent.running():
        await until(lambda: len(known.rows) == 1)
        (listed,) = await user.devices()
        assert listed == ListedDevice(
            key=str(known.pk),
            device_id=DEVICE,
            customer_id=CUSTOMER,
            online=True,
            running=True,
            last_seen=listed.last_seen,
        )
        await agent.session.publish(state_payload(online=True, attributes={"att1": 2}))
        await until(lambda: len(known.rows) == 2)
        newest = await user.newest(listed.key, before)
        assert newest is not None
        assert newest.attributes == {"att1": 2}
        await platform.send_command(DEVICE, "restart")
        await until(lambda: agent.commands)
    await until(lambda: len(known.rows) == 3)
    assert [command.text for command in agent.commands] == ["restart"]
    (listed,) = await user.devices()
    assert (listed.online, listed.running) == (False, False)
    assert known.state == json.loads(OFFLINE)


async def test_forgotten_device(
    platform: IotbizSimulator, device: IotbizClient, broker: Broker
) -> None:
    """It may register again, with another password."""
    agent = Agent(address(broker, await enrolled(device)))
    async with agent.running() as task:
        await platform.forget(DEVICE)
        await failure_of(task)
    assert type(await failure_of(agent.run())) is BrokerSignInError
    agent = Agent(address(broker, await enrolled(device)))
    async with agent.running():
        pass


async def test_many_devices(platform: IotbizSimulator, user: IotbizReader) -> None:
    platform.broker = None
    for name in NAMES:
        await platform.add_device(name, CUSTOMER)
    assert [device.device_id for device in await user.devices()] == NAMES
    lists = [one for one in platform.requests if one.path == "/api/devices/"]
    assert len(lists) == 3


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("count", [1, 500, 501, 2600])
async def test_many_rows(
    platform: IotbizSimulator, user: IotbizReader, count: int, newest_first: bool
) -> None:
    """The newest is found in either order."""
    platform.broker = None
    platform.newest_first = newest_first
    known = await platform.add_device(DEVICE, CUSTOMER)
    for number in range(count):
        state = {"agentStatus": "online", "programStatus": "up", "n": number}
        platform.add_row(DEVICE, state, at=1_600_000_000 + number)
    newest = await user.newest(str(known.pk), None)
    assert newest is not None
    assert newest.attributes == {"n": count - 1}
    since = datetime.fromtimestamp(1_600_000_000 + count - 1, UTC)
    assert await user.newest(str(known.pk), since) == newest


async def test_revoked_tokens(platform: IotbizSimulator, user: IotbizReader) -> None:
    """The user is signed in anew; with another password that fails."""
    await user.devices()
    platform.office.revoke_all()
    assert await user.devices() == []
    assert platform.office.issued == {"access": 2, "refresh": 2}
    platform.add_user("ada", "another")
    assert await user.devices() == []
    platform.office.revoke_all()
    assert type(await failure_of(user.devices())) is SignInError


async def test_tokens_that_end(platform: IotbizSimulator, user: IotbizReader) -> None:
    """Before they do they are renewed, once for all who ask."""
    platform.office.access_life = 1
    await user.devices()
    await asyncio.sleep(1)
    platform.office.access_life = 3600
    await asyncio.gather(*(user.devices() for _ in range(5)))
    assert platform.office.issued == {"access": 2, "refresh": 1}
