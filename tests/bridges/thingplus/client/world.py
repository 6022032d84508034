"""A simulated Thing+, and tokens as it gives them out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import ClientSession
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus.client import (
    AccessTokens,
    NewSensor,
    SignInError,
    ThingplusClient,
    password_hash,
)
from tests.simulators.thingplus import (
    CLIENT_ID,
    CLIENT_SECRET,
    LOGIN,
    PASSWORD,
    ThingplusSimulator,
)

NEW_GATEWAY: Final = "366d685f93f5477a8d29e8c45bae0a31"
NEW_DEVICE: Final = "0123456789abcdef0123456789abcdef"
NEW_SENSOR: Final = "d815ba2f84eb490b8e68d9dd744da397"


@dataclass(repr=False)
class GrantedTokens:
    """Access tokens by the password grant.

    Attributes:
        session: Makes the requests.
        server: The server.
        token: The latest one, at first none.
        renewals: How often another token was asked for.
    """

    session: ClientSession
    server: ThingplusSimulator
    token: str = ""
    renewals: int = field(default=0)

    async def access_token(self) -> str:
        """Return the current access token, at first a new one."""
        if not self.token:
            await self._ask()
        return self.token

    async def renew(self, rejected: str) -> str:
        """Return another access token."""
        assert rejected == self.token
        self.renewals += 1
        await self._ask()
        return self.token

    async def _ask(self) -> None:
        form = {
            "grant_type": "password",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "username": LOGIN,
            "password": password_hash(PASSWORD),
        }
        url = f"{self.server.api}/oauth2/token"
        async with self.session.post(url, data=form) as response:
            if response.status != 200:
                raise SignInError("no more tokens")
            answer: dict[str, Any] = await response.json()
        self.token = str(answer["access_token"])


def client_of(
    session: ClientSession,
    server: ThingplusSimulator,
    tokens: AccessTokens,
    timeout: float = 2,
) -> ThingplusClient:
    """Return a client of a simulated server."""
    return ThingplusClient(session, URL(server.api), tokens, timeout=timeout)


@asynccontextmanager
async def served(server: ThingplusSimulator) -> AsyncIterator[ThingplusSimulator]:
    """Let a server run that no client may have treated wrongly in the end."""
    # Tests ask when they like, and for a moment only.
    server.watch.polls_per_minute = None
    server.watch.watches_status_periods = False
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert server.faults == []


def now() -> datetime:
    """Return the time in whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


async def registered(client: ThingplusClient) -> None:
    """Register a gateway with a device and a thermometer."""
    model = await client.gateway_model("52")
    (device_model,) = model.device_models
    accepted = {one.type: one for one in device_model.sensors}["temperature"]
    new = NewSensor(id=NEW_SENSOR, name="Oven", accepted=accepted, device_id=NEW_DEVICE)
    await client.register_gateway(
        NEW_GATEWAY, site_id="1", model=model.id, name="Home Assistant"
    )
    await client.create_device(
        NEW_GATEWAY, NEW_DEVICE, name="Kitchen", model=device_model.id
    )
    await client.create_sensor(NEW_GATEWAY, new)
