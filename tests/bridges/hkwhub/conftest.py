"""A simulated home with a hub in all three modes, and entries made through the flow.

A real hub app runs one mode at a time; here all run side by side over one home.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge import (
    coordinator as coordinator_module,
    oauth as oauth_module,
)
from custom_components.iot_bridge.bridges.hkwhub import (
    account as account_module,
    coordinator as hkwhub_coordinator_module,
    watch as watch_module,
)
from custom_components.iot_bridge.bridges.hkwhub.client import PubNubPace
from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges import page
from tests.bridges.browser import REDIRECT_URL, Browser, async_prepare_web_server
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.hkwhub import (
    HkIotCloud,
    LocalServer,
    PubNubHub,
    SimulatedHome,
    believable_hub,
)
from tests.simulators.pubnub import PubNubSimulator

from .media_server import MediaServer, wav

USERNAME = page.USERNAME
PASSWORD = page.PASSWORD
CLIENT_ID = "test-client-id-0123456789"
CLIENT_SECRET = "test-client-secret-abcdef"
PUBLISH_KEY = "pub-c-0123-test"
SUBSCRIBE_KEY = "sub-c-4567-test"
CHANNEL = "ada-at-home"
HUB_UUID = "8F4A2C10-HKWHUB-TEST"

TRANSPORTS = ("local", "cloud", "pubnub")

type AddHub = Callable[..., Awaitable[ConfigEntry[Any]]]


@pytest.fixture
def expected_faults() -> list[str]:
    """Client faults that a test provokes; none unless overridden."""
    return []


@pytest.fixture
def home(socket_enabled: None, expected_faults: list[str]) -> Iterator[SimulatedHome]:
    """A home of four speakers; at the end of a test the client has made no fault."""
    simulated = SimulatedHome()
    believable_hub(simulated)
    yield simulated
    assert simulated.faults == expected_faults


@pytest.fixture
async def local_server(home: SimulatedHome) -> AsyncIterator[LocalServer]:
    """The hub's own server."""
    server = LocalServer(home)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def cloud(home: SimulatedHome) -> AsyncIterator[HkIotCloud]:
    """HKIoTCloud, with a user and a client; the hub is connected to it."""
    server = HkIotCloud(home)
    server.add_user(USERNAME, PASSWORD)
    server.add_client(CLIENT_ID, CLIENT_SECRET, (REDIRECT_URL, MY_AUTH_CALLBACK_PATH))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def net(socket_enabled: None) -> AsyncIterator[PubNubSimulator]:
    """The PubNub network; at the end of a test its clients have made no fault."""
    network = PubNubSimulator()
    network.add_keys(PUBLISH_KEY, SUBSCRIBE_KEY)
    await network.start()
    yield network
    await network.stop()
    assert network.faults == []


@pytest.fixture
async def pubnub_hub(
    home: SimulatedHome, net: PubNubSimulator
) -> AsyncIterator[PubNubHub]:
    """The hub on a PubNub channel."""
    hub = PubNubHub(
        home, net, PUBLISH_KEY, SUBSCRIBE_KEY, channel=CHANNEL, uuid=HUB_UUID
    )
    await hub.start()
    yield hub
    await hub.stop()


@pytest.fixture
def quick_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnect after hundredths of seconds where a test has no clock to turn."""
    monkeypatch.setattr(
        coordinator_module,
        "LINK_POLICY",
        BackoffPolicy(first=0.02, longest=0.05, jitter=0),
    )


@dataclass(frozen=True)
class Servers:
    """All servers, for what tests let go wrong with them."""

    local: LocalServer
    cloud: HkIotCloud
    net: PubNubSimulator
    hub: PubNubHub


@dataclass(frozen=True)
class Way:
    """A way to set the hub up.

    Attributes:
        name: What tests are called.
        steps: The menus on the way to the form.
        form: What is entered.
    """

    name: str
    steps: tuple[str, ...]
    form: dict[str, Any]


type Ways = dict[str, Way]


@pytest.fixture
def ways(
    local_server: LocalServer,
    cloud: HkIotCloud,
    net: PubNubSimulator,
    pubnub_hub: PubNubHub,
) -> Ways:
    """All ways that need no browser, by name."""
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    pubnub = {
        "publish_key": PUBLISH_KEY,
        "subscribe_key": SUBSCRIBE_KEY,
        "channel": CHANNEL,
        "advanced": {"url": net.url},
    }
    password = {
        "username": USERNAME,
        "password": PASSWORD,
        **client,
        "advanced": {"url": cloud.url},
    }
    return {
        way.name: way
        for way in (
            Way("local", ("hkwhub_local",), {"url": local_server.url}),
            Way("cloud", ("hkwhub_cloud", "hkwhub_password"), password),
            Way("pubnub", ("hkwhub_pubnub",), pubnub),
        )
    }


@pytest.fixture(params=TRANSPORTS)
def way(request: pytest.FixtureRequest, ways: Ways) -> Way:
    """Each way that needs no browser."""
    return ways[request.param]


@pytest.fixture
def code_form(cloud: HkIotCloud) -> dict[str, Any]:
    """What a user enters to go to HKIoTCloud's page."""
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "advanced": {"url": cloud.url},
    }


