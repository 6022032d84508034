"""Changing server or sign-in; all that was set for the sensors stays."""

from types import MappingProxyType
from typing import Any, Final

import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus import flow as flow_module
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    ConfigSubentry,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.bridges.page import sign_in_on_page
from tests.simulators.thingplus import ThingplusSimulator, sample_world

from .conftest import (
    CLIENT,
    CLIENT_ID,
    CLIENT_SECRET,
    GRACE,
    OTHER_USER,
    PASSWORD,
    USERNAME,
    WAYS,
    CreateEntry,
    Way,
    choose_server,
    make_impatient,
)
from .mishaps import MISHAPS, NOBODY, Mishap, ada_of, repair

OPTIONS: Final = {"sites": ["1"], "gateways": [], "dust": "pm10", "meters": ["power"]}
PASSWORD_WAY: Final = WAYS["password"]


async def change(
    flows: FlowWalker, entry: ConfigEntry[Any], url: str, step: str
) -> ConfigFlowResult:
    """Go to the form of a way to sign in, in the flow that reconfigures."""
    form = await flows.reconfigure(entry)
    assert form["step_id"] == "thingplus_reconfigure"
    menu = await choose_server(flows, form, url)
    assert menu["step_id"] == "thingplus_sign_in"
    return await flows.choose_steps(menu, step)


