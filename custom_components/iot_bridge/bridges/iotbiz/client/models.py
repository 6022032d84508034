"""What a platform tells of its devices, and what devices are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ssl import SSLContext
from typing import Any

from .state import AttributeValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDevice:
    """A device in a platform's list.

    Attributes:
        key: What the platform calls it in addresses, the end of its `url`.
        device_id: Its name.
        customer_id: Its customer number; empty if not told.
        online: Whether its agent is connected; None if not known.
        running: Whether its program runs; None if not known.
        word: Its status where that is more than being there or not.
        last_seen: When it was heard of the last time; None if never.
        activated: Whether it has confirmed its password.
    """

    key: str
    device_id: str
    customer_id: str = ""
    online: bool | None = None
    running: bool | None = None
    word: str | None = None
    last_seen: datetime | None = None
    activated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryRow:
    """What a device has said at one time.

    Attributes:
        time: When the platform got it.
        attributes: As of `ReportedState`.
    """

    time: datetime
    attributes: Mapping[str, AttributeValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """An MQTT broker, and the account there.

    Attributes:
        host: Its name or address.
        port: Its port.
        username: The device's name.
        password: What the platform gave the device; not shown by `repr`.
        tls: How to know that it is the right one; None: without TLS.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a device is told; no format is defined anywhere.

    Attributes:
        text: As it came.
        data: What it is as JSON; None if it is none.
    """

    text: str
    data: Any = None
