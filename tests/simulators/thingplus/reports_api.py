"""Status and values: reading and reporting.

Source: Thing+ HTTPS guide, sections 8 and 9; the vendor's tests of errors.
"""

import itertools
from typing import Any, Final

from .call import Call, Reply
from .query import NOTHING, SERIES, Query
from .schema import INTEGER, Key, Schema, check_object
from .showing import show_gateway, show_sensor
from .things import SimulatedGateway, SimulatedSensor, StatusReport
from .times import to_ms
from .vocabulary import FOREVER, SCHEMA_VALIDATE, STATUS_VALUES, ApiError, JsonObject

EMBED_STATUS: Final = Query({"embed": ["status"]})
VALUE: Final = Key(lambda value: value in STATUS_VALUES, "on, off or err").needed
DURATION_KEYS: Final = ("validDuration", "timeout")
DURATION: Final = Key(
    lambda value: INTEGER.fits(value) and (value > 0 or value == FOREVER),
    "a whole number of seconds",
)
STATUS: Final[Schema] = {"value": VALUE, **dict.fromkeys(DURATION_KEYS, DURATION)}
POINT: Final[Schema] = {
    "value": Key(
        lambda value: isinstance(value, str | dict), "a string or object"
    ).needed,
    "time": INTEGER.needed,
}
# Before it, a time is one in seconds
FIRST_MS: Final = 100_000_000_000


def get_gateway_status(call: Call) -> Reply:
    """Return a gateway with its status."""
    call.check_query(NOTHING)
    return Reply(data=show_gateway(call, call.gateway(), EMBED_STATUS))


def put_gateway_status(call: Call) -> Reply:
    """Take the status of a gateway."""
    gateway = call.gateway()
    _take_status(call, gateway, gateway)
    return Reply(data=gateway.status_json())


def get_sensor_status(call: Call) -> Reply:
    """Return a sensor with its status."""
    call.check_query(NOTHING)
    return Reply(data=show_sensor(call, call.sensor(), EMBED_STATUS))


def put_sensor_status(call: Call) -> Reply:
    """Take the status of a sensor."""
    sensor = call.sensor()
    _take_status(call, call.gateway(), sensor)
    return Reply(data=sensor.status_json())


def get_series(call: Call) -> Reply:
    """Return a sensor with its series."""
    call.check_query(SERIES)
    query = Query({"embed": ["series"]}, {"series": call.query})
    return Reply(data=show_sensor(call, call.sensor(), query))


def put_series(call: Call) -> Reply:
    """Take a value, or many in ascending order."""
    call.check_query(NOTHING)
    sensor = call.sensor()
    body = call.json()
    if isinstance(body, list):
        return _put_many(call, sensor, body)
    _take_points(call, sensor, [_checked_point(call, sensor, body)])
    return Reply(data=show_sensor(call, sensor, Query()))


def _put_many(call: Call, sensor: SimulatedSensor, items: list[Any]) -> Reply:
    if not items:
        raise call.schema_error("the list is empty")
    points = [_checked_point(call, sensor, item) for item in items]
    _take_points(call, sensor, points)
    return Reply(data={**sensor.series_json(), "seriesPack": points})


def _take_status(
    call: Call, gateway: SimulatedGateway, thing: SimulatedGateway | SimulatedSensor
) -> None:
    call.check_query(NOTHING)
    body = check_object(call, call.json_object(), STATUS)
    spelled = [key for key in DURATION_KEYS if key in body]
    if len(spelled) != 1:
        raise call.schema_error("there is not one of validDuration and timeout")
    if call.world.status_spelling not in ("either", spelled[0]):
        # Clients cannot know, so this is no fault.
        raise ApiError(400, SCHEMA_VALIDATE, f"there is no key {spelled[0]}")
    seconds: int = body[spelled[0]]
    _check_duration(call, gateway, seconds)
    now = call.world.now_ms
    status = StatusReport(
        value=body["value"],
        at_ms=now,
        expire_at_ms=FOREVER if seconds == FOREVER else now + to_ms(seconds),
        is_of_client=True,
    )
    thing.statuses.append(status)
    call.world.watch.expect_next(thing, status)


def _check_duration(call: Call, gateway: SimulatedGateway, seconds: int) -> None:
    """Note a validity that is not 1.5 times the report interval."""
    intervals = [gateway.report_interval_ms]
    # A client learns of a change when it looks the next time.
    grace = gateway.interval_changed_ms + 2 * gateway.previous_interval_ms
    if call.world.now_ms < grace:
        intervals.append(gateway.previous_interval_ms)
    if all(abs(seconds - ms * 1.5 / 1000) >= 1 for ms in intervals):
        call.note_fault(
            f"valid for {seconds} s at an interval of {intervals[0] / 1000:g} s"
        )


def _checked_point(call: Call, sensor: SimulatedSensor, item: Any) -> JsonObject:
    body = check_object(call, item, POINT)
    if not sensor.sensor_type.takes(body["value"]):
        raise call.input_error(f"the value does not fit {sensor.type}")
    if body["time"] < FIRST_MS:
        call.note_fault("time is not in milliseconds")
    return body


def _take_points(call: Call, sensor: SimulatedSensor, points: list[JsonObject]) -> None:
    before = sensor.points[-1].at_ms if sensor.points else 0
    times = [point["time"] for point in points]
    if any(later <= earlier for earlier, later in itertools.pairwise(times)):
        call.note_fault("the times do not ascend")
    elif times[0] < before and not call.world.watch.had_trouble_since(
        # The answer may have been lost, then sending again is no fault.
        sensor.series_changed_ms
    ):
        call.note_fault("the time is before that of an earlier report")
    for point in points:
        sensor.add_point(point["value"], point["time"], call.world.now_ms)
