"""What clients sent, and what they did wrong."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from .knobs import Knobs

_SECOND: Final = 1.0
_TIMETOKEN_DIGITS: Final = 17


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request that a test may look at.

    Attributes:
        method: HTTP method.
        path: Path as it was sent, still URL-encoded.
        service: "subscribe", "publish", "time", "presence", or "" for none of them.
        query: Decoded parameters of the query string.
        body: The body as text.
    """

    method: str
    path: str
    service: str
    query: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(eq=False)
class Poll:
    """A subscribe that is held.

    Attributes:
        subscribe_key: Its key.
        uuid: Its client.
        request: The request.
    """

    subscribe_key: str
    uuid: str
    request: web.Request

    @property
    def open(self) -> bool:
        """Whether its client still waits, as far as is known."""
        transport = self.request.transport
        return transport is not None and not transport.is_closing()

    def drop(self) -> None:
        """Cut the connection."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Traffic:
    """Notes what clients do, and faults that real PubNub would bear silently."""

    def __init__(self, knobs: Knobs) -> None:
        """Start with nothing.

        Args:
            knobs: Says what one client may publish.
        """
        self.requests: list[RecordedRequest] = []
        self.faults: list[str] = []
        self.polls: set[Poll] = set()
        self._knobs = knobs
        self._published_at: dict[str, deque[float]] = defaultdict(deque)
        self._left: set[str] = set()

    def subscribed(self, query: dict[str, str], timetoken: str, newest: int) -> None:
        """Check the parameters of a subscribe.

        Args:
            query: Its parameters.
            timetoken: Its timetoken.
            newest: The newest timetoken that a client can have.
        """
        self._check_uuid("subscribe", query)
        self._left.discard(query.get("uuid", ""))
        if timetoken == "0":
            return
        if len(timetoken) != _TIMETOKEN_DIGITS or not timetoken.isdecimal():
            self.faults.append("subscribe: timetoken that is not 17 digits")
        elif int(timetoken) > newest:
            self.faults.append("subscribe: timetoken of the future")

    def published(self, query: dict[str, str], now: float) -> None:
        """Check the parameters and the rate of a publish.

        Args:
            query: Its parameters.
            now: The time in seconds, of any clock.
        """
        self._check_uuid("publish", query)
        uuid = query.get("uuid", "")
        if query.get("store") != "0":
            self.faults.append("publish: without store=0, the message would be kept")
        if uuid in self._left:
            self.faults.append("publish: after the client left")
        times = self._published_at[uuid]
        times.append(now)
        while times[0] <= now - _SECOND:
            times.popleft()
        if len(times) > self._knobs.publishes_per_second:
            self.faults.append("publish: too many in a second")

    def left(self, query: dict[str, str]) -> None:
        """Note that a client left."""
        self._check_uuid("leave", query)
        self._left.add(query.get("uuid", ""))

    def other_polls(self, poll: Poll) -> list[Poll]:
        """Return the other subscribes of the same client that are held."""
        return [
            other
            for other in self.polls
            if other is not poll
            and (other.subscribe_key, other.uuid) == (poll.subscribe_key, poll.uuid)
            and other.open
        ]

    def _check_uuid(self, name: str, query: dict[str, str]) -> None:
        if not query.get("uuid"):
            self.faults.append(f"{name}: without uuid")
