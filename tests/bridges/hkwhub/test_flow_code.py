"""Adding a hub by way of HKIoTCloud's web page: no password comes to Home Assistant."""

from typing import Any, Final

import pytest
from yarl import URL

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges.browser import REDIRECT_URL, Browser, refusal
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.bridges.page import ANSWERS, go_to_page, sign_in, sign_in_on_page
from tests.simulators.hkwhub import HkIotCloud

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    AddHub,
    Servers,
    make_impatient,
    start_code,
)
from .mishaps import Spoil, cloud as trouble, oauth, offline, repair, secret_changed
from .test_flow import digest

CLOUD_PAGE: Final = "https://hkiotcloud.herokuapp.com/oauth/authorize"


@pytest.mark.parametrize(
    ("components", "redirect_url"),
    [((), REDIRECT_URL), (("my",), MY_AUTH_CALLBACK_PATH)],
    ids=["direct", "my"],
)
async def test_round_trip(
    hass: HomeAssistant,
    cloud: HkIotCloud,
    flows: FlowWalker,
    browser: Browser,
    code_form: dict[str, Any],
    components: tuple[str, ...],
    redirect_url: str,
) -> None:
    """The user signs in on the page; the entry holds no user name and no password."""
    for component in components:
        hass.config.components.add(component)
    form = await start_code(flows)
    assert form["step_id"] == "hkwhub_code"
    assert fields(form) == list(code_form)
    assert suggested(form) == {"advanced": {}}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["redirect_url"] == redirect_url

    page = await go_to_page(flows, form, code_form)
    assert page["url"].startswith(f"{cloud.url}/oauth/authorize?")
    query = URL(page["url"]).query
    assert query["client_id"] == CLIENT_ID
    assert query["redirect_uri"] == redirect_url
    assert CLIENT_SECRET not in page["url"]

    result = await sign_in(flows, browser, page)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "HKWHub (HKIoTCloud)"
    entry = result["result"]
    assert entry.unique_id == f"hkwhub_cloud_{digest(cloud.url + CLIENT_ID)}"
    data = dict(entry.data)
    token = data.pop("token")
    assert token.pop("expires_at") > 0
    assert token == cloud.office.issued[-1]
    assert data == {
        "bridge": "hkwhub",
        "transport": "cloud",
        "url": cloud.url,
        "grant": "authorization_code",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    assert entry.state is ConfigEntryState.LOADED


async def test_official_page(flows: FlowWalker, code_form: dict[str, Any]) -> None:
    """Without a server of one's own the page is HKIoTCloud's."""
    form = await start_code(flows)
    page = await go_to_page(flows, form, code_form | {"advanced": {}})
    assert page["url"].startswith(f"{CLOUD_PAGE}?")


async def test_no_browser(flows: FlowWalker) -> None:
    """A flow that no browser drives gives HKIoTCloud no page to come back to."""
    flows.base_url = None
    result = await start_code(flows)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


async def test_page_opened_again(
    flows: FlowWalker, browser: Browser, code_form: dict[str, Any]
) -> None:
    """Who closed the page may open it again."""
    first = await go_to_page(flows, await start_code(flows), code_form)
    second = await flows.resume(first)
    assert second["type"] is FlowResultType.EXTERNAL_STEP
    result = await sign_in(flows, browser, second)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_already_configured(
    flows: FlowWalker, browser: Browser, code_form: dict[str, Any]
) -> None:
    """Who is set up already is not sent to the page."""
    result = await sign_in_on_page(flows, browser, await start_code(flows), code_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await flows.answer(await start_code(flows), code_form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_same_speakers_with_password(
    flows: FlowWalker, browser: Browser, add_hub: AddHub, code_form: dict[str, Any]
) -> None:
    """The same hub over the same cloud is the same, however the user signs in."""
    await add_hub("cloud")
    result = await sign_in_on_page(flows, browser, await start_code(flows), code_form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_refusal(
    flows: FlowWalker, browser: Browser, code_form: dict[str, Any]
) -> None:
    """Who does not consent comes back to the form, and may think again."""
    form = await start_code(flows)
    page = await go_to_page(flows, form, code_form)
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["step_id"] == "hkwhub_code"
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(code_form)
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_denied_on_page(
    flows: FlowWalker, browser: Browser, code_form: dict[str, Any]
) -> None:
    """The page's own button for it leads to the same."""
    form = await start_code(flows)
    form = await sign_in_on_page(flows, browser, form, code_form, decision="deny")
    assert form["errors"] == {"base": "authorize_rejected"}
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("spoil", "errors"),
    [
        pytest.param(secret_changed, {"client_id": "invalid_client"}, id="secret"),
        pytest.param(oauth(http_status=400), {"base": "code_rejected"}, id="400"),
        pytest.param(oauth(http_status=500), {"base": "cannot_connect"}, id="500"),
        pytest.param(oauth(garbage=True), {"base": "unexpected_answer"}, id="garbage"),
        pytest.param(oauth(drop=True), {"base": "cannot_connect"}, id="cut off"),
        pytest.param(oauth(hang=True), {"base": "timeout_connect"}, id="silence"),
        pytest.param(offline("504"), {"base": "hub_offline"}, id="no hub"),
        pytest.param(trouble(garbage=True), {"base": "not_a_hub"}, id="no cloud"),
    ],
)
async def test_error_after_page(
    flows: FlowWalker,
    browser: Browser,
    servers: Servers,
    code_form: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    errors: dict[str, str],
) -> None:
    """What goes wrong when the user is back is told on the form."""
    page = await go_to_page(flows, await start_code(flows), code_form)
    location = await browser.fill_in(page["url"], ANSWERS)
    await spoil(servers)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        await browser.come_back(location)
        form = await flows.resume(page)
    assert form["step_id"] == "hkwhub_code"
    assert form["errors"] == errors
    assert suggested(form) == kept(code_form)
    await repair(servers)
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_code_too_old(
    flows: FlowWalker, browser: Browser, cloud: HkIotCloud, code_form: dict[str, Any]
) -> None:
    """A code lives for a minute; the next one may be in time."""
    cloud.office.code_seconds = -1
    form = await start_code(flows)
    form = await sign_in_on_page(flows, browser, form, code_form)
    assert form["errors"] == {"base": "code_rejected"}
    cloud.office.code_seconds = 60
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("entered", "errors"),
    [
        ({"client_id": ""}, {"client_id": "invalid_client"}),
        ({"client_secret": " "}, {"client_secret": "invalid_client"}),
        ({"advanced": {"url": "ftp://127.0.0.1"}}, {"base": "invalid_address"}),
    ],
    ids=["client id", "client secret", "address"],
)
async def test_error_before_page(
    flows: FlowWalker,
    browser: Browser,
    code_form: dict[str, Any],
    entered: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """What cannot be right is told before the user goes to the page."""
    form = await flows.answer(await start_code(flows), code_form | entered)
    assert form["errors"] == errors
    assert suggested(form) == kept(code_form | entered)
    result = await sign_in_on_page(flows, browser, form, code_form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
