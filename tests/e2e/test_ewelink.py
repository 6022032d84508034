"""eWeLink in a real Home Assistant process, from the config flow to a push."""

import asyncio
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.simulators.ewelink import SimulatedDevice

from .home_assistant import HomeAssistantApi
from .house import EMAIL, PASSWORD, USER, House

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECONDS = 10


def device_named(house: House, name: str) -> SimulatedDevice:
    """Return a simulated device by its name."""
    [device] = [one for one in house.cloud.devices.values() if one.name == name]
    return device


async def next_state_of(web: Any, entity_id: str) -> str:
    """Return the next state that an entity changes to."""
    async with asyncio.timeout(SECONDS):
        while True:
            event = await web.next_event()
            if event["data"]["entity_id"] == entity_id:
                state: str = event["data"]["new_state"]["state"]
                return state


async def test_entry_is_loaded(house: House) -> None:
    """The flow has ended with an entry, and its devices have entities."""
    [entry] = await house.api.get("config/config_entries/entry?domain=iot_bridge")
    assert entry["state"] == "loaded"
    states = await house.api.states()
    assert states["switch.hall_light"]["state"] == "off"
    assert states["switch.garden_fountain"]["attributes"]["friendly_name"] == (
        "Garden Fountain"
    )
    assert states["sensor.heat_pump_power"]["attributes"]["unit_of_measurement"] == "W"


async def test_toggle_reaches_the_device(house: House) -> None:
    """A switch that is turned on over Home Assistant's API is on in the cloud."""
    light = device_named(house, "Hall light")

    await house.api.call("switch", "turn_on", entity_id="switch.hall_light")

    assert light.params["switch"] == "on"
    states = await house.api.states()
    assert states["switch.hall_light"]["state"] == "on"


async def test_push_is_seen(house: House) -> None:
    """Somebody presses a switch, and the web page would hear of it at once."""
    light = device_named(house, "Bedroom light")
    async with house.api.websocket() as web:
        await web.command("subscribe_events", event_type="state_changed")
        await light.press()
        assert await next_state_of(web, "switch.bedroom_light") == "on"
        await light.set_online(False)
        assert await next_state_of(web, "switch.bedroom_light") == "unavailable"
        await light.set_online(True)
        assert await next_state_of(web, "switch.bedroom_light") == "on"


async def test_refused_command_is_told(house: House) -> None:
    """An action that fails is an error in the user's language."""
    machine = device_named(house, "Coffee machine")
    machine.refuses = 504
    async with house.api.websocket() as web:
        with pytest.raises(RuntimeError, match="did not confirm the command in time"):
            await web.command(
                "call_service",
                domain="switch",
                service="turn_on",
                service_data={"entity_id": "switch.coffee_machine"},
            )
    machine.refuses = None


async def test_reload_and_diagnostics(house: House) -> None:
    """The entry can be reloaded, and its diagnostics hold no secret."""
    [entry] = await house.api.get("config/config_entries/entry?domain=iot_bridge")
    await house.api.post(f"config/config_entries/entry/{entry['entry_id']}/reload")
    dump = str(await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}"))
    assert "POWR2" in dump
    for secret in (EMAIL, PASSWORD, house.cloud.accounts[0].apikey):
        assert secret not in dump


async def test_restart(house: House) -> None:
    """After a restart all is there again, with what changed meanwhile, without a sign-in."""
    light = device_named(house, "Hall light")
    await house.process.stop()
    await asyncio.to_thread(house.process.log.rename, house.process.log_before)
    light.params["switch"] = "off"
    await house.process.start()

    async with ClientSession() as session:
        api = await HomeAssistantApi.sign_in(session, house.process.url, USER, USER)
        async with asyncio.timeout(SECONDS):
            while "switch.hall_light" not in (states := await api.states()):
                await asyncio.sleep(0.1)
        assert states["switch.hall_light"]["state"] == "off"
        await house.cloud.wait_for_socket()
        await api.call("switch", "turn_on", entity_id="switch.hall_light")
    assert light.params["switch"] == "on"
    assert sum("login" in request.path for request in house.cloud.requests) == 1


async def test_nothing_went_wrong(house: House) -> None:
    """The client has made no fault, and Home Assistant's log tells of none of ours."""
    assert house.cloud.faults == []
    logs = (house.process.log_before, house.process.log)
    ours = [
        line
        for log in logs
        for line in (await asyncio.to_thread(log.read_text)).splitlines()
        if "iot_bridge" in line and "has not been tested by Home Assistant" not in line
    ]
    assert ours == []
