"""No key, password or token leaves by the log, states, diagnostics or errors."""

import json
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iot_bridge.bridges.wotkit import (
    account as account_module,
    channels as channels_module,
)
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.bridges.searching import OURS, found_in, text_of
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import until_state

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEY_ID,
    KEY_PASSWORD,
    PASSWORD,
    SIGN_INS,
    AddAccount,
)
from .world import SWITCH, TEXT, poll, until_heard

# What one sends is nobody's business either.
SAID = "The code of the door is 4711"


# Web servers of the tests, not of the integration, log each request; Home Assistant
# itself logs what an action was called with, and what it pushes to the frontend.
@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no answer longer than a moment, and reconnect at once."""
    monkeypatch.setattr(account_module, "TIMEOUT", 0.8)
    policy = BackoffPolicy(first=0.02, longest=0.05, jitter=0)
    monkeypatch.setattr(channels_module, "LINK_POLICY", policy)


def secrets_of(server: WotkitServer) -> set[str]:
    """Return all that nobody else may read."""
    tokens: Any = server.office.issued
    return {
        KEY_ID,
        KEY_PASSWORD,
        PASSWORD,
        CLIENT_ID,
        CLIENT_SECRET,
        *(
            str(token[name])
            for token in tokens
            for name in ("access_token", "refresh_token")
        ),
    }


async def live(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    server: WotkitServer,
    lamp: SimulatedSensor,
) -> str:
    """Let all happen that may, also what fails; returns what errors tell."""
    await until_heard(server)
    await server.send_message(lamp, {"message": "hello", "button": "on"})
    await until_state(hass, SWITCH, "on")
    errors = ""
    for trouble in (
        {"status": 500, "body": PASSWORD},
        {"status": 400, "body": json.dumps({"error": {"message": KEY_PASSWORD}})},
        {"status": 404},
        {"drop": True},
        {"hang": True},
    ):
        server.trouble = Trouble(**trouble)
        await poll(entry)
        errors += text_of(entry.runtime_data.last_exception)
        with pytest.raises(HomeAssistantError) as raised:
            await hass.services.async_call(
                "text", "set_value", {"entity_id": TEXT, "value": SAID}, blocking=True
            )
        errors += text_of(raised.value)
        server.control.end_polls()
    server.trouble = None
    server.expire_access_tokens()
    await poll(entry)
    server.drop_subscriptions()
    return errors


@pytest.mark.parametrize("sign_in", SIGN_INS)
async def test_nothing_leaks(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    add_account: AddAccount,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
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
    entry = await add_account(
        sign_in, choice="both", controlled_sensors=["1002"], silent_minutes=5
    )
    errors = await live(hass, entry, server, sensors["lamp_post"])
    dump = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    server.revoke_all()
    server.remove_key(KEY_ID)
    server.add_user("ada.lovelace", "another one")
    await poll(entry)
    errors += text_of(entry.runtime_data.last_exception)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    secrets = secrets_of(server)
    assert len(secrets) >= 5
    assert "WoTKit" in errors
    assert found_in(errors, {*secrets, SAID}) == []
    assert found_in(json.dumps(dump), secrets) == []
    states = "".join(seen)
    assert "Lamp Post" in states
    assert found_in(states, secrets) == []
    logged = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if record.name.startswith(OURS)
    )
    assert "custom_components.iot_bridge" in logged
    assert found_in(logged, {*secrets, SAID}) == []
