"""No password, hash, token or cookie leaves by the log, states, diagnostics or errors."""

import json
import logging
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from tests.bridges.searching import OURS, found_in, text_of
from tests.simulators.thingplus import ThingplusSimulator, Trouble

from .conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, PASSWORD_HASH, CreateEntry
from .mishaps import password_changed
from .rhythm import NOW, Rhythm

# What a server that is talkative may say
_TALKATIVE: Final = json.dumps(
    {
        "statusCode": 400,
        "errors": [{"code": PASSWORD_HASH, "message": f"{CLIENT_SECRET} {PASSWORD}"}],
    }
)


@pytest.fixture(autouse=True)
def noon(freezer: FrozenDateTimeFactory) -> None:
    """It is noon, also for who signs in to Home Assistant."""
    freezer.move_to(NOW)


@pytest.mark.parametrize("sign_in", ["password_grant", "code"])
async def test_nothing_leaks(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
    create_entry: CreateEntry,
    server: ThingplusSimulator,
    caplog: pytest.LogCaptureFixture,
    sign_in: str,
) -> None:
    """A whole life is searched: diagnostics, all states, errors, and the log."""
    caplog.set_level(logging.DEBUG)
    assert await async_setup_component(hass, "diagnostics", {})
    seen: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        seen.append(str(event.data))

    hass.bus.async_listen("state_changed", note)
    rhythm = Rhythm(hass, freezer, server)
    entry = await create_entry(sign_in=sign_in)
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    errors = ""
    for trouble in (
        {"status": 500, "body": PASSWORD_HASH},
        {"status": 400, "body": _TALKATIVE},
        {"status": 404},
        {"status": 403, "body": _TALKATIVE},
        {"garbage": "html"},
        {"drop": True},
    ):
        server.trouble = Trouble(**trouble)
        await rhythm.run(400)
        errors += text_of(entry.runtime_data.last_exception)
    server.trouble = None
    await rhythm.run(400)

    await hass.config_entries.async_reload(entry.entry_id)
    server.revoke_all()
    await rhythm.jump(hours=1)
    server.revoke_all()
    password_changed(server)
    await rhythm.jump(hours=1)
    errors += text_of(entry.runtime_data.last_exception)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    tokens = {one.token for one in server.office.issued}
    secrets = {PASSWORD, PASSWORD_HASH, CLIENT_SECRET, CLIENT_ID, *tokens}
    assert "Thing+" in errors
    assert found_in(errors, secrets) == []
    assert found_in(json.dumps(dump), secrets) == []
    states = "".join(seen)
    assert "Greenhouse" in states
    assert found_in(states, secrets) == []
    logged = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if record.name.startswith(OURS)
    )
    assert "GET sensors" in logged
    assert found_in(logged, secrets) == []
    assert "dwTPlus" not in logged
