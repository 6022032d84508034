"""What the demo's taxi and weather station do, and what the demo tells of WoTKit."""

from itertools import pairwise
from math import hypot

import pytest

from tests.simulators.wotkit import SimulatedField, WotkitServer, actuator

from .wotkit import DAYS_BEFORE, WotkitService
from .wotkit_reporter import WotkitReporter, exported
from .wotkit_taxi import STAND_SECONDS, TaxiRoute
from .wotkit_weather import weather_at

DAY = 86_400
# The first of January 2026, 00:00 UTC
BEGIN = 1_767_225_600


class Clock:
    """A clock that is set by hand; `now` in seconds."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_taxi_drives_to_and_fro() -> None:
    """It never jumps, never stands longer than at its ends, and comes back."""
    route = TaxiRoute()
    there = route.seconds + STAND_SECONDS
    places = [route.at(second) for second in range(round(2 * there))]

    steps = [
        hypot(float(b["lat"]) - float(a["lat"]), float(b["lng"]) - float(a["lng"]))
        for a, b in pairwise(places)
    ]
    # A car does not make more than 30 m in a second.
    assert max(steps) < 0.0004
    assert sum(step == 0 for step in steps) <= 2 * STAND_SECONDS
    assert route.at(route.seconds + 1)["message"] == "Free, at UBC"
    assert route.at(2 * there - 1)["message"] == "Free, at Vincent's house"
    assert {place["message"] for place in places} >= {"To UBC", "To Vincent's house"}
    assert route.at(100) == {
        **route.at(2 * there + 100),
        "value": route.at(100)["value"],
    }


def test_weather_is_believable() -> None:
    """It changes gently; the sun is up by day alone; counters do not run backwards."""
    moments = range(BEGIN, BEGIN + 2 * DAY, 60)
    measured = [
        {name: value for name, value in weather_at(moment).items() if name != "note"}
        for moment in moments
    ]
    numbers = [{name: float(value) for name, value in one.items()} for one in measured]

    assert all(0 <= one["temperature"] <= 25 for one in numbers)
    assert all(30 <= one["humidity"] <= 100 for one in numbers)
    assert all(
        abs(after["temperature"] - before["temperature"]) < 0.3
        for before, after in pairwise(numbers)
    )
    # Noon in Vancouver is at about 20 o'clock in Greenwich.
    assert weather_at(BEGIN + 20.2 * 3600)["solar"] != 0
    assert weather_at(BEGIN + 8.2 * 3600)["solar"] == 0
    assert all(a["energy"] <= b["energy"] for a, b in pairwise(numbers))
    assert {weather_at(moment)["note"] for moment in moments} == {
        "Calm",
        "Breezy",
        "Windy",
    }


def test_past_is_there_before_the_first_poll() -> None:
    """A first look finds a taxi on its route, measured days, and an obedient lamp."""
    wotkit = WotkitService()
    assert wotkit.taxi.rows[-1].values.keys() == {"lat", "lng", "value", "message"}
    rows = wotkit.station.rows
    assert rows[-1].timestamp_ms - rows[0].timestamp_ms == DAYS_BEFORE * DAY * 1000
    fields = {field.name: field.value for field in wotkit.lamp.fields}
    assert fields == {"value": 60.0, "message": "Good evening"}


@pytest.mark.asyncio
async def test_messages_are_told_once() -> None:
    """Who has sent them is told too, and the record is emptied."""
    server = WotkitServer()
    lamp = actuator(server, "demo")
    reporter = WotkitReporter(server, "demo")
    server.pass_message(lamp, {"button": "on"}, "demo")
    await server.send_message(lamp, {"slider": 60, "message": "Hello"})

    assert [line for line, _ in reporter.messages()] == [
        "Lamp post: button on",
        "Lamp post: slider 60, message Hello (from WoTKit's web page)",
    ]
    assert list(reporter.messages()) == []
    assert not server.messages


def test_values_are_told_now_and_then() -> None:
    """Those of Home Assistant's own sensors that have something new, in one line."""
    clock = Clock()
    server = WotkitServer(clock)
    actuator(server, "demo").record({"value": 1})
    pump = server.add_sensor(
        "demo",
        "ha_heat_pump",
        long_name="Heat pump",
        metadata={"source": "home-assistant"},
        fields=[
            SimulatedField(name="power", long_name="Heat pump Power", units="W"),
            SimulatedField(name="heat_pump", long_name="Heat pump"),
            SimulatedField(name="mode", type="STRING", long_name="Mode"),
        ],
    )
    reporter = WotkitReporter(server, "demo")
    assert exported(server) == [pump]
    assert reporter.values(0) is None

    pump.record({"power": 140.0, "heat_pump": 1.0})
    assert reporter.values(1) == (
        "WoTKit has from Home Assistant: Heat pump Power 140 W, 1"
    )
    pump.record({"power": 141.5})
    assert reporter.values(20) is None
    assert reporter.values(40) == (
        "WoTKit has from Home Assistant: Heat pump Power 141.5 W, 1"
    )
    assert reporter.values(80) is None
