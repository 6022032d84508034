"""An account from eWeLink's web page: signing in again, changing it, adding it twice."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.browser import REDIRECT_URL, refusal
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import until

from .browser import Browser, go_to_page, sign_in_on_page
from .conftest import APP_ID, PASSWORD, AddAccount, settled
from .test_flow_reauth import reauth_issues, works


@pytest.fixture(autouse=True)
def lamp(cloud: EwelinkSimulator, account: SimulatedAccount) -> None:
    """A device of the account."""
    cloud.add_device(account, uiid=1, name="Lamp")


@pytest.fixture
def other_account(cloud: EwelinkSimulator) -> SimulatedAccount:
    """Somebody else."""
    return cloud.add_account(email="grace.hopper@example.com", password=PASSWORD)


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> ConfigEntry[Any]:
    """An entry that was made on eWeLink's page."""
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    added: ConfigEntry[Any] = result["result"]
    await settled_in(hass, added)
    return added


async def settled_in(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Wait until the socket is up."""
    await until(lambda: entry.runtime_data.link_up)
    await hass.async_block_till_done()


async def lose_session(
    hass: HomeAssistant, cloud: EwelinkSimulator, entry: ConfigEntry[Any]
) -> None:
    """Let a restart of Home Assistant find that the session has ended."""
    cloud.revoke_tokens()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR


async def test_reauth(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """A session that ends while no browser is there is asked for all the same."""
    await lose_session(hass, cloud, entry)
    assert len(reauth_issues(hass)) == 1

    question = await flows.open_reauth(entry)
    assert question["step_id"] == "ewelink_reauth_oauth"
    assert fields(question) == []
    form = await flows.answer(question, {})
    assert form["step_id"] == "ewelink_oauth"
    assert suggested(form) == kept(oauth_form)

    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert "password" not in entry.data
    await works(hass, cloud, entry)


async def test_reauth_without_browser(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """The user is told what is missing where eWeLink has no way back."""
    await lose_session(hass, cloud, entry)
    flows.base_url = None
    result = await flows.answer(await flows.open_reauth(entry), {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


async def test_reauth_with_mistakes(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """Who refuses, and then is too late, may still sign in."""
    await lose_session(hass, cloud, entry)
    form = await flows.answer(await flows.open_reauth(entry), {})

    page = await go_to_page(flows, form, oauth_form)
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(oauth_form)

    page = await go_to_page(flows, form, oauth_form)
    location = await browser.sign_in(page["url"], account)
    assert cloud.tokens.redeem(location.query["code"])
    await browser.come_back(location)
    form = await flows.resume(page)
    assert form["errors"] == {"base": "code_rejected"}
    assert suggested(form) == kept(oauth_form)

    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["reason"] == "reauth_successful"
    await works(hass, cloud, entry)


async def test_reauth_as_somebody_else(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    other_account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """An entry stays with its account."""
    await lose_session(hass, cloud, entry)
    before = dict(entry.data)
    form = await flows.answer(await flows.open_reauth(entry), {})
    result = await sign_in_on_page(flows, browser, form, oauth_form, other_account)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert entry.data == before


async def test_reconfigure(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """App id and server may be changed; the entry is set up anew."""
    cloud.add_app("other-app", "other-secret", redirect_urls=(REDIRECT_URL,))
    form = await flows.reconfigure(entry)
    assert form["step_id"] == "ewelink_oauth"
    assert suggested(form) == kept(oauth_form)

    changed = {"app_id": "other-app", "app_secret": "other-secret", "country": "FR"}
    entered = oauth_form | changed | {"advanced": {"server": cloud.url}}
    result = await sign_in_on_page(flows, browser, form, entered, account)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert (changed | {"server": cloud.url}).items() <= entry.data.items()
    assert "password" not in entry.data
    await works(hass, cloud, entry)


async def test_reconfigure_with_server_removed(
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """A server that was taken away does not come back after an error."""
    form = await flows.reconfigure(entry)
    entered = oauth_form | {"advanced": {}}
    page = await go_to_page(flows, form, entered)
    assert page["url"].startswith("https://c2ccdn.coolkit.cc/")
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(entered)


async def test_reconfigure_as_somebody_else(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    other_account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """An entry stays with its account, and goes on to work."""
    before = dict(entry.data)
    form = await flows.reconfigure(entry)
    result = await sign_in_on_page(flows, browser, form, oauth_form, other_account)
    assert result["reason"] == "wrong_account"
    assert entry.data == before
    await works(hass, cloud, entry)


async def test_page_again_for_entry(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    entry: ConfigEntry[Any],
) -> None:
    """An account is added once; the entry takes over the session that began."""
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    await works(hass, cloud, entry)


@pytest.mark.parametrize("step", ["ewelink_v1", "ewelink_v2"])
async def test_password_for_entry_of_page(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    account_form: dict[str, Any],
    entry: ConfigEntry[Any],
    step: str,
) -> None:
    """An account from the page is the same as with a password."""
    result = await flows.answer(await flows.start("ewelink", step), account_form)
    assert result["reason"] == "already_configured"
    assert "password" not in entry.data
    await works(hass, cloud, entry)


async def test_page_for_entry_with_password(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    generation: str,
) -> None:
    """An account with a password is the same as from the page."""
    entry = await add_account(generation)
    await settled(cloud, entry)
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["reason"] == "already_configured"
    assert entry.data["password"] == PASSWORD
    assert entry.data["app_id"] == APP_ID
    await works(hass, cloud, entry)
