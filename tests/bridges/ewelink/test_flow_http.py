"""The flows over Home Assistant's web API, as the frontend drives them."""

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.bridges.browser import REDIRECT_URL
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.frontend import Answer, Frontend
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount

from .browser import Browser
from .conftest import APP_ID


@pytest.fixture
async def frontend(
    hass: HomeAssistant, flows: FlowWalker, hass_client: ClientSessionGenerator
) -> Frontend:
    """The frontend of Home Assistant."""
    return await Frontend.open(hass, hass_client)


async def test_password(
    hass: HomeAssistant,
    account: SimulatedAccount,
    frontend: Frontend,
    account_form: Answer,
    generation: str,
) -> None:
    """Forms, errors and the entry come through as JSON, secrets do not come back."""
    form = await frontend.start("ewelink", generation)
    assert [field["name"] for field in form["data_schema"]] == list(account_form)
    form = await frontend.answer(form, account_form | {"password": "wrong"})
    assert form["errors"] == {"password": "wrong_password"}
    filled = {field["name"]: field.get("description") for field in form["data_schema"]}
    assert filled["username"] == {"suggested_value": account.email}
    assert filled["password"] is None
    assert filled["app_secret"] is None

    result = await frontend.answer(form, account_form)
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_web_page(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    frontend: Frontend,
    browser: Browser,
    oauth_form: Answer,
) -> None:
    """The redirect address is the one in the browser's address bar."""
    cloud.apps[APP_ID].redirect_urls = (REDIRECT_URL,)
    form = await frontend.start("ewelink", "ewelink_oauth")
    assert form["description_placeholders"]["redirect_url"] == REDIRECT_URL
    page = await frontend.answer(form, oauth_form)
    assert page["type"] == "external"
    await browser.come_back(await browser.sign_in(page["url"], account))

    result = await frontend.look(page)
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["apikey"] == account.apikey
    await hass.async_block_till_done()
