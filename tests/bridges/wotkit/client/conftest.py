"""What all tests of the client use."""

from collections.abc import AsyncIterator, Iterator

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    BasicCredentials,
    WotkitClient,
)
from tests.bridges.scripted import ScriptedServer, running
from tests.simulators.wotkit import WotkitServer

from .world import OAuthTokens, client_of, populated, served


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
def asking(session: ClientSession, scripted: ScriptedServer) -> WotkitClient:
    """A client of the scripted server."""
    credentials = BasicCredentials("key-id", "key-word")
    return WotkitClient(session, scripted.api, credentials, timeout=2)


# A simulated WoTKit


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A server that no client may have treated wrongly in the end."""
    server = WotkitServer()
    populated(server)
    async with served(server):
        yield server


@pytest.fixture
def client(session: ClientSession, server: WotkitServer) -> WotkitClient:
    """A client of the simulated server, signed in with a key."""
    return client_of(session, server)


@pytest.fixture
def tokens(session: ClientSession, server: WotkitServer) -> OAuthTokens:
    """Access tokens of the simulated server."""
    return OAuthTokens(session, server)
