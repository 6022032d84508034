"""A sensor of the service, as the coordinator keeps it: with its values by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from .client import ControlMessage, Field, FieldType, Sensor

# Keys of the state. Values of fields have keys of their own, so that no name of a
# field is in the way of these.
LAST_UPDATE: Final = "last_update"
LOCATION: Final = "location"
# What its owner has said of it
ABOUT: Final = "about"
CHANNEL_UP: Final = "control_channel"
RECEIVED: Final = "received_message"

_LATITUDE: Final = "lat"
_LONGITUDE: Final = "lng"


def value_key(field_name: str) -> str:
    """Return the key of a field's value."""
    return f"value_{field_name}"


@dataclass(frozen=True, slots=True)
class Received:
    """A message that has come through the control channel.

    Attributes:
        number: Counts, so that two equal messages are two.
        message: Its fields.
    """

    number: int
    message: ControlMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorDevice:
    """A sensor of the service.

    Attributes:
        id: The server's number for it, as text.
        online: Whether its data are fresh enough.
        state: Its values by key.
        sensor: What the server tells of it besides.
        own: Whether it is the user's own: only the owner hears its control channel.
    """

    id: str
    online: bool = True
    state: Mapping[str, Any]
    sensor: Sensor
    own: bool

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return it with some of its values replaced."""
        return replace(self, state={**self.state, **changes})

    def with_online(self, online: bool) -> Self:
        """Return it as fresh or silent."""
        return replace(self, online=online)

    @property
    def moves(self) -> bool:
        """Return whether its data tell where it is."""
        numbers = {
            field.name for field in self.sensor.fields if field.type is FieldType.NUMBER
        }
        return numbers >= {_LATITUDE, _LONGITUDE}

    def shown_fields(self, field_type: FieldType) -> Iterator[Field]:
        """Yield the fields of a type that are entities: a position is one on its own."""
        position = {_LATITUDE, _LONGITUDE} if self.moves else set()
        for field in self.sensor.fields:
            if field.type is field_type and field.name not in position:
                yield field


def sensor_device(sensor: Sensor, *, own: bool) -> SensorDevice:
    """Return a sensor as the server lists it.

    Args:
        sensor: What the server tells.
        own: Whether it belongs to the user.
    """
    values = {value_key(field.name): field.value for field in sensor.fields}
    return SensorDevice(
        id=str(sensor.id),
        state={
            **values,
            LAST_UPDATE: sensor.last_data,
            LOCATION: _location_of(sensor),
            ABOUT: (
                sensor.tags,
                sensor.visibility,
                sensor.latitude,
                sensor.longitude,
            ),
        },
        sensor=sensor,
        own=own,
    )


def _location_of(sensor: Sensor) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees, None where none is really set.

    Fields that nobody has written to read 0, which nobody is at.
    """
    values = {field.name: field.value for field in sensor.fields}
    match values.get(_LATITUDE), values.get(_LONGITUDE):
        case (int() | float() as latitude, int() | float() as longitude) if (
            (latitude or longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
        ):
            return float(latitude), float(longitude)
    return None
