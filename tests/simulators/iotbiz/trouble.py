"""What goes wrong with requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Final, Literal

type Garbage = Literal["html", "broken_json", "truncated", "wrong_type"]

GARBAGE_BODIES: Final[Mapping[Garbage, str]] = {
    "html": "<html><body>Welcome to nginx!",
    "broken_json": '{"password":"aB3',
}


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Trouble, by default with all requests.

    Attributes:
        status: The HTTP status of the answer; nothing is carried out.
        body: Text that goes with `status`; by default a page of the web server.
        headers: The headers that go with `status`.
        hang: Nothing is ever answered.
        garbage: "html" and "broken_json" come with HTTP 200, and nothing is carried
            out; "truncated" ends the real answer in its middle; "wrong_type" says that
            the real answer is text/html.
        drop: The connection is closed in place of an answer. A client of aiohttp asks
            once more by itself, unless it is a POST.
        drop_after: Like `drop`, but the request is carried out.
        slow: Seconds before the request is carried out, of real time.
        path: Only paths in which this regular expression is found.
        method: Only requests of this method.
        times: How many requests more; None: all.
    """

    status: int | None = None
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    garbage: Garbage | None = None
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
