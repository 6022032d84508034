"""What the simulated server remembers of its clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

type ThingKind = Literal["gateway", "device", "sensor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request, whatever became of it.

    Attributes:
        method: For example "GET".
        path: Below the base, without escapes: "/gateways"; the whole path for one
            outside of the base.
        query: Names and values as sent, in order: ("embed", "status").
        at: When, seconds on the server's clock.
        user: The `loginId` of who asked; None for nobody, and for bad tokens.
        body: What was sent, as text.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    at: float
    user: str | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A gateway, device or sensor that a client registered.

    Attributes:
        kind: What it is.
        id: Its id.
        body: What the client sent for it.
        at: When, seconds on the server's clock.
    """

    kind: ThingKind
    id: str
    body: Mapping[str, Any]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActuatorCommand:
    """A command that reached a gateway.

    Attributes:
        gateway_id: The gateway.
        actuator_id: The actuator.
        cmd: For example "on".
        options: Of the command.
        at: When, seconds on the server's clock.
        user: The `loginId` of who sent it.
    """

    gateway_id: str
    actuator_id: str
    cmd: str
    options: Mapping[str, Any]
    at: float
    user: str
