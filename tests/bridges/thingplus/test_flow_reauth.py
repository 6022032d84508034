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
from tests.simulators.thingplus import ThingplusSimulator

from .conftest import (
    CLIENT,
    CLIENT_ID,
    GRACE,
    OTHER_USER,
    PASSWORD,
    USERNAME,
    WAYS,
    CreateEntry,
    add_account,
    make_impatient,
)
from .mishaps import Spoil, ada_of, lists, no_password_grant, password_changed, repair

AGAIN: Final = {"password": PASSWORD, **CLIENT}


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


async def test_new_password(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    flows: FlowWalker,
    create_entry: CreateEntry,
) -> None:
    """The password has changed and the tokens have ended; all entities stay."""
    entry = await create_entry(options={"meters": ["power"]})
    before, former, known = dict(entry.data), entry.unique_id, entities(hass, entry)
    assert known
    password_changed(server)
    server.revoke_all()
    await restart(hass, entry)

    form = await flows.open_reauth(entry)
    assert form["step_id"] == "thingplus_reauth_password"
    assert fields(form) == ["password", "client_id", "client_secret"]
    assert suggested(form) == {"client_id": CLIENT_ID}
    assert (form["description_placeholders"] or {})["username"] == USERNAME
    form = await flows.answer(form, AGAIN)
    assert form["errors"] == {"password": "invalid_auth"}
    assert suggested(form) == {"client_id": CLIENT_ID}

    result = await flows.answer(form, AGAIN | {"password": "another one"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"password_hash", "token"}
    assert entry.unique_id == former
    assert entry.options == {"meters": ["power"]}
    assert entities(hass, entry) == known
    assert_done(hass, entry)


async def test_application_that_was_created(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    flows: FlowWalker,
) -> None:
    """Its secret has never been shown to the user, who need not know it."""
    entry = await add_account(flows, server, WAYS["create"])
    before = dict(entry.data)
    password_changed(server)
    server.revoke_all()
    await restart(hass, entry)
    form = await flows.open_reauth(entry)
    entered = {"client_id": entry.data["client_id"]}
    form = await flows.answer(form, entered | {"password": PASSWORD})
    assert form["errors"] == {"password": "invalid_auth"}
    result = await flows.answer(form, entered | {"password": "another one"})
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"password_hash", "token"}
    assert_done(hass, entry)


async def test_secret_is_of_another_application(
    server: ThingplusSimulator, flows: FlowWalker, create_entry: CreateEntry
) -> None:
    """The secret that is there goes with its own application only."""
    entry = await create_entry()
    form = await flows.reauth(entry)
    asked = len(server.requests)
    entered = {"password": PASSWORD, "client_id": "other"}
    form = await flows.answer(form, entered)
    assert form["errors"] == {"client_secret": "invalid_client"}
    assert len(server.requests) == asked


async def test_other_application(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    flows: FlowWalker,
    create_entry: CreateEntry,
) -> None:
    """An application that was deleted gives way to another one."""
    entry = await create_entry()
    before = dict(entry.data)
    server.add_client("other", "other-secret", user=ada_of(server))
    form = await flows.reauth(entry)
    for mistake, errors in (
        ({"client_secret": "wrong"}, {"client_id": "invalid_client"}),
        ({"client_secret": " "}, {"client_secret": "invalid_client"}),
        ({"client_id": ""}, {"client_id": "invalid_client"}),
    ):
        form = await flows.answer(form, AGAIN | mistake)
        assert form["errors"] == errors
    other = {"client_id": "other", "client_secret": "other-secret"}
    result = await flows.answer(form, AGAIN | other)
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"token", "client_id", "client_secret"}
    assert_done(hass, entry)


async def test_grant_refused(
    server: ThingplusSimulator, flows: FlowWalker, create_entry: CreateEntry
) -> None:
    """An application may have lost what it was allowed."""
    entry = await create_entry()
    before = dict(entry.data)
    no_password_grant(server)
    form = await flows.answer(await flows.reauth(entry), AGAIN)
    assert form["errors"] == {"base": "grant_refused"}
    assert dict(entry.data) == before
    repair(server)
    result = await flows.answer(form, AGAIN)
    assert result["reason"] == "reauth_successful"


async def test_name_of_somebody_else(
    server: ThingplusSimulator, flows: FlowWalker, create_entry: CreateEntry
) -> None:
    """A user name that has gone to somebody else is another account."""
    entry = await create_entry()
    before = dict(entry.data)
    ada_of(server).login_id = "countess"
    server.add_user(USERNAME, PASSWORD)
    form = await flows.answer(await flows.reauth(entry), AGAIN)
    assert form["step_id"] == "thingplus_reauth_password"
    assert form["errors"] == {"base": "wrong_account"}
    assert dict(entry.data) == before
    server.remove_user(USERNAME)
    countess = server.find_user("countess")
    assert countess is not None
    countess.login_id = USERNAME
    result = await flows.answer(form, AGAIN)
    assert result["reason"] == "reauth_successful"


