"""Reporting status and values to the simulated Thing+."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import (
    GATEWAY,
    Point,
    StatusReport,
    ThingplusSimulator,
    sensor_id,
)

from .thingplus_callers import (
    NEW_GATEWAY,
    NEW_SENSOR,
    NOW_MS,
    SENSOR,
    Caller,
    running_server,
    signed_in,
    turn_clock,
)

PATH: Final = f"gateways/{NEW_GATEWAY}"
STATUS: Final = f"{PATH}/sensors/{NEW_SENSOR}/status"
SERIES: Final = f"{PATH}/sensors/{NEW_SENSOR}/series"
ON: Final = {"value": "on", "validDuration": 450}


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
async def caller(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client that has registered a gateway with a sensor."""
    caller = signed_in(session, server)
    await caller.register_all()
    return caller


async def test_gateway_status(caller: Caller, server: ThingplusSimulator) -> None:
    """The answer is that of the guide; `vtime` is when the value changed."""
    first = await caller.put(f"{PATH}/status", ON)
    assert first == {
        "type": "status",
        "value": "on",
        "srcDbType": "gateway",
        "time": str(NOW_MS),
        "expireAt": str(NOW_MS + 450_000),
        "vtime": str(NOW_MS),
        "status": NEW_GATEWAY,
        "owner": NEW_GATEWAY,
        "gateway": NEW_GATEWAY,
        "mtime": str(NOW_MS),
        "ctime": str(NOW_MS),
        "id": first["id"],
    }
    turn_clock(server, 300)
    second = await caller.put(f"{PATH}/status", ON)
    assert (second["time"], second["vtime"]) == (str(NOW_MS + 300_000), str(NOW_MS))
    assert (await caller.get(f"{PATH}/status"))["status"] == second
    later = NOW_MS + 300_000
    assert list(server.gateways[NEW_GATEWAY].statuses) == [
        StatusReport(value="on", at_ms=at, expire_at_ms=at + 450_000, is_of_client=True)
        for at in (NOW_MS, later)
    ]
    assert server.gateways[NEW_GATEWAY].statuses[0].valid_seconds == 450
    assert server.faults == []


async def test_sensor_status(caller: Caller, server: ThingplusSimulator) -> None:
    """The status of a sensor has its type; it is told with the sensor."""
    assert "status" not in await caller.get(STATUS)
    status = await caller.put(STATUS, {"value": "err", "validDuration": -1})
    source = {"srcType": "temperature", "srcCategory": "sensor", "srcDbType": "sensor"}
    assert status | source == status
    assert (status["sensor"], status["owner"]) == (NEW_SENSOR, NEW_GATEWAY)
    assert (status["value"], status["expireAt"]) == ("err", "-1")
    assert (await caller.get(STATUS))["status"] == status
    [report] = server.sensors[NEW_SENSOR].statuses
    assert report.valid_seconds == -1
    assert report.is_valid_at(NOW_MS * 2)


@pytest.mark.parametrize(
    ("spelling", "taken"),
    [
        ("either", ["validDuration", "timeout"]),
        ("validDuration", ["validDuration"]),
        ("timeout", ["timeout"]),
    ],
)
async def test_spelling_of_the_validity(
    caller: Caller, server: ThingplusSimulator, spelling: Any, taken: list[str]
) -> None:
    """Which key has the validity may be chosen; to try the other is no fault."""
    server.status_spelling = spelling
    answers = {
        key: (await caller("PUT", STATUS, json={"value": "on", key: 450}))[0]
        for key in ("validDuration", "timeout")
    }
    assert [key for key, status in answers.items() if status == 200] == taken
    assert set(answers.values()) <= {200, 400}
    assert server.faults == []


@pytest.mark.parametrize(
    "body",
    [
        {"value": "on"},
        {"validDuration": 450},
        {"value": "on", "validDuration": "450"},
        {"value": "on", "validDuration": 450.5},
        {"value": "on", "validDuration": True},
        {"value": "on", "validDuration": 0},
        {"value": "online", "validDuration": 450},
        {"value": "on", "validDuration": 450, "timeout": 450},
        {"value": "on", "validDuration": 450, "time": 5},
        [],
    ],
)
async def test_status_is_refused(
    caller: Caller, server: ThingplusSimulator, body: Any
) -> None:
    """A malformed status is refused, and a fault."""
    answer = await caller.refusal("PUT", STATUS, json=body)
    assert answer == (400, "SCHEMA_VALIDATE")
    assert not server.sensors[NEW_SENSOR].statuses
    assert len(server.faults) == 1


