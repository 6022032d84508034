"""What a status says holds until it runs out, and ends at that very moment."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.bridges.leftovers import timers
from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, Trouble, sensor_id
from tests.waiting import note_changes, state_of

from .conftest import CreateEntry
from .rhythm import NOW
from .world import attribute, go_to, never_unavailable, poll, sensor_listings, settle

VALID: Final = 450
END: Final = NOW + timedelta(seconds=VALID)
MOMENT: Final = timedelta(milliseconds=20)

TEMPERATURE: Final = "sensor.climate_temperature"
HUMIDITY: Final = "sensor.climate_humidity"
DOOR: Final = "binary_sensor.control_door"
CONNECTED: Final = "binary_sensor.greenhouse_connectivity"
GATEWAY_PROBLEM: Final = "binary_sensor.greenhouse_problem"
PROBLEM: Final = "binary_sensor.climate_problem"
ALL: Final = (TEMPERATURE, HUMIDITY, DOOR)


@pytest.fixture
def clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """The clock stands still unless it is turned."""
    # It would warn of each turn of the clock.
    hass.loop.set_debug(False)
    freezer.move_to(NOW)
    return freezer


def report(server: ThingplusSimulator, valid: float = VALID, value: Any = "on") -> None:
    """Let all sensors and their gateway report a status."""
    for thing_id in (GATEWAY, *server.sensors):
        server.report_status(thing_id, value, valid)


@pytest.fixture
async def entry(
    clock: FrozenDateTimeFactory, server: ThingplusSimulator, create_entry: CreateEntry
) -> ConfigEntry[Any]:
    """Gateway and sensors have reported just now."""
    report(server)
    return await create_entry()


async def turn_to(
    hass: HomeAssistant, clock: FrozenDateTimeFactory, moment: datetime
) -> None:
    """Turn all clocks, and wait for what comes of it."""
    go_to(hass, clock, moment)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_to_the_moment(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
) -> None:
    """No poll is needed to notice, and none of those before makes it sooner."""
    changes = note_changes(hass)
    await turn_to(hass, clock, END - timedelta(seconds=30))
    await turn_to(hass, clock, END - timedelta(milliseconds=1))
    assert changes == []
    asked = len(server.requests)

    go_to(hass, clock, END + MOMENT)
    assert {state_of(hass, one) for one in ALL} == {STATE_UNAVAILABLE}
    assert state_of(hass, CONNECTED) == "off"
    assert state_of(hass, GATEWAY_PROBLEM) == "off"
    assert len(server.requests) == asked


async def test_back_with_the_next_report(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
) -> None:
    """It is there again with what was reported meanwhile."""
    await turn_to(hass, clock, END + timedelta(minutes=20))
    report(server)
    server.report(sensor_id("temperature"), "7.5")
    await turn_to(hass, clock, END + timedelta(minutes=26))
    assert state_of(hass, TEMPERATURE) == "7.5"
    assert state_of(hass, CONNECTED) == "on"


async def test_for_ever(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A status may hold for ever."""
    report(server, valid=-1)
    await create_entry()
    changes = note_changes(hass)
    for day in range(1, 5):
        await turn_to(hass, clock, NOW + timedelta(days=day))
    assert never_unavailable(changes)


