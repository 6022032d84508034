"""Which type an entity's values are sent as, in which unit, and how they are written."""

from dataclasses import replace
from typing import Any, cast

import pytest

from tests.bridges.house import TEMPERATURE, House
from tests.simulators.thingplus import SENSOR_TYPES, ThingplusSimulator, gateway_model

from .conftest import AddExport, Clock
from .exported import sensors, values


def with_unit(unit: str | None, device_class: str | None = None) -> dict[str, Any]:
    """Return the attributes of a sensor."""
    return {
        "unit_of_measurement": unit,
        "device_class": device_class,
        "state_class": "measurement",
    }


@pytest.mark.parametrize(
    ("state", "unit", "device_class", "sent_as", "sent"),
    [
        ("77", "°F", "temperature", "temperature", "25"),
        ("300.15", "K", "temperature", "temperature", "27"),
        ("36", "mm/h", "precipitation_intensity", "rain", "0.6"),
        ("1", "in/h", "precipitation_intensity", "rain", "0.423333333333"),
        ("120.50", "lx", "illuminance", "light", "120.5"),
        ("12", "\u03bcg/m³", "pm25", "dust", "12"),
        ("13", "\u00b5g/m³", "pm10", "dust", "13"),
        ("1500", "W", "power", "electricPower", "1500"),
        ("1.5", "kW", "power", "electricPower", "1500"),
        ("250", "Wh", "energy", "electricEnergy", "0.25"),
        ("1013.25", "hPa", "pressure", "pressure", "1.01325"),
        ("1013.25", "hPa", "atmospheric_pressure", "pressure", "1.01325"),
        ("36", "km/h", "wind_speed", "windSpeed", "10"),
        ("2", "min", "duration", "timeDuration", "120"),
        ("1.2", "mS/cm", "conductivity", "conductivity", "1.2"),
        ("95", "%", "power_factor", "powerFactor", "0.95"),
        ("0.95", None, "power_factor", "powerFactor", "0.95"),
        ("7.1", None, "ph", "ph", "7.1"),
        ("450", "ppb", "volatile_organic_compounds_parts", "voc", "0.45"),
        ("60", "%", "moisture", "percent", "60"),
        ("80", "%", "battery", "batteryGauge", "80"),
        ("100", "°", "wind_direction", "windVane", "90"),
        ("359", "°", "wind_direction", "windVane", "0"),
        ("1.5", "km", "distance", "distance", "1500"),
        ("42", "%", None, "percent", "42"),
        ("50", "°F", None, "temperature", "10"),
        ("5", "mm/h", None, "rain", "0.0833333333333"),
        ("36", "km/h", None, "speed", "10"),
        ("-70", "dBm", "signal_strength", "number", "-70"),
        ("3", "mg/m³", "carbon_monoxide", "number", "3"),
        ("800", "W/m²", "irradiance", "number", "800"),
        ("20", None, "temperature", "number", "20"),
        ("5", "apples", None, "number", "5"),
        ("0.00001", None, None, "number", "0.00001"),
        ("1e21", None, None, "number", "1000000000000000000000"),
        ("-0.0", None, None, "number", "0"),
        ("36.0", None, None, "number", "36"),
    ],
)
async def test_numbers(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    state: str,
    unit: str | None,
    device_class: str | None,
    sent_as: str,
    sent: str,
) -> None:
    """They are texts, in the unit of the service."""
    house.show("sensor.it", state, with_unit(unit, device_class))
    await add_export("sensor.it")
    (sensor,) = sensors(server).values()
    assert sensor.type == sent_as
    (value,) = sensor.values
    assert value == sent


@pytest.mark.parametrize(
    ("entity_id", "device_class", "state", "sent_as", "sent"),
    [
        ("binary_sensor.it", "door", "on", "door", "1"),
        ("binary_sensor.it", "garage_door", "off", "door", "0"),
        ("binary_sensor.it", "window", "on", "door", "1"),
        ("binary_sensor.it", "opening", "on", "door", "1"),
        ("binary_sensor.it", "motion", "on", "motion", "1"),
        ("binary_sensor.it", "occupancy", "on", "motion", "1"),
        ("binary_sensor.it", "presence", "off", "motion", "0"),
        ("binary_sensor.it", "problem", "on", "onoff", "1"),
        ("binary_sensor.it", None, "off", "onoff", "0"),
        ("switch.it", "outlet", "on", "onoff", "1"),
        ("light.it", None, "off", "onoff", "0"),
        ("input_text.it", None, "12", "string", "12"),
        ("person.it", None, "home", "string", "home"),
        ("counter.it", None, "7", "count", "7"),
        ("input_number.it", None, "7.5", "number", "7.5"),
    ],
)
async def test_other_entities(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    entity_id: str,
    device_class: str | None,
    state: str,
    sent_as: str,
    sent: str,
) -> None:
    """What is on or off is "1" or "0"."""
    house.show(entity_id, state, {"device_class": device_class})
    await add_export(entity_id)
    (sensor,) = sensors(server).values()
    assert sensor.type == sent_as
    (value,) = sensor.values
    assert value == sent


