"""A simulated eWeLink cloud, and config entries made through the config flow."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge import coordinator as coordinator_module
from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges.browser import REDIRECT_URL, async_prepare_web_server
from tests.bridges.flow_walker import FlowWalker
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import until

from .browser import Browser

APP_ID = "test-app-id-0123456789"
APP_SECRET = "test-app-secret-abcdef"
EMAIL = "ada.lovelace@example.com"
PASSWORD = "correct horse battery"

# As patient as the real one where a test is not about time, and without its pauses.
TEST_PACE = Pace(request_interval=0, echo_delay=0.05, command_timeout=2)

type AddAccount = Callable[..., Awaitable[ConfigEntry[Any]]]


@pytest.fixture
def expected_faults() -> list[str]:
    """Parts of the client faults that a test provokes; none unless overridden."""
    return []


@pytest.fixture
async def cloud(
    socket_enabled: None,
    expected_faults: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[EwelinkSimulator]:
    """A simulated cloud; at the end of a test the client has made no fault."""
    monkeypatch.setattr(account_module, "PACE", TEST_PACE)
    simulator = EwelinkSimulator(
        min_request_interval=0, max_requests=None, max_handshakes=1000
    )
    simulator.add_app(APP_ID, APP_SECRET)
    await simulator.start()
    yield simulator
    await simulator.stop()
    assert simulator.faults == expected_faults


@pytest.fixture
def quick_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnect after hundredths of seconds where a test has no clock to turn."""
    monkeypatch.setattr(
        coordinator_module,
        "LINK_POLICY",
        BackoffPolicy(first=0.02, longest=0.05, jitter=0),
    )


@pytest.fixture
def account(cloud: EwelinkSimulator) -> SimulatedAccount:
    """An account in the European region, without devices."""
    return cloud.add_account(email=EMAIL, password=PASSWORD, region="eu")


@pytest.fixture
def account_form(cloud: EwelinkSimulator) -> dict[str, Any]:
    """What a user enters to sign in."""
    return {
        "username": EMAIL,
        "password": PASSWORD,
        "country": "DE",
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "advanced": {"server": cloud.server_address},
    }


@pytest.fixture(params=["ewelink_v1", "ewelink_v2"])
def generation(request: pytest.FixtureRequest) -> str:
    """The step of the flow for each protocol generation."""
    step: str = request.param
    return step


@pytest.fixture
async def add_account(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    account_form: dict[str, Any],
) -> AsyncIterator[AddAccount]:
    """Add an account through the config flow; it is unloaded at the end."""
    entries: list[ConfigEntry[Any]] = []

    async def add(step: str = "ewelink_v2", **entered: Any) -> ConfigEntry[Any]:
        result = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": "user"}
        )
        for answer in (
            {"next_step_id": "ewelink"},
            {"next_step_id": step},
            {**account_form, **entered},
        ):
            result = await hass.config_entries.flow.async_configure(
                result["flow_id"], answer
            )
        assert result["type"] == "create_entry", result
        await hass.async_block_till_done()
        entry: ConfigEntry[Any] = result["result"]
        entries.append(entry)
        return entry

    yield add
    for entry in entries:
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


LIST_PATHS = ("/v2/device/thing", "/api/user/device")


def lists_read(cloud: EwelinkSimulator) -> int:
    """Count how often the device list was asked for."""
    return sum(request.path in LIST_PATHS for request in cloud.requests)


async def settled(cloud: EwelinkSimulator, entry: ConfigEntry[Any]) -> None:
    """Wait until the socket is up on both sides and the list after it was read."""
    await until(lambda: entry.runtime_data.link_up and lists_read(cloud) >= 2)
    await asyncio.sleep(0.02)


@pytest.fixture
async def flows(
    hass: HomeAssistant, enable_custom_integrations: None, cloud: EwelinkSimulator
) -> AsyncIterator[FlowWalker]:
    """Walks through flows; what they have set up is unloaded at the end."""
    yield FlowWalker(hass)
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> AsyncIterator[Browser]:
    """The browser of a user who is sent to eWeLink's page and back."""
    await async_prepare_web_server(hass)
    async with Browser(await hass_client_no_auth()) as user:
        yield user


@pytest.fixture
def oauth_form(cloud: EwelinkSimulator) -> dict[str, Any]:
    """What a user enters to go to eWeLink's page; the app knows the way back."""
    cloud.apps[APP_ID].redirect_urls = (REDIRECT_URL, MY_AUTH_CALLBACK_PATH)
    return {
        "country": "DE",
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "advanced": {"server": cloud.server_address},
    }
