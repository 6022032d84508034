"""The flows over Home Assistant's web API, as the frontend drives them."""

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.bridges.browser import REDIRECT_URL, Browser
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.frontend import Answer, Frontend
from tests.bridges.page import ANSWERS

from .conftest import AddHub, Way

SECRETS = {"password", "client_secret", "publish_key", "subscribe_key"}


@pytest.fixture
async def frontend(
    hass: HomeAssistant, flows: FlowWalker, hass_client: ClientSessionGenerator
) -> Frontend:
    """The frontend of Home Assistant."""
    return await Frontend.open(hass, hass_client)


# The address is in the form itself, or below "advanced".
NOBODY_LISTENS: dict[str, Answer] = {
    "local": {"url": "http://127.0.0.1:1"},
    "cloud": {"advanced": {"url": "http://127.0.0.1:1"}},
    "pubnub": {"advanced": {"url": "http://127.0.0.1:1"}},
}


async def test_add(hass: HomeAssistant, frontend: Frontend, way: Way) -> None:
    """Forms, errors and the entry come through as JSON, secrets do not come back."""
    form = await frontend.start("hkwhub", *way.steps)
    assert [field["name"] for field in form["data_schema"]] == list(way.form)
    form = await frontend.answer(form, way.form | NOBODY_LISTENS[way.name])
    assert set(form["errors"].values()) == {"cannot_connect"}
    described = {
        field["name"] for field in form["data_schema"] if field.get("description")
    }
    assert described == way.form.keys() - SECRETS - {"advanced"}

    result = await frontend.answer(form, way.form)
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_web_page(
    hass: HomeAssistant, frontend: Frontend, browser: Browser, code_form: Answer
) -> None:
    """The redirect address is the one in the browser's address bar."""
    form = await frontend.start("hkwhub", "hkwhub_cloud", "hkwhub_code")
    assert form["description_placeholders"]["redirect_url"] == REDIRECT_URL
    page = await frontend.answer(form, code_form)
    assert page["type"] == "external"
    await browser.come_back(await browser.fill_in(page["url"], ANSWERS))
    result = await frontend.look(page)
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_options(frontend: Frontend, add_hub: AddHub, way: Way) -> None:
    """Numbers come as the frontend sends them and are stored as whole ones."""
    entry = await add_hub(way.name)
    form = await frontend.options(entry)
    fields = {field["name"]: field for field in form["data_schema"]}
    assert fields["announcement_priority"]["default"] == 200
    result = await frontend.choose(
        form, {"announcement_priority": 250.0, "auto_advance": False}
    )
    assert result["type"] == "create_entry"
    assert entry.options["announcement_priority"] == 250
    assert type(entry.options["announcement_priority"]) is int
