"""Who is no honest device: refused with a reason, logged once, and nobody else loses."""

import asyncio
from collections.abc import Awaitable, Callable
import hashlib
import threading
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE, OTHER_CUSTOMER, customer
from tests.waiting import until_state

from .callers import (
    LEVEL,
    NO_LOGIN,
    NO_SPEAKER,
    NOT_ALLOWED,
    TOO_MANY,
    UPDATE,
    Answer,
    Caller,
    bearer,
    longest_standstill,
    refused,
)
from .conftest import Warnings


@pytest.fixture
def options() -> dict[str, Any]:
    """Two customers."""
    return {
        "admission": "automatic",
        "customers": [customer(limit=40), customer(OTHER_CUSTOMER)],
    }


@pytest.mark.usefixtures("freezer")
async def test_unknown_customer(
    here: Caller, elsewhere: Caller, warnings: Warnings
) -> None:
    """Guesses are refused, slowed down, and told once; others register meanwhile."""
    answers = [
        await elsewhere.register("guess", f"guess-{number}") for number in range(25)
    ]
    assert answers[:20] == [refused("Invalid customer id.")] * 20
    assert answers[20:] == [TOO_MANY] * 5
    # Not even a right number helps now.
    assert await elsewhere.register("guess", CUSTOMER) == TOO_MANY
    await here.enrol()
    told = [line for line in warnings() if "Invalid customer id" in line]
    assert len(told) == 1
    assert "127.0.0.2" in told[0]
    assert "guess" not in told[0]


@pytest.mark.usefixtures("freezer")
async def test_wrong_password(
    here: Caller, elsewhere: Caller, warnings: Warnings
) -> None:
    """Guesses of passwords are slowed down; the device can still activate its own."""
    password = await here.password()
    answers = [await elsewhere.activate(f"guess {number}") for number in range(22)]
    assert answers == [NO_LOGIN] * 20 + [TOO_MANY] * 2
    assert await elsewhere.activate(password) == TOO_MANY
    assert await here.activate(password) == (200, "")
    assert len([line for line in warnings() if "device or password" in line]) == 1


async def test_takeover(
    hass: HomeAssistant, here: Caller, elsewhere: Caller, warnings: Warnings
) -> None:
    """Whoever knows MAC address and customer number cannot push a device out.

    README, "Clarifications".
    """
    password = await here.enrol()
    taken = refused("Device already exists and is activated.")
    for name in (DEVICE, DEVICE.upper()):
        for customer_id in (CUSTOMER, OTHER_CUSTOMER):
            assert await elsewhere.register(name, customer_id) == taken
    assert await elsewhere.activate("stolen?") == NO_LOGIN
    assert await here.activate(password) == (200, "")
    assert await here.update({"status": "online", "level": 1}) == (200, "")
    await until_state(hass, LEVEL, "1")
    assert len([line for line in warnings() if "already exists" in line]) == 1


async def test_replayed_activation(hass: HomeAssistant, here: Caller) -> None:
    """An activation that was overheard works no more once the password was replaced."""
    former = await here.password()
    password = await here.password()
    assert await here.activate(former) == NO_LOGIN
    assert await here.activate(password) == (200, "")
    # With the right one there is nothing to gain: it has no effect.
    before = hass.states.async_all()
    assert await here.activate(password) == (200, "")
    assert await here.activate(former) == NO_LOGIN
    assert hass.states.async_all() == before


async def test_topics_of_others(
    hass: HomeAssistant, here: Caller, warnings: Warnings
) -> None:
    """A device speaks for itself alone: on just its own topic of states."""
    await here.enrol()
    await here.enrol("other")
    await here.enrol("foreign", OTHER_CUSTOMER)
    own = f"devices/out/{CUSTOMER}/{DEVICE}/state"
    topics = [
        f"devices/out/{CUSTOMER}/other/state",
        f"devices/out/{OTHER_CUSTOMER}/foreign/state",
        f"devices/out/{CUSTOMER}/zz{DEVICE}/state",
        f"devices/out/{CUSTOMER}/{DEVICE.upper()}/state",
        f"devices/out/{CUSTOMER}/+/state",
        f"devices/out/#/{DEVICE}/state",
        f"devices/in/{CUSTOMER}/{DEVICE}/state",
        f"/{own}",
        f"{own}/",
        f"{own}/state",
        f"{own}\n",
        own.replace("/state", "/supervisor"),
        own.removeprefix("devices/"),
        "",
    ]
    not_own = refused("topic is not that of the device's state.")
    for topic in topics:
        assert await here.update({"status": "on"}, topic=topic) == not_own, topic
    # These are the name's own, but no device has them.
    for device_id, customer_id in (
        (DEVICE, OTHER_CUSTOMER),
        (DEVICE, "nobody"),
        ("foreign", CUSTOMER),
        (f"zz{DEVICE}", CUSTOMER),
        (DEVICE.upper(), CUSTOMER),
    ):
        answer = await here.update(device_id=device_id, customer_id=customer_id)
        assert answer == NO_SPEAKER, device_id
    await hass.async_block_till_done()
    connected = ("44_8a_5b_9c_70_93", "other", "foreign")
    for name in connected:
        await until_state(hass, f"binary_sensor.{name}_connectivity", "off")
    assert len([line for line in warnings() if "topic is not" in line]) == 1


