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
from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from .conftest import CODE_FORM, AddAccount, Way

SECRETS: Final = {"password", "client_secret"}


@pytest.fixture
async def frontend(
    hass: HomeAssistant, flows: FlowWalker, hass_client: ClientSessionGenerator
) -> Frontend:
    """The frontend of Home Assistant."""
    return await Frontend.open(hass, hass_client)


async def open_form(frontend: Frontend, server: WotkitServer, step: str) -> Answer:
    """Enter the server's address and choose how to sign in."""
    menu = await frontend.answer(await frontend.start("wotkit"), {"url": server.url})
    return await frontend.answer(menu, {"next_step_id": step})


async def test_add(
    hass: HomeAssistant,
    frontend: Frontend,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
    way: Way,
) -> None:
    """Forms, errors and the entry come through as JSON, secrets do not come back."""
    form = await open_form(frontend, server, way.step)
    assert [field["name"] for field in form["data_schema"]] == list(way.form)
    form = await frontend.answer(form, way.form | {"password": "wrong"})
    assert set(form["errors"].values()) <= {"invalid_key", "invalid_auth"}
    described = {
        field["name"] for field in form["data_schema"] if field.get("description")
    }
    assert described == way.form.keys() - SECRETS

    form = await frontend.answer(form, way.form)
    assert form["step_id"] == "wotkit_choice"
    form = await frontend.answer(form, {"choice": "picked"})
    taxi = str(sensors["mule1"].id)
    result = await frontend.answer(form, {"sensors": [taxi]})
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_web_page(
    hass: HomeAssistant, frontend: Frontend, browser: Browser, server: WotkitServer
) -> None:
    """The redirect address is the one in the browser's address bar."""
    form = await open_form(frontend, server, "wotkit_code")
    assert form["description_placeholders"]["redirect_url"] == REDIRECT_URL
    page = await frontend.answer(form, CODE_FORM)
    assert page["type"] == "external"
    await browser.come_back(await browser.fill_in(page["url"], ANSWERS))
    form = await frontend.look(page)
    assert form["step_id"] == "wotkit_choice"
    result = await frontend.answer(form, {"choice": "contributed"})
    assert result["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    await hass.async_block_till_done()


async def test_options(frontend: Frontend, add_account: AddAccount) -> None:
    """Numbers come as the frontend sends them and are stored as whole ones."""
    entry = await add_account()
    form = await frontend.options(entry)
    fields = {field["name"]: field for field in form["data_schema"]}
    assert fields["choice"]["default"] == "contributed"
    result = await frontend.choose(
        form, {"choice": "tags", "silent_minutes": 250.0, "controls": []}
    )
    result = await frontend.choose(result, {"tags": ["weather"]})
    assert result["type"] == "create_entry"
    assert entry.options["silent_minutes"] == 250
    assert type(entry.options["silent_minutes"]) is int
    assert entry.options["controls"] == []
