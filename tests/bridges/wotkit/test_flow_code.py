"""Adding an account by way of WoTKit's web page: no password comes to Home Assistant."""

from typing import Final

import pytest
from yarl import URL

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges.browser import REDIRECT_URL, Browser, refusal
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.bridges.page import ANSWERS, go_to_page, sign_in, sign_in_on_page
from tests.simulators.wotkit import WotkitServer

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE_FORM,
    OTHER_PASSWORD,
    OTHER_USER,
    USERNAME,
    choose_sensors,
    make_impatient,
    start_code,
)
from .mishaps import Spoil, lists, repair, secret_changed, tokens
from .test_flow import digest


@pytest.mark.parametrize(
    ("components", "redirect_url"),
    [((), REDIRECT_URL), (("my",), MY_AUTH_CALLBACK_PATH)],
    ids=["direct", "my"],
)
async def test_round_trip(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    browser: Browser,
    components: tuple[str, ...],
    redirect_url: str,
) -> None:
    """The user signs in on the page; the entry holds no user name and no password."""
    for component in components:
        hass.config.components.add(component)
    form = await start_code(flows, server)
    assert form["step_id"] == "wotkit_code"
    assert fields(form) == list(CODE_FORM)
    assert suggested(form) == {}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["redirect_url"] == redirect_url

    page = await go_to_page(flows, form, CODE_FORM)
    assert page["url"].startswith(f"{server.api}/oauth/authorize?")
    query = URL(page["url"]).query
    assert query["client_id"] == CLIENT_ID
    assert query["redirect_uri"] == redirect_url
    assert CLIENT_SECRET not in page["url"]

    form = await sign_in(flows, browser, page)
    result = await choose_sensors(flows, form)
    assert result["title"] == "WoTKit (127.0.0.1)"
    entry = result["result"]
    assert entry.unique_id == f"wotkit_{digest(server.api + USERNAME)}"
    data = dict(entry.data)
    token = data.pop("token")
    assert token["access_token"]
    assert token["refresh_token"]
    assert data == {
        "bridge": "wotkit",
        "url": server.api,
        "sign_in": "code",
        "owner": USERNAME,
        **CODE_FORM,
    }
    assert entry.state is ConfigEntryState.LOADED


async def test_no_browser(flows: FlowWalker, server: WotkitServer) -> None:
    """A flow that no browser drives gives the server no page to come back to."""
    flows.base_url = None
    result = await start_code(flows, server)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


async def test_page_opened_again(
    flows: FlowWalker, browser: Browser, server: WotkitServer
) -> None:
    """Who closed the page may open it again."""
    first = await go_to_page(flows, await start_code(flows, server), CODE_FORM)
    second = await flows.resume(first)
    assert second["type"] is FlowResultType.EXTERNAL_STEP
    await choose_sensors(flows, await sign_in(flows, browser, second))


async def test_already_configured(
    flows: FlowWalker, browser: Browser, server: WotkitServer
) -> None:
    """Only the page tells who it is; who is set up already is told so."""
    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    await choose_sensors(flows, form)
    form = await start_code(flows, server)
    result = await sign_in_on_page(flows, browser, form, CODE_FORM)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_users_of_one_application(
    hass: HomeAssistant, flows: FlowWalker, browser: Browser, server: WotkitServer
) -> None:
    """An application may serve several accounts."""
    first = await start_code(flows, server)
    await choose_sensors(flows, await sign_in_on_page(flows, browser, first, CODE_FORM))
    second = await start_code(flows, server)
    grace = {"username": OTHER_USER, "password": OTHER_PASSWORD}
    form = await sign_in_on_page(flows, browser, second, CODE_FORM, **grace)
    await choose_sensors(flows, form)
    owners = {one.data["owner"] for one in hass.config_entries.async_entries(DOMAIN)}
    assert owners == {USERNAME, OTHER_USER}


