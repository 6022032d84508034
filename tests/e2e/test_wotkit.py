"""WoTKit in a real Home Assistant process: polls, the control channel, export, statistics."""

import asyncio
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest

from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from .home_assistant import HomeAssistantApi
from .house import House
from .waiting import SECONDS, until, until_state
from .wotkit import KEY_ID, KEY_PASSWORD, USERNAME, WotkitService
from .wotkit_reporter import exported

pytestmark = pytest.mark.asyncio(loop_scope="session")

TAXI = "device_tracker.big_yellow_taxi"
TEMPERATURE = "sensor.weather_station_temperature"
SWITCH = "switch.lamp_post_control_button"
SLIDER = "number.lamp_post_control_slider"
TEXT = "text.lamp_post_control_text"
EVENT = "event.lamp_post_control_message"

_ON_EVENT = {"platform": "state", "entity_id": EVENT}

# Home Assistant asks for an update at most once in ten seconds.
UPDATE_SECONDS = 15


async def wotkit_entry(api: HomeAssistantApi) -> Any:
    """Return the config entry of WoTKit."""
    entries = await api.get("config/config_entries/entry?domain=iot_bridge")
    [entry] = [one for one in entries if one["title"].startswith(WotkitService.title)]
    return entry


async def test_entry_is_loaded(house: House) -> None:
    """All sensors have entities, with what was measured before Home Assistant came."""
    wotkit = house.wotkit
    entry = await wotkit_entry(house.api)
    assert entry["state"] == "loaded"
    assert entry["num_subentries"] == 1
    states = await house.api.states()
    last = wotkit.taxi.rows[-1].values
    taxi = states[TAXI]["attributes"]
    assert (taxi["latitude"], taxi["longitude"]) == (last["lat"], last["lng"])
    speed = states["sensor.big_yellow_taxi_speed"]["attributes"]
    assert speed["unit_of_measurement"] == "km/h"
    measured = wotkit.station.rows[-1].values
    assert float(states[TEMPERATURE]["state"]) == measured["temperature"]
    place = states["sensor.weather_station_last_data"]["attributes"]
    assert place["latitude"] == wotkit.station.latitude
    assert {SWITCH, SLIDER, TEXT, EVENT} <= states.keys()


async def test_taxi_moves(house: House) -> None:
    """It arrives at UBC, which is a zone, and is seen there."""
    house.wotkit.taxi.record({"lat": 49.2664, "lng": -123.2497, "value": 0.0})

    await house.api.call("homeassistant", "update_entity", entity_id=TAXI)

    await until_state(
        house.api,
        TAXI,
        "UBC",
        within=UPDATE_SECONDS,
        latitude=49.2664,
        longitude=-123.2497,
    )
    await until_state(house.api, "sensor.big_yellow_taxi_speed", "0.0")


async def test_message_arrives(house: House) -> None:
    """What somebody sends is an event, and moves all three controls."""
    message = {"button": "on", "slider": "37.5", "message": "Mind the step"}

    await house.wotkit.server.send_message(house.wotkit.lamp, message)

    await until_state(house.api, SWITCH, "on")
    await until_state(house.api, SLIDER, "37.5")
    await until_state(house.api, TEXT, "Mind the step")
    event = (await house.api.states())[EVENT]
    assert message.items() <= event["attributes"].items()


async def test_message_is_one_event(house: House) -> None:
    """Each message is told once, in its turn, by the only one who listens."""
    server, lamp = house.wotkit.server, house.wotkit.lamp
    told: list[str] = []
    async with house.api.websocket() as web:
        await web.command("subscribe_trigger", trigger=_ON_EVENT)
        for text in ("one", "two", "two", "three"):
            await server.send_message(lamp, {"message": text})
        async with asyncio.timeout(SECONDS):
            while "three" not in told:
                event = await web.next_event()
                told.append(
                    event["variables"]["trigger"]["to_state"]["attributes"]["message"]
                )

    assert told == ["one", "two", "two", "three"]
    assert server.control.listeners == 1


