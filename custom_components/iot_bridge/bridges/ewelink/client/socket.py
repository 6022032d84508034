"""One connection to the eWeLink socket, from its handshake to its end.

Sources: eWeLink developer guide, step 6; API Center, "Update/Report Status".
State, replies and heartbeats share one stream of text frames.
"""

import asyncio
from collections.abc import Callable, Mapping
import logging
from typing import Any, Final, Never

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType
import orjson

from .account import Tokens
from .echoes import Echoes
from .errors import (
    HANDSHAKE_ERRORS,
    CommandTimeoutError,
    EwelinkError,
    LinkLostError,
    NotConnectedError,
    command_error,
    request_error,
)
from .models import DeviceUpdate
from .outbox import Outbox
from .pacing import Pace
from .tasks import end_tasks
from .wire import as_int, as_mapping, as_text

_LOGGER = logging.getLogger(__name__)

USER_AGENT: Final = "app"
_DEVICE_AGENT: Final = "device"
_UPDATE: Final = "update"
# Commands without a reply that are remembered, in case it comes late.
_REMEMBERED_OVERDUE: Final = 64
_PING: Final = "ping"
_PONG: Final = b"pong"

# Seconds for the closing handshake; aiohttp drops the connection then.
CLOSE_TIMEOUT: Final = 2.0
_TOKEN_ERRORS: Final = frozenset({401, 402})
_LOGGED_IN_ELSEWHERE: Final = 406


