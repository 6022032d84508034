"""What a server answers, as it should be and as it may be."""

from datetime import UTC, datetime
import math
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    DataRow,
    Field,
    FieldType,
    FieldValue,
    Sensor,
    Visibility,
    parse_messages,
    parse_row,
    parse_sensor,
    parse_sensors,
)
from custom_components.iot_bridge.bridges.wotkit.client.parser import parse_rows

MOMENT = "2012-12-07T01:47:18.639Z"
TIME = datetime(2012, 12, 7, 1, 47, 18, 639_000, UTC)

# WoTKit API documentation, "Keys and Basic Authentication", with its quotes repaired
MULE1 = {
    "name": "mule1",
    "fields": [
        {
            "name": "lat",
            "value": 49.20532,
            "type": "NUMBER",
            "index": 0,
            "required": True,
            "longName": "latitude",
            "lastUpdate": MOMENT,
        },
        {
            "name": "lng",
            "value": -123.1404,
            "type": "NUMBER",
            "index": 1,
            "required": True,
            "longName": "longitude",
            "lastUpdate": MOMENT,
        },
        {
            "name": "value",
            "value": 58.0,
            "type": "NUMBER",
            "index": 2,
            "required": True,
            "longName": "Data",
            "lastUpdate": MOMENT,
        },
        {
            "name": "message",
            "type": "STRING",
            "index": 3,
            "required": False,
            "longName": "Message",
        },
    ],
    "id": 1,
    "visibility": "PUBLIC",
    "owner": "sensetecnic",
    "description": (
        "A big yellow taxi that travels from\n"
        "                       Vincent's house to UBC and then back."
    ),
    "longName": "Big Yellow Taxi",
    "latitude": 51.060386316691,
    "longitude": -114.087524414062,
    "lastUpdate": MOMENT,
}


def sensor_with(**changes: Any) -> Sensor:
    """Return a sensor that is read from JSON with some members."""
    sensor = parse_sensor({"id": 1, "name": "mule1", **changes})
    assert sensor is not None
    return sensor


def field_with(**members: Any) -> Field:
    """Return a field that is read from JSON with some members."""
    (field,) = sensor_with(fields=[{"name": "value", **members}]).fields
    return field


def test_sensor_of_the_documents() -> None:
    assert parse_sensor(MULE1) == Sensor(
        id=1,
        name="mule1",
        owner="sensetecnic",
        long_name="Big Yellow Taxi",
        description=(
            "A big yellow taxi that travels from Vincent's house to UBC and then back."
        ),
        visibility=Visibility.PUBLIC,
        latitude=51.060386316691,
        longitude=-114.087524414062,
        last_update=TIME,
        fields=(
            Field(
                name="lat",
                long_name="latitude",
                type=FieldType.NUMBER,
                required=True,
                index=0,
                value=49.20532,
                last_update=TIME,
            ),
            Field(
                name="lng",
                long_name="longitude",
                type=FieldType.NUMBER,
                required=True,
                index=1,
                value=-123.1404,
                last_update=TIME,
            ),
            Field(
                name="value",
                long_name="Data",
                type=FieldType.NUMBER,
                required=True,
                index=2,
                value=58.0,
                last_update=TIME,
            ),
            Field(name="message", long_name="Message", type=FieldType.STRING, index=3),
        ),
    )


def test_full_name() -> None:
    assert sensor_with(owner="sensetecnic").full_name == "sensetecnic.mule1"
    assert sensor_with().full_name == "mule1"


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "mule1",
        7,
        [],
        {},
        {"name": "mule1"},
        {"id": None, "name": "mule1"},
        {"id": "mule1"},
        {"id": 1.5},
        {"id": True},
        {"id": math.nan},
        {"id": 7, "name": "taxis", "thingType": "GROUP"},
        {"id": 7, "name": "taxis", "thingType": "group"},
    ],
    ids=range(13),
)
def test_no_sensor(raw: object) -> None:
    assert parse_sensor(raw) is None
    sensors = parse_sensors([MULE1, raw, {"id": 2, "thingType": "SENSOR"}])
    assert [sensor.id for sensor in sensors] == [1, 2]


