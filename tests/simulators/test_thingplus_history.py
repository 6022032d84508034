"""Past values at the simulated Thing+."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.thingplus import GATEWAY, ThingplusSimulator, sensor_id

from .thingplus_callers import NOW, NOW_MS, Caller, running_server, signed_in

# 2017-05-25T00:00:00Z, a Thursday
START: Final = 1_495_670_400
START_MS: Final = START * 1000
MINUTE_MS: Final = 60_000
HOUR: Final = 3600
DAY: Final = 86_400
SERIES: Final = f"gateways/{GATEWAY}/sensors/{sensor_id('temperature')}/series"
DATES: Final = "dataStart=2017-05-25T00:00:00Z&dataEnd=2017-05-25T12:00:00Z"
SUM: Final = "statFunc[id]=seriesStat&statFunc[subFunc]=sum"


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[ThingplusSimulator]:
    """A running server whose thermometer has values of five minutes."""
    async with running_server() as running:
        values = [(20.0 + i, START + 30 * i) for i in range(10)]
        running.report_values(sensor_id("temperature"), values)
        yield running


@pytest.fixture
def caller(session: aiohttp.ClientSession, server: ThingplusSimulator) -> Caller:
    """A client with the sample's token."""
    return signed_in(session, server)


async def history(caller: Caller, query: str) -> tuple[list[Any], dict[str, Any]]:
    """Return data and `_meta`."""
    series = (await caller.get(f"{SERIES}?{query}"))["series"]
    assert series["value"] == "21.5"
    return series["data"], series["_meta"]


async def test_raw(caller: Caller, server: ThingplusSimulator) -> None:
    """Raw values are a flat list with times; the end is now if it is left out."""
    data, meta = await history(caller, f"{DATES}&interval=0")
    assert data[:4] == ["20.0", START_MS, "21.0", START_MS + 30_000]
    assert len(data) == 20
    assert meta == {
        "count": 10,
        "dataStart": START_MS,
        "dataEnd": START_MS + 12 * HOUR * 1000,
        "interval": "0",
    }
    open_end = "dataStart=2017-05-25T00:00:00%2B00:00&interval=0"
    data, meta = await history(caller, open_end)
    assert (meta["count"], meta["dataEnd"]) == (11, NOW_MS)
    data, meta = await history(caller, f"{open_end}&count=2")
    assert (data[2:], meta["count"]) == (["21.0", START_MS + 30_000], 2)
    assert server.faults == []


@pytest.mark.parametrize(
    ("query", "values", "interval_ms"),
    [
        ("", ["20.5", "22.5", "24.5", "26.5", "28.5"], MINUTE_MS),
        ("&interval=2m", ["21.5", "25.5", "28.5"], 2 * MINUTE_MS),
        ("&interval=1h", ["24.5"], 60 * MINUTE_MS),
        ("&interval=1d&intervalFunc=sum", ["245.0"], 1440 * MINUTE_MS),
        ("&interval=15m&intervalFunc=count", ["10"], 15 * MINUTE_MS),
    ],
)
async def test_intervals(
    caller: Caller,
    server: ThingplusSimulator,
    query: str,
    values: list[str],
    interval_ms: int,
) -> None:
    """Intervals have the average, sum or count of their values, by default a minute."""
    data, meta = await history(caller, DATES + query)
    times = [START_MS + interval_ms * index for index in range(len(values))]
    assert data == [x for pair in zip(values, times, strict=True) for x in pair]
    assert meta["count"] == len(values)
    assert server.faults == []


