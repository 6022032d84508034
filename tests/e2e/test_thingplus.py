"""Thing+ in a real Home Assistant process: values, their end, commands, export, statistics."""

from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest
import pytest_asyncio

from tests.simulators.thingplus import SimulatedSensor, md5_of

from .home_assistant import HomeAssistantApi
from .house import House, wait_until_loaded
from .thingplus import (
    CLIENT_ID,
    CLIENT_SECRET,
    EXPORTED,
    GATEWAY_NAME,
    PASSWORD,
    USERNAME,
    ThingplusService,
)
from .thingplus_farm import COLD_STORE, GREENHOUSE, LAMP, PUMP
from .thingplus_reporter import exported, own_gateways
from .waiting import until, until_state

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEMPERATURE = "sensor.cold_store_temperature"
CONNECTION = "binary_sensor.cold_store_connectivity"
SWITCH = "switch.greenhouse_irrigation_pump"
LIGHT = "light.greenhouse_grow_light"

# Longer than it takes to reload the entry
SHORT_SECONDS = 4.0


async def thingplus_entry(api: HomeAssistantApi) -> Any:
    """Return the config entry of Thing+."""
    entries = await api.get("config/config_entries/entry?domain=iot_bridge")
    [entry] = [
        one for one in entries if one["title"].startswith(ThingplusService.title)
    ]
    return entry


async def look_again(house: House) -> None:
    """Let Home Assistant look at once: by itself it does so once a minute."""
    entry = await thingplus_entry(house.api)
    await house.api.post(f"config/config_entries/entry/{entry['entry_id']}/reload")
    await wait_until_loaded(house.api)


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def farm(house: House) -> ThingplusService:
    """The farm; its gateways have just reported, and Home Assistant knows it."""
    for gateway in (GREENHOUSE, COLD_STORE):
        house.thingplus.report(gateway)
    await look_again(house)
    return house.thingplus


def last(service: ThingplusService, gateway: str, kind: str) -> Any:
    """Return what a sensor of the farm has reported last."""
    return service.server.sensors[f"{gateway}-{kind}"].values[-1]


async def test_entry_is_loaded(house: House, farm: ThingplusService) -> None:
    """All sensors have entities with what they have reported, in Home Assistant's units."""
    entry = await thingplus_entry(house.api)
    assert entry["state"] == "loaded"
    assert entry["num_subentries"] == 1
    states = await house.api.states()
    warmth = states["sensor.greenhouse_climate_temperature"]
    assert warmth["state"] == last(farm, GREENHOUSE, "temperature")
    assert warmth["attributes"]["unit_of_measurement"] == "°C"
    rain = states["sensor.rain_gauge_rain"]
    assert rain["attributes"]["unit_of_measurement"] == "mm/h"
    told = float(last(farm, GREENHOUSE, "rain"))
    assert float(rain["state"]) == pytest.approx(60 * told)
    door = {"0": "off", "1": "on"}[last(farm, GREENHOUSE, "door")]
    assert states["binary_sensor.greenhouse_door"]["state"] == door
    cooling = {"2": "off", "3": "on"}[last(farm, COLD_STORE, "powerControllerState")]
    assert states["sensor.cold_store_cooling"]["state"] == cooling
    tractor = states["device_tracker.tractor_position"]
    assert tractor["state"] == "Demo farm"
    place = last(farm, GREENHOUSE, "location")
    assert tractor["attributes"]["latitude"] == place["lat"]
    assert states[CONNECTION]["state"] == "on"
    assert {SWITCH, LIGHT} <= states.keys()


async def test_devices_are_behind_their_gateway(house: House) -> None:
    """Home Assistant's own gateway is not among them."""
    async with house.api.websocket() as web:
        devices = {
            device["id"]: device
            for device in await web.command("config/device_registry/list")
            if device["manufacturer"] == "Thing+"
        }
    behind = {
        device["name"]: devices[device["via_device_id"]]["name"]
        for device in devices.values()
        if device["via_device_id"] is not None
    }
    assert behind == dict.fromkeys(
        ("Greenhouse climate", "Rain gauge", "Tractor"), "Greenhouse"
    )
    names = {device["name"] for device in devices.values()}
    assert names == {"Greenhouse", "Cold store", *behind}


async def test_sensor_ends_with_its_status(
    house: House, farm: ThingplusService
) -> None:
    """It is unavailable at the second at which nobody knows any more how it is."""
    farm.report(COLD_STORE, SHORT_SECONDS)
    await look_again(house)
    states = await house.api.states()
    assert states[TEMPERATURE]["state"] == last(farm, COLD_STORE, "temperature")

    await until_state(house.api, TEMPERATURE, "unavailable")
    await until_state(house.api, CONNECTION, "off")

    states = await house.api.states()
    status = farm.server.gateways[COLD_STORE].statuses[-1]
    changed = datetime.fromisoformat(states[TEMPERATURE]["last_changed"])
    late = changed.timestamp() - status.expire_at_ms / 1000
    assert 0 <= late < 1
    assert states["sensor.greenhouse_climate_temperature"]["state"] != "unavailable"


async def test_sensor_comes_back(house: House, farm: ThingplusService) -> None:
    """With the next report all is as before."""
    farm.report(COLD_STORE)

    await look_again(house)

    await until_state(house.api, TEMPERATURE, last(farm, COLD_STORE, "temperature"))
    await until_state(house.api, CONNECTION, "on")


