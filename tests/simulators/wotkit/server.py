"""The simulated WoTKit server on a port of this machine."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
import inspect
import json
import time
from typing import Final, override
from urllib.parse import unquote

from aiohttp import ClientConnectionError, web

from tests.simulators.loopback import LoopbackServer

from .call import Call, Reply
from .oauth import answer_oauth
from .platform import Platform
from .portal import portal_page
from .record import RecordedRequest
from .routes import VARIABLE, Route, find_route
from .sign_in import SignInRefused, identify
from .trouble import Trouble
from .vocabulary import FORBIDDEN, ApiError

GARBAGE: Final = "<html><body>It works!"
VERSIONS: Final = ("v1", "v2")


class WotkitServer(Platform, LoopbackServer):
    """A WoTKit server; restarted, it knows what it knew.

    Attributes:
        prefix: What comes before `/api`: "/wotkit" on some servers.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        Platform.__init__(self, clock)
        LoopbackServer.__init__(self)
        self.prefix = ""

    @property
    def api(self) -> str:
        """Return the base of the API, without a slash at the end."""
        return f"{self.url}{self.prefix}/api"

    @override
    def _end_what_waits(self) -> None:
        self.control.end_polls()

    @override
    async def _answer(self, request: web.Request) -> web.StreamResponse:
        refused: SignInRefused | None = None
        user: str | None = None
        try:
            user = identify(self, request.headers.get("Authorization"), request.query)
        except SignInRefused as error:
            refused = error
        self._record(request, user)
        trouble = self.trouble
        if trouble is None or not trouble.strikes(request.method, request.path):
            trouble = Trouble()
        answer = await self._trouble_instead(trouble, request)
        if answer is not None:
            return answer
        parts, is_api = self._parts(request)
        if not is_api:
            return self._finish(trouble, request, portal_page(self, request))
        if parts[:1] == ["oauth"]:
            page = await answer_oauth(self, request, parts[1:])
            return self._finish(trouble, request, page)
        if refused is not None:
            return self._finish(trouble, request, _unauthorized(refused))
        try:
            reply = await self._carry_out(request, parts, user)
        except ApiError as error:
            reply = Reply(error.status, error.to_json())
        return await self._send(trouble, request, reply)

    def _record(self, request: web.Request, user: str | None) -> None:
        query = dict(request.query)
        self.requests.append(
            RecordedRequest(
                method=request.method,
                path=request.path,
                query=query,
                at=self.clock(),
                user=user,
            )
        )
        if "access_token" in query:
            what = f"{request.method} {request.path}"
            self.note_fault(f"{what}: access_token in the address")

    def _parts(self, request: web.Request) -> tuple[list[str], bool]:
        """Return the path below the base, and whether it is one of the API.

        A slash at its end is an empty last part.
        """
        raw = request.rel_url.raw_path
        base = f"{self.prefix}/api/"
        if not raw.startswith(base):
            return [], False
        parts = [unquote(part) for part in raw.removeprefix(base).split("/")]
        if parts[0] in VERSIONS:
            version = parts.pop(0)
            # Nothing of the newer version is simulated.
            return (["v2", *parts] if version == "v2" else parts), True
        return parts, True

    async def _carry_out(
        self, request: web.Request, parts: list[str], user: str | None
    ) -> Reply:
        has_slash = len(parts) > 1 and parts[-1] == ""
        if has_slash:
            parts = parts[:-1]
        route, names = find_route(request.method, parts)
        if route.is_private and user is None:
            raise ApiError(403, FORBIDDEN)
        what = f"{request.method} {'/'.join(parts)}"
        if not has_slash:
            names = self._without_extension(route, names, what)
        call = Call(
            platform=self,
            what=what,
            caller=user,
            names=names,
            query=self._single(request.query.items(), what),
            content_type=request.content_type,
            body=await request.read(),
        )
        answer = route.handler(call)
        return await answer if inspect.isawaitable(answer) else answer

    def _without_extension(
        self, route: Route, names: tuple[str, ...], what: str
    ) -> tuple[str, ...]:
        """Strip what the server takes for a file extension at the end of a path."""
        if route.parts[-1] != VARIABLE or "." not in names[-1]:
            return names
        self.note_fault(f"{what}: a dotted name without a slash after it")
        return (*names[:-1], names[-1].rpartition(".")[0])

    def _single(self, items: Iterable[tuple[str, str]], what: str) -> dict[str, str]:
        single: dict[str, str] = {}
        for name, value in items:
            if name in single:
                self.note_fault(f"{what}: {name} is there twice")
            single[name] = value
        return single

    async def _trouble_instead(
        self, trouble: Trouble, request: web.Request
    ) -> web.Response | None:
        """Return what is answered in place of the real answer, if anything is."""
        if trouble.slow:
            with suppress(TimeoutError):
                async with asyncio.timeout(trouble.slow):
                    await self._stopping.wait()
        if trouble.hang:
            await self._stopping.wait()
        if trouble.hang or trouble.drop:
            return _drop(request)
        if trouble.status is not None:
            return web.Response(
                status=trouble.status,
                text=trouble.body,
                headers=dict(trouble.headers),
                content_type=_type_of(trouble.body),
            )
        if trouble.garbage:
            return web.Response(text=GARBAGE, content_type="text/html")
        return None

    def _finish(
        self, trouble: Trouble, request: web.Request, response: web.Response
    ) -> web.Response:
        return _drop(request) if trouble.drop_after else response

    async def _send(
        self, trouble: Trouble, request: web.Request, reply: Reply
    ) -> web.Response:
        if trouble.drop_after or self._stopping.is_set() or _is_gone(request):
            return _drop(request)
        response = web.Response(status=reply.status)
        if reply.body is not None:
            response.text = json.dumps(reply.body, ensure_ascii=False)
            response.content_type = "application/json"
        if reply.on_sent is None:
            return response
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError, ClientConnectionError:
            return _drop(request)
        if not _is_gone(request):
            reply.on_sent()
        return response


def _unauthorized(refused: SignInRefused) -> web.Response:
    headers = {"WWW-Authenticate": refused.challenge}
    return web.json_response(refused.body, status=401, headers=headers)


def _type_of(body: str) -> str:
    return "application/json" if body[:1] in ("{", "[") else "text/html"


def _is_gone(request: web.Request) -> bool:
    transport = request.transport
    return transport is None or transport.is_closing()


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
