"""A simulated sensor or actuator, its fields, and its rows of data.

Source: WoTKit API documentation, "Sensors", "Sensor Fields" and "Sensor Data".
"""

from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from .times import to_iso, to_ms
from .vocabulary import (
    NUMBER,
    PUBLIC,
    STRING,
    FieldType,
    FieldValue,
    JsonObject,
    LastUpdateForm,
    Visibility,
)

# A position is shown as 0 before there is one, alone among all fields.
ZERO_AT_FIRST: Final = ("lat", "lng")


@dataclass(slots=True, kw_only=True)
class SimulatedField:
    """A field with its current value.

    Attributes:
        name: Unique within the sensor.
        type: NUMBER or STRING.
        long_name: For people.
        units: Free text; None: the key is missing.
        required: Whether each row has to have it.
        value: The latest value, None before the first.
        updated_ms: The timestamp of its row; None before the first.
    """

    name: str
    type: FieldType = "NUMBER"
    long_name: str = ""
    units: str | None = None
    required: bool = False
    value: FieldValue | None = None
    updated_ms: int | None = None

    def to_json(self, index: int, last_update_as: LastUpdateForm) -> JsonObject:
        """Return the field as the API shows it."""
        shown: JsonObject = {"name": self.name}
        if self.value is not None:
            shown["value"] = self.value
        elif self.name in ZERO_AT_FIRST and self.type == NUMBER:
            shown["value"] = 0
        shown["type"] = self.type
        shown["index"] = index
        shown["required"] = self.required
        shown["longName"] = self.long_name or self.name
        if self.units is not None:
            shown["units"] = self.units
        if self.updated_ms is not None:
            shown["lastUpdate"] = show_time(self.updated_ms, last_update_as)
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Values at one moment.

    Attributes:
        id: Increases with each row of the server.
        timestamp_ms: When, in milliseconds since 1970.
        values: By the name of the field.
    """

    id: int
    timestamp_ms: int
    values: Mapping[str, FieldValue]

    def order(self) -> tuple[int, int]:
        """Return what rows are sorted by."""
        return self.timestamp_ms, self.id


@dataclass(slots=True, kw_only=True)
class SimulatedSensor:
    """A sensor.

    Attributes:
        id: The server's number for it.
        owner: The user it belongs to.
        name: Unique among the sensors of its owner.
        long_name: For people.
        description: For people.
        visibility: Who sees it.
        tags: Words it is found by.
        fields: In the order of their index.
        latitude: Where it is installed, degrees; 0 where nobody said.
        longitude: Likewise.
        metadata: Free text by name.
        image_url: Of a picture.
        created_ms: When it was created.
        row_ids: Numbers rows, throughout the server.
        clock: Returns the time in seconds since 1970.
        updated_ms: When data came last; 0: never.
        subscribers: Users who follow it.
        rows: Its data, in the order of time and id.
    """

    id: int
    owner: str
    name: str
    long_name: str
    description: str
    created_ms: int
    row_ids: Iterator[int] = field(repr=False)
    clock: Callable[[], float] = field(repr=False)
    visibility: Visibility = "PUBLIC"
    tags: list[str] = field(default_factory=list)
    fields: list[SimulatedField] = field(default_factory=list)
    latitude: float = 0
    longitude: float = 0
    metadata: dict[str, str] = field(default_factory=dict)
    image_url: str = ""
    updated_ms: int = 0
    subscribers: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """Return the name that is unique on the server."""
        return f"{self.owner}.{self.name}"

    def is_visible_to(self, user: str | None) -> bool:
        """Return whether a user, None for anybody, may see it."""
        return self.visibility == PUBLIC or self.owner == user

    def find_field(self, name: str) -> SimulatedField | None:
        """Return a field, None if there is none of that name."""
        return next((item for item in self.fields if item.name == name), None)

    def add_row(self, values: Mapping[str, FieldValue], timestamp_ms: int) -> Row:
        """Add a row; a field's value is that of its newest row.

        Args:
            values: By the name of the field.
            timestamp_ms: When, milliseconds since 1970.
        """
        row = Row(id=next(self.row_ids), timestamp_ms=timestamp_ms, values=dict(values))
        insort(self.rows, row, key=Row.order)
        for item in self.fields:
            if item.name in values and (item.updated_ms or 0) <= timestamp_ms:
                item.value = values[item.name]
                item.updated_ms = timestamp_ms
        self.updated_ms = max(self.updated_ms, timestamp_ms)
        return row

    def record(self, values: Mapping[str, FieldValue], at: float | None = None) -> Row:
        """Measure: add a row as it is, without any check.

        Args:
            values: By the name of the field.
            at: When, seconds since 1970; by default now.
        """
        return self.add_row(values, to_ms(self.clock() if at is None else at))

    def set_visibility(self, visibility: Visibility) -> None:
        """Change who sees it; a harder one removes all subscribers silently."""
        if self.visibility == PUBLIC != visibility:
            self.subscribers.clear()
        self.visibility = visibility

    def to_json(self, last_update_as: LastUpdateForm) -> JsonObject:
        """Return the sensor as the API shows it."""
        return {
            "name": self.name,
            "fields": self.fields_to_json(last_update_as),
            "id": self.id,
            "visibility": self.visibility,
            "owner": self.owner,
            "description": self.description,
            "longName": self.long_name,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "lastUpdate": show_time(self.updated_ms, last_update_as),
            "created": to_iso(self.created_ms),
            "tags": list(self.tags),
            "imageUrl": self.image_url,
            "subscriberNames": list(self.subscribers),
            "metadata": dict(self.metadata),
            "publisher": None,
            "thingType": "SENSOR",
        }

    def fields_to_json(self, last_update_as: LastUpdateForm) -> list[JsonObject]:
        """Return the fields as the API shows them."""
        return [
            item.to_json(index, last_update_as)
            for index, item in enumerate(self.fields)
        ]

    def row_to_json(self, row: Row) -> JsonObject:
        """Return a row as the API shows it."""
        return {
            "id": row.id,
            "timestamp": to_iso(row.timestamp_ms),
            "sensor_id": self.id,
            "sensor_name": self.full_name,
            **row.values,
        }


def default_fields() -> list[SimulatedField]:
    """Return what a sensor has that was created without fields."""
    return [
        SimulatedField(name="lat", long_name="latitude", units="degrees"),
        SimulatedField(name="lng", long_name="longitude", units="degrees"),
        SimulatedField(name="value", long_name="Data", required=True),
        SimulatedField(name="message", type=STRING, long_name="Message"),
    ]


def show_time(ms: int, last_update_as: LastUpdateForm) -> str | int:
    """Return a `lastUpdate`."""
    return ms if last_update_as == "ms" else to_iso(ms)