def make_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment."""
    monkeypatch.setattr(oauth_module, "TOKEN_REQUEST_SECONDS", 0.5)
    monkeypatch.setattr(account_module, "TIMEOUT", 0.5)
    pace = PubNubPace(answer=0.5, request=0.5)
    monkeypatch.setattr(account_module, "PACE", pace)


@pytest.fixture
def servers(
    local_server: LocalServer,
    cloud: HkIotCloud,
    net: PubNubSimulator,
    pubnub_hub: PubNubHub,
) -> Servers:
    """All servers."""
    return Servers(local_server, cloud, net, pubnub_hub)


@pytest.fixture
async def unload_at_end(
    hass: HomeAssistant, enable_custom_integrations: None
) -> AsyncIterator[None]:
    """Unload whatever a test has set up."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
async def add_hub(hass: HomeAssistant, ways: Ways, unload_at_end: None) -> AddHub:
    """Add a hub over "local", "cloud" or "pubnub", with other answers if wanted."""

    async def add(transport: str = "local", **entered: Any) -> ConfigEntry[Any]:
        way = ways[transport]
        flows = FlowWalker(hass)
        result = await flows.answer(
            await flows.start("hkwhub", *way.steps), way.form | entered
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        entry: ConfigEntry[Any] = result["result"]
        return entry

    return add


@pytest.fixture
async def flows(hass: HomeAssistant, ways: Ways, unload_at_end: None) -> FlowWalker:
    """Walks through flows; what they have set up is unloaded at the end."""
    return FlowWalker(hass)


async def start_code(flows: FlowWalker) -> ConfigFlowResult:
    """Open the form that leads to HKIoTCloud's page."""
    return await flows.start("hkwhub", "hkwhub_cloud", "hkwhub_code")


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> AsyncIterator[Browser]:
    """The browser of a user who is sent to HKIoTCloud's page and back."""
    await async_prepare_web_server(hass)
    async with Browser(await hass_client_no_auth()) as user:
        yield user


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the hub more often than once a second, so that tests need not wait."""
    monkeypatch.setattr(watch_module, "FOLLOW_SECONDS", 0.05)
    monkeypatch.setattr(watch_module, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(watch_module, "SETTLE_SECONDS", 0.2)
    monkeypatch.setattr(watch_module, "START_SECONDS", 0.4)
    monkeypatch.setattr(watch_module, "AFTER_END", 0.05)
    monkeypatch.setattr(hkwhub_coordinator_module, "REFRESH_DELAY", 0.05)


@pytest.fixture
async def media_server(socket_enabled: None) -> AsyncIterator[MediaServer]:
    """A web server with files and a radio."""
    server = MediaServer()
    async with server.running():
        yield server


@pytest.fixture
def many_publishes(net: PubNubSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands over PubNub follow each other without the pauses that it asks for."""
    monkeypatch.setattr(account_module, "PACE", PubNubPace(publishes_per_second=1000))
    net.knobs.publishes_per_second = 1000


@pytest.fixture
def quick_home(home: SimulatedHome, quick: None, many_publishes: None) -> None:
    """Time passes quickly at home: a track takes ten seconds. The hub can speak."""
    home.speed = 20
    home.download_seconds = 0.05
    home.tts_key = "a key"


@pytest.fixture
def bell(media_server: MediaServer) -> str:
    """The address of a bell that rings for four seconds."""
    media_server.files["bell.wav"] = ("audio/wav", wav(4))
    return f"{media_server.url}/bell.wav"


@pytest.fixture
def speech(media_server: MediaServer) -> str:
    """The address of a speech that nobody wants to hear to its end."""
    media_server.files["speech.wav"] = ("audio/wav", wav(120))
    return f"{media_server.url}/speech.wav"
