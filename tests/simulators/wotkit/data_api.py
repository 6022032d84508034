"""Rows of data; WoTKit API documentation, "Sensor Data"."""

from collections.abc import Mapping
import math
from typing import Any, Final

from .call import Call, Reply
from .sensor import Row, SimulatedField, SimulatedSensor
from .times import parse_ms, to_ms
from .vocabulary import (
    FUTURE,
    HAS_ERRORS,
    MISSING_FIELD,
    NUMBER,
    ROW_KEYS,
    STRING,
    ApiError,
    FieldValue,
)

RANGE_PARAMETERS: Final = (
    "start",
    "end",
    "after",
    "afterE",
    "before",
    "beforeE",
    "reverse",
)

type ParsedRow = tuple[int, dict[str, FieldValue]]


def add_data(call: Call) -> Reply:
    """Take one row, now or at its `timestamp`."""
    sensor = call.own_sensor()
    if call.is_form:
        given: Mapping[str, Any] = _numbers_of_form(sensor, call.form())
    else:
        given = call.json_object()
    timestamp_ms, values = _parse_row(call, sensor, given)
    sensor.add_row(values, timestamp_ms)
    return Reply(201)


def replace_data(call: Call) -> Reply:
    """Take rows in place of all that are in their range of time; all or none."""
    sensor = call.own_sensor()
    items = call.json_list()
    if not items:
        raise ApiError(400, HAS_ERRORS, "no rows")
    rows = [_parse_past_row(call, sensor, item) for item in items]
    first, last = min(at for at, _ in rows), max(at for at, _ in rows)
    sensor.rows = [r for r in sensor.rows if not first <= r.timestamp_ms <= last]
    for timestamp_ms, values in rows:
        sensor.add_row(values, timestamp_ms)
    return Reply(204)


def show_data(call: Call) -> Reply:
    """Return the rows of a range of time, by default the oldest first."""
    call.check_query(*RANGE_PARAMETERS)
    sensor = call.visible_sensor()
    rows = _in_range(call, sensor.rows)
    if call.query.get("reverse", "false") == "true":
        rows.reverse()
    return Reply(body=call.platform.mix([sensor.row_to_json(row) for row in rows]))


def delete_data(call: Call) -> Reply:
    """Delete all rows of one instant."""
    sensor = call.own_sensor()
    timestamp_ms = _parse_time(call.names[1], "timestamp")
    sensor.rows = [row for row in sensor.rows if row.timestamp_ms != timestamp_ms]
    return Reply(204)


def _parse_time(value: object, name: str) -> int:
    try:
        return parse_ms(value)
    except ValueError, OverflowError:
        raise ApiError(400, HAS_ERRORS, name) from None


def _numbers_of_form(
    sensor: SimulatedSensor, form: Mapping[str, str]
) -> dict[str, FieldValue]:
    """Return a form with numbers in place of the texts of NUMBER fields."""
    given: dict[str, FieldValue] = dict(form)
    for item in sensor.fields:
        if item.type == NUMBER and item.name in form:
            given[item.name] = _number_of(item.name, form[item.name])
    return given


def _number_of(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _expected_number(name) from None


def _expected_number(name: str) -> ApiError:
    return ApiError(400, HAS_ERRORS, f"{name}: expected NUMBER")


def _parse_row(
    call: Call, sensor: SimulatedSensor, given: Mapping[str, Any]
) -> ParsedRow:
    values = {name: given[name] for name in given.keys() - ROW_KEYS}
    for item in sensor.fields:
        if item.name in values:
            values[item.name] = _checked(item, values[item.name])
        elif item.required:
            raise ApiError(400, MISSING_FIELD, item.name)
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ApiError(400, HAS_ERRORS, name)
    if "timestamp" in given:
        return _parse_time(given["timestamp"], "timestamp"), values
    return to_ms(call.platform.clock()), values


def _parse_past_row(call: Call, sensor: SimulatedSensor, item: Any) -> ParsedRow:
    if not isinstance(item, dict):
        raise ApiError(400, HAS_ERRORS, "expected objects")
    if "timestamp" not in item:
        raise ApiError(400, MISSING_FIELD, "timestamp")
    row = _parse_row(call, sensor, item)
    if row[0] > to_ms(call.platform.clock()):
        raise ApiError(400, HAS_ERRORS, FUTURE)
    return row


def _checked(item: SimulatedField, value: Any) -> FieldValue:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if item.type == NUMBER:
        if not is_number or not math.isfinite(value):
            raise _expected_number(item.name)
        return value  # type: ignore[no-any-return]  # a number, see above
    if is_number:
        return str(value)
    if not isinstance(value, str):
        raise ApiError(400, HAS_ERRORS, f"{item.name}: expected {STRING}")
    return value


def _in_range(call: Call, rows: list[Row]) -> list[Row]:
    """Return the rows after `start`, up to and with `end`."""
    query = call.query
    start = _parse_time(query["start"], "start") if "start" in query else None
    end = _parse_time(query["end"], "end") if "end" in query else None
    if "after" in query:
        end = _needed(start, "after") + _count(call, "after")
    if "before" in query:
        end = to_ms(call.platform.clock()) if end is None else end
        start = end - _count(call, "before")
    if "afterE" in query:
        _needed(start, "afterE")
    found = [
        row
        for row in rows
        if (start is None or row.timestamp_ms > start)
        and (end is None or row.timestamp_ms <= end)
    ]
    if "afterE" in query:
        found = found[: _count(call, "afterE")]
    if "beforeE" in query:
        found = found[max(len(found) - _count(call, "beforeE"), 0) :]
    return found


def _needed(start: int | None, name: str) -> int:
    if start is None:
        raise ApiError(400, HAS_ERRORS, f"{name} needs start")
    return start


def _count(call: Call, name: str) -> int:
    if not call.query[name].isdecimal():
        raise ApiError(400, HAS_ERRORS, name)
    return int(call.query[name])
