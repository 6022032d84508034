"""Adding an account each way that needs no browser."""

import hashlib
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.wotkit import WotkitServer

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEY_ID,
    KEY_PASSWORD,
    OTHER_KEY_ID,
    OTHER_KEY_PASSWORD,
    PASSWORD,
    USERNAME,
    WAYS,
    AddAccount,
    Way,
    add_stranger,
    choose_sensors,
    open_form,
)

# What is stored beside server, bridge and owner.
STORED: dict[str, dict[str, str]] = {
    "key": {"username": KEY_ID, "password": KEY_PASSWORD},
    "user": {"username": USERNAME, "password": PASSWORD},
    "password_grant": {
        "username": USERNAME,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    },
}


def digest(text: str) -> str:
    """Return what stands for a secret in a unique id."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def test_menu(flows: FlowWalker, server: WotkitServer) -> None:
    """The server is asked for, without a default; a key is the first way."""
    form = await flows.start("wotkit")
    assert fields(form) == ["url"]
    assert suggested(form) == {}
    menu = await flows.answer(form, {"url": server.url})
    assert menu["step_id"] == "wotkit_sign_in"
    assert menu["menu_options"] == [
        "wotkit_key",
        "wotkit_user",
        "wotkit_code",
        "wotkit_password",
    ]


async def test_sign_in(flows: FlowWalker, server: WotkitServer, way: Way) -> None:
    """Each way leads to an entry; the password of the grant is forgotten."""
    form = await open_form(flows, server, way.step)
    assert form["step_id"] == way.step
    assert fields(form) == list(way.form)
    assert suggested(form) == {}
    result = await choose_sensors(flows, await flows.answer(form, way.form))

    assert result["title"] == "WoTKit (127.0.0.1)"
    entry = result["result"]
    name = STORED[way.name]["username"]
    assert entry.unique_id == f"wotkit_{digest(server.api + name)}"
    data = dict(entry.data)
    token = data.pop("token", None)
    assert (token is not None) == (way.name == "password_grant")
    assert data == {
        "bridge": "wotkit",
        "url": server.api,
        "sign_in": way.name,
        "owner": USERNAME,
        **STORED[way.name],
    }
    assert entry.options == {"choice": "contributed"}
    assert entry.state is ConfigEntryState.LOADED


async def test_pages_are_named(flows: FlowWalker, server: WotkitServer) -> None:
    """The forms say where the server shows keys and applications."""
    form = await open_form(flows, server, "wotkit_key")
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["keys_page"] == f"{server.url}/wotkit/keys"
    assert placeholders["apps_page"] == f"{server.url}/wotkit/apps"


@pytest.mark.parametrize(
    "written",
    ["{url}", " {url}/ ", "{url}/api", "{url}/api/v1/", "{url}/wotkit/keys"],
    ids=["host", "blanks", "api", "version", "page"],
)
async def test_address_as_people_write_it(
    flows: FlowWalker, server: WotkitServer, written: str
) -> None:
    """Whatever page of the server is pasted, its API is found and stored."""
    form = await flows.start("wotkit")
    menu = await flows.answer(form, {"url": written.format(url=server.url)})
    form = await flows.choose_steps(menu, "wotkit_key")
    form = await flows.answer(form, WAYS["key"].form)
    result = await choose_sensors(flows, form)
    assert result["data"]["url"] == server.api


async def test_server_below_a_path(flows: FlowWalker, server: WotkitServer) -> None:
    """Some servers have their API at /wotkit/api."""
    server.prefix = "/wotkit"
    form = await open_form(flows, server, "wotkit_key")
    form = await flows.answer(form, WAYS["key"].form)
    result = await choose_sensors(flows, form)
    assert result["data"]["url"] == f"{server.url}/wotkit/api"


@pytest.mark.parametrize(
    ("way_name", "names"),
    [
        ("key", ("username", "password")),
        ("password_grant", ("client_id", "client_secret")),
    ],
)
async def test_pasted_with_blanks(
    flows: FlowWalker, server: WotkitServer, way_name: str, names: tuple[str, ...]
) -> None:
    """Blanks that were copied along do no harm."""
    way = WAYS[way_name]
    blanks = {one: f" {way.form[one][:4]}\t{way.form[one][4:]}\n" for one in names}
    form = await open_form(flows, server, way.step)
    result = await choose_sensors(flows, await flows.answer(form, way.form | blanks))
    assert {one: way.form[one] for one in names}.items() <= result["data"].items()


@pytest.mark.parametrize("way_name", ["user", "password_grant"])
async def test_user_name_with_blanks(
    flows: FlowWalker, server: WotkitServer, way_name: str
) -> None:
    """Blanks around a user name are no part of it."""
    way = WAYS[way_name]
    form = await open_form(flows, server, way.step)
    form = await flows.answer(form, way.form | {"username": f" {USERNAME}\t"})
    result = await choose_sensors(flows, form)
    assert result["data"]["username"] == USERNAME


@pytest.mark.parametrize("way_name", ["user", "password_grant"])
async def test_password_is_sent_as_it_is(
    flows: FlowWalker, server: WotkitServer, way_name: str
) -> None:
    """A password may have blanks at its ends, and any characters."""
    password = ' pass&wörd:=%20+"雨" '
    server.add_user(USERNAME, password)
    way = WAYS[way_name]
    form = await open_form(flows, server, way.step)
    form = await flows.answer(form, way.form | {"password": password})
    await choose_sensors(flows, form)


async def test_account_without_sensors(flows: FlowWalker, server: WotkitServer) -> None:
    """Whose account is empty nobody knows; it can be added nevertheless."""
    entry = await add_stranger(flows, server)
    assert "owner" not in entry.data
    assert entry.state is ConfigEntryState.LOADED


async def test_already_configured(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount, way: Way
) -> None:
    """The same sign-in is not set up twice; the server is not even asked."""
    entry = await add_account(way.name)
    before = dict(entry.data)
    form = await open_form(flows, server, way.step)
    asked = len(server.requests)
    result = await flows.answer(form, way.form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert dict(entry.data) == before
    assert len(server.requests) == asked


async def test_same_account_another_way(
    flows: FlowWalker, server: WotkitServer, add_account: AddAccount
) -> None:
    """A key and a password of one user are one account: its sensors tell."""
    await add_account("key")
    way = WAYS["user"]
    result = await flows.answer(await open_form(flows, server, way.step), way.form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_at_once(
    hass: HomeAssistant, flows: FlowWalker, server: WotkitServer, way: Way
) -> None:
    """Of two flows for one account the slower one ends when the other is through."""
    await flows.answer(await open_form(flows, server, way.step), way.form)
    second = await flows.answer(await open_form(flows, server, way.step), way.form)
    await choose_sensors(flows, second)
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_taken_while_choosing(flows: FlowWalker, server: WotkitServer) -> None:
    """Another entry may have got the key while the user was choosing sensors."""
    entry = await add_stranger(flows, server)
    way = WAYS["key"]
    choosing = await flows.answer(await open_form(flows, server, way.step), way.form)
    menu = await flows.answer(await flows.reconfigure(entry), {"url": server.url})
    await flows.answer(await flows.choose_steps(menu, way.step), way.form)
    result = await flows.answer(choosing, {"choice": "contributed"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_accounts(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
) -> None:
    """Another key is another account."""
    await add_account("key")
    form = await open_form(flows, server, "wotkit_key")
    other: dict[str, Any] = {"username": OTHER_KEY_ID, "password": OTHER_KEY_PASSWORD}
    await choose_sensors(flows, await flows.answer(form, other))
    assert len(hass.config_entries.async_entries(DOMAIN)) == 2


async def test_other_bridge(hass: HomeAssistant, add_account: AddAccount) -> None:
    """Entries of other bridges have nothing to do with it."""
    MockConfigEntry(domain=DOMAIN, data={"bridge": "ewelink"}).add_to_hass(hass)
    entry = await add_account()
    assert entry.state is ConfigEntryState.LOADED
