"""Gateways, devices and sensors as they should be, and as they may be."""

from datetime import UTC, datetime
import math
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    Category,
    Device,
    Gateway,
    Location,
    Point,
    Sensor,
    Series,
    Site,
    Status,
    StatusValue,
)
from custom_components.iot_bridge.bridges.thingplus.client.parser import (
    parse_all,
    parse_device,
    parse_gateway,
    parse_points,
    parse_sensor,
    parse_series,
    parse_site,
    parse_status,
    parse_value,
)

GATEWAY = "87cd2a6e407511e7922eb724f8803770"
SENSOR = "d815ba2f84eb490b8e68d9dd744da397"
DEVICE = "366d685f93f5477a8d29e8c45bae0a31"
ODDITIES: list[Any] = [None, 7, "x", True, [], {}, [[]], [None], math.nan, 1e400]

# Thing+ HTTPS guide, with its capitals repaired
STATUS = {
    "type": "status",
    "value": "on",
    "srcType": "temperature",
    "srcCategory": "sensor",
    "srcDbType": "sensor",
    "time": "1495715734508",
    "expireAt": "1495716184508",
    "vtime": "1495715720489",
    "status": SENSOR,
    "owner": GATEWAY,
    "sensor": SENSOR,
    "mtime": "1495715734508",
    "ctime": "1495715720489",
    "id": "status.sensor.0uRmI2",
}
SERIES = {
    "type": "series",
    "srcType": "temperature",
    "mtime": "1495718691465",
    "ctime": "1495717726516",
    "time": "1495718672169",
    "value": "36.3",
    "owner": GATEWAY,
    "series": SENSOR,
    "sensor": SENSOR,
    "id": "series.sensor.tOZhgI",
}
TEMPERATURE = {
    "name": "Temperature sensor",
    "type": "temperature",
    "driverName": "openApiSensor",
    "model": "openApiTemp",
    "category": "sensor",
    "deviceId": DEVICE,
    "owner": GATEWAY,
    "mtime": "1495717726517",
    "ctime": "1495681664335",
    "status": STATUS,
    "series": SERIES,
    "id": SENSOR,
}
OPEN_GATEWAY = {
    "name": "Open Gateway 1",
    "model": "52",
    "_site": "1",
    "_service": "1",
    "reportInterval": "300000",
    "mtime": 1495626410619,
    "ctime": 1495626410619,
    "tree": GATEWAY,
    "id": GATEWAY,
    "location": {"longitude": "126.98", "latitude": 37.57, "address": "Seoul\n1"},
    "status": {"value": "off", "time": "1495703469608", "expireAt": "-1"},
    "devices": [{"id": DEVICE, "name": "Device 1", "model": "open-api-device-v1.0"}],
}


