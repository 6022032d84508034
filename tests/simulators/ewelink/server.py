"""The HTTP side: regions, trouble, rates, routing and the form of refusals."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from . import dispatch, rest_v1, rest_v2
from .call import Call, RecordedRequest, parse_object, split_region
from .json_types import Json, JsonObject, dumps
from .oauth_page import OAUTH_PATH, oauth_page
from .refusal import Refusal
from .sessions import Session

if TYPE_CHECKING:
    from .simulator import EwelinkSimulator

type Handler = Callable[[EwelinkSimulator, Call], Awaitable[Json]]

SOCKET_PATH = "/api/ws"
DEVICE_PATH = "/api/user/device/{id}"
DISPATCH_PATH = "/dispatch/app"
STATUS_PATH = "/api/user/device/status"
ROUTES: dict[tuple[str, str], Handler] = {
    ("POST", "/api/user/login"): rest_v1.login,
    ("GET", "/api/user/refresh"): rest_v1.refresh,
    ("GET", "/api/user/region"): rest_v1.region,
    ("GET", "/api/user/device"): rest_v1.devices,
    ("GET", DEVICE_PATH): rest_v1.device,
    ("GET", STATUS_PATH): rest_v1.status,
    ("POST", STATUS_PATH): rest_v1.set_status,
    ("POST", "/v2/user/login"): rest_v2.login,
    ("POST", "/v2/user/refresh"): rest_v2.refresh,
    ("POST", "/v2/user/oauth/token"): rest_v2.oauth_token,
    ("GET", "/v2/user/profile"): rest_v2.profile,
    ("GET", "/v2/family"): rest_v2.families,
    ("GET", "/v2/device/thing"): rest_v2.things,
    ("POST", "/v2/device/thing"): rest_v2.some_things,
    ("GET", "/v2/device/thing/status"): rest_v2.status,
    ("POST", "/v2/device/thing/status"): rest_v2.set_status,
    ("GET", DISPATCH_PATH): dispatch.dispatch,
    ("POST", DISPATCH_PATH): dispatch.dispatch,
}
GARBAGE = "<html><body>Bad gateway"


class Server:
    """Answers every request that comes to the port of a simulator."""

    def __init__(self, simulator: EwelinkSimulator) -> None:
        """Serve a simulator."""
        self._simulator = simulator

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        region, path = split_region(request.path)
        if path == SOCKET_PATH:
            return await self._serve_socket(request, region)
        if path == OAUTH_PATH:
            trouble = await self._trouble(path)
            return trouble or await oauth_page(self._simulator, request)
        call = await _read(request, region, path)
        self._simulator.requests.append(
            RecordedRequest(
                method=call.method,
                path=path,
                region=region,
                body=call.body,
                query=call.query,
            )
        )
        self._simulator.watch_rate(call)
        trouble = await self._trouble(path)
        if trouble is not None:
            return trouble
        try:
            return _json(await self._route(call))
        except Refusal as refusal:
            self._simulator.note_fault(refusal.fault)
            return self._refused(call, refusal)

    async def _route(self, call: Call) -> Json:
        trouble = self._simulator.trouble
        error = trouble.error_for_path.get(call.path)
        if call.path == DISPATCH_PATH and trouble.dispatch_error is not None:
            error = trouble.dispatch_error
        if error is not None:
            raise Refusal(error, "in trouble")
        handler = ROUTES.get((call.method, call.path))
        if handler is None and call.path.startswith("/api/user/device/"):
            handler = ROUTES.get((call.method, DEVICE_PATH))
        if handler is None:
            raise Refusal(403, "URL not found", fault=f"{call.name}: no such call")
        return await handler(self._simulator, call)

    async def _trouble(self, path: str) -> web.Response | None:
        trouble = self._simulator.trouble
        if path in trouble.hang_paths:
            await self._simulator.hang()
        status = trouble.http_statuses.get(path, trouble.http_status)
        if status is not None:
            return web.Response(status=status, text=GARBAGE, content_type="text/html")
        if path in trouble.garbage_paths:
            return web.Response(text=GARBAGE, content_type="application/json")
        return None

    def _refused(self, call: Call, refusal: Refusal) -> web.Response:
        trouble = self._simulator.trouble
        if refusal.plain_text and trouble.text_refusals:
            return web.Response(status=400, text=refusal.reason)
        if refusal.error == 412 and trouble.quota_as_http_403:
            return web.Response(status=403, text="Forbidden")
        if refusal.error == 401 and call.bearer_token and trouble.logged_out_as_406:
            nested = {"error": 401, "msg": refusal.reason}
            return _json({"error": 406, "msg": nested})
        return _json(_refusal_body(call, refusal))

    async def _serve_socket(
        self, request: web.Request, region: str | None
    ) -> web.StreamResponse:
        simulator = self._simulator
        if simulator.trouble.refuse_sockets:
            return web.Response(status=503, text=GARBAGE)
        if region is not None:
            simulator.note_fault(f"socket: opened below the region {region}")
            return web.Response(status=404)
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client is gone")
        socket = web.WebSocketResponse(timeout=1.0)
        if not socket.can_prepare(request).ok:
            simulator.note_fault("socket: not a WebSocket request")
            return web.Response(status=400)
        await socket.prepare(request)
        session = Session(simulator, socket, transport)
        simulator.sessions.add(session)
        try:
            await session.run()
        finally:
            simulator.sessions.discard(session)
            await simulator.sockets_changed()
        return socket


async def _read(request: web.Request, region: str | None, path: str) -> Call:
    raw = await request.read()
    query = request.query
    # A multidict tells each of its keys once.
    counts = Counter(name for name, _ in query.items())
    return Call(
        method=request.method,
        path=path,
        region=region,
        body=parse_object(raw) if raw else None,
        query=dict(query),
        raw_body=raw,
        headers=request.headers,
        repeated=tuple(name for name, count in counts.items() if count > 1),
    )


def _refusal_body(call: Call, refusal: Refusal) -> JsonObject:
    if call.path == DISPATCH_PATH:
        return {"error": refusal.error, "reason": refusal.reason}
    if call.path.startswith("/v2/"):
        return {"error": refusal.error, "msg": refusal.reason, "data": refusal.data}
    name = "errmsg" if call.path == STATUS_PATH else "msg"
    return {"error": refusal.error, name: refusal.reason, **refusal.data}


def _json(body: Json) -> web.Response:
    return web.Response(text=dumps(body), content_type="application/json")


async def open_port(
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]],
    host: str,
    port: int,
) -> tuple[web.AppRunner, int]:
    """Start to serve.

    Args:
        handle: Answers every request.
        host: Address to listen at.
        port: Port to listen at; 0 for any free one.

    Returns:
        The runner (`cleanup()` ends it) and the port.

    Raises:
        OSError: The port is taken.
    """
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port, reuse_address=True)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, runner.addresses[0][1]


async def end_sessions(sessions: set[Session]) -> None:
    """Cut all sockets and wait until their sessions ended."""
    ending = list(sessions)
    for session in ending:
        session.drop()
    await asyncio.gather(*(session.ended.wait() for session in ending))