async def test_gateway_takes_its_sensors_along(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """However long the statuses of its sensors hold."""
    report(server, valid=-1)
    server.report_status(GATEWAY, "on", VALID)
    await create_entry()
    go_to(hass, clock, END - timedelta(milliseconds=1))
    assert state_of(hass, DOOR) == "off"
    go_to(hass, clock, END + MOMENT)
    assert {state_of(hass, one) for one in ALL} == {STATE_UNAVAILABLE}
    assert state_of(hass, CONNECTED) == "off"


async def test_one_sensor(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A sensor that reports no more takes nobody along."""
    report(server, valid=-1)
    server.report_status(sensor_id("temperature"), "on", VALID)
    server.report_status(sensor_id("humidity"), "on", VALID + 60)
    await create_entry()
    changes = note_changes(hass)
    go_to(hass, clock, END + MOMENT)
    assert changes == [f"{TEMPERATURE}: {STATE_UNAVAILABLE}"]
    go_to(hass, clock, END + timedelta(seconds=60) + MOMENT)
    assert changes[1:] == [f"{HUMIDITY}: {STATE_UNAVAILABLE}"]


async def test_off(
    hass: HomeAssistant, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """Who says to be off is not available, and that is no problem."""
    server.report_status(sensor_id("temperature"), "off", VALID)
    await create_entry()
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, HUMIDITY) == "55.0"
    assert state_of(hass, PROBLEM) == "off"


async def test_gateway_is_off(
    hass: HomeAssistant, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """Nor is what is on a gateway that says so."""
    server.report_status(GATEWAY, "off", VALID)
    await create_entry()
    assert {state_of(hass, one) for one in ALL} == {STATE_UNAVAILABLE}
    assert state_of(hass, CONNECTED) == "off"
    assert state_of(hass, GATEWAY_PROBLEM) == "off"


async def test_no_status(
    hass: HomeAssistant, server: ThingplusSimulator, create_entry: CreateEntry
) -> None:
    """Who has never said anything may be anything; an actuator need not say it."""
    server.sensors[sensor_id("temperature")].statuses.clear()
    server.sensors[sensor_id("powerSwitch")].statuses.clear()
    await create_entry()
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, "switch.control_fan") == "unknown"


async def test_error(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """A sensor that tells of an error is named, as long as that holds."""
    report(server, valid=-1)
    server.report_status(sensor_id("temperature"), "err", VALID)
    server.report_status(sensor_id("humidity"), "err", -1)
    await create_entry()
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, PROBLEM) == "on"
    assert attribute(hass, PROBLEM, "sensors") == ["Temperature", "Humidity"]
    assert state_of(hass, GATEWAY_PROBLEM) == "off"
    assert state_of(hass, "binary_sensor.control_problem") == "off"

    await turn_to(hass, clock, END - timedelta(milliseconds=1))
    assert attribute(hass, PROBLEM, "sensors") == ["Temperature", "Humidity"]
    go_to(hass, clock, END + MOMENT)
    assert attribute(hass, PROBLEM, "sensors") == ["Humidity"]
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    server.report_status(sensor_id("humidity"), "on", -1)
    await turn_to(hass, clock, END + timedelta(minutes=10))
    assert state_of(hass, PROBLEM) == "off"
    assert state_of(hass, HUMIDITY) == "55.0"


async def test_error_of_the_gateway(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """It is named too."""
    server.report_status(GATEWAY, "err", VALID)
    await create_entry()
    assert attribute(hass, GATEWAY_PROBLEM, "sensors") == ["Greenhouse"]
    assert state_of(hass, PROBLEM) == "off"
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    go_to(hass, clock, END + MOMENT)
    assert state_of(hass, GATEWAY_PROBLEM) == "off"


async def test_out_of_reach(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
) -> None:
    """Within the grace of an outage a status runs out as well, and not sooner."""
    server.trouble = Trouble(status=503)
    await turn_to(hass, clock, END - timedelta(seconds=20))
    assert entry.runtime_data.last_update_success is False
    go_to(hass, clock, END - timedelta(milliseconds=1))
    assert state_of(hass, TEMPERATURE) == "21.5"
    go_to(hass, clock, END + MOMENT)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, CONNECTED) == "off"


async def test_new_status_is_on_its_way(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
) -> None:
    """The time runs out between a question and its answer, which tells of a new one."""
    report(server)
    server.report_status(GATEWAY, "on", -1)
    await create_entry()
    asked = len(sensor_listings(server, GATEWAY))
    server.trouble = Trouble(slow=12, path="/sensors$", times=1)
    go_to(hass, clock, END - timedelta(seconds=10))
    await settle(lambda: len(sensor_listings(server, GATEWAY)) > asked)
    assert state_of(hass, TEMPERATURE) == "21.5"
    go_to(hass, clock, END + MOMENT)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    report(server)
    await turn_to(hass, clock, END + timedelta(seconds=3))
    assert state_of(hass, TEMPERATURE) == "21.5"


@pytest.mark.parametrize("ahead", [-180, -30, 30, 180])
async def test_clock_of_the_server(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    create_entry: CreateEntry,
    ahead: float,
) -> None:
    """Where it is off, what it tells of times is as well."""
    server.clock = lambda: dt_util.utcnow().timestamp() + ahead
    report(server)
    await create_entry()
    about = timedelta(seconds=1)
    go_to(hass, clock, END - about)
    assert state_of(hass, TEMPERATURE) == "21.5"
    go_to(hass, clock, END + about)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE


async def test_what_runs_out_is_told_once(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
) -> None:
    """The polls that follow have nothing to add."""
    changes = note_changes(hass)
    await turn_to(hass, clock, END + MOMENT)
    await turn_to(hass, clock, END + timedelta(minutes=6))
    assert changes.count(f"{TEMPERATURE}: {STATE_UNAVAILABLE}") == 1
    assert len(changes) == len(set(changes))


async def test_removed_meanwhile(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
) -> None:
    """The status of a gateway that is no more runs out without a sound."""
    server.add_gateway("shed", "Shed")
    server.remove(GATEWAY)
    await turn_to(hass, clock, NOW + timedelta(seconds=400))
    assert state_of(hass, TEMPERATURE) == "(none)"
    await turn_to(hass, clock, END + MOMENT)
    assert state_of(hass, CONNECTED) == "(none)"


async def test_unload(
    hass: HomeAssistant, clock: FrozenDateTimeFactory, entry: ConfigEntry[Any]
) -> None:
    """Nothing waits for an end any more."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert timers() == []
    go_to(hass, clock, END + MOMENT)


async def test_unload_while_a_poll_is_on_its_way(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
) -> None:
    """An answer that comes too late begins nothing."""
    server.trouble = Trouble(slow=1)
    clock.move_to(NOW + timedelta(minutes=6))
    asked = len(server.requests)
    polling = asyncio.create_task(poll(entry))
    await settle(lambda: len(server.requests) > asked)
    assert await hass.config_entries.async_unload(entry.entry_id)
    go_to(hass, clock, NOW + timedelta(minutes=7))
    await polling
    assert timers() == []
