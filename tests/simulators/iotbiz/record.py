"""What a platform remembers of its clients."""

from collections import deque
from dataclasses import dataclass
from typing import Final

MAX_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request; no password is kept.

    Attributes:
        method: The HTTP method.
        path: The path.
        query: The parameters.
        keys: The keys of the body if it is a JSON object.
        at: When it came, seconds on the platform's clock.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A registration or activation that was answered.

    Attributes:
        action: "register" or "activate".
        device_id: The device; "" if none was told.
        keys: The keys of the body.
        status: The HTTP status of the answer.
        error: The reason of a refusal; "" if there is none.
        at: When, seconds on the platform's clock.
    """

    action: str
    device_id: str
    keys: tuple[str, ...]
    status: int
    error: str
    at: float


def new_record[T]() -> deque[T]:
    """Return an empty list that forgets what is very old."""
    return deque(maxlen=MAX_REMEMBERED)
