"""What a Thing+ server knows: sites, gateways, devices, sensors, their state and values.

Source: Thing+ guide; "Casing" and "Endpoint table" of what is known of the protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# What a sensor reports: a number or a word as text, or an object.
type SeriesValue = str | Mapping[str, SeriesValue]


class StatusValue(StrEnum):
    """How a gateway or a sensor says that it is."""

    ON = "on"
    OFF = "off"
    ERROR = "err"


class Category(StrEnum):
    """Whether something measures or acts."""

    SENSOR = "sensor"
    ACTUATOR = "actuator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a gateway or a sensor has said of itself.

    Attributes:
        value: How it is.
        time: When it said so, None if the server does not tell.
        expires: Until when that holds, by the server's clock; None: for ever.
    """

    value: StatusValue
    time: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The latest value of a sensor.

    Attributes:
        value: As the server tells it: numbers are text.
        time: When it was measured, None if the server does not tell.
    """

    value: SeriesValue
    time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """A sensor or an actuator of a gateway.

    Attributes:
        id: The id.
        name: For people; the type where the server has none.
        type: What it measures, for example "temperature"; may be empty.
        category: Whether it measures or acts.
        model: Its model, may be empty.
        driver: The name of its driver, may be empty.
        gateway_id: The gateway that it belongs to.
        device_id: The device that it is on, None where it is the gateway itself.
        status: None if it has never told any.
        series: Likewise.
    """

    id: str
    name: str
    type: str
    category: Category = Category.SENSOR
    model: str = ""
    driver: str = ""
    gateway_id: str
    device_id: str | None = None
    status: Status | None = None
    series: Series | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device behind a gateway.

    Attributes:
        id: The id, unique within its gateway.
        name: For people.
        model: The id of its model, may be empty.
    """

    id: str
    name: str
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where something is installed.

    Attributes:
        latitude: In degrees.
        longitude: In degrees.
        address: For people, may be empty.
    """

    latitude: float
    longitude: float
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A gateway.

    Attributes:
        id: The id.
        name: For people; the id where the server has none.
        model: The id of its model, may be empty.
        site_id: The site that it is in, None where the server does not tell.
        report_interval: Seconds between two reports, None where it does not tell.
        location: Where it is installed, None if nobody has said so.
        status: None if it has never told any.
        devices: What is behind it.
    """

    id: str
    name: str
    model: str = ""
    site_id: str | None = None
    report_interval: float | None = None
    location: Location | None = None
    status: Status | None = None
    devices: tuple[Device, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site: gateways are registered in one."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedSensor:
    """A kind of sensor that a device model accepts.

    Attributes:
        type: What it measures.
        model: The model to register it with.
        driver: Likewise, the name of the driver.
        network: Likewise; may be empty.
        category: Whether it measures or acts.
    """

    type: str
    model: str
    driver: str
    network: str = ""
    category: Category = Category.SENSOR


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceModel:
    """A kind of device that a gateway model accepts.

    Attributes:
        id: The id.
        most: How many devices of it one gateway may have, None where nothing is said.
        sensors: What may be on it.
    """

    id: str
    most: int | None = None
    sensors: tuple[AcceptedSensor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayModel:
    """A kind of gateway.

    Attributes:
        id: The id, for example "52".
        name: For people.
        report_interval: Seconds, None where the server does not tell.
        device_models: What may be behind it.
    """

    id: str
    name: str
    report_interval: float | None = None
    device_models: tuple[DeviceModel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorType:
    """What the server says of a type of sensors or actuators.

    Attributes:
        id: The type's name.
        unit: As the server spells it, None for none.
        value_type: "number", "string", "object" or "boolean"; may be empty.
        category: Whether it measures or acts.
        decimals: Digits after the point that make sense, None where nothing is said.
        values: All values that there are, as text, if there are only some.
        display_values: What each of these means; as many as `values`, or none.
        commands: What an actuator can be told: by name, the names of its options.
    """

    id: str
    unit: str | None = None
    value_type: str = ""
    category: Category = Category.SENSOR
    decimals: int | None = None
    values: tuple[str, ...] = ()
    display_values: tuple[str, ...] = ()
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSensor:
    """A sensor to be created.

    Attributes:
        id: A UUID of 32 hexadecimal digits.
        name: For people.
        accepted: What the model of its device accepts.
        device_id: The device that it is on.
    """

    id: str
    name: str
    accepted: AcceptedSensor
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a sensor's series.

    Attributes:
        value: Numbers are text here too.
        time: When it was measured, in UTC; milliseconds count.
    """

    value: SeriesValue
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AuthClient:
    """An OAuth2 client that was created for the user.

    Attributes:
        client_id: Names it.
        client_secret: Proves it.
    """

    client_id: str
    client_secret: str
