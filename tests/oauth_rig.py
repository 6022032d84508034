"""A server for OAuth2 tokens, and what asks it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web

from custom_components.iot_bridge.oauth import (
    EntryOAuth2Implementation,
    OAuth2Client,
    PasswordGrant,
)
from homeassistant.core import HomeAssistant

CLIENT_ID: Final = "the-client-id"
CLIENT_SECRET: Final = "the-client-secret"

GOOD: Final = {
    "token_type": "bearer",
    "access_token": "access-1",
    "refresh_token": "refresh-1",
    "expires_in": 3600,
}


class TokenServer:
    """Answers each request for a token with what a test wants.

    Attributes:
        body: The answer: JSON, or text as it is.
        status: The HTTP status.
        forms: What was posted.
        headers: The headers it came with.
        go_on: Answers wait until it is set.
    """

    def __init__(self) -> None:
        """Answer with a good token."""
        self.body: Any = GOOD
        self.status = 200
        self.forms: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request."""
        self.forms.append(dict(await request.post()))
        self.headers.append(request.headers)
        await self.go_on.wait()
        if isinstance(self.body, str):
            headers = {"Location": f"{self.url}/elsewhere"}
            return web.Response(status=self.status, text=self.body, headers=headers)
        return web.json_response(self.body, status=self.status)


@asynccontextmanager
async def token_server() -> AsyncIterator[TokenServer]:
    """Run a server for tokens alone."""
    tokens = TokenServer()
    app = web.Application()
    app.router.add_post("/{name}", tokens.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    tokens.url = f"http://{host}:{port}"
    yield tokens
    tokens.go_on.set()
    await runner.cleanup()


def create_implementation(
    hass: HomeAssistant,
    url: str,
    client_secret: str = CLIENT_SECRET,
    password_grant: PasswordGrant = PasswordGrant(),
) -> EntryOAuth2Implementation:
    """Return what asks a server for tokens."""
    client = OAuth2Client(
        client_id=CLIENT_ID,
        client_secret=client_secret,
        authorize_url=f"{url}/authorize",
        token_url=f"{url}/token",
        password_grant=password_grant,
    )
    return EntryOAuth2Implementation(hass, client)
