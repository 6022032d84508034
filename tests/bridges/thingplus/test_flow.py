"""Adding an account each way that needs no browser."""

import hashlib
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus import flow as flow_module
from custom_components.iot_bridge.bridges.thingplus.client import PRESETS
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from tests.bridges.flow_walker import TEXTS, FlowWalker, fields, suggested
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, sample_world

from .conftest import (
    CLIENT,
    GRACE,
    PASSWORD_HASH,
    USERNAME,
    WAYS,
    Way,
    add_account,
    choose_server,
    created,
    open_form,
)
from .mishaps import NOBODY, ada_of

PASSWORD_WAY = WAYS["password"]


def digest(text: str) -> str:
    """Return what stands for an account in a unique id."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def test_menu(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """The servers of Thing+ are offered, and any other; then the ways to sign in."""
    form = await flows.start("thingplus")
    assert fields(form) == ["server"]
    assert suggested(form) == {"server": "commercial"}
    form = await flows.answer(form, {"server": "own"})
    assert form["step_id"] == "thingplus_address"
    assert fields(form) == ["url"]
    assert suggested(form) == {}
    menu = await flows.answer(form, {"url": server.url})
    assert menu["step_id"] == "thingplus_sign_in"
    assert menu["menu_options"] == [
        "thingplus_create",
        "thingplus_password",
        "thingplus_code",
    ]


async def test_password(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """Client, user and the hash of the password are stored, the password is not."""
    form = await open_form(flows, server, "thingplus_password")
    assert fields(form) == ["client_id", "client_secret", "username", "password"]
    assert suggested(form) == {}
    result = await flows.answer(form, PASSWORD_WAY.form)

    assert result["title"] == "Thing+ (127.0.0.1)"
    entry = created(result)
    ada = ada_of(server).id
    assert entry.unique_id == f"thingplus_{digest(server.api + ada)}"
    data = dict(entry.data)
    token = data.pop("token")
    assert token["access_token"] == server.office.issued[-1].token
    assert token["expires_in"] == 90 * 24 * 3600
    assert data == {
        "bridge": "thingplus",
        "url": server.api,
        "sign_in": "password_grant",
        "user_id": ada,
        "username": USERNAME,
        "password_hash": PASSWORD_HASH,
        **CLIENT,
    }
    assert entry.options == {}
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("preset", ["commercial", "eu", "sandbox"])
async def test_server_of_thingplus(
    flows: FlowWalker,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
    preset: str,
) -> None:
    """Who chooses one of them is asked for no address; nothing is asked of it yet."""
    assert PRESETS.keys() == {"commercial", "eu", "sandbox"}
    presets = dict.fromkeys(PRESETS, URL(f"{NOBODY}/v2"))
    presets[preset] = URL(server.api)
    monkeypatch.setattr(flow_module, "PRESETS", presets)
    menu = await flows.answer(await flows.start("thingplus"), {"server": preset})
    assert menu["step_id"] == "thingplus_sign_in"
    assert not server.requests
    form = await flows.choose_steps(menu, PASSWORD_WAY.step)
    entry = created(await flows.answer(form, PASSWORD_WAY.form))
    assert entry.data["url"] == server.api


async def test_unknown_server(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """There are no others to choose."""
    form = await flows.start("thingplus")
    with pytest.raises(InvalidData):
        await flows.answer(form, {"server": "moon"})
    await choose_server(flows, form, server.url)


@pytest.mark.parametrize(
    "written",
    ["{url}", " {url}/ ", "{url}/v2", "{url}/v2/", "{url}/v1", "{url}/v2/gateways"],
    ids=["host", "blanks", "version", "slash", "old version", "resource"],
)
async def test_address_as_people_write_it(
    flows: FlowWalker, server: ThingplusSimulator, written: str
) -> None:
    """Whatever is pasted, the API is found and stored."""
    form = await flows.start("thingplus")
    menu = await choose_server(flows, form, written.format(url=server.url))
    form = await flows.choose_steps(menu, PASSWORD_WAY.step)
    entry = created(await flows.answer(form, PASSWORD_WAY.form))
    assert entry.data["url"] == server.api


async def test_branded_server(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """A customer's server has its API below the page of the service."""
    server.base_path = "/api"
    entry = await add_account(flows, server, PASSWORD_WAY)
    assert entry.data["url"] == f"{server.url}/api"
    assert entry.state is ConfigEntryState.LOADED


async def test_pasted_with_blanks(
    flows: FlowWalker, server: ThingplusSimulator
) -> None:
    """Blanks that were copied along do no harm."""
    blanks = {name: f" {text[:4]}\t{text[4:]}\n" for name, text in CLIENT.items()}
    entry = await add_account(
        flows, server, PASSWORD_WAY, **blanks, username=f" {USERNAME}\t"
    )
    assert {**CLIENT, "username": USERNAME}.items() <= entry.data.items()