@pytest.mark.parametrize("kind", ["address", "button"])
async def test_denied(
    flows: FlowWalker, browser: Browser, server: WotkitServer, kind: str
) -> None:
    """Who does not consent comes back to the form, and may think again."""
    page = await go_to_page(flows, await start_code(flows, server), CODE_FORM)
    denied = {
        "address": refusal(page["url"]),
        "button": await browser.fill_in(page["url"], ANSWERS | {"decision": "deny"}),
    }
    await browser.come_back(denied[kind])
    form = await flows.resume(page)
    assert form["step_id"] == "wotkit_code"
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(CODE_FORM)
    await choose_sensors(flows, await sign_in_on_page(flows, browser, form, CODE_FORM))


AFTER_PAGE: Final[dict[str, tuple[Spoil, dict[str, str]]]] = {
    "secret": (secret_changed, {"client_id": "invalid_client"}),
    "token: 400": (tokens(status=400), {"base": "code_rejected"}),
    "token: 500": (tokens(status=500), {"base": "cannot_connect"}),
    "token: garbage": (tokens(garbage=True), {"base": "unexpected_answer"}),
    "token: cut off": (tokens(drop=True), {"base": "cannot_connect"}),
    "token: silence": (tokens(hang=True), {"base": "timeout_connect"}),
    "list: 401": (lists(status=401), {"base": "invalid_auth"}),
    "list: 403": (lists(status=403), {"base": "invalid_auth"}),
    "list: 500": (lists(status=500), {"base": "cannot_connect"}),
    "list: garbage": (lists(garbage=True), {"base": "not_a_wotkit"}),
    "list: silence": (lists(hang=True), {"base": "timeout_connect"}),
}


@pytest.mark.parametrize(("spoil", "errors"), AFTER_PAGE.values(), ids=AFTER_PAGE)
async def test_error_after_page(
    flows: FlowWalker,
    browser: Browser,
    server: WotkitServer,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    errors: dict[str, str],
) -> None:
    """What goes wrong when the user is back is told on the form."""
    page = await go_to_page(flows, await start_code(flows, server), CODE_FORM)
    location = await browser.fill_in(page["url"], ANSWERS)
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        await browser.come_back(location)
        form = await flows.resume(page)
    assert form["step_id"] == "wotkit_code"
    assert form["errors"] == errors
    assert suggested(form) == kept(CODE_FORM)
    repair(server)
    await choose_sensors(flows, await sign_in_on_page(flows, browser, form, CODE_FORM))


async def test_server_down_at_exchange(
    flows: FlowWalker, browser: Browser, server: WotkitServer
) -> None:
    """A server that went away while the user was on its page may come back."""
    page = await go_to_page(flows, await start_code(flows, server), CODE_FORM)
    location = await browser.fill_in(page["url"], ANSWERS)
    await server.stop()
    await browser.come_back(location)
    form = await flows.resume(page)
    assert form["errors"] == {"base": "cannot_connect"}
    await server.start()
    await choose_sensors(flows, await sign_in_on_page(flows, browser, form, CODE_FORM))


async def test_code_that_is_none(
    flows: FlowWalker, browser: Browser, server: WotkitServer
) -> None:
    """A code that the server has not given is refused; the next one is right."""
    page = await go_to_page(flows, await start_code(flows, server), CODE_FORM)
    state = URL(page["url"]).query["state"]
    await browser.come_back(URL(REDIRECT_URL).with_query(code="made-up", state=state))
    form = await flows.resume(page)
    assert form["errors"] == {"base": "code_rejected"}
    await choose_sensors(flows, await sign_in_on_page(flows, browser, form, CODE_FORM))


@pytest.mark.parametrize(
    ("entered", "errors"),
    [
        ({"client_id": ""}, {"client_id": "invalid_client"}),
        ({"client_secret": " "}, {"client_secret": "invalid_client"}),
    ],
    ids=["client id", "client secret"],
)
async def test_error_before_page(
    flows: FlowWalker,
    browser: Browser,
    server: WotkitServer,
    entered: dict[str, str],
    errors: dict[str, str],
) -> None:
    """What cannot be right is told before the user goes to the page."""
    form = await flows.answer(await start_code(flows, server), CODE_FORM | entered)
    assert form["errors"] == errors
    assert suggested(form) == kept(CODE_FORM | entered)
    await choose_sensors(flows, await sign_in_on_page(flows, browser, form, CODE_FORM))
