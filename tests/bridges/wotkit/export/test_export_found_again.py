"""What was created is found again, whatever happens to the disk; nothing is there twice."""

import copy
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit import export_sensors
from custom_components.iot_bridge.bridges.wotkit.client import Sensor, WotkitClient
from custom_components.iot_bridge.bridges.wotkit.const import CONF_OWNER
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import (
    CELSIUS,
    HUMIDITY,
    LOUNGE,
    SUN,
    TEMPERATURE,
    WINDOW,
    House,
)
from tests.simulators.wotkit import SimulatedField, Trouble, WotkitServer
from tests.waiting import until

from ..conftest import OTHER_USER, USERNAME, WAYS, choose_sensors, open_form
from .conftest import AddExport
from .exported import (
    DEFAULTS,
    SOURCE,
    calls,
    exported,
    field_names,
    rows,
    until_values,
    values,
)

NOTE = SimulatedField(name="note", type="STRING", long_name="Note", value="Smells.")


def store_key(subentry_id: str) -> str:
    """Return the name of an export's file."""
    return f"iot_bridge.export.{subentry_id}"


async def test_an_entity_that_comes_later(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Its field is added; all that the owner and others did to the sensor stays."""
    await add_export(device_classes=["temperature", "humidity"])
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    kitchen = exported(server)["ha_kitchen"]
    kitchen.set_visibility("PUBLIC")
    server.subscribe(OTHER_USER, kitchen)
    kitchen.tags.append("cosy")
    kitchen.metadata["floor"] = "1"
    kitchen.long_name = "My kitchen"
    kitchen.latitude = 12.5
    kitchen.fields.append(copy.copy(NOTE))
    kitchen.fields[0].units = "celsius"
    before = copy.deepcopy(kitchen.fields)
    marks = dict(kitchen.metadata)

    later = house.entity(
        "sensor.oven", house.device("Kitchen"), name="Oven", original_device_class=None
    )
    house.show("sensor.oven", 180, CELSIUS)
    await until_values(server, "ha_kitchen", "oven", [180.0])

    assert kitchen.visibility == "PUBLIC"
    assert kitchen.subscribers == [OTHER_USER]
    assert kitchen.tags == ["cosy"]
    assert (kitchen.long_name, kitchen.latitude) == ("My kitchen", 12.5)
    assert kitchen.metadata == {**marks, "field_oven": later.id}
    assert kitchen.fields[:3] == before
    assert field_names(kitchen) == ["temperature", "humidity", "note", "oven"]
    assert values(kitchen, "temperature", "humidity") == [21.5, 40.0]


@pytest.mark.parametrize("disk", ["kept", "emptied", "garbage"])
async def test_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
    disk: str,
) -> None:
    """The same sensors go on, with all their rows, and none is doubled."""
    subentry = await add_export(TEMPERATURE, HUMIDITY, SUN)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    for value in (22.0, 22.5, 23.0):
        house.show(TEMPERATURE, value)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5, 23.0])
    await until_values(server, "ha_home_assistant", "season", ["autumn"])
    ids = list(server.sensors)

    assert await hass.config_entries.async_unload(account.entry_id)
    key = store_key(subentry.subentry_id)
    contents = {
        "kept": hass_storage[key],
        "emptied": None,
        "garbage": {**hass_storage[key], "data": {"waiting": [["x"]]}},
    }
    hass_storage |= {key: contents[disk]}
    for name in [name for name, one in hass_storage.items() if one is None]:
        del hass_storage[name]
    assert await hass.config_entries.async_setup(account.entry_id)
    house.show(TEMPERATURE, 24)
    await until_values(
        server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5, 23.0, 24.0]
    )
    house.show(SUN, "winter")
    await until_values(server, "ha_home_assistant", "season", ["autumn", "winter"])
    assert values(exported(server)["ha_kitchen"], "humidity") == [40.0]
    assert list(server.sensors) == ids
    assert calls(server, "POST", "/sensors") == 2


async def test_values_between_those_that_are_sent_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """After the disk was lost, old values do not erase the rows between them."""
    subentry = await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    for value in (22.0, 22.5):
        house.show(TEMPERATURE, value)
    exported(server)["ha_kitchen"].record({"note": "somebody else's"})
    house.show(WINDOW, "on")
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5])
    house.show(HUMIDITY, 41)
    await until_values(server, "ha_kitchen", "humidity", [40.0, 41.0])
    before = [row.values for row in rows(server, "ha_kitchen")]

    assert await hass.config_entries.async_unload(account.entry_id)
    del hass_storage[store_key(subentry.subentry_id)]
    assert await hass.config_entries.async_setup(account.entry_id)
    house.show(TEMPERATURE, 25)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5, 25.0])
    assert [row.values for row in rows(server, "ha_kitchen")][:-1] == before


async def test_restart_after_a_crash(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """What was sent after the last writing to the disk is not there twice."""
    subentry = await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    key = store_key(subentry.subentry_id)
    old = copy.deepcopy(hass_storage[key])
    house.show(TEMPERATURE, 22.0)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    await hass.config_entries.async_unload(account.entry_id)
    hass_storage[key] = old
    assert await hass.config_entries.async_setup(account.entry_id)
    house.show(TEMPERATURE, 23.0)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 23.0])


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/sensors/?$"), ("GET", "/sensors/ha_"), ("GET", "/sensors$")],
    ids=["create", "read", "list"],
)
@pytest.mark.parametrize(
    "trouble", [{"drop_after": True}, {"drop": True}, {"status": 503}]
)
async def test_creation_that_is_cut_off(
    server: WotkitServer,
    add_export: AddExport,
    method: str,
    path: str,
    trouble: dict[str, Any],
) -> None:
    """Whether or not it was carried out, there is one sensor in the end."""
    server.trouble = Trouble(method=method, path=path, times=1, **trouble)
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    assert server.trouble.times == 0
    assert set(exported(server)) == {"ha_kitchen"}


async def test_created_sensor_that_is_not_listed_yet(
    server: WotkitServer, add_export: AddExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is taken, by itself: it is used, and completed."""
    lists = WotkitClient.sensors

    async def leave_out_new_ones(client: WotkitClient, *args: Any) -> list[Sensor]:
        found = await lists(client, *args)
        return [one for one in found if SOURCE not in one.metadata.items()]

    monkeypatch.setattr(WotkitClient, "sensors", leave_out_new_ones)
    server.trouble = Trouble(
        method="POST", path="/sensors/?$", times=1, drop_after=True
    )
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    assert set(exported(server)) == {"ha_kitchen"}


async def test_account_that_is_there_twice(
    server: WotkitServer,
    house: House,
    flows: FlowWalker,
    add_export: AddExport,
    account: ConfigEntry[Any],
    hass: HomeAssistant,
) -> None:
    """Exports of two entries leave each other alone, as those of one entry do."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    # The first entry was made when nothing told yet whose the account is.
    hass.config_entries.async_update_entry(
        account, data={**account.data, CONF_OWNER: None}
    )
    way = WAYS["user"]
    form = await flows.answer(await open_form(flows, server, way.step), way.form)
    twin = (await choose_sensors(flows, form))["result"]
    export = await flows.add_subentry(twin, "export")
    await flows.fill(export, {**DEFAULTS, "entities": [TEMPERATURE]})
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    await until_values(server, "ha_kitchen_2", "temperature", [21.5, 22.0])


@pytest.mark.parametrize(
    "trouble", [{"drop_after": True}, {"drop": True}, {"status": 500}]
)
async def test_field_that_is_cut_off(
    server: WotkitServer, house: House, add_export: AddExport, trouble: dict[str, Any]
) -> None:
    """A field that may have been added already is not added a second time."""
    await add_export(device_classes=["temperature"])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.trouble = Trouble(method="PUT", path=r"/sensors/\d+$", times=1, **trouble)
    house.entity("sensor.oven", house.device("Kitchen"), name="Oven")
    house.show("sensor.oven", 180, CELSIUS)
    await until_values(server, "ha_kitchen", "oven", [180.0])
    assert server.trouble.times == 0
    assert field_names(exported(server)["ha_kitchen"]) == ["temperature", "oven"]


async def test_two_exports_at_once(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Each has a sensor of its own for the device that both have chosen."""
    await server.stop()
    subentries = [
        await add_export(TEMPERATURE),
        await add_export(TEMPERATURE, HUMIDITY),
    ]
    await server.start()
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    await until_values(server, "ha_kitchen_2", "temperature", [21.5, 22.0])
    assert {one.metadata["export"] for one in exported(server).values()} == {
        one.subentry_id for one in subentries
    }


async def test_name_that_the_user_has_taken(
    server: WotkitServer, add_export: AddExport
) -> None:
    """The user's own sensor is left alone."""
    own = server.add_sensor(USERNAME, "ha_kitchen", visibility="PRIVATE")
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])
    assert own.rows == []
    assert field_names(own) == ["lat", "lng", "value", "message"]
    assert exported(server)["ha_kitchen_2"].long_name == "Kitchen"