async def test_one_value(caller: Caller, server: ThingplusSimulator) -> None:
    """One value is answered with the sensor, in which series is an id."""
    assert "series" not in await caller.get(SERIES)
    answer = await caller.put(SERIES, {"value": "36.5", "time": NOW_MS - 5})
    assert answer == await caller.get(f"{PATH}/sensors/{NEW_SENSOR}")
    assert answer["series"].startswith("series.sensor.")
    series = (await caller.get(SERIES))["series"]
    assert (series["value"], series["time"]) == ("36.5", str(NOW_MS - 5))
    assert (series["mtime"], series["ctime"]) == (str(NOW_MS), str(NOW_MS))
    assert "data" not in series
    assert server.sensors[NEW_SENSOR].points == [Point("36.5", NOW_MS - 5)]
    assert server.faults == []


async def test_many_values(caller: Caller, server: ThingplusSimulator) -> None:
    """Many values are answered with the series and what was sent."""
    points = [
        {"value": "36.5", "time": NOW_MS - 450_000},
        {"value": "36.3", "time": NOW_MS},
    ]
    answer = await caller.put(SERIES, points)
    assert answer["seriesPack"] == points
    assert (answer["value"], answer["time"]) == ("36.3", str(NOW_MS))
    assert (answer["sensor"], answer["type"]) == (NEW_SENSOR, "series")
    assert server.sensors[NEW_SENSOR].values == ["36.5", "36.3"]
    assert server.faults == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"value": 36.5, "time": NOW_MS}, "SCHEMA_VALIDATE"),
        ({"value": "36.5", "time": str(NOW_MS)}, "SCHEMA_VALIDATE"),
        ({"value": "36.5"}, "SCHEMA_VALIDATE"),
        ({"value": "36.5", "time": NOW_MS, "unit": "C"}, "SCHEMA_VALIDATE"),
        ({"value": None, "time": NOW_MS}, "SCHEMA_VALIDATE"),
        ([], "SCHEMA_VALIDATE"),
        ([5], "SCHEMA_VALIDATE"),
        ({"value": "warm", "time": NOW_MS}, "INVALID_INPUT"),
        ({"value": "nan", "time": NOW_MS}, "INVALID_INPUT"),
        ({"value": "inf", "time": NOW_MS}, "INVALID_INPUT"),
        ({"value": {"x": 1}, "time": NOW_MS}, "INVALID_INPUT"),
    ],
)
async def test_value_is_refused(
    caller: Caller, server: ThingplusSimulator, body: Any, code: str
) -> None:
    """Numbers are sent as text, times as numbers, and values fit the type."""
    assert await caller.refusal("PUT", SERIES, json=body) == (400, code)
    assert server.sensors[NEW_SENSOR].points == []
    assert len(server.faults) == 1


@pytest.mark.parametrize(
    ("sensor_type", "good", "bad"),
    [
        ("door", "1", "2"),
        ("door", "0", "closed"),
        ("powerControllerState", "3", "on"),
        ("location", {"lat": 1.5, "lng": 2}, {"lat": 1.5}),
        ("location", {"lat": 1, "lng": 2, "alt": 3}, {"lat": 1, "lng": 2, "h": 3}),
        ("accelerometer", {"x": 0, "y": 1, "z": 2}, "0,1,2"),
        ("string", "any text", {"a": 1}),
        ("powerSwitch", None, "1"),
    ],
)
async def test_values_of_types(
    caller: Caller,
    server: ThingplusSimulator,
    sensor_type: str,
    good: Any,
    bad: Any,
) -> None:
    """Each type takes its own values, actuators take none."""
    sensor = server.add_sensor(GATEWAY, "tested", "Tested", sensor_type)
    path = f"gateways/{GATEWAY}/sensors/tested/series"
    answer = await caller.refusal("PUT", path, json={"value": bad, "time": NOW_MS})
    assert answer == (400, "INVALID_INPUT")
    status, _ = await caller("PUT", path, json={"value": good, "time": NOW_MS})
    assert (status, sensor.values) in [(200, [good]), (400, [])]
    assert (status == 400) is (good is None)


@pytest.mark.parametrize(
    ("bodies", "faults"),
    [
        ([[1, 0]], ["the times do not ascend"]),
        ([[0, 0]], ["the times do not ascend"]),
        ([[1], [0]], ["the time is before that of an earlier report"]),
        # What may have been lost is sent again.
        ([[0], [0]], []),
        ([[0, 1], [1, 2]], []),
    ],
)
async def test_order_of_times(
    caller: Caller,
    server: ThingplusSimulator,
    bodies: list[list[int]],
    faults: list[str],
) -> None:
    """Times ascend; whatever comes is kept in order, one value at a time."""
    for times in bodies:
        await caller.put(
            SERIES, [{"value": str(at), "time": NOW_MS + at} for at in times]
        )
    points = server.sensors[NEW_SENSOR].points
    kept = sorted({at for times in bodies for at in times})
    assert points == [Point(str(at), NOW_MS + at) for at in kept]
    assert server.faults == [f"PUT /{SERIES}: {fault}" for fault in faults]


