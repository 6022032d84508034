"""Plain clients of a simulated WoTKit server that is running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

import aiohttp
from yarl import URL

from tests.simulators.wotkit import WotkitServer, actuator, mule1

from .hkwhub_callers import TurnedClock

# 2012-12-12T03:34:28.000Z
NOW: Final = 1_355_283_268.0
NOW_MS: Final = 1_355_283_268_000
KEY: Final = aiohttp.encode_basic_auth("a1b2c3", "key-password")
ADA: Final = aiohttp.encode_basic_auth("ada.lovelace", "lace")
BOB: Final = aiohttp.encode_basic_auth("bob", "builder")
NEW_SENSOR: Final = {
    "name": "test_sensor",
    "longName": "Test Sensor",
    "description": "It tests",
    "visibility": "PRIVATE",
}


@asynccontextmanager
async def running_server() -> AsyncIterator[WotkitServer]:
    """Run a server with two users, a key, the taxi, and an actuator of the first user.

    Its clock stands still until it is turned.
    """
    clock = TurnedClock()
    clock.now = NOW
    server = WotkitServer(clock)
    server.add_user("ada.lovelace", "lace")
    server.add_user("bob", "builder")
    server.add_key("ada.lovelace", "a1b2c3", "key-password")
    mule1(server)
    actuator(server, "ada.lovelace")
    await server.start()
    yield server
    await server.stop()


def turn_clock(server: WotkitServer, seconds: float) -> None:
    """Let time pass for a server with a clock that is turned."""
    assert isinstance(server.clock, TurnedClock)
    server.clock.turn(seconds)


class Caller:
    """A client of the API; answers are pairs of HTTP status and JSON or text."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        server: WotkitServer,
        authorization: str | None = None,
    ) -> None:
        """Sign in, or not.

        Args:
            session: Sends the requests.
            server: Where to.
            authorization: The header to sign in with.
        """
        self._session = session
        self._server = server
        self.headers = {"Authorization": authorization} if authorization else {}

    async def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """Send a request; a path is below the base of the API, with its query."""
        url = URL(f"{self._server.api}/{path}", encoded=True)
        async with self._session.request(
            method, url, headers=self.headers, allow_redirects=False, **body
        ) as response:
            text = await response.text()
            try:
                return response.status, json.loads(text)
            except ValueError:
                return response.status, text

    async def get(self, path: str) -> Any:
        """Return what a GET gives that succeeds."""
        status, body = await self("GET", path)
        assert status == 200, body
        return body

    async def names(self, query: str) -> list[str]:
        """Return the names of the sensors of a list."""
        return [sensor["name"] for sensor in await self.get(f"sensors?{query}")]

    async def refusal(
        self, method: str, path: str, **body: Any
    ) -> tuple[int, str, list[str]]:
        """Return status, message and developer's message of a call that fails."""
        status, answer = await self(method, path, **body)
        error = answer["error"]
        assert answer == {"error": {**error, "status": status, "code": 0}}
        return status, error["message"], error["developerMessage"]
