"""Somebody else's IoTBiz with two devices, and entries of a user who sees them."""

from collections.abc import AsyncIterator, Awaitable, Callable
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.bridges.iotbiz.reader.account import unique_id_of
from custom_components.iot_bridge.bridges.iotbiz.titles import title_of
from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from tests.simulators.iotbiz import IotbizSimulator

from .world import CUSTOMER, GATE, PASSWORD, PUMP, USERNAME, say

type CreateReader = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def expected_faults() -> list[str]:
    """Client faults that a test provokes; none unless overridden."""
    return []


@pytest.fixture
async def iotbiz(
    socket_enabled: None, expected_faults: list[str]
) -> AsyncIterator[IotbizSimulator]:
    """An IoTBiz without a broker; at the end of a test its client has made no fault.

    A pump has told one value of each kind, a gate has only said that it is there.
    """
    # Not `time.time` itself: a test may turn the clock.
    simulated = IotbizSimulator(lambda: time.time())
    simulated.add_user(USERNAME, PASSWORD)
    await simulated.add_device(PUMP, CUSTOMER)
    await simulated.add_device(GATE, CUSTOMER)
    say(simulated, PUMP, flow=21.5, turns=3, dry=False, mode="eco")
    say(simulated, GATE)
    await simulated.start()
    yield simulated
    await simulated.stop()
    assert simulated.faults == expected_faults


def reader_data(iotbiz: IotbizSimulator) -> dict[str, Any]:
    """Return what the config flow stores."""
    return {
        "bridge": "iotbiz",
        "role": "reader",
        "url": iotbiz.url,
        "username": USERNAME,
        "password": PASSWORD,
    }


@pytest.fixture
def create_reader(
    hass: HomeAssistant, iotbiz: IotbizSimulator, unload_at_end: None
) -> CreateReader:
    """Create the entry of a reader as the config flow does, and set it up."""

    async def create() -> MockConfigEntry:
        data = reader_data(iotbiz)
        entry = MockConfigEntry(
            domain=DOMAIN,
            title=title_of(data),
            unique_id=unique_id_of(data),
            data=data,
        )
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    return create
