"""Signing in again, each way."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from tests.bridges.browser import Browser, refusal
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.bridges.page import go_to_page, sign_in, sign_in_on_page
from tests.simulators.wotkit import WotkitServer

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE_FORM,
    KEY_ID,
    KEY_PASSWORD,
    OTHER_KEY_ID,
    OTHER_KEY_PASSWORD,
    OTHER_PASSWORD,
    OTHER_USER,
    PASSWORD,
    USERNAME,
    AddAccount,
    choose_sensors,
    make_impatient,
    open_form,
    start_code,
)
from .mishaps import Spoil, lists, repair, set_secret

KEY: Final = {"username": KEY_ID, "password": KEY_PASSWORD}
NEW_KEY: Final = {"username": "5555666677778888", "password": "another-key-password"}
OTHER_KEY: Final = {"username": OTHER_KEY_ID, "password": OTHER_KEY_PASSWORD}
GRANT: Final = {
    "password": PASSWORD,
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}


@pytest.fixture
async def code_entry(
    flows: FlowWalker, browser: Browser, server: WotkitServer
) -> ConfigEntry[Any]:
    """An entry that was made on WoTKit's page."""
    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    entry: ConfigEntry[Any] = (await choose_sensors(flows, form))["result"]
    return entry


async def restart(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Let a restart find that the sign-in is not accepted any more."""
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR


def changes(entry: ConfigEntry[Any], before: dict[str, Any]) -> set[str]:
    """Return the names of data that are not what they were."""
    return {
        name
        for name in entry.data.keys() | before
        if entry.data.get(name) != before.get(name)
    }


def entities(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of an entry's entities in the registry."""
    registry = er.async_get(hass)
    return {
        entity.id
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    }


def assert_done(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Check that an entry works and that nothing is left to do."""
    assert entry.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert not [
        issue_id
        for _, issue_id in ir.async_get(hass).issues
        if issue_id.startswith(f"config_entry_reauth_{DOMAIN}")
    ]


async def test_another_key(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    add_account: AddAccount,
) -> None:
    """A key that was taken back gives way to another one; all entities stay."""
    entry = await add_account("key", choice="both")
    before, former, known = dict(entry.data), entry.unique_id, entities(hass, entry)
    options = dict(entry.options)
    assert known
    server.remove_key(KEY_ID)
    await restart(hass, entry)

    form = await flows.open_reauth(entry)
    assert form["step_id"] == "wotkit_reauth_key"
    assert fields(form) == list(KEY)
    assert suggested(form) == {"username": KEY_ID}
    form = await flows.answer(form, KEY)
    assert form["errors"] == {"password": "invalid_key"}
    assert suggested(form) == {"username": KEY_ID}

    server.add_key(USERNAME, NEW_KEY["username"], NEW_KEY["password"])
    result = await flows.answer(form, NEW_KEY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"username", "password"}
    assert entry.unique_id != former
    assert entry.options == options
    assert entities(hass, entry) == known
    assert_done(hass, entry)


async def test_same_key(
    hass: HomeAssistant, flows: FlowWalker, add_account: AddAccount
) -> None:
    """A key that works after all is as good."""
    entry = await add_account("key")
    before = dict(entry.data)
    form = await flows.reauth(entry)
    form = await flows.answer(form, KEY | {"username": " "})
    assert form["errors"] == {"username": "invalid_key"}
    result = await flows.answer(form, KEY)
    assert result["reason"] == "reauth_successful"
    assert dict(entry.data) == before
    assert_done(hass, entry)


async def test_key_of_somebody_else(flows: FlowWalker, add_account: AddAccount) -> None:
    """A key whose sensors belong to somebody else is not taken."""
    entry = await add_account("key")
    before = dict(entry.data)
    form = await flows.answer(await flows.reauth(entry), OTHER_KEY)
    assert form["step_id"] == "wotkit_reauth_key"
    assert form["errors"] == {"base": "wrong_account"}
    assert suggested(form) == kept(OTHER_KEY)
    assert dict(entry.data) == before
    result = await flows.answer(form, KEY)
    assert result["reason"] == "reauth_successful"


async def test_owner_is_not_known_any_more(
    server: WotkitServer, flows: FlowWalker, add_account: AddAccount
) -> None:
    """Where the key sees no own sensors nothing can be said against it."""
    entry = await add_account("key", choice="both")
    server.add_user("charles", "engine")
    server.add_key("charles", NEW_KEY["username"], NEW_KEY["password"])
    result = await flows.answer(await flows.reauth(entry), NEW_KEY)
    assert result["reason"] == "reauth_successful"
    # What was known before is remembered.
    assert entry.data["owner"] == USERNAME


async def test_owner_was_not_known(server: WotkitServer, flows: FlowWalker) -> None:
    """Nor where there were none when the account was added; now it is known."""
    server.add_user("charles", "engine")
    server.add_key("charles", NEW_KEY["username"], NEW_KEY["password"])
    form = await flows.answer(await open_form(flows, server, "wotkit_key"), NEW_KEY)
    entry = (await choose_sensors(flows, form))["result"]
    result = await flows.answer(await flows.reauth(entry), KEY)
    assert result["reason"] == "reauth_successful"
    assert entry.data["owner"] == USERNAME


async def test_key_of_another_entry(
    server: WotkitServer, flows: FlowWalker, add_account: AddAccount
) -> None:
    """Two entries do not share one key."""
    await add_account("key")
    server.add_user("charles", "engine")
    server.add_key("charles", NEW_KEY["username"], NEW_KEY["password"])
    form = await flows.answer(await open_form(flows, server, "wotkit_key"), NEW_KEY)
    entry = (await choose_sensors(flows, form))["result"]
    result = await flows.answer(await flows.reauth(entry), KEY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data["username"] == NEW_KEY["username"]


async def test_user(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    add_account: AddAccount,
) -> None:
    """The password has changed; the user name is shown and stays."""
    entry = await add_account("user")
    before = dict(entry.data)
    server.add_user(USERNAME, "a new one")
    await restart(hass, entry)
    form = await flows.open_reauth(entry)
    assert form["step_id"] == "wotkit_reauth_user"
    assert fields(form) == ["password"]
    assert (form["description_placeholders"] or {})["username"] == USERNAME
    form = await flows.answer(form, {"password": PASSWORD})
    assert form["errors"] == {"password": "invalid_auth"}
    assert suggested(form) == {}
    result = await flows.answer(form, {"password": "a new one"})
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"password"}
    assert_done(hass, entry)


async def test_password_grant(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    add_account: AddAccount,
) -> None:
    """Tokens that were taken back give way to others; the application may change."""
    entry = await add_account("password_grant")
    before, former = dict(entry.data), entry.unique_id
    server.revoke_all()
    server.add_application("other", "other-secret", ())
    await restart(hass, entry)
    form = await flows.open_reauth(entry)
    assert form["step_id"] == "wotkit_reauth_password"
    assert fields(form) == list(GRANT)
    assert suggested(form) == {"client_id": CLIENT_ID}
    assert (form["description_placeholders"] or {})["username"] == USERNAME
    for mistake, errors in (
        ({"password": "wrong"}, {"password": "invalid_auth"}),
        ({"client_secret": "wrong"}, {"client_id": "invalid_client"}),
        ({"client_secret": " "}, {"client_secret": "invalid_client"}),
    ):
        form = await flows.answer(form, GRANT | mistake)
        assert form["errors"] == errors
        assert suggested(form) == {"client_id": CLIENT_ID}
    other = {"client_id": "other", "client_secret": "other-secret"}
    result = await flows.answer(form, GRANT | other)
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"token", "client_id", "client_secret"}
    assert entry.unique_id == former
    assert_done(hass, entry)


async def test_page(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
) -> None:
    """A token that ends while no browser is there is asked for all the same."""
    before = dict(code_entry.data)
    server.revoke_all()
    await restart(hass, code_entry)
    question = await flows.open_reauth(code_entry)
    assert question["step_id"] == "wotkit_reauth_code"
    assert fields(question) == []
    page = await go_to_page(flows, question, {})
    result = await sign_in(flows, browser, page)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert changes(code_entry, before) == {"token"}
    assert_done(hass, code_entry)


async def test_page_with_mistakes(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    browser: Browser,
    code_entry: ConfigEntry[Any],
) -> None:
    """Who refuses, or whose application has another secret, gets a form to mend it."""
    page = await go_to_page(flows, await flows.reauth(code_entry), {})
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["step_id"] == "wotkit_code"
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(CODE_FORM)
    set_secret(server, "renewed")
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    assert form["errors"] == {"client_id": "invalid_client"}
    renewed = CODE_FORM | {"client_secret": "renewed"}
    result = await sign_in_on_page(flows, browser, form, renewed)
    assert result["reason"] == "reauth_successful"
    assert code_entry.data["client_secret"] == "renewed"
    assert_done(hass, code_entry)


async def test_page_as_somebody_else(
    flows: FlowWalker, browser: Browser, code_entry: ConfigEntry[Any]
) -> None:
    """Who signs in on the page as somebody else is told."""
    before = dict(code_entry.data)
    page = await go_to_page(flows, await flows.reauth(code_entry), {})
    form = await sign_in(
        flows, browser, page, username=OTHER_USER, password=OTHER_PASSWORD
    )
    assert form["step_id"] == "wotkit_code"
    assert form["errors"] == {"base": "wrong_account"}
    assert dict(code_entry.data) == before
    result = await sign_in_on_page(flows, browser, form, CODE_FORM)
    assert result["reason"] == "reauth_successful"


async def test_page_without_browser(
    flows: FlowWalker, code_entry: ConfigEntry[Any]
) -> None:
    """Without a browser there is no way to the page."""
    flows.base_url = None
    question = await flows.reauth(code_entry)
    result = await flows.answer(question, {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


@pytest.mark.parametrize(
    ("sign_in_way", "answer"),
    [("key", KEY), ("user", {"password": PASSWORD}), ("password_grant", GRANT)],
)
@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        pytest.param(lists(status=500), "cannot_connect", id="500"),
        pytest.param(lists(garbage=True), "not_a_wotkit", id="garbage"),
        pytest.param(lists(hang=True), "timeout_connect", id="silence"),
    ],
)
async def test_server_in_trouble(
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    monkeypatch: pytest.MonkeyPatch,
    sign_in_way: str,
    answer: dict[str, Any],
    spoil: Spoil,
    key: str,
) -> None:
    """A server in trouble is told, and asked again."""
    entry = await add_account(sign_in_way)
    form = await flows.reauth(entry)
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, answer)
    assert form["errors"] == {"base": key}
    repair(server)
    result = await flows.answer(form, answer)
    assert result["reason"] == "reauth_successful"
