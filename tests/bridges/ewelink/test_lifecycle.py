"""Set-up, unload, reload, restart, and the life of tokens."""

import asyncio
import gc
from types import CoroutineType
from typing import Any, cast

import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.iot_bridge.bridges.ewelink import account as account_module
from custom_components.iot_bridge.bridges.ewelink.client import Pace
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.simulators.ewelink import EwelinkSimulator, SimulatedAccount
from tests.waiting import state_of, until, until_state

from .conftest import APP_ID, AddAccount, lists_read, settled


def client_tasks(cloud: EwelinkSimulator) -> set[asyncio.Task[Any]]:
    """Return all tasks that are alive but this test's and the simulated cloud's."""
    own = asyncio.current_task()
    return {
        task
        for task in asyncio.all_tasks()
        if task is not own
        and (work := cast(CoroutineType[Any, Any, Any], task.get_coro())) is not None
        and "aiohttp/web_protocol" not in work.cr_code.co_filename
        and "simulators" not in work.cr_code.co_filename
    }


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
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: cloud.sockets_connected == 0)
    before = client_tasks(cloud)
    await hass.config_entries.async_setup(entry.entry_id)
    await settled(cloud, entry)
    assert client_tasks(cloud) > before

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert entry.state is ConfigEntryState.NOT_LOADED
    assert client_tasks(cloud) == before
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

    await until(lambda: cloud.sockets_connected == 0)
    assert client_tasks(cloud) == set()


async def test_unload_while_a_list_is_read(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """A list that comes after the unload changes nothing, for it is of the past."""
    lamp = cloud.add_device(account, uiid=1, name="Lamp")
    cloud.add_device(account, uiid=1, name="Other")
    entry = await add_account()
    await settled(cloud, entry)
    former = entry.runtime_data
    fetch = former.async_fetch_devices
    hold = asyncio.Event()

    async def fetch_and_hold() -> object:
        cloud.remove_device(lamp)
        devices = await fetch()
        cloud.devices[lamp.device_id] = lamp
        await hold.wait()
        return devices

    former.async_fetch_devices = fetch_and_hold
    reading = hass.async_create_task(former.async_refresh())
    await until(lambda: lists_read(cloud) == 3)
    assert await hass.config_entries.async_reload(entry.entry_id)
    hold.set()
    await reading
    await hass.async_block_till_done()

    assert state_of(hass, "switch.lamp") == "off"
    assert len(dr.async_entries_for_config_entry(device_registry, entry.entry_id)) == 2


async def test_entry_that_is_not_loaded(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    device_registry: dr.DeviceRegistry,
    cloud: EwelinkSimulator,
    account: SimulatedAccount,
    add_account: AddAccount,
) -> None:
    """Diagnostics say why, and a device can be removed."""
    cloud.add_device(account, uiid=1, name="Lamp")
    entry = await add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    cloud.trouble.http_status = 503
    await hass.config_entries.async_setup(entry.entry_id)
    [device] = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert await async_setup_component(hass, "config", {})
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_ws_client(hass)

    why = {"state": "setup_retry", "reason": "ewelink_cannot_connect"}
    assert await get_diagnostics_for_config_entry(hass, hass_client, entry) == why
    assert await get_diagnostics_for_device(hass, hass_client, entry, device) == why
    await client.send_json_auto_id(
        {
            "type": "config/device_registry/remove_config_entry",
            "config_entry_id": entry.entry_id,
            "device_id": device.id,
        }
    )
    assert (await client.receive_json())["success"]


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