async def test_unit_that_the_user_changes(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """Values are converted from then on."""
    await add_export(TEMPERATURE)
    house.show(TEMPERATURE, 77, with_unit("°F", "temperature"))
    await clock.go(300)
    assert values(server, "Kitchen Temperature")[:2] == ["21.5", "25"]
    assert len(sensors(server)) == 1


async def test_class_that_is_known_later(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """A sensor that can take the values stays what it was registered as."""
    house.show("sensor.it", 5, with_unit(None))
    await add_export("sensor.it")
    house.show("sensor.it", 6, with_unit("°C", "temperature"))
    await clock.go(300)
    (sensor,) = sensors(server).values()
    assert (sensor.type, sensor.values[:2]) == ("number", ["5", "6"])


@pytest.mark.parametrize(
    ("accepted", "sent_as"),
    [
        (("wattage", "number"), "wattage"),
        (("number",), "number"),
        (("electricPower", "wattage"), "electricPower"),
    ],
)
async def test_what_the_model_accepts(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    accepted: tuple[str, ...],
    sent_as: str,
) -> None:
    """The best type of those is taken."""
    server.gateway_models["77"] = gateway_model("77", "Mine", accepted)
    house.show("sensor.it", 1500, with_unit("W", "power"))
    await add_export("sensor.it", gateway_model="77")
    (sensor,) = sensors(server).values()
    assert (sensor.type, sensor.model) == (
        sent_as,
        server.gateway_models["77"]["deviceModels"][0]["sensors"][
            accepted.index(sent_as)
        ]["model"],
    )
    expected = {"wattage": ["1.5"], "number": ["1500"], "electricPower": ["1500"]}
    assert list(sensor.values) == expected[sent_as]


async def test_entity_that_no_type_is_for(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told once; the others are sent."""
    house.show("sensor.it", "5", with_unit("W", "power"))
    await add_export(device_classes=["power", "temperature"], gateway_model="53")
    house.show("sensor.it", "6")
    await clock.go(600)
    assert {one.type for one in sensors(server).values()} == {"temperature"}
    assert caplog.text.count("values of sensor.it cannot be sent") == 1
    assert "accepts no type of sensors" in caplog.text


async def test_more_devices_than_there_may_be(
    server: ThingplusSimulator, house: House, add_export: AddExport, clock: Clock
) -> None:
    """The entities of the last ones share one device."""
    server.gateway_models["52"]["deviceModels"][0]["max"] = 3
    chosen = [f"sensor.room_{number}" for number in range(5)]
    for entity_id in chosen:
        house.entity(entity_id, house.device(entity_id), name="Heat")
        house.show(entity_id, 20, with_unit("°C", "temperature"))
    await add_export(*chosen)
    names = [
        server.devices[str(one.device_id)].name for one in sensors(server).values()
    ]
    shared = ["Home Assistant"] * 3
    assert names == ["sensor.room_0", "sensor.room_1", *shared]
    await clock.go(300)
    assert all(len(one.values) == 2 for one in sensors(server).values())


@pytest.mark.parametrize("spelling", ["id", "reqId"])
@pytest.mark.parametrize("status", ["timeout", "validDuration"])
async def test_spellings(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    clock: Clock,
    spelling: Any,
    status: Any,
) -> None:
    """Servers of both kinds are served."""
    server.gateway_id_spelling = spelling
    server.status_spelling = status
    await add_export(TEMPERATURE)
    await clock.go(300)
    assert values(server, "Kitchen Temperature") == ["21.5", "21.5"]


@pytest.mark.parametrize(
    ("known", "sent"), [(None, "100"), ("words", "100"), ("directions", "90")]
)
async def test_wind_vane(
    server: ThingplusSimulator,
    house: House,
    add_export: AddExport,
    monkeypatch: pytest.MonkeyPatch,
    known: str | None,
    sent: str,
) -> None:
    """Only where the server tells which directions there are, the next one is sent."""
    directions = {None: (), "words": ("N", "S"), "directions": ("0", "90", "180")}
    vane = replace(SENSOR_TYPES["windVane"], values=directions[known])
    monkeypatch.setitem(cast(Any, SENSOR_TYPES), "windVane", vane)
    house.show("sensor.it", 100, with_unit("°", "wind_direction"))
    await add_export("sensor.it")
    (sensor,) = sensors(server).values()
    assert (sensor.type, list(sensor.values)) == ("windVane", [sent])
