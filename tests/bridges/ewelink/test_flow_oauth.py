"""Adding an account on eWeLink's web page: no password comes to Home Assistant."""

from typing import Any, Final

import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.ewelink.client import Generation, regions
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges.browser import REDIRECT_URL
from tests.bridges.flow_walker import FlowWalker, fields
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import until_state

from .browser import Browser, go_to_page, sign_in_on_page
from .conftest import APP_ID, APP_SECRET, EMAIL, PASSWORD

PAGE_PATH: Final = "/oauth/index.html"


@pytest.mark.parametrize(
    ("components", "redirect_url"),
    [((), REDIRECT_URL), (("my",), MY_AUTH_CALLBACK_PATH)],
    ids=["direct", "my"],
)
async def test_round_trip(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    components: tuple[str, ...],
    redirect_url: str,
) -> None:
    """The user signs in on eWeLink's page; the entry holds tokens alone."""
    for component in components:
        hass.config.components.add(component)
    cloud.add_device(account, uiid=1, name="Lamp")

    form = await flows.start("ewelink", "ewelink_oauth")
    assert form["step_id"] == "ewelink_oauth"
    assert fields(form) == list(oauth_form)
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["redirect_url"] == redirect_url

    page = await go_to_page(flows, form, oauth_form)
    assert URL(page["url"]).path == f"/eu{PAGE_PATH}"
    assert APP_SECRET not in page["url"]
    location = await browser.sign_in(page["url"], account)
    assert str(location).startswith(redirect_url)
    await browser.come_back(location)

    result = await flows.resume(page)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "eWeLink"
    entry = result["result"]
    data = dict(entry.data)
    assert data.pop("access_token")
    assert data.pop("refresh_token")
    assert data.pop("access_expires_at") < data.pop("refresh_expires_at")
    assert data == {
        "bridge": "ewelink",
        "generation": "v2",
        "country": "DE",
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "server": cloud.server_address,
        "region": "eu",
        "apikey": account.apikey,
    }
    assert entry.state is ConfigEntryState.LOADED
    await until_state(hass, "switch.lamp", "off")
    await cloud.wait_for_socket()


@pytest.mark.parametrize("region", ["cn", "as", "us"])
async def test_region_of_redirect(
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    region: str,
) -> None:
    """The code is exchanged where eWeLink's page says, whatever the country."""
    account = cloud.add_account(email=EMAIL, password=PASSWORD, region=region)
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(flows, browser, form, oauth_form, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["region"] == region
    assert {call.region for call in cloud.requests} == {region}


@pytest.mark.parametrize(
    ("country", "region"), [("DE", "eu"), ("US", "us"), ("CN", "cn"), ("JP", "as")]
)
async def test_redirect_without_region(
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    country: str,
    region: str,
) -> None:
    """Where eWeLink's page names no region, it is that of the country."""
    account = cloud.add_account(email=EMAIL, password=PASSWORD, region=region)
    page = await go_to_page(
        flows,
        await flows.start("ewelink", "ewelink_oauth"),
        oauth_form | {"country": country},
    )
    location = await browser.sign_in(page["url"], account)
    await browser.come_back(location.without_query_params("region"))
    result = await flows.resume(page)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["region"] == region


async def test_one_server_for_all_regions(
    cloud: EwelinkSimulator,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """A server of one's own may serve all regions at one address."""
    account = cloud.add_account(email=EMAIL, password=PASSWORD, region="us")
    form = await flows.start("ewelink", "ewelink_oauth")
    entered = oauth_form | {"advanced": {"server": f" {cloud.url}/ "}}
    result = await sign_in_on_page(flows, browser, form, entered, account)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["server"] == cloud.url
    assert result["data"]["region"] == "us"


async def test_official_page(flows: FlowWalker, oauth_form: dict[str, Any]) -> None:
    """Without a server of one's own the page is eWeLink's."""
    page = await go_to_page(
        flows,
        await flows.start("ewelink", "ewelink_oauth"),
        oauth_form | {"advanced": {}},
    )
    assert page["url"].startswith("https://c2ccdn.coolkit.cc/oauth/index.html?")


async def test_no_server(
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a server of one's own eWeLink's are used; here they are simulated."""
    official = dict.fromkeys(Generation, cloud.server_address)
    monkeypatch.setattr(regions, "_REST", official)
    monkeypatch.setattr(regions, "_DISPATCH", official)
    monkeypatch.setattr(regions, "_OAUTH", cloud.server_address)
    cloud.trouble.dispatch_error = 500
    form = await flows.start("ewelink", "ewelink_oauth")
    result = await sign_in_on_page(
        flows, browser, form, oauth_form | {"advanced": {}}, account
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "server" not in result["data"]


async def test_no_browser(flows: FlowWalker) -> None:
    """A flow that no browser drives gives eWeLink no page to come back to."""
    flows.base_url = None
    result = await flows.start("ewelink", "ewelink_oauth")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


async def test_page_opened_again(
    account: SimulatedAccount,
    flows: FlowWalker,
    browser: Browser,
    oauth_form: dict[str, Any],
) -> None:
    """Who closed eWeLink's page may open it again, with a signature of that moment."""
    first = await go_to_page(
        flows, await flows.start("ewelink", "ewelink_oauth"), oauth_form
    )
    second = await flows.resume(first)
    assert second["type"] is FlowResultType.EXTERNAL_STEP
    assert second["url"] != first["url"]
    await browser.come_back(await browser.sign_in(second["url"], account))
    result = await flows.resume(second)
    assert result["type"] is FlowResultType.CREATE_ENTRY