async def test_password_is_hashed_as_it_is(
    flows: FlowWalker, server: ThingplusSimulator, way: Way
) -> None:
    """A password may have blanks at its ends, and any characters."""
    password = ' pass&wörd:=%20+"雨" '
    ada_of(server).password = password
    entry = await add_account(flows, server, way, password=password)
    assert entry.state is ConfigEntryState.LOADED


async def test_account_without_gateways(
    flows: FlowWalker, server: ThingplusSimulator
) -> None:
    """What is not there may come."""
    server.remove(GATEWAY)
    entry = await add_account(flows, server, PASSWORD_WAY)
    assert entry.state is ConfigEntryState.LOADED


async def test_already_configured(
    flows: FlowWalker, server: ThingplusSimulator, way: Way
) -> None:
    """The same user is not set up twice; nothing is created and nothing is asked."""
    entry = await add_account(flows, server, PASSWORD_WAY)
    before, clients = dict(entry.data), set(server.clients)
    form = await open_form(flows, server, way.step)
    asked = len(server.requests)
    result = await flows.answer(form, way.form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert dict(entry.data) == before
    assert set(server.clients) == clients
    assert len(server.requests) == asked


async def test_same_user_by_another_name(
    flows: FlowWalker, server: ThingplusSimulator
) -> None:
    """The token tells whose it is, whatever the user signed in with."""
    await add_account(flows, server, PASSWORD_WAY)
    ada_of(server).login_id = "countess"
    form = await open_form(flows, server, PASSWORD_WAY.step)
    result = await flows.answer(form, PASSWORD_WAY.form | {"username": "countess"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_at_once(
    hass: HomeAssistant, flows: FlowWalker, server: ThingplusSimulator, way: Way
) -> None:
    """Of two flows for one account one leads to an entry, and the other ends."""
    first = await open_form(flows, server, way.step)
    second = await open_form(flows, server, way.step)
    created(await flows.answer(second, way.form))
    result = await flows.answer(first, way.form)
    assert result["type"] is FlowResultType.ABORT
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_two_accounts(
    hass: HomeAssistant, flows: FlowWalker, server: ThingplusSimulator, way: Way
) -> None:
    """Another user is another account, also with the same application."""
    await add_account(flows, server, way)
    await add_account(flows, server, way, **GRACE)
    users = {one.data["user_id"] for one in hass.config_entries.async_entries(DOMAIN)}
    assert len(users) == 2


async def test_same_name_on_another_server(
    hass: HomeAssistant, flows: FlowWalker, server: ThingplusSimulator
) -> None:
    """Each server has users of its own."""
    other = ThingplusSimulator()
    sample_world(other)
    ada = other.add_user(USERNAME, PASSWORD_WAY.form["password"])
    other.add_client(CLIENT["client_id"], CLIENT["client_secret"], user=ada)
    other.watch.polls_per_minute = None
    await other.start()
    await add_account(flows, server, PASSWORD_WAY)
    entry = await add_account(flows, other, PASSWORD_WAY)
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)
    await other.stop()
    assert other.faults == []


async def test_other_bridge(
    hass: HomeAssistant, flows: FlowWalker, server: ThingplusSimulator
) -> None:
    """Entries of other bridges have nothing to do with it."""
    MockConfigEntry(domain=DOMAIN, data={"bridge": "ewelink"}).add_to_hass(hass)
    entry = await add_account(flows, server, PASSWORD_WAY)
    assert entry.state is ConfigEntryState.LOADED


async def test_token_without_user(
    flows: FlowWalker, server: ThingplusSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that tells nothing does as well: the account is known by its name."""
    read, issue = server.office.read, server.office.issue
    opaque: dict[str, str] = {}

    def issue_opaque(*args: Any) -> str:
        token = f"opaque-{len(opaque)}"
        opaque[token] = issue(*args)
        return token

    monkeypatch.setattr(server.office, "issue", issue_opaque)
    monkeypatch.setattr(server.office, "read", lambda token: read(opaque[token]))
    entry = await add_account(flows, server, PASSWORD_WAY)
    assert "user_id" not in entry.data
    assert entry.unique_id == f"thingplus_{digest(server.api + USERNAME)}"
    assert entry.data["token"]["expires_in"] == 15 * 24 * 3600
    assert entry.state is ConfigEntryState.LOADED
    result = await flows.answer(
        await flows.reauth(entry), {"password": PASSWORD_WAY.form["password"], **CLIENT}
    )
    assert result["reason"] == "reauth_successful"


@pytest.mark.parametrize(
    ("step", "name"), [("thingplus", "server"), ("thingplus_create", "scopes")]
)
async def test_choices_have_texts(
    flows: FlowWalker, server: ThingplusSimulator, step: str, name: str
) -> None:
    """What can be selected is translated; nothing more is."""
    forms = {
        "thingplus": await flows.start("thingplus"),
        "thingplus_create": await open_form(flows, server, "thingplus_create"),
    }
    schema = forms[step]["data_schema"]
    assert schema is not None
    config = schema.schema[name].config
    texts = TEXTS["selector"][config["translation_key"]]["options"]
    assert list(texts) == config["options"]