@pytest.mark.parametrize(
    ("entity_id", "action", "data", "sent", "state"),
    [
        (SWITCH, "turn_off", {}, {"button": "off"}, "off"),
        (SWITCH, "turn_on", {}, {"button": "on"}, "on"),
        (SLIDER, "set_value", {"value": 80}, {"slider": "80"}, "80.0"),
        (TEXT, "set_value", {"value": "Bus №5"}, {"message": "Bus №5"}, "Bus №5"),
    ],
    ids=["off", "on", "slider", "text"],
)
async def test_control_is_sent(
    house: House,
    entity_id: str,
    action: str,
    data: dict[str, Any],
    sent: dict[str, str],
    state: str,
) -> None:
    """The server hears it, and what comes back is what is shown."""
    domain = entity_id.partition(".")[0]

    await house.api.call(domain, action, entity_id=entity_id, **data)

    heard = house.wotkit.server.messages[-1]
    assert (heard.user, heard.sensor) == (USERNAME, house.wotkit.lamp.full_name)
    assert {name: str(value) for name, value in heard.message.items()} == sent
    await until_state(house.api, entity_id, state)


def sent_to(server: WotkitServer, device: str) -> SimulatedSensor | None:
    """Return what a device's values are sent to, None if it was not created yet."""
    return next((one for one in exported(server) if one.long_name == device), None)


async def test_values_are_exported(house: House) -> None:
    """Each device has a private sensor of its own, and a change is a row."""
    server = house.wotkit.server
    devices = house.ewelink.cloud.devices.values()
    [light] = [one for one in devices if one.name == "Hall light"]
    await until(lambda: sent_to(server, "Heat pump") and sent_to(server, "Hall light"))
    pump, hall = sent_to(server, "Heat pump"), sent_to(server, "Hall light")
    assert pump is not None
    assert hall is not None
    assert [(field.name, field.units) for field in pump.fields] == [
        ("power", "W"),
        ("voltage", "V"),
    ]
    await until(lambda: hall.rows)

    before = len(hall.rows)
    await light.press()

    await until(lambda: len(hall.rows) > before)
    assert hall.fields[0].value == (light.params["switch"] == "on")
    assert {one.visibility for one in exported(server)} == {"PRIVATE"}


async def test_value_without_a_device_is_exported(house: House) -> None:
    """The doorbell belongs to no device; when it was pressed is a text."""
    doorbell = "input_button.doorbell"
    await house.api.call("input_button", "press", entity_id=doorbell)
    pressed = (await house.api.states())[doorbell]["state"]

    def last_sent() -> object:
        sensor = sent_to(house.wotkit.server, "Home Assistant")
        return sensor and sensor.fields[0].value

    await until(lambda: last_sent() == pressed)


async def test_past_becomes_statistics(house: House) -> None:
    """The hours before Home Assistant came are in its recorder, as they were measured."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(hours=26)
    async with house.api.websocket() as web:
        answer = await web.command(
            "call_service",
            domain="iot_bridge",
            service="import_statistics",
            target={"entity_id": TEMPERATURE},
            service_data={
                "start": start.isoformat(),
                "end": (end - timedelta(hours=2)).isoformat(),
            },
            return_response=True,
        )
        statistics = await web.command(
            "recorder/statistics_during_period",
            start_time=start.isoformat(),
            end_time=(end - timedelta(hours=2)).isoformat(),
            statistic_ids=[TEMPERATURE],
            period="hour",
            types=["mean", "min", "max"],
        )

    assert answer["response"] == {TEMPERATURE: {"readings": 24 * 6, "hours": 24}}
    rows = statistics[TEMPERATURE]
    assert len(rows) == 24
    for row in rows:
        measured = [
            float(one.values["temperature"])
            for one in house.wotkit.station.rows
            if row["start"] <= one.timestamp_ms < row["end"]
        ]
        assert row["min"] == min(measured)
        assert row["max"] == max(measured)
        assert row["mean"] == pytest.approx(fmean(measured), abs=0.5)


async def test_diagnostics_hold_no_secret(house: House) -> None:
    """They tell of the sensors, and not what opens the account."""
    entry = await wotkit_entry(house.api)
    dump = await house.api.get(f"diagnostics/config_entry/{entry['entry_id']}")
    text = str(dump["data"])
    assert "control_channel_up" in text
    secrets = (KEY_ID, KEY_PASSWORD, USERNAME, "49.2", "-123.")
    assert [secret for secret in secrets if secret in text] == []
