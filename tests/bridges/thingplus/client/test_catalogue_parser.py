"""Models of gateways and types of sensors as they should be, and as they may be."""

import math
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    AcceptedSensor,
    Category,
    DeviceModel,
    GatewayModel,
    SensorType,
)
from custom_components.iot_bridge.bridges.thingplus.client.catalogue_parser import (
    parse_gateway_model,
    parse_sensor_type,
)

ODDITIES: list[Any] = [None, 7, "x", True, [], {}, [[]], [None], math.nan, 1e400]
TEMPERATURE = {
    "network": "daliworks",
    "driverName": "openApiSensor",
    "model": "openApiTemp",
    "type": "temperature",
    "category": "sensor",
}
# Thing+ HTTPS guide, with its capitals repaired
MODEL = {
    "reportInterval": "300000",
    "displayName": "Open API Gateway",
    "id": "52",
    "model": "open-api-gateway-v1.0",
    "deviceModels": [
        {
            "id": "open-api-device-v1.0",
            "displayName": "Open API Device",
            "idTemplate": "{gatewayId}-{deviceAddress}",
            "discoverable": "y",
            "sensors": [TEMPERATURE],
            "max": 99,
        }
    ],
    "gatewayIdConfig": "n",
    "idFormat": "uuid",
    "vendor": "OPEN API",
    "deviceMgmt": {"reportInterval": {"show": "y", "change": "y"}},
}
ACCEPTED = AcceptedSensor(
    type="temperature", model="openApiTemp", driver="openApiSensor", network="daliworks"
)


def type_with(**changes: Any) -> SensorType:
    """Return a type that is read from JSON with some members."""
    kind = parse_sensor_type({"id": "door", **changes})
    assert kind is not None
    return kind


def sensors_of(*raw: Any) -> tuple[AcceptedSensor, ...]:
    """Return what a device model accepts."""
    model = parse_gateway_model(
        {"id": "52", "deviceModels": [{"id": "a", "sensors": list(raw)}]}
    )
    assert model is not None
    return model.device_models[0].sensors


def test_model_of_the_guide() -> None:
    assert parse_gateway_model(MODEL) == GatewayModel(
        id="52",
        name="Open API Gateway",
        report_interval=300.0,
        device_models=(
            DeviceModel(id="open-api-device-v1.0", most=99, sensors=(ACCEPTED,)),
        ),
    )


def test_least_model() -> None:
    assert parse_gateway_model({"id": 52}) == GatewayModel(id="52", name="52")
    named = parse_gateway_model({"id": 52, "model": "open-api"})
    assert named == GatewayModel(id="52", name="open-api")


@pytest.mark.parametrize("raw", [None, 7, [], {}, {"id": ""}, {"id": 1.5}])
def test_without_an_id(raw: Any) -> None:
    assert parse_gateway_model(raw) is None
    assert parse_sensor_type(raw) is None


@pytest.mark.parametrize("odd", ODDITIES, ids=range(len(ODDITIES)))
def test_odd_members(odd: Any) -> None:
    model = parse_gateway_model(
        {"id": "52", "reportInterval": odd, "displayName": odd, "deviceModels": odd}
    )
    assert model is not None
    assert model.device_models == ()
    assert sensors_of(odd, TEMPERATURE) == (ACCEPTED,)
    kind = type_with(
        unit=odd,
        type=odd,
        category=odd,
        decimalPlace=odd,
        values=odd,
        displayValues=odd,
        commands=odd,
    )
    assert (kind.values, kind.display_values, kind.commands) == ((), (), {})
    assert kind.category is Category.SENSOR


@pytest.mark.parametrize("missing", ["type", "model", "driverName"])
@pytest.mark.parametrize("odd", [None, "", " ", []])
def test_what_cannot_be_registered(missing: str, odd: Any) -> None:
    assert sensors_of({**TEMPERATURE, missing: odd}, TEMPERATURE) == (ACCEPTED,)


