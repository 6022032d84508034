"""Every step, field, error and abort of the flows has a text, and no text is left over.

The flow walker compares each form that any test meets with its texts; here is what
only shows when all of them are seen together.
"""

from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import TEXTS, FlowWalker
from tests.simulators.ewelink import SimulatedAccount

from .browser import Browser, go_to_page, sign_in_on_page
from .conftest import APP_ID, APP_SECRET, PASSWORD, AddAccount


async def test_every_step(
    hass: HomeAssistant,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """All steps that have texts can be reached."""
    await flows.start("ewelink", "ewelink_v1")
    form = await flows.start("ewelink", "ewelink_oauth")
    page = await go_to_page(flows, form, oauth_form)
    await browser.come_back(await browser.sign_in(page["url"], account))
    entry = (await flows.resume(page))["result"]
    await flows.reauth(entry)
    await hass.config_entries.async_remove(entry.entry_id)

    await flows.start("ewelink", "ewelink_v2")
    entry = await add_account("ewelink_v2")
    await flows.options(entry)
    await flows.reauth(entry)
    await flows.reconfigure(entry)
    own = {step for step in TEXTS["config"]["step"] if step.startswith("ewelink")}
    assert flows.steps == {("config", step) for step in {"user", *own}} | {
        ("options", "init")
    }


async def test_reauth_names_its_entry(
    hass: HomeAssistant,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
) -> None:
    """The flow that waits for the user is told apart by the entry's title."""
    entry = await add_account("ewelink_v2")
    await flows.reauth(entry)
    (flow,) = entry.async_get_active_flows(hass, {SOURCE_REAUTH})
    assert flow["context"]["title_placeholders"] == {"name": entry.title}


async def test_reasons_of_home_assistant(
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """Success is told in Home Assistant's own words."""
    entry = await add_account("ewelink_v2")
    result = await flows.answer(
        await flows.reauth(entry),
        {"password": PASSWORD, "app_id": APP_ID, "app_secret": APP_SECRET},
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["translation_domain"] == "homeassistant"
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["reason"] == "already_configured"
    assert "translation_domain" not in result
