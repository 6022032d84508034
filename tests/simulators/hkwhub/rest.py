"""REST as the local server and the cloud speak it."""

import asyncio
from collections import Counter
import json
import re
from typing import Literal

from aiohttp import web

from .home import SimulatedHome, UnknownCommand
from .not_found import SESSION_NOT_FOUND_SHAPES
from .sessions import Front, SessionNotFound
from .trouble import Trouble
from .vocabulary import JsonObject

type ResultForm = Literal["string", "bool"]

GARBAGE = "<html><body>It works!"
HOST = "127.0.0.1"
# Of a request line: the text to speak is part of it.
MAX_LINE = 256 * 1024
SLASHES = re.compile(r"/+")


class RestServer:
    """Serves the commands below a path; HKWHub specification, "REST API Specification".

    Attributes:
        trouble: What goes wrong.
        result_as: Whether true is the text "true" (documented) or a JSON boolean;
            counts and volumes are texts in either case.
        names_command: Whether answers have `ResponseOf`.
        content_type: Of answers; the documents do not tell.
    """

    def __init__(
        self,
        home: SimulatedHome,
        front: Front,
        path: str,
        *,
        result_as: ResultForm = "string",
        names_command: bool = True,
    ) -> None:
        """Serve a home.

        Args:
            home: Where commands are carried out.
            front: What distinguishes this way.
            path: What commands are below, for example "/api/v1/".
            result_as: See the attribute.
            names_command: See the attribute.
        """
        self.home = home
        self.front = front
        self.trouble = Trouble()
        self.result_as: ResultForm = result_as
        self.names_command = names_command
        self.content_type = "application/json"
        self._path = path
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._stopping = asyncio.Event()

    @property
    def url(self) -> str:
        """Return the address, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    async def start(self, port: int = 0) -> None:
        """Start to serve.

        Args:
            port: 0: the one it had before, at first any free one.

        Raises:
            OSError: The port is taken.
        """
        self._stopping = asyncio.Event()
        app = web.Application()
        self._add_routes(app)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, max_line_size=MAX_LINE
        )
        await runner.setup()
        site = web.TCPSite(runner, HOST, port or self._port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]
        self.home.front_started(self.front)

    async def stop(self) -> None:
        """End: the app is closed, sessions are lost. Nothing happens if it ended."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        self._stopping.set()
        self.home.front_stopped(self.front)
        await runner.cleanup()

    def _add_routes(self, app: web.Application) -> None:
        """Add what is not a command."""

    def _find_command(self, name: str) -> str:
        """Return the command of the last part of a path."""
        return name

    async def _refuse(self, request: web.Request, command: str) -> web.Response | None:
        """Return what keeps a command from reaching the hub, if anything does."""
        return None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = SLASHES.sub("/", request.path)
        if not path.startswith(self._path):
            return web.Response(status=404, text="Not Found")
        command = self._find_command(path.removeprefix(self._path))
        refused = await self._apply(self.trouble, request, command)
        if refused is None:
            refused = await self._refuse(request, command)
        if refused is not None:
            return refused
        if request.method != "GET":
            self.home.note_fault(self.front, command, f"sent by {request.method}")
            return web.Response(status=405)
        self._find_faults(request, command)
        try:
            answer = await self.home.execute(self.front, command, dict(request.query))
        except UnknownCommand:
            return web.Response(status=404, text="Not Found")
        except SessionNotFound:
            return self._session_not_found()
        if self.trouble.lose_answer and self.trouble.concerns(command):
            return self._drop(request)
        return self._answer(self._to_wire(command, answer))

    def _find_faults(self, request: web.Request, command: str) -> None:
        for name, count in Counter(key for key, _ in request.query.items()).items():
            if count > 1:
                self.home.note_fault(self.front, command, f"{name} is there twice")
        if "+" in request.rel_url.raw_query_string:
            fault = "a space is sent as +, which a server may take for a plus sign"
            self.home.note_fault(self.front, command, fault)

    async def _apply(
        self, trouble: Trouble, request: web.Request, command: str
    ) -> web.Response | None:
        """Return what goes wrong with a request, if anything does."""
        if not trouble.concerns(command):
            return None
        if trouble.slow:
            await asyncio.sleep(trouble.slow)
        if trouble.hang:
            await self._hang()
            return self._drop(request)
        if trouble.drop:
            return self._drop(request)
        if trouble.http_status is not None:
            return web.Response(status=trouble.http_status, text=GARBAGE)
        if trouble.garbage:
            return web.Response(text=GARBAGE, content_type=self.content_type)
        return None

    async def _hang(self) -> None:
        """Answer nothing until the end of the server."""
        await self._stopping.wait()

    def _drop(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _session_not_found(self) -> web.Response:
        shape = SESSION_NOT_FOUND_SHAPES[self.home.session_not_found]
        if isinstance(shape.body, str):
            return web.Response(status=shape.status, text=shape.body)
        return self._answer(shape.body, shape.status)

    def _to_wire(self, command: str, answer: JsonObject) -> JsonObject:
        # A device's values are no texts, at the top level either.
        wire = dict(answer)
        if command != "device_info" or "DeviceID" not in answer:
            wire = {name: self._value(name, value) for name, value in answer.items()}
        if self.names_command:
            wire["ResponseOf"] = command
        return wire

    def _value(self, name: str, value: object) -> object:
        if name in ("Result", "IsPlaying") and self.result_as == "string":
            return "true" if value else "false"
        if name in ("DeviceCount", "TimeElapsed", "Volume"):
            return str(value)
        return value

    def _answer(self, body: JsonObject, status: int = 200) -> web.Response:
        text = json.dumps(body, ensure_ascii=False)
        return web.Response(status=status, text=text, content_type=self.content_type)
