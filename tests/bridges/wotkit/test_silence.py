"""A sensor that sends no data for too long is unavailable, at that very moment."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.bridges.leftovers import timers
from tests.simulators.wotkit import SimulatedSensor, Trouble, WotkitServer
from tests.waiting import note_changes, state_of

from .conftest import USERNAME, AddAccount
from .world import (
    BRIGHTNESS,
    LAMP_LAST_DATA,
    TAXI,
    TAXI_VALUE,
    TEMPERATURE,
    WEATHER_LAST_DATA,
    go_to,
    listings,
    pass_time,
    poll,
    poll_and_settle,
    settle,
)

NOW: Final = datetime(2031, 1, 17, 12, tzinfo=UTC)
MINUTES: Final = 10
END: Final = NOW + timedelta(minutes=MINUTES)


@pytest.fixture
async def station(
    freezer: FrozenDateTimeFactory,
    server: WotkitServer,
    sensors: dict[str, SimulatedSensor],
) -> SimulatedSensor:
    """The weather station, which has sent data right now."""
    freezer.move_to(NOW)
    server.clock = lambda: dt_util.utcnow().timestamp()
    station = sensors["weather_station"]
    station.updated_ms = 0
    for field in station.fields:
        field.updated_ms = None
    station.record({"temperature": 20}, at=NOW.timestamp())
    return station


@pytest.fixture
async def entry(station: SimulatedSensor, add_account: AddAccount) -> ConfigEntry[Any]:
    """The own sensors, which may be silent for some minutes."""
    return await add_account(silent_minutes=MINUTES)


async def test_to_the_moment(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    server: WotkitServer,
) -> None:
    """No poll is needed to notice; it is told once, and last data stays."""
    changes = note_changes(hass)
    asked = len(listings(server))

    go_to(hass, freezer, END - timedelta(milliseconds=1))
    assert state_of(hass, TEMPERATURE) == "20"

    go_to(hass, freezer, END + timedelta(milliseconds=20))
    assert len(listings(server)) == asked
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, WEATHER_LAST_DATA) == NOW.isoformat()
    await poll_and_settle(hass, entry)
    assert changes.count(f"{TEMPERATURE}: unavailable") == 1
    assert [one for one in changes if not one.endswith("unavailable")] == []


async def test_back_with_new_data(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    station: SimulatedSensor,
) -> None:
    """New data end the silence, and the time begins anew."""
    later = END + timedelta(minutes=5)
    go_to(hass, freezer, later)
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE

    station.record({"temperature": 17})
    await poll(entry)
    assert state_of(hass, TEMPERATURE) == "17"
    assert state_of(hass, WEATHER_LAST_DATA) == later.isoformat()

    go_to(hass, freezer, later + timedelta(minutes=MINUTES, milliseconds=-1))
    assert state_of(hass, TEMPERATURE) == "17"
    go_to(hass, freezer, later + timedelta(minutes=MINUTES, milliseconds=20))
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE


async def test_data_just_in_time(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    station: SimulatedSensor,
) -> None:
    """Who sends often enough is never silent."""
    changes = note_changes(hass)
    for number in range(1, 5):
        go_to(hass, freezer, NOW + number * timedelta(minutes=MINUTES - 1))
        station.record({"temperature": 20})
        await poll(entry)
    assert state_of(hass, TEMPERATURE) == "20"
    assert not [one for one in changes if one.endswith("unavailable")]


async def test_each_sensor_has_its_own_time(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    sensors: dict[str, SimulatedSensor],
) -> None:
    """One falls silent, then the other."""
    go_to(hass, freezer, NOW + timedelta(minutes=4))
    sensors["lamp_post"].record({"value": 55})
    await poll(entry)
    go_to(hass, freezer, END + timedelta(milliseconds=20))
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    assert state_of(hass, BRIGHTNESS) == "55"
    go_to(hass, freezer, END + timedelta(minutes=4, milliseconds=20))
    assert state_of(hass, BRIGHTNESS) == STATE_UNAVAILABLE


async def test_never_updated(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Who has never sent anything has nothing to show."""
    assert state_of(hass, BRIGHTNESS) == STATE_UNAVAILABLE
    assert state_of(hass, LAMP_LAST_DATA) == STATE_UNKNOWN


async def test_first_data_ever(
    hass: HomeAssistant, entry: ConfigEntry[Any], sensors: dict[str, SimulatedSensor]
) -> None:
    """It becomes available with its first data."""
    sensors["lamp_post"].record({"value": 1})
    await poll(entry)
    assert state_of(hass, BRIGHTNESS) == "1"


