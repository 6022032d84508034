"""Long stories with a clock: restarts, an outage, a day."""

from itertools import pairwise
import time
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import CELSIUS, LOUNGE, TEMPERATURE, WINDOW, House
from tests.simulators.thingplus import ThingplusSimulator

from .conftest import AddExport, Clock
from .exported import registrations, said, sendings, sensors, the_gateway, values

HOUR = 3600


async def restart(
    hass: HomeAssistant, entry: MockConfigEntry, clock: Clock, *, down: float
) -> None:
    """Unload the account and set it up again some seconds later."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await clock.go(down)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await clock.settle()


async def test_a_day_with_three_restarts(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """Nothing is registered twice, no status runs out, and no value is lost."""
    await add_export(TEMPERATURE, WINDOW)
    for hour in range(24):
        house.show(TEMPERATURE, hour)
        await clock.go(HOUR / 2, step=300)
        house.show(WINDOW, ["on", "off"][hour % 2])
        await clock.go(HOUR / 2, step=300)
        if hour % 7 == 6:
            await restart(hass, account, clock, down=60)
    assert sorted(registrations(server)) == ["device", "gateway", "sensor", "sensor"]
    server.check_status_periods(time.time())
    shown = list(dict.fromkeys(values(server, "Kitchen Temperature")))
    assert shown == ["21.5", *map(str, range(24))]
    for thing in (the_gateway(server), *sensors(server).values()):
        assert {one.value for one in thing.statuses} == {"on"}
        gaps = [b.at_ms - a.at_ms for a, b in pairwise(thing.statuses)]
        assert len(gaps) >= 24 * 12
        assert max(gaps) <= 360_000


async def test_outage_of_two_hours(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """Statuses come first, and then all values: one ascending array for each sensor."""
    await add_export(TEMPERATURE, LOUNGE)
    await clock.go(600)
    first, second = sensors(server).values()
    before = {one.name: list(one.values) for one in (first, second)}
    await server.stop()
    for minute in range(120):
        house.show(TEMPERATURE, minute)
        await clock.go(60)
        house.show(LOUNGE, minute / 4)
    known = len(server.requests)
    await server.start()
    # The longest wait between two attempts
    await clock.go(300)
    shown = first.values[len(before[first.name]) :]
    assert shown[:120] == [str(minute) for minute in range(120)]
    fourths = second.values[len(before[second.name]) :]
    assert [float(str(one)) for one in fourths[:120]] == [one / 4 for one in range(120)]
    writes = [one for one in [*server.requests][known:] if one.method == "PUT"]
    kinds = [one.path.rpartition("/")[2] for one in writes]
    assert kinds[:5] == ["status", "status", "status", "series", "series"]
    for sensor in (first, second):
        array, *_ = sendings(server, sensor, since=known)
        assert len(array) >= 120
        times = [point["time"] for point in array]
        assert times == sorted(set(times))


async def test_restart_during_an_outage(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What waits is on the disk."""
    await add_export(TEMPERATURE)
    await server.stop()
    house.show(TEMPERATURE, 22)
    await clock.go(600)
    house.show(TEMPERATURE, 23)
    assert await hass.config_entries.async_unload(account.entry_id)
    await clock.go(60)
    await server.start()
    house.show(TEMPERATURE, 24)
    assert await hass.config_entries.async_setup(account.entry_id)
    assert account.state is ConfigEntryState.LOADED
    await clock.settle()
    shown = list(dict.fromkeys(values(server, "Kitchen Temperature")))
    assert shown == ["21.5", "22", "23", "24"]
    assert registrations(server) == ["gateway", "device", "sensor"]


async def test_first_start_during_an_outage(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """What is missing is registered as soon as the service is back."""
    await add_export(LOUNGE)
    server.remove(the_gateway(server).id)
    await server.stop()
    await clock.go(900)
    await server.start()
    await clock.go(300)
    assert registrations(server) == ["gateway", "device", "sensor"] * 2
    assert set(values(server, "lounge temperature")) == {"19"}


async def test_entity_that_is_removed_during_an_outage(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What it has left is sent, though it never had a sensor; that is off."""
    subentry = await add_export(LOUNGE)
    await server.stop()
    house.entity("sensor.oven", house.device("Oven"), name="Heat")
    house.show("sensor.oven", 180, CELSIUS)
    form = await flows.reconfigure_subentry(account, subentry)
    chosen = {"entities": [LOUNGE, "sensor.oven"], "min_interval": 0}
    await flows.fill(form, chosen)
    await clock.go(30)
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {"entities": [LOUNGE], "min_interval": 0})
    await server.start()
    await clock.go(330)
    oven = sensors(server)["oven"]
    assert oven.values == ["180"]
    assert said(oven) == ["off"]
    assert set(said(sensors(server)["lounge temperature"])) == {"on"}
