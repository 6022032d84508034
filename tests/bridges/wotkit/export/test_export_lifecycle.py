"""Unload and removal: what begins ends, and nothing secret gets out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import instance_id
from homeassistant.util import dt as dt_util
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import TEMPERATURE, WINDOW, House
from tests.simulators.wotkit import Trouble, WotkitServer
from tests.waiting import until

from ..conftest import (
    CLIENT_SECRET,
    KEY_ID,
    KEY_PASSWORD,
    PASSWORD,
    USERNAME,
    AddAccount,
)
from .conftest import AddExport
from .exported import DEFAULTS, exported, until_values


def export_tasks() -> list[str]:
    """Return the names of the tasks of exports."""
    names = [task.get_name() for task in asyncio.all_tasks()]
    return [name for name in names if name.startswith("iot_bridge")]


def timers() -> list[str]:
    """Return the timers of the integration that wait, for people to read."""
    loop: Any = asyncio.get_running_loop()
    waiting = [
        f"{timer._callback} {timer._args}"  # noqa: SLF001 - nothing public tells it
        for timer in loop._scheduled  # noqa: SLF001 - the same
        if not timer.cancelled()
    ]
    return [timer for timer in waiting if "iot_bridge" in timer and "export" in timer]


def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let all happen that is due after some seconds."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))


async def unload(
    hass: HomeAssistant, entry: ConfigEntry[Any], _: ConfigSubentry
) -> None:
    """Unload the account."""
    assert await hass.config_entries.async_unload(entry.entry_id)


async def remove(
    hass: HomeAssistant, entry: ConfigEntry[Any], _: ConfigSubentry
) -> None:
    """Remove the account."""
    await hass.config_entries.async_remove(entry.entry_id)


async def remove_export(
    hass: HomeAssistant, entry: ConfigEntry[Any], subentry: ConfigSubentry
) -> None:
    """Remove the export."""
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)


@pytest.mark.parametrize(
    ("end", "keeps_file"),
    [
        pytest.param(unload, True, id="unload"),
        pytest.param(remove, False, id="remove"),
        pytest.param(remove_export, False, id="remove the export"),
    ],
)
@pytest.mark.parametrize(
    "trouble", [None, Trouble(drop=True)], ids=["server is up", "server is down"]
)
async def test_the_end(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
    end: Callable[..., Awaitable[None]],
    keeps_file: bool,
    trouble: Trouble | None,
) -> None:
    """No task, no timer, no request is left; the disk holds what waits, or nothing."""
    subentry = await add_export(TEMPERATURE, heartbeat=60, min_interval=5)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    assert timers() != []
    server.trouble = trouble
    house.show(TEMPERATURE, 22)
    house.show(TEMPERATURE, 23)
    await end(hass, account, subentry)
    await hass.async_block_till_done()
    assert (f"iot_bridge.export.{subentry.subentry_id}" in hass_storage) == keeps_file
    assert export_tasks() == []
    assert timers() == []
    server.trouble = None
    requests = len(server.requests)
    house.show(TEMPERATURE, 24)
    await asyncio.sleep(0.1)
    assert len(server.requests) == requests


async def test_home_assistant_starts_and_stops(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """Nothing is sent before the start is over, and nothing once it stops."""
    hass.set_state(CoreState.starting)
    await add_export(TEMPERATURE)
    house.show(TEMPERATURE, 22)
    await asyncio.sleep(0.05)
    assert exported(server) == {}
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await until_values(server, "ha_kitchen", "temperature", [22.0])
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    house.show(TEMPERATURE, 23)
    await asyncio.sleep(0.05)
    await until_values(server, "ha_kitchen", "temperature", [22.0])


async def test_pace(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    add_export: AddExport,
) -> None:
    """Of quick changes the last one counts; without any, the value is sent again."""
    await add_export(TEMPERATURE, min_interval=30, heartbeat=10)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    for value in (22, 23, 24):
        house.show(TEMPERATURE, value)
    await asyncio.sleep(0.05)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    pass_time(hass, 31)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 24.0])
    pass_time(hass, 15 * 60)
    pass_time(hass, 30 * 60)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 24.0, 24.0])


@pytest.mark.parametrize("sign_in", ["key", "user", "password_grant"])
async def test_secrets(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    add_account: AddAccount,
    caplog: pytest.LogCaptureFixture,
    sign_in: str,
) -> None:
    """Neither the log nor the export's file nor the server's metadata holds any."""
    entry = await add_account(sign_in)
    caplog.clear()
    caplog.set_level("DEBUG")
    form = await flows.add_subentry(entry, "export")
    await flows.fill(form, {**DEFAULTS, "entities": [TEMPERATURE, WINDOW]})
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.trouble = Trouble(path="/data$", drop_after=True, times=1)
    house.show(TEMPERATURE, 22.125)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.125])
    server.remove_key(KEY_ID)
    server.add_user(USERNAME, "another one")
    server.revoke_all()
    house.show(TEMPERATURE, 22.375)
    (exporter,) = entry.runtime_data.exports.exporters
    await until(lambda: exporter.last_error is not None)
    assert await hass.config_entries.async_unload(entry.entry_id)

    (stored,) = [
        json.dumps(content)
        for name, content in hass_storage.items()
        if name.startswith("iot_bridge.export")
    ]
    tokens = entry.data.get("token", {})
    secrets = [PASSWORD, KEY_ID, KEY_PASSWORD, CLIENT_SECRET]
    secrets += [
        tokens[one] for one in tokens.keys() & {"access_token", "refresh_token"}
    ]
    own_log = "\n".join(
        f"{record.getMessage()} {record.exc_text}"
        for record in caplog.records
        if "iot_bridge" in record.name
    )
    marks = json.dumps(exported(server)["ha_kitchen"].metadata)
    for secret in secrets:
        assert secret not in own_log
        assert secret not in stored
        assert secret not in marks
    assert await instance_id.async_get(hass) not in marks
    # Values are the user's own business too.
    assert "22.125" not in own_log
