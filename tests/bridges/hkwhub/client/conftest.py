"""What all tests of the client use."""

from collections.abc import AsyncIterator, Iterator

from aiohttp import ClientSession
import pytest

from tests.simulators.hkwhub import SimulatedHome, believable_hub
from tests.simulators.pubnub import PubNubSimulator

from .pubnub_world import HASTY, Client, ScriptedHub, running_client, running_network


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """A session for clients."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def home() -> Iterator[SimulatedHome]:
    """A home that no client may have treated wrongly in the end."""
    home = SimulatedHome()
    believable_hub(home)
    home.tts_key = "voice-key-of-the-tests"
    yield home
    assert home.faults == []


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log with its debug lines."""
    with caplog.at_level("DEBUG", logger="custom_components.iot_bridge"):
        yield caplog


# A PubNub network with a scripted hub on it


@pytest.fixture
async def net(socket_enabled: None) -> AsyncIterator[PubNubSimulator]:
    """A network that knows the keys."""
    async with running_network() as network:
        yield network


@pytest.fixture
async def hub(net: PubNubSimulator) -> ScriptedHub:
    """A hub that answers as the documents print it."""
    return ScriptedHub(net)


@pytest.fixture
async def client(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> AsyncIterator[Client]:
    """A client that listens and knows its hub."""
    async with running_client(session, net) as listening:
        yield listening


@pytest.fixture
async def hasty(
    session: ClientSession, net: PubNubSimulator, hub: ScriptedHub
) -> AsyncIterator[Client]:
    """A client that does not wait for long."""
    async with running_client(session, net, pace=HASTY) as listening:
        yield listening