async def test_events_have_no_average(
    caller: Caller, server: ThingplusSimulator
) -> None:
    """Values that are no numbers come as they are."""
    server.report(sensor_id("door"), "1", START)
    path = SERIES.replace("temperature", "door")
    series = (await caller.get(f"{path}?{DATES}&interval=1h"))["series"]
    assert series["data"] == ["1", START_MS]


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("count", 10),
        ("min", 20),
        ("max", 29),
        ("sum", 245),
        ("avg", 24.5),
        ("range", 9),
        ("diff", 9),
        ("first", 20),
        ("last", 29),
    ],
)
async def test_statistics(caller: Caller, function: str, value: float) -> None:
    """Statistics are by days at first."""
    query = f"{DATES}&statFunc[id]=seriesStat&statFunc[subFunc]={function}"
    data, meta = await history(caller, query)
    assert data == [{function: value, "btime": {"year": 2017, "month": 5, "day": 25}}]
    assert (meta["stat"], meta["timeUnit"], meta["count"]) == (function, "day", 1)


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("hour", [(2017, 5, 25, 0), (2017, 5, 25, 13), (2017, 6, 1, 5)]),
        (
            "hour&statFunc[timeInerval]=4",
            [(2017, 5, 25, 0), (2017, 5, 25, 12), (2017, 6, 1, 4)],
        ),
        ("day", [(2017, 5, 25), (2017, 6, 1)]),
        ("week", [(2017, 5, 22), (2017, 5, 29)]),
        ("month", [(2017, 5), (2017, 6)]),
        ("year", [(2017,)]),
    ],
    ids=["hour", "4 hours", "day", "week", "month", "year"],
)
async def test_units_of_time(
    caller: Caller, server: ThingplusSimulator, query: str, times: list[tuple[int, ...]]
) -> None:
    """Statistics may be by hours, days, weeks, months and years."""
    # Thursday a week later, at 5 o'clock
    server.report(sensor_id("temperature"), 5, START + 7 * DAY + 5 * HOUR)
    dates = "dataStart=2017-05-25T00:00:00Z&dataEnd=2017-07-01T00:00:00Z"
    function = "statFunc[id]=seriesStat&statFunc[subFunc]=count"
    unit = f"statFunc[timeUnit]={query}"
    path = f"{SERIES}?{dates}&{function}&{unit}"
    data = (await caller.get(path))["series"]["data"]
    names = ("year", "month", "day", "hour")
    expected = [dict(zip(names, time, strict=False)) for time in times]
    assert [item["btime"] for item in data] == expected
    assert sum(item["count"] for item in data) == 12
    assert server.faults == []


@pytest.mark.parametrize(
    "query",
    [
        "interval=0",
        "dataStart=1495670400000",
        "dataStart=2017-05-25T00:00:00",
        "dataStart=2017-05-25T00:00:00Z&dataEnd=2017-05-24T00:00:00Z",
        f"{DATES}&interval=5",
        f"{DATES}&interval=1m&count=5",
        f"{DATES}&interval=0&count=10081",
        f"{DATES}&interval=1m&intervalFunc=median",
        f"{DATES}&statFunc[id]=other&statFunc[subFunc]=sum",
        f"{DATES}&statFunc[id]=seriesStat&statFunc[subFunc]=median",
        f"{DATES}&{SUM}&statFunc[timeUnit]=x",
        f"{DATES}&{SUM}&statFunc[timeInerval]=2",
    ],
)
async def test_history_is_refused(
    caller: Caller, server: ThingplusSimulator, query: str
) -> None:
    """What the documents do not have is refused, and a fault."""
    answer = await caller.refusal("GET", f"{SERIES}?{query}")
    assert answer == (400, "INVALID_INPUT")
    assert len(server.faults) == 1


async def test_no_statistics_of_objects(caller: Caller) -> None:
    """Objects have no statistics."""
    path = SERIES.replace("temperature", "location")
    query = f"{DATES}&statFunc[id]=seriesStat&statFunc[subFunc]=count"
    answer = await caller.refusal("GET", f"{path}?{query}")
    assert answer == (400, "INVALID_INPUT")


async def test_values_of_a_clock(server: ThingplusSimulator) -> None:
    """Values have the time of the clock, or one that is told."""
    server.report_all({sensor_id("light"): 7, sensor_id("door"): "1"})
    light = server.sensors[sensor_id("light")]
    assert (light.points[-1].value, light.points[-1].at_ms) == ("7", NOW * 1000)
    with pytest.raises(KeyError):
        server.report("none", 1)
