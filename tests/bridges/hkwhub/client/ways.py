"""The ways to a simulated hub, each with a client on it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import ClientSession
from yarl import URL

from custom_components.iot_bridge.bridges.hkwhub.client import (
    HttpTransport,
    HubClient,
    HubEvent,
    PubNubKeys,
    PubNubPace,
    PubNubTransport,
    SignInError,
    Transport,
)
from tests.simulators.hkwhub import (
    HkIotCloud,
    LocalServer,
    PubNubHub,
    SimulatedHome,
    Trouble,
)
from tests.simulators.hkwhub.local import Generation
from tests.simulators.hkwhub.oauth_tokens import OAuthError
from tests.simulators.pubnub import PubNubSimulator

PUBLISH_KEY = "pub-c-of-the-tests"
SUBSCRIBE_KEY = "sub-c-of-the-tests"
CHANNEL = "channel-of-the-tests"


class FrontEnd(Protocol):
    """What the simulated front ends have in common."""

    trouble: Trouble

    async def start(self) -> None:
        """Open the app."""

    async def stop(self) -> None:
        """Close the app; its sessions are lost."""


@dataclass
class CloudTokens:
    """Access tokens of a user, renewed at the simulated cloud.

    Attributes:
        renewals: How often they were renewed.
    """

    cloud: HkIotCloud
    answer: dict[str, Any]
    renewals: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def access_token(self) -> str:
        """Return the current one."""
        return str(self.answer["access_token"])

    async def renew(self, rejected: str) -> str:
        """Return another one."""
        async with self.lock:
            if self.answer["access_token"] == rejected:
                self.renewals += 1
                self.answer = self._refreshed()
            return str(self.answer["access_token"])

    def _refreshed(self) -> dict[str, Any]:
        try:
            client = self.cloud.office.clients["client-id"]
            return self.cloud.office.refresh(self.answer["refresh_token"], client)
        except OAuthError as err:
            raise SignInError("the refresh token is not accepted") from err


@dataclass
class Way:
    """A way to a hub.

    Attributes:
        home: What is behind it.
        front: The simulated front end.
        hub: A client.
        transport: The client's transport.
        tokens: Only of the cloud.
        events: What was pushed.
    """

    home: SimulatedHome
    front: FrontEnd
    hub: HubClient
    transport: Transport
    tokens: CloudTokens | None = None
    events: list[HubEvent] = field(default_factory=list)

    def names(self) -> list[str]:
        """Return the names of the commands that reached the hub."""
        return [command.name for command in self.home.commands]


@asynccontextmanager
async def local_way(
    home: SimulatedHome,
    session: ClientSession,
    *,
    generation: Generation = 1,
    timeout: float = 5,
    slow_timeout: float = 20,
) -> AsyncIterator[Way]:
    """Open the way to a hub's own server."""
    server = LocalServer(home, generation=generation)
    await server.start()
    transport = HttpTransport(
        session, URL(server.url), timeout=timeout, slow_timeout=slow_timeout
    )
    try:
        yield Way(home, server, HubClient(transport), transport)
    finally:
        await server.stop()


@asynccontextmanager
async def elder_way(
    home: SimulatedHome, session: ClientSession, **limits: float
) -> AsyncIterator[Way]:
    """Open the way to the server of a hub of 2015."""
    async with local_way(home, session, generation=0, **limits) as way:
        yield way


@asynccontextmanager
async def cloud_way(
    home: SimulatedHome,
    session: ClientSession,
    *,
    timeout: float = 5,
    slow_timeout: float = 20,
) -> AsyncIterator[Way]:
    """Open the way through the cloud."""
    cloud = HkIotCloud(home)
    cloud.add_user("ada", "password-of-the-tests")
    cloud.add_client("client-id", "secret-of-the-tests")
    await cloud.start()
    tokens = CloudTokens(cloud, cloud.sign_in("ada", "client-id"))
    transport = HttpTransport(
        session,
        URL(cloud.url),
        tokens=tokens,
        timeout=timeout,
        slow_timeout=slow_timeout,
    )
    try:
        yield Way(home, cloud, HubClient(transport), transport, tokens)
    finally:
        await cloud.stop()


@asynccontextmanager
async def pubnub_way(
    home: SimulatedHome,
    session: ClientSession,
    *,
    timeout: float = 5,
    slow_timeout: float = 15,
) -> AsyncIterator[Way]:
    """Open the way through PubNub, with a client that listens."""
    network = PubNubSimulator()
    network.add_keys(PUBLISH_KEY, SUBSCRIBE_KEY)
    await network.start()
    app = PubNubHub(home, network, PUBLISH_KEY, SUBSCRIBE_KEY, CHANNEL)
    await app.start()
    keys = PubNubKeys(PUBLISH_KEY, SUBSCRIBE_KEY, CHANNEL, network.url)
    pace = PubNubPace(answer=timeout, slow_answer=slow_timeout)
    transport = PubNubTransport(session, keys, pace=pace)
    way = Way(home, app, HubClient(transport), transport)
    up = asyncio.Event()
    listening = asyncio.create_task(way.hub.listen(up.set, way.events.append))
    try:
        async with asyncio.timeout(5):
            await up.wait()
        yield way
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await app.stop()
        await network.stop()
        assert network.faults == []


type OpenWay = Callable[..., AbstractAsyncContextManager[Way]]

WAYS: dict[str, OpenWay] = {
    "local": local_way,
    "local of 2015": elder_way,
    "cloud": cloud_way,
    "PubNub": pubnub_way,
}
