"""What the demo's farm measures, and what the demo tells of Thing+."""

from itertools import pairwise
from math import hypot

from tests.simulators.thingplus import ActuatorCommand, Registration

from .thingplus import DAYS_BEFORE, ThingplusService
from .thingplus_farm import COLD_STORE, GREENHOUSE, LAMP, PUMP, SENSORS, measure
from .thingplus_reporter import ThingplusReporter, exported, own_gateways

DAY = 86_400
# The first of January 2026, 00:00 UTC
BEGIN = 1_767_225_600


def numbers(kind: str, owner: str = GREENHOUSE) -> list[float]:
    """Return what a sensor measures in two days, minute by minute."""
    moments = range(BEGIN, BEGIN + 2 * DAY, 60)
    return [float(str(measure(moment)[f"{owner}-{kind}"])) for moment in moments]


def test_measures_are_believable() -> None:
    """They change gently; the sun is up by day alone; doors are seldom open."""
    warmth = numbers("temperature")
    assert 10 < min(warmth) < max(warmth) < 30
    assert all(abs(b - a) < 2 for a, b in pairwise(warmth))
    assert all(40 < one < 100 for one in numbers("humidity"))
    assert all(400 < one < 700 for one in numbers("co2"))
    light = numbers("light")
    # Noon on the farm is at about 11 o'clock in Greenwich.
    assert light[11 * 60] > 20_000
    assert light[23 * 60] == 3
    rain = numbers("rain")
    assert min(rain) == 0
    assert 0 < sum(one > 0 for one in rain) < len(rain) / 2
    assert 0 < sum(numbers("door")) < len(rain) / 2
    assert all(0 < one < 8 for one in numbers("temperature", COLD_STORE))
    assert set(numbers("powerControllerState", COLD_STORE)) == {2, 3}


def test_pump_and_lamp_have_an_effect() -> None:
    """Water makes the soil wet, and the lamp shines at night."""
    moment = BEGIN + 23 * 3600
    quiet, busy = measure(moment), measure(moment, pump_is_on=True, lamp_is_on=True)
    soil, light = f"{GREENHOUSE}-soilMoisture", f"{GREENHOUSE}-light"
    assert float(str(busy[soil])) < float(str(quiet[soil]))
    assert float(str(busy[light])) > float(str(quiet[light]))


def test_tractor_stays_on_its_field() -> None:
    """It never jumps."""
    measured = [measure(second) for second in range(BEGIN, BEGIN + 2000)]
    places = [one[f"{GREENHOUSE}-location"] for one in measured]
    spots = [(one["lat"], one["lng"]) for one in places if isinstance(one, dict)]
    steps = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(spots)]
    assert len(steps) == len(places) - 1
    # No tractor makes more than 4 m in a second.
    assert max(steps) < 0.00006
    assert all(52.69 < lat < 52.70 and 13.59 < lng < 13.61 for lat, lng in spots)


def test_past_is_there_before_the_first_look() -> None:
    """All sensors have measured for days, and report what is so now."""
    service = ThingplusService()
    points = service.server.sensors[f"{COLD_STORE}-temperature"].points
    span = DAYS_BEFORE * DAY * 1000
    assert points[-1].at_ms - points[0].at_ms == span - 600_000

    service.report(COLD_STORE)

    assert points[-1].at_ms - points[0].at_ms >= span
    gateways = service.server.gateways
    assert gateways[COLD_STORE].is_on(service.server.now_ms)
    assert gateways[GREENHOUSE].status is None
    of_store = [one.id for one in SENSORS if one.gateway == COLD_STORE]
    sensors = service.server.sensors
    assert all(sensors[one].is_on(service.server.now_ms) for one in of_store)


def test_commands_and_registrations_are_told_once() -> None:
    """Each at once, and the records are emptied."""
    server = ThingplusService().server
    reporter = ThingplusReporter(server)
    server.registered += (
        Registration(kind="gateway", id="a", body={"name": "Demo house"}, at=0),
        Registration(kind="device", id="b", body={"name": "Kitchen"}, at=0),
    )
    server.commands.append(command(PUMP, "on"))
    server.commands.append(command(LAMP, "on", red=255, green=0, blue=9))

    assert list(reporter.lines(0)) == [
        "Home Assistant has registered on Thing+: gateway Demo house, device Kitchen",
        "Irrigation pump: on",
        "Grow light: on, red 255, green 0, blue 9",
    ]
    assert list(reporter.lines(1)) == []


def command(actuator: str, cmd: str, **options: int) -> ActuatorCommand:
    """Return a command that has reached the greenhouse."""
    return ActuatorCommand(
        gateway_id=GREENHOUSE,
        actuator_id=actuator,
        cmd=cmd,
        options=options,
        at=0,
        user="demo",
    )


def test_values_are_told_now_and_then() -> None:
    """Those that Home Assistant has sent anew, in one line, in people's words."""
    server = ThingplusService().server
    gateway = server.add_gateway("ab" * 16, "Demo house")
    power = server.add_sensor(gateway.id, "s1", "Heat pump Power", "electricPower")
    door = server.add_sensor(gateway.id, "s2", "Door", "door")
    text = server.add_sensor(gateway.id, "s3", "Note", "string")
    for one in (gateway, power, door, text):
        one.is_registered = True
    reporter = ThingplusReporter(server)
    assert own_gateways(server) == [gateway]
    assert exported(server) == [power, door, text]
    assert list(reporter.lines(0)) == []

    server.report("s1", "140.0", 1000)
    server.report("s2", "1", 1000)
    server.report("s3", "Hi", 1000)
    assert list(reporter.lines(1)) == [
        "Thing+ has from Home Assistant: Heat pump Power 140 W; Door opened; Note Hi"
    ]
    server.report("s1", "12.0000001", 1010)
    assert list(reporter.lines(20)) == []
    assert list(reporter.lines(40)) == [
        "Thing+ has from Home Assistant: Heat pump Power 12 W"
    ]
    assert list(reporter.lines(80)) == []
