"""What is on the disk when Home Assistant is cut off, and a disk that fails or hangs."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from tests.bridges.iotbiz.mqtt_rig import MqttRig
from tests.bridges.iotbiz.world import DEVICE, pass_time
from tests.waiting import state_of, until_state

from .agents import NewAgent, agent, new_agent, pattern
from .callers import BASE, CONNECTED, LEVEL, Caller, bearer, refused

__all__ = ["agent", "new_agent"]

NOT_KEPT: Final = refused("The device could not be stored. Try again later.")


def status(level: float) -> dict[str, Any]:
    """Return a message."""
    return {"status": "online", "level": level}


class Disk:
    """What a restart would find of the values."""

    def __init__(
        self, hass: HomeAssistant, entry: MockConfigEntry, files: dict[str, Any]
    ) -> None:
        """Look into the files of Home Assistant."""
        self._hass = hass
        self._key = f"{DOMAIN}.iotbiz_states.{entry.entry_id}"
        self._files = files

    async def pass_minutes(self, minutes: float) -> None:
        """Let time pass; what is due is written."""
        pass_time(self._hass, minutes=minutes)
        await self._hass.async_block_till_done()

    def device(self) -> dict[str, Any]:
        """Return what is written of the device."""
        written: dict[str, Any] = self._files[self._key]["data"][DEVICE]
        return written


@pytest.fixture
async def disk(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> Disk:
    """The disk, where nothing is waiting to be written."""
    return Disk(hass, entry, hass_storage)


async def test_chatty_device(disk: Disk, here: Caller) -> None:
    """A cut loses five minutes at the most, also where devices speak all the time."""
    await here.enrol()
    for level in range(3):
        assert await here.update(status(level)) == (200, "")
    await disk.pass_minutes(5.1)
    assert disk.device()["state"]["number:level"] == 2
    for level in range(3, 5):
        assert await here.update(status(level)) == (200, "")
    assert disk.device()["state"]["number:level"] == 2
    await disk.pass_minutes(5.1)
    assert disk.device()["state"]["number:level"] == 4


async def test_silent_device(
    hass: HomeAssistant, entry: MockConfigEntry, disk: Disk, here: Caller
) -> None:
    """A device that fell silent is offline after a restart as well."""
    options = {**entry.options, "silent_minutes": 20}
    hass.config_entries.async_update_entry(entry, options=options)
    await here.enrol()
    assert await here.update(status(1)) == (200, "")
    await disk.pass_minutes(5.1)
    assert disk.device()["online"] is True
    await disk.pass_minutes(20.1)
    assert state_of(hass, CONNECTED) == "off"
    await disk.pass_minutes(5.1)
    assert disk.device()["online"] is False


async def test_retained_will(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    disk: Disk,
    mqtt_rig: MqttRig,
    new_agent: NewAgent,
) -> None:
    """What was retained of a device is kept as well."""
    device = await new_agent()
    await mqtt_rig.until_subscribed(pattern("state"))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await mqtt_rig.observer.publish(
        device.state_topic, '{"agentStatus": "online"}', retain=True
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_state(hass, CONNECTED, "on")
    assert disk.device()["online"] is False
    await disk.pass_minutes(5.1)
    assert disk.device()["online"] is True


@contextmanager
def full_disk() -> Iterator[None]:
    """Nothing can be written meanwhile."""

    async def fail(*_: object) -> None:
        raise WriteError("No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "_async_write_data", fail)
        yield


@pytest.mark.usefixtures("hass_storage")
async def test_full_disk_while_registering(here: Caller) -> None:
    """Who could not be stored is told so: after a restart nobody would know it."""
    with full_disk():
        assert await here.register() == NOT_KEPT
    await here.enrol()


async def test_full_disk_while_activating(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    here: Caller,
    hass_storage: dict[str, Any],
) -> None:
    """An activation counts when it is on the disk, and is tried again until then."""
    password = await here.password()
    with full_disk():
        for _ in range(30):
            assert await here.activate(password) == NOT_KEPT
    assert await here.activate(password) == (200, "")
    key = f"{DOMAIN}.iotbiz.{entry.entry_id}"
    (written,) = hass_storage[key]["data"]["devices"]
    assert written["activated"] is True
    assert await here.update(status(1)) == (200, "")
    await until_state(hass, LEVEL, "1")


@contextmanager
def hanging_disk() -> Iterator[asyncio.Event]:
    """A disk that writes nothing before this is set."""
    save, goes_on = Store.async_save, asyncio.Event()

    async def save_later(store: Store[Any], data: Any) -> None:
        await goes_on.wait()
        await save(store, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "async_save", save_later)
        yield goes_on


async def test_hanging_disk(hass: HomeAssistant, here: Caller) -> None:
    """Who registers waits for the disk; who is a device already does not."""
    password = await here.enrol()
    login = {"username": DEVICE, "password": password}
    question = f"{BASE}/broker/emqx/authenticate"
    with hanging_disk() as goes_on:
        tasks = [asyncio.create_task(here.register(f"new{one}")) for one in range(3)]
        async with asyncio.timeout(5):
            assert await here.update(status(1)) == (200, "")
            assert await here.activate(password) == (200, "")
            answer = await here.post(question, login, bearer())
        assert answer == (200, {"result": "allow", "is_superuser": False})
        await until_state(hass, LEVEL, "1")
        assert not any(one.done() for one in tasks)
        goes_on.set()
        answers = await asyncio.gather(*tasks)
    assert [code for code, _ in answers] == [201] * 3
    assert await here.activate(answers[0][1]["password"], "new0") == (200, "")
    await until_state(hass, "binary_sensor.new0_connectivity", "off")