def test_accepted_actuator() -> None:
    (accepted,) = sensors_of({**TEMPERATURE, "category": "actuator", "network": None})
    assert (accepted.category, accepted.network) == (Category.ACTUATOR, "")


@pytest.mark.parametrize(
    ("raw", "most"),
    [(99, 99), ("99", 99), (0, 0), (-1, None), (None, None), (1.5, None)],
)
def test_most_devices(raw: object, most: int | None) -> None:
    model = parse_gateway_model({"id": "5", "deviceModels": [{"id": "a", "max": raw}]})
    assert model is not None
    assert model.device_models == (DeviceModel(id="a", most=most),)


# Types


def test_number() -> None:
    raw = {
        "id": "temperature",
        "unit": "°C",
        "category": "sensor",
        "type": "Number",
        "decimalPlace": "1",
        "range": {"min": -10, "max": 40},
        "chart": {"dataType": "series", "cumulative": False},
    }
    assert parse_sensor_type(raw) == SensorType(
        id="temperature", unit="°C", value_type="number", decimals=1
    )


@pytest.mark.parametrize("raw", [-1, None, "many", 1.5, True])
def test_no_decimals(raw: object) -> None:
    assert type_with(decimalPlace=raw).decimals is None


@pytest.mark.parametrize(
    ("values", "shown", "read", "read_shown"),
    [
        (["0", "1"], ["closed", "opened"], ("0", "1"), ("closed", "opened")),
        ([0, 1], ["closed", "opened"], ("0", "1"), ("closed", "opened")),
        ([False, True], ["closed", "opened"], ("0", "1"), ("closed", "opened")),
        ([0, 1], ["closed", None], ("0", "1"), ("closed", "1")),
        ([0, None, 1], ["a", "b", "c"], ("0", "1"), ("a", "c")),
        ([0, 0, 1], ["a", "b", "c"], ("0", "1"), ("a", "c")),
        ([0, 1], ["closed"], ("0", "1"), ()),
        ([0, 1], [], ("0", "1"), ()),
        ([0, 1], ["", ""], ("0", "1"), ()),
        ([0, 1], None, ("0", "1"), ()),
        ([], ["a"], (), ()),
        ([{"a": 1}, ""], ["x", "y"], (), ()),
    ],
    ids=range(12),
)
def test_values(
    values: Any, shown: Any, read: tuple[str, ...], read_shown: tuple[str, ...]
) -> None:
    kind = type_with(values=values, displayValues=shown)
    assert (kind.values, kind.display_values) == (read, read_shown)


DURATION = {"type": "integer", "min": 0}


@pytest.mark.parametrize(
    "raw",
    [
        {"on": {"duration": DURATION}, "off": {}},
        {"on": {"options": {"duration": DURATION}}, "off": {"options": {}}},
        {"on": {"params": [{"name": "duration", **DURATION}]}, "off": None},
        {"on": ["duration"], "off": []},
        {"on": ["duration", "duration", None, ""], "off": "off"},
        [{"name": "on", "options": {"duration": DURATION}}, {"name": "off"}],
        [{"id": "on", "params": ["duration"]}, "off"],
        [{"cmd": "on", "options": [{"id": "duration"}]}, {"cmd": "off"}, None, 1.5e400],
        [{"name": "on", "options": ["duration"]}, {"name": "off", "options": None}],
    ],
    ids=range(9),
)
def test_commands(raw: Any) -> None:
    kind = type_with(category="actuator", commands=raw)
    assert kind.commands == {"on": ("duration",), "off": ()}
    assert kind.category is Category.ACTUATOR


def test_names_of_commands_alone() -> None:
    kind = type_with(commands=["red", "off", "", None])
    assert kind.commands == {"red": (), "off": ()}


def test_option_that_is_called_options() -> None:
    kind = type_with(commands={"set": {"options": {"type": "string"}, "row": DURATION}})
    assert kind.commands == {"set": ("options", "row")}
