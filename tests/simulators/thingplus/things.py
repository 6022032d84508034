"""Gateways, devices, sensors, and what they reported.

Source: Thing+ HTTPS guide, sections 5 to 9, with the capitals of the swagger.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
import hashlib
from typing import Any, Final, Literal

from .catalogue import REPORT_INTERVAL_MS
from .record import ActuatorCommand
from .sensor_types import SENSOR_TYPES, SensorType
from .vocabulary import FOREVER, JsonObject, SeriesValue, StatusValue

type ControlAnswer = Literal["ok", "no_answer", "error"]

MAX_POINTS: Final = 100_000
MAX_STATUSES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a sensor.

    Attributes:
        value: Text (numbers too), or an object.
        at_ms: When it was measured, ms since 1970.
    """

    value: SeriesValue
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """A status of a gateway or sensor.

    Attributes:
        value: "on", "off" or "err".
        at_ms: When it was reported, ms since 1970.
        expire_at_ms: Until when it is valid, ms since 1970; -1: for ever.
        is_of_client: Whether it came over the API.
    """

    value: StatusValue
    at_ms: int
    expire_at_ms: int
    is_of_client: bool = False

    @property
    def valid_seconds(self) -> float:
        """Return how long it is valid from its report on; -1 for ever."""
        if self.expire_at_ms == FOREVER:
            return FOREVER
        return (self.expire_at_ms - self.at_ms) / 1000

    def is_valid_at(self, now_ms: int) -> bool:
        """Return whether it is not over."""
        return self.expire_at_ms == FOREVER or now_ms < self.expire_at_ms


@dataclass(slots=True, kw_only=True, eq=False)
class Thing:
    """What gateways, devices and sensors have in common.

    Attributes:
        id: Its id.
        name: For people.
        model: Of a gateway the id of its model, else the model's name.
        created_ms: When it was made, ms since 1970.
        changed_ms: When it was changed.
        usable_ms: From when on the server finds it.
        is_registered: Whether a client registered it over the API.
        extra: What else clients or tests said about it, as it is sent.
    """

    id: str
    name: str
    model: str
    created_ms: int
    changed_ms: int
    usable_ms: int = 0
    is_registered: bool = False
    extra: JsonObject = field(default_factory=dict)

    def times(self, *, as_numbers: bool) -> JsonObject:
        """Return `mtime` and `ctime`: numbers in answers to POST, else texts."""
        times = {"mtime": self.changed_ms, "ctime": self.created_ms}
        return dict(times) if as_numbers else {k: str(v) for k, v in times.items()}