async def test_private_interface_from_elsewhere(
    hass: HomeAssistant, here: Caller, elsewhere: Caller, warnings: Warnings
) -> None:
    """The secret helps from an allowed address alone."""
    await here.enrol()
    for headers in (bearer(), bearer("guess"), {}):
        assert await elsewhere.update(headers=headers) == NOT_ALLOWED
    forged = {**bearer(), "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
    status, _ = await elsewhere.update(headers=forged)
    assert status in (400, 403)
    await hass.async_block_till_done()
    assert hass.states.get(LEVEL) is None
    told = [line for line in warnings() if "Not allowed" in line]
    assert len(told) == 1
    assert "127.0.0.2" in told[0]


async def test_private_interface_without_secret(
    hass: HomeAssistant, here: Caller, warnings: Warnings
) -> None:
    """An allowed address does not do without the secret; what is asked is not read."""
    await here.enrol()
    wrong: list[dict[str, str]] = [
        {},
        bearer(""),
        bearer("guess"),
        bearer("x" * 4000),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic Z3Vlc3M6Z3Vlc3M="},
        {"Authorization": "Digest guess"},
        {"Authorization": "Bearer"},
        {"X-Secret": "test-secret-of-the-private-api-0123456789ab"},
    ]
    for headers in wrong:
        assert await here.update(headers=headers) == NOT_ALLOWED, headers
        answer = await here.ask("POST", UPDATE, b"no JSON", headers)
        assert answer == NOT_ALLOWED
    await hass.async_block_till_done()
    assert hass.states.get(LEVEL) is None
    assert len(warnings()) == 1
    assert await here.update({"status": "online", "level": 1}) == (200, "")


async def test_same_work_for_nobody(
    here: Caller, elsewhere: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown device and a wrong password: the same answer, after the same work."""
    await here.enrol()
    hashes = watch_hashes(monkeypatch)
    # The first time there is something to be made that nobody is compared with.
    assert await elsewhere.activate("wrong", "nobody") == NO_LOGIN
    work: list[int] = []
    for device_id in ("nobody", DEVICE, DEVICE.upper(), "somebody", DEVICE):
        before = len(hashes)
        assert await elsewhere.activate("wrong", device_id) == NO_LOGIN
        work.append(len(hashes) - before)
    assert work == [1] * 5
    # None of it was done where Home Assistant does all else.
    assert threading.main_thread() not in hashes


def watch_hashes(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """Return a list that grows with the thread of each hash of a password."""
    threads: list[threading.Thread] = []
    scrypt = hashlib.scrypt

    def watched(*args: Any, **kwargs: Any) -> bytes:
        threads.append(threading.current_thread())
        return scrypt(*args, **kwargs)

    monkeypatch.setattr(hashlib, "scrypt", watched)
    return threads


async def test_capitals(here: Caller) -> None:
    """Two names that differ in capitals are one device's, before its activation too."""
    password = await here.password("Device")
    assert (await here.register("device"))[0] == 403
    assert await here.activate(password, "device") == NO_LOGIN
    assert await here.activate(password, "Device") == (200, "")
    assert await here.update(device_id="device") == NO_SPEAKER
    assert await here.update(device_id="Device") == (200, "")


async def test_workshop(
    hass: HomeAssistant, here: Caller, entry: MockConfigEntry
) -> None:
    """Devices that wait for the user ask again and again: that is no attack."""
    options = {**entry.options, "admission": "approve"}
    hass.config_entries.async_update_entry(entry, options=options)
    password = await here.password()
    for _ in range(25):
        status, answer = await here.activate(password)
        assert status == 403
        assert "approve" in answer["error"]
    await here.password("another")


@pytest.fixture
async def quick_loop() -> None:
    """Nothing is traced: that makes each request several times as expensive."""
    asyncio.get_running_loop().set_debug(False)


BURSTS: Final[dict[str, Callable[[Caller, int], Awaitable[Answer]]]] = {
    "guesses": lambda caller, n: caller.register(f"burst-{n}", f"number-{n}"),
    # All of these cost a hash.
    "right number": lambda caller, n: caller.register(f"burst-{n}"),
    "passwords": lambda caller, n: caller.activate("guess", f"burst-{n % 3}"),
}


@pytest.mark.usefixtures("quick_loop")
@pytest.mark.parametrize("attack", BURSTS)
async def test_burst(
    hass: HomeAssistant,
    here: Caller,
    elsewhere: Caller,
    warnings: Warnings,
    attack: str,
) -> None:
    """A thousand requests neither stop Home Assistant nor keep honest devices out."""
    await here.enrol("known")
    await here.password()
    request = BURSTS[attack]
    burst = asyncio.gather(*(request(elsewhere, number) for number in range(1000)))
    measured = asyncio.create_task(longest_standstill(burst))
    await asyncio.sleep(0.02)
    assert not burst.done()

    await here.enrol()
    for device_id in ("known", DEVICE):
        answer = await here.update({"status": "on", "level": 1}, device_id=device_id)
        assert answer == (200, "")
    await until_state(hass, LEVEL, "1")

    answers = await burst
    admitted = [answer for answer in answers if answer[0] != 403]
    assert len(admitted) <= 38
    # It always had time for others, and not only in the end.
    longest, duration = await measured
    assert longest < duration / 4
    reasons = {answer["error"] for status, answer in answers if status == 403}
    assert len(warnings()) == len(reasons)
    # The attacker alone is slowed down, not its customer number.
    assert await here.register("late") != TOO_MANY
