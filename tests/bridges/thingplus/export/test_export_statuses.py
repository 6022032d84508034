"""Statuses: in their interval, early when something changes, and what they say."""

from itertools import pairwise

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import CELSIUS, LOUNGE, TEMPERATURE, House
from tests.simulators.thingplus import ThingplusSimulator

from .conftest import AddExport, Clock
from .exported import gateways, said, sensors, the_gateway, values

KITCHEN = "Kitchen Temperature"


async def test_interval_that_is_changed_in_the_portal(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """It is followed at once, for statuses and values, up and down."""
    await add_export(TEMPERATURE)
    gateway = the_gateway(server)
    sensor = sensors(server)[KITCHEN]
    for seconds in (60, 900):
        server.set_report_interval(gateway.id, seconds * 1000)
        await clock.go(300)
        statuses, points = len(gateway.statuses), len(sensor.points)
        await clock.go(1800)
        for thing in (gateway, sensor):
            latest = thing.statuses[-1]
            assert latest.valid_seconds == seconds * 1.5
        assert len(gateway.statuses) - statuses == 1800 / seconds
        assert len(sensor.points) - points == 1800 / seconds


async def test_interval_that_is_too_short(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """No server may ask for more than one report in a minute."""
    await add_export(TEMPERATURE)
    gateway = the_gateway(server)
    gateway.report_interval_ms = 60_000
    await clock.go(300)
    gateway.report_interval_ms = 59_500
    known = len(gateway.statuses)
    await clock.go(600)
    assert len(gateway.statuses) - known == 10


async def test_unavailable_and_back(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """The service is told early, but not more than once a minute, and gets no value."""
    await add_export(TEMPERATURE, LOUNGE)
    sensor, other = sensors(server)[KITCHEN], sensors(server)["lounge temperature"]
    await clock.go(90)
    house.show(TEMPERATURE, "unavailable")
    await clock.settle()
    assert said(sensor) == ["on", "off"]
    for state in (22, "unavailable", 23, "unavailable"):
        house.show(TEMPERATURE, state)
        await clock.go(10)
    assert said(sensor) == ["on", "off"]
    house.show(TEMPERATURE, 24)
    await clock.go(20)
    assert said(sensor) == ["on", "off", "on"]
    gaps = [b.at_ms - a.at_ms for a, b in pairwise(other.statuses)]
    assert gaps == [90_000, 60_000]
    # From the last round on, it is the usual rhythm again.
    await clock.go(299)
    assert len(said(sensor)) == 3
    await clock.go(1)
    assert len(said(sensor)) == 4
    assert sensor.values[:4] == ["21.5", "22", "23", "24"]


async def test_unknown(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """It is there, and has no value."""
    await add_export(TEMPERATURE)
    house.show(TEMPERATURE, "unknown")
    await clock.go(600)
    sensor = sensors(server)[KITCHEN]
    assert said(sensor) == ["on"] * 3
    assert sensor.values == ["21.5"]


async def test_entity_without_a_value(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """It gets a sensor with its first value, and a device only then."""
    house.entity("sensor.oven", house.device("Oven"), name="Oven")
    house.show("sensor.oven", "unknown", CELSIUS)
    await add_export("sensor.oven", LOUNGE)
    await clock.go(600)
    assert set(sensors(server)) == {"lounge temperature"}
    house.show("sensor.oven", 180)
    await clock.go(300)
    assert values(server, "oven")[:1] == ["180"]
    await clock.go(300)
    assert set(said(sensors(server)["oven"])) == {"on"}


async def test_entity_whose_state_is_gone(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """As long as it is chosen, its sensor is off; it is on again when it is back."""
    await add_export(TEMPERATURE)
    hass.states.async_remove(TEMPERATURE)
    await clock.go(360)
    house.show(TEMPERATURE, 22, CELSIUS)
    await clock.go(300)
    sensor = sensors(server)[KITCHEN]
    assert said(sensor)[:3] == ["on", "off", "off"]
    assert said(sensor)[-1] == "on"


async def test_entity_that_is_not_chosen_any_more(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    flows: FlowWalker,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """Its sensor is off, once; the same after a restart."""
    subentry = await add_export(TEMPERATURE, LOUNGE)
    form = await flows.reconfigure_subentry(account, subentry)
    await flows.fill(form, {"entities": [LOUNGE], "min_interval": 0})
    await clock.go(900)
    assert said(sensors(server)[KITCHEN]) == ["on", "off"]
    await hass.config_entries.async_reload(account.entry_id)
    await clock.go(900)
    assert said(sensors(server)[KITCHEN]) == ["on", "off"]
    assert set(said(sensors(server)["lounge temperature"])) == {"on"}


async def test_entity_that_leaves_its_area(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What is chosen is followed live, down to none; the gateway stays on."""
    registry = er.async_get(hass)
    registry.async_update_entity(TEMPERATURE, labels={"sent"})
    await add_export(labels=["sent"])
    await clock.go(300)
    registry.async_update_entity(TEMPERATURE, labels=set())
    await clock.go(900)
    assert said(sensors(server)[KITCHEN]) == ["on", "on", "off"]
    assert said(the_gateway(server)) == ["on"] * 5
    registry.async_update_entity(TEMPERATURE, labels={"sent"})
    await clock.go(300)
    assert said(sensors(server)[KITCHEN])[3] == "on"


async def test_nothing_there_to_be_sent(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """No gateway is registered before it has something to say."""
    await add_export(labels=["sent"])
    await clock.go(900)
    assert gateways(server) == []
    er.async_get(hass).async_update_entity(TEMPERATURE, labels={"sent"})
    await clock.go(10)
    assert values(server, KITCHEN) == ["21.5"]
    assert said(the_gateway(server)) == ["on"]
    assert said(sensors(server)[KITCHEN]) == ["on"]


async def test_only_one_entity_changes_its_kind(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """Words where numbers were get another sensor; the former one is off."""
    house.show("sensor.mood", "good", {})
    await add_export("sensor.mood")
    house.show("sensor.mood", 7, CELSIUS)
    await clock.go(300)
    by_type = {one.type: one for one in server.sensors.values() if one.is_registered}
    assert by_type["temperature"].values[:1] == ["7"]
    assert said(by_type["string"]) == ["on", "off"]
    assert by_type["string"].values == ["good"]
