"""One private sensor for each device, one field for each entity, one row for each value."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.bridges.house import (
    CELSIUS,
    FAHRENHEIT,
    HUMIDITY,
    LOUNGE,
    SUN,
    TEMPERATURE,
    WINDOW,
    House,
)
from tests.simulators.wotkit import WotkitServer
from tests.waiting import until

from .conftest import AddExport
from .exported import exported, field_names, rows, until_values, values


async def test_a_sensor_for_each_device(
    hass: HomeAssistant, server: WotkitServer, add_export: AddExport
) -> None:
    """Each device has one, with a field for each chosen entity; the others share one."""
    subentry = await add_export(TEMPERATURE, HUMIDITY, WINDOW, LOUNGE, SUN)
    await until(lambda: len(exported(server)) == 3)

    sensors = exported(server)
    await until(lambda: all(sensor.rows for sensor in sensors.values()))
    assert {name: field_names(sensor) for name, sensor in sensors.items()} == {
        "ha_kitchen": ["temperature", "humidity", "window"],
        "ha_lounge": ["temperature"],
        "ha_home_assistant": ["season"],
    }
    kitchen = sensors["ha_kitchen"]
    assert kitchen.visibility == "PRIVATE"
    assert kitchen.long_name == "Kitchen"
    assert kitchen.description == "Kitchen, from Home Assistant"
    assert (kitchen.latitude, kitchen.longitude) == (0, 0)
    assert kitchen.tags == []
    shown = [(one.type, one.units, one.long_name) for one in kitchen.fields]
    assert shown == [
        ("NUMBER", "°C", "Kitchen Temperature"),
        ("NUMBER", "%", "kitchen humidity"),
        ("NUMBER", None, "kitchen window"),
    ]
    (season,) = sensors["ha_home_assistant"].fields
    assert (season.type, season.value) == ("STRING", "autumn")
    assert [values(sensor) for sensor in sensors.values()] == [
        [21.5, 40.0, 0.0],
        [19.0],
        ["autumn"],
    ]

    registry = er.async_get(hass)
    device = registry.entities[TEMPERATURE].device_id
    # Tells this Home Assistant from others, and is of no other use.
    assert len(kitchen.metadata.pop("installation")) == 16
    assert kitchen.metadata == {
        "source": "home-assistant",
        "export": subentry.subentry_id,
        "device": device,
        "field_temperature": registry.entities[TEMPERATURE].id,
        "field_humidity": registry.entities[HUMIDITY].id,
        "field_window": registry.entities[WINDOW].id,
    }
    assert sensors["ha_home_assistant"].metadata["field_season"] == SUN


async def test_rows_have_the_times_of_the_values(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Each change is a row; its time is that at which the entity changed."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    changed = [
        house.show(TEMPERATURE, value).last_changed.timestamp()
        for value in (22.0, 22.5, 23.0)
    ]
    await until_values(server, "ha_kitchen", "temperature", [21.5, 22.0, 22.5, 23.0])
    rows = exported(server)["ha_kitchen"].rows[1:]
    times = [row.timestamp_ms / 1000 for row in rows]
    # They are moved by milliseconds where two are in the same.
    assert times == pytest.approx(changed, abs=0.005)
    assert times == sorted(set(times))


async def test_a_unit_that_the_user_changes(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Values are converted to the unit that the field was created with."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    house.show(TEMPERATURE, 77, FAHRENHEIT)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 25.0])
    (field,) = exported(server)["ha_kitchen"].fields
    assert field.units == "°C"


async def test_a_unit_that_changes_before_the_field_is_there(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Values of two units that waited together all get to that of the field."""
    await server.stop()
    await add_export(TEMPERATURE)
    house.show(TEMPERATURE, 77, FAHRENHEIT)
    await server.start()
    await until(lambda: rows(server, "ha_kitchen")[1:])
    (field,) = exported(server)["ha_kitchen"].fields
    in_units = {"°C": [21.5, 25.0], "°F": [70.7, 77.0]}
    assert values(exported(server)["ha_kitchen"]) == in_units[str(field.units)]


async def test_units_that_the_owner_spells_otherwise(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    account: ConfigEntry[Any],
    hass: HomeAssistant,
) -> None:
    """A field whose units were changed in the portal gets values in these."""
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    exported(server)["ha_kitchen"].fields[0].units = "deg F"
    assert await hass.config_entries.async_reload(account.entry_id)
    house.show(TEMPERATURE, 25)
    await until_values(server, "ha_kitchen", "temperature", [21.5, 77.0])


@pytest.mark.parametrize(
    ("unit", "state"),
    [
        ("MV", "2"),
        ("mV", "2"),
        ("mWh", "3"),
        ("MWh", "3"),
        ("mW", "4"),
        ("MW", "4"),
        ("mS/cm", "5"),
        ("widgets", "6"),
        ("µg/m³", "7"),
        ("K", "8"),
        ("m³/h", "9"),
    ],
)
async def test_units_come_through(
    server: WotkitServer, house: House, add_export: AddExport, unit: str, state: str
) -> None:
    """A value is sent as it is shown: no unit is taken for another one."""
    house.show(SUN, state, {"unit_of_measurement": unit})
    await add_export(SUN)
    await until_values(server, "ha_home_assistant", "season", [float(state)])
    house.show(SUN, 10)
    await until_values(server, "ha_home_assistant", "season", [float(state), 10.0])
    assert exported(server)["ha_home_assistant"].fields[0].units == unit


