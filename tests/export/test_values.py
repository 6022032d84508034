"""What of a state is a value, and what a service is sent of it."""

from datetime import UTC, datetime
import math
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_bridge.export.values import (
    ExportTarget,
    ExportValue,
    NotConvertibleError,
    Reading,
    ValueKind,
    convert,
    kind_of,
    unit_of,
    value_of,
)
from homeassistant.core import State

NUMBER, TEXT = ValueKind.NUMBER, ValueKind.TEXT


def reading_of(value: ExportValue, unit: str | None) -> Reading:
    """Return a reading."""
    time = datetime(2026, 1, 1, tzinfo=UTC)
    return Reading(key="k", entity_id="sensor.s", value=value, unit=unit, time=time)


@pytest.mark.parametrize(
    ("entity_id", "state", "attributes", "kind", "value"),
    [
        ("sensor.s", "21.5", {"unit_of_measurement": "°C"}, NUMBER, 21.5),
        ("sensor.s", "21", {"state_class": "measurement"}, NUMBER, 21.0),
        ("sensor.s", "7.2", {"device_class": "ph"}, NUMBER, 7.2),
        ("sensor.s", "12", {}, TEXT, "12"),
        ("sensor.s", "12", {"device_class": ["odd"]}, TEXT, "12"),
        ("sensor.s", "warm", {"device_class": "enum"}, TEXT, "warm"),
        ("sensor.s", "2026-01-01", {"device_class": "date"}, TEXT, "2026-01-01"),
        ("sensor.s", "warm", {"unit_of_measurement": "°C"}, NUMBER, None),
        ("sensor.s", "nan", {"unit_of_measurement": "°C"}, NUMBER, None),
        ("sensor.s", "-inf", {"unit_of_measurement": "°C"}, NUMBER, None),
        ("sensor.s", "1e999", {"unit_of_measurement": "°C"}, NUMBER, None),
        ("sensor.s", "1_000", {"unit_of_measurement": "°C"}, NUMBER, None),
        ("sensor.s", "unavailable", {}, TEXT, None),
        ("sensor.s", "unknown", {}, TEXT, None),
        ("sensor.s", "", {}, TEXT, None),
        ("sensor.s", "  ", {}, TEXT, None),
        ("sensor.s", "half \ud83d", {}, TEXT, None),
        ("sensor.s", "whole \U0001f600", {}, TEXT, "whole \U0001f600"),
        ("sensor.s", "5", {"unit_of_measurement": ""}, TEXT, "5"),
        ("sensor.s", "5", {"unit_of_measurement": 7}, TEXT, "5"),
        ("input_text.t", "12", {"unit_of_measurement": "m"}, TEXT, "12"),
        ("text.t", "12", {"unit_of_measurement": "m"}, TEXT, "12"),
        ("number.n", "3", {}, NUMBER, 3.0),
        ("input_number.n", "3", {}, NUMBER, 3.0),
        ("counter.c", "3", {}, NUMBER, 3.0),
        ("todo.shopping", "4", {}, NUMBER, 4.0),
        ("zone.home", "2", {}, NUMBER, 2.0),
        ("switch.s", "on", {}, NUMBER, 1.0),
        ("binary_sensor.b", "off", {"device_class": "door"}, NUMBER, 0.0),
        ("light.l", "unavailable", {}, NUMBER, None),
        ("light.l", "maybe", {}, NUMBER, None),
        ("lock.l", "locked", {}, TEXT, "locked"),
        ("device_tracker.d", "home", {}, TEXT, "home"),
    ],
)
def test_states(
    entity_id: str,
    state: str,
    attributes: dict[str, Any],
    kind: ValueKind,
    value: ExportValue | None,
) -> None:
    """An entity is of one kind, and what is not of this kind is no value."""
    present = State(entity_id, state, attributes)
    assert (kind_of(present), value_of(present)) == (kind, value)


