"""The flows over Home Assistant's web API, as the frontend drives them."""

from typing import Any, Self

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import HEADER_FRONTEND_BASE
from homeassistant.setup import async_setup_component
from tests.bridges.browser import REDIRECT_URL, async_prepare_web_server
from tests.bridges.flow_walker import BASE_URL, FlowWalker
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount

from .browser import Browser
from .conftest import APP_ID

type Answer = dict[str, Any]

FLOWS = "/api/config/config_entries/flow"


class Frontend:
    """Makes the calls of Home Assistant's frontend."""

    def __init__(self, home_assistant: TestClient[Any, Any]) -> None:
        """Use a web client that is signed in."""
        self._home_assistant = home_assistant
        self._headers = {HEADER_FRONTEND_BASE: BASE_URL}

    async def start(self, step: str) -> Answer:
        """Choose a way to sign in from the menus."""
        shown = await self._post(FLOWS, {"handler": DOMAIN})
        for choice in ("ewelink", step):
            shown = await self.answer(shown, {"next_step_id": choice})
        return shown

    async def answer(self, shown: Answer, entered: Answer) -> Answer:
        """Answer a form or menu."""
        return await self._post(f"{FLOWS}/{shown['flow_id']}", entered)

    async def look(self, shown: Answer) -> Answer:
        """Ask where a flow is."""
        async with self._home_assistant.get(
            f"{FLOWS}/{shown['flow_id']}", headers=self._headers
        ) as response:
            assert response.status == 200
            found: Answer = await response.json()
            return found

    async def _post(self, path: str, body: Answer) -> Answer:
        async with self._home_assistant.post(
            path, json=body, headers=self._headers
        ) as response:
            assert response.status == 200, await response.text()
            answer: Answer = await response.json()
            return answer

    @classmethod
    async def open(cls, hass: HomeAssistant, client: ClientSessionGenerator) -> Self:
        """Open the frontend, once all of the web API that it needs is there."""
        await async_prepare_web_server(hass)
        await async_setup_component(hass, "config", {})
        return cls(await client())


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
    form = await frontend.start(generation)
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
    form = await frontend.start("ewelink_oauth")
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