async def test_page(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    flows: FlowWalker,
    browser: Browser,
    create_entry: CreateEntry,
) -> None:
    """A token that ends while no browser is there is asked for all the same."""
    entry = await create_entry(sign_in="code")
    before, former = dict(entry.data), entry.unique_id
    server.revoke_all()
    await restart(hass, entry)
    question = await flows.open_reauth(entry)
    assert question["step_id"] == "thingplus_reauth_code"
    assert fields(question) == []
    page = await go_to_page(flows, question, {})
    result = await sign_in(flows, browser, page)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert changes(entry, before) == {"token"}
    assert entry.unique_id == former
    assert_done(hass, entry)


async def test_page_with_mistakes(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    flows: FlowWalker,
    browser: Browser,
    create_entry: CreateEntry,
) -> None:
    """Who refuses, or whose application has another secret, gets a form to mend it."""
    entry = await create_entry(sign_in="code")
    page = await go_to_page(flows, await flows.reauth(entry), {})
    await browser.come_back(refusal(page["url"]))
    form = await flows.resume(page)
    assert form["step_id"] == "thingplus_code"
    assert form["errors"] == {"base": "authorize_rejected"}
    assert suggested(form) == kept(CLIENT)
    server.clients[CLIENT_ID].secret = "renewed"
    form = await sign_in_on_page(flows, browser, form, CLIENT)
    assert form["errors"] == {"client_id": "invalid_client"}
    renewed = CLIENT | {"client_secret": "renewed"}
    result = await sign_in_on_page(flows, browser, form, renewed)
    assert result["reason"] == "reauth_successful"
    assert entry.data["client_secret"] == "renewed"
    assert_done(hass, entry)


async def test_page_as_somebody_else(
    flows: FlowWalker, browser: Browser, create_entry: CreateEntry
) -> None:
    """Who signs in on the page as somebody else is told."""
    entry = await create_entry(sign_in="code")
    before = dict(entry.data)
    page = await go_to_page(flows, await flows.reauth(entry), {})
    form = await sign_in(flows, browser, page, **GRACE)
    assert form["step_id"] == "thingplus_code"
    assert form["errors"] == {"base": "wrong_account"}
    assert dict(entry.data) == before
    result = await sign_in_on_page(flows, browser, form, CLIENT)
    assert result["reason"] == "reauth_successful"


async def test_user_was_not_known(
    server: ThingplusSimulator, flows: FlowWalker, create_entry: CreateEntry
) -> None:
    """Where no token has told it nothing can be said; then it is known."""
    entry = await create_entry(set_up=False, knows_user=False)
    assert "user_id" not in entry.data
    former = entry.unique_id
    result = await flows.answer(await flows.reauth(entry), AGAIN)
    assert result["reason"] == "reauth_successful"
    assert entry.data["user_id"] == ada_of(server).id
    assert entry.unique_id != former


async def test_account_of_another_entry(
    server: ThingplusSimulator, flows: FlowWalker, create_entry: CreateEntry
) -> None:
    """Two entries are not for one account."""
    await create_entry(username=OTHER_USER)
    entry = await create_entry(set_up=False, knows_user=False)
    grace, ada = server.find_user(OTHER_USER), ada_of(server)
    assert grace is not None
    grace.login_id, ada.login_id = USERNAME, "countess"
    password = {"password": GRACE["password"]}
    result = await flows.answer(await flows.reauth(entry), AGAIN | password)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert "user_id" not in entry.data


async def test_page_without_browser(
    flows: FlowWalker, create_entry: CreateEntry
) -> None:
    """Without a browser there is no way to the page."""
    entry = await create_entry(sign_in="code")
    flows.base_url = None
    question = await flows.reauth(entry)
    result = await flows.answer(question, {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_needs_browser"


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        pytest.param(lists(status=500), "cannot_connect", id="500"),
        pytest.param(lists(garbage="html"), "not_a_thingplus", id="page"),
        pytest.param(lists(hang=True), "timeout_connect", id="silence"),
    ],
)
async def test_server_in_trouble(
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Spoil,
    key: str,
) -> None:
    """A server in trouble is told, and asked again."""
    entry = await create_entry()
    form = await flows.reauth(entry)
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, AGAIN)
    assert form["errors"] == {"base": key}
    repair(server)
    result = await flows.answer(form, AGAIN)
    assert result["reason"] == "reauth_successful"
