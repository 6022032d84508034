"""What the tests of the eWeLink client share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
import time
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.iot_bridge.bridges.ewelink.client import (
    App,
    Credentials,
    Device,
    DeviceUpdate,
    EwelinkClient,
    EwelinkError,
    Generation,
    Pace,
    Tokens,
)
from tests.simulators.ewelink import (
    EwelinkSimulator,
    SimulatedAccount,
    SimulatedApp,
    SimulatedDevice,
)

from .scripted import ScriptedCloud

PASSWORD = "correct horse battery"
APP = App(app_id="app-id-of-the-tests", app_secret="app-secret-of-the-tests")
REDIRECT_URL = "https://my.home-assistant.io/redirect/oauth"

FAST = Pace(
    request_interval=0,
    message_rate=10_000,
    message_burst=10_000,
    request_timeout=0.4,
    command_timeout=0.4,
    handshake_timeout=0.3,
    pong_timeout=0.2,
    echo_delay=0.05,
)

SIGN_IN_PATHS = {Generation.V1: "/api/user/login", Generation.V2: "/v2/user/login"}
REFRESH_PATHS = {Generation.V1: "/api/user/refresh", Generation.V2: "/v2/user/refresh"}
LIST_PATHS = {Generation.V1: "/api/user/device", Generation.V2: "/v2/device/thing"}


async def until(condition: Callable[[], object], seconds: float = 3) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def failure_of(work: Awaitable[object]) -> EwelinkError:
    """Return the error of something that has to fail."""
    with pytest.raises(EwelinkError) as caught:
        await work
    return caught.value


def nearly_expired(tokens: Tokens) -> Tokens:
    """Return tokens whose access token has an hour to live."""
    return replace(tokens, access_expires_at=time.time() + 3600)


def calls(simulator: EwelinkSimulator, path: str) -> int:
    """Return how often a path was called."""
    return sum(request.path == path for request in simulator.requests)


@dataclass
class Listener:
    """A client that listens, and what it heard."""

    client: EwelinkClient
    updates: list[DeviceUpdate] = field(default_factory=list)
    ups: int = 0
    task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Start to listen."""
        self.task = asyncio.create_task(self._listen())
        return self.task

    async def ended(self) -> EwelinkError:
        """Return the error that ends the listening."""
        assert self.task is not None
        async with asyncio.timeout(3):
            return await failure_of(self.task)

    async def stop(self) -> None:
        """Stop to listen."""
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _listen(self) -> None:
        await self.client.listen(on_up=self._note_up, on_update=self.updates.append)

    def _note_up(self) -> None:
        self.ups += 1


@asynccontextmanager
async def listening(client: EwelinkClient) -> AsyncIterator[Listener]:
    """Keep a client listening."""
    listener = Listener(client)
    listener.start()
    try:
        await until(lambda: client.connected)
        yield listener
    finally:
        await listener.stop()


@pytest.fixture(params=list(Generation))
def generation(request: pytest.FixtureRequest) -> Generation:
    """Each generation of the protocol in turn."""
    result: Generation = request.param
    return result


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncIterator[EwelinkSimulator]:
    """A cloud; a test that provokes faults clears them when it has looked."""
    simulator = EwelinkSimulator(
        min_request_interval=0, message_rate=10_000, message_burst=10_000
    )
    await simulator.start()
    yield simulator
    await simulator.stop()
    assert simulator.faults == []


@pytest.fixture
def app(simulator: EwelinkSimulator) -> SimulatedApp:
    """The app, as the cloud knows it."""
    return simulator.add_app(APP.app_id, APP.app_secret, redirect_urls=(REDIRECT_URL,))


@pytest.fixture
def account(simulator: EwelinkSimulator, app: SimulatedApp) -> SimulatedAccount:
    """An account in Europe."""
    return simulator.add_account(email="ada@example.com", password=PASSWORD)


@pytest.fixture
def plug(simulator: EwelinkSimulator, account: SimulatedAccount) -> SimulatedDevice:
    """A plug of the account."""
    return simulator.add_device(
        account, uiid=1, name="Plug", params={"switch": "off", "startup": "off"}
    )


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """A session for clients."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
def credentials() -> Credentials:
    """The right credentials."""
    return Credentials(email="ada@example.com", password=PASSWORD, country_code="+49")


type MakeClient = Callable[..., EwelinkClient]


@pytest.fixture
def make_client(
    simulator: EwelinkSimulator,
    account: SimulatedAccount,
    session: ClientSession,
    credentials: Credentials,
) -> MakeClient:
    """Make a client for the account; keyword arguments replace its own."""

    def make(generation: Generation = Generation.V2, **options: Any) -> EwelinkClient:
        defaults: dict[str, Any] = {
            "generation": generation,
            "app": APP,
            "region": "eu",
            "server": simulator.server_address,
            "credentials": credentials,
            "pace": FAST,
        }
        return EwelinkClient(session, **(defaults | options))

    return make


@pytest.fixture
def client(make_client: MakeClient, generation: Generation) -> EwelinkClient:
    """A client of each generation, not signed in yet."""
    return make_client(generation)


@pytest.fixture
async def device(client: EwelinkClient, plug: SimulatedDevice) -> Device:
    """The plug, as the client lists it."""
    return next(iter(await client.devices()))


@pytest.fixture
async def scripted(socket_enabled: None) -> AsyncIterator[ScriptedCloud]:
    """A cloud that says what a test scripts."""
    cloud = ScriptedCloud(
        greeting=['{"error":0,"sequence":"SEQUENCE","config":{"hb":0}}']
    )
    runner = web.AppRunner(cloud.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    cloud.listen_at(runner.addresses[0][1])
    yield cloud
    await runner.cleanup()


@pytest.fixture
def tokens() -> Tokens:
    """Tokens that are good for the scripted cloud."""
    return Tokens(
        access_token="access-of-the-tests",
        refresh_token="refresh-of-the-tests",
        access_expires_at=time.time() + 20 * 86400,
        refresh_expires_at=time.time() + 50 * 86400,
        region="eu",
        apikey="apikey-of-the-tests",
    )


@pytest.fixture
def make_scripted_client(
    scripted: ScriptedCloud, session: ClientSession, tokens: Tokens
) -> MakeClient:
    """Make a client for the scripted cloud; keyword arguments replace its own."""

    def make(generation: Generation = Generation.V2, **options: Any) -> EwelinkClient:
        defaults: dict[str, Any] = {
            "generation": generation,
            "app": APP,
            "region": "eu",
            "server": scripted.url,
            "tokens": tokens,
            "pace": FAST,
        }
        return EwelinkClient(session, **(defaults | options))

    return make


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log with its debug lines."""
    with caplog.at_level("DEBUG", logger="custom_components.iot_bridge"):
        yield caplog
