"""The simulated eWeLink cloud as tests see it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from random import Random
import time
from typing import Any, Never, override

from aiohttp import web

from .accounts import SimulatedAccount, SimulatedApp
from .call import Call, RecordedRequest
from .devices import SimulatedDevice
from .json_types import Generation, JsonObject
from .knobs import Knobs
from .pacing import RequestRate, Window
from .refusal import Refusal
from .registry import Registry
from .server import Server, end_sessions, open_port
from .sessions import Session
from .tokens import TokenPair, TokenStore
from .trouble import Trouble


def wall_clock() -> float:
    """Tell the time as it is when asked, even if a test moves it."""
    return time.time()


class EwelinkSimulator(Registry):
    """A cloud on one port of 127.0.0.1, which notes what clients do wrong.

    Attributes:
        host: Address it listens at.
        port: Port it listens at, 0 before the first start.
        clock: Now, in unix seconds; decides how long tokens live.
        knobs: Limits and timings, may be changed at any time.
        trouble: What goes wrong, may be changed at any time.
        tokens: Tokens and OAuth codes.
        faults: What clients did against the documents, readable.
        requests: REST calls in order of arrival.
        handshakes: Number of `userOnline` messages so far.
        sessions: Open sockets.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        clock: Callable[[], float] = wall_clock,
        seed: int = 1,
        min_request_interval: float = 0.5,
        hb_interval: float = 145,
        **knobs: Any,
    ) -> None:
        """Prepare a cloud without apps, accounts and devices.

        Args:
            clock: Now, in unix seconds.
            seed: Seed of all identifiers and tokens.
            min_request_interval: Least time between REST calls of a client, seconds.
            hb_interval: Heartbeat interval it asks for, seconds.
            knobs: Any other attribute of `Knobs`.

        Raises:
            TypeError: There is no such knob.
        """
        super().__init__(Random(seed + 1))
        self.clock = clock
        self.knobs = Knobs(
            min_request_interval=min_request_interval, hb_interval=hb_interval, **knobs
        )
        self.trouble = Trouble()
        self.port = 0
        self.tokens = TokenStore(clock, Random(seed))
        self.faults: list[str] = []
        self.requests: list[RecordedRequest] = []
        self.handshakes = 0
        self.sessions: set[Session] = set()
        self._sequence = 0
        self._rate = RequestRate()
        self._handshake_times: dict[str, Window] = defaultdict(self._handshake_window)
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()
        self._sockets = asyncio.Condition()

    # Life

    async def start(self, port: int = 0) -> None:
        """Start to serve; may be called again after `stop`.

        Args:
            port: Port to listen at; 0 for any free one.

        Raises:
            OSError: The port is taken.
        """
        self._stopping.clear()
        handle = Server(self).handle
        self._runner, self.port = await open_port(handle, self.host, port)

    async def stop(self) -> None:
        """Cut all connections and stop; what the cloud knows is kept."""
        self._stopping.set()
        for device in self.devices.values():
            device.cancel_inching()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await end_sessions(self.sessions)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """Address of the server that serves all regions alike."""
        return f"http://{self.host}:{self.port}"

    @property
    def server_address(self) -> str:
        """Address of the regional servers, with `{region}` to fill in."""
        return f"{self.url}/{{region}}"

    # Who is signed in

    async def sign_in(
        self, account: SimulatedAccount, app: SimulatedApp, generation: Generation
    ) -> TokenPair:
        """Make new tokens; older ones of account and app end, so do their sockets."""
        pair = self.tokens.issue(account, app, generation)
        for session in list(self.sessions):
            other = session.pair
            if other is not None and (other.account, other.app) == (account, app):
                await session.log_out()
        return pair

    def renewed(
        self, call: Call, app: SimulatedApp, token: str, generation: Generation
    ) -> TokenPair:
        """Make new tokens for a refresh token; open sockets stay.

        Raises:
            Refusal: 401 not valid, 402 expired.
        """
        pair = self.tokens.by_refresh(token)
        if pair is None:
            raise Refusal(401, "refresh token is invalid")
        if pair.app is not app:
            fault = f"{call.name}: refresh token of another app id"
            raise Refusal(401, "refresh token is invalid", fault=fault)
        if call.region not in (None, pair.account.region):
            fault = f"{call.name}: token of {pair.account.region} used at {call.region}"
            raise Refusal(401, "refresh token is invalid", fault=fault)
        if call.bearer_token not in (None, pair.access):
            fault = f"{call.name}: access and refresh token do not belong together"
            raise Refusal(401, "access token is invalid", fault=fault)
        if pair.refresh_expires_at <= self.clock():
            raise Refusal(402, "refresh token is expired")
        return self.tokens.issue(pair.account, app, generation)

    def issue_code(
        self, account: SimulatedAccount, app: SimulatedApp, redirect_url: str
    ) -> str:
        """Make an OAuth code, as if the user had passed the page."""
        return self.tokens.issue_code(account, app, redirect_url)

    def expire_access_tokens(self) -> None:
        """Let all access tokens be too old (error 402)."""
        self.tokens.expire_access()

    def expire_refresh_tokens(self) -> None:
        """Let all refresh tokens be too old (error 402)."""
        self.tokens.expire_refresh()

    def revoke_tokens(self) -> None:
        """Make all tokens invalid (error 401); open sockets stay."""
        self.tokens.revoke()

    # What clients do

    def note_fault(self, fault: str | None) -> None:
        """Note what a client did wrong; None is nothing."""
        if fault is not None:
            self.faults.append(fault)

    def watch_rate(self, call: Call) -> None:
        """Note a REST call, and a fault if calls come too fast."""
        app_id = call.headers.get("X-CK-Appid") or call.params.get("appid")
        account = self._caller(call)
        fault = self._rate.add(
            (str(app_id), account.apikey if account else ""),
            asyncio.get_running_loop().time(),
            interval=self.knobs.min_request_interval,
            limit=self.knobs.max_requests,
            window=self.knobs.request_window,
        )
        if fault is not None:
            self.note_fault(f"{call.name}: {fault}")

    def may_hand_shake(self, apikey: object) -> bool:
        """Count a `userOnline`; False when there were too many of that account."""
        self.handshakes += 1
        now = asyncio.get_running_loop().time()
        return self._handshake_times[str(apikey)].add(now) <= self.knobs.max_handshakes

    async def hang(self) -> Never:
        """Leave a request without an answer until the cloud stops."""
        await self._stopping.wait()
        raise web.HTTPServiceUnavailable

    # Sockets

    @property
    def sockets_open(self) -> int:
        """Number of sockets past the handshake."""
        return sum(session.pair is not None for session in self.sessions)

    @property
    def sockets_connected(self) -> int:
        """Number of all open sockets."""
        return len(self.sessions)

    async def sockets_changed(self) -> None:
        """Wake those who wait for sockets."""
        async with self._sockets:
            self._sockets.notify_all()

    async def wait_for_socket(self, count: int = 1, timeout: float = 5) -> None:
        """Wait until so many sockets are past the handshake.

        Raises:
            TimeoutError: They are not within `timeout` seconds.
        """
        async with asyncio.timeout(timeout), self._sockets:
            await self._sockets.wait_for(lambda: self.sockets_open >= count)

    async def drop_sockets(self) -> None:
        """Cut all sockets abruptly."""
        await end_sessions(self.sessions)

    async def send_raw(self, frame: str | bytes) -> None:
        """Send any text or binary frame to all sessions."""
        for session in list(self.sessions):
            await session.send_raw(frame)

    async def broadcast(self, account: SimulatedAccount, message: JsonObject) -> None:
        """Send a message to all sessions of an account."""
        for session in list(self.sessions):
            if session.pair is not None and session.pair.account is account:
                await session.send(message)

    @override
    async def push(
        self, device: SimulatedDevice, message: JsonObject, skip: object = None
    ) -> None:
        """Send a message to all sessions that see a device, but one."""
        for session in list(self.sessions):
            pair = session.pair
            if (
                session is not skip
                and pair is not None
                and device.seen_by(pair.account)
            ):
                await session.send(message)

    # Time

    @override
    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something until it ends or the cloud stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @override
    def scaled(self, seconds: float) -> float:
        """Scale a time devices take."""
        return seconds * self.knobs.time_scale

    def next_sequence(self) -> str:
        """Make the sequence of a command that came by REST."""
        self._sequence += 1
        return str(1_767_000_000_000 + self._sequence)

    def _caller(self, call: Call) -> SimulatedAccount | None:
        tokens = (call.bearer_token, call.params.get("rt"))
        for token in tokens:
            owner = self.tokens.owner_of(token) if isinstance(token, str) else None
            if owner is not None:
                return owner
        name = call.params.get("phoneNumber") or call.params.get("email")
        return self.find_account(name) if isinstance(name, str) else None

    def _handshake_window(self) -> Window:
        return Window(self.knobs.handshake_window)
