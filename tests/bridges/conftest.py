"""Fixtures that tests of several bridges need."""

from collections.abc import AsyncIterator

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge import coordinator as coordinator_module
from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .browser import Browser, async_prepare_web_server


@pytest.fixture
def quick_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnect after hundredths of seconds where a test has no clock to turn."""
    monkeypatch.setattr(
        coordinator_module,
        "LINK_POLICY",
        BackoffPolicy(first=0.02, longest=0.05, jitter=0),
    )


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
async def browser(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> AsyncIterator[Browser]:
    """The browser of a user who is sent to the server's page and back."""
    await async_prepare_web_server(hass)
    async with Browser(await hass_client_no_auth()) as user:
        yield user
