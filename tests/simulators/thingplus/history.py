"""Past values: raw, by intervals, and statistics.

Source: Thing+ REST API guide v2, "Series" and "Statistics".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
import re
from typing import Any, Final

from .call import Call
from .query import Query
from .things import Point, SimulatedSensor
from .times import parse_iso, to_moment, to_ms
from .vocabulary import JsonObject

MAX_RAW: Final = 10_080
INTERVAL: Final = re.compile(r"([1-9]\d*)([mhd])")
UNIT_MS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
HOURS: Final = ("1", "2", "3", "4", "6", "8", "12")

type Function = Callable[[Sequence[float]], float]

INTERVAL_FUNCTIONS: Final[Mapping[str, Function]] = {
    "average": lambda numbers: sum(numbers) / len(numbers),
    "sum": sum,
    "count": len,
}
STATISTICS: Final[Mapping[str, Function]] = {
    "count": len,
    "min": min,
    "max": max,
    "sum": sum,
    "avg": INTERVAL_FUNCTIONS["average"],
    "range": lambda numbers: max(numbers) - min(numbers),
    "diff": lambda numbers: numbers[-1] - numbers[0],
    "first": lambda numbers: numbers[0],
    "last": lambda numbers: numbers[-1],
}
TIME_UNITS: Final = ("hour", "day", "week", "month", "year")


def history_json(call: Call, sensor: SimulatedSensor, query: Query) -> JsonObject:
    """Return `data` and `_meta` of a series; nothing where none is asked for.

    Args:
        call: Takes note of faults.
        sensor: Whose values.
        query: What is asked for.

    Raises:
        ApiError: The query is wrong.
    """
    if "dataStart" not in query.values:
        if query.values or query.children:
            raise call.input_error("dataStart is missing")
        return {}
    start = _moment(call, query, "dataStart", 0)
    end = _moment(call, query, "dataEnd", call.world.now_ms)
    if end < start:
        raise call.input_error("dataEnd is before dataStart")
    points = [point for point in sensor.points if start <= point.at_ms <= end]
    if "statFunc" in query.children:
        data, meta = _statistics(call, sensor, points, query.child("statFunc"))
    else:
        data, meta = _values(call, sensor, points, query)
    return {
        "data": data,
        "_meta": {"count": meta.pop("count"), "dataStart": start, "dataEnd": end}
        | meta,
    }


def _moment(call: Call, query: Query, name: str, default: int) -> int:
    if name not in query.values:
        return default
    try:
        return parse_iso(query.one(name))
    except ValueError:
        raise call.input_error(f"{name} is no time with an offset") from None


def _values(
    call: Call, sensor: SimulatedSensor, points: list[Point], query: Query
) -> tuple[list[Any], JsonObject]:
    interval = query.one("interval", "1m")
    match = INTERVAL.fullmatch(interval)
    if interval == "0":
        points = points[: _count(call, query)]
    elif match is None:
        raise call.input_error("interval is unknown")
    elif "count" in query.values:
        raise call.input_error("count goes with interval=0 alone")
    else:
        name = query.one("intervalFunc", "average")
        if name not in INTERVAL_FUNCTIONS:
            raise call.input_error("intervalFunc is unknown")
        length = int(match[1]) * UNIT_MS[match[2]]
        points = _by_interval(sensor, points, length, name)
    data = [part for point in points for part in (point.value, point.at_ms)]
    return data, {"count": len(points), "interval": interval}


def _count(call: Call, query: Query) -> int:
    text = query.one("count", str(MAX_RAW))
    if not text.isdecimal() or not 1 <= int(text) <= MAX_RAW:
        raise call.input_error(f"count is not 1 to {MAX_RAW}")
    return int(text)


def _by_interval(
    sensor: SimulatedSensor, points: list[Point], length: int, name: str
) -> list[Point]:
    """Return a value per interval, at its start; events stay as they are."""
    kind = sensor.sensor_type
    if kind.kind != "number":
        return points
    by_start = _grouped(points, lambda at_ms: at_ms // length * length)
    decimals = 0 if name == "count" else kind.decimals
    function = INTERVAL_FUNCTIONS[name]
    return [
        Point(f"{function(_numbers(group)):.{decimals}f}", start)
        for start, group in by_start.items()
    ]


def _numbers(points: Iterable[Point]) -> list[float]:
    return [float(str(point.value)) for point in points]


def _grouped[K](points: list[Point], key: Callable[[int], K]) -> dict[K, list[Point]]:
    groups: dict[K, list[Point]] = {}
    for point in points:
        groups.setdefault(key(point.at_ms), []).append(point)
    return groups


def _statistics(
    call: Call, sensor: SimulatedSensor, points: list[Point], query: Query
) -> tuple[list[Any], JsonObject]:
    name, unit = query.one("subFunc"), query.one("timeUnit", "day")
    hours = query.one("timeInerval", "1")
    if query.one("id") != "seriesStat":
        raise call.input_error("statFunc[id] is unknown")
    if name not in STATISTICS:
        raise call.input_error("statFunc[subFunc] is unknown")
    if unit not in TIME_UNITS:
        raise call.input_error("statFunc[timeUnit] is unknown")
    if hours not in HOURS or (hours != "1" and unit != "hour"):
        raise call.input_error("statFunc[timeInerval] is wrong")
    if sensor.sensor_type.kind == "object":
        raise call.input_error("there are no statistics of objects")
    groups = _grouped(points, lambda at_ms: _bucket(at_ms, unit, int(hours)))
    data = [
        {name: STATISTICS[name](_numbers(group)), "btime": _btime(start, unit)}
        for start, group in groups.items()
    ]
    return data, {"count": len(data), "stat": name, "timeUnit": unit, "gmt": 0}


def _bucket(at_ms: int, unit: str, hours: int) -> int:
    """Return the start of a unit of time in UTC, ms since 1970."""
    at = to_moment(at_ms).replace(minute=0, second=0, microsecond=0)
    if unit == "hour":
        return _ms(at.replace(hour=at.hour // hours * hours))
    day = at.replace(hour=0)
    match unit:
        case "week":
            day -= timedelta(days=day.weekday())
        case "month":
            day = day.replace(day=1)
        case "year":
            day = day.replace(month=1, day=1)
    return _ms(day)


def _ms(moment: datetime) -> int:
    return to_ms(moment.timestamp())


def _btime(start_ms: int, unit: str) -> JsonObject:
    at = to_moment(start_ms)
    time: JsonObject = {"year": at.year}
    if unit != "year":
        time["month"] = at.month
    if unit in ("week", "day", "hour"):
        time["day"] = at.day
    if unit == "hour":
        time["hour"] = at.hour
    return time