async def test_old_data(
    hass: HomeAssistant, station: SimulatedSensor, add_account: AddAccount
) -> None:
    """The taxi has been silent since 2012."""
    await add_account(choice="subscribed", silent_minutes=7 * 24 * 60)
    assert state_of(hass, TAXI) == STATE_UNAVAILABLE
    assert state_of(hass, TAXI_VALUE) == STATE_UNAVAILABLE


async def test_silence_is_allowed(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    station: SimulatedSensor,
    add_account: AddAccount,
) -> None:
    """Unless the user says otherwise, old data are as good as new ones."""
    await add_account(choice="both")
    go_to(hass, freezer, NOW + timedelta(days=400))
    assert state_of(hass, TAXI_VALUE) == "58.0"
    assert state_of(hass, TEMPERATURE) == "20"
    assert state_of(hass, BRIGHTNESS) == STATE_UNKNOWN


async def test_data_from_the_future(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    station: SimulatedSensor,
) -> None:
    """A clock that is ahead does not matter."""
    station.record({"temperature": 1}, at=END.timestamp())
    await poll(entry)
    go_to(hass, freezer, END + timedelta(minutes=MINUTES - 1))
    assert state_of(hass, TEMPERATURE) == "1"


async def test_silent_while_the_server_is_away(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    station: SimulatedSensor,
    server: WotkitServer,
) -> None:
    """Within the grace a sensor can fall silent too, and it is back with all others."""
    go_to(hass, freezer, END - timedelta(seconds=10))
    server.trouble = Trouble(status=503)
    await poll(entry)
    assert state_of(hass, TEMPERATURE) == "20"
    go_to(hass, freezer, END + timedelta(seconds=1))
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE

    server.trouble = None
    station.record({"temperature": 5})
    await poll(entry)
    assert state_of(hass, TEMPERATURE) == "5"


async def test_silent_while_new_data_are_on_their_way(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    station: SimulatedSensor,
    server: WotkitServer,
) -> None:
    """The time runs out between a question and its answer, which tells of new data."""
    go_to(hass, freezer, END - timedelta(seconds=1))
    await hass.async_block_till_done(wait_background_tasks=True)
    asked = len(listings(server))
    server.trouble = Trouble(slow=0.1, times=1)
    polling = asyncio.create_task(poll(entry))
    await settle(lambda: len(listings(server)) > asked)
    go_to(hass, freezer, END + timedelta(seconds=1))
    assert state_of(hass, TEMPERATURE) == STATE_UNAVAILABLE
    station.record({"temperature": 9})
    await polling
    assert state_of(hass, TEMPERATURE) == "9"


async def test_sensor_that_is_gone(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: ConfigEntry[Any],
    station: SimulatedSensor,
    server: WotkitServer,
) -> None:
    """The time of a sensor that is no more runs out without a sound."""
    server.remove_sensor(station)
    await poll_and_settle(hass, entry)
    go_to(hass, freezer, END + timedelta(seconds=1))
    await hass.async_block_till_done()
    assert state_of(hass, TEMPERATURE) == "(none)"


async def test_unload(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: ConfigEntry[Any]
) -> None:
    """Nothing waits for the end of a silence any more."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert timers() == []
    go_to(hass, freezer, END + timedelta(seconds=1))
    await hass.async_block_till_done()


async def test_unload_while_a_list_is_on_its_way(
    hass: HomeAssistant, entry: ConfigEntry[Any], server: WotkitServer
) -> None:
    """An answer that comes too late begins nothing."""
    asked = len(listings(server))
    server.trouble = Trouble(slow=1)
    polling = asyncio.create_task(poll(entry))
    await settle(lambda: len(listings(server)) > asked)
    assert await hass.config_entries.async_unload(entry.entry_id)
    pass_time(hass, seconds=2)
    await polling
    assert timers() == []


async def test_shorter_silence(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    station: SimulatedSensor,
    server: WotkitServer,
    add_account: AddAccount,
) -> None:
    """A sensor of somebody else is as silent as one's own."""
    server.unsubscribe(USERNAME, server.sensors[1])
    compiler = server.find_named("grace.hopper", "compiler")
    assert compiler is not None
    server.subscribe(USERNAME, compiler)
    compiler.record({"value": 5})
    await add_account(choice="subscribed", silent_minutes=1)
    assert state_of(hass, "sensor.compiler_data") == "5"
    go_to(hass, freezer, NOW + timedelta(seconds=61))
    assert state_of(hass, "sensor.compiler_data") == STATE_UNAVAILABLE