@pytest.mark.parametrize(
    ("unit", "expected"), [("°C", "°C"), ("", None), (None, None), (3, None)]
)
def test_units(unit: Any, expected: str | None) -> None:
    """Only a text that is not empty is a unit."""
    assert unit_of(State("sensor.s", "1", {"unit_of_measurement": unit})) == expected


@settings(database=None, derandomize=True, deadline=None, max_examples=100)
@given(
    domain=st.sampled_from(["sensor", "switch", "number", "lock"]),
    state=st.text(max_size=20) | st.floats().map(str),
    device_class=st.none() | st.text() | st.integers() | st.lists(st.text()),
    unit=st.none() | st.text() | st.integers(),
)
def test_odd_states(domain: str, state: str, device_class: Any, unit: Any) -> None:
    """Whatever a state is, its value is a finite number, a text, or none."""
    odd = State(
        f"{domain}.e",
        state,
        {"device_class": device_class, "unit_of_measurement": unit},
    )
    value = value_of(odd)
    assert value is None or isinstance(value, str) or math.isfinite(value)
    assert value != ""


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        (20.0, "°C", ExportTarget(kind=NUMBER), 20.0),
        (20.0, "°C", ExportTarget(kind=NUMBER, unit="°C"), 20.0),
        (68.0, "°F", ExportTarget(kind=NUMBER, unit="°C"), 20.0),
        (1013.0, "hPa", ExportTarget(kind=NUMBER, unit="kPa"), 101.3),
        (1.5, "kW", ExportTarget(kind=NUMBER, unit="W"), 1500.0),
        (1500.0, "Wh", ExportTarget(kind=NUMBER, unit="kWh"), 1.5),
        (36.0, "km/h", ExportTarget(kind=NUMBER, unit="m/s"), 10.0),
        (0.1, "km", ExportTarget(kind=NUMBER, unit="m"), 100.0),
        (0.95, None, ExportTarget(kind=NUMBER, unit="%"), 95.0),
        (4.0, "\u00b5g/m³", ExportTarget(kind=NUMBER, unit="\u03bcg/m³"), 4.0),
        (4.0, "mg/m³", ExportTarget(kind=NUMBER, unit="\u00b5g/m³"), 4000.0),
        (4.0, "blips", ExportTarget(kind=NUMBER, unit="blips"), 4.0),
        (20.0, "°C", ExportTarget(kind=TEXT), "20"),
        (20.5, "°C", ExportTarget(kind=TEXT), "20.5"),
        (68.0, "°F", ExportTarget(kind=TEXT, unit="°C"), "20"),
        ("warm", None, ExportTarget(kind=TEXT), "warm"),
        ("warm", None, ExportTarget(kind=TEXT, unit="°C"), "warm"),
    ],
)
def test_conversion(
    value: ExportValue, unit: str | None, target: ExportTarget, expected: ExportValue
) -> None:
    """Values come in the kind and the unit that the service wants."""
    assert convert(reading_of(value, unit), target) == expected


@pytest.mark.parametrize(
    ("value", "unit", "target", "reason"),
    [
        ("secret", None, ExportTarget(kind=NUMBER), "a text"),
        (41.25, "°C", ExportTarget(kind=NUMBER, unit="kPa"), "from unit °C to kPa"),
        (41.25, None, ExportTarget(kind=NUMBER, unit="°C"), r"\(none\) to °C"),
        (41.25, "blips", ExportTarget(kind=NUMBER, unit="°C"), "blips"),
        (1.5e308, "km", ExportTarget(kind=NUMBER, unit="m"), "out of range"),
        (0.0, "km/kWh", ExportTarget(kind=NUMBER, unit="kWh/100km"), "out of range"),
    ],
)
def test_no_conversion(
    value: ExportValue, unit: str | None, target: ExportTarget, reason: str
) -> None:
    """What cannot be converted is said without the value."""
    with pytest.raises(NotConvertibleError, match=reason) as error:
        convert(reading_of(value, unit), target)
    assert str(value) not in str(error.value)