@pytest.mark.parametrize("raw", [None, {}, "[]", 7, MULE1], ids=range(5))
def test_no_list(raw: object) -> None:
    assert parse_sensors(raw) == []
    assert parse_rows(raw) == []
    assert parse_messages(raw) == []


@pytest.mark.parametrize("raw", [7, "7", 7.0])
def test_id(raw: object) -> None:
    assert sensor_with(id=raw).id == 7


def test_least_sensor() -> None:
    assert parse_sensor({"id": 7}) == Sensor(id=7, name="7", long_name="7")


def test_odd_members() -> None:
    """No member that is odd takes the sensor with it."""
    oddities: list[Any] = [None, 7, "x", True, [], {}, [[]], [None], math.nan]
    for odd in oddities:
        sensor = sensor_with(
            owner=odd,
            longName=odd,
            description=odd,
            tags=odd,
            visibility=odd,
            latitude=odd,
            longitude=odd,
            lastUpdate=odd,
            metadata=odd,
            fields=odd,
            thingType=odd,
        )
        assert sensor.id == 1
        assert sensor.fields == ()
        assert sensor.visibility is None
        assert sensor.metadata == {}


def test_texts_in_one_line() -> None:
    sensor = sensor_with(
        name=" mule1 ", longName="Big\nTaxi", description=" a \t b\r\n", owner=" ada "
    )
    assert (sensor.name, sensor.long_name) == ("mule1", "Big Taxi")
    assert (sensor.description, sensor.owner) == ("a b", "ada")
    assert sensor_with(longName=" \n").long_name == "mule1"


@pytest.mark.parametrize(
    ("raw", "tags"),
    [
        (["taxi", " ubc ", "taxi", "", None, 7, []], ("taxi", "ubc", "7")),
        ("taxi, ubc", ("taxi", "ubc")),
        (None, ()),
        ("", ()),
    ],
)
def test_tags(raw: object, tags: tuple[str, ...]) -> None:
    assert sensor_with(tags=raw).tags == tags


@pytest.mark.parametrize(
    ("raw", "visibility"),
    [
        ("PUBLIC", Visibility.PUBLIC),
        ("private", Visibility.PRIVATE),
        ("Organization", Visibility.ORGANIZATION),
        ("SECRET", None),
        (None, None),
    ],
)
def test_visibility(raw: object, visibility: Visibility | None) -> None:
    assert sensor_with(visibility=raw).visibility is visibility


@pytest.mark.parametrize(
    ("latitude", "longitude", "location"),
    [
        (51.06, -114.08, (51.06, -114.08)),
        ("51.06", "-114", (51.06, -114.0)),
        (0, 7, (0.0, 7.0)),
        (7, 0, (7.0, 0.0)),
        (90, -180, (90.0, -180.0)),
        (0, 0, (None, None)),
        ("0", "-0.0", (None, None)),
        (90.1, 0, (None, None)),
        (0, 180.1, (None, None)),
        (51.06, None, (None, None)),
        (None, -114.08, (None, None)),
        (True, 1, (None, None)),
        (math.nan, math.inf, (None, None)),
    ],
)
def test_location(latitude: object, longitude: object, location: object) -> None:
    sensor = sensor_with(latitude=latitude, longitude=longitude)
    assert (sensor.latitude, sensor.longitude) == location
    assert type(sensor.latitude) is type(sensor.longitude)


def test_metadata() -> None:
    raw = {"source": "x", "count": 3, "on": True, "none": None, "list": [1]}
    metadata = {"source": "x", "count": "3", "on": "true"}
    assert sensor_with(metadata=raw).metadata == metadata


@pytest.mark.parametrize("raw", [0, "1970-01-01T00:00:00.000Z", "0"])
def test_never_updated(raw: object) -> None:
    assert sensor_with(lastUpdate=raw).last_update is None
    assert field_with(lastUpdate=raw).last_update is None


# Fields


