"""Signing in again with a password, after the cloud has ended the session."""

from typing import Any

import pytest

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from tests.bridges.flow_walker import FlowWalker, fields, suggested
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import until, until_state

from .conftest import APP_ID, APP_SECRET, EMAIL, PASSWORD, AddAccount, settled

ANSWER = {"password": PASSWORD, "app_id": APP_ID, "app_secret": APP_SECRET}


def reauth_issues(hass: HomeAssistant) -> list[str]:
    """Return the repairs that ask to sign in again."""
    return [
        issue_id
        for _, issue_id in ir.async_get(hass).issues
        if issue_id.startswith(f"config_entry_reauth_{DOMAIN}")
    ]


def open_flows(hass: HomeAssistant) -> list[Any]:
    """Return the flows that wait for the user."""
    return list(hass.config_entries.flow.async_progress_by_handler(DOMAIN))


async def works(
    hass: HomeAssistant, cloud: EwelinkSimulator, entry: ConfigEntry[Any]
) -> None:
    """Check that an entry's lamp can be switched, and that nothing is left to do."""
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: entry.runtime_data.link_up)
    (lamp,) = cloud.devices.values()
    for state in ("on", "off"):
        await hass.services.async_call(
            "switch", f"turn_{state}", {"entity_id": "switch.lamp"}, blocking=True
        )
        await until_state(hass, "switch.lamp", state)
        assert lamp.params["switch"] == state
    assert open_flows(hass) == []
    assert reauth_issues(hass) == []


@pytest.fixture(autouse=True)
def lamp(cloud: EwelinkSimulator, account: SimulatedAccount) -> None:
    """A device of the account."""
    cloud.add_device(account, uiid=1, name="Lamp")


async def test_logged_in_elsewhere(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    generation: str,
) -> None:
    """Somebody else took over the session: the user is asked, and takes it back."""
    entry = await add_account(generation)
    await settled(cloud, entry)
    await cloud.sign_in(account, cloud.apps[APP_ID], "v2")
    await until(lambda: open_flows(hass))

    form = await flows.open_reauth(entry)
    assert form["step_id"] == "ewelink_reauth"
    assert fields(form) == ["password", "app_id", "app_secret"]
    assert suggested(form) == {"app_id": APP_ID}
    assert len(reauth_issues(hass)) == 1

    result = await flows.answer(form, ANSWER)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await works(hass, cloud, entry)


async def test_password_changed(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    generation: str,
) -> None:
    """The old password is refused, the new one is stored; the rest stays."""
    entry = await add_account(generation)
    before = dict(entry.data)
    account.password = "a new one"
    cloud.revoke_tokens()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR

    form = await flows.open_reauth(entry)
    form = await flows.answer(form, ANSWER)
    assert form["errors"] == {"password": "wrong_password"}
    assert suggested(form) == {"app_id": APP_ID}

    result = await flows.answer(form, ANSWER | {"password": "a new one"})
    assert result["reason"] == "reauth_successful"
    changed = {name for name, value in entry.data.items() if before.get(name) != value}
    assert changed == {
        "password",
        "access_token",
        "refresh_token",
        "access_expires_at",
        "refresh_expires_at",
    }
    assert entry.data["password"] == "a new one"
    await works(hass, cloud, entry)


async def test_other_app(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    generation: str,
) -> None:
    """An app id that is no longer allowed gives way to another one."""
    cloud.add_app("other-app", "other-secret")
    entry = await add_account(generation)
    cloud.apps[APP_ID].allowed = False
    await hass.config_entries.async_reload(entry.entry_id)

    form = await flows.open_reauth(entry)
    form = await flows.answer(form, ANSWER)
    assert form["errors"] == {"app_id": "app_not_allowed"}

    other = {"app_id": "other-app", "app_secret": "other-secret"}
    result = await flows.answer(form, ANSWER | other)
    assert result["reason"] == "reauth_successful"
    assert other.items() <= entry.data.items()
    await works(hass, cloud, entry)


async def test_user_is_gone(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    generation: str,
) -> None:
    """An error about a field that the form does not have is shown above it."""
    entry = await add_account(generation)
    account.email = "somebody.else@example.com"
    form = await flows.answer(await flows.reauth(entry), ANSWER)
    assert form["errors"] == {"base": "no_such_user"}

    account.email = EMAIL
    result = await flows.answer(form, ANSWER)
    assert result["reason"] == "reauth_successful"
    await works(hass, cloud, entry)


async def test_other_account(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    flows: FlowWalker,
    generation: str,
) -> None:
    """An account that was registered anew under the same name is another one."""
    entry = await add_account(generation)
    before = dict(entry.data)
    account.email = "somebody.else@example.com"
    cloud.add_account(email=EMAIL, password=PASSWORD)

    result = await flows.answer(await flows.reauth(entry), ANSWER)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert entry.data == before


async def test_session_that_still_lives(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    add_account: AddAccount,
    flows: FlowWalker,
    generation: str,
) -> None:
    """Signing in anew ends the entry's own session; that asks for nothing more."""
    entry = await add_account(generation)
    await settled(cloud, entry)
    result = await flows.answer(await flows.reauth(entry), ANSWER)
    assert result["reason"] == "reauth_successful"
    await works(hass, cloud, entry)
