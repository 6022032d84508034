"""What goes wrong while an account is added, told where it belongs and mended."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.wotkit import trial as trial_module
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker, kept, suggested
from tests.simulators.wotkit import Trouble, WotkitServer

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    WAYS,
    choose_sensors,
    make_impatient,
    open_form,
)
from .mishaps import MISHAPS, NOBODY, Mishap, Spoil, lists, nothing, repair


async def finish(flows: FlowWalker, form: ConfigFlowResult) -> None:
    """Choose sensors once the sign-in works."""
    result = await choose_sensors(flows, form)
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    server: WotkitServer,
    monkeypatch: pytest.MonkeyPatch,
    mishap: Mishap,
) -> None:
    """Each error is shown at its field; after the correction the account is added."""
    way = WAYS[mishap.way]
    form = await open_form(flows, server, way.step)
    entered = way.form | mishap.entered
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, entered)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == way.step
    assert form["errors"] == mishap.errors
    assert suggested(form) == kept(entered)

    repair(server)
    await finish(flows, await flows.answer(form, way.form))


ADDRESS_MISHAPS: Final[dict[str, tuple[str, dict[str, Any], Spoil]]] = {
    "nobody listens": ("cannot_connect", {"url": NOBODY}, nothing),
    "HTTP 500": ("cannot_connect", {}, lists(status=500)),
    "HTTP 429": ("cannot_connect", {}, lists(status=429)),
    "HTTP 404": ("not_a_wotkit", {}, lists(status=404)),
    "HTTP 302": ("not_a_wotkit", {}, lists(status=302)),
    "object": ("not_a_wotkit", {}, lists(status=200, body="{}")),
    "garbage": ("not_a_wotkit", {}, lists(garbage=True)),
    "cut off": ("timeout_connect", {}, lists(drop=True)),
    "silence": ("timeout_connect", {}, lists(hang=True)),
}


@pytest.mark.parametrize(
    ("key", "entered", "spoil"), ADDRESS_MISHAPS.values(), ids=ADDRESS_MISHAPS
)
async def test_address_mishap(
    flows: FlowWalker,
    server: WotkitServer,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    entered: dict[str, Any],
    spoil: Spoil,
) -> None:
    """A server that is not there, or is none, is told at the address."""
    answer = {"url": server.url} | entered
    form = await flows.start("wotkit")
    spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, answer)
    assert form["step_id"] == "wotkit"
    assert form["errors"] == {"url": key}
    assert suggested(form) == answer

    repair(server)
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, "wotkit_key")
    await finish(flows, await flows.answer(form, WAYS["key"].form))


ADDRESSES: Final = {
    "empty": "",
    "blanks": "  ",
    "scheme": "ftp://127.0.0.1",
    "script": "javascript:alert(1)",
    "no host": "http://",
    "path alone": "http:///path",
    "query": "http://127.0.0.1/?a=b",
    "user": "http://ada@127.0.0.1",
    "password": "http://ada:secret@127.0.0.1",
    "blank inside": "127.0.0.1 8080",
    "port": "127.0.0.1:99999",
    "word as port": "127.0.0.1:port",
    "bracket": "http://[::1",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
async def test_invalid_address(
    flows: FlowWalker, server: WotkitServer, address: str
) -> None:
    """An address that cannot be one is refused before anything is sent."""
    form = await flows.start("wotkit")
    form = await flows.answer(form, {"url": address})
    assert form["errors"] == {"url": "invalid_address"}
    assert suggested(form) == {"url": address}
    assert len(server.requests) == 0
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, "wotkit_key")
    await finish(flows, await flows.answer(form, WAYS["key"].form))


async def test_colon_in_a_user_name(flows: FlowWalker, server: WotkitServer) -> None:
    """Basic sign-in has no way to write one, a form of OAuth2 does."""
    server.add_user("ada:king", "engine")
    form = await open_form(flows, server, "wotkit_user")
    entered = {"username": "ada:king", "password": "engine"}
    form = await flows.answer(form, entered)
    assert form["errors"] == {"username": "invalid_auth"}
    form = await open_form(flows, server, "wotkit_password")
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    await finish(flows, await flows.answer(form, entered | client))


async def test_several_errors_in_a_row(flows: FlowWalker, server: WotkitServer) -> None:
    """A form survives one mistake after the other, and forgets the former ones."""
    way = WAYS["password_grant"]
    form = await open_form(flows, server, way.step)
    shown = []
    for mistake in (
        {"password": "wrong"},
        {"client_id": "wrong"},
        {"client_secret": " "},
        {"username": ""},
    ):
        form = await flows.answer(form, way.form | mistake)
        shown.append(form["errors"])
    assert shown == [
        {"password": "invalid_auth"},
        {"client_id": "invalid_client"},
        {"client_secret": "invalid_client"},
        {"username": "invalid_auth"},
    ]
    await finish(flows, await flows.answer(form, way.form))


async def test_trial_takes_too_long(
    flows: FlowWalker, server: WotkitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers each time just before the end does not hold the user up."""
    way = WAYS["key"]
    form = await flows.start("wotkit")
    server.trouble = Trouble(slow=0.2)
    with monkeypatch.context() as moment:
        moment.setattr(trial_module, "TRIAL_SECONDS", 0.05)
        form = await flows.answer(form, {"url": server.url})
    assert form["errors"] == {"url": "timeout_connect"}
    server.trouble = None
    menu = await flows.answer(form, {"url": server.url})
    form = await flows.choose_steps(menu, way.step)

    server.trouble = Trouble(slow=0.2)
    with monkeypatch.context() as moment:
        moment.setattr(trial_module, "TRIAL_SECONDS", 0.05)
        form = await flows.answer(form, way.form)
    assert form["errors"] == {"base": "timeout_connect"}
    server.trouble = None
    await finish(flows, await flows.answer(form, way.form))
