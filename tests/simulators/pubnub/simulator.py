"""The simulated network as tests, simulated hubs and demos hold it."""

import asyncio
from collections.abc import Callable
import json
from typing import Any
from urllib.parse import quote

from aiohttp import web

from .channels import Channels, Listener, Publication
from .knobs import Knobs
from .server import Server
from .traffic import RecordedRequest, Traffic
from .trouble import Trouble

# What the documents add to channel and message when they count the size.
_SIZE_OF_THE_REST = 100


class PubNubSimulator:
    """A PubNub network of its own.

    Attributes:
        knobs: Limits and timings; changes count from the next request on, that of
            `buffer_size` for new channels.
        trouble: What goes wrong.
        host: Address it listens at.
        port: Port it listens at, the last one while stopped.
        channels: What was published.
        traffic: What clients did.
        refusal: HTTP status with which all keys are refused, None for none.
    """

    def __init__(self, host: str = "127.0.0.1", **knobs: Any) -> None:
        """Make a network without keys.

        Args:
            host: Address to listen at.
            **knobs: Fields of `Knobs`.
        """
        self.knobs = Knobs(**knobs)
        self.trouble = Trouble()
        self.host = host
        self.port = 0
        self.channels = Channels(self.knobs.buffer_size)
        self.traffic = Traffic(self.knobs)
        self.refusal: int | None = None
        self.stopping = asyncio.Event()
        self._publish_keys: dict[str, str] = {}
        self._runner: web.AppRunner | None = None

    # Life

    async def start(self, port: int = 0) -> None:
        """Start to serve HTTP; may be called again after `stop`.

        Args:
            port: Port to listen at; 0 for any free one.

        Raises:
            OSError: The port is taken.
        """
        self.stopping.clear()
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", Server(self).handle)
        # Messages in the path are longer than aiohttp expects, and handlers have to
        # end with their client for held subscribes to be counted.
        runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=0.2,
            handler_cancellation=True,
            max_line_size=256 * 1024,
            max_field_size=256 * 1024,
        )
        await runner.setup()
        site = web.TCPSite(runner, self.host, port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Cut all connections; what was published is kept, and more may be inside."""
        self.stopping.set()
        self.drop_subscribers()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """Origin of all requests."""
        return f"http://{self.host}:{self.port}"

    # Keys

    def add_keys(self, publish_key: str, subscribe_key: str) -> None:
        """Make a pair of keys valid; a subscribe key may have several publish keys."""
        self._publish_keys[publish_key] = subscribe_key

    def refuse_keys(self, *, access_manager: bool = False) -> None:
        """Refuse all keys, also in subscribes that are held.

        Args:
            access_manager: Refuse with 403 as PubNub's access manager does, not
                with 400 for keys that do not exist.
        """
        self.refusal = 403 if access_manager else 400
        self.channels.wake()

    def allow_keys(self) -> None:
        """Accept the keys again."""
        self.refusal = None

    def knows_subscribe_key(self, key: str) -> bool:
        """Return whether it is a subscribe key."""
        return key in self._publish_keys.values()

    def subscribe_key_of(self, publish_key: str) -> str | None:
        """Return the subscribe key that belongs to a publish key."""
        return self._publish_keys.get(publish_key)

    # Messages, without HTTP

    def subscribe_inside(
        self, subscribe_key: str, channel: str, callback: Listener
    ) -> Callable[[], None]:
        """Listen to a channel.

        Args:
            subscribe_key: The key.
            channel: The channel's name.
            callback: Called with each message and the `uuid` of who published it.

        Returns:
            A function that ends it.
        """
        listeners = self.channels.channel(subscribe_key, channel).listeners
        listeners.append(callback)

        def cancel() -> None:
            if callback in listeners:
                listeners.remove(callback)

        return cancel

    async def publish_inside(
        self, subscribe_key: str, channel: str, message: Any, uuid: str = "HKWHubApp"
    ) -> Publication:
        """Publish a message, also while the network is stopped to HTTP.

        Args:
            subscribe_key: The key.
            channel: The channel's name.
            message: Any JSON.
            uuid: Who publishes it.

        Raises:
            ValueError: The message is too large.
            TypeError: The message is no JSON.
        """
        text = json.dumps(message)
        if self.size_of(channel, text) > self.knobs.message_limit:
            raise ValueError("the message is too large for PubNub")
        return self.channels.publish(subscribe_key, channel, json.loads(text), uuid)

    @staticmethod
    def size_of(channel: str, text: str) -> int:
        """Return the size of a message as PubNub counts it, in bytes."""
        return len(quote(channel + text, safe="")) + _SIZE_OF_THE_REST

    @property
    def published(self) -> list[Publication]:
        """All messages, from wherever they came."""
        return self.channels.published

    def forget(self) -> None:
        """Lose the messages that wait for clients that are away."""
        self.channels.forget()

    # Clients

    @property
    def faults(self) -> list[str]:
        """What clients did wrong."""
        return self.traffic.faults

    @property
    def requests(self) -> list[RecordedRequest]:
        """All requests."""
        return self.traffic.requests

    @property
    def subscribers(self) -> int:
        """Number of subscribes that are held."""
        return len(self.traffic.polls)

    async def wait_for_subscriber(self, count: int = 1, timeout: float = 5) -> None:
        """Wait until so many subscribes are held.

        Raises:
            TimeoutError: They are not within `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while self.subscribers < count:
                await asyncio.sleep(0.002)

    def drop_subscribers(self) -> None:
        """Cut the connections of all subscribes that are held."""
        for poll in list(self.traffic.polls):
            poll.drop()
