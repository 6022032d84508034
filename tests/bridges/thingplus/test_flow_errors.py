"""What goes wrong while an account is added, told where it belongs and mended."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.thingplus import trial as trial_module
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.simulators.thingplus import ThingplusSimulator, Trouble

from .conftest import WAYS, choose_server, created, make_impatient, open_form
from .mishaps import (
    NOBODY,
    PASSWORD_MISHAPS,
    Mishap,
    Spoil,
    nothing,
    repair,
    trouble_at,
)

WAY = WAYS["password"]


@pytest.mark.parametrize("mishap", PASSWORD_MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """Each error is shown at its field; after the correction the account is added."""
    form = await open_form(flows, server, WAY.step)
    entered = WAY.form | mishap.entered
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == WAY.step
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(entered)

    repair(server)
    assert created(await flows.answer(form, WAY.form)).state is ConfigEntryState.LOADED


ADDRESS_MISHAPS: Final[dict[str, tuple[str, dict[str, Any], Spoil]]] = {
    "nobody listens": ("cannot_connect", {"url": NOBODY}, nothing),
    "HTTP 500": ("cannot_connect", {}, trouble_at("", status=500)),
    "HTTP 429": ("cannot_connect", {}, trouble_at("", status=429)),
    "HTTP 404": ("not_a_thingplus", {}, trouble_at("", status=404, body="no")),
    "HTTP 302": ("not_a_thingplus", {}, trouble_at("", status=302, body="")),
    "page": ("not_a_thingplus", {}, trouble_at("", garbage="html")),
    "broken": ("not_a_thingplus", {}, trouble_at("", garbage="broken_json")),
    "cut off": ("timeout_connect", {}, trouble_at("", drop=True)),
    "silence": ("timeout_connect", {}, trouble_at("", hang=True)),
}


@pytest.mark.parametrize(
    ("key", "entered", "spoil"), ADDRESS_MISHAPS.values(), ids=ADDRESS_MISHAPS
)
async def test_address_mishap(
    flows: FlowWalker,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    entered: dict[str, Any],
    spoil: Spoil,
) -> None:
    """A server that is not there, or is none, is told at the address."""
    answer = {"url": server.url} | entered
    form = await flows.answer(await flows.start("thingplus"), {"server": "own"})
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, answer)
    assert form["step_id"] == "thingplus_address"
    assert form["errors"] == {"url": key}
    assert suggested(form) == answer

    repair(server)
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, WAY.step)
    created(await flows.answer(form, WAY.form))


ADDRESSES: Final = {
    "empty": "",
    "blanks": "  ",
    "scheme": "ftp://127.0.0.1",
    "script": "javascript:alert(1)",
    "no host": "http://",
    "query": "http://127.0.0.1/?a=b",
    "password": "http://ada:secret@127.0.0.1",
    "blank inside": "127.0.0.1 8080",
    "port": "127.0.0.1:99999",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
async def test_invalid_address(
    flows: FlowWalker, server: ThingplusSimulator, address: str
) -> None:
    """An address that cannot be one is refused before anything is sent."""
    form = await flows.answer(await flows.start("thingplus"), {"server": "own"})
    form = await flows.answer(form, {"url": address})
    assert form["errors"] == {"url": "invalid_address"}
    assert suggested(form) == {"url": address}
    assert len(server.requests) == 0
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, WAY.step)
    created(await flows.answer(form, WAY.form))


async def test_several_errors_in_a_row(
    flows: FlowWalker, server: ThingplusSimulator
) -> None:
    """A form survives one mistake after the other, and forgets the former ones."""
    form = await open_form(flows, server, WAY.step)
    shown = []
    for mistake in (
        {"password": "wrong"},
        {"client_id": "wrong"},
        {"client_secret": " "},
        {"username": ""},
    ):
        form = await flows.answer(form, WAY.form | mistake)
        shown.append(form["errors"])
    assert shown == [
        {"password": "invalid_auth"},
        {"client_id": "invalid_client"},
        {"client_secret": "invalid_client"},
        {"username": "invalid_auth"},
    ]
    created(await flows.answer(form, WAY.form))


async def test_server_not_there(flows: FlowWalker, server: ThingplusSimulator) -> None:
    """One that went away while the user was typing may come back."""
    form = await open_form(flows, server, WAY.step)
    await server.stop()
    form = await flows.answer(form, WAY.form)
    assert form["errors"] == {"base": "cannot_connect"}
    await server.start()
    created(await flows.answer(form, WAY.form))


async def test_trial_takes_too_long(
    flows: FlowWalker, server: ThingplusSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers each time just before the end does not hold the user up."""
    form = await flows.start("thingplus")
    form = await flows.answer(form, {"server": "own"})
    server.trouble = Trouble(slow=0.2)
    with monkeypatch.context() as moment:
        moment.setattr(trial_module, "TRIAL_SECONDS", 0.05)
        form = await flows.answer(form, {"url": server.url})
    assert form["errors"] == {"url": "timeout_connect"}
    server.trouble = None
    form = await flows.start("thingplus")
    menu = await choose_server(flows, form, server.url)
    form = await flows.choose_steps(menu, WAY.step)

    server.trouble = Trouble(slow=0.2)
    with monkeypatch.context() as moment:
        moment.setattr(trial_module, "TRIAL_SECONDS", 0.05)
        form = await flows.answer(form, WAY.form)
    assert form["errors"] == {"base": "timeout_connect"}
    server.trouble = None
    created(await flows.answer(form, WAY.form))
