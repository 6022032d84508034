"""A device at its broker: says its state, and hears what it is told.

Source: README "Private API" for the topic and the message of states; the agent's code for
the will, the farewell and the topic of commands.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256
import logging
from typing import Final

from aiomqtt import Message, Will

from ....wire.exchange import TIMEOUT
from .commands import LONGEST_COMMAND, read_command
from .connection import KEEPALIVE, QOS, BrokerConnection, connected
from .errors import BrokerError
from .models import Broker, Command
from .topics import STATE, OutTopic, command_topic

_LOGGER = logging.getLogger(__name__)

# Seconds
_FAREWELL_SECONDS: Final = 2.0
# Source: MQTT 3.1.1, section 3.1.3.1: what each broker has to accept
_CLIENT_ID_LENGTH: Final = 23


class AgentSession:
    """The connection of a device; it may be run again after it has ended."""

    def __init__(
        self,
        broker: Broker,
        customer_id: str,
        device_id: str,
        *,
        state: Callable[[], str],
        farewell: str,
        on_command: Callable[[Command], None],
        timeout: float = TIMEOUT,
        keepalive: int = KEEPALIVE,
    ) -> None:
        """Describe the device.

        Args:
            broker: Where it connects.
            customer_id: Its customer number.
            device_id: Its name.
            state: Returns the message that is said whenever the connection is up.
            farewell: The message that is said in the end, by the broker where the
                device cannot do it itself.
            on_command: Called for each command.
            timeout: Seconds to connect, and to wait for each answer.
            keepalive: Seconds of silence until the broker has to answer.
        """
        self._broker = broker
        self._state_topic = str(OutTopic(customer_id, device_id, STATE))
        self._command_topic = command_topic(customer_id, device_id)
        self._client_id = _client_id(customer_id, device_id)
        self._state = state
        self._farewell = farewell
        self._on_command = on_command
        self._timeout = timeout
        self._keepalive = keepalive
        self._connection: BrokerConnection | None = None
        self._told_of_length = False

    async def run(self, on_up: Callable[[], None]) -> None:
        """Connect, say the state, and hear commands until the connection ends.

        Cancelled, the device says farewell first, which takes two seconds at most.

        Args:
            on_up: Called when the connection is up and the broker has the state.

        Raises:
            BrokerSignInError: The broker does not accept the device's password.
            BrokerCertificateError: It is not the right broker.
            BrokerError: It was not reached, or the connection is lost.
        """
        will = Will(self._state_topic, self._farewell, qos=QOS, retain=True)
        async with connected(
            self._broker,
            client_id=self._client_id,
            will=will,
            timeout=self._timeout,
            keepalive=self._keepalive,
        ) as connection:
            try:
                await connection.listen(self._command_topic)
                await connection.say(self._state_topic, self._state())
                self._connection = connection
                on_up()
                async for message in connection.incoming():
                    self._hear(message)
            finally:
                self._connection = None
                await self._say_farewell(connection)

    async def publish(self, payload: str) -> None:
        """Say a state; returns when the broker has it.

        Args:
            payload: From `state_payload`.

        Raises:
            BrokerTimeoutError: The broker does not confirm it in time.
            BrokerError: There is no connection, or it is lost.
        """
        if self._connection is None:
            raise BrokerError("publish: not connected")
        await self._connection.say(self._state_topic, payload)

    def _hear(self, message: Message) -> None:
        if message.retain:
            # It would be carried out again at each connection.
            _LOGGER.debug("A retained command is ignored")
            return
        if len(message.payload) > LONGEST_COMMAND:
            self._tell_of_length(len(message.payload))
            return
        try:
            self._on_command(read_command(message.payload))
        except Exception:
            _LOGGER.exception("A command could not be taken")

    def _tell_of_length(self, length: int) -> None:
        level = logging.DEBUG if self._told_of_length else logging.WARNING
        self._told_of_length = True
        _LOGGER.log(level, "A command of %d bytes is ignored: it is too long", length)

    async def _say_farewell(self, connection: BrokerConnection) -> None:
        """Say farewell; where that fails the connection is cut, and the will says it."""
        if not connection.is_up:
            return
        try:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await connection.say(self._state_topic, self._farewell)
                await connection.disconnect()
        except (BrokerError, TimeoutError) as err:
            _LOGGER.debug("The broker says the farewell: %s", type(err).__name__)


def _client_id(customer_id: str, device_id: str) -> str:
    """Return what tells the device from other clients of the broker.

    Always the same: otherwise a broker that has not noticed yet that a connection is lost
    would keep it beside the new one, and say its last will when it notices.
    """
    digits = sha256(f"{customer_id}/{device_id}".encode()).hexdigest()
    return f"ha{digits}"[:_CLIENT_ID_LENGTH]
