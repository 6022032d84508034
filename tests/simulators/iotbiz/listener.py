"""A platform's ear at its broker, in place of the hook of EMQX."""

from collections.abc import Callable
import secrets
from typing import Final

from .broker import Broker
from .hook import take_message
from .mqtt import MqttConnection
from .packets import Message
from .watch import BrokerWatch
from .world import World

_ALL_OUT: Final = "devices/out/#"


class Listener:
    """Hears what devices say, whenever the broker runs."""

    def __init__(self, world: World, broker: Broker) -> None:
        """Hear nothing yet.

        Args:
            world: What takes the messages.
            broker: Where they come from.
        """
        self._world = world
        self._broker = broker
        self._watch = BrokerWatch(broker, world.devices.get, world.note_fault)
        self._connection: MqttConnection | None = None
        self._leave: Callable[[], None] | None = None

    @property
    def connection(self) -> MqttConnection:
        """Return the connection.

        Raises:
            ConnectionError: There is none.
        """
        if self._connection is None or not self._connection.is_open:
            raise ConnectionError("the platform is not at its broker")
        return self._connection

    async def start(self) -> None:
        """Begin to hear; what is retained already is old."""
        self._leave = self._broker.at_start(self._connect_anew)
        if self._broker.is_running:
            await self._connect(self._take_new)

    async def stop(self) -> None:
        """Hear no more. Nothing happens if it does not."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def look(self) -> None:
        """Note what devices did wrong at the broker."""
        self._watch.look()

    async def _connect_anew(self) -> None:
        """Hear a broker that has come back.

        It has retained nothing from before: what is retained is what devices said that
        were quicker.
        """
        await self._connect(self._take)

    async def _connect(self, on_message: Callable[[Message], None]) -> None:
        for device in self._world.devices.values():
            if device.activated and not self._broker.has_user(device.device_id):
                await self._world.let_in(device)
        connection = await self._broker.connect(
            # Each has another: the log has to tell one from the next.
            client_id=f"platform-{secrets.token_hex(6)}",
            on_message=on_message,
        )
        self._connection = connection
        self._watch.add_listener(connection)
        await connection.subscribe(_ALL_OUT, qos=1)

    def _take_new(self, message: Message) -> None:
        if not message.retain:
            self._take(message)

    def _take(self, message: Message) -> None:
        take_message(self._world, message)