async def test_time_in_seconds(caller: Caller, server: ThingplusSimulator) -> None:
    """A time in seconds is taken, and a fault."""
    await caller.put(SERIES, {"value": "1", "time": NOW_MS // 1000})
    assert server.faults == [f"PUT /{SERIES}: time is not in milliseconds"]


# What is watched over


@pytest.mark.parametrize(
    ("interval_ms", "seconds", "faults"),
    [
        (300_000, 450, 0),
        (300_000, 300, 1),
        (300_000, 449, 1),
        (300_000, -1, 1),
        (61_000, 91, 0),
        (61_000, 92, 0),
        (61_000, 93, 1),
    ],
)
async def test_validity(
    caller: Caller,
    server: ThingplusSimulator,
    interval_ms: int,
    seconds: int,
    faults: int,
) -> None:
    """A status is valid for one and a half intervals."""
    server.set_report_interval(NEW_GATEWAY, interval_ms)
    turn_clock(server, 601)
    await caller.put(STATUS, {"value": "off", "validDuration": seconds})
    await caller.put(f"{PATH}/status", {"value": "on", "timeout": seconds})
    assert len(server.faults) == 2 * faults


async def test_interval_changes(caller: Caller, server: ThingplusSimulator) -> None:
    """A client may learn of another interval a little later."""
    server.set_report_interval(NEW_GATEWAY, 60_000)
    await caller.put(STATUS, ON)
    turn_clock(server, 599)
    await caller.put(STATUS, ON)
    await caller.put(STATUS, {"value": "on", "validDuration": 90})
    faults = len(server.faults)
    turn_clock(server, 1)
    await caller.put(STATUS, ON)
    assert server.faults[faults:] == [
        f"PUT /{STATUS}: valid for 450 s at an interval of 60 s"
    ]


async def test_missing_status(caller: Caller, server: ThingplusSimulator) -> None:
    """A status of a client that runs out is a fault, noted once."""
    await caller.put(STATUS, ON)
    await caller.put(f"{PATH}/status", {"value": "off", "validDuration": 450})
    turn_clock(server, 450)
    server.check_status_periods()
    assert server.faults == []
    turn_clock(server, 1)
    await caller.put(STATUS, ON)
    fault = f"the status of {NEW_SENSOR} ran out at 2017-05-25T13:32:02.000Z"
    assert server.faults == [fault]
    server.check_status_periods(server.clock() + 449)
    assert server.faults == [fault]
    server.check_status_periods(server.clock() + 451)
    assert len(server.faults) == 2


async def test_status_in_time(caller: Caller, server: ThingplusSimulator) -> None:
    """Reports once per interval are no fault, nor is an end with "off"."""
    for _ in range(3):
        await caller.put(STATUS, ON)
        turn_clock(server, 300)
    await caller.put(STATUS, ON | {"value": "off"})
    turn_clock(server, 3000)
    server.check_status_periods()
    assert server.faults == []


async def test_statuses_that_nobody_misses(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """What the world reports, what is deleted, and what was in trouble does not count."""
    server.report_status(sensor_id("door"), "on", 10)
    gone = SENSOR | {"reqId": "gone"}
    await caller.send("POST", f"{PATH}/sensors", 201, json=gone)
    await caller.put(f"{PATH}/sensors/gone/status", ON)
    await caller("DELETE", f"{PATH}/sensors/gone")
    await caller.put(STATUS, ON)
    turn_clock(server, 300)
    await server.stop()
    turn_clock(server, 300)
    await server.start()
    await caller.get("gateways")
    assert server.faults == []
    await caller.put(STATUS, ON)
    server.watch.watches_status_periods = False
    turn_clock(server, 3000)
    server.check_status_periods()
    assert server.faults == []


@pytest.mark.parametrize("path", ["gateways", f"gateways/{GATEWAY}/sensors"])
async def test_polling(
    session: aiohttp.ClientSession, server: ThingplusSimulator, path: str
) -> None:
    """A list may be asked for once a minute with one token; pages are no polls."""
    server.watch.polls_per_minute = 1
    caller, other = signed_in(session, server), signed_in(session, server, "gateway")
    await caller.get(path)
    await other.get(path)
    await caller.get(f"{path}?page=1&count=1")
    turn_clock(server, 60)
    await caller.get(path)
    assert server.faults == []
    turn_clock(server, 50)
    await caller.get(path)
    assert server.faults == [f"GET /{path}: 2 times in a minute"]


async def test_accept(
    session: aiohttp.ClientSession, server: ThingplusSimulator
) -> None:
    """A client says that it takes JSON."""
    headers = signed_in(session, server).headers
    for accept in ("application/json", "text/html, */*"):
        await session.get(f"{server.api}/sites", headers=headers | {"Accept": accept})
    assert server.faults == []
    await session.get(f"{server.api}/sites", headers=headers | {"Accept": "text/html"})
    assert server.faults == ["GET /sites: JSON is not accepted"]
