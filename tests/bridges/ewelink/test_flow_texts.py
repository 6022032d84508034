"""Every step, field, error and abort of the flows has a text, and no text is left over.

The flow walker compares each form that any test meets with its texts; here is what
only shows when all of them are seen together.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.ewelink.client import EwelinkError
from custom_components.iot_bridge.bridges.ewelink.errors import flow_error
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.simulators.ewelink import SimulatedAccount

from .browser import Browser, go_to_page, sign_in_on_page
from .conftest import APP_ID, APP_SECRET, PASSWORD, AddAccount
from .flow_walker import TEXTS, FlowWalker

# Errors of what was entered, which no client is asked about.
INPUT_ERRORS: Final = {"authorize_rejected", "invalid_server", "invalid_username"}
ABORTS: Final = {"already_configured", "oauth_needs_browser", "wrong_account"}
# A code is part of signing in, which options do not, and only the first protocol
# tells an inactive account from none, but it has no options.
NO_OPTION_ERRORS: Final = {"account_inactive", "code_rejected"}


def kinds_of(error: type[EwelinkError]) -> Iterator[type[EwelinkError]]:
    """Yield a client's error and all that are special cases of it."""
    yield error
    for kind in error.__subclasses__():
        yield from kinds_of(kind)


CLIENT_ERRORS: Final = {flow_error(kind(""))[1] for kind in kinds_of(EwelinkError)}


async def test_every_step(
    hass: HomeAssistant,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """All steps that have texts can be reached."""
    await flows.start("ewelink_v1")
    form = await flows.start("ewelink_oauth")
    page = await go_to_page(flows, form, oauth_form)
    await browser.come_back(await browser.sign_in(page["url"], account))
    entry = (await flows.resume(page))["result"]
    await flows.reauth(entry)
    await hass.config_entries.async_remove(entry.entry_id)

    await flows.start("ewelink_v2")
    entry = await add_account("ewelink_v2")
    await flows.options(entry)
    await flows.reauth(entry)
    await flows.reconfigure(entry)
    assert flows.steps == {
        (kind, step) for kind in ("config", "options") for step in TEXTS[kind]["step"]
    }


@pytest.mark.parametrize(
    ("kind", "place", "keys"),
    [
        ("config", "error", CLIENT_ERRORS | INPUT_ERRORS),
        ("config", "abort", ABORTS),
        ("options", "abort", CLIENT_ERRORS - NO_OPTION_ERRORS),
    ],
)
def test_every_reason(kind: str, place: str, keys: set[str]) -> None:
    """All that may go wrong has a text, and nothing else has."""
    assert set(TEXTS[kind][place]) == keys


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
    form = await flows.start("ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["reason"] == "already_configured"
    assert "translation_domain" not in result
