"""Reads what a server knows of kinds: models of gateways, and types of sensors.

One odd item never loses the others. Source: Thing+ HTTPS guide, "Obtaining the Gateway
Model ID"; Thing+ guide, list of sensor types and actuators.
"""

from collections.abc import Iterator
from typing import Any, Final

from ....wire.values import as_int, as_items, as_line, as_mapping
from .models import AcceptedSensor, DeviceModel, GatewayModel, SensorType
from .parser import parse_all, parse_category, parse_id, parse_interval, parse_value

# How a command or an option is called where it is an item of a list
_NAMES: Final = ("name", "id", "cmd")
# What the options of a command may be below
_OPTIONS: Final = ("options", "params")


def parse_gateway_model(raw: object) -> GatewayModel | None:
    """Read a model of gateways; None if it has no id."""
    item = as_mapping(raw)
    model_id = parse_id(item.get("id"))
    if model_id is None:
        return None
    return GatewayModel(
        id=model_id,
        name=(
            as_line(item.get("displayName")) or as_line(item.get("model")) or model_id
        ),
        report_interval=parse_interval(item.get("reportInterval")),
        device_models=tuple(parse_all(_device_model, item.get("deviceModels"))),
    )


def parse_sensor_type(raw: object) -> SensorType | None:
    """Read a type of sensors or actuators; None if it has no id."""
    item = as_mapping(raw)
    type_id = parse_id(item.get("id"))
    if type_id is None:
        return None
    decimals = as_int(item.get("decimalPlace"))
    values = _values(as_items(item.get("values")), as_items(item.get("displayValues")))
    return SensorType(
        id=type_id,
        unit=as_line(item.get("unit")) or None,
        value_type=as_line(item.get("type")).lower(),
        category=parse_category(item.get("category")),
        decimals=None if decimals is None or decimals < 0 else decimals,
        values=tuple(values),
        display_values=tuple(values.values()) if any(values.values()) else (),
        commands=dict(_commands(item.get("commands"))),
    )


def _device_model(raw: object) -> DeviceModel | None:
    item = as_mapping(raw)
    model_id = parse_id(item.get("id"))
    if model_id is None:
        return None
    most = as_int(item.get("max"))
    return DeviceModel(
        id=model_id,
        most=None if most is None or most < 0 else most,
        sensors=tuple(parse_all(_accepted_sensor, item.get("sensors"))),
    )


def _accepted_sensor(raw: object) -> AcceptedSensor | None:
    item = as_mapping(raw)
    kind, model, driver = (
        as_line(item.get(name)) for name in ("type", "model", "driverName")
    )
    # All three are wanted when a sensor is registered.
    if not (kind and model and driver):
        return None
    return AcceptedSensor(
        type=kind,
        model=model,
        driver=driver,
        network=as_line(item.get("network")),
        category=parse_category(item.get("category")),
    )


def _values(values: list[Any], shown: list[Any]) -> dict[str, str]:
    """Return what each value means, nothing where the server's lists do not fit."""
    texts = shown if len(shown) == len(values) else [""] * len(values)
    pairs: dict[str, str] = {}
    for raw, text in zip(values, texts, strict=True):
        value = parse_value(raw)
        if isinstance(value, str) and value:
            pairs.setdefault(value, as_line(text))
    if any(pairs.values()):
        return {value: text or value for value, text in pairs.items()}
    return pairs


def _commands(raw: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield commands with the names of their options.

    They come by name, as a list of names, or as a list of objects.
    """
    for name, content in _named(raw):
        options = as_mapping(content)
        below = [options[key] for key in _OPTIONS if _holds_options(options.get(key))]
        names = (option for option, _ in _named(below[0] if below else content))
        yield name, tuple(dict.fromkeys(names))


def _named(raw: object) -> Iterator[tuple[str, object]]:
    """Yield names with what belongs to each, whatever the shape."""
    pairs = raw.items() if isinstance(raw, dict) else map(_pair, as_items(raw))
    for name, content in pairs:
        if line := as_line(name):
            yield line, content


def _pair(item: object) -> tuple[object, object]:
    members = as_mapping(item)
    names = (members[key] for key in _NAMES if members.get(key))
    return next(names, item), {
        key: members[key] for key in _OPTIONS if _holds_options(members.get(key))
    }


def _holds_options(raw: object) -> bool:
    """Return whether something is a group of options, not an option of that name."""
    return isinstance(raw, list) or (isinstance(raw, dict) and "type" not in raw)
