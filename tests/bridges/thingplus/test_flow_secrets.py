"""What nobody else may read is in no log, no form and no title, whatever goes wrong."""

import json
import logging
from typing import Any, Final

import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker, suggested
from tests.bridges.page import sign_in_on_page
from tests.simulators.thingplus import ThingplusSimulator

from .conftest import (
    CLIENT,
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    PASSWORD_HASH,
    USERNAME,
    WAYS,
    Way,
    add_account,
    choose_server,
    created,
    make_impatient,
    open_form,
)
from .mishaps import MISHAPS, Mishap, Spoil, lists, password_changed, repair, tokens

SECRETS: Final = (PASSWORD, PASSWORD_HASH, CLIENT_SECRET)
NAMES: Final = (USERNAME, CLIENT_ID)
# Web servers of the tests, not of the integration, log each request.
NOT_OURS: Final = ("aiohttp.access",)


def given(server: ThingplusSimulator) -> tuple[str, ...]:
    """Return what the server has given: tokens, and secrets of new applications."""
    return (
        *(one.token for one in server.office.issued),
        *(one.secret for one in server.clients.values()),
    )


def assert_nothing_told(
    caplog: pytest.LogCaptureFixture, server: ThingplusSimulator
) -> None:
    """Search what was logged for whatever is a secret, or tells who signs in."""
    logged = "\n".join(
        logging.Formatter().format(record)
        for record in caplog.records
        if record.name not in NOT_OURS
    )
    assert logged
    assert not [one for one in (*SECRETS, *NAMES, *given(server)) if one in logged]


def assert_names_tell_nothing(
    entry: ConfigEntry[Any], server: ThingplusSimulator
) -> None:
    """Search what an entry is called."""
    called = f"{entry.title} {entry.unique_id}"
    assert not [one for one in (*SECRETS, *NAMES, *given(server)) if one in called]


def assert_password_nowhere(
    server: ThingplusSimulator, hass_storage: dict[str, Any]
) -> None:
    """Search the disk and all that was sent for the password itself."""
    assert PASSWORD not in json.dumps(hass_storage, default=str)
    sent = " ".join(f"{one.path} {one.query} {one.body}" for one in server.requests)
    # As it would be in a form, too
    assert PASSWORD not in sent.replace("+", " ").replace("%20", " ")


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Log as much as a user can ask for."""
    caplog.set_level(logging.DEBUG)


async def test_success(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
    way: Way,
) -> None:
    """Adding an account, and changing it, tells nothing."""
    entry = await add_account(flows, server, way)
    assert_names_tell_nothing(entry, server)
    await flows.choose(await flows.options(entry), {"dust": "pm10"})
    menu = await choose_server(flows, await flows.reconfigure(entry), server.url)
    form = await flows.choose_steps(menu, way.step)
    result = await flows.answer(form, way.form)
    assert result["reason"] == "reconfigure_successful"
    await flush_storage(hass)
    assert PASSWORD_HASH in json.dumps(hass_storage, default=str)
    assert_password_nowhere(server, hass_storage)
    assert_nothing_told(caplog, server)


async def flush_storage(hass: HomeAssistant) -> None:
    """Write what waits to be written, as at a shutdown."""
    hass.bus.async_fire("homeassistant_final_write")
    await hass.async_block_till_done()


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_mishap(
    flows: FlowWalker,
    server: ThingplusSimulator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
    mishap: Mishap,
) -> None:
    """Nor does anything that goes wrong; no secret is shown again."""
    way = WAYS[mishap.way]
    form = await open_form(flows, server, way.step)
    mishap.spoil(server)
    with monkeypatch.context() as moment:
        make_impatient(moment)
        form = await flows.answer(form, way.form | mishap.entered)
    repair(server)
    shown = str(suggested(form)) + str(form["description_placeholders"])
    assert not [one for one in (*SECRETS, *given(server)) if one in shown]
    assert_password_nowhere(server, hass_storage)
    assert_nothing_told(caplog, server)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(tokens(status=400), id="token: 400"),
        pytest.param(tokens(status=401), id="token: 401"),
        pytest.param(tokens(status=500), id="token: 500"),
        pytest.param(tokens(garbage="html"), id="token: page"),
        pytest.param(lists(status=401), id="lists: 401"),
        pytest.param(lists(status=500), id="lists: 500"),
    ],
)
async def test_page(
    flows: FlowWalker,
    browser: Browser,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
    spoil: Spoil,
) -> None:
    """Nor does the exchange of the code, and what comes after it."""
    form = await open_form(flows, server, "thingplus_code")
    spoil(server)
    form = await sign_in_on_page(flows, browser, form, CLIENT)
    assert form["errors"]
    repair(server)
    entry = created(await sign_in_on_page(flows, browser, form, CLIENT))
    assert_names_tell_nothing(entry, server)
    assert_nothing_told(caplog, server)


async def test_reauth(
    hass: HomeAssistant,
    flows: FlowWalker,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
    way: Way,
) -> None:
    """Nor does a sign-in that is not accepted any more."""
    entry = await add_account(flows, server, way)
    server.revoke_all()
    password_changed(server)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    form = await flows.open_reauth(entry)
    client = {name: entry.data[name] for name in ("client_id", "client_secret")}
    form = await flows.answer(form, {"password": PASSWORD, **client})
    assert form["errors"] == {"password": "invalid_auth"}
    assert suggested(form) == {"client_id": client["client_id"]}
    await flush_storage(hass)
    assert_password_nowhere(server, hass_storage)
    assert_nothing_told(caplog, server)