class SocketConnection:
    """A connection past its handshake.

    Attributes:
        tokens: The session that it was opened with.
    """

    def __init__(
        self,
        ws: ClientWebSocketResponse[Any],
        *,
        tokens: Tokens,
        heartbeat: float,
        pace: Pace,
        outbox: Outbox,
    ) -> None:
        """Take over a connection; `open_connection` makes one.

        Args:
            ws: The connection, past its handshake.
            tokens: The session that it was opened with.
            heartbeat: Seconds between pings, 0 for none.
            pace: Time limits.
            outbox: What successive connections share.
        """
        self.tokens = tokens
        self._ws = ws
        self._apikey = tokens.apikey
        self._heartbeat = heartbeat
        self._pace = pace
        self._outbox = outbox
        self._pending: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._on_ack: dict[str, Callable[[], None]] = {}
        self._overdue: dict[str, tuple[str, str, list[str]]] = {}
        self._pong = asyncio.Event()
        self._echoes = Echoes(pace.echo_delay, self._start_asking)
        self._questions: set[asyncio.Task[None]] = set()
        self._on_update: Callable[[DeviceUpdate], None] = _ignore
        self._ended = False
        self._warned = False

    async def run(self, on_update: Callable[[DeviceUpdate], None]) -> Never:
        """Deliver what devices report until the connection ends.

        Args:
            on_update: Told of each report.

        Raises:
            LinkLostError: The connection ended.
            AuthenticationError: The cloud ended the session.
        """
        self._on_update = on_update
        tasks: list[asyncio.Task[Never]] = [asyncio.create_task(self._read())]
        if self._heartbeat > 0:
            tasks.append(asyncio.create_task(self._beat()))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end_tasks(tasks)
        # The reader goes first: it may know why the cloud hung up.
        next(task for task in tasks if task in done).result()

    async def close(self) -> None:
        """Close the connection; commands that wait for a reply fail."""
        self._ended = True
        self._echoes.forget()
        for reply in self._pending.values():
            if not reply.done():
                reply.set_exception(NotConnectedError("socket: ended before a reply"))
                # Read once, so that a sender who was cancelled leaves no complaint.
                reply.exception()
        await end_tasks(self._questions)
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._ws.close()
        except TimeoutError:
            _LOGGER.debug("The socket did not close in time, it was dropped")

    async def command(
        self,
        action: str,
        device_id: str,
        owner_apikey: str,
        params: object,
        *,
        seconds: float,
        on_ack: Callable[[], None] | None = None,
    ) -> Mapping[str, Any]:
        """Send a message about a device and wait for its reply.

        Args:
            action: "update" or "query".
            device_id: The device's id.
            owner_apikey: Its owner's account key.
            params: The new values by name, or the names to ask for.
            seconds: For the reply, once the message may go out.
            on_ack: Called for a good reply before anything that comes after it.

        Returns:
            The reply.

        Raises:
            CommandError: The message was refused, or no reply came.
            LoggedInElsewhereError: The session is over.
        """
        await self._outbox.bucket.take()
        if self._ended:
            raise NotConnectedError(f"{action}: the socket is down")
        sequence = self._outbox.sequences.next()
        frame = orjson.dumps(
            {
                "action": action,
                "apikey": owner_apikey or self._apikey,
                "selfApikey": self._apikey,
                "deviceid": device_id,
                "userAgent": USER_AGENT,
                "sequence": sequence,
                "ts": 0,
                "params": params,
            }
        )
        reply = asyncio.get_running_loop().create_future()
        self._pending[sequence] = reply
        if on_ack is not None:
            self._on_ack[sequence] = on_ack
        try:
            async with asyncio.timeout(seconds):
                await self._ws.send_str(frame.decode())
                answer: Mapping[str, Any] = await reply
        except TimeoutError:
            if action == _UPDATE:
                self._note_overdue(sequence, device_id, owner_apikey, params)
            raise CommandTimeoutError(f"{action}: no reply in time") from None
        except ClientError, OSError:
            raise NotConnectedError(f"{action}: the socket is down") from None
        finally:
            del self._pending[sequence]
            self._on_ack.pop(sequence, None)
        if code := as_int(answer["error"]):
            raise command_error(action, code)
        return answer

    def _note_overdue(
        self, sequence: str, device_id: str, apikey: str, params: object
    ) -> None:
        self._overdue[sequence] = (device_id, apikey, sorted(as_mapping(params)))
        if len(self._overdue) > _REMEMBERED_OVERDUE:
            del self._overdue[next(iter(self._overdue))]

    async def _read(self) -> Never:
        receive = self._ws.receive
        take = self._take
        while True:
            message = await receive()
            if message.type is WSMsgType.TEXT:
                take(message.data)
            elif message.type is WSMsgType.BINARY:
                self._odd("a binary frame")
            else:
                raise LinkLostError("socket: the cloud ended the connection")

    async def _beat(self) -> Never:
        loop = asyncio.get_running_loop()
        period = self._heartbeat
        patience = min(self._pace.pong_timeout, period)
        while True:
            due = loop.time() + period
            self._pong.clear()
            self._outbox.bucket.spend()
            try:
                async with asyncio.timeout(patience):
                    await self._ws.send_str(_PING)
                    await self._pong.wait()
            except TimeoutError:
                raise LinkLostError("socket: no answer to a heartbeat") from None
            except ClientError, OSError:
                raise LinkLostError("socket: down at a heartbeat") from None
            await asyncio.sleep(due - loop.time())

    def _take(self, data: bytes) -> None:
        """Sort one text frame."""
        if data == _PONG:
            self._pong.set()
            return
        try:
            frame = orjson.loads(data)
        except orjson.JSONDecodeError:
            self._odd("a frame that is not JSON")
            return
        if type(frame) is not dict:
            self._odd("a frame that is no object")
            return
        action = frame.get("action")
        if "error" in frame:
            self._take_reply(frame)
        elif action == _UPDATE:
            self._take_state(frame)
        elif action == "sysmsg":
            self._take_system_message(frame)
        elif isinstance(action, str):
            _LOGGER.debug("A message of a kind without a use here was ignored")
        else:
            self._odd("a frame without action and error")

    def _take_state(self, frame: dict[str, Any]) -> None:
        device_id = frame.get("deviceid")
        params = frame.get("params")
        if type(device_id) is not str or type(params) is not dict:
            self._odd("an update without device id or parameters")
            return
        agent = frame.get("userAgent")
        if agent == _DEVICE_AGENT or (agent is None and "sequence" not in frame):
            if self._echoes:
                self._echoes.reported(device_id, params)
            # Who speaks is there, whatever was heard before.
            self._tell(self._on_update, DeviceUpdate(device_id, params, True))
        elif str(frame.get("sequence")) not in self._outbox.sequences:
            apikey = as_text(frame.get("apikey")) or self._apikey
            self._echoes.heard(device_id, apikey, params)

    def _take_system_message(self, frame: dict[str, Any]) -> None:
        device_id = frame.get("deviceid")
        online = as_mapping(frame.get("params")).get("online")
        if type(device_id) is not str or type(online) is not bool:
            self._odd("a system message without device id or online")
            return
        self._tell(self._on_update, DeviceUpdate(device_id=device_id, online=online))

    def _take_reply(self, frame: dict[str, Any]) -> None:
        code = as_int(frame["error"])
        if code is None:
            self._odd("a reply without a code")
            return
        reply = self._pending.get(str(frame.get("sequence")))
        if reply is not None and not reply.done():
            on_ack = self._on_ack.get(str(frame.get("sequence")))
            if on_ack is not None and not code:
                self._tell(on_ack)
            reply.set_result(frame)
        elif late := self._overdue.pop(str(frame.get("sequence")), None):
            # Who gave the command was told that it failed. What is true by now, after
            # further commands perhaps, the cloud knows.
            self._start_asking(*late)
        # 401 and 402 may be about one device, 406 is always about the session.
        about_device = reply is not None or "deviceid" in frame
        if code == _LOGGED_IN_ELSEWHERE or (code in _TOKEN_ERRORS and not about_device):
            raise request_error("socket", code, HANDSHAKE_ERRORS)

    def _tell(self, listener: Callable[..., None], *news: DeviceUpdate) -> None:
        try:
            listener(*news)
        except Exception:
            # What one device says must not cost the others their connection.
            _LOGGER.exception("An update of a device could not be taken")

    def _odd(self, what: str) -> None:
        level = logging.DEBUG if self._warned else logging.WARNING
        self._warned = True
        _LOGGER.log(level, "The eWeLink socket sent %s, it was ignored", what)

    def _start_asking(self, device_id: str, apikey: str, names: list[str]) -> None:
        question = asyncio.create_task(self._ask(device_id, apikey, names))
        self._questions.add(question)
        question.add_done_callback(self._questions.discard)

    async def _ask(self, device_id: str, apikey: str, names: list[str]) -> None:
        """Ask what became of another app's command and pass the answer on."""
        try:
            async with self._outbox.turns.of(device_id):
                reply = await self.command(
                    "query",
                    device_id,
                    apikey,
                    names,
                    seconds=self._pace.command_timeout,
                )
        except EwelinkError as err:
            _LOGGER.debug("The state after another app's command is unknown: %s", err)
            return
        if params := reply_params(reply):
            self._tell(self._on_update, DeviceUpdate(device_id, params))


def reply_params(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters in the reply to a query; some call them `config`."""
    return as_mapping(reply.get("params")) or as_mapping(reply.get("config"))


def _ignore(_: DeviceUpdate) -> None:
    """Stand in for the listener until there is one."""
