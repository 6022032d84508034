"""How fast the client goes, and the gates that hold it to that.

Sources: eWeLink v2 documents, "Interface call frequency" (500 ms between calls,
300 calls in five minutes). Faster sending on the socket makes the cloud drop it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Rates and time limits, all in seconds but the first two of the socket.

    Attributes:
        request_interval: From the end of a REST call to the next one.
        message_rate: Socket messages per second.
        message_burst: Socket messages that may go at once after a pause.
        request_timeout: For a REST call, and for the socket to open.
        command_timeout: For the answer to a command; waiting for the socket to
            come up counts against it, waiting for earlier commands does not.
        handshake_timeout: For the answer to the handshake.
        pong_timeout: For the answer to a heartbeat.
        echo_delay: From another app's command to asking what became of it.
        default_heartbeat: Interval where the handshake names none.
    """

    request_interval: float = 0.5
    message_rate: float = 10.0
    message_burst: int = 10
    request_timeout: float = 10.0
    command_timeout: float = 5.0
    handshake_timeout: float = 10.0
    pong_timeout: float = 10.0
    echo_delay: float = 1.0
    default_heartbeat: float = 90.0


class RequestGate:
    """Lets REST calls through one at a time, with a pause after each.

    The pause counts from the end of a call, so that calls keep their distance
    at the server too, however long each takes on its way.
    """

    def __init__(self, interval: float) -> None:
        """Start open.

        Args:
            interval: Seconds from the end of a call to the next one.
        """
        self._interval = interval
        self._lock = asyncio.Lock()
        self._free_at = 0.0

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Hold the gate for one call."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            if (pause := self._free_at - loop.time()) > 0:
                await asyncio.sleep(pause)
            try:
                yield
            finally:
                self._free_at = loop.time() + self._interval


class TokenBucket:
    """Limits how many messages go out, first come, first served."""

    def __init__(self, rate: float, burst: int) -> None:
        """Start full.

        Args:
            rate: Messages per second.
            burst: Messages that may go at once after a pause.
        """
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._filled_at = 0.0
        self._lock = asyncio.Lock()

    async def take(self) -> None:
        """Wait for a token and take it; a cancelled wait takes none."""
        async with self._lock:
            self._fill()
            # Timers may fire a hair early, hence the loop.
            while self._tokens < 1:
                await asyncio.sleep((1 - self._tokens) / self._rate)
                self._fill()
            self._tokens -= 1

    def spend(self) -> None:
        """Take a token at once, on credit if need be: heartbeats do not queue."""
        self._fill()
        self._tokens -= 1

    def _fill(self) -> None:
        now = asyncio.get_running_loop().time()
        gained = (now - self._filled_at) * self._rate
        self._tokens = min(self._burst, self._tokens + gained)
        self._filled_at = now


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Turns:
    """One lock per key, first come, first served, gone when nobody needs it."""

    def __init__(self) -> None:
        """Start without a lock."""
        self._turns: dict[str, _Turn] = {}

    def __len__(self) -> int:
        """Return how many keys are in use."""
        return len(self._turns)

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        """Hold the turn of one key."""
        turn = self._turns.setdefault(key, _Turn())
        turn.users += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[key]
