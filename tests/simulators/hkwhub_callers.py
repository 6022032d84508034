"""Plain clients of a simulated hub, and a clock that tests turn."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from tests.simulators.hkwhub import Front, SimulatedHome
from tests.simulators.hkwhub.sessions import numbered_tokens

LEFT = "92466638829744"
RIGHT = "92466638912338"
ADAPT = "4625984469168"
TV = "34317244381360"
ALL = (LEFT, RIGHT, ADAPT, TV)
# 236 s and 184 s
HARBOUR = "7387446959931482519"
MORNING = "13104781220094761843"


class TurnedClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        """Begin at a time that is not 0."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time, seconds."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class InsideCaller:
    """A client without any wire: it sees the answers in plain types."""

    def __init__(self, home: SimulatedHome, prefix: str = "") -> None:
        """Open a session whose token begins with a prefix."""
        self._home = home
        self.front = Front(name="inside", new_token=numbered_tokens(prefix))
        self.token = home.open_session(self.front).token

    async def __call__(self, command: str, **params: str) -> dict[str, Any]:
        """Send a command."""
        return await self._home.execute(
            self.front, command, {"SessionToken": self.token, **params}
        )

    async def succeeds(self, command: str, **params: str) -> bool:
        """Send a command and return its result."""
        result = (await self(command, **params))["Result"]
        assert isinstance(result, bool)
        return result

    async def status(self) -> tuple[str, int]:
        """Return state and elapsed seconds."""
        answer = await self("playback_status")
        return answer["PlaybackState"], answer["TimeElapsed"]

    async def active(self) -> set[str]:
        """Return the ids of the speakers in the session."""
        devices = (await self("device_list"))["DeviceList"]
        return {device["DeviceID"] for device in devices if device["Active"]}


class RestCaller:
    """A client of the REST API; answers are pairs of HTTP status and JSON or text."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        *,
        key: str = "SessionToken",
        bearer: str | None = None,
    ) -> None:
        """Use the commands below an address."""
        self._session = session
        self._base = base
        self._key = key
        self.token = ""
        self.headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}

    async def open(self, **params: str) -> str:
        """Open a session and return its token."""
        status, answer = await self.get("init_session", **params)
        assert status == 200
        self.token = answer[self._key]
        return self.token

    async def __call__(self, command: str, **params: str) -> tuple[int, Any]:
        """Send a command in the session."""
        return await self.get(command, **{self._key: self.token}, **params)

    async def get(self, command: str, **params: str) -> tuple[int, Any]:
        """Send a command with exactly these parameters."""
        query = urlencode(params, quote_via=quote, safe="")
        url = URL(f"{self._base}/{command}?{query}", encoded=True)
        async with self._session.get(url, headers=self.headers) as response:
            text = await response.text()
            try:
                return response.status, json.loads(text)
            except ValueError:
                return response.status, text
