"""Adding an account by way of Thing+'s page: no password comes to Home Assistant."""

from typing import Final

import pytest
from yarl import URL

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.config_entry_oauth2_flow import MY_AUTH_CALLBACK_PATH
from tests.bridges.browser import REDIRECT_URL, Browser, refusal
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.bridges.page import ANSWERS, go_to_page, sign_in, sign_in_on_page
from tests.simulators.thingplus import ThingplusSimulator

from .conftest import (
    CLIENT,
    CLIENT_ID,
    CLIENT_SECRET,
    GRACE,
    WAYS,
    add_account,
    created,
    make_impatient,
    open_form,
)
from .mishaps import (
    Spoil,
    ada_of,
    lists,
    only_scopes,
    repair,
    secret_changed,
    tokens,
    user_blocked,
)
from .test_flow import digest

STEP: Final = "thingplus_code"


@pytest.mark.parametrize(
    ("components", "redirect_url"),
    [((), REDIRECT_URL), (("my",), MY_AUTH_CALLBACK_PATH)],
    ids=["direct", "my"],
)
async def test_round_trip(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    flows: FlowWalker,
    browser: Browser,
    components: tuple[str, ...],
    redirect_url: str,
) -> None:
    """The user signs in on the page; the entry holds no user name and no password."""
    for component in components:
        hass.config.components.add(component)
    form = await open_form(flows, server, STEP)
    assert form["step_id"] == STEP
    assert fields(form) == list(CLIENT)
    assert suggested(form) == {}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["redirect_url"] == redirect_url

    page = await go_to_page(flows, form, CLIENT)
    assert page["url"].startswith(f"{server.api}/oauth2/authorize?")
    query = URL(page["url"]).query
    assert query["client_id"] == CLIENT_ID
    assert query["redirect_uri"] == redirect_url
    assert CLIENT_SECRET not in page["url"]

    result = await sign_in(flows, browser, page)
    entry = created(result)
    assert entry.title == "Thing+ (127.0.0.1)"
    ada = ada_of(server).id
    assert entry.unique_id == f"thingplus_{digest(server.api + ada)}"
    data = dict(entry.data)
    token = data.pop("token")
    assert token["access_token"] == server.office.issued[-1].token
    assert token["expires_in"] == 15 * 24 * 3600
    assert data == {
        "bridge": "thingplus",
        "url": server.api,
        "sign_in": "code",
        "user_id": ada,
        **CLIENT,
    }
    assert entry.state is ConfigEntryState.LOADED


async def test_no_browser(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """A flow that no browser drives gives the server no page to come back to."""
    flows.base_url = None
    result = await open_form(flows, server, STEP)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


async def test_page_opened_again(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator
) -> None:
    """Who closed the page may open it again."""
    first = await go_to_page(flows, await open_form(flows, server, STEP), CLIENT)
    second = await flows.resume(first)
    assert second["type"] is FlowResultType.EXTERNAL_STEP
    created(await sign_in(flows, browser, second))


async def test_already_configured(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator
) -> None:
    """Only the page tells who it is; who is set up another way is told so."""
    await add_account(flows, server, WAYS["password"])
    form = await open_form(flows, server, STEP)
    result = await sign_in_on_page(flows, browser, form, CLIENT)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_users_of_one_application(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator
) -> None:
    """An application may serve several accounts."""
    form = await open_form(flows, server, STEP)
    ada = created(await sign_in_on_page(flows, browser, form, CLIENT))
    form = await open_form(flows, server, STEP)
    grace = created(await sign_in_on_page(flows, browser, form, CLIENT, **GRACE))
    assert ada.data["user_id"] != grace.data["user_id"]


@pytest.mark.parametrize("kind", ["address", "button"])
async def test_denied(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator, kind: str
) -> None:
    """Who does not consent comes back to the form, and may think again."""
    page = await go_to_page(flows, await open_form(flows, server, STEP), CLIENT)
    denied = {
        "address": refusal(page["url"]),
        "button": await browser.fill_in(page["url"], ANSWERS | {"decision": "deny"}),
    }
    await browser.come_back(denied[kind])
    form = await flows.resume(page)
    assert form["step_id"] == STEP
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(CLIENT)
    created(await sign_in_on_page(flows, browser, form, CLIENT))


AFTER_PAGE: Final[dict[str, tuple[Spoil, dict[str, str]]]] = {
    "secret": (secret_changed, {"client_id": "invalid_client"}),
    "blocked": (user_blocked, {"base": "grant_refused"}),
    "token: 400": (tokens(status=400), {"base": "code_rejected"}),
    "token: 500": (tokens(status=500), {"base": "cannot_connect"}),
    "token: page": (tokens(garbage="html"), {"base": "unexpected_answer"}),
    "token: cut off": (tokens(drop=True), {"base": "cannot_connect"}),
    "token: silence": (tokens(hang=True), {"base": "timeout_connect"}),
    "no site-read": (only_scopes("gateway"), {"base": "no_site_scope"}),
    "no gateway": (only_scopes("site-read"), {"base": "no_gateway_scope"}),
    "lists: 401": (lists(status=401), {"base": "invalid_auth"}),
    "lists: 500": (lists(status=500), {"base": "cannot_connect"}),
    "lists: page": (lists(garbage="html"), {"base": "not_a_thingplus"}),
    "lists: silence": (lists(hang=True), {"base": "timeout_connect"}),
}


@pytest.mark.parametrize(("spoil", "errors"), AFTER_PAGE.values(), ids=AFTER_PAGE)
async def test_error_after_page(
    flows: FlowWalker,
    browser: Browser,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    errors: dict[str, str],
) -> None:
    """What goes wrong when the user is back is told on the form."""
    page = await go_to_page(flows, await open_form(flows, server, STEP), CLIENT)
    location = await browser.fill_in(page["url"], ANSWERS)
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        await browser.come_back(location)
        form = await flows.resume(page)
    assert form["step_id"] == STEP
    assert form["errors"] == errors
    assert suggested(form) == kept(CLIENT)
    repair(server)
    created(await sign_in_on_page(flows, browser, form, CLIENT))


async def test_code_that_is_none(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator
) -> None:
    """A code that the server has not given is refused; the next one is right."""
    page = await go_to_page(flows, await open_form(flows, server, STEP), CLIENT)
    state = URL(page["url"]).query["state"]
    await browser.come_back(URL(REDIRECT_URL).with_query(code="made-up", state=state))
    form = await flows.resume(page)
    assert form["errors"] == {"base": "code_rejected"}
    created(await sign_in_on_page(flows, browser, form, CLIENT))


async def test_code_that_is_too_old(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator
) -> None:
    """A code lives for ten minutes only."""
    server.office.code_life = 0
    page = await go_to_page(flows, await open_form(flows, server, STEP), CLIENT)
    form = await sign_in(flows, browser, page)
    assert form["errors"] == {"base": "code_rejected"}
    server.office.code_life = 600
    created(await sign_in_on_page(flows, browser, form, CLIENT))


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
async def test_error_before_page(
    flows: FlowWalker, browser: Browser, server: ThingplusSimulator, name: str
) -> None:
    """What cannot be right is told before the user goes to the page."""
    entered = CLIENT | {name: " "}
    form = await flows.answer(await open_form(flows, server, STEP), entered)
    assert form["errors"] == {name: "invalid_client"}
    assert suggested(form) == kept(entered)
    created(await sign_in_on_page(flows, browser, form, CLIENT))
