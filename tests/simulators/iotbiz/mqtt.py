"""A connection to an MQTT broker, written from the standard.

It has no library in common with what is tested, needs no threads, and may be cut.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import itertools
from ssl import SSLContext
from typing import Final, Self

from .packets import (
    REFUSED,
    Kind,
    Message,
    Packet,
    answer_packet,
    connect_packet,
    disconnect_packet,
    parse_publish,
    publish_packet,
    read_packet,
    subscribe_packet,
)

_ANSWER_SECONDS: Final = 10.0
_ENDED: Final = (OSError, asyncio.IncompleteReadError)

type OnMessage = Callable[[Message], None]


class MqttRefusedError(Exception):
    """The broker refuses a connection or a subscription.

    Attributes:
        code: The return code of CONNACK (3.2.2.3; 4 and 5: the login) or SUBACK.
    """

    def __init__(self, code: int) -> None:
        """Tell the code."""
        super().__init__(f"refused with {code}")
        self.code = code


class MqttConnection:
    """A connection with a clean session and without keep alive.

    Attributes:
        client_id: What the broker calls it; "" if it chose the name.
        received: All messages that came.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        client_id: str,
        on_message: OnMessage | None,
    ) -> None:
        """Use `open`."""
        self.client_id = client_id
        self.received: list[Message] = []
        self._reader = reader
        self._writer = writer
        self._on_message = on_message
        # The library that real agents have begins with 1, too.
        self._identifiers = itertools.cycle(range(1, 0x10000))
        self._answers: dict[int, asyncio.Future[Packet]] = {}
        self._half_delivered: set[int] = set()
        self._task = asyncio.create_task(self._read())

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        *,
        username: str,
        password: str,
        client_id: str = "",
        will: Message | None = None,
        tls: SSLContext | None = None,
        on_message: OnMessage | None = None,
    ) -> Self:
        """Connect.

        Args:
            host: The broker's name or address.
            port: Its port.
            username: The login.
            password: The login's password.
            client_id: "": the broker chooses.
            will: What the broker says if the connection is cut.
            tls: How to know the broker; None: without TLS.
            on_message: Called for each message that comes.

        Raises:
            MqttRefusedError: The broker does not want it.
            OSError: There is no broker, or it ends the connection.
        """
        reader, writer = await asyncio.open_connection(host, port, ssl=tls)
        packet = connect_packet(
            client_id=client_id, username=username, password=password, will=will
        )
        try:
            writer.write(packet)
            async with asyncio.timeout(_ANSWER_SECONDS):
                code = (await read_packet(reader)).body[1]
        except asyncio.IncompleteReadError:
            writer.transport.abort()
            raise ConnectionResetError("no answer to CONNECT") from None
        except BaseException:
            writer.transport.abort()
            raise
        if code:
            writer.transport.abort()
            raise MqttRefusedError(code)
        return cls(reader, writer, client_id, on_message)

    @property
    def is_open(self) -> bool:
        """Return whether the connection holds."""
        return not self._task.done()

    async def subscribe(self, pattern: str, qos: int = 0) -> None:
        """Subscribe; what is retained comes at once.

        Raises:
            MqttRefusedError: The broker does not allow it.
            OSError: The connection has ended.
        """
        identifier = next(self._identifiers)
        packet = subscribe_packet(pattern, qos, identifier)
        code = (await self._ask(packet, identifier)).body[2]
        if code == REFUSED:
            raise MqttRefusedError(code)

    async def publish(
        self, topic: str, payload: str | bytes, *, qos: int = 0, retain: bool = False
    ) -> None:
        """Publish, and wait until the broker has it where the QoS tells that.

        A broker of MQTT 3.1.1 does not tell that it has not allowed it.

        Raises:
            OSError: The connection has ended.
        """
        data = payload.encode() if isinstance(payload, str) else payload
        message = Message(topic=topic, payload=data, qos=qos, retain=retain)
        identifier = next(self._identifiers) if qos else 0
        packet = publish_packet(message, identifier)
        if qos:
            await self._ask(packet, identifier)
        else:
            self._send(packet)
            await self._writer.drain()
        if qos == 2:
            await self._ask(answer_packet(Kind.PUBREL, identifier), identifier)

    async def close(self) -> None:
        """Say goodbye, so that the broker forgets the will. May be called again."""
        with suppress(*_ENDED):
            self._send(disconnect_packet())
            await self._writer.drain()
            self._writer.close()
            await self._writer.wait_closed()
        await self.wait_ended()

    async def abort(self) -> None:
        """Cut the connection without a goodbye. May be called again."""
        self._writer.transport.abort()
        await self.wait_ended()

    async def wait_ended(self) -> None:
        """Wait until the connection has ended, whoever ended it."""
        await asyncio.wait([self._task])

    def _send(self, packet: bytes) -> None:
        if self._task.done():
            raise ConnectionResetError("the connection has ended")
        self._writer.write(packet)

    async def _ask(self, packet: bytes, identifier: int) -> Packet:
        answer: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self._answers[identifier] = answer
        try:
            self._send(packet)
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await answer
        finally:
            del self._answers[identifier]

    async def _read(self) -> None:
        try:
            while True:
                self._take(await read_packet(self._reader))
        except _ENDED:
            self._writer.transport.abort()
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError("the connection ended"))

    def _take(self, packet: Packet) -> None:
        match packet.kind:
            case Kind.PUBLISH:
                self._take_message(packet)
            case Kind.PUBREL:
                self._half_delivered.discard(packet.identifier)
                self._writer.write(answer_packet(Kind.PUBCOMP, packet.identifier))
            case _:
                answer = self._answers.get(packet.identifier)
                if answer is not None and not answer.done():
                    answer.set_result(packet)

    def _take_message(self, packet: Packet) -> None:
        identifier, message = parse_publish(packet)
        if message.qos == 1:
            self._writer.write(answer_packet(Kind.PUBACK, identifier))
        elif message.qos == 2:
            self._writer.write(answer_packet(Kind.PUBREC, identifier))
            if identifier in self._half_delivered:
                return
            self._half_delivered.add(identifier)
        self.received.append(message)
        if self._on_message is not None:
            self._on_message(message)