def test_least_field() -> None:
    assert field_with() == Field(name="value", long_name="value", type=FieldType.STRING)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("NUMBER", 58.5, 58.5),
        ("NUMBER", 58, 58),
        ("NUMBER", "58.5", 58.5),
        ("number", "58", 58),
        ("NUMBER", True, 1),
        ("NUMBER", "fast", None),
        ("NUMBER", "", None),
        ("NUMBER", "NaN", None),
        ("NUMBER", math.inf, None),
        ("NUMBER", None, None),
        ("NUMBER", [1], None),
        ("STRING", " two\nlines ", " two\nlines "),
        ("STRING", "", ""),
        ("string", 58, "58"),
        ("STRING", 58.5, "58.5"),
        ("STRING", False, "false"),
        ("STRING", None, None),
        ("STRING", {"x": 1}, None),
    ],
)
def test_values_by_type(kind: str, raw: object, value: object) -> None:
    field = field_with(type=kind, value=raw)
    assert field.type is FieldType(kind.upper())
    assert field.value == value
    assert type(field.value) is type(value)


@pytest.mark.parametrize("kind", [None, "", "BOOLEAN", 7])
@pytest.mark.parametrize(
    ("raw", "derived", "value"),
    [
        (58.5, FieldType.NUMBER, 58.5),
        ("58.5", FieldType.STRING, "58.5"),
        (True, FieldType.STRING, "true"),
        (None, FieldType.STRING, None),
    ],
)
def test_fields_without_a_type(
    kind: object, raw: object, derived: FieldType, value: object
) -> None:
    field = field_with(type=kind, value=raw)
    assert (field.type, field.value) == (derived, value)


def test_units_and_required() -> None:
    field = field_with(units=" deg\nC ", required="true", longName="Inner\ttemp")
    assert (field.units, field.required) == ("deg C", True)
    assert field.long_name == "Inner temp"
    assert field_with(units="").units is None
    assert field_with(units=7).units == "7"


def test_order_of_fields() -> None:
    fields = sensor_with(
        fields=[
            {"name": "c", "index": 2},
            {"name": "a", "index": "0"},
            {"name": "late"},
            {"name": "b", "index": 1},
        ]
    ).fields
    assert [field.name for field in fields] == ["a", "b", "c", "late"]


def test_the_first_of_a_name_counts() -> None:
    fields = sensor_with(
        fields=[{"name": "a", "value": 1}, {"name": "a", "value": 2}]
    ).fields
    assert [(field.name, field.value) for field in fields] == [("a", 1)]


def test_odd_fields() -> None:
    fields = sensor_with(
        fields=[None, 7, "x", [], {}, {"name": ""}, {"name": None}, {"name": "a"}]
    ).fields
    assert [field.name for field in fields] == ["a"]


# Rows and messages


def test_row_of_the_documents() -> None:
    row = parse_row(
        {
            "id": 8525241,
            "timestamp": MOMENT,
            "sensor_id": 1,
            "sensor_name": "sensetecnic.mule1",
            "value": 58.0,
            "lat": "49.2",
            "message": "hello",
            "free": True,
            "none": None,
            "list": [1],
            "infinite": math.inf,
        }
    )
    values: dict[str, FieldValue] = {
        "value": 58.0,
        "lat": "49.2",
        "message": "hello",
        "free": 1,
    }
    assert row == DataRow(timestamp=TIME, values=values)


@pytest.mark.parametrize(
    "raw", [None, 7, [], {}, {"value": 1}, {"timestamp": 0}, {"timestamp": "x"}]
)
def test_no_row(raw: object) -> None:
    assert parse_row(raw) is None
    good = {"timestamp": 1354844838639, "value": 1}
    assert parse_rows([raw, good]) == [DataRow(timestamp=TIME, values={"value": 1})]


def test_messages() -> None:
    raw = [
        {"button": "on", "slider": "15", "message": "hi"},
        None,
        7,
        {},
        {"nothing": None},
        {"slider": 15.5, "on": True, "odd": [1]},
    ]
    assert parse_messages(raw) == [
        {"button": "on", "slider": "15", "message": "hi"},
        {"slider": 15.5, "on": 1},
    ]
