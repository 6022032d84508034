"""eWeLink in a real Home Assistant process, from the config flow to a push."""

import asyncio
from typing import Any

import pytest

from tests.simulators.ewelink import SimulatedDevice

from .ewelink import EMAIL, PASSWORD, EwelinkService
from .house import House
from .waiting import SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def ewelink_entry(house: House) -> Any:
    """Return the config entry of eWeLink."""
    entries = await house.api.get("config/config_entries/entry?domain=iot_bridge")
    [entry] = [one for one in entries if one["title"].startswith(EwelinkService.title)]
    return entry


def device_named(house: House, name: str) -> SimulatedDevice:
    """Return a simulated device by its name."""
    [device] = [one for one in house.ewelink.cloud.devices.values() if one.name == name]
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
    entry = await ewelink_entry(house)
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
    entry = await ewelink_entry(house)
    await house.api.post(f"config/config_entries/entry/{entry['entry_id']}/reload")
    dump = str(await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}"))
    assert "POWR2" in dump
    for secret in (EMAIL, PASSWORD, house.ewelink.cloud.accounts[0].apikey):
        assert secret not in dump
