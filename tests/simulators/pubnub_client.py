"""A PubNub client in its plainest form, to test the simulated network with."""

import json
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

PUBLISH_KEY = "pub-c-8a5f0d2e"
SUBSCRIBE_KEY = "sub-c-41d7c9b6"
CHANNEL = "hkwhubchannel"


class RawPubNubClient:
    """Sends single requests; answers are pairs of HTTP status and JSON."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        publish_key: str = PUBLISH_KEY,
        subscribe_key: str = SUBSCRIBE_KEY,
        uuid: str = "client",
    ) -> None:
        """Use a network."""
        self._session = session
        self._url = url
        self._publish_key = publish_key
        self._subscribe_key = subscribe_key
        self._uuid = uuid

    async def token(self) -> str:
        """Return the present timetoken."""
        _, answer = await self.subscribe("0")
        return str(answer["t"]["t"])

    async def subscribe(
        self, timetoken: str, *, channel: str = CHANNEL
    ) -> tuple[int, Any]:
        """Subscribe."""
        path = f"/v2/subscribe/{self._subscribe_key}/{channel}/0"
        return await self.get(f"{path}?tt={timetoken}&tr=1&uuid={self._uuid}")

    async def publish(self, message: Any, *, method: str = "GET") -> tuple[int, Any]:
        """Publish."""
        return await self.publish_text(json.dumps(message), method=method)

    async def publish_text(self, text: str, *, method: str) -> tuple[int, Any]:
        """Publish what may not be JSON."""
        path = f"/publish/{self._publish_key}/{self._subscribe_key}/0/{CHANNEL}/0"
        query = f"uuid={self._uuid}&store=0"
        if method == "GET":
            return await self.get(f"{path}/{quote(text, safe='')}?{query}")
        url = URL(f"{self._url}{path}?{query}", encoded=True)
        async with self._session.post(url, data=text.encode()) as response:
            return response.status, json.loads(await response.read())

    async def presence(self, what: str) -> tuple[int, Any]:
        """Send a heartbeat or a leave."""
        path = f"/v2/presence/sub-key/{self._subscribe_key}/channel/{CHANNEL}"
        return await self.get(f"{path}/{what}?uuid={self._uuid}")

    async def get(self, path: str) -> tuple[int, Any]:
        """Make a GET for an answer in JSON, None where the answer is an HTTP error."""
        url = URL(self._url + path, encoded=True)
        async with self._session.get(url) as response:
            text = await response.text()
            if response.status >= 500:
                return response.status, None
            return response.status, json.loads(text)

    async def get_text(self, path: str) -> str:
        """Make a GET for the text of its answer."""
        url = URL(self._url + path, encoded=True)
        async with self._session.get(url) as response:
            return await response.text()
