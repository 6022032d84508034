"""What was registered a moment ago and is not found yet; and what was deleted."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.bridges.house import HUMIDITY, LOUNGE, TEMPERATURE, House
from tests.simulators.thingplus import ThingplusSimulator, Trouble

from .conftest import AddExport, Clock
from .exported import devices, registrations, said, sensors, the_gateway, values

KITCHEN = "Kitchen Temperature"


async def test_registrations_that_settle(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """What is not found yet is not registered again, and all arrives in the end."""
    server.settle_seconds = 6
    await add_export(TEMPERATURE, HUMIDITY, LOUNGE)
    house.show(TEMPERATURE, 22)
    await clock.go(40, step=1)
    kinds = registrations(server)
    assert kinds == ["gateway", *["device"] * 2, *["sensor"] * 3]
    assert values(server, KITCHEN) == ["21.5", "22"]
    assert values(server, "lounge temperature") == ["19"]
    for thing in (the_gateway(server), *sensors(server).values()):
        assert set(said(thing)) == {"on"}


async def test_new_entity_that_settles(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """It does not keep the others from being told of."""
    await add_export(device_classes=["temperature"])
    await clock.go(290)
    server.settle_seconds = 20
    house.entity("sensor.oven", house.device("Oven"), name="Oven")
    house.show(
        "sensor.oven", 180, {"device_class": "temperature", "unit_of_measurement": "°C"}
    )
    await clock.go(90, step=1)
    assert said(the_gateway(server)) == ["on", "on"]
    assert len(said(sensors(server)[KITCHEN])) == 2
    assert values(server, "oven")[0] == "180"
    assert set(said(sensors(server)["oven"])) == {"on"}


async def test_restart_while_it_settles(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
) -> None:
    """What was registered before the restart is remembered."""
    server.settle_seconds = 6
    await add_export(TEMPERATURE, LOUNGE)
    for _ in range(8):
        await clock.go(2)
        await hass.config_entries.async_reload(account.entry_id)
        await clock.settle()
    await clock.go(30, step=1)
    assert sorted(registrations(server)) == [
        *["device"] * 2,
        "gateway",
        *["sensor"] * 2,
    ]
    assert values(server, KITCHEN)[0] == "21.5"


@pytest.mark.parametrize("stored", [[], {"registered": {"some": "time"}}])
async def test_file_that_cannot_be_read(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: ThingplusSimulator,
    house: House,
    account: MockConfigEntry,
    add_export: AddExport,
    clock: Clock,
    stored: Any,
) -> None:
    """It is only a help: all goes on, and nothing is registered twice."""
    subentry = await add_export(TEMPERATURE)
    assert await hass.config_entries.async_unload(account.entry_id)
    file = f"iot_bridge.thingplus_export.{subentry.subentry_id}"
    hass_storage[file]["data"] = stored
    house.show(TEMPERATURE, 22)
    assert await hass.config_entries.async_setup(account.entry_id)
    await clock.settle()
    assert values(server, KITCHEN) == ["21.5", "22"]
    assert registrations(server) == ["gateway", "device", "sensor"]


@pytest.mark.parametrize("path", ["^/registerGateway", "/devices$", "/sensors$"])
@pytest.mark.parametrize(
    "trouble",
    [{"drop_after": True}, {"drop": True}, {"status": 500}, {"garbage": "truncated"}],
    ids=["lost answer", "cut off", "500", "truncated"],
)
async def test_registration_whose_answer_is_lost(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    path: str,
    trouble: dict[str, Any],
) -> None:
    """Whether it was registered is found out before it is registered again."""
    server.trouble = Trouble(method="POST", path=path, times=1, **trouble)
    await add_export(TEMPERATURE)
    await clock.go(180, step=5)
    assert registrations(server) == ["gateway", "device", "sensor"]
    assert values(server, KITCHEN)[0] == "21.5"
    assert set(said(sensors(server)[KITCHEN])) == {"on"}


@pytest.mark.parametrize("kind", ["gateway", "device", "sensor"])
async def test_deleted_in_the_portal(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    kind: str,
) -> None:
    """It is registered again, with the same id, and what was on it too."""
    await add_export(TEMPERATURE, LOUNGE)
    await clock.go(300)
    things = {
        "gateway": the_gateway(server),
        "device": devices(server)["Kitchen"],
        "sensor": sensors(server)[KITCHEN],
    }
    before = set(sensors(server)), the_gateway(server).id, set(devices(server))
    server.remove(things[kind].id)
    server.registered.clear()
    house.show(TEMPERATURE, 22)
    await clock.go(330)
    assert (
        set(sensors(server)),
        the_gateway(server).id,
        set(devices(server)),
    ) == before
    expected = {
        "gateway": ["gateway", "device", "device", "sensor", "sensor"],
        "device": ["device", "sensor"],
        "sensor": ["sensor"],
    }
    assert sorted(registrations(server)) == sorted(expected[kind])
    assert "22" in values(server, KITCHEN)
    assert said(sensors(server)[KITCHEN])[-1] == "on"


async def test_gateway_that_is_another_services(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """What may not be used is no reason to hurry; it goes on when it may be."""
    server.watch.watches_status_periods = False
    await add_export(TEMPERATURE)
    gateway = the_gateway(server)
    gateway.service_id, own = "another", gateway.service_id
    known = len(server.requests)
    await clock.go(3600)
    assert len(server.requests) - known < 400
    gateway.service_id = own
    await clock.go(300)
    assert said(gateway)[-1] == "on"
    assert registrations(server) == ["gateway", "device", "sensor"]
