"""What a WoTKit server knows: sensors, their fields and rows of data.

Source: WoTKit API documentation, "Sensors", "Sensor Fields" and "Sensor Data".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

type FieldValue = int | float | str


class FieldType(StrEnum):
    """What a field holds."""

    NUMBER = "NUMBER"
    STRING = "STRING"


class Visibility(StrEnum):
    """Who sees a sensor."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"
    ORGANIZATION = "ORGANIZATION"


class Scope(StrEnum):
    """Whose sensors a list holds.

    "all" is missing on purpose: it is every public sensor of the whole platform.
    """

    CONTRIBUTED = "contributed"
    SUBSCRIBED = "subscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a sensor, with its current value.

    Attributes:
        name: Unique within the sensor.
        long_name: For people; the name where the server has none.
        type: What it holds.
        units: Free text, None where there are none.
        required: Whether each row of data has to have it.
        index: Its place among the fields.
        value: The latest value; None if there was none, or it does not fit the type.
        last_update: When the value came, None if never.
    """

    name: str
    long_name: str
    type: FieldType
    units: str | None = None
    required: bool = False
    index: int = 0
    value: FieldValue | None = None
    last_update: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """A sensor, or an actuator: the API makes no difference.

    Attributes:
        id: The server's number for it.
        name: Unique among the sensors of its owner.
        owner: The owner's user name; may be empty.
        long_name: For people; the name where the server has none.
        description: For people, in one line; may be empty.
        tags: Words it is found by.
        visibility: Who sees it; None where the server does not say.
        latitude: Where it is installed, in degrees; None where it was not set.
        longitude: Likewise. The server's default of (0, 0) counts as not set.
        last_update: When it was last written to or asked; None if never.
        metadata: Free text by name.
        fields: In the order of their index.
    """

    id: int
    name: str
    owner: str = ""
    long_name: str
    description: str = ""
    tags: tuple[str, ...] = ()
    visibility: Visibility | None = None
    latitude: float | None = None
    longitude: float | None = None
    last_update: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()

    @property
    def full_name(self) -> str:
        """Return the name that is unique on the server: with its owner."""
        return f"{self.owner}.{self.name}" if self.owner else self.name

    @property
    def last_data(self) -> datetime | None:
        """Return when data came last; None if never.

        `last_update` does not tell: it moves too when a control channel is asked.
        """
        written = [field for field in self.fields if field.value is not None]
        times = [field.last_update for field in written if field.last_update]
        if written and not times:
            return self.last_update
        return max(times, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSensor:
    """A sensor to be created; it is always private.

    Attributes:
        name: At least four of `a-z0-9_-`, the first one a letter or `_`.
        long_name: For people.
        description: For people; the server wants one.
        tags: Words it is found by.
        metadata: Free text by name.
        fields: All of its fields; only name, long name, type and units count.
        latitude: Where it is installed, in degrees; None keeps it to oneself.
        longitude: Likewise.
    """

    name: str
    long_name: str
    description: str
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRow:
    """Values of some fields at one moment.

    Attributes:
        timestamp: When, with a time zone; milliseconds count.
        values: By the name of the field.
    """

    timestamp: datetime
    values: Mapping[str, FieldValue]


type ControlMessage = Mapping[str, FieldValue]
