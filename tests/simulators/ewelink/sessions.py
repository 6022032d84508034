"""Socket sessions of the cloud (developer guide, steps 4 to 6)."""

import asyncio
import re
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from . import messages
from .call import parse_object
from .checks import VERSION, check_nonce, check_ts
from .devices import SimulatedDevice
from .json_types import JsonObject, dumps
from .pacing import Bucket
from .refusal import DeviceSilentError, Refusal
from .tokens import TokenPair

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator

DEFAULT_HEARTBEAT = 90
DIGITS = re.compile(r"[0-9]+")


class Session:
    """One socket of a client."""

    def __init__(
        self,
        simulator: EwelinkSimulator,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
    ) -> None:
        """Take over an open socket.

        Args:
            simulator: The cloud.
            socket: The socket.
            transport: What is below it, to cut it.
        """
        self.pair: TokenPair | None = None
        self.ended = asyncio.Event()
        self._simulator = simulator
        self._socket = socket
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._heartbeat_limit = 0.0
        self._last_ping = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._sequences: set[str] = set()
        knobs = simulator.knobs
        self._bucket = Bucket(
            knobs.message_rate, knobs.message_burst, self._loop.time()
        )

    async def run(self) -> None:
        """Serve the socket until it ends."""
        try:
            async for frame in self._socket:
                if not self._bucket.take(self._loop.time()):
                    self._fault("messages faster than allowed")
                if frame.type is WSMsgType.TEXT:
                    await self._take_text(frame.data)
                else:
                    self._fault("a binary frame")
                    await self.send({"error": 400, "reason": "bad message"})
        finally:
            if self._watch is not None:
                self._watch.cancel()
            self.ended.set()

    async def send(self, message: JsonObject) -> None:
        """Send a message, unless the socket is gone."""
        await self.send_raw(dumps(message))

    async def send_raw(self, frame: str | bytes) -> None:
        """Send a text or binary frame, unless the socket is gone."""
        if self._socket.closed or self._transport.is_closing():
            return
        try:
            if isinstance(frame, str):
                await self._socket.send_str(frame)
            else:
                await self._socket.send_bytes(frame)
        except ConnectionError:
            # The client went in this very moment: what is left is to end the session.
            self.drop()

    def drop(self) -> None:
        """Cut the connection without a word."""
        self._transport.abort()

    async def log_out(self) -> None:
        """Tell that somebody logged in elsewhere, and end the session."""
        apikey = self.pair.account.apikey if self.pair else ""
        await self.send(
            {"error": 406, "reason": "Authentication Failed", "apikey": apikey}
        )
        await self._socket.close()

    async def _take_text(self, text: str) -> None:
        if text == "ping":
            await self._take_ping()
            return
        message = parse_object(text)
        try:
            await self._take_message(message)
        except Refusal as refusal:
            await self._refuse(message or {}, refusal)
            if self.pair is None:
                await self._socket.close()

    async def _take_message(self, message: JsonObject | None) -> None:
        if message is None:
            raise Refusal(400, "bad message", fault="a frame that is no object")
        action = message.get("action")
        if action == "userOnline":
            await self._hand_shake(message)
        elif self.pair is None:
            raise Refusal(401, "unauthorised", fault="no userOnline at first")
        elif action == "update":
            await self._take_update(message, self.pair)
        elif action == "query":
            await self._take_query(message, self.pair)
        else:
            raise Refusal(400, "bad action", fault="unknown action")

    async def _take_ping(self) -> None:
        if self.pair is None:
            self._fault("ping before userOnline")
        self._last_ping = self._loop.time()
        if not self._simulator.trouble.silent_pong:
            await self.send_raw("pong")

    async def _hand_shake(self, message: JsonObject) -> None:
        trouble = self._simulator.trouble
        apikey = message.get("apikey")
        if not self._simulator.may_hand_shake(apikey):
            self._fault("too many userOnline within a short time")
            self.drop()
            return
        if trouble.hang_handshake:
            return
        if self.pair is not None:
            self._fault("repeated userOnline")
        if trouble.handshake_error is not None:
            raise Refusal(trouble.handshake_error, "handshake refused")
        self.pair = self._check_handshake(message)
        self._sequences.add(message["sequence"])
        answer: JsonObject = {
            "error": 0,
            "apikey": apikey,
            "sequence": message["sequence"],
        }
        if not trouble.no_heartbeat_config:
            answer["config"] = self._heartbeat_config()
        self._start_watch()
        await self.send(answer)
        if trouble.drop_socket_after_handshake:
            self.drop()
        await self._simulator.sockets_changed()

    def _heartbeat_config(self) -> JsonObject:
        interval = self._simulator.knobs.hb_interval
        old = self._simulator.trouble.old_heartbeat_field
        return {
            "hbl" if old else "hb": 1 if interval else 0,
            "hbInterval": interval,
        }

    def _check_handshake(self, message: JsonObject) -> TokenPair:
        pair = self._simulator.tokens.by_access(_text(message, "at"))
        if type(message.get("version")) is not int or message["version"] != VERSION:
            raise _bad_field("version")
        if "ts" in message or pair is None or pair.generation == "v1":
            if not check_ts(self._simulator, message.get("ts"), as_text=False):
                raise _bad_field("ts")
        if message.get("userAgent") != "app":
            raise _bad_field("userAgent")
        if not check_nonce(message.get("nonce")):
            raise _bad_field("nonce")
        _sequence(message)
        apikey, app_id = _text(message, "apikey"), _text(message, "appid")
        if pair is None or pair.access_expires_at <= self._simulator.clock():
            raise Refusal(406, "Authentication Failed")
        if not pair.app.allowed or pair.app.expired:
            raise Refusal(406, "Authentication Failed")
        if apikey != pair.account.apikey:
            raise Refusal(406, "Authentication Failed", fault="apikey of another user")
        if app_id != pair.app.app_id:
            raise Refusal(406, "Authentication Failed", fault="appid of another app")
        return pair

    async def _take_update(self, message: JsonObject, pair: TokenPair) -> None:
        device = self._target(message, pair)
        params = message.get("params")
        if not isinstance(params, dict) or not params:
            raise _bad_field("params")
        work = self._execute(device, message, params)
        if device.slow:
            self._simulator.spawn(work)
        else:
            await work

    async def _execute(
        self, device: SimulatedDevice, message: JsonObject, params: JsonObject
    ) -> None:
        sequence = message["sequence"]
        try:
            extra = await device.execute(params, sequence=sequence, sender=self)
        except DeviceSilentError:
            return
        except Refusal as refusal:
            await self._refuse(message, refusal)
            return
        await self.send(
            messages.reply(0, device.device_id, device.owner.apikey, sequence, **extra)
        )

    async def _take_query(self, message: JsonObject, pair: TokenPair) -> None:
        device = self._target(message, pair)
        names = message.get("params")
        if not isinstance(names, list) or not all(
            isinstance(name, str) for name in names
        ):
            raise _bad_field("params")
        if device.silent:
            return
        work = self._answer_query(device, message["sequence"], names)
        if device.slow:
            self._simulator.spawn(work)
        else:
            await work

    async def _answer_query(
        self, device: SimulatedDevice, sequence: str, names: list[str]
    ) -> None:
        await asyncio.sleep(device.slow)
        member: dict[str, Any] = {
            "config" if device.replies_with_config else "params": device.shadow(names)
        }
        await self.send(
            messages.reply(0, device.device_id, device.owner.apikey, sequence, **member)
        )

    def _target(self, message: JsonObject, pair: TokenPair) -> SimulatedDevice:
        sequence = _sequence(message)
        if sequence in self._sequences:
            raise Refusal(400, "bad params", fault=f"sequence {sequence} used again")
        self._sequences.add(sequence)
        if message.get("userAgent") != "app":
            raise _bad_field("userAgent")
        if type(message.get("ts", 0)) is not int:
            raise _bad_field("ts")
        apikey, device_id = _text(message, "apikey"), _text(message, "deviceid")
        device = self._simulator.devices.get(device_id)
        if device is None:
            raise Refusal(404, "device not found")
        if not device.seen_by(pair.account):
            raise Refusal(403, "forbidden")
        if apikey != device.owner.apikey:
            raise Refusal(403, "forbidden", fault="apikey is not that of the owner")
        shared = device.owner is not pair.account
        own_key = message.get("selfApikey")
        if own_key is None and shared and pair.generation == "v2":
            raise Refusal(403, "forbidden", fault="selfApikey is missing")
        if own_key not in (None, pair.account.apikey):
            raise Refusal(403, "forbidden", fault="selfApikey of another user")
        return device

    async def _refuse(self, message: JsonObject, refusal: Refusal) -> None:
        if refusal.fault is not None:
            self._fault(f"{message.get('action')}: {refusal.fault}")
        answer: JsonObject = {"error": refusal.error, "reason": refusal.reason}
        for name in ("deviceid", "apikey", "sequence"):
            if name in message:
                answer[name] = message[name]
        if "action" in message:
            answer["actionName"] = message["action"]
        await self.send(answer)

    def _fault(self, text: str) -> None:
        self._simulator.note_fault(f"socket: {text}")

    def _start_watch(self) -> None:
        knobs = self._simulator.knobs
        interval = knobs.hb_interval
        if self._simulator.trouble.no_heartbeat_config:
            interval = DEFAULT_HEARTBEAT
        self._last_ping = self._loop.time()
        if interval and self._watch is None:
            self._heartbeat_limit = (
                interval + knobs.heartbeat_grace + knobs.heartbeat_margin
            )
            self._watch = self._loop.call_later(self._heartbeat_limit, self._look)

    def _look(self) -> None:
        rest = self._last_ping + self._heartbeat_limit - self._loop.time()
        if rest > 0:
            self._watch = self._loop.call_later(rest, self._look)
            return
        self._fault(f"no ping for {self._heartbeat_limit:.1f} s")
        self.drop()


def _bad_field(name: str) -> Refusal:
    return Refusal(400, "bad params", fault=f"`{name}` is missing or wrong")


def _text(message: JsonObject, name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not value:
        raise _bad_field(name)
    return value


def _sequence(message: JsonObject) -> str:
    sequence = _text(message, "sequence")
    if not DIGITS.fullmatch(sequence):
        raise _bad_field("sequence")
    return sequence
