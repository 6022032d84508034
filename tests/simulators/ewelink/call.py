"""One REST call as it came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from typing import Any

from .json_types import Generation, JsonObject

REGIONS = ("cn", "as", "eu", "us")


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A REST call a test may look at.

    Attributes:
        method: HTTP method.
        path: Path without the region segment.
        region: Region segment of the path, if any.
        body: JSON body; None without one or when it is no JSON object.
        query: Decoded parameters of the query string.
    """

    method: str
    path: str
    region: str | None
    body: JsonObject | None
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Call(RecordedRequest):
    """A REST call with all the checks need.

    Attributes:
        raw_body: The very bytes of the body.
        headers: HTTP headers, names in any case.
        repeated: Names that occur more than once in the query string.
    """

    raw_body: bytes
    headers: Mapping[str, str]
    repeated: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How faults call it."""
        return f"{self.method} {self.path}"

    @property
    def generation(self) -> Generation:
        """Protocol generation of the call."""
        if self.path.startswith("/v2/"):
            return "v2"
        if self.path == "/dispatch/app" and (
            self.method == "GET" or "X-CK-Appid" in self.headers
        ):
            return "v2"
        return "v1"

    @property
    def params(self) -> Mapping[str, Any]:
        """The parameters, from the query string or the body."""
        return self.query if self.method == "GET" else self.body or {}

    @property
    def bearer_token(self) -> str | None:
        """Access token of the Authorization header, if there is one."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if scheme == "Bearer" and token else None


def split_region(path: str) -> tuple[str | None, str]:
    """Split a path into its region segment, if any, and the rest.

    Args:
        path: Path of the request, such as `/eu/v2/user/login`.

    Returns:
        Region and path without it.
    """
    first, _, rest = path.removeprefix("/").partition("/")
    return (first, f"/{rest}") if first in REGIONS else (None, path)


def parse_object(raw: bytes | str) -> JsonObject | None:
    """Read a JSON object.

    Args:
        raw: What should be JSON.

    Returns:
        The object, None for anything else.
    """
    try:
        value = json.loads(raw)
    except ValueError:  # Bad JSON and bad UTF-8 alike.
        return None
    return value if isinstance(value, dict) else None
