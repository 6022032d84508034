"""Requests that Home Assistant has begun to read when the entry is unloaded or removed."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE, pass_time
from tests.bridges.leftovers import timers
from tests.waiting import state_of, until_state

from .callers import (
    ACTIVATE,
    BASE,
    CONNECTED,
    LEVEL,
    REGISTER,
    UPDATE,
    Answer,
    Caller,
    bearer,
    refused,
)
from .conftest import Warnings

STOPPED = refused("Home Assistant is not ready. Try again later.")
SIGN_IN = f"{BASE}/broker/emqx/authenticate"


class Halted:
    """A request that has arrived, but for the end of its body."""

    def __init__(self, caller: Caller, path: str, fields: dict[str, Any]) -> None:
        """Begin to send it."""
        self._read = asyncio.Event()
        self._go_on = asyncio.Event()
        headers = {**bearer(), "Expect": "100-continue"}
        body = self._body(json.dumps(fields).encode())
        self._asking = asyncio.create_task(caller.ask("POST", path, body, headers))

    async def _body(self, body: bytes) -> AsyncIterator[bytes]:
        self._read.set()
        yield body[:1]
        await self._go_on.wait()
        yield body[1:]

    async def until_read(self) -> None:
        """Wait until Home Assistant has begun to read it."""
        async with asyncio.timeout(5):
            await self._read.wait()

    async def finish(self) -> Answer:
        """Send the rest; return the answer."""
        self._go_on.set()
        return await self._asking


def registration(device_id: str) -> dict[str, Any]:
    """Return what a device registers itself with."""
    return {"customer_id": CUSTOMER, "device_id": device_id}


def message(level: float) -> dict[str, Any]:
    """Return what a broker forwards."""
    return {
        "from_username": DEVICE,
        "topic": f"devices/out/{CUSTOMER}/{DEVICE}/state",
        "payload": json.dumps({"status": "online", "level": level}),
        "ts": 123,
    }


async def test_reload(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller, warnings: Warnings
) -> None:
    """What was begun before changes nothing afterwards, and the newer is not lost."""
    await here.enrol()
    assert await here.update({"status": "online", "level": 1}) == (200, "")
    await until_state(hass, LEVEL, "1")
    password = await here.password("second")
    halted = [
        Halted(here, REGISTER, registration("third")),
        Halted(here, ACTIVATE, {"device_id": "second", "password": password}),
        Halted(here, UPDATE, message(2)),
        Halted(here, SIGN_IN, {"username": DEVICE, "password": "x"}),
    ]
    for one in halted:
        await one.until_read()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await here.update({"status": "online", "level": 3}) == (200, "")
    await here.enrol("fourth")

    answers = [await one.finish() for one in halted]
    assert answers[:3] == [STOPPED] * 3
    assert answers[3] == (200, {"result": "deny", "is_superuser": False})
    # Nobody has done anything wrong.
    assert warnings() == []
    pass_time(hass, minutes=10)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, LEVEL) == "3"
    assert await here.activate(password, "second") == (200, "")
    assert await here.update(device_id="fourth") == (200, "")
    # The place of the one that was refused is free.
    await here.enrol("third")


async def test_unload(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A message that was begun leaves no timer behind that would write it later."""
    await here.enrol()
    await until_state(hass, CONNECTED, "off")
    halted = Halted(here, UPDATE, message(2))
    await halted.until_read()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await halted.finish() == STOPPED
    assert timers() == []


@pytest.mark.usefixtures("slow_disk")
@pytest.mark.parametrize("admission", ["automatic", "approve"])
async def test_remove(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_storage: dict[str, Any],
    admission: str,
) -> None:
    """Nothing is left of an entry that is removed while devices come: no file, no issue."""
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "admission": admission}
    )
    password = await here.password()
    halted = Halted(here, REGISTER, registration("second"))
    await halted.until_read()
    activating = asyncio.create_task(here.activate(password))
    registering = asyncio.create_task(here.register("third"))
    waits = {"automatic": "activated", "approve": "waiting"}[admission]

    def is_being_written() -> bool:
        return bool(getattr(entry.runtime_data.enrolment, waits))

    async with asyncio.timeout(5):
        while not is_being_written():
            await asyncio.sleep(0.002)
    await hass.config_entries.async_remove(entry.entry_id)
    assert await halted.finish() == STOPPED
    await asyncio.gather(activating, registering)
    await hass.async_block_till_done()
    pass_time(hass, minutes=10)
    await hass.async_block_till_done()
    assert [key for key in hass_storage if "iotbiz" in key] == []
    assert [key for key in ir.async_get(hass).issues if key[0] == DOMAIN] == []


@pytest.mark.usefixtures("slow_disk")
async def test_written_while_reloaded(
    hass: HomeAssistant, entry: MockConfigEntry, here: Caller
) -> None:
    """A password that was given is known after a reload, however slow the disk is."""
    registering = asyncio.create_task(here.register())
    async with asyncio.timeout(5):
        while DEVICE not in entry.runtime_data.enrolment.registrations:
            await asyncio.sleep(0.002)
    assert await hass.config_entries.async_reload(entry.entry_id)
    status, answer = await registering
    assert status == 201
    assert await here.activate(answer["password"]) == (200, "")
