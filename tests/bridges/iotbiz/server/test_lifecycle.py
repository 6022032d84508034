"""Restart, unload, removal of devices and of the server: what ends, and what stays."""

import asyncio
from datetime import timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.bridges.iotbiz.world import (
    DEVICE,
    customer,
    device_names,
    device_of,
    entity_ids,
)
from tests.bridges.leftovers import client_tasks, timers
from tests.waiting import state_of, until_state

from .callers import (
    ACTIVATE,
    BASE,
    CONNECTED,
    LAST_SEEN,
    LEVEL,
    NO_LOGIN,
    NO_SPEAKER,
    REGISTER,
    TAKEN,
    UPDATE,
    Caller,
    bearer,
)

PATHS: Final = [
    base + path.removesuffix("/") + end
    for base in ("", BASE)
    for path in (REGISTER, ACTIVATE, UPDATE)
    for end in ("", "/")
]
QUESTIONS: Final = [
    f"{BASE}/broker/{question}{end}"
    for question in ("mosquitto/user", "mosquitto/acl", "emqx/authenticate")
    for end in ("", "/")
]


def status(level: float, **more: Any) -> dict[str, Any]:
    """Return a message."""
    return {"status": "online", "level": level, **more}


async def test_restart(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """Credentials and the last values are there after a restart, and nothing is asked."""
    password = await here.enrol()
    await here.enrol("gone")
    assert await here.update(status(4.5)) == (200, "")
    gone = {"status": "offline", "level": 1}
    assert await here.update(gone, device_id="gone") == (200, "")
    await until_state(hass, LEVEL, "4.5")
    before = {state.entity_id: state.state for state in hass.states.async_all()}
    registered = entity_ids(hass, entry)

    assert await hass.config_entries.async_reload(entry.entry_id)
    after = {state.entity_id: state.state for state in hass.states.async_all()}
    assert after == before
    assert entity_ids(hass, entry) == registered
    assert state_of(hass, "binary_sensor.gone_connectivity") == "off"
    assert await here.register() == TAKEN
    assert await here.activate("guess") == NO_LOGIN
    assert await here.activate(password) == (200, "")
    assert await here.update(status(5)) == (200, "")
    await until_state(hass, LEVEL, "5")


async def test_restart_before_activation(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A password that was given before a restart can be confirmed after it."""
    password = await here.password()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await here.activate(password) == (200, "")


async def test_lost_files(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_storage: dict[str, Any],
) -> None:
    """Without the file of values these come again; without logins all start anew."""
    await here.enrol()
    assert await here.update(status(4.5)) == (200, "")
    await until_state(hass, LEVEL, "4.5")
    config = hass.config_entries
    assert await config.async_unload(entry.entry_id)
    del hass_storage[f"{DOMAIN}.iotbiz_states.{entry.entry_id}"]
    assert await config.async_setup(entry.entry_id)
    assert state_of(hass, CONNECTED) == "off"
    assert await here.update(status(5)) == (200, "")
    await until_state(hass, LEVEL, "5")

    assert await config.async_unload(entry.entry_id)
    del hass_storage[f"{DOMAIN}.iotbiz.{entry.entry_id}"]
    assert await config.async_setup(entry.entry_id)
    assert await here.update(status(6)) == NO_SPEAKER
    assert device_names(hass, entry) == set()
    await here.enrol()
    await until_state(hass, CONNECTED, "off")


async def test_unload(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """An entry that is unloaded answers as if there were nothing, whatever is asked."""
    await here.enrol()
    assert await here.update(status(1)) == (200, "")
    assert await hass.config_entries.async_unload(entry.entry_id)
    body = b'{"customer_id": "abc123", "mac_address": "x"}'
    for path in PATHS + QUESTIONS:
        for method in ("POST", "GET", "HEAD", "PUT", "PATCH", "DELETE"):
            answer = await here.ask(method, path, body, bearer())
            assert answer[0] == 404, (method, path)
    assert timers() == []
    before = client_tasks()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert await here.update(status(2)) == (200, "")
    await until_state(hass, LEVEL, "2")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert timers() == []
    assert client_tasks() == before


async def test_disabled(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A disabled entry answers nothing, and comes back with its devices."""
    await here.enrol()
    config = hass.config_entries
    await config.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert (await here.register("other"))[0] == 404
    assert (await here.update(status(1)))[0] == 404
    await config.async_set_disabled_by(entry.entry_id, None)
    await hass.async_block_till_done()
    assert await here.register() == TAKEN
    assert await here.update(status(1)) == (200, "")
    await until_state(hass, LEVEL, "1")


async def remove(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    entry: MockConfigEntry,
    device_id: str = DEVICE,
) -> None:
    """Remove a device as a user does."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (device,) = [one for one in found if one.name == device_id]
    user = await hass_ws_client(hass)
    await user.send_json_auto_id(
        {
            "type": "config/device_registry/remove_config_entry",
            "config_entry_id": entry.entry_id,
            "device_id": device.id,
        }
    )
    answer = await user.receive_json()
    assert answer["success"], answer
    await hass.async_block_till_done()


@pytest.fixture
async def options(hass: HomeAssistant) -> dict[str, Any]:
    """Two places; Home Assistant lets users remove devices."""
    for component in ("config", "websocket_api"):
        assert await async_setup_component(hass, component, {})
    return {"admission": "automatic", "customers": [customer(limit=2)]}


@pytest.mark.parametrize("loaded", [True, False])
async def test_remove_device(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_ws_client: WebSocketGenerator,
    loaded: bool,
) -> None:
    """A device that is removed frees its number, and may register again."""
    password = await here.enrol()
    await here.enrol("other")
    assert await here.update(status(1)) == (200, "")
    assert (await here.register("third"))[0] == 403
    config = hass.config_entries
    set_up = {True: config.async_reload, False: config.async_unload}[loaded]
    assert await set_up(entry.entry_id)
    await remove(hass, hass_ws_client, entry)
    assert await config.async_reload(entry.entry_id)

    assert device_names(hass, entry) == {"other"}
    assert hass.states.get(LEVEL) is None
    assert await here.update(status(2)) == NO_SPEAKER
    assert await here.activate(password) == NO_LOGIN
    new_password = await here.enrol()
    assert new_password != password
    assert (await here.register("third"))[0] == 403
    # What it told before its removal is forgotten.
    await until_state(hass, CONNECTED, "off")
    assert hass.states.get(LEVEL) is None
    assert await here.update(status(3)) == (200, "")
    await until_state(hass, LEVEL, "3")


async def test_remove_device_that_speaks(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """From its removal on it is refused, and does not come back by itself."""
    password = await here.enrol()
    statuses: list[int] = []

    async def speak() -> None:
        while 403 not in statuses:
            statuses.append((await here.update(status(len(statuses))))[0])
            statuses.append((await here.activate(password))[0])

    speaking = asyncio.create_task(speak())
    await until_state(hass, CONNECTED, "on")
    await remove(hass, hass_ws_client, entry)
    await speaking
    assert set(statuses) == {200, 403}
    assert await here.update(status(1)) == NO_SPEAKER
    await hass.async_block_till_done()
    assert device_names(hass, entry) == set()
    assert hass.states.get(CONNECTED) is None


async def test_remove_entry(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_storage: dict[str, Any],
) -> None:
    """Nothing is left of a server that is removed: no file, no question, no answer."""
    await here.enrol()
    asking = {**entry.options, "admission": "approve"}
    hass.config_entries.async_update_entry(entry, options=asking)
    assert (await here.activate(await here.password("waiting"), "waiting"))[0] == 403
    assert [key for key in hass_storage if "iotbiz" in key] != []
    issues = ir.async_get(hass).issues
    assert [issue for issue in issues if issue[0] == DOMAIN] != []

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [key for key in hass_storage if "iotbiz" in key] == []
    assert [issue for issue in issues if issue[0] == DOMAIN] == []
    assert (await here.register())[0] == 404
    assert hass.states.get(CONNECTED) is None


async def test_admission_changes(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """What has to happen before a device comes in may change at any time."""

    def admit(admission: str) -> None:
        hass.config_entries.async_update_entry(
            entry, options={**entry.options, "admission": admission}
        )

    closed = (403, {"error": "New devices are not admitted at present."})
    password = await here.password()
    admit("closed")
    assert await here.register("other") == closed
    assert await here.activate(password) == closed
    admit("approve")
    status_code, answer = await here.activate(password)
    assert status_code == 403
    assert "approve" in answer["error"]
    assert await here.update(status(1)) == NO_SPEAKER
    admit("automatic")
    assert await here.activate(password) == (200, "")
    admit("closed")
    # Who is in stays in.
    assert await here.activate(password) == (200, "")
    assert await here.update(status(1)) == (200, "")


async def test_who_is_not_coming(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A device that does not confirm its password in an hour takes no place any more."""
    await here.enrol()
    password = await here.password("mistyped")
    assert (await here.register("other"))[0] == 403
    freezer.tick(timedelta(minutes=61))
    await here.enrol("other")
    assert await here.activate(password, "mistyped") == NO_LOGIN
    assert await here.update(status(1)) == (200, "")


async def test_who_waits_for_the_user(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    """A device may ask for days; the disk is not worn out by that."""
    await here.enrol()
    asking = {**entry.options, "admission": "approve"}
    hass.config_entries.async_update_entry(entry, options=asking)
    password = await here.password("patient")

    def written() -> float:
        devices = hass_storage[f"{DOMAIN}.iotbiz.{entry.entry_id}"]["data"]["devices"]
        asked: float = devices[1]["asked_at"]
        return asked

    assert (await here.activate(password, "patient"))[0] == 403
    before = written()
    freezer.tick(timedelta(minutes=5))
    assert (await here.activate(password, "patient"))[0] == 403
    assert written() == before
    freezer.tick(timedelta(hours=23))
    assert (await here.activate(password, "patient"))[0] == 403
    assert written() > before
    freezer.tick(timedelta(hours=23))
    # There is no room for another one as long as it is waited for.
    assert (await here.register("other"))[0] == 403
    freezer.tick(timedelta(hours=2))
    assert (await here.register("other"))[0] == 201


async def test_device_page(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A device is called what it has registered as."""
    await here.enrol()
    await until_state(hass, CONNECTED, "off")
    device = device_of(hass, CONNECTED)
    assert device.name == DEVICE
    assert device.serial_number == DEVICE
    assert state_of(hass, LAST_SEEN) == "unknown"