async def test_name_that_is_taken_by_nobody_knows_what(
    server: WotkitServer, add_export: AddExport
) -> None:
    """A sensor that the server does not show is left alone as well."""
    server.add_sensor(USERNAME, "ha_kitchen", visibility="PRIVATE")
    server.trouble = Trouble(method="GET", path="/sensors/ha_kitchen/?$", status=404)
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])


async def test_no_name_is_left(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Other devices are not stopped by it."""
    server.add_sensor(USERNAME, "ha_kitchen", visibility="PRIVATE")
    for number in range(2, 100):
        server.add_sensor(USERNAME, f"ha_kitchen_{number}", visibility="PRIVATE")
    await add_export(TEMPERATURE, LOUNGE)
    await until_values(server, "ha_lounge", "temperature", [19.0])
    house.show(LOUNGE, 20)
    await until_values(server, "ha_lounge", "temperature", [19.0, 20.0])


async def test_another_home_assistant_with_the_same_account(
    server: WotkitServer, add_export: AddExport
) -> None:
    """Its sensors are not taken over, though they are for a device of the same name."""
    marks = {"source": "home-assistant", "installation": "another", "device": "x"}
    other = server.add_sensor(
        USERNAME, "ha_kitchen", visibility="PRIVATE", metadata=marks
    )
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])
    assert other.metadata == marks
    assert other.rows == []


async def test_export_that_is_removed_and_added_again(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """The sensor is taken over with its rows; those between are kept."""
    first = await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    for value in (22.0, 22.5):
        house.show(TEMPERATURE, value)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5])
    hass.config_entries.async_remove_subentry(account, first.subentry_id)
    await hass.async_block_till_done()
    kitchen = exported(server)["ha_kitchen"]
    fields = field_names(kitchen)

    second = await add_export(TEMPERATURE, HUMIDITY)
    await until(lambda: kitchen.metadata["export"] == second.subentry_id)
    house.show(TEMPERATURE, 23)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5, 23.0])
    assert values(kitchen, "humidity") == [40.0]
    assert field_names(kitchen) == fields
    assert set(exported(server)) == {"ha_kitchen"}


async def test_left_over_sensor_is_taken_over_by_one(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """Of two exports at once, the second one creates its own."""
    first = await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    hass.config_entries.async_remove_subentry(account, first.subentry_id)
    await hass.async_block_till_done()
    # The second one looks at it while the first one is about to take it.
    server.trouble = Trouble(method="PUT", path=r"/sensors/\d+$", slow=0.3)
    new = [await add_export(TEMPERATURE), await add_export(TEMPERATURE)]
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    await until_values(server, "ha_kitchen_2", "temperature", [21.5, 22.0])
    assert {one.metadata["export"] for one in exported(server).values()} == {
        one.subentry_id for one in new
    }


async def test_own_sensor_counts_more_than_one_that_is_left_over(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """An export keeps to its sensor when another one for the device was removed."""
    first = await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen_2", "temperature", [21.5])
    hass.config_entries.async_remove_subentry(account, first.subentry_id)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(account.entry_id)
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen_2", "temperature", [21.5, 22.0])
    assert values(exported(server)["ha_kitchen"]) == [21.5]


async def test_sensor_that_is_deleted_in_the_portal(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is created anew, for the value that comes next; that is no lost service."""
    caplog.set_level("INFO")
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    server.remove_sensor(exported(server)["ha_kitchen"])
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [22.0])
    house.show(HUMIDITY, 41)
    await until_values(server, "ha_kitchen", "humidity", [41.0])
    assert "the service is lost" not in caplog.text


