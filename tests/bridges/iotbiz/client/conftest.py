"""What all tests of the client use."""

from collections.abc import AsyncIterator, Iterator

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.iotbiz.client import (
    IotbizClient,
    IotbizReader,
)
from tests.bridges.scripted import ScriptedServer, running
from tests.simulators.iotbiz import Broker
from tests.simulators.iotbiz_callers import running_broker

from .world import CUSTOMER, DEVICE, PASSWORD, Agent, address_of


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """A session for clients."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log with all debug lines, of libraries, too."""
    with caplog.at_level("DEBUG"):
        yield caplog


@pytest.fixture
async def scripted(socket_enabled: None) -> AsyncIterator[ScriptedServer]:
    """A server that says what a test scripts."""
    async with running() as server:
        yield server


@pytest.fixture
def client(session: ClientSession, scripted: ScriptedServer) -> IotbizClient:
    """A device's client of the scripted server."""
    return IotbizClient(session, URL(scripted.url), timeout=2)


@pytest.fixture
def reader(session: ClientSession, scripted: ScriptedServer) -> IotbizReader:
    """A user's client of the scripted server."""
    return IotbizReader(session, URL(scripted.url), "ada", "word-of-ada", timeout=2)


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A broker that knows the device, with and without TLS."""
    async with running_broker(tls=True) as broker:
        await broker.add_user(DEVICE, PASSWORD, CUSTOMER)
        yield broker


@pytest.fixture
def agent(broker: Broker) -> Agent:
    """The device, which does not run yet."""
    return Agent(address_of(broker))
