"""Changing server or sign-in; all that was set for the sensors stays."""

from typing import Any, Final

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.bridges.page import sign_in_on_page
from tests.simulators.wotkit import WotkitServer, actuator

from .conftest import (
    CLIENT_ID,
    CODE_FORM,
    KEY_ID,
    KEY_PASSWORD,
    PASSWORD,
    SIGN_INS,
    USERNAME,
    WAYS,
    AddAccount,
    add_stranger,
    make_impatient,
)
from .mishaps import MISHAPS, NOBODY, Mishap, repair


async def change(
    flows: FlowWalker, entry: ConfigEntry[Any], url: str, step: str
) -> ConfigFlowResult:
    """Go to the form of a way to sign in, in the flow that reconfigures."""
    form = await flows.reconfigure(entry)
    assert form["step_id"] == "wotkit_reconfigure"
    menu = await flows.answer(form, {"url": url})
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "wotkit_sign_in"
    return await flows.choose_steps(menu, step)


def registered(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of an entry's devices and entities in the registries."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {device.id for device in devices} | {entity.id for entity in entities}


@pytest.mark.parametrize("before", SIGN_INS)
@pytest.mark.parametrize("after", SIGN_INS)
async def test_every_change(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    before: str,
    after: str,
) -> None:
    """From each way to each other, and to itself."""
    entry = await add_account(before, choice="both", silent_minutes=10)
    options, known = dict(entry.options), registered(hass, entry)
    assert known
    way = WAYS[after]
    form = await change(flows, entry, server.url, way.step)
    result = await flows.answer(form, way.form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"] == after
    assert entry.title == "WoTKit (127.0.0.1)"
    assert entry.options == options
    assert entry.state is ConfigEntryState.LOADED
    assert registered(hass, entry) == known


async def test_data_are_replaced(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount
) -> None:
    """Secrets of a way that is not used any more do not stay behind."""
    entry = await add_account("password_grant")
    form = await change(flows, entry, server.url, "wotkit_key")
    await flows.answer(form, WAYS["key"].form)
    assert entry.data == {
        "bridge": "wotkit",
        "url": server.api,
        "sign_in": "key",
        "owner": USERNAME,
        "username": KEY_ID,
        "password": KEY_PASSWORD,
    }


async def test_suggestions(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount
) -> None:
    """A form is filled with what the entry has, but for secrets."""
    entry = await add_account("key")
    assert suggested(await flows.reconfigure(entry)) == {"url": server.api}
    form = await change(flows, entry, server.url, "wotkit_key")
    assert suggested(form) == {"username": KEY_ID}
    form = await change(flows, entry, server.url, "wotkit_user")
    assert suggested(form) == {}
    form = await change(flows, entry, server.url, "wotkit_password")
    await flows.answer(form, WAYS["password_grant"].form)
    form = await change(flows, entry, server.url, "wotkit_password")
    assert suggested(form) == {"username": USERNAME, "client_id": CLIENT_ID}


async def test_web_page(
    flows: FlowWalker, browser: Browser, server: WotkitServer, add_account: AddAccount
) -> None:
    """The web page is one of the ways."""
    entry = await add_account("user")
    form = await change(flows, entry, server.url, "wotkit_code")
    result = await sign_in_on_page(flows, browser, form, CODE_FORM)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"] == "code"
    assert not {"username", "password"} & entry.data.keys()


async def test_other_server(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
) -> None:
    """Another server is another account; nothing is sent to the former one."""
    entry = await add_account("user")
    former, options = entry.unique_id, dict(entry.options)
    other = WotkitServer()
    other.add_user(USERNAME, PASSWORD)
    actuator(other, USERNAME)
    await other.start()
    form = await change(flows, entry, other.url, "wotkit_user")
    asked = len(server.requests)
    result = await flows.answer(form, WAYS["user"].form)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["url"] == other.api
    assert entry.unique_id != former
    assert entry.options == options
    assert entry.state is ConfigEntryState.LOADED
    assert len(server.requests) == asked
    await hass.config_entries.async_unload(entry.entry_id)
    await other.stop()
    assert other.faults == []


@pytest.mark.parametrize(
    ("title", "after"),
    [("Weather", "Weather"), ("WoTKit (wotkit.example.com)", "WoTKit (127.0.0.1)")],
    ids=["own", "given"],
)
async def test_title(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    title: str,
    after: str,
) -> None:
    """A title that the user has chosen stays, and one that was given follows."""
    entry = await add_account("key")
    elsewhere = {**entry.data, "url": "https://wotkit.example.com/api"}
    hass.config_entries.async_update_entry(entry, title=title, data=elsewhere)
    form = await change(flows, entry, server.url, "wotkit_key")
    await flows.answer(form, WAYS["key"].form)
    assert entry.title == after


async def test_already_configured(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount
) -> None:
    """Two entries do not share one sign-in."""
    await add_account("key")
    entry = await add_stranger(flows, server)
    before = dict(entry.data)
    form = await change(flows, entry, server.url, "wotkit_key")
    result = await flows.answer(form, WAYS["key"].form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert dict(entry.data) == before


async def test_wrong_address(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount
) -> None:
    """An address that does not work is shown again, and nothing is changed."""
    entry = await add_account("key")
    before = dict(entry.data)
    form = await flows.reconfigure(entry)
    for typed, key in ((NOBODY, "cannot_connect"), ("http://", "invalid_address")):
        form = await flows.answer(form, {"url": typed})
        assert form["step_id"] == "wotkit_reconfigure"
        assert form["errors"] == {"url": key}
        assert suggested(form) == {"url": typed}
    assert dict(entry.data) == before
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, "wotkit_key")
    result = await flows.answer(form, WAYS["key"].form)
    assert result["reason"] == "reconfigure_successful"


# One of each kind; all are walked through where an account is added.
SOME: Final = [
    mishap
    for mishap in MISHAPS
    if mishap.id in {"key-wrong id", "user-HTTP 500", "password_grant-new secret"}
]


@pytest.mark.parametrize("mishap", SOME)
async def test_mishap(
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """Errors are shown as they are when an account is added."""
    entry = await add_account("key")
    before = dict(entry.data)
    way = WAYS[mishap.way]
    form = await change(flows, entry, server.url, way.step)
    entered = way.form | mishap.entered
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(entered)
    assert dict(entry.data) == before
    repair(server)
    result = await flows.answer(form, way.form)
    assert result["reason"] == "reconfigure_successful"
