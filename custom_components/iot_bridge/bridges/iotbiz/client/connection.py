"""A connection to a broker, which leaves nothing behind however it ends.

By itself aiomqtt connects in a thread that nothing interrupts, waits its whole time
where the broker has hung up long ago, and keeps the socket when it is cancelled or has
waited in vain. Here it is given a socket that is open already, and the beginning and the
end are our own. This builds on the inside of aiomqtt 2.5 and paho-mqtt 2.1.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
import logging
import math
import secrets
import socket
from ssl import SSLCertVerificationError
from typing import Any, Final, override

from aiomqtt import Client, Message, MqttCodeError, MqttError, ProtocolVersion, Will
from aiomqtt.types import PahoSocket
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.reasoncodes import ReasonCode

from .errors import (
    BrokerCertificateError,
    BrokerError,
    BrokerSignInError,
    BrokerTimeoutError,
)
from .models import Broker
from .sockets import open_socket

_LOGGER = logging.getLogger(__name__)
# The lines of paho name topics, and with them customers; what matters is in our errors.
_SILENT = _LOGGER.getChild("paho")
_SILENT.setLevel(logging.CRITICAL + 1)

KEEPALIVE: Final = 30
# At least once; nothing repeats a message, as sessions end with their connections.
QOS: Final = 1
# Seconds to wait until a farewell has left
_LAST_WORD: Final = 1.0
# Bad user name or password; not authorized. Source: MQTT 3.1.1, table 3.1, and MQTT 5,
# table 3-1, which paho translates the former into.
_SIGN_IN_REFUSED: Final = frozenset({4, 5, 134, 135})
# Bytes of a text. Source: MQTT 3.1.1, section 1.5.3
_LONGEST_TEXT: Final = 0xFFFF
# Source: MQTT 3.1.1, section 3.9.3; MQTT 5, section 2.4
_FAILURE: Final = 0x80


@asynccontextmanager
async def connected(
    broker: Broker,
    *,
    client_id: str = "",
    will: Will | None = None,
    timeout: float,
    keepalive: int = KEEPALIVE,
) -> AsyncIterator[BrokerConnection]:
    """Connect to a broker; in the end the connection is cut.

    Args:
        broker: The broker.
        client_id: A former connection with the same one is ended by the broker. By
            default there has never been one.
        will: What the broker says if the connection ends without a farewell.
        timeout: Seconds to connect, and to wait for each answer.
        keepalive: Seconds of silence until the broker has to answer.

    Raises:
        BrokerSignInError: The broker does not accept the account.
        BrokerCertificateError: It is not the right broker.
        BrokerTimeoutError: It does not answer in time.
        BrokerError: It was not reached, or is no broker.
    """
    # The errors of those who cannot send them hold them.
    if not (_can_be_sent(broker.username) and _can_be_sent(broker.password)):
        raise BrokerSignInError("connect: the account cannot be sent")
    connection = BrokerConnection(broker, client_id, will, timeout, keepalive)
    try:
        await connection.open()
        yield connection
    finally:
        await connection.close()


async def try_broker(broker: Broker, *, timeout: float) -> None:
    """Connect and disconnect; nothing is published, and there is no last will.

    Args:
        broker: The broker.
        timeout: Seconds to connect.

    Raises:
        BrokerError: As of `connected`.
        BrokerSignInError: The broker does not accept the account.
    """
    async with connected(broker, timeout=timeout) as connection:
        await connection.disconnect()


class BrokerConnection(Client):
    """A connection; made by `connected`."""

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        will: Will | None,
        timeout: float,
        keepalive: int,
    ) -> None:
        """Do not connect yet."""
        super().__init__(
            broker.host,
            broker.port,
            username=broker.username,
            password=broker.password,
            logger=_SILENT,
            identifier=client_id or f"ha{secrets.token_hex(10)}",
            protocol=ProtocolVersion.V311,
            will=will,
            clean_session=True,
            # Who waits for an answer waits here.
            timeout=math.inf,
            keepalive=keepalive,
            # The socket has it already; without it, a paho that asks for no socket of
            # ours would go without.
            tls_context=broker.tls,
        )
        self._broker = broker
        self._patience = timeout
        self._socket: socket.socket | None = None
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._connected.add_done_callback(_look_at)
        self._disconnected.add_done_callback(_look_at)
        self._disconnected.add_done_callback(self._note_end)

    @property
    def is_up(self) -> bool:
        """Return whether it is not lost, as far as is known."""
        return self._connected.done() and not self._ended.done()

    async def open(self) -> None:
        """Connect.

        Raises:
            BrokerError: As of `connected`.
            BrokerSignInError: The broker does not accept the account.
        """
        error: BrokerError
        try:
            async with asyncio.timeout(self._patience):
                await self._open()
        except TimeoutError:
            error = BrokerTimeoutError("connect: no answer in time")
        except SSLCertVerificationError:
            error = BrokerCertificateError("connect: the certificate is not accepted")
        except (OSError, ValueError, OverflowError) as err:
            error = BrokerError(f"connect: {type(err).__name__}")
        else:
            return
        raise error

    async def say(self, topic: str, payload: str) -> None:
        """Publish a message that is retained, and wait until the broker has got it.

        Raises:
            BrokerTimeoutError: The broker does not confirm it in time.
            BrokerError: The connection is lost.
        """
        await self._answered(
            "publish", self.publish(topic, payload, qos=QOS, retain=True)
        )

    async def listen(self, topic: str) -> None:
        """Subscribe to a topic.

        Raises:
            BrokerTimeoutError: The broker does not confirm it in time.
            BrokerError: The connection is lost, or the broker refuses.
        """
        granted = await self._answered("subscribe", self.subscribe(topic, qos=QOS))
        if any(_value_of(code) >= _FAILURE for code in granted):
            raise BrokerError("subscribe: the broker refuses")

    async def incoming(self) -> AsyncIterator[Message]:
        """Yield what comes on the topics that are subscribed to.

        Raises:
            BrokerError: The connection is lost.
        """
        messages = self.messages
        while True:
            try:
                message = await anext(messages)
            except MqttError:
                break
            yield message
        raise BrokerError("the connection was lost")

    async def disconnect(self) -> None:
        """Tell the broker that this is the end, which thus keeps the last will back."""
        self._client.disconnect()
        await asyncio.wait((self._ended,), timeout=_LAST_WORD)

    async def close(self) -> None:
        """Cut the connection, if it is not; to the broker it is lost."""
        # Ends a connection at once. Source: paho-mqtt, `connect_async`.
        self._client.connect_async("-")
        if self._socket is not None:
            self._socket.close()
        if self._misc_task is not None:
            await asyncio.wait((self._misc_task,))

    # What aiomqtt would do in its own way

    @override
    def _on_socket_close(
        self, client: PahoClient, userdata: Any, sock: PahoSocket
    ) -> None:
        super()._on_socket_close(client, userdata, sock)
        self._note_end()

    @override
    def _on_socket_register_write(
        self, client: PahoClient, userdata: Any, sock: PahoSocket
    ) -> None:
        # At once: a moment later the socket may be closed, and its number another's.
        self._loop.add_writer(sock.fileno(), client.loop_write)

    # Inside

    async def _open(self) -> None:
        self._socket = sock = await open_socket(self._broker)
        # paho would open one, and block until it is open.
        self._client._create_socket = lambda: sock  # type: ignore[method-assign]  # noqa: SLF001
        self._client.connect(self._hostname, self._port, self._keepalive)
        await asyncio.wait(
            (self._connected, self._ended), return_when=asyncio.FIRST_COMPLETED
        )
        if not self._connected.done():
            raise BrokerError("connect: the connection was lost")
        refused = self._connected.exception()
        if refused is not None:
            code = refused.rc if isinstance(refused, MqttCodeError) else None
            if _value_of(code) in _SIGN_IN_REFUSED:
                raise BrokerSignInError("connect: the broker refuses the account")
            raise BrokerError("connect: the broker refuses")

    async def _answered[AnswerT](
        self, what: str, work: Coroutine[Any, Any, AnswerT]
    ) -> AnswerT:
        """Return what comes of asking the broker.

        aiomqtt waits for its answers even where the connection is lost.

        Raises:
            BrokerError: As of `say`.
        """
        asking = asyncio.ensure_future(work)
        try:
            await asyncio.wait(
                (asking, self._ended),
                timeout=self._patience,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            asking.cancel()
            await asyncio.wait((asking,))
        gave_up = asking.cancelled()
        if not gave_up and not isinstance(asking.exception(), MqttError):
            return asking.result()
        if not gave_up or self._ended.done():
            raise BrokerError(f"{what}: the connection was lost")
        raise BrokerTimeoutError(f"{what}: no answer in time")

    def _note_end(self, _: asyncio.Future[None] | None = None) -> None:
        if not self._ended.done():
            self._ended.set_result(None)


def _look_at(future: asyncio.Future[None]) -> None:
    """Look at what a future holds: otherwise asyncio complains if nobody does."""
    future.exception()


def _can_be_sent(text: str) -> bool:
    content = text.encode(errors="replace")
    return content.decode() == text and len(content) <= _LONGEST_TEXT


def _value_of(code: ReasonCode | int | None) -> int:
    """Return a code of an answer as MQTT numbers it; 0 if there is none."""
    return int(code.value) if isinstance(code, ReasonCode) else code or 0
