"""The flows over Home Assistant's web API, as the frontend drives them."""

from typing import Final

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.bridges.browser import REDIRECT_URL, Browser
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.frontend import Answer, Frontend
from tests.bridges.page import ANSWERS
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator

from .conftest import CLIENT, CreateEntry, Way

SECRETS: Final = {"password", "client_secret"}


@pytest.fixture
async def frontend(
    hass: HomeAssistant, flows: FlowWalker, hass_client: ClientSessionGenerator
) -> Frontend:
    """The frontend of Home Assistant."""
    return await Frontend.open(hass, hass_client)


async def open_form(
    frontend: Frontend, server: ThingplusSimulator, step: str
) -> Answer:
    """Enter the server's address and choose how to sign in."""
    form = await frontend.answer(await frontend.start("thingplus"), {"server": "own"})
    menu = await frontend.answer(form, {"url": server.url})
    return await frontend.answer(menu, {"next_step_id": step})


async def test_add(
    hass: HomeAssistant, frontend: Frontend, server: ThingplusSimulator, way: Way
) -> None:
    """Forms, errors and the entry come through as JSON, secrets do not come back."""
    form = await open_form(frontend, server, way.step)
    assert [field["name"] for field in form["data_schema"]] == list(way.form)
    form = await frontend.answer(form, way.form | {"password": "wrong"})
    assert form["errors"] == {"password": "invalid_auth"}
    described = {
        field["name"] for field in form["data_schema"] if field.get("description")
    }
    assert described == way.form.keys() - SECRETS

    result = await frontend.answer(form, way.form)
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_web_page(
    hass: HomeAssistant,
    frontend: Frontend,
    browser: Browser,
    server: ThingplusSimulator,
) -> None:
    """The redirect address is the one in the browser's address bar."""
    form = await open_form(frontend, server, "thingplus_code")
    assert form["description_placeholders"]["redirect_url"] == REDIRECT_URL
    page = await frontend.answer(form, CLIENT)
    assert page["type"] == "external"
    await browser.come_back(await browser.fill_in(page["url"], ANSWERS))
    result = await frontend.look(page)
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_options(frontend: Frontend, create_entry: CreateEntry) -> None:
    """What there is to choose comes through with its labels."""
    entry = await create_entry()
    form = await frontend.options(entry)
    offered = {
        field["name"]: field["selector"]["select"]["options"]
        for field in form["data_schema"]
    }
    assert offered["gateways"] == [{"value": GATEWAY, "label": "Greenhouse"}]
    result = await frontend.choose(form, {"gateways": [GATEWAY], "dust": "pm10"})
    assert result["type"] == "create_entry"
    assert entry.options == {
        "sites": [],
        "gateways": [GATEWAY],
        "dust": "pm10",
        "meters": [],
    }
