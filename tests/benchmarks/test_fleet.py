"""Large fleets: what a device costs does not depend on how many others there are.

It is not among the tests, which other work on the machine must not disturb:
`.venv/bin/python -m pytest tests/benchmarks/test_fleet.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from itertools import cycle
from math import inf
import time
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.bridges.iotbiz.client import read_state
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.bridges.conftest import unload_at_end
from tests.bridges.iotbiz.conftest import CreateServer, create_server
from tests.bridges.iotbiz.world import CUSTOMER, customer

__all__ = ["create_server", "unload_at_end"]

SMALL: Final = 10
LARGE: Final = 1000
SPEAKER: Final = "device-7"
# A look at each other device, in whatever way, costs at least half as much again.
MOST_GROWTH: Final = 1.3


def stored(key: str, data: Any) -> dict[str, Any]:
    """Return a file as Home Assistant writes it."""
    return {"version": 1, "minor_version": 1, "key": key, "data": data}


def registration(device_id: str) -> dict[str, Any]:
    """Return what is kept of a device that is activated."""
    return {
        "device_id": device_id,
        "customer_id": CUSTOMER,
        "password_hash": "scrypt$$",
        "asked_at": 0.0,
        "activated": True,
        "approved": True,
        "waiting": False,
        "refused": False,
    }


type NewFleet = Callable[[int], Awaitable[MockConfigEntry]]


@pytest.fixture
async def new_fleet(
    hass: HomeAssistant, create_server: CreateServer, hass_storage: dict[str, Any]
) -> NewFleet:
    """Sets up servers with many devices."""
    assert await async_setup_component(hass, "file_upload", {})

    async def create(size: int) -> MockConfigEntry:
        options = {"customers": [customer(limit=LARGE)], "silent_minutes": 60}
        entry = await create_server(options=options, set_up=False)
        key = f"{DOMAIN}.iotbiz.{entry.entry_id}"
        devices = [registration(f"device-{number}") for number in range(size)]
        hass_storage[key] = stored(key, {"devices": devices})
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    return create


def speaker(entry: MockConfigEntry, *messages: str) -> Callable[[], None]:
    """Return what lets a device say some things in turn, forty times."""
    states = cycle([read_state(message) for message in messages])

    def speak() -> None:
        for _ in range(40):
            entry.runtime_data.take_state(SPEAKER, next(states), dt_util.utcnow())

    return speak


def cheapest[KeyT](actions: Mapping[KeyT, Callable[[], None]]) -> dict[KeyT, float]:
    """Return the seconds of the processor that each takes at least.

    They take turns; what else the machine does meanwhile does not count.
    """
    least = dict.fromkeys(actions, inf)
    for _ in range(25):
        for key, act in actions.items():
            begin = time.thread_time()
            act()
            least[key] = min(least[key], time.thread_time() - begin)
    return least


MESSAGES: Final = {
    "values": ('{"status": "up", "level": 1}', '{"status": "up", "level": 2}'),
    "taken back": ('{"status": "up", "level": 1}', '{"status": "up", "level": null}'),
    "status": ('{"status": "up"}', '{"status": "upgrading"}'),
    "comes and goes": ('{"status": "up"}', '{"status": "down"}'),
}


async def test_message(hass: HomeAssistant, new_fleet: NewFleet) -> None:
    """A message costs the same with ten as with a thousand devices."""
    fleets = {size: await new_fleet(size) for size in (SMALL, LARGE)}
    speakers = {
        (kind, size): speaker(entry, *messages)
        for kind, messages in MESSAGES.items()
        for size, entry in fleets.items()
    }
    for speak in speakers.values():
        speak()
    await hass.async_block_till_done()
    least = cheapest(speakers)
    growth = {kind: least[kind, LARGE] / least[kind, SMALL] for kind in MESSAGES}
    assert {kind: ratio for kind, ratio in growth.items() if ratio > MOST_GROWTH} == {}
