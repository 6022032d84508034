"""The simulated Thing+ server on a port of this machine."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import json
import secrets
import time
from typing import Any, Final, override
from urllib.parse import unquote

from aiohttp import web

from tests.simulators.loopback import LoopbackServer

from .call import Call, Reply
from .oauth import answer_oauth
from .query import parse_query
from .record import RecordedRequest
from .routes import find_route
from .sign_in import COOKIE, Identity, denied, identify
from .times import http_date
from .trouble import GARBAGE_BODIES, Trouble
from .vocabulary import (
    ACL_DENY,
    CODES,
    MESSAGES,
    UNKNOWN,
    ApiError,
    FlatError,
    JsonObject,
)
from .world import World

BASE: Final = "/v2"
SECRETS: Final = frozenset(
    {"password", "client_secret", "clientSecret", "access_token", "token", "code"}
)
JSON: Final = "application/json"
ACCEPTABLE: Final = (JSON, "application/*", "*/*")


class ThingplusSimulator(World, LoopbackServer):
    """A Thing+ server; restarted, it knows what it knew.

    Attributes:
        base_path: What is in front of all paths: "/v2", "/api" on branded servers.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, base_path: str = BASE
    ) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
            base_path: What is in front of all paths.
        """
        World.__init__(self, clock)
        LoopbackServer.__init__(self)
        self.base_path = base_path
        self._was_stopped = False

    @property
    def api(self) -> str:
        """Return the base of the API, without a slash at the end."""
        return f"{self.url}{self.base_path}"

    @override
    async def start(self, port: int = 0) -> None:
        await super().start(port)
        if self._was_stopped:
            self.watch.note_trouble()

    @override
    def _end_what_waits(self) -> None:
        self._was_stopped = True
        self.watch.note_trouble()

    @override
    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = self._path(request)
        body = await request.read()
        self.check_status_periods()
        self._record(request, path, body)
        trouble = self.trouble
        if trouble is None or not trouble.strikes(request.method, path):
            return self._dated(await self._real_answer(request, path, body))
        self.watch.note_trouble()
        answer = await self._trouble_instead(trouble, request)
        if answer is not None:
            return self._dated(answer)
        answer = await self._real_answer(request, path, body)
        # Its work is done, and the client may not learn of it.
        self.watch.note_trouble()
        if trouble.drop_after or self._stopping.is_set():
            return _drop(request)
        if trouble.garbage == "truncated":
            return await self._truncate(request, answer)
        if trouble.garbage == "wrong_type":
            answer.content_type = "text/html"
        return self._dated(answer)

    def _path(self, request: web.Request) -> str:
        """Return the path below the base, or the whole one outside of it."""
        path = request.rel_url.raw_path
        base = f"{self.base_path}/"
        return path[len(self.base_path) :] if path.startswith(base) else path

    def _record(self, request: web.Request, path: str, body: bytes) -> None:
        try:
            user = self._identify(request).user
        except FlatError:
            user = None
        what = f"{request.method} {path}"
        self.requests.append(
            RecordedRequest(
                method=request.method,
                path=unquote(path),
                query=tuple(request.query.items()),
                at=self.clock(),
                user=None if user is None else user.login_id,
                body=body.decode(errors="replace"),
            )
        )
        for name in sorted(SECRETS & request.query.keys()):
            self.note_fault(f"{what}: {name} in the address")

    def _identify(self, request: web.Request) -> Identity:
        return identify(self, request.headers.get("Authorization"), request.cookies)

    async def _real_answer(
        self, request: web.Request, path: str, body: bytes
    ) -> web.Response:
        if not request.rel_url.raw_path.startswith(f"{self.base_path}/"):
            return web.Response(status=404, text="Cannot find it")
        parts = [unquote(part) for part in path.split("/")[1:]]
        if parts[0] == "oauth2" and parts[1:] != ["authClients"]:
            return await answer_oauth(self, request, parts[1:])
        self._check_accept(request, path)
        try:
            reply = self._carry_out(request, path, parts, body)
        except ApiError as error:
            return _json_response(error.to_json(), error.status)
        except FlatError as error:
            return _json_response(error.body, error.status)
        return self._to_response(request, reply)

    def _check_accept(self, request: web.Request, path: str) -> None:
        accept = request.headers.get("Accept", "")
        if not any(kind in accept for kind in ACCEPTABLE):
            self.note_fault(f"{request.method} {path}: JSON is not accepted")

    def _carry_out(
        self, request: web.Request, path: str, parts: list[str], body: bytes
    ) -> Reply:
        route, names = find_route(request.method, parts)
        identity = Identity()
        if route.access != "everybody":
            identity = self._identify(request)
            if identity.user is None:
                raise denied()
            if not identity.may(route.access):
                raise ApiError(403, ACL_DENY, "the scopes of the token do not allow it")
        call = Call(
            world=self,
            what=f"{request.method} {path}",
            path=path,
            caller=identity.user,
            token=identity.token,
            session=request.cookies.get(COOKIE, ""),
            names=names,
            query=parse_query(request.query.items()),
            content_type=request.content_type,
            body=body,
        )
        return route.handler(call)

    def _to_response(self, request: web.Request, reply: Reply) -> web.Response:
        if reply.status == 204:
            response = web.Response(status=204)
        else:
            response = _json_response(_envelope(reply), reply.status)
        if reply.cookie:
            response.set_cookie(COOKIE, reply.cookie, httponly=True)
        elif reply.cookie == "":
            response.del_cookie(COOKIE)
        elif "Authorization" in request.headers and COOKIE not in request.cookies:
            # It leads later requests to the same machine, and lets nobody in.
            response.set_cookie(COOKIE, f"s:{secrets.token_hex(8)}")
        return response

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
            return _trouble_status(trouble, trouble.status)
        if trouble.garbage == "html":
            return web.Response(
                text=GARBAGE_BODIES[trouble.garbage], content_type="text/html"
            )
        if trouble.garbage == "broken_json":
            return web.Response(text=GARBAGE_BODIES[trouble.garbage], content_type=JSON)
        return None

    async def _truncate(
        self, request: web.Request, answer: web.Response
    ) -> web.StreamResponse:
        """Send half of an answer and close the connection."""
        body = answer.body if isinstance(answer.body, bytes) else b""
        half = web.StreamResponse(status=answer.status)
        half.content_type = answer.content_type
        half.content_length = len(body)
        await half.prepare(request)
        await half.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.close()
        return half

    def _dated(self, response: web.Response) -> web.Response:
        response.headers["Date"] = http_date(self.clock() + self.date_offset)
        return response


def _envelope(reply: Reply) -> JsonObject:
    body = {"statusCode": reply.status, "message": MESSAGES[reply.status]}
    body["data"] = reply.data
    if reply.meta is not None:
        body["_meta"] = reply.meta
    return {**body, **(reply.more or {})}


def _trouble_status(trouble: Trouble, status: int) -> web.Response:
    headers = dict(trouble.headers)
    if trouble.body is None:
        code = trouble.code or CODES.get(status, UNKNOWN)
        error = ApiError(status, code, "trouble")
        return _json_response(error.to_json(), status, headers)
    kind = JSON if trouble.body[:1] in ("{", "[", '"') else "text/html"
    return web.Response(
        status=status, text=trouble.body, headers=headers, content_type=kind
    )


def _json_response(
    body: Any, status: int, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(body, ensure_ascii=False),
        content_type=JSON,
        headers=headers,
        reason=MESSAGES.get(status),
    )


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
