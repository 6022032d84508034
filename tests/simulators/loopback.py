"""A web server on this machine alone, which may be stopped and started again."""

from abc import ABC, abstractmethod
import asyncio
from typing import Any, Final

from aiohttp import web

HOST: Final = "127.0.0.1"
# Bytes that a request may have
_MAX_BODY: Final = 16 * 1024 * 1024


class LoopbackServer(ABC):
    """Serves all paths; restarted, it has the port that it had.

    It needs aiohttp alone, and runs on any event loop.
    """

    def __init__(self) -> None:
        """Serve nobody yet."""
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._stopping = asyncio.Event()
        self._busy: set[asyncio.Task[Any]] = set()

    @property
    def url(self) -> str:
        """Return the address of the server, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    @abstractmethod
    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""

    async def start(self, port: int = 0) -> None:
        """Start to serve.

        Args:
            port: 0: the one it had before, at first any free one.

        Raises:
            OSError: The port is taken.
        """
        self._stopping = asyncio.Event()
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, HOST, port or self._port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]

    async def stop(self) -> None:
        """End: connections are closed. Nothing happens if it ended."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        self._stopping.set()
        self._end_what_waits()
        await runner.cleanup()
        # aiohttp forgets requests whose client has gone, though they are still at work.
        while self._busy:
            await asyncio.wait(set(self._busy))
            await asyncio.sleep(0)

    @abstractmethod
    def _end_what_waits(self) -> None:
        """Note that the server ends, and end what would keep requests waiting."""

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return await self._answer(request)
