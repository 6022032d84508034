"""Which devices a reader shows: those there are, but Home Assistant itself."""

from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.bridges.world import device_names, device_of, poll_and_settle
from tests.simulators.iotbiz import IotbizSimulator
from tests.waiting import state_of

from .conftest import CreateReader
from .world import CONNECTION, CUSTOMER, FLOW, GATE, PUMP, key_of, say

OWN: Final = "home-assistant-0123456789ab"


async def test_new_device(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """It appears with all that it has told."""
    entry = await create_reader()
    assert device_names(hass, entry) == {PUMP, GATE}
    await iotbiz.add_device("mill", CUSTOMER)
    say(iotbiz, "mill", speed=12)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {PUMP, GATE, "mill"}
    assert state_of(hass, "sensor.mill_speed") == "12"


async def test_device_that_is_gone(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """It goes with its entities, and may come back as another."""
    entry = await create_reader()
    await iotbiz.forget(PUMP)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {GATE}
    assert state_of(hass, FLOW) == "(none)"

    await iotbiz.add_device(PUMP, CUSTOMER)
    say(iotbiz, PUMP, flow=3)
    await poll_and_settle(hass, entry)
    assert state_of(hass, FLOW) == "3"


async def test_device_that_was_made_anew_between_two_polls(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """What the one before it had told is not true of it, though that is newer."""
    say(iotbiz, PUMP, 1_900_000_000, flow=3)
    entry = await create_reader()
    before = key_of(iotbiz, PUMP)
    await iotbiz.forget(PUMP)
    await iotbiz.add_device(PUMP, CUSTOMER)
    say(iotbiz, PUMP, 1_899_999_000, turns=8)
    assert key_of(iotbiz, PUMP) != before
    await poll_and_settle(hass, entry)
    assert state_of(hass, "sensor.pump_1_turns") == "8"
    assert state_of(hass, FLOW) == "unknown"


async def test_device_that_is_not_activated(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """It is no device yet."""
    device = await iotbiz.add_device("mill", CUSTOMER, activated=False)
    entry = await create_reader()
    assert device_names(hass, entry) == {PUMP, GATE}
    device.activated = True
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {PUMP, GATE, "mill"}


async def test_empty_list(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Once or twice it may be a mistake; names and areas are kept meanwhile."""
    entry = await create_reader()
    dr.async_get(hass).async_update_device(
        device_of(hass, FLOW).id, name_by_user="My pump"
    )
    devices, iotbiz.devices = iotbiz.devices, {}
    for _ in range(2):
        await poll_and_settle(hass, entry)
    assert state_of(hass, CONNECTION) == "off"
    assert state_of(hass, FLOW) == "unavailable"

    iotbiz.devices = devices
    await poll_and_settle(hass, entry)
    assert state_of(hass, FLOW) == "21.5"
    assert device_of(hass, FLOW).name_by_user == "My pump"

    iotbiz.devices = {}
    for _ in range(3):
        await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == set()


async def test_no_device_at_all(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """An account may begin without any."""
    iotbiz.devices = {}
    entry = await create_reader()
    assert device_names(hass, entry) == set()
    await iotbiz.add_device("mill", CUSTOMER)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {"mill"}


@pytest.mark.parametrize("name", ["a b", "a/b", "a+", "#", "", "ß", "x" * 65])
async def test_name_that_no_device_can_have(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator, name: str
) -> None:
    """There is no topic for it: it is passed over, and all others are there."""
    await iotbiz.add_device(name, CUSTOMER)
    entry = await create_reader()
    assert device_names(hass, entry) == {PUMP, GATE}


async def test_list_in_pages(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """More devices than a page has, most of them never heard."""
    for number in range(600):
        await iotbiz.add_device(f"mill-{number}", CUSTOMER)
    entry = await create_reader()
    assert len(device_names(hass, entry)) == 602


async def test_two_readers(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """Two users may see the same device; each has entities of it."""
    first = await create_reader()
    second = await create_reader()
    assert device_names(hass, first) == device_names(hass, second) == {PUMP, GATE}
    assert [state_of(hass, one) for one in (FLOW, f"{FLOW}_2")] == ["21.5", "21.5"]


def agent(url: str, device_id: str = OWN, **data: Any) -> MockConfigEntry:
    """Return an entry of Home Assistant as a device."""
    own = {"bridge": "iotbiz", "role": "agent", "url": url, "device_id": device_id}
    return MockConfigEntry(domain=DOMAIN, data=own | data)


async def test_home_assistant_itself(
    hass: HomeAssistant, create_reader: CreateReader, iotbiz: IotbizSimulator
) -> None:
    """What Home Assistant sends does not come back, for as long as it is that device."""
    await iotbiz.add_device(OWN, CUSTOMER)
    own = agent(iotbiz.url)
    own.add_to_hass(hass)
    entry = await create_reader()
    assert device_names(hass, entry) == {PUMP, GATE}

    await hass.config_entries.async_remove(own.entry_id)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {PUMP, GATE, OWN}

    agent(iotbiz.url).add_to_hass(hass)
    await poll_and_settle(hass, entry)
    assert device_names(hass, entry) == {PUMP, GATE}


@pytest.mark.parametrize(
    "data",
    [
        {"url": "http://127.0.0.1:9"},
        {"device_id": "home-assistant-of-somebody"},
        {"role": "reader"},
        {"bridge": "wotkit"},
    ],
    ids=str,
)
async def test_somebody_else(
    hass: HomeAssistant,
    create_reader: CreateReader,
    iotbiz: IotbizSimulator,
    data: dict[str, Any],
) -> None:
    """What only looks like it is shown."""
    await iotbiz.add_device(OWN, CUSTOMER)
    agent(**{"url": iotbiz.url, **data}).add_to_hass(hass)
    entry = await create_reader()
    assert device_names(hass, entry) == {PUMP, GATE, OWN}
