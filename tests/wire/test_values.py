"""Single values, however a server writes them."""

from datetime import UTC, datetime, timedelta, timezone
import json
import math
from typing import Any

import pytest

from custom_components.iot_bridge.wire import values

MOMENT = datetime(2012, 12, 7, 1, 47, 18, 639_000, UTC)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0),
        (-7, -7),
        (58.0, 58.0),
        (True, 1),
        (False, 0),
        ("58", 58),
        (" +58.50 ", 58.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("0x10", None),
        ("1_000", None),
        ("1,5", None),
        ("٣", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("-Infinity", None),
        ("1e999", None),
        (40 * "9", 1e40),
        (41 * "9", None),
        (2**63 - 1, 2**63 - 1),
        (2**63, 2.0**63),
        (10**400, None),
        (math.nan, None),
        (-math.inf, None),
        (None, None),
        ([], None),
        ({}, None),
    ],
    ids=repr,
)
def test_numbers(value: object, number: float | None) -> None:
    read = values.as_number(value)
    assert read == number
    assert type(read) is type(number)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (7.0, 7),
        ("7", 7),
        ("7.0", 7),
        (7.5, None),
        ("7.5", None),
        (2.0**60, None),
        (True, None),
        (None, None),
        ("x", None),
    ],
)
def test_integers(value: object, number: int | None) -> None:
    read = values.as_int(value)
    assert read == number
    assert type(read) is type(number)


@pytest.mark.parametrize("value", [True, 1, "true", " YES ", "1"])
def test_true(value: object) -> None:
    assert values.as_bool(value) is True


@pytest.mark.parametrize("value", [False, 0, 2, "false", "no", "", "on?", None, [], {}])
def test_false(value: object) -> None:
    assert values.as_bool(value) is False


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" as it\nis ", " as it\nis "),
        ("", ""),
        (58, "58"),
        (58.5, "58.5"),
        (True, "true"),
        (False, "false"),
        ("half \ud83d", "half ?"),
        (math.nan, None),
        (10**5000, None),
        (None, None),
        ([], None),
        ({}, None),
    ],
    ids=range(12),
)
def test_texts(value: object, text: str | None) -> None:
    assert values.as_text(value) == text


def test_lines() -> None:
    assert values.as_line("  A big\r\n\t yellow\u00a0taxi ") == "A big yellow taxi"
    assert values.as_line(None) == ""
    assert values.as_line(5) == "5"


@pytest.mark.parametrize(
    ("raw", "value"),
    [("58", "58"), (58, 58), (5.5, 5.5), (True, 1), (math.inf, None), ([1], None)],
)
def test_values_without_a_type(raw: object, value: object) -> None:
    assert values.as_value(raw) == value


@pytest.mark.parametrize(
    "value",
    [
        "2012-12-07T01:47:18.639Z",
        "2012-12-07T01:47:18.639",
        " 2012-12-07 01:47:18.639+00:00 ",
        "2012-12-06T17:47:18.639-08:00",
        "2012-12-07T07:17:18.639+0530",
        1354844838639,
        1354844838639.0,
        "1354844838639",
    ],
)
def test_times(value: object) -> None:
    read = values.as_time(value)
    assert read == MOMENT
    assert read is not None
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        0,
        "0",
        -1,
        "1970-01-01T00:00:00.000Z",
        "1969-07-20T20:17:40Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
        10**18,
        1e300,
        math.nan,
        True,
        None,
        "",
        "yesterday",
        "2012-13-07T01:47:18Z",
        [],
        {},
    ],
    ids=repr,
)
def test_no_times(value: object) -> None:
    assert values.as_time(value) is None


@pytest.mark.parametrize(
    "moment",
    [
        MOMENT,
        MOMENT + timedelta(microseconds=999),
        MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30))),
    ],
    ids=["exact", "rounded down", "elsewhere"],
)
def test_written_times(moment: datetime) -> None:
    assert values.milliseconds(moment) == 1354844838639
    assert values.iso_milliseconds(moment) == "2012-12-07T01:47:18.639Z"


def test_whole_second() -> None:
    moment = datetime(2012, 12, 7, tzinfo=UTC)
    assert values.iso_milliseconds(moment) == "2012-12-07T00:00:00.000Z"


@pytest.mark.parametrize("raw", [None, 1, "x", [], {}], ids=repr)
def test_objects_and_arrays(raw: Any) -> None:
    assert json.dumps(values.as_mapping(raw)) == "{}"
    assert values.as_items(raw) == []
    assert values.as_items([raw]) == [raw]
    assert values.as_mapping({"x": raw}) == {"x": raw}
