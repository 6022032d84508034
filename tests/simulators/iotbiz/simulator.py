"""The simulated platform on a port of this machine."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import json
import time
from typing import Any, Final, override

from aiohttp import web

from tests.simulators.loopback import LoopbackServer

from .broker import Broker
from .call import JSON_TYPE, ApiError, Call, Reply
from .listener import Listener
from .record import RecordedRequest, Registered
from .routes import BROKEN_METHODS, find_methods, not_allowed
from .trouble import GARBAGE_BODIES, Trouble
from .world import World

_SECRETS: Final = frozenset({"password", "access", "refresh", "token"})
_ACTIONS: Final = {
    "/api/devices/register/": "register",
    "/api/devices/activate/": "activate",
}


class IotbizSimulator(World, LoopbackServer):
    """A platform; restarted, it knows what it knew.

    Attributes:
        prefix: What is in front of all paths, as where others share the address.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        broker: Broker | None = None,
        prefix: str = "",
    ) -> None:
        """Know nobody yet.

        Args:
            clock: Returns the time in seconds since 1970.
            broker: Where activated devices may connect; it is started by others.
            prefix: What is in front of all paths, "" or with a slash in front.
        """
        World.__init__(self, clock, broker)
        LoopbackServer.__init__(self)
        self.prefix = prefix
        self._listener = None if broker is None else Listener(self, broker)

    @property
    def base(self) -> str:
        """Return the address that "/api/..." is added to."""
        return f"{self.url}{self.prefix}"

    @property
    def faults(self) -> list[str]:
        """Return what only a wrongly programmed client did."""
        if self._listener is not None:
            self._listener.look()
        return self._faults

    @override
    async def start(self, port: int = 0) -> None:
        await super().start(port)
        if self._listener is not None:
            await self._listener.start()

    @override
    async def stop(self) -> None:
        await super().stop()
        if self._listener is not None:
            await self._listener.stop()

    async def send_command(
        self,
        device_id: str,
        payload: str | bytes,
        *,
        qos: int = 2,
        retain: bool = False,
    ) -> None:
        """Tell a device what to do.

        Raises:
            KeyError: There is no such device.
            OSError: The broker does not run.
        """
        assert self._listener is not None, "there is no broker"
        topic = self.devices[device_id].command_topic
        connection = self._listener.connection
        await connection.publish(topic, payload, qos=qos, retain=retain)

    @override
    def _end_what_waits(self) -> None:
        """Nothing waits but trouble, which looks for the end itself."""

    @override
    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.path.removeprefix(self.prefix)
        body = await request.read()
        self._record(request, path, body)
        trouble = self.trouble
        if trouble is None or not trouble.strikes(request.method, path):
            return await self._real_answer(request, path, body)
        answer = await self._trouble_instead(trouble, request)
        if answer is not None:
            return answer
        answer = await self._real_answer(request, path, body)
        if trouble.drop_after or self._stopping.is_set():
            return _drop(request)
        if trouble.garbage == "truncated":
            return await _truncate(request, answer)
        if trouble.garbage == "wrong_type":
            answer.content_type = "text/html"
        return answer

    def _record(self, request: web.Request, path: str, body: bytes) -> None:
        self.requests.append(
            RecordedRequest(
                method=request.method,
                path=path,
                query=tuple(request.query.items()),
                keys=tuple(_peek(body)),
                at=self.clock(),
            )
        )
        what = f"{request.method} {path}"
        for name in sorted(_SECRETS & request.query.keys()):
            self.note_fault(f"{what}: {name} in the address")

    async def _real_answer(
        self, request: web.Request, path: str, body: bytes
    ) -> web.Response:
        if not request.rel_url.path.startswith(f"{self.prefix}/"):
            return _page_not_found()
        methods, number = find_methods(path)
        if methods is None and find_methods(f"{path}/")[0] is not None:
            self.note_fault(f"{request.method} {path}: no slash at the end")
            location = request.rel_url.with_path(f"{self.prefix}{path}/")
            return web.Response(status=301, headers={"Location": str(location)})
        if methods is None:
            return _page_not_found()
        if number is not None and request.method in BROKEN_METHODS:
            self.note_fault(f"{request.method} {path}: it does not work")
            status = BROKEN_METHODS[request.method]
            return web.Response(status=status, content_type="text/html")
        call = Call(
            world=self,
            method=request.method,
            path=path,
            base=self.base,
            query=dict(request.query),
            authorization=request.headers.get("Authorization", ""),
            content_type=request.content_type,
            body=body,
            number=number,
        )
        try:
            reply = await methods.get(request.method, not_allowed)(call)
        except ApiError as error:
            self._note_registration(path, body, error.status, error.body)
            return _json_response(error.status, error.body, error.headers)
        self._note_registration(path, body, reply.status, {})
        return _to_response(reply)

    def _note_registration(
        self, path: str, body: bytes, status: int, answer: Any
    ) -> None:
        if path not in _ACTIONS:
            return
        told = _peek(body)
        device_id = told.get("device_id", told.get("mac_address", ""))
        self.registrations.append(
            Registered(
                action=_ACTIONS[path],
                device_id=str(device_id),
                keys=tuple(told),
                status=status,
                error=answer.get("error", ""),
                at=self.clock(),
            )
        )

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
            text = GARBAGE_BODIES[trouble.garbage]
            return web.Response(text=text, content_type="text/html")
        if trouble.garbage == "broken_json":
            text = GARBAGE_BODIES[trouble.garbage]
            return web.Response(text=text, content_type=JSON_TYPE)
        return None


def _peek(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is, an empty one if it is none."""
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _to_response(reply: Reply) -> web.Response:
    if reply.body is None:
        return web.Response(status=reply.status, content_type="text/html")
    return _json_response(reply.status, reply.body, {})


def _json_response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        status=status, text=text, content_type=JSON_TYPE, headers=headers
    )


def _page_not_found() -> web.Response:
    text = "<!doctype html><title>Not Found</title><h1>Not Found</h1>"
    return web.Response(status=404, text=text, content_type="text/html")


def _trouble_status(trouble: Trouble, status: int) -> web.Response:
    text = trouble.body
    if text is None:
        text = f"<html><head><title>{status}</title></head><hr>nginx</html>"
    kind = JSON_TYPE if text[:1] in ("{", "[", '"') else "text/html"
    return web.Response(
        status=status, text=text, headers=trouble.headers, content_type=kind
    )


async def _truncate(request: web.Request, answer: web.Response) -> web.StreamResponse:
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


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
