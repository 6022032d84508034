"""IoTBiz in a real Home Assistant process that is a device, and a user, of a platform."""

import asyncio
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from tests.simulators.iotbiz import NOT_INSTALLED, IotbizSimulator, find_mosquitto

from .home_assistant import HomeAssistantApi
from .house import House
from .iotbiz_platform import CUSTOMER, DEVICE, EXPORTED, PASSWORD
from .waiting import until, until_state

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(find_mosquitto() is None, reason=NOT_INSTALLED),
]

CONNECTION = "binary_sensor.iotbiz_127_0_0_1_connectivity"
COMMAND = "event.iotbiz_127_0_0_1_command"
LIGHT = "switch.hall_light"


@pytest_asyncio.fixture(loop_scope="session")
async def platform(house: House) -> IotbizSimulator:
    """The platform; Home Assistant has told it all that was chosen."""
    known = house.iotbiz_platform.platform
    await until(lambda: set(EXPORTED) <= state_of(known).keys())
    return known


async def entry_of(api: HomeAssistantApi) -> Any:
    """Return the config entry in which Home Assistant is a device."""
    entries = await api.get("config/config_entries/entry?domain=iot_bridge")
    [entry] = [
        one for one in entries if "iotbiz_export" in one["supported_subentry_types"]
    ]
    return entry


def state_of(platform: IotbizSimulator) -> dict[str, Any]:
    """Return what Home Assistant has told last."""
    return dict(platform.devices[DEVICE].state or {})


def is_told(platform: IotbizSimulator, wanted: bool) -> bool:
    """Return whether Home Assistant has told last that the light is on, or off."""
    return state_of(platform)[LIGHT] is wanted


async def test_device_is_registered(house: House, platform: IotbizSimulator) -> None:
    """Once, with all that is known of the chosen entities."""
    entry = await entry_of(house.api)
    assert (entry["state"], entry["num_subentries"]) == ("loaded", 1)
    done = [(one.action, one.status) for one in platform.registrations]
    assert done == [("register", 201), ("activate", 200)]
    assert platform.devices[DEVICE].agent_status == "online"
    assert (await house.api.states())[CONNECTION]["state"] == "on"
    told = state_of(platform)
    assert told["status"] == told["agentStatus"] == "online"
    assert told["programStatus"] == "up"
    assert isinstance(told["sensor.living_room_climate_temperature"], float)
    assert isinstance(told["binary_sensor.front_door"], bool)


async def test_change_is_a_row(house: House, platform: IotbizSimulator) -> None:
    """One message for what changes."""
    rows = platform.devices[DEVICE].rows
    before = (await house.api.states())[LIGHT]["state"] == "on"
    assert state_of(platform)[LIGHT] is before
    known = len(rows)

    for wanted in (not before, before):
        await house.api.call("switch", "toggle", entity_id=LIGHT)
        await until(partial(is_told, platform, wanted))

    assert [row.state[LIGHT] for row in rows[known:]] == [not before, before]


async def test_command_is_an_event(house: House, platform: IotbizSimulator) -> None:
    """On the bus and as an entity; nothing else happens."""
    async with house.api.websocket() as web:
        await web.command("subscribe_events", event_type="iot_bridge_iotbiz_command")
        await platform.send_command(DEVICE, '{"lamp": "on", "level": 3}')
        event = await asyncio.wait_for(web.next_event(), 10)

    assert event["data"]["data"] == {"lamp": "on", "level": 3}
    await until_state(
        house.api,
        COMMAND,
        (await house.api.states())[COMMAND]["state"],
        event_type="command",
        text='{"lamp": "on", "level": 3}',
        data={"lamp": "on", "level": 3},
    )


async def test_other_devices_are_shown(house: House, platform: IotbizSimulator) -> None:
    """To a user of the platform; Home Assistant itself is not among them."""
    states = await house.api.states()
    told = platform.devices["Compressor"].state or {}
    assert states["sensor.compressor_pressure"]["state"] == str(told["pressure"])
    assert states["binary_sensor.forklift_connectivity"]["state"] == "on"
    async with house.api.websocket() as web:
        serials = [
            device["serial_number"]
            for device in await web.command("config/device_registry/list")
        ]
    assert serials.count(DEVICE) == serials.count("Forklift") == 1


async def test_no_secret_is_shown(house: House, platform: IotbizSimulator) -> None:
    """Diagnostics tell of the connection, and not what opens it."""
    entry = await entry_of(house.api)
    dump = await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}")
    secrets = (platform.devices[DEVICE].password, CUSTOMER, PASSWORD)
    assert [one for one in secrets if one in str(dump["data"])] == []
