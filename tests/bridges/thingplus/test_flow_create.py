"""Letting Home Assistant create the application."""

import pytest

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import InvalidData
from tests.bridges.flow_walker import FlowWalker, fields, kept, suggested
from tests.simulators.thingplus import OAuthClient, ThingplusSimulator

from .conftest import (
    NEW_CLIENT,
    PASSWORD_HASH,
    USERNAME,
    WAYS,
    add_account,
    created,
    make_impatient,
    open_form,
)
from .mishaps import CREATE_MISHAPS, CREATED_MISHAPS, Mishap, ada_of, repair, tokens
from .world import requests_to

WAY = WAYS["create"]


@pytest.fixture
def former_clients(server: ThingplusSimulator) -> set[str]:
    """The applications that are there already."""
    return set(server.clients)


def new_clients_of(
    server: ThingplusSimulator, former_clients: set[str]
) -> list[OAuthClient]:
    """Return the applications that have come since."""
    return [one for one in server.clients.values() if one.id not in former_clients]


async def test_create(
    flows: FlowWalker, server: ThingplusSimulator, former_clients: set[str]
) -> None:
    """It is the user's, for what was chosen; the session of the portal ends."""
    form = await open_form(flows, server, WAY.step)
    assert fields(form) == ["username", "password", "name", "scopes"]
    assert suggested(form) == {}
    schema = form["data_schema"]
    assert schema is not None
    defaults = {
        str(marker): marker.default()
        for marker in schema.schema
        if str(marker) in NEW_CLIENT
    }
    assert defaults == NEW_CLIENT
    entry = created(await flows.answer(form, WAY.form))

    (client,) = new_clients_of(server, former_clients)
    assert client.name == "Home Assistant"
    assert client.scopes == ("gateway", "site-read")
    assert client.user_id == ada_of(server).id
    assert not server.browsers
    data = dict(entry.data)
    assert data.pop("token")["access_token"] == server.office.issued[-1].token
    assert data == {
        "bridge": "thingplus",
        "url": server.api,
        "sign_in": "password_grant",
        "user_id": ada_of(server).id,
        "username": USERNAME,
        "password_hash": PASSWORD_HASH,
        "client_id": client.id,
        "client_secret": client.secret,
    }
    assert entry.title == "Thing+ (127.0.0.1)"
    assert entry.state is ConfigEntryState.LOADED


async def test_other_name_and_scopes(
    flows: FlowWalker, server: ThingplusSimulator, former_clients: set[str]
) -> None:
    """Who only wants to read says so."""
    scopes = ["site-read", "gateway-read", "user-profile-read"]
    entry = await add_account(flows, server, WAY, name=" Villa ", scopes=scopes)
    (client,) = new_clients_of(server, former_clients)
    assert client.name == "Villa"
    assert client.scopes == tuple(scopes)
    assert entry.state is ConfigEntryState.LOADED


async def test_no_name(
    flows: FlowWalker, server: ThingplusSimulator, former_clients: set[str]
) -> None:
    """Without a name it has the usual one."""
    await add_account(flows, server, WAY, name=" ")
    (client,) = new_clients_of(server, former_clients)
    assert client.name == "Home Assistant"


async def test_unknown_scope(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """There are no others than those of the documents."""
    form = await open_form(flows, server, WAY.step)
    with pytest.raises(InvalidData):
        await flows.answer(form, WAY.form | {"scopes": ["gateway", "site-read", "all"]})
    created(await flows.answer(form, WAY.form))


@pytest.mark.parametrize("mishap", CREATE_MISHAPS)
async def test_mishap_before(
    flows: FlowWalker,
    server: ThingplusSimulator,
    former_clients: set[str],
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """What goes wrong before there is an application leaves none behind."""
    form = await open_form(flows, server, WAY.step)
    entered = WAY.form | mishap.entered
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["step_id"] == WAY.step
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(entered)
    assert not new_clients_of(server, former_clients)
    repair(server)
    assert created(await flows.answer(form, WAY.form)).state is ConfigEntryState.LOADED
    assert len(new_clients_of(server, former_clients)) == 1


@pytest.mark.parametrize("mishap", CREATED_MISHAPS)
async def test_mishap_after(
    flows: FlowWalker,
    server: ThingplusSimulator,
    former_clients: set[str],
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """What goes wrong after that: the application is used again, none is added."""
    form = await open_form(flows, server, WAY.step)
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, WAY.form)
    assert form["step_id"] == WAY.step
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(WAY.form)
    (client,) = new_clients_of(server, former_clients)
    repair(server)
    entry = created(await flows.answer(form, WAY.form))
    assert entry.data["client_id"] == client.id
    assert new_clients_of(server, former_clients) == [client]
    assert len(requests_to(server, "/authClients", "POST")) == 1


async def test_other_scopes_after_an_error(
    flows: FlowWalker, server: ThingplusSimulator, former_clients: set[str]
) -> None:
    """What was created for other scopes does not do; whoever goes back has it still."""
    form = await open_form(flows, server, WAY.step)
    tokens(status=500)(server)
    form = await flows.answer(form, WAY.form)
    more = WAY.form | {"scopes": ["gateway", "site-read", "rule"]}
    form = await flows.answer(form, more)
    form = await flows.answer(form, WAY.form)
    assert form["errors"] == {"base": "cannot_connect"}
    first, second = new_clients_of(server, former_clients)
    assert second.scopes == ("gateway", "site-read", "rule")
    repair(server)
    entry = created(await flows.answer(form, WAY.form))
    assert entry.data["client_id"] == first.id


async def test_two_flows(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    former_clients: set[str],
) -> None:
    """What one flow has created another one does not know of."""
    form = await open_form(flows, server, WAY.step)
    tokens(status=500)(server)
    await flows.answer(form, WAY.form)
    hass.config_entries.flow.async_abort(form["flow_id"])
    repair(server)
    await add_account(flows, server, WAY)
    assert len(new_clients_of(server, former_clients)) == 2
