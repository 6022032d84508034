"""Plain clients of a simulated Thing+ server that is running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

import aiohttp
from yarl import URL

from tests.simulators.thingplus import (
    CLIENT_ID,
    CLIENT_SECRET,
    LOGIN,
    PASSWORD,
    ThingplusSimulator,
    md5_of,
    sample_world,
)

from .hkwhub_callers import TurnedClock

# 2017-05-25T13:24:32.000Z
NOW: Final = 1_495_718_672.0
NOW_MS: Final = 1_495_718_672_000
DAY: Final = 86_400
NEW_GATEWAY: Final = "87cd2a6e407511e7922eb724f8803770"
NEW_DEVICE: Final = "366d685f93f5477a8d29e8c45bae0a31"
NEW_SENSOR: Final = "d815ba2f84eb490b8e68d9dd744da397"
PARAMS: Final = {"siteId": "1", "model": "52", "name": "Open Gateway 1"}
DEVICE: Final = {
    "reqId": NEW_DEVICE,
    "name": "Open Gateway Device 1",
    "model": "open-api-device-v1.0",
}
SENSOR: Final = {
    "reqId": NEW_SENSOR,
    "name": "Temperature sensor",
    "type": "temperature",
    "driverName": "openApiSensor",
    "model": "openApiTemp",
    "category": "sensor",
    "deviceId": NEW_DEVICE,
}
PASSWORD_GRANT: Final = {
    "grant_type": "password",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "username": LOGIN,
    "password": md5_of(PASSWORD),
}


@asynccontextmanager
async def running_server() -> AsyncIterator[ThingplusSimulator]:
    """Run a server with the sample; lists may be asked for at any rate.

    Its clock stands still until it is turned.
    """
    clock = TurnedClock()
    clock.now = NOW
    server = ThingplusSimulator(clock)
    server.watch.polls_per_minute = None
    sample_world(server)
    await server.start()
    yield server
    await server.stop()


def turn_clock(server: ThingplusSimulator, seconds: float) -> None:
    """Let time pass for a server with a clock that is turned."""
    assert isinstance(server.clock, TurnedClock)
    server.clock.turn(seconds)


def error_of(status: int, body: Any) -> tuple[int, str]:
    """Return status and code of a refusal, whose shape is checked."""
    [error] = body["errors"]
    assert body == {
        "statusCode": status,
        "message": body["message"],
        "errors": [
            {
                "category": error["category"],
                "code": error["code"],
                "message": error["message"],
            }
        ],
    }
    return status, error["code"]


class Caller:
    """A client of the API; answers are pairs of HTTP status and JSON or text."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        server: ThingplusSimulator,
        token: str | None = None,
    ) -> None:
        """Sign in, or not.

        Args:
            session: Sends the requests.
            server: Where to.
            token: The token to sign in with.
        """
        self._session = session
        self._server = server
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """Send a request; a path is below the base of the API, with its query."""
        url = URL(f"{self._server.api}/{path}")
        async with self._session.request(
            method, url, headers=self.headers, allow_redirects=False, **body
        ) as response:
            text = await response.text()
            try:
                return response.status, json.loads(text)
            except ValueError:
                return response.status, text

    async def envelope(self, path: str) -> Any:
        """Return the whole answer of a GET that succeeds."""
        status, body = await self("GET", path)
        assert (status, body["statusCode"], body["message"]) == (200, 200, "OK"), body
        return body

    async def get(self, path: str) -> Any:
        """Return the data of a GET that succeeds."""
        return (await self.envelope(path))["data"]

    async def ids(self, path: str) -> list[str]:
        """Return the ids of a list."""
        return [item["id"] for item in await self.get(path)]

    async def send(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """Return the data of a request with a body, which has a certain status."""
        answered, answer = await self(method, path, **body)
        assert answered == status, answer
        assert answer["statusCode"] == status
        return answer["data"]

    async def put(self, path: str, body: Any) -> Any:
        """Return the data of a PUT that succeeds."""
        return await self.send("PUT", path, json=body)

    async def refusal(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        """Return status and code of a request that is refused."""
        return error_of(*await self(method, path, **body))

    async def register_gateway(self, gateway_id: str = NEW_GATEWAY) -> Any:
        """Register a gateway."""
        body = {"reqId": gateway_id, "params": PARAMS}
        return await self.send("POST", "registerGateway", 201, json=body)

    async def register_all(self) -> None:
        """Register a gateway with a device and a sensor."""
        await self.register_gateway()
        path = f"gateways/{NEW_GATEWAY}"
        await self.send("POST", f"{path}/devices", 201, json=DEVICE)
        await self.send("POST", f"{path}/sensors", 201, json=SENSOR)


def signed_in(
    session: aiohttp.ClientSession,
    server: ThingplusSimulator,
    *scopes: str,
) -> Caller:
    """Return a client with a token.

    Args:
        session: Sends its requests.
        server: Where to.
        scopes: What the token is for; none: what that of the sample is for.
    """
    client_id = CLIENT_ID
    if scopes:
        client_id = "+".join(scopes)
        user = server.users["1"]
        server.add_client(client_id, "secret", user=user, scopes=scopes)
    return Caller(session, server, server.issue_token(LOGIN, client_id))
