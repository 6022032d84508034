"""Fixtures for the tests of the simulators."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedApp

from .hand_made_client import REDIRECT_URL, HandMadeClient

APP_ID = "McFJj4Noke1mGDZCR1QarGW7P9Ycp0Vr"
APP_SECRET = "OdPuCZ4PkPPi0rVKRVcGmll2NM6vVk0c"


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncIterator[EwelinkSimulator]:
    """A running cloud that allows quick calls."""
    cloud = EwelinkSimulator(min_request_interval=0)
    await cloud.start()
    yield cloud
    await cloud.stop()


@pytest.fixture
def app(simulator: EwelinkSimulator) -> SimulatedApp:
    """The app of the developer guide."""
    return simulator.add_app(APP_ID, APP_SECRET, redirect_urls=(REDIRECT_URL,))


@pytest.fixture
def account(simulator: EwelinkSimulator) -> SimulatedAccount:
    """An account in Europe."""
    return simulator.add_account(email="ada@example.com", password="12345678")


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP session of the tests."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(
    session: aiohttp.ClientSession, simulator: EwelinkSimulator, app: SimulatedApp
) -> HandMadeClient:
    """A correct client at the European server."""
    return HandMadeClient(session, f"{simulator.url}/eu", app.app_id, app.secret)
