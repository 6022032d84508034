"""Whatever a server answers, reading it fails nowhere, and gives only sound values."""

from datetime import UTC, datetime
import json
import math
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.iot_bridge.bridges.thingplus.client import (
    Gateway,
    Sensor,
    SensorType,
    SeriesValue,
    Status,
)
from custom_components.iot_bridge.bridges.thingplus.client.catalogue_parser import (
    parse_gateway_model,
    parse_sensor_type,
)
from custom_components.iot_bridge.bridges.thingplus.client.parser import (
    parse_all,
    parse_gateway,
    parse_points,
    parse_sensor,
    parse_site,
)

NAMES = [
    "id",
    "name",
    "type",
    "category",
    "model",
    "driverName",
    "deviceId",
    "status",
    "series",
    "value",
    "time",
    "expireAt",
    "reportInterval",
    "location",
    "latitude",
    "longitude",
    "devices",
    "deviceModels",
    "sensors",
    "max",
    "values",
    "displayValues",
    "decimalPlace",
    "commands",
    "options",
    "params",
    "cmd",
]
ODD_TEXTS = [
    "",
    " ",
    "on",
    "actuator",
    "nan",
    "-inf",
    "1e400",
    "-1",
    "1495715734508",
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


def things(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that mostly have an id, and anything else of their names."""
    return st.fixed_dictionaries(
        {"id": st.integers(0, 9) | LEAVES}, optional=dict.fromkeys(names, JSON)
    )


STATES = st.fixed_dictionaries(
    {"value": JSON}, optional=dict.fromkeys(("time", "expireAt"), LEAVES)
)
PLACES = st.fixed_dictionaries({"latitude": LEAVES, "longitude": LEAVES})
SENSORS = st.builds(
    lambda thing, status, series: {**thing, "status": status, "series": series},
    things("name", "type", "category", "model", "driverName", "deviceId"),
    STATES | JSON,
    STATES | JSON,
)
GATEWAYS = st.builds(
    lambda thing, status, place, devices: {
        **thing,
        "status": status,
        "location": place,
        "devices": devices,
    },
    things("name", "model", "_site", "reportInterval"),
    STATES | JSON,
    PLACES | JSON,
    st.lists(things("name", "model"), max_size=4) | JSON,
)
TYPES = st.builds(
    lambda thing, values, shown, commands: {
        **thing,
        "values": values,
        "displayValues": shown,
        "commands": commands,
    },
    things("unit", "type", "category", "decimalPlace"),
    st.lists(LEAVES, max_size=4) | JSON,
    st.lists(LEAVES, max_size=4) | JSON,
    st.dictionaries(KEYS, JSON, max_size=4) | JSON,
)

fuzz = settings(max_examples=80, deadline=None, database=None, derandomize=True)


def check_text(text: str) -> None:
    """Check text: it can be written."""
    assert type(text) is str
    assert text.encode().decode() == text


def check_line(text: str) -> None:
    """Check text for people: it is in one line."""
    check_text(text)
    assert text == " ".join(text.split())


def check_id(text: str | None) -> None:
    """Check an id: there is none, or it is something."""
    assert text is None or text.strip()
    check_text(text or "")


def check_time(moment: datetime | None) -> None:
    """Check a moment: never the epoch, always with a time zone."""
    assert moment is None or (moment.tzinfo is UTC and moment.timestamp() > 0)


def check_value(value: SeriesValue) -> None:
    """Check a value of a series: text, or an object of such."""
    for text in (value,) if isinstance(value, str) else value:
        check_text(text)
    for member in () if isinstance(value, str) else value.values():
        check_value(member)


def check_status(status: Status | None) -> None:
    """Check a status, if there is one."""
    for one in filter(None, [status]):
        assert one.value in ("on", "off", "err")
        check_time(one.time)
        check_time(one.expires)


def check_sensor(sensor: Sensor) -> None:
    """Check all that is told of a sensor."""
    check_id(sensor.id)
    check_id(sensor.device_id)
    assert sensor.name
    for text in (sensor.type, sensor.model, sensor.driver):
        check_line(text)
    check_status(sensor.status)
    for series in filter(None, [sensor.series]):
        check_value(series.value)
        check_time(series.time)


def check_gateway(gateway: Gateway) -> None:
    """Check all that is told of a gateway."""
    check_id(gateway.id)
    check_id(gateway.site_id)
    check_line(gateway.model)
    check_status(gateway.status)
    interval = gateway.report_interval
    assert interval is None or (math.isfinite(interval) and interval > 0)
    place = gateway.location
    assert place is None or abs(place.latitude) <= 90
    assert place is None or abs(place.longitude) <= 180
    ids = [device.id for device in gateway.devices]
    assert len(set(ids)) == len(ids)
    for device in gateway.devices:
        check_id(device.id)
        assert device.name


def check_type(kind: SensorType) -> None:
    """Check all that is told of a type."""
    check_id(kind.id)
    assert len(set(kind.values)) == len(kind.values)
    assert len(kind.display_values) in (0, len(kind.values))
    for text in (*kind.values, *kind.display_values):
        assert text
        check_text(text)
    for command, options in kind.commands.items():
        for text in (command, *options):
            assert text
            check_line(text)
        assert len(set(options)) == len(options)


@fuzz
@given(st.lists(SENSORS | JSON, max_size=4))
def test_sensors(raw: list[Any]) -> None:
    for sensor in parse_all(lambda item: parse_sensor(item, "g"), raw):
        check_sensor(sensor)


@fuzz
@given(st.lists(GATEWAYS | JSON, max_size=4))
def test_gateways(raw: list[Any]) -> None:
    gateways = parse_all(parse_gateway, raw)
    alone = [one for item in raw for one in parse_all(parse_gateway, [item])]
    assert gateways == alone
    for gateway in gateways:
        check_gateway(gateway)


@fuzz
@given(st.lists(TYPES | JSON, max_size=4))
def test_types(raw: list[Any]) -> None:
    for kind in parse_all(parse_sensor_type, raw):
        check_type(kind)


@fuzz
@given(things("displayName", "model", "reportInterval", "deviceModels") | JSON)
def test_models(raw: Any) -> None:
    for model in parse_all(parse_gateway_model, [raw]):
        check_id(model.id)
        assert model.name
        for device in model.device_models:
            check_id(device.id)
            assert device.most is None or device.most >= 0
            for sensor in device.sensors:
                assert sensor.type and sensor.model and sensor.driver


@fuzz
@given(st.lists(LEAVES | JSON, max_size=20))
def test_points(raw: list[Any]) -> None:
    for point in parse_points(raw):
        check_time(point.time)
        check_value(point.value)


@fuzz
@given(JSON)
def test_anything(raw: Any) -> None:
    for site in parse_all(parse_site, raw):
        check_id(site.id)
        check_line(site.name or "x")
    for gateway in parse_all(parse_gateway, raw):
        check_gateway(gateway)


@fuzz
@given(SENSORS)
def test_over_the_wire(raw: dict[str, Any]) -> None:
    """Also NaN and halves of characters, which JSON should not hold, may come."""
    for sensor in parse_all(
        lambda item: parse_sensor(item, "g"), [json.loads(json.dumps(raw))]
    ):
        check_sensor(sensor)