@pytest.mark.parametrize("state", ["on", "off"])
async def test_pump_is_switched(
    house: House, farm: ThingplusService, state: str
) -> None:
    """The gateway obeys, and what it does is what is shown."""
    await house.api.call("switch", f"turn_{state}", entity_id=SWITCH)

    command = farm.server.commands[-1]
    assert (command.user, command.actuator_id) == (USERNAME, PUMP)
    assert (command.cmd, command.options) == (state, {})
    await until_state(house.api, SWITCH, state)


async def test_lamp_has_colours(house: House, farm: ThingplusService) -> None:
    """A colour arrives as the three numbers that the lamp wants."""
    await house.api.call("light", "turn_on", entity_id=LIGHT, rgb_color=[255, 40, 160])

    command = farm.server.commands[-1]
    assert (command.actuator_id, command.cmd) == (LAMP, "on")
    assert command.options == {"red": 255, "green": 40, "blue": 160}
    await until_state(house.api, LIGHT, "on", rgb_color=[255, 40, 160])


async def test_command_without_answer(house: House, farm: ThingplusService) -> None:
    """The user hears of it, and the switch stays as it was."""
    gateway = farm.server.gateways[GREENHOUSE]
    gateway.control_answer = "no_answer"

    with pytest.raises(RuntimeError):
        await house.api.call("switch", "turn_on", entity_id=SWITCH)

    gateway.control_answer = "ok"
    assert (await house.api.states())[SWITCH]["state"] == "off"


def sensors_by_name(service: ThingplusService) -> dict[str, SimulatedSensor]:
    """Return what Home Assistant has registered, by the name of the device."""
    devices = service.server.devices
    return {
        devices[sensor.device_id].name: sensor
        for sensor in exported(service.server)
        if sensor.device_id is not None
    }


async def test_values_are_exported(house: House, farm: ThingplusService) -> None:
    """Each is of its type and in its unit, as text; all that reports is on."""
    await until(lambda: len(exported(farm.server)) == len(EXPORTED))
    await until(lambda: all(one.points for one in exported(farm.server)))

    sensors = sensors_by_name(farm)
    states = await house.api.states()
    assert {name: sensor.type for name, sensor in sensors.items()} == {
        "Heat pump": "electricPower",
        "Living room climate": "temperature",
        "Weather Station": "windSpeed",
        "Front door": "door",
    }
    wind = float(states["sensor.weather_station_wind_speed"]["state"])
    assert float(str(sensors["Weather Station"].values[-1])) == pytest.approx(
        wind / 3.6
    )
    assert sensors["Front door"].values[-1] in {"0", "1"}
    assert {type(value) for one in sensors.values() for value in one.values} == {str}
    [gateway] = own_gateways(farm.server)
    assert gateway.name == GATEWAY_NAME
    for one in (gateway, *sensors.values()):
        assert one.status is not None
        assert (one.status.value, one.status.valid_seconds) == ("on", 90)


async def test_nothing_is_registered_twice(farm: ThingplusService) -> None:
    """One gateway, and each device and sensor once, also after reloads."""
    registered = [one.id for one in farm.server.registered]
    assert len(set(registered)) == len(registered)
    kinds = [one.kind for one in farm.server.registered]
    assert kinds.count("gateway") == 1
    assert kinds.count("device") == kinds.count("sensor") == len(EXPORTED)


async def test_past_becomes_statistics(house: House, farm: ThingplusService) -> None:
    """The hours before Home Assistant came are in its recorder, as they were measured."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(hours=26)
    end -= timedelta(hours=2)
    async with house.api.websocket() as web:
        answer = await web.command(
            "call_service",
            domain="iot_bridge",
            service="import_statistics",
            target={"entity_id": TEMPERATURE},
            service_data={"start": start.isoformat(), "end": end.isoformat()},
            return_response=True,
        )
        statistics = await web.command(
            "recorder/statistics_during_period",
            start_time=start.isoformat(),
            end_time=end.isoformat(),
            statistic_ids=[TEMPERATURE],
            period="hour",
            types=["mean", "min", "max"],
        )

    assert answer["response"] == {TEMPERATURE: {"readings": 24 * 6, "hours": 24}}
    rows = statistics[TEMPERATURE]
    assert len(rows) == 24
    points = farm.server.sensors[f"{COLD_STORE}-temperature"].points
    for row in rows:
        measured = [
            float(str(point.value))
            for point in points
            if row["start"] <= point.at_ms < row["end"]
        ]
        assert row["min"] == min(measured)
        assert row["max"] == max(measured)
        assert row["mean"] == pytest.approx(fmean(measured), abs=0.5)


async def test_diagnostics_hold_no_secret(house: House, farm: ThingplusService) -> None:
    """They tell of the gateways, and not what opens the account."""
    entry = await thingplus_entry(house.api)
    dump = await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}")
    text = str(dump["data"])
    assert "temperature" in text
    secrets = (
        CLIENT_ID,
        CLIENT_SECRET,
        PASSWORD,
        md5_of(PASSWORD),
        *(issued.token for issued in farm.server.office.issued),
        "52.69",
        "13.59",
    )
    assert [secret for secret in secrets if secret in text] == []
