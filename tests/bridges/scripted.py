"""A server and access tokens that do what a test scripts: for odd answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from typing import Any

from aiohttp import web
from yarl import URL

BASE = "/api"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer.

    Attributes:
        body: JSON, unless it is bytes.
        status: The HTTP status.
        content_type: What the body is said to be.
        headers: Further headers.
    """

    body: Any = b""
    status: int = 200
    content_type: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """Return it as aiohttp sends it."""
        content = (
            self.body
            if isinstance(self.body, bytes)
            else json.dumps(self.body).encode()
        )
        return web.Response(
            status=self.status,
            body=content,
            headers={"Content-Type": self.content_type, **self.headers},
        )


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A request as it came.

    Attributes:
        line: Method and address below the server, percent-encoded.
        headers: Its headers.
        body: Its body.
    """

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    """Gives its answers one after the other; the last one stays.

    Attributes:
        replies: What to answer.
        by_path: What to answer to single paths.
        hang: Whether nothing is answered.
        drop: Whether the connection is closed in place of an answer.
        cut: Whether the connection is closed within the answer.
        heard: The requests.
        url: The address, without a slash at its end.
        ending: Releases what hangs.
    """

    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    by_path: dict[str, Reply] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False
    cut: bool = False
    heard: list[Heard] = field(default_factory=list)
    url: str = ""
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, *replies: Reply) -> None:
        """Script the answers."""
        self.replies = list(replies)

    @property
    def api(self) -> URL:
        """Return the base of the API."""
        return URL(f"{self.url}{BASE}")

    def lines(self) -> list[str]:
        """Return methods and addresses of the requests, below the base of the API."""
        return [heard.line.replace(f"{BASE}/", "", 1) for heard in self.heard]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        self.heard.append(
            Heard(
                line=f"{request.method} {request.raw_path}",
                headers=dict(request.headers),
                body=await request.read(),
            )
        )
        assert request.transport is not None
        if self.hang:
            await self.ending.wait()
        if self.drop:
            request.transport.close()
        if self.cut:
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"[")
            request.transport.close()
            return response
        if request.path in self.by_path:
            return self.by_path[request.path].response()
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply.response()


@asynccontextmanager
async def running() -> AsyncIterator[ScriptedServer]:
    """Run a server that is told what to say."""
    server = ScriptedServer()
    application = web.Application(client_max_size=0)
    application.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.ending.set()
        await runner.cleanup()


@dataclass
class ScriptedTokens:
    """Access tokens that a test scripts.

    Attributes:
        valid: The token to begin with, or why there is none.
        renewed: What each renewal returns, or raises.
        rejected: The tokens that were named as rejected.
    """

    valid: str | Exception = "access-0"
    renewed: list[str | Exception] = field(default_factory=lambda: ["access-1"])
    rejected: list[str] = field(default_factory=list)

    async def access_token(self) -> str:
        """Return the current token, or raise."""
        return _said(self.valid)

    async def renew(self, rejected: str) -> str:
        """Return the next token, or raise."""
        self.rejected.append(rejected)
        return _said(self.renewed.pop(0))


def _said(token: str | Exception) -> str:
    if isinstance(token, Exception):
        raise token
    return token
