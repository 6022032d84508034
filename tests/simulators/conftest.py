"""Fixtures for the tests of the simulators."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount, SimulatedApp
from tests.simulators.hkwhub import PubNubHub, SimulatedHome, believable_hub
from tests.simulators.pubnub import PubNubSimulator

from .hand_made_client import REDIRECT_URL, HandMadeClient
from .hkwhub_channel import CHANNEL, HUB, KEYS, Channel

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


# The HKWHub app on a PubNub channel


@pytest.fixture
def net() -> PubNubSimulator:
    """A network; nothing needs its port here."""
    net = PubNubSimulator()
    net.add_keys(*KEYS)
    return net


@pytest.fixture
def home() -> SimulatedHome:
    """A believable home that can speak."""
    home = SimulatedHome()
    believable_hub(home)
    home.tts_key = "key"
    return home


@pytest.fixture
async def hub(home: SimulatedHome, net: PubNubSimulator) -> AsyncIterator[PubNubHub]:
    """The app, not yet open."""
    hub = PubNubHub(home, net, *KEYS, CHANNEL, HUB)
    yield hub
    await hub.stop()


@pytest.fixture
async def channel(net: PubNubSimulator, hub: PubNubHub) -> Channel:
    """A client with a session; the app is open."""
    channel = Channel(net)
    await hub.start()
    await hub.start()
    await channel.open()
    return channel
