"""What all tests of the client use."""

from collections.abc import AsyncIterator, Iterator

from aiohttp import ClientSession
import pytest

from tests.simulators.hkwhub import SimulatedHome, believable_hub


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
