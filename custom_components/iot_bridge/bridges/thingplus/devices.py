"""Gateways and the devices behind them, as the coordinator keeps them.

A sensor's values have keys made of its id, and so has whether they can be trusted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self

from .client import Category, Device, Gateway, Sensor, Status, StatusValue

# Keys of the state. Ids of sensors hold neither point nor colon.
LAST_REPORT: Final = "last_report"
REPORT_INTERVAL: Final = "report_interval"
# Names of the sensors that tell of an error, and of the gateway itself
PROBLEMS: Final = "problems"
# Whether the gateway's status holds, in its own state; other devices follow by `online`.
CONNECTED: Final = "connected"
LOCATION: Final = "location"


def value_key(sensor_id: str, part: str | None = None) -> str:
    """Return the key of a sensor's value, or of a part of it."""
    return sensor_id if part is None else f"{sensor_id}.{part}"


def alive_key(sensor_id: str) -> str:
    """Return the key that tells whether a sensor says that it is well, still."""
    return f"{sensor_id}:alive"


def time_key(sensor_id: str) -> str:
    """Return the key of the time of a sensor's value."""
    return f"{sensor_id}:time"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingplusDevice:
    """A gateway, or a device behind one.

    Attributes:
        id: The gateway's id, and for a device behind it the device's as well.
        online: Whether the gateway's status holds.
        state: Values by key.
        gateway: The gateway.
        device: The device behind it, None for the gateway itself.
        sensors: What is on it, by id.
    """

    id: str
    online: bool = True
    state: Mapping[str, Any]
    gateway: Gateway
    device: Device | None = None
    sensors: Mapping[str, Sensor] = field(default_factory=dict)

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return it with some of its values replaced."""
        return replace(self, state={**self.state, **changes})

    def with_online(self, online: bool) -> Self:
        """Return it with its gateway heard or not."""
        return replace(self, online=online)

    def of_category(self, category: Category) -> Iterator[Sensor]:
        """Yield its sensors, or its actuators."""
        return (one for one in self.sensors.values() if one.category is category)


def device_id(gateway_id: str, behind: str | None = None) -> str:
    """Return the id of a gateway, or of a device behind it."""
    return gateway_id if behind is None else f"{gateway_id}.{behind}"


def _says(status: Status | None, value: StatusValue, now: datetime) -> bool:
    """Return whether a gateway or a sensor says how it is, and that still holds.

    Thing+ guide, "Send Status": after `expireAt` nobody knows how it is.
    """
    if status is None or status.value is not value:
        return False
    return status.expires is None or now < status.expires


def is_alive(status: Status | None, now: datetime) -> bool:
    """Return whether a gateway or a sensor says that it is well, and that still holds.

    Args:
        status: What it has told; None if nothing.
        now: By the server's clock.
    """
    return _says(status, StatusValue.ON, now)


def sensor_is_alive(sensor: Sensor, now: datetime) -> bool:
    """Return whether a sensor is well; an actuator that tells nothing is."""
    if sensor.status is None and sensor.category is Category.ACTUATOR:
        return True
    return is_alive(sensor.status, now)


def devices_of(
    gateway: Gateway, sensors: Iterable[Sensor], now: datetime
) -> list[ThingplusDevice]:
    """Return a gateway and the devices behind it, the gateway first.

    Args:
        gateway: The gateway.
        sensors: All of its sensors.
        now: By the server's clock.
    """
    behind = {device.id: device for device in gateway.devices}
    placed: dict[str | None, dict[str, Sensor]] = {None: {}}
    placed |= {one: {} for one in behind}
    for sensor in sensors:
        # What is on a device that is gone hangs on the gateway.
        place = sensor.device_id if sensor.device_id in behind else None
        placed[place][sensor.id] = sensor
    heard = is_alive(gateway.status, now)
    return [
        ThingplusDevice(
            id=device_id(gateway.id, place),
            online=heard,
            state=_state(gateway, place, of_place, now),
            gateway=gateway,
            device=None if place is None else behind[place],
            sensors=of_place,
        )
        for place, of_place in placed.items()
    ]


def problems_of(
    gateway: Gateway | None, sensors: Iterable[Sensor], now: datetime
) -> tuple[str, ...]:
    """Return the names of what tells of an error.

    Args:
        gateway: The gateway if it is meant itself, None for a device behind it.
        sensors: What is on it.
        now: By the server's clock.
    """
    of_gateway = () if gateway is None else (gateway,)
    return tuple(
        one.name
        for one in (*of_gateway, *sensors)
        if _says(one.status, StatusValue.ERROR, now)
    )


def _state(
    gateway: Gateway, place: str | None, sensors: Mapping[str, Sensor], now: datetime
) -> dict[str, Any]:
    state: dict[str, Any] = {}
    if place is None:
        state = {
            CONNECTED: is_alive(gateway.status, now),
            LAST_REPORT: gateway.status and gateway.status.time,
            REPORT_INTERVAL: gateway.report_interval,
            LOCATION: gateway.location,
        }
    meant = gateway if place is None else None
    state[PROBLEMS] = problems_of(meant, sensors.values(), now)
    for sensor in sensors.values():
        state |= _sensor_state(sensor, now)
    return state


def _sensor_state(sensor: Sensor, now: datetime) -> dict[str, Any]:
    state: dict[str, Any] = {alive_key(sensor.id): sensor_is_alive(sensor, now)}
    series = sensor.series
    if series is None:
        return state
    state[time_key(sensor.id)] = series.time
    state[value_key(sensor.id)] = series.value
    if isinstance(series.value, Mapping):
        state |= {
            value_key(sensor.id, part): value for part, value in series.value.items()
        }
    return state
