"""What the simulated server remembers of its clients."""

from collections.abc import Mapping
from dataclasses import dataclass

from .vocabulary import FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request, whatever became of it.

    Attributes:
        method: For example "GET".
        path: As it was sent, without escapes: "/api/sensors/ada.mule1/".
        query: The parameters; of those that are there twice, the last.
        at: When, seconds on the server's clock.
        user: Who asked; None for nobody, and for wrong credentials.
    """

    method: str
    path: str
    query: Mapping[str, str]
    at: float
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message to an actuator, whether or not anybody listened.

    Attributes:
        sensor: The actuator's name with its owner.
        message: Names and values.
        user: Who sent it, None for nobody that is known.
        at: When, seconds on the server's clock.
    """

    sensor: str
    message: Mapping[str, FieldValue]
    user: str | None
    at: float