def registered(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the ids of an entry's devices and entities in the registries."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {device.id for device in devices} | {entity.entity_id for entity in entities}


@pytest.mark.parametrize("before", ["password_grant", "code"])
async def test_every_change(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    before: str,
    way: Way,
) -> None:
    """From each way to each other, and to itself."""
    entry = await create_entry(sign_in=before, options=OPTIONS)
    former, known = entry.unique_id, registered(hass, entry)
    assert known
    form = await change(flows, entry, server.url, way.step)
    result = await flows.answer(form, way.form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["sign_in"] == "password_grant"
    assert entry.unique_id == former
    assert entry.title == "Thing+ (127.0.0.1)"
    assert entry.options == OPTIONS
    assert entry.state is ConfigEntryState.LOADED
    assert registered(hass, entry) == known


@pytest.mark.parametrize("before", ["password_grant", "code"])
async def test_web_page(
    hass: HomeAssistant,
    flows: FlowWalker,
    browser: Browser,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    before: str,
) -> None:
    """Nothing stays behind of a way that is not used any more."""
    entry = await create_entry(sign_in=before, options=OPTIONS)
    known = registered(hass, entry)
    form = await change(flows, entry, server.url, "thingplus_code")
    result = await sign_in_on_page(flows, browser, form, CLIENT)
    assert result["reason"] == "reconfigure_successful"
    assert {**entry.data, "token": None} == {
        "bridge": "thingplus",
        "url": server.api,
        "sign_in": "code",
        "user_id": ada_of(server).id,
        "token": None,
        **CLIENT,
    }
    assert entry.options == OPTIONS
    assert registered(hass, entry) == known


async def test_subentries_stay(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """What is sent to the service is sent as before."""
    entry = await create_entry(set_up=False)
    # Of a kind that nothing is done for
    subentry = ConfigSubentry(
        data=MappingProxyType({"site_id": "1"}),
        subentry_type="note",
        title="Home",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    form = await change(flows, entry, server.url, PASSWORD_WAY.step)
    result = await flows.answer(form, PASSWORD_WAY.form)
    assert result["reason"] == "reconfigure_successful"
    assert dict(entry.subentries) == {subentry.subentry_id: subentry}


async def test_suggestions(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """A form is filled with what the entry has, but for secrets."""
    entry = await create_entry()
    form = await flows.reconfigure(entry)
    assert suggested(form) == {"server": "own"}
    form = await flows.answer(form, {"server": "own"})
    assert suggested(form) == {"url": server.api}
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, "thingplus_password")
    assert suggested(form) == {"client_id": CLIENT_ID, "username": USERNAME}
    form = await change(flows, entry, server.url, "thingplus_create")
    assert suggested(form) == {"username": USERNAME}
    form = await change(flows, entry, server.url, "thingplus_code")
    assert suggested(form) == {}


async def test_from_a_server_of_thingplus(
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server that the entry has is chosen already; its address is not shown."""
    presets = {"commercial": URL(f"{NOBODY}/v2"), "sandbox": URL(server.api)}
    monkeypatch.setattr(flow_module, "PRESETS", presets)
    entry = await create_entry()
    form = await flows.reconfigure(entry)
    assert suggested(form) == {"server": "sandbox"}
    menu = await flows.answer(form, {"server": "sandbox"})
    form = await flows.choose_steps(menu, PASSWORD_WAY.step)
    result = await flows.answer(form, PASSWORD_WAY.form)
    assert result["reason"] == "reconfigure_successful"
    form = await flows.answer(await flows.reconfigure(entry), {"server": "own"})
    assert suggested(form) == {}


@pytest.mark.parametrize("more", ["", "9"], ids=["same ids", "other ids"])
async def test_other_server(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    more: str,
) -> None:
    """A service may have moved; what ids its users have there says nothing."""
    entry = await create_entry(options=OPTIONS)
    former, known = entry.unique_id, registered(hass, entry)
    other = ThingplusSimulator(base_path="/api")
    sample_world(other)
    user_id = ada_of(server).id + more
    ada = other.add_user(USERNAME, PASSWORD, user_id=user_id)
    other.add_client(CLIENT_ID, CLIENT_SECRET, user=ada)
    other.watch.polls_per_minute = None
    await other.start()
    form = await change(flows, entry, other.url, PASSWORD_WAY.step)
    asked = len(server.requests)
    result = await flows.answer(form, PASSWORD_WAY.form)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["url"] == other.api
    assert entry.unique_id != former
    assert entry.options == OPTIONS
    assert entry.state is ConfigEntryState.LOADED
    assert registered(hass, entry) == known
    assert len(server.requests) == asked
    await hass.config_entries.async_unload(entry.entry_id)
    await other.stop()
    assert other.faults == []


async def test_other_user(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry, way: Way
) -> None:
    """Another account is another entry."""
    entry = await create_entry()
    before = dict(entry.data)
    form = await change(flows, entry, server.url, way.step)
    form = await flows.answer(form, way.form | GRACE)
    assert form["step_id"] == way.step
    assert form["errors"] == {"base": "wrong_account"}
    assert suggested(form) == kept(way.form | GRACE)
    assert dict(entry.data) == before
    result = await flows.answer(form, way.form)
    assert result["reason"] == "reconfigure_successful"


async def test_already_configured(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """Two entries are not for one user; nothing is asked."""
    await create_entry(username=OTHER_USER)
    entry = await create_entry()
    before = dict(entry.data)
    form = await change(flows, entry, server.url, PASSWORD_WAY.step)
    asked = len(server.requests)
    result = await flows.answer(form, PASSWORD_WAY.form | GRACE)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert dict(entry.data) == before
    assert len(server.requests) == asked


@pytest.mark.parametrize(
    ("title", "after"),
    [("Villa", "Villa"), ("Thing+ (iot.example.com)", "Thing+ (127.0.0.1)")],
    ids=["own", "given"],
)
async def test_title(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    title: str,
    after: str,
) -> None:
    """A title that the user has chosen stays, and one that was given follows."""
    entry = await create_entry(set_up=False)
    elsewhere = {**entry.data, "url": "https://iot.example.com/api"}
    hass.config_entries.async_update_entry(entry, title=title, data=elsewhere)
    form = await change(flows, entry, server.url, PASSWORD_WAY.step)
    await flows.answer(form, PASSWORD_WAY.form)
    assert entry.title == after


async def test_wrong_address(
    flows: FlowWalker, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """An address that does not work is shown again, and nothing is changed."""
    entry = await create_entry()
    before = dict(entry.data)
    form = await flows.answer(await flows.reconfigure(entry), {"server": "own"})
    for typed, key in ((NOBODY, "cannot_connect"), ("http://", "invalid_address")):
        form = await flows.answer(form, {"url": typed})
        assert form["step_id"] == "thingplus_address"
        assert form["errors"] == {"url": key}
        assert suggested(form) == {"url": typed}
    assert dict(entry.data) == before
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, PASSWORD_WAY.step)
    result = await flows.answer(form, PASSWORD_WAY.form)
    assert result["reason"] == "reconfigure_successful"


# One of each kind; all are walked through where an account is added.
SOME: Final = [
    mishap
    for mishap in MISHAPS
    if mishap.id in {"password-new secret", "password-lists: 500", "create-client: 403"}
]


@pytest.mark.parametrize("mishap", SOME)
async def test_mishap(
    flows: FlowWalker,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """Errors are shown as they are when an account is added."""
    entry = await create_entry()
    before = dict(entry.data)
    way = WAYS[mishap.way]
    form = await change(flows, entry, server.url, way.step)
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, way.form)
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(way.form)
    assert dict(entry.data) == before
    repair(server)
    result = await flows.answer(form, way.form)
    assert result["reason"] == "reconfigure_successful"
