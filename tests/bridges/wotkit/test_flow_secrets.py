"""What nobody else may read is in no log and in no title, whatever goes wrong."""

import logging
from typing import Any, Final

import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker, fields
from tests.bridges.page import sign_in_on_page
from tests.simulators.wotkit import WotkitServer

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE_FORM,
    KEY_ID,
    KEY_PASSWORD,
    OTHER_KEY_ID,
    OTHER_KEY_PASSWORD,
    PASSWORD,
    USERNAME,
    WAYS,
    AddAccount,
    Way,
    choose_options,
    choose_sensors,
    make_impatient,
    open_form,
    start_code,
)
from .mishaps import MISHAPS, Mishap, Spoil, lists, nothing, repair, tokens

SECRETS: Final = (
    PASSWORD,
    USERNAME,
    KEY_ID,
    KEY_PASSWORD,
    OTHER_KEY_ID,
    OTHER_KEY_PASSWORD,
    CLIENT_ID,
    CLIENT_SECRET,
)
# Web servers of the tests, not of the integration, log each request.
NOT_OURS: Final = ("aiohttp.access",)


@pytest.fixture(autouse=True)
def given_tokens(server: WotkitServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tokens that the server gives."""
    given: list[str] = []
    issue = server.office.issue

    def note(*args: Any, **named: Any) -> Any:
        answer = issue(*args, **named)
        given.extend(str(answer[one]) for one in ("access_token", "refresh_token"))
        return answer

    monkeypatch.setattr(server.office, "issue", note)
    return given


def assert_nothing_told(
    caplog: pytest.LogCaptureFixture, given_tokens: list[str]
) -> None:
    """Search what was logged for whatever is a secret."""
    logged = "\n".join(
        logging.Formatter().format(record)
        for record in caplog.records
        if record.name not in NOT_OURS
    )
    assert logged
    assert not [one for one in (*SECRETS, *given_tokens) if one in logged]


def assert_names_tell_nothing(entry: ConfigEntry[Any]) -> None:
    """Search what an entry is called."""
    assert not [one for one in SECRETS if one in f"{entry.title} {entry.unique_id}"]


async def test_success(
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    given_tokens: list[str],
    caplog: pytest.LogCaptureFixture,
    way: Way,
) -> None:
    """Adding an account, and changing it, tells nothing."""
    caplog.set_level(logging.DEBUG)
    entry = await add_account(way.name)
    assert_names_tell_nothing(entry)
    await choose_options(flows, entry, choice="both")
    menu = await flows.answer(await flows.reconfigure(entry), {"url": server.url})
    await flows.answer(await flows.choose_steps(menu, way.step), way.form)
    assert bool(given_tokens) == (way.name == "password_grant")
    assert_nothing_told(caplog, given_tokens)


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    server: WotkitServer,
    monkeypatch: pytest.MonkeyPatch,
    given_tokens: list[str],
    caplog: pytest.LogCaptureFixture,
    mishap: Mishap,
) -> None:
    """Nor does anything that goes wrong."""
    caplog.set_level(logging.DEBUG)
    way = WAYS[mishap.way]
    form = await open_form(flows, server, way.step)
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        await flows.answer(form, way.form | mishap.entered)
    repair(server)
    assert_nothing_told(caplog, given_tokens)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(nothing, id="success"),
        pytest.param(tokens(status=400), id="token: 400"),
        pytest.param(tokens(status=401), id="token: 401"),
        pytest.param(tokens(status=500), id="token: 500"),
        pytest.param(tokens(garbage=True), id="token: garbage"),
        pytest.param(lists(status=401), id="list: 401"),
        pytest.param(lists(status=500), id="list: 500"),
    ],
)
async def test_page(
    hass: HomeAssistant,
    flows: FlowWalker,
    browser: Browser,
    server: WotkitServer,
    given_tokens: list[str],
    caplog: pytest.LogCaptureFixture,
    spoil: Spoil,
) -> None:
    """Nor does the exchange of the code, and what comes after it."""
    caplog.set_level(logging.DEBUG)
    form = await start_code(flows, server)
    spoil(server)
    await sign_in_on_page(flows, browser, form, CODE_FORM)
    repair(server)
    hass.config_entries.flow.async_abort(form["flow_id"])
    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    entry = (await choose_sensors(flows, form))["result"]
    assert_names_tell_nothing(entry)
    assert len(given_tokens) >= 2
    assert_nothing_told(caplog, given_tokens)


async def test_reauth(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: WotkitServer,
    add_account: AddAccount,
    given_tokens: list[str],
    caplog: pytest.LogCaptureFixture,
    way: Way,
) -> None:
    """Nor does a sign-in that is not accepted any more, and another account."""
    caplog.set_level(logging.DEBUG)
    entry = await add_account(way.name)
    server.revoke_all()
    server.remove_key(KEY_ID)
    server.add_user(USERNAME, "another one")
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    form = await flows.open_reauth(entry)
    entered = {name: way.form[name] for name in fields(form)}
    form = await flows.answer(form, entered)
    assert form["errors"]
    assert_nothing_told(caplog, given_tokens)