@dataclass(slots=True, kw_only=True, eq=False)
class Reporting(Thing):
    """A thing that has a status.

    Attributes:
        statuses: All of them, the latest last.
    """

    statuses: deque[StatusReport] = field(
        default_factory=lambda: deque(maxlen=MAX_STATUSES)
    )

    @property
    def status(self) -> StatusReport | None:
        """Return the latest status."""
        return self.statuses[-1] if self.statuses else None

    def is_on(self, now_ms: int) -> bool:
        """Return whether it is on, and that is still valid."""
        status = self.status
        return (
            status is not None and status.value == "on" and status.is_valid_at(now_ms)
        )

    def status_json_of(self, kind: str, owner: str, source: JsonObject) -> JsonObject:
        """Return the object of its status, with all times as text."""
        status = self.statuses[-1]
        changed = status
        for earlier in reversed(self.statuses):
            if earlier.value != status.value:
                break
            changed = earlier
        return {
            "type": "status",
            "value": status.value,
            **source,
            "srcDbType": kind,
            "time": str(status.at_ms),
            "expireAt": str(status.expire_at_ms),
            "vtime": str(changed.at_ms),
            "status": self.id,
            "owner": owner,
            kind: self.id,
            "mtime": str(status.at_ms),
            "ctime": str(self.statuses[0].at_ms),
            "id": short_id("status", kind, self.id),
        }


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedGateway(Reporting):
    """A gateway.

    Attributes:
        site_id: The site it belongs to.
        service_id: The service of the site.
        report_interval_ms: How often it and its sensors report, ms.
        previous_interval_ms: How often they did before that was changed.
        interval_changed_ms: When it was changed, ms since 1970.
        control_answer: What becomes of commands: "ok", "no_answer" (504) or
            "error" (600).
    """

    site_id: str
    service_id: str
    report_interval_ms: int = REPORT_INTERVAL_MS
    previous_interval_ms: int = REPORT_INTERVAL_MS
    interval_changed_ms: int = 0
    control_answer: ControlAnswer = "ok"

    @property
    def valid_seconds(self) -> float:
        """Return how long a status should be valid, seconds."""
        return self.report_interval_ms * 1.5 / 1000

    def status_json(self) -> JsonObject:
        """Return the object of its status."""
        return self.status_json_of("gateway", self.id, {})

    def to_json(self, *, as_numbers: bool = False) -> JsonObject:
        """Return it without status, devices and sensors.

        Args:
            as_numbers: Whether `mtime` and `ctime` are numbers.
        """
        return {
            "name": self.name,
            "model": self.model,
            "_site": self.site_id,
            "_service": self.service_id,
            "reportInterval": str(self.report_interval_ms),
            **self.extra,
            **self.times(as_numbers=as_numbers),
            "tree": self.id,
            "id": self.id,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedDevice(Thing):
    """A device.

    Attributes:
        gateway_id: Its gateway.
    """

    gateway_id: str

    def to_json(self, *, as_numbers: bool = False) -> JsonObject:
        """Return it.

        Args:
            as_numbers: Whether `mtime` and `ctime` are numbers.
        """
        return {
            "name": self.name,
            "model": self.model,
            **self.extra,
            "owner": self.gateway_id,
            **self.times(as_numbers=as_numbers),
            "id": self.id,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedSensor(Reporting):
    """A sensor or actuator.

    Attributes:
        gateway_id: Its gateway.
        type: For example "temperature".
        category: "sensor" or "actuator".
        driver_name: Of its driver.
        device_id: Its device; None: it hangs on the gateway.
        points: Its values by time, the latest last.
        on_command: Of actuators: called with each command that reaches the gateway.
        series_changed_ms: When the latest value came, ms since 1970.
        series_created_ms: When the first one came; 0: there is none.
    """

    gateway_id: str
    type: str
    category: str
    driver_name: str
    device_id: str | None = None
    points: list[Point] = field(default_factory=list)
    on_command: Callable[[ActuatorCommand], None] | None = None
    series_changed_ms: int = 0
    series_created_ms: int = 0

    @property
    def sensor_type(self) -> SensorType:
        """Return what is known of its type."""
        return SENSOR_TYPES[self.type]

    @property
    def values(self) -> list[SeriesValue]:
        """Return its values by time, the latest last."""
        return [point.value for point in self.points]

    def add_point(self, value: SeriesValue, at_ms: int, now_ms: int) -> None:
        """Take a value; one of the same time is replaced.

        Args:
            value: The value.
            at_ms: When it was measured, ms since 1970.
            now_ms: When it comes.
        """
        where = bisect_left(self.points, at_ms, key=lambda point: point.at_ms)
        if where < len(self.points) and self.points[where].at_ms == at_ms:
            del self.points[where]
        insort(self.points, Point(value, at_ms), key=lambda point: point.at_ms)
        del self.points[:-MAX_POINTS]
        self.series_created_ms = self.series_created_ms or now_ms
        self.series_changed_ms = now_ms

    @property
    def source(self) -> JsonObject:
        """Return what its status and series tell of it."""
        return {"srcType": self.type, "srcCategory": self.category}

    def status_json(self) -> JsonObject:
        """Return the object of its status."""
        return self.status_json_of("sensor", self.gateway_id, self.source)

    def series_json(self) -> JsonObject:
        """Return the object of its series: the latest value."""
        latest = self.points[-1]
        return {
            "type": "series",
            **self.source,
            "srcDbType": "sensor",
            "time": str(latest.at_ms),
            "value": latest.value,
            "owner": self.gateway_id,
            "series": self.id,
            "sensor": self.id,
            "mtime": str(self.series_changed_ms),
            "ctime": str(self.series_created_ms),
            "id": self.series_id,
        }

    @property
    def series_id(self) -> str:
        """Return what stands for the series where it is not embedded."""
        return short_id("series", "sensor", self.id)

    def to_json(self, *, as_numbers: bool = False) -> JsonObject:
        """Return it without status and series.

        Args:
            as_numbers: Whether `mtime` and `ctime` are numbers.
        """
        body: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "driverName": self.driver_name,
            "model": self.model,
            "category": self.category,
            **self.extra,
        }
        if self.device_id is not None:
            body["deviceId"] = self.device_id
        times = self.times(as_numbers=as_numbers)
        return {**body, "owner": self.gateway_id, **times, "id": self.id}


def short_id(what: str, kind: str, thing_id: str) -> str:
    """Return the id of a status or series: "series.sensor.3f2a1c"."""
    digest = hashlib.sha256(f"{what}.{kind}.{thing_id}".encode()).hexdigest()
    return f"{what}.{kind}.{digest[:6]}"