def moment(ms: int) -> datetime:
    """Return a moment from milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def sensor_with(**changes: Any) -> Sensor:
    """Return a sensor that is read from JSON with some members."""
    sensor = parse_sensor({"id": SENSOR, **changes}, GATEWAY)
    assert sensor is not None
    return sensor


def gateway_with(**changes: Any) -> Gateway:
    """Return a gateway that is read from JSON with some members."""
    gateway = parse_gateway({"id": GATEWAY, **changes})
    assert gateway is not None
    return gateway


def test_sensor_of_the_guide() -> None:
    assert parse_sensor(TEMPERATURE, GATEWAY) == Sensor(
        id=SENSOR,
        name="Temperature sensor",
        type="temperature",
        model="openApiTemp",
        driver="openApiSensor",
        gateway_id=GATEWAY,
        device_id=DEVICE,
        status=Status(
            value=StatusValue.ON,
            time=moment(1495715734508),
            expires=moment(1495716184508),
        ),
        series=Series(value="36.3", time=moment(1495718672169)),
    )


def test_gateway_of_the_guide() -> None:
    assert parse_gateway(OPEN_GATEWAY) == Gateway(
        id=GATEWAY,
        name="Open Gateway 1",
        model="52",
        site_id="1",
        report_interval=300.0,
        location=Location(latitude=37.57, longitude=126.98, address="Seoul 1"),
        status=Status(value=StatusValue.OFF, time=moment(1495703469608)),
        devices=(Device(id=DEVICE, name="Device 1", model="open-api-device-v1.0"),),
    )


def test_site_of_the_guide() -> None:
    site = {"id": "1", "name": "default", "code": "iService", "billing": "site:1"}
    assert parse_site(site) == Site(id="1", name="default")
    assert parse_site({"id": 7}) == Site(id="7", name="7")


def test_least() -> None:
    """Without being embedded, states are ids only."""
    ids = {"status": "status.sensor.0uRmI2", "series": "series.sensor.tOZhgI"}
    least = Sensor(id=SENSOR, name=SENSOR, type="", gateway_id=GATEWAY)
    assert sensor_with() == sensor_with(**ids) == least
    assert gateway_with() == Gateway(id=GATEWAY, name=GATEWAY)
    assert parse_device({"id": DEVICE}) == Device(id=DEVICE, name=DEVICE)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "x",
        7,
        [],
        {},
        {"name": "x"},
        {"id": None},
        {"id": ""},
        {"id": "  "},
        {"id": True},
        {"id": 1.5},
        {"id": ["x"]},
    ],
    ids=range(12),
)
def test_without_an_id(raw: Any) -> None:
    """One odd item does not lose the others."""
    assert [parse(raw) for parse in (parse_site, parse_gateway, parse_device)] == [
        None,
        None,
        None,
    ]
    assert parse_sensor(raw, GATEWAY) is None
    assert parse_all(parse_device, [raw, {"id": "a"}]) == [Device(id="a", name="a")]
    assert parse_all(parse_device, raw) == []


@pytest.mark.parametrize("odd", ODDITIES, ids=range(len(ODDITIES)))
def test_odd_members(odd: Any) -> None:
    """No member that is odd takes the thing with it."""
    names = ("name", "model", "_site", "reportInterval", "location", "status")
    gateway = gateway_with(**dict.fromkeys((*names, "devices"), odd))
    assert (gateway.location, gateway.status, gateway.devices) == (None, None, ())
    names = ("name", "type", "category", "model", "driverName", "deviceId")
    sensor = sensor_with(**dict.fromkeys((*names, "status", "series"), odd))
    assert (sensor.status, sensor.series) == (None, None)
    assert sensor.category is Category.SENSOR


def test_names() -> None:
    assert sensor_with(type="door").name == "door"
    assert sensor_with(type="door", name=" \n").name == "door"
    assert sensor_with(name=" Front\ndoor ").name == "Front door"
    assert gateway_with(name=" Green\thouse").name == "Green house"


def test_device_that_does_not_exist() -> None:
    assert sensor_with(deviceId="gone").device_id == "gone"
    assert sensor_with(deviceId="").device_id is None


def test_numbers_as_ids() -> None:
    assert sensor_with(id=7, deviceId=8).id == "7"
    assert sensor_with(id=7, deviceId=8).device_id == "8"
    assert gateway_with(_site=1).site_id == "1"


@pytest.mark.parametrize("word", ["actuator", "Actuator", " ACTUATOR "])
def test_actuator(word: str) -> None:
    assert sensor_with(category=word).category is Category.ACTUATOR


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("300000", 300),
        (60000, 60),
        ("90500", 90.5),
        (0, None),
        ("-1", None),
        ("often", None),
        (True, None),
        (None, None),
    ],
)
def test_report_interval(raw: object, seconds: float | None) -> None:
    assert gateway_with(reportInterval=raw).report_interval == seconds


def test_devices() -> None:
    """The first of an id counts."""
    raw = [{"id": "a", "name": "1"}, None, {"id": "b"}, {"id": "a", "name": "2"}, 7]
    devices = gateway_with(devices=raw).devices
    assert [(device.id, device.name) for device in devices] == [("a", "1"), ("b", "b")]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (90.1, 0),
        (0, -180.1),
        (None, 7),
        (7, None),
        (True, 7),
        ("north", 7),
        (math.nan, 7),
    ],
)
def test_no_location(latitude: object, longitude: object) -> None:
    raw = {"latitude": latitude, "longitude": longitude}
    assert gateway_with(location=raw).location is None


# States


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("on", StatusValue.ON),
        (" ON ", StatusValue.ON),
        ("Off", StatusValue.OFF),
        ("err", StatusValue.ERROR),
        ("error", StatusValue.ERROR),
        ("sleeping", StatusValue.ERROR),
        (7, StatusValue.ERROR),
    ],
)
def test_status_words(word: object, value: StatusValue) -> None:
    assert parse_status({"value": word}) == Status(value=value)


@pytest.mark.parametrize("word", [None, "", "  ", [], {}])
def test_no_status(word: object) -> None:
    assert parse_status({"value": word, "time": 1495703469608}) is None
    assert parse_status({}) is None


@pytest.mark.parametrize(
    ("raw", "expires"),
    [
        ("1495703919608", moment(1495703919608)),
        (1495703919608, moment(1495703919608)),
        ("2017-05-25T09:18:39.608Z", moment(1495703919608)),
        ("-1", None),
        (-1, None),
        (-1.0, None),
        (None, None),
        ("never", None),
        (10**20, None),
    ],
)
def test_expiry(raw: object, expires: datetime | None) -> None:
    status = parse_status({"value": "on", "expireAt": raw})
    assert status == Status(value=StatusValue.ON, expires=expires)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("36.50", "36.50"),
        ("", ""),
        ("two\nlines", "two\nlines"),
        (36.5, "36.5"),
        (36.0, "36"),
        (-0.0, "0"),
        (36, "36"),
        (0.1 + 0.2, "0.3"),
        (1e300, "1e+300"),
        (10**15, "1000000000000000"),
        (True, "1"),
        (False, "0"),
        ("\ud800", "?"),
        ({"lat": 37.5, "lng": "127", "alt": None}, {"lat": "37.5", "lng": "127"}),
        ({"a": {"b": True}, "c": []}, {"a": {"b": "1"}}),
        ({}, {}),
    ],
)
def test_values(raw: Any, value: Any) -> None:
    assert parse_value(raw) == value
    assert parse_series({"value": raw, "time": "x"}) == Series(value=value)


@pytest.mark.parametrize("raw", [None, [], [1], math.nan, math.inf])
def test_no_value(raw: Any) -> None:
    assert parse_value(raw) is None
    assert parse_series({"value": raw, "time": 1495718672169}) is None


def test_objects_without_end() -> None:
    value: Any = "x"
    for _ in range(5000):
        value = {"a": value}
    assert str(parse_value(value)).count("a") == 7


# Past values


def test_points_of_the_guide() -> None:
    raw = ["36.5", 1495718222169, "36.3", "1495718672169"]
    assert parse_points(raw) == [
        Point(value="36.5", time=moment(1495718222169)),
        Point(value="36.3", time=moment(1495718672169)),
    ]


def test_odd_points() -> None:
    time = 1495718222169
    raw: list[Any] = [
        None,
        time,
        1,
        None,
        [],
        time,
        2,
        0,
        {"x": 1},
        time,
        "3",
        time + 1,
        "4",
    ]
    points = parse_points(raw)
    assert [point.value for point in points] == [{"x": "1"}, "3"]
    assert parse_points([]) == []
