"""A minimal client written out by hand, correct unless told otherwise."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

REDIRECT_URL = "https://example.com/back?kept=1"
NONCE = "asbsedwq"
JSON = "application/json; charset=utf-8"


def sign(secret: str, message: bytes) -> str:
    """Sign bytes with HMAC-SHA256, as base64."""
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class HandMadeClient:
    """Speaks both generations, one call at a time."""

    def __init__(
        self, session: aiohttp.ClientSession, server: str, app_id: str, secret: str
    ) -> None:
        """Talk to a server such as `http://127.0.0.1:1234/eu`."""
        self.session = session
        self.server = server
        self.app_id = app_id
        self.secret = secret
        self.access_token = ""
        self.refresh_token = ""
        self.apikey = ""
        self.sequence = 1_571_141_530_100

    def common(self) -> dict[str, Any]:
        """Build the common parameters of v1."""
        return {
            "appid": self.app_id,
            "nonce": NONCE,
            "ts": int(time.time()),
            "version": 8,
        }

    def v1_headers(self, authorization: str) -> dict[str, str]:
        """Build the headers of v1."""
        return {"Authorization": authorization, "Content-Type": "application/json"}

    def v2_headers(self, authorization: str) -> dict[str, str]:
        """Build the headers of v2."""
        return {
            "Authorization": authorization,
            "Content-Type": JSON,
            "X-CK-Appid": self.app_id,
            "X-CK-Nonce": NONCE,
        }

    async def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        *,
        query: dict[str, Any] | None = None,
        body: bytes | None = None,
    ) -> Any:
        """Send a request; returns the JSON of the answer."""
        async with self.session.request(
            method, self.server + path, params=query, data=body, headers=headers
        ) as response:
            return json.loads(await response.text())

    async def v1_get(self, path: str, **query: Any) -> Any:
        """Call by GET with the access token."""
        return await self.send(
            "GET",
            path,
            self.v1_headers(f"Bearer {self.access_token}"),
            query=self.common() | query,
        )

    async def v1_post(self, path: str, **members: Any) -> Any:
        """Call by POST with the access token."""
        return await self.send(
            "POST",
            path,
            self.v1_headers(f"Bearer {self.access_token}"),
            body=json.dumps(self.common() | members).encode(),
        )

    async def v1_signed_post(self, path: str, **members: Any) -> Any:
        """Call by POST with a signature."""
        body = json.dumps(self.common() | members).encode()
        headers = self.v1_headers(f"Sign {sign(self.secret, body)}")
        return await self.send("POST", path, headers, body=body)

    async def v1_signed_get(self, path: str, **query: Any) -> Any:
        """Call by GET with a signature."""
        params = self.common() | query
        message = "&".join(f"{name}={params[name]}" for name in sorted(params))
        headers = self.v1_headers(f"Sign {sign(self.secret, message.encode())}")
        return await self.send("GET", path, headers, query=params)

    async def v1_login(
        self, email: str = "ada@example.com", password: str = "12345678"
    ) -> Any:
        """Log in and keep the tokens, if there are any."""
        answer = await self.v1_signed_post(
            "/api/user/login", email=email, password=password
        )
        self.keep(answer)
        return answer

    async def v2_get(self, path: str, **query: Any) -> Any:
        """Call by GET with the access token."""
        headers = self.v2_headers(f"Bearer {self.access_token}")
        return await self.send("GET", path, headers, query=query)

    async def v2_post(self, path: str, **members: Any) -> Any:
        """Call by POST with the access token."""
        headers = self.v2_headers(f"Bearer {self.access_token}")
        body = json.dumps(members).encode()
        return await self.send("POST", path, headers, body=body)

    async def v2_signed_post(self, path: str, **members: Any) -> Any:
        """Call by POST with a signature."""
        body = json.dumps(members).encode()
        headers = self.v2_headers(f"Sign {sign(self.secret, body)}")
        return await self.send("POST", path, headers, body=body)

    async def v2_login(
        self, email: str = "ada@example.com", password: str = "12345678"
    ) -> Any:
        """Log in and keep the tokens, if there are any."""
        answer = await self.v2_signed_post(
            "/v2/user/login",
            email=email,
            password=password,
            countryCode="+49",
            lang="en",
        )
        self.keep(answer["data"])
        return answer

    def keep(self, answer: dict[str, Any]) -> None:
        """Keep the tokens of an answer, if there are any."""
        self.access_token = answer.get("at", "")
        self.refresh_token = answer.get("rt", "")
        self.apikey = answer.get("user", {}).get("apikey", "")

    def page_url(self, **changes: str) -> str:
        """Build the link to the OAuth page."""
        now = str(int(time.time() * 1000))
        query = {
            "clientId": self.app_id,
            "seq": now,
            "authorization": sign(self.secret, f"{self.app_id}_{now}".encode()),
            "redirectUrl": REDIRECT_URL,
            "grantType": "authorization_code",
            "state": "state-1",
            "nonce": NONCE,
        }
        return f"{self.server}/oauth/index.html?{urlencode(query | changes)}"

    @asynccontextmanager
    async def socket(
        self, **changes: Any
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open the socket and send the handshake; nothing is read yet."""
        root = self.server.rpartition("/")[0]
        async with self.session.ws_connect(f"{root}/api/ws") as socket:
            await socket.send_json(self.handshake() | changes)
            yield socket

    def handshake(self) -> dict[str, Any]:
        """Build the first message."""
        return {
            "action": "userOnline",
            "version": 8,
            "ts": int(time.time()),
            "at": self.access_token,
            "userAgent": "app",
            "apikey": self.apikey,
            "appid": self.app_id,
            "nonce": NONCE,
            "sequence": self.next_sequence(),
        }

    def update(self, device_id: str, params: Any, **changes: Any) -> dict[str, Any]:
        """Build a command."""
        return {
            "action": "update",
            "apikey": self.apikey,
            "deviceid": device_id,
            "userAgent": "app",
            "sequence": self.next_sequence(),
            "ts": 0,
            "params": params,
        } | changes

    def query(self, device_id: str, names: Any, **changes: Any) -> dict[str, Any]:
        """Build a query."""
        return self.update(device_id, names) | {"action": "query"} | changes

    def next_sequence(self) -> str:
        """Make the next sequence."""
        self.sequence += 1
        return str(self.sequence)
