"""The bodies of requests."""

from dataclasses import dataclass
import json


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """The body of a request."""

    content_type: str
    content: bytes


def json_body(value: object) -> Body:
    """Write JSON."""
    content = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Body("application/json", content.encode())
