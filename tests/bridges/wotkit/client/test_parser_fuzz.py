"""Whatever a server answers, reading it fails nowhere, and gives only sound values."""

from datetime import UTC, datetime
import json
import math
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.iot_bridge.bridges.wotkit.client import (
    Sensor,
    parse_messages,
    parse_sensor,
    parse_sensors,
)
from custom_components.iot_bridge.bridges.wotkit.client.parser import parse_rows

NAMES = [
    "id",
    "name",
    "owner",
    "longName",
    "description",
    "tags",
    "visibility",
    "latitude",
    "longitude",
    "lastUpdate",
    "metadata",
    "fields",
    "thingType",
    "type",
    "units",
    "required",
    "index",
    "value",
    "timestamp",
]
ODD_TEXTS = [
    "",
    "NUMBER",
    "PUBLIC",
    "nan",
    "-inf",
    "1e400",
    "0",
    "2012-12-07T01:47:18.639Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00+14:00",
    "\ud800",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, 10**30, -(10**400)])
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(ODD_TEXTS)
    | st.datetimes().map(datetime.isoformat)
)
KEYS = st.sampled_from(NAMES) | st.text(st.characters(), max_size=5)
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)
    ),
    max_leaves=30,
)
FIELDS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["lat", "value"]) | LEAVES},
        optional=dict.fromkeys(
            ("type", "value", "index", "units", "required", "lastUpdate"), JSON
        ),
    ),
    max_size=4,
)
SENSORS = st.fixed_dictionaries(
    {"id": st.integers(0, 9) | LEAVES},
    optional={name: JSON for name in NAMES if name not in ("id", "fields")}
    | {"fields": FIELDS | JSON},
)
ROWS = st.lists(st.dictionaries(KEYS, JSON, max_size=6) | JSON, max_size=4)

fuzz = settings(max_examples=80, deadline=None, database=None, derandomize=True)


def check_value(value: object) -> None:
    """Check what may be shown as a value of a field."""
    assert value is None or type(value) in (int, float, str)
    assert not isinstance(value, float) or math.isfinite(value)
    assert not isinstance(value, str) or value.encode().decode() == value


def check_time(moment: datetime | None) -> None:
    """Check a moment: never the epoch, always with a time zone."""
    assert moment is None or (moment.tzinfo is UTC and moment.timestamp() > 0)


def check_sensor(sensor: Sensor) -> None:
    """Check all that is told of a sensor."""
    assert type(sensor.id) is int
    assert sensor.name
    assert sensor.long_name
    check_time(sensor.last_update)
    for text in (sensor.name, sensor.long_name, sensor.description, sensor.owner):
        check_value(text)
        assert text == " ".join(text.split())
    for text in (*sensor.tags, *sensor.metadata.values(), *sensor.metadata):
        check_value(text)
    for degrees, most in ((sensor.latitude, 90), (sensor.longitude, 180)):
        assert degrees is None or abs(degrees) <= most
    assert len({field.name for field in sensor.fields}) == len(sensor.fields)
    for field in sensor.fields:
        assert field.name
        check_value(field.name)
        check_value(field.value)
        check_time(field.last_update)


@fuzz
@given(st.lists(SENSORS | JSON, max_size=4))
def test_sensors(raw: list[Any]) -> None:
    sensors = parse_sensors(raw)
    alone = [sensor for item in raw if (sensor := parse_sensor(item)) is not None]
    assert sensors == alone
    for sensor in sensors:
        check_sensor(sensor)


@fuzz
@given(JSON)
def test_anything(raw: object) -> None:
    for sensor in parse_sensors(raw):
        check_sensor(sensor)


@fuzz
@given(ROWS | JSON)
def test_rows_and_messages(raw: object) -> None:
    for row in parse_rows(raw):
        check_time(row.timestamp)
        for name, value in row.values.items():
            check_value(name)
            check_value(value)
            assert value is not None
    for message in parse_messages(raw):
        assert message
        for name, value in message.items():
            check_value(name)
            check_value(value)


@fuzz
@given(SENSORS)
def test_over_the_wire(raw: dict[str, Any]) -> None:
    """Also NaN and halves of characters, which JSON should not hold, may come."""
    sent = json.loads(json.dumps(raw))
    sensor = parse_sensor(sent)
    assert sensor is None or sensor.id == int(float(sent["id"]))
