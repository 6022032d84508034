"""One channel of PubNub: publish, and subscribe by long polling.

Why not a library: PubNub's own ("pubnub") is not free software and overwrites the
one that Home Assistant's August integration brings along ("freenub"), which has the
same import name. freenub makes a connector of its own, takes Home Assistant's
session through a private attribute only, and closes it when it stops; it goes on
with keys that are refused and logs them as part of addresses. The two requests that
are needed fit in here.

No position is lost between two subscriptions: PubNub keeps the last 100 messages and
gives out those after the time token that it is asked with.

Failures are built outside of `except` blocks: the errors of aiohttp carry the
address of the request, and that holds the keys.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
import sys
from typing import Any, Final
from urllib.parse import quote, urlencode
import uuid

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ServerTimeoutError,
)
import orjson
from yarl import URL

from .errors import (
    CannotConnectError,
    HkwhubError,
    KeysRefusedError,
    LinkLostError,
    MessageTooLargeError,
    RequestTimeoutError,
    UnexpectedAnswerError,
)

PUBNUB_ORIGIN: Final = "https://ps.pndsn.com"
_SDK: Final = "ha-iot-bridge/1"

# PubNub takes 32 KiB, counted after URL encoding, with the channel and 100 for the
# rest. Some of it is left, as nobody tells how its own form of JSON is counted.
SIZE_LIMIT: Final = 30 * 1024
_SIZE_OF_THE_REST: Final = 100

# An answer without messages comes after minutes; a network that gives many of them
# is asked no more often than this, in seconds.
_SHORTEST_POLL: Final = 0.5

# The time token that stands for the present.
_NOW: Final = "0"
# Kind of an ordinary message; others are signals, files and the like.
_MESSAGE: Final = 0

_HTTP_OK: Final = 200
_HTTP_BAD_REQUEST: Final = 400
_HTTP_REFUSED: Final = frozenset({401, 403})
_HTTP_TOO_LARGE: Final = frozenset({413, 414})
_HTTP_TOO_MANY: Final = 429
_HTTP_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class PubNubKeys:
    """What the user typed into the app; HKWHub specification, "PubNub Server Mode".

    Attributes:
        publish_key: Lets one publish.
        subscribe_key: Lets one subscribe.
        channel: The name of the channel; who knows all three controls the speakers.
        origin: Scheme and host of the network.
    """

    publish_key: str = field(repr=False)
    subscribe_key: str = field(repr=False)
    channel: str = field(repr=False)
    origin: str = PUBNUB_ORIGIN


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that came over the channel.

    Attributes:
        publisher: Who published it; None if PubNub does not tell.
        message: Any JSON.
        published_at: When, as a time token: 100 ns since 1970 by PubNub's clock. One
            that is not told counts as news.
    """

    publisher: str | None
    message: object = field(repr=False)
    published_at: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back of a request; an empty body is None, like one that is no JSON."""

    status: int
    body: Any
    text: str


class PubNubChannel:
    """A channel as one client sees it.

    Attributes:
        client_id: Names this client to PubNub, the same as long as this object lives.
        checked_at: When `check` was answered the last time, as a time token.
    """

    def __init__(
        self,
        session: ClientSession,
        keys: PubNubKeys,
        *,
        request_timeout: float,
        poll_timeout: float,
        publishes_per_second: int,
    ) -> None:
        """Start at the present.

        Args:
            session: Makes the requests; it is never closed here.
            keys: The keys and the channel.
            request_timeout: Seconds for a request that is answered at once.
            poll_timeout: Seconds after which a subscription without news is looked
                at; PubNub itself holds it for about 300, in which a dead
                connection would not be noticed.
            publishes_per_second: How often messages may be published.
        """
        self.client_id = f"ha-iot-bridge-{uuid.uuid4().hex}"
        self._session = session
        self._keys = keys
        self._origin = keys.origin.rstrip("/")
        self._request_timeout = request_timeout
        self._poll_timeout = poll_timeout
        self._published_at: deque[float] = deque(maxlen=publishes_per_second)
        self.checked_at = 0
        self._position = _NOW
        self._region: str | None = None

    async def check(self) -> None:
        """Find out whether PubNub is there and takes the subscribe key.

        The first time, what is published from here on will be received.

        Raises:
            CannotConnectError: It was not reached.
            KeysRefusedError: It does not accept the key.
        """
        failure: HkwhubError
        try:
            async with asyncio.timeout(self._request_timeout):
                position, region, _ = await self._subscribe(_NOW)
        except TimeoutError:
            failure = RequestTimeoutError("subscribe: no answer in time")
        else:
            self.checked_at = int(position)
            if self._position == _NOW:
                self._position, self._region = position, region
            return
        raise failure

    async def receive(self) -> list[Delivery]:
        """Wait for messages.

        Returns:
            What was published since the last time, in order; often nothing.

        Raises:
            CannotConnectError: The subscription was lost.
            KeysRefusedError: PubNub does not accept the key any more.
        """
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        try:
            async with asyncio.timeout(self._poll_timeout):
                position, region, deliveries = await self._subscribe(self._position)
        except TimeoutError:
            # Either nobody says anything, or the connection is dead.
            await self.check()
            return []
        self._position, self._region = position, region
        if not deliveries:
            await asyncio.sleep(asked_at + _SHORTEST_POLL - loop.time())
        return deliveries

    async def wait_for_turn(self) -> None:
        """Wait until a message may be published, a second at most.

        PubNub advises clients not to publish more than 10 to 15 messages a second.
        """
        now = asyncio.get_running_loop().time
        if len(self._published_at) == self._published_at.maxlen:
            await asyncio.sleep(self._published_at[0] + 1 - now())
        self._published_at.append(now())

    async def publish(self, name: str, message: object) -> None:
        """Publish a message.

        By POST: aiohttp repeats a GET by itself when the connection is cut, and
        then the hub would speak or play twice. Nor does a text belong in addresses.

        Args:
            name: The command, for error messages.
            message: Any JSON.

        Raises:
            MessageTooLargeError: PubNub does not carry it; it was not sent.
            KeysRefusedError: PubNub does not accept the keys.
            RequestTimeoutError: The connection was cut, perhaps after it was sent.
            CannotConnectError: It was not sent.
        """
        text = orjson.dumps(message)
        encoded = quote(self._keys.channel, safe="") + quote(text, safe="")
        if len(encoded) + _SIZE_OF_THE_REST > SIZE_LIMIT:
            raise MessageTooLargeError(f"{name}: too large for PubNub")
        keys = f"{_quoted(self._keys.publish_key)}/{_quoted(self._keys.subscribe_key)}"
        path = f"/publish/{keys}/0/{_quoted(self._keys.channel)}/0"
        # Otherwise PubNub would keep what was said, if history is on for the keys.
        answer = await self._request(name, "POST", path, {"store": "0"}, text)
        if (failure := _failure(name, answer)) is not None:
            raise failure
        if not isinstance(answer.body, list) or answer.body[:1] != [1]:
            raise UnexpectedAnswerError(f"{name}: PubNub did not confirm it")

    async def _subscribe(self, position: str) -> tuple[str, str | None, list[Delivery]]:
        key, channel = _quoted(self._keys.subscribe_key), _quoted(self._keys.channel)
        query = {"tt": position}
        if position != _NOW and self._region is not None:
            query["tr"] = self._region
        path = f"/v2/subscribe/{key}/{channel}/0"
        answer = await self._request("subscribe", "GET", path, query)
        if (failure := _failure("subscribe", answer)) is not None:
            raise failure
        return parse_subscription(answer.body)

    async def _request(
        self,
        name: str,
        method: str,
        path: str,
        query: dict[str, str],
        body: bytes | None = None,
    ) -> _Answer:
        query |= {"uuid": self.client_id, "pnsdk": _SDK}
        failure: CannotConnectError
        try:
            async with self._session.request(
                method,
                URL(f"{self._origin}{path}?{urlencode(query)}", encoded=True),
                data=body,
                headers=None if body is None else {"Content-Type": "application/json"},
                timeout=ClientTimeout(total=None, sock_connect=self._request_timeout),
                allow_redirects=False,
            ) as response:
                content = await response.read()
                return _Answer(
                    response.status, _loads(content), content.decode(errors="replace")
                )
        except (ClientConnectorError, ServerTimeoutError) as err:
            failure = CannotConnectError(f"{name}: {type(err).__name__}")
        except (ClientError, ConnectionError) as err:
            kind = LinkLostError if body is None else RequestTimeoutError
            failure = kind(f"{name}: {type(err).__name__}")
        raise failure


def _failure(name: str, answer: _Answer) -> HkwhubError | None:
    """Return what an HTTP status means, None for success."""
    status, text = answer.status, answer.text.lower()
    message = f"{name}: HTTP {status}"
    if status == _HTTP_OK:
        return None
    # Proxies and sign-in pages of guest networks refuse things too, but not in JSON.
    if answer.body is not None:
        if status in _HTTP_REFUSED:
            return KeysRefusedError(message)
        if status == _HTTP_BAD_REQUEST and "invalid" in text and "key" in text:
            return KeysRefusedError(message)
        if status in _HTTP_TOO_LARGE:
            return MessageTooLargeError(message)
        if status == _HTTP_BAD_REQUEST and "too large" in text:
            return MessageTooLargeError(message)
    if status >= _HTTP_SERVER_ERROR or status == _HTTP_TOO_MANY:
        return CannotConnectError(message)
    return UnexpectedAnswerError(message)


def parse_subscription(body: Any) -> tuple[str, str | None, list[Delivery]]:
    """Read the answer to a subscribe: time token, region, messages.

    Raises:
        UnexpectedAnswerError: It is none.
    """
    token = body.get("t") if isinstance(body, dict) else None
    position = str(token.get("t")) if isinstance(token, dict) else ""
    if not isinstance(token, dict) or not position.isdecimal():
        raise UnexpectedAnswerError("subscribe: the answer has no time token")
    region = token.get("r")
    items = body.get("m")
    deliveries = [
        Delivery(_text(item.get("i")), item["d"], _published_at(item))
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict)
        and "d" in item
        and (item.get("e") or _MESSAGE) == _MESSAGE
    ]
    return position, None if region is None else str(region), deliveries


def _published_at(item: dict[str, Any]) -> int:
    """Return the time token of a message; one that is not told counts as news."""
    token = item.get("p")
    text = str(token.get("t")) if isinstance(token, dict) else ""
    return int(text) if text.isdecimal() else sys.maxsize


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _loads(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _quoted(text: str) -> str:
    return quote(text, safe="")
