"""A hub on a PubNub channel that does as it is told, and a client that listens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.commands import COMMANDS
from custom_components.iot_bridge.bridges.hkwhub.client.errors import HkwhubError
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub import (
    PubNubKeys,
    PubNubPace,
    PubNubTransport,
)
from tests.simulators.pubnub import PubNubSimulator
from tests.waiting import until

PUBLISH_KEY = "pub-c-0d1f22c8"
SUBSCRIBE_KEY = "sub-c-77b9e1a4"
CHANNEL = "hkwhub/channel ä"
HUB = "8F2C-HUB"
OTHER_HUB = "0001-OTHER"
TOKEN = "PubNub-1000"

# For what has to succeed, on busy machines too, and for what has to fail.
PATIENT = PubNubPace(publishes_per_second=1000)
HASTY = PubNubPace(answer=0.5, slow_answer=0.5, request=0.5, publishes_per_second=1000)

type Script = Callable[[Mapping[str, Any]], list[Any]]


@asynccontextmanager
async def running_network(**knobs: Any) -> AsyncIterator[PubNubSimulator]:
    """Run a network that knows the keys."""
    net = PubNubSimulator(publishes_per_second=1000, **knobs)
    net.add_keys(PUBLISH_KEY, SUBSCRIBE_KEY)
    await net.start()
    try:
        yield net
    finally:
        await net.stop()


def keys_of(net: PubNubSimulator, **changes: str) -> PubNubKeys:
    """Return the keys for a network."""
    values = {
        "publish_key": PUBLISH_KEY,
        "subscribe_key": SUBSCRIBE_KEY,
        "channel": CHANNEL,
        "origin": net.url,
    }
    return PubNubKeys(**(values | changes))


def answer(message: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a good answer to a command, as the documents print it."""
    session = {"SessionToken": message.get("SessionToken", TOKEN)}
    response = {"HKWHubUUID": HUB, "ResponseOf": message["Command"]}
    result = {} if message["Command"] == "init_session" else {"Result": True}
    return session | response | result | more


async def publish(net: PubNubSimulator, *messages: Any, uuid: str = "hub") -> None:
    """Publish messages from within the network."""
    for message in messages:
        await net.publish_inside(SUBSCRIBE_KEY, CHANNEL, message, uuid)


def _obey(message: Mapping[str, Any]) -> list[Any]:
    return [answer(message)]


class ScriptedHub:
    """Answers each command with what a test wants.

    Attributes:
        heard: The commands that came.
        scripts: What to publish for a command by its name, `answer` for others.
    """

    def __init__(self, net: PubNubSimulator) -> None:
        """Listen to the channel."""
        self.heard: list[dict[str, Any]] = []
        self.scripts: dict[str, Script] = {}
        self._net = net
        self._tasks: set[asyncio.Task[None]] = set()
        self.close = net.subscribe_inside(SUBSCRIBE_KEY, CHANNEL, self._hear)

    def says(self, command: str, *messages: Any) -> None:
        """Let it publish certain messages for a command."""
        self.scripts[command] = lambda _: list(messages)

    def _hear(self, message: Any, _publisher: str) -> None:
        if isinstance(message, dict) and "Command" in message:
            self.heard.append(message)
            script = self.scripts.get(message["Command"], _obey)
            task = asyncio.create_task(publish(self._net, *script(message)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


@dataclass
class Client:
    """A transport that listens, and what it delivered."""

    transport: PubNubTransport
    messages: list[Any] = field(default_factory=list)
    ups: int = 0
    task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self.task = asyncio.create_task(
            self.transport.listen(self._up, self.messages.append)
        )

    async def up(self) -> None:
        """Begin to listen and wait until it does."""
        before = self.ups
        self.start()
        await until(lambda: self.ups > before)

    async def ended(self) -> BaseException | None:
        """Wait until it does not listen any more and return why."""
        assert self.task is not None
        await asyncio.wait([self.task], timeout=5)
        return self.task.exception()

    async def stop(self) -> None:
        """Stop to listen."""
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError, HkwhubError):
                await self.task

    async def call(
        self, name: str, session: str | None = TOKEN, **params: str
    ) -> Mapping[str, Any]:
        """Send a command."""
        return await self.transport.call(COMMANDS[name], params, session)

    async def failure(self, name: str, session: str | None = TOKEN) -> HkwhubError:
        """Return the error of a command that has to fail."""
        with pytest.raises(HkwhubError) as caught:
            await self.call(name, session)
        return caught.value

    def _up(self) -> None:
        self.ups += 1


@asynccontextmanager
async def running_client(
    session: ClientSession,
    net: PubNubSimulator,
    *,
    hub_uuid: str | None = HUB,
    pace: PubNubPace = PATIENT,
) -> AsyncIterator[Client]:
    """Run a client that listens."""
    keys = keys_of(net)
    transport = PubNubTransport(session, keys, hub_uuid=hub_uuid, pace=pace)
    client = Client(transport)
    await client.up()
    try:
        yield client
    finally:
        await client.stop()
