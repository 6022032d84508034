"""What all tests of the client use."""

from collections.abc import AsyncIterator, Iterator

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.thingplus.client import ThingplusClient
from tests.bridges.scripted import ScriptedServer, ScriptedTokens, running
from tests.simulators.thingplus import Sample, ThingplusSimulator, sample_world

from .world import GrantedTokens, client_of, served


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """A session for clients."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log with its debug lines."""
    with caplog.at_level("DEBUG", logger="custom_components.iot_bridge"):
        yield caplog


# A server that a test scripts


@pytest.fixture
async def scripted(socket_enabled: None) -> AsyncIterator[ScriptedServer]:
    """A server that says what a test scripts."""
    async with running() as server:
        yield server


@pytest.fixture
def scripted_tokens() -> ScriptedTokens:
    """Access tokens that a test scripts."""
    return ScriptedTokens()


@pytest.fixture
def asking(
    session: ClientSession, scripted: ScriptedServer, scripted_tokens: ScriptedTokens
) -> ThingplusClient:
    """A client of the scripted server."""
    return ThingplusClient(session, scripted.api, scripted_tokens, timeout=2)


# A simulated Thing+


@pytest.fixture
def simulated() -> ThingplusSimulator:
    """A server that does not run yet."""
    return ThingplusSimulator()


@pytest.fixture
def sample(simulated: ThingplusSimulator) -> Sample:
    """What there is on it."""
    return sample_world(simulated)


@pytest.fixture
async def server(
    socket_enabled: None, simulated: ThingplusSimulator, sample: Sample
) -> AsyncIterator[ThingplusSimulator]:
    """A server that no client may have treated wrongly in the end."""
    async with served(simulated):
        yield simulated


@pytest.fixture
def tokens(session: ClientSession, server: ThingplusSimulator) -> GrantedTokens:
    """Access tokens of the simulated server."""
    return GrantedTokens(session, server)


@pytest.fixture
def client(
    session: ClientSession, server: ThingplusSimulator, tokens: GrantedTokens
) -> ThingplusClient:
    """A client of the simulated server."""
    return client_of(session, server, tokens)
