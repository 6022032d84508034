"""Set-up, unload, reload, restart, and the life of tokens."""

import asyncio
import gc
from types import CoroutineType
from typing import Any, cast

import pytest

from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import state_of, until, until_state

from .conftest import APP_ID, AddAccount, settled


def tasks_of_the_integration() -> list[str]:
    """Return the names of the integration's tasks that are alive."""
    return [
        task.get_name()
        for task in asyncio.all_tasks()
        if (work := task.get_coro()) is not None
        and "iot_bridge" in cast(CoroutineType[Any, Any, Any], work).cr_code.co_filename
    ]


def loaded(entry: ConfigEntry[Any]) -> bool:
    """Return whether an entry is loaded."""
    return entry.state is ConfigEntryState.LOADED


async def test_unload_leaves_nothing(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """No task, no timer, no socket; entities are unavailable."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    assert tasks_of_the_integration() != []

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert entry.state is ConfigEntryState.NOT_LOADED
    assert tasks_of_the_integration() == []
    await until(lambda: cloud.sockets_connected == 0)
    assert state_of(hass, "switch.lamp") == STATE_UNAVAILABLE


async def test_unload_while_connecting(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Also what has just begun is ended."""
    cloud.trouble.hang_handshake = True
    entry = await add_account()
    await until(lambda: cloud.sockets_connected == 1)

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert tasks_of_the_integration() == []
    await until(lambda: cloud.sockets_connected == 0)


async def test_reloads_do_not_pile_up(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """After many reloads there is one socket, and as many objects as after one."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()

    def coordinators() -> int:
        gc.collect()
        return sum(
            type(thing).__name__ == "EwelinkCoordinator" for thing in gc.get_objects()
        )

    for _ in range(10):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: entry.runtime_data.link_up)
    await until(lambda: cloud.sockets_connected == 1)

    assert coordinators() == 1
    await lamp.press()
    await until_state(hass, "switch.lamp", "on")


async def test_restart_with_stored_tokens(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """A restart signs in with what is stored and does not take the session away."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account(generation)
    await hass.config_entries.async_unload(entry.entry_id)
    signed_in = [request for request in cloud.requests if "login" in request.path]

    await hass.config_entries.async_setup(entry.entry_id)

    assert loaded(entry)
    assert signed_in == [
        request for request in cloud.requests if "login" in request.path
    ]


async def test_expired_access_token_is_renewed_and_stored(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """The refresh token is used, and the new tokens survive a restart."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account(generation)
    before = dict(entry.data)
    await hass.config_entries.async_unload(entry.entry_id)

    cloud.expire_access_tokens()
    await hass.config_entries.async_setup(entry.entry_id)

    assert loaded(entry)
    assert entry.data["access_token"] != before["access_token"]
    assert entry.data["refresh_token"] != before["refresh_token"]
    assert sum("login" in request.path for request in cloud.requests) == 1
    assert sum("refresh" in request.path for request in cloud.requests) == 1


@pytest.mark.parametrize("death", ["expire_refresh_tokens", "revoke_tokens"])
async def test_dead_tokens_lead_to_one_new_sign_in(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
    death: str,
) -> None:
    """With a password there is no need to ask the user."""
    entry = await add_account(generation)
    await hass.config_entries.async_unload(entry.entry_id)

    cloud.expire_access_tokens()
    getattr(cloud, death)()
    await hass.config_entries.async_setup(entry.entry_id)

    assert loaded(entry)
    assert sum("login" in request.path for request in cloud.requests) == 2


async def test_changed_password_asks_the_user(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    generation: str,
) -> None:
    """Dead tokens and a password that is no more: reauthentication, then all is well."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account(generation)
    await hass.config_entries.async_unload(entry.entry_id)
    account.password = "a new one"
    cloud.revoke_tokens()

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {
            "password": "a new one",
            "app_id": APP_ID,
            "app_secret": entry.data["app_secret"],
        },
    )
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(hass, "switch.lamp") == "off"


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"http_status": 503}, "ewelink_cannot_connect"),
        ({"error_for_path": {"/v2/family": 500}}, "ewelink_cannot_connect"),
        ({"garbage_paths": {"/v2/device/thing"}}, "ewelink_cannot_connect"),
        ({"error_for_path": {"/v2/family": 412}}, "ewelink_quota"),
        ({"error_for_path": {"/v2/family": 400}}, "ewelink_refused"),
    ],
)
async def test_set_up_is_tried_again(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    trouble: dict[str, Any],
    reason: str,
) -> None:
    """A cloud in trouble is waited for, and the entry says why."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    calm = {name: getattr(cloud.trouble, name) for name in trouble}
    for name, value in trouble.items():
        setattr(cloud.trouble, name, value)

    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == reason

    for name, value in calm.items():
        setattr(cloud.trouble, name, value)
    await hass.config_entries.async_reload(entry.entry_id)
    assert loaded(entry)


@pytest.mark.parametrize("code", [407, 408])
async def test_app_id_that_is_no_longer_allowed(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    code: int,
) -> None:
    """Only the user can bring another app id: reauthentication asks for it."""
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    cloud.trouble.error_for_path = {"/v2/family": code}

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_cloud_restarts(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that goes and comes back is found again, with what changed meanwhile."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await settled(cloud, entry)
    port = cloud.port

    await cloud.stop()
    await until(lambda: not entry.runtime_data.link_up)
    lamp.params["switch"] = "on"
    await cloud.start(port=port)

    await until_state(hass, "switch.lamp", "on")


async def test_requests_keep_their_distance(
    hass: HomeAssistant,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cloud counts by address: flow, entry and reloaded entry wait for each other."""
    monkeypatch.setattr(account_module, "PACE", Pace(request_interval=0.1))
    cloud.knobs.min_request_interval = 0.1
    entry = await add_account()
    for _ in range(3):
        assert await hass.config_entries.async_reload(entry.entry_id)
    assert loaded(entry)
