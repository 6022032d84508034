"""What goes wrong with requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Trouble, by default with all requests.

    Attributes:
        status: The HTTP status of the answer; nothing is carried out.
        body: The text that goes with `status`.
        headers: The headers that go with `status`.
        hang: Nothing is ever answered.
        garbage: HTTP 200 with an HTML page; nothing is carried out.
        drop: The connection is closed in place of an answer.
        drop_after: Like `drop`, but the request is carried out.
        slow: Seconds before the request is carried out.
        path: Only paths in which this regular expression is found.
        method: Only requests of this method.
        times: How many requests more; None: all.
    """

    status: int | None = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    garbage: bool = False
    drop: bool = False
    drop_after: bool = False
    slow: float = 0
    path: str = ""
    method: str = ""
    times: int | None = None

    def strikes(self, method: str, path: str) -> bool:
        """Return whether it concerns a request, which then counts."""
        if self.times == 0 or self.method not in ("", method):
            return False
        if re.search(self.path, path) is None:
            return False
        if self.times is not None:
            self.times -= 1
        return True
