"""Who and what there is on the simulated server, and how one signs in there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from custom_components.iot_bridge.bridges.wotkit.client import (
    BasicCredentials,
    Credentials,
    SignInError,
    WotkitClient,
)
from tests.simulators.wotkit import SimulatedField, WotkitServer, actuator, mule1

USER: Final = "ada"
PASSWORD: Final = "word-of-ada"
OTHER_USER: Final = "sensetecnic"
OTHER_PASSWORD: Final = "word-of-sensetecnic"
KEY: Final = "key-4711"
KEY_PASSWORD: Final = "word-of-the-key"
CLIENT_ID: Final = "application-id"
CLIENT_SECRET: Final = "application-word"
# Nobody listens there.
REDIRECT_URI: Final = "http://127.0.0.1:9/callback"
KEYS: Final = BasicCredentials(KEY, KEY_PASSWORD)


def populated(server: WotkitServer) -> None:
    """Add two users, a key, an application, the taxi, a lamp post and an oven."""
    server.add_user(USER, PASSWORD)
    server.add_user(OTHER_USER, OTHER_PASSWORD)
    server.add_key(USER, KEY, KEY_PASSWORD)
    server.add_application(CLIENT_ID, CLIENT_SECRET, [REDIRECT_URI])
    server.wait_scale = 0.01
    server.subscribe(USER, mule1(server))
    actuator(server, USER)
    server.add_sensor(
        USER,
        "oven",
        long_name="Oven",
        visibility="PRIVATE",
        tags=("kitchen",),
        fields=[
            SimulatedField(name="value", units="degC"),
            SimulatedField(name="note", type="STRING"),
        ],
    )


@dataclass(repr=False)
class OAuthTokens:
    """Access tokens as the server gives them out, by the password grant.

    Attributes:
        session: Makes the requests.
        server: The server.
        answer: The latest answer with tokens.
        renewals: How often another token was asked for.
    """

    session: ClientSession
    server: WotkitServer
    answer: dict[str, Any] = field(default_factory=dict)
    renewals: int = 0

    async def access_token(self) -> str:
        """Return the current access token, at first a new one."""
        if not self.answer:
            await self._ask(
                grant_type="password", username=USER, password=PASSWORD, scope="all"
            )
        return str(self.answer["access_token"])

    async def renew(self, rejected: str) -> str:
        """Return another access token."""
        assert rejected == self.answer["access_token"]
        self.renewals += 1
        await self._ask(
            grant_type="refresh_token", refresh_token=self.answer["refresh_token"]
        )
        return str(self.answer["access_token"])

    async def _ask(self, **form: str) -> None:
        form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        url = f"{self.server.api}/oauth/token"
        async with self.session.post(url, data=form) as response:
            if response.status != 200:
                raise SignInError("no more tokens")
            self.answer = await response.json()


def client_of(
    session: ClientSession,
    server: WotkitServer,
    credentials: Credentials = KEYS,
    timeout: float = 2,
) -> WotkitClient:
    """Return a client of a simulated server."""
    return WotkitClient(session, URL(server.api), credentials, timeout=timeout)


@asynccontextmanager
async def served(server: WotkitServer) -> AsyncIterator[WotkitServer]:
    """Let a server run that no client may have treated wrongly in the end."""
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert server.faults == []
