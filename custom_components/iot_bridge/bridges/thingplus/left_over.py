"""Entities that are left over: of sensors that are gone or are something else now."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...coordinator import BridgeConfigEntry
from .actuator_kinds import buttons_of, is_tabled, numbers_of, platforms_of
from .client import Category, Sensor, SensorType
from .devices import ThingplusDevice
from .entity_names import sensor_and_part
from .sensor_kinds import EVENT_TYPES
from .shapes import Shape, is_known, shape_of

# Any part: an object's keys may come and go.
_ANY: Final = "*"
_PLATFORMS: Final = {
    Shape.NUMBER: Platform.SENSOR,
    Shape.BINARY: Platform.BINARY_SENSOR,
    Shape.ENUM: Platform.SENSOR,
    Shape.TEXT: Platform.SENSOR,
    Shape.LOCATION: Platform.DEVICE_TRACKER,
}

# A platform, and a part of a value or None for all of it
type _Place = tuple[str, str | None]


@callback
def remove_left_over(
    hass: HomeAssistant,
    entry: BridgeConfigEntry,
    scope: str,
    devices: Iterable[ThingplusDevice],
    types: Mapping[str, SensorType],
) -> None:
    """Remove entities of sensors that are gone, or that measure something else now.

    Args:
        hass: Home Assistant.
        entry: The config entry.
        scope: Of the account.
        devices: All that there are.
        types: What the server says of types.
    """
    wanted = {
        sensor.id: _wanted(sensor, types)
        for device in devices
        for sensor in device.sensors.values()
    }
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (named := sensor_and_part(entity.unique_id, scope)) is None:
            continue
        sensor_id, part = named
        places = wanted.get(sensor_id, frozenset())
        if places is None or (entity.domain, part) in places:
            continue
        if part is None or (entity.domain, _ANY) not in places:
            registry.async_remove(entity.entity_id)


def _wanted(
    sensor: Sensor, types: Mapping[str, SensorType]
) -> frozenset[_Place] | None:
    """Return where a sensor or an actuator has entities.

    Returns:
        None if nobody says what it is: the server may do so again later.
    """
    known = types.get(sensor.type)
    if sensor.category is Category.ACTUATOR:
        if known is None and not is_tabled(sensor.type):
            return None
        return frozenset(_of_actuator(sensor.type, known))
    return frozenset(_of_sensor(sensor, types)) if is_known(sensor, types) else None


def _of_sensor(sensor: Sensor, types: Mapping[str, SensorType]) -> Iterator[_Place]:
    shape = shape_of(sensor, types)
    if shape is Shape.OBJECT:
        yield Platform.SENSOR, _ANY
    else:
        yield _PLATFORMS[shape], None
    if sensor.type in EVENT_TYPES:
        yield Platform.EVENT, None


def _of_actuator(type_name: str, known: SensorType | None) -> Iterator[_Place]:
    for platform in platforms_of(type_name):
        match platform:
            case Platform.BUTTON:
                for button in buttons_of(type_name, known):
                    yield platform, button.key
            case Platform.NUMBER:
                for number in numbers_of(type_name, known):
                    yield platform, number.key
            case _:
                yield platform, None