async def test_sensor_that_is_deleted_while_a_field_is_added(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """It is created anew with what is sent."""
    await add_export(device_classes=["temperature"])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    server.remove_sensor(exported(server)["ha_kitchen"])
    house.entity("sensor.oven", house.device("Kitchen"), name="Oven")
    house.show("sensor.oven", 180, CELSIUS)
    await until_values(server, "ha_kitchen", "oven", [180.0])
    assert field_names(exported(server)["ha_kitchen"]) == ["oven"]


async def test_field_that_is_deleted_in_the_portal(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server does not tell; the field is there again once the list was read."""
    await add_export(TEMPERATURE, HUMIDITY)
    await until_values(server, "ha_kitchen", "humidity", [40.0])
    kitchen = exported(server)["ha_kitchen"]
    kitchen.fields.remove(kitchen.fields[0])
    monkeypatch.setattr(export_sensors, "LOOK_AGAIN", 0.0)
    house.show(TEMPERATURE, 22)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0])
    assert field_names(kitchen) == ["humidity", "temperature"]
    assert kitchen.fields[1].units == "°C"


async def test_marks_that_are_deleted_in_the_portal(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """A sensor that the owner has taken away gets no field; another one is created."""
    await add_export(device_classes=["temperature"])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    exported(server)["ha_kitchen"].metadata.clear()
    house.entity("sensor.oven", house.device("Kitchen"), name="Oven")
    house.show("sensor.oven", 180, CELSIUS)
    await until_values(server, "ha_kitchen_2", "oven", [180.0])
    assert field_names(exported(server)["ha_kitchen_2"]) == ["oven"]


async def test_many_new_entities_cost_one_list(
    server: WotkitServer, house: House, add_export: AddExport, hass: HomeAssistant
) -> None:
    """Entities that come one after the other do not let the list be read each time."""
    await add_export(device_classes=["temperature"])
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    lists = calls(server, "GET", "/sensors")
    for number in range(40):
        house.show(f"sensor.new_{number}", number, CELSIUS)
        await until_values(server, "ha_home_assistant", f"new_{number}", [number])
    assert calls(server, "GET", "/sensors") == lists
