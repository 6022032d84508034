"""A server and a transport that say what a test scripts: for odd answers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import json
from typing import Any, override

from aiohttp import web

from custom_components.iot_bridge.bridges.hkwhub.client import (
    Command,
    Message,
    Transport,
)

# HTTP status and body
type Reply = tuple[int, str | bytes]


@dataclass
class ScriptedServer:
    """Answers each path from a table.

    Attributes:
        replies: What to answer by path; the last reply of a path stays.
        hang: Paths that are never answered.
        drop: Paths whose connection is closed in place of an answer.
        cut: Paths whose connection is closed within the answer.
        requests: Path with query as they came, percent-encoded.
        authorizations: The `Authorization` header of each request.
        url: The address, without a slash at its end.
        ending: Releases what hangs.
    """

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    hang: set[str] = field(default_factory=set)
    drop: set[str] = field(default_factory=set)
    cut: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    url: str = ""
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, path: str, *replies: Reply | dict[str, Any] | str) -> None:
        """Script the answers of a path: an object and a text mean HTTP 200."""
        self.replies[path] = [_reply(reply) for reply in replies]

    def paths(self) -> list[str]:
        """Return the paths that were asked for."""
        return [request.partition("?")[0] for request in self.requests]

    def application(self) -> web.Application:
        """Return the server."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.raw_path)
        self.authorizations.append(request.headers.get("Authorization"))
        if request.path in self.hang:
            await self.ending.wait()
        if request.path in self.drop:
            assert request.transport is not None
            request.transport.close()
        if request.path in self.cut:
            assert request.transport is not None
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"{")
            request.transport.close()
            return response
        replies = self.replies.get(request.path, [(404, "<html>Not Found</html>")])
        status, body = replies.pop(0) if len(replies) > 1 else replies[0]
        content = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/html", "Location": "/elsewhere"}
        return web.Response(status=status, body=content, headers=headers)


def _reply(reply: Reply | dict[str, Any] | str) -> Reply:
    if isinstance(reply, tuple):
        return reply
    return 200, json.dumps(reply) if isinstance(reply, dict) else reply


@dataclass
class ScriptedTransport(Transport):
    """Answers each command from a table, and keeps a record.

    Attributes:
        replies: What to answer, or to raise, by command; the last one stays.
        sent: Command, parameters and session of each call.
        pushed: Messages that are delivered to a listener.
        pushing: Whether it is one like PubNub.
    """

    replies: dict[str, list[Message | Exception]] = field(default_factory=dict)
    sent: list[tuple[str, Mapping[str, str], str | None]] = field(default_factory=list)
    pushed: list[Message] = field(default_factory=list)
    pushing: bool = False

    def say(self, command: str, *replies: Message | Exception) -> None:
        """Script the answers to a command."""
        self.replies[command] = list(replies)

    def names(self) -> list[str]:
        """Return the names of the commands that were sent."""
        return [name for name, _, _ in self.sent]

    @property
    @override
    def pushes(self) -> bool:
        return self.pushing

    @override
    async def call(
        self, command: Command, params: Mapping[str, str], session: str | None
    ) -> Message:
        self.sent.append((command.name, dict(params), session))
        await asyncio.sleep(0)
        replies = self.replies[command.name]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    @override
    async def listen(
        self, on_up: Callable[[], None], on_message: Callable[[Message], None]
    ) -> None:
        on_up()
        for message in self.pushed:
            on_message(message)