async def test_on_and_off(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """They are 1 and 0; what is no value is left out."""
    await add_export(WINDOW)
    for state in ("on", "unavailable", "on", "unknown", "off"):
        house.show(WINDOW, state)
    await until_values(server, "ha_kitchen", "window", [0.0, 1.0, 0.0])


async def test_text(server: WotkitServer, house: House, add_export: AddExport) -> None:
    """Words arrive as they are."""
    await add_export(SUN)
    house.show(SUN, "Über & ünter <winter>")
    await until_values(
        server, "ha_home_assistant", "season", ["autumn", "Über & ünter <winter>"]
    )


async def test_a_number_where_the_field_holds_text(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """It is sent as text; the field stays as it was created."""
    await add_export(SUN)
    await until_values(server, "ha_home_assistant", "season", ["autumn"])
    house.show(SUN, 12.5, {"unit_of_measurement": "°C"})
    await until_values(server, "ha_home_assistant", "season", ["autumn", "12.5"])


async def test_text_where_the_field_holds_numbers(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is left out, told once, and stops nothing else."""
    house.show(SUN, 12.5, CELSIUS)
    await add_export(SUN, WINDOW)
    await until_values(server, "ha_home_assistant", "season", [12.5])
    for state in ("warm", "hot"):
        house.show(SUN, state, {})
    house.show(WINDOW, "on")
    house.show(SUN, 13, CELSIUS)
    await until_values(server, "ha_home_assistant", "season", [12.5, 13.0])
    await until_values(server, "ha_kitchen", "window", [0.0, 1.0])
    assert caplog.text.count("cannot be sent") == 1
    assert f"values of {SUN} cannot be sent" in caplog.text


async def test_many_changes_at_the_same_moment(
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    account: ConfigEntry[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Times that are told apart by milliseconds do not get ahead of the clock."""
    caplog.set_level("INFO")
    ids = [f"sensor.meter_{number}" for number in range(60)]
    for number, entity_id in enumerate(ids):
        house.show(entity_id, number, CELSIUS)
    await add_export(*ids)
    await until(lambda: rows(server, "ha_home_assistant")[59:])
    for number, entity_id in enumerate(ids):
        house.show(entity_id, number + 100)
    await until(lambda: rows(server, "ha_home_assistant")[119:])
    sensor = exported(server)["ha_home_assistant"]
    assert [sensor.find_field(f"meter_{one}").value for one in range(60)] == [  # type: ignore[union-attr]
        one + 100 for one in range(60)
    ]
    assert "the service is lost" not in caplog.text


async def test_names_that_many_have(
    server: WotkitServer, house: House, add_export: AddExport
) -> None:
    """Devices and entities of the same name, or of none, are told apart."""
    twin = house.device("Other")
    house.entity("sensor.one", twin, name="Reading")
    house.entity("sensor.two", twin, name="Reading")
    house.entity("sensor.three", twin, name="Timestamp")
    house.entity("sensor.id", twin)
    ids = ["sensor.one", "sensor.two", "sensor.three", "sensor.id"]
    for number, entity_id in enumerate(ids):
        house.show(entity_id, number, CELSIUS)
    await add_export(*ids)
    await until(lambda: rows(server, "ha_other")[3:])
    assert field_names(exported(server)["ha_other"]) == [
        "reading",
        "reading_2",
        "ha_timestamp",
        "ha_id",
    ]


@pytest.mark.parametrize(
    ("called", "by_user", "name", "long_name"),
    [
        ("Küche", None, "ha_kuche", "Küche"),
        ("Kitchen 2", "Mum's kitchen", "ha_mum_s_kitchen", "Mum's kitchen"),
        ("X", None, "ha_x", "X"),
        ("厨房", None, "ha_chu_fang", "厨房"),
        ("🎉", None, "ha_unknown", "🎉"),
        ("3" * 80, None, f"ha_{'3' * 45}", "3" * 80),
        ("", None, "ha_house", "House"),
    ],
    ids=["umlaut", "renamed", "short", "other script", "picture", "long", "none"],
)
async def test_names(
    hass: HomeAssistant,
    server: WotkitServer,
    house: House,
    add_export: AddExport,
    called: str,
    by_user: str | None,
    name: str,
    long_name: str,
) -> None:
    """Whatever a device is called, the server takes the name."""
    device = house.device(called)
    dr.async_get(hass).async_update_device(device.id, name_by_user=by_user)
    house.entity("sensor.it", device, name=called or None)
    house.show("sensor.it", 1, CELSIUS)
    await add_export("sensor.it")
    await until(lambda: rows(server, name))
    assert exported(server)[name].long_name == long_name


async def test_exported_sensors_do_not_come_back(
    hass: HomeAssistant,
    server: WotkitServer,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """They are no devices of the account, neither at once nor after a reload."""
    registry = dr.async_get(hass)
    before = {
        device.id
        for device in dr.async_entries_for_config_entry(registry, account.entry_id)
    }
    await add_export(TEMPERATURE)
    await until_values(server, "ha_kitchen", "temperature", [21.5])
    await account.runtime_data.async_refresh()
    assert await hass.config_entries.async_reload(account.entry_id)
    await account.runtime_data.async_refresh()
    devices = dr.async_entries_for_config_entry(registry, account.entry_id)
    assert {device.id for device in devices} == before


async def test_own_entities_do_not_go_back(
    hass: HomeAssistant,
    server: WotkitServer,
    account: ConfigEntry[Any],
    add_export: AddExport,
) -> None:
    """What came from the account is not sent to it, though it is chosen by name."""
    own = [
        entity.entity_id
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), account.entry_id
        )
    ]
    assert own
    await add_export(*own, LOUNGE, device_classes=["temperature", "humidity"])
    await until(lambda: len(exported(server)) == 2)
    assert set(exported(server)) == {"ha_lounge", "ha_kitchen"}
    (exporter,) = account.runtime_data.exports.exporters
    followed = {entity.entity_id for entity in exporter.entities.values()}
    assert followed == {TEMPERATURE, HUMIDITY, LOUNGE}
