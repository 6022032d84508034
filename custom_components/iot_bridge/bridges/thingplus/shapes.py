"""What a sensor becomes in Home Assistant: by the tables, else by what the server says."""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
import re
from typing import Final

from .client import Sensor, SensorType, SeriesValue
from .sensor_kinds import (
    BINARY_KINDS,
    ENUM_KINDS,
    LOCATION_TYPE,
    NUMBER_KINDS,
    OBJECT_KINDS,
    TEXT_TYPES,
)

_YES: Final = frozenset({"1", "on", "true"})
_NO: Final = frozenset({"0", "off", "false"})
# Not with zeros in front: so are things called.
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


class Shape(Enum):
    """What values of a type look like."""

    NUMBER = auto()
    BINARY = auto()
    ENUM = auto()
    TEXT = auto()
    OBJECT = auto()
    LOCATION = auto()


# By the server's `type`, where it does not name all values
_BY_VALUE_TYPE: Final = {
    "boolean": Shape.BINARY,
    "object": Shape.OBJECT,
}


def _tabled() -> dict[str, Shape]:
    tables = (
        (NUMBER_KINDS, Shape.NUMBER),
        (BINARY_KINDS, Shape.BINARY),
        (ENUM_KINDS, Shape.ENUM),
        (TEXT_TYPES, Shape.TEXT),
        (OBJECT_KINDS, Shape.OBJECT),
        ((LOCATION_TYPE,), Shape.LOCATION),
    )
    return {name: shape for names, shape in tables for name in names}


_TABLED: Final = _tabled()


def shape_of(sensor: Sensor, types: Mapping[str, SensorType]) -> Shape:
    """Return what a sensor's values look like.

    Args:
        sensor: The sensor.
        types: What the server says of types.
    """
    known = types.get(sensor.type)
    shape = _TABLED.get(sensor.type)
    if known is None:
        return shape or _shape_of_value(sensor)
    # The table knows of two values, or of any words: the server may know better.
    if shape in (Shape.BINARY, Shape.TEXT) and known.values:
        return _shape_of_values(known.values)
    return shape or _shape_of_type(known)


def is_known(sensor: Sensor, types: Mapping[str, SensorType]) -> bool:
    """Return whether the table or the server says what a sensor's values look like."""
    return sensor.type in _TABLED or sensor.type in types


def yes_or_no(value: SeriesValue | None) -> bool | None:
    """Return what a sensor says that knows two values, None for anything else."""
    if not isinstance(value, str):
        return None
    word = value.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def looks_like_number(value: SeriesValue) -> bool:
    """Return whether a value of which nothing else is known is a number."""
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def _shape_of_type(known: SensorType) -> Shape:
    is_number = known.value_type == "number" or (
        not known.value_type and known.unit is not None
    )
    of_values = _shape_of_values(known.values) if known.values else None
    # Values without words for them may be the steps of a number.
    if is_number and of_values is Shape.ENUM and not known.display_values:
        return Shape.NUMBER
    if of_values is not None:
        return of_values
    if is_number:
        return Shape.NUMBER
    return _BY_VALUE_TYPE.get(known.value_type, Shape.TEXT)


def _shape_of_values(values: Iterable[str]) -> Shape:
    has_other = any(yes_or_no(value) is None for value in values)
    return Shape.ENUM if has_other else Shape.BINARY


def _shape_of_value(sensor: Sensor) -> Shape:
    """Return what a sensor says itself of its values; nobody else does."""
    told = None if sensor.series is None else sensor.series.value
    return Shape.OBJECT if isinstance(told, Mapping) else Shape.TEXT


def options_of(
    sensor: Sensor, types: Mapping[str, SensorType]
) -> tuple[Mapping[str, str], str | None]:
    """Return what a sensor's few values mean, and the key of their translations.

    Args:
        sensor: One of the shape ENUM.
        types: What the server says of types.

    Returns:
        By what the service sends; and None where the server's own words are all that
        there is.
    """
    tabled, known = ENUM_KINDS.get(sensor.type), types.get(sensor.type)
    if tabled is not None and (
        known is None or tabled.words.keys() >= set(known.values)
    ):
        return tabled.words, tabled.translation_key
    assert known is not None
    words = known.display_values
    # Each has to be there, and only once.
    if len(words) != len(known.values) or len(set(words)) != len(words):
        words = known.values
    return dict(zip(known.values, words, strict=True)), None
