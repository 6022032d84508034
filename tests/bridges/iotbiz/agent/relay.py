"""A wire to a broker that can be cut, or fall silent."""

import asyncio
from contextlib import suppress
from typing import Final

from tests.simulators.loopback import HOST

_CHUNK: Final = 65_536


class Relay:
    """Hands everything on between its port and a broker.

    Attributes:
        port: Where to connect.
    """

    def __init__(self, broker_port: int) -> None:
        """Hand nothing on yet."""
        self._broker_port = broker_port
        self._server: asyncio.Server
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.port = 0

    async def start(self) -> None:
        """Hand on what comes."""
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def hold(self) -> None:
        """Hand on nothing any more; the connections stay."""
        self._flows.clear()

    def release(self) -> None:
        """Hand on what was held back, and what comes."""
        self._flows.set()

    def cut(self) -> None:
        """End all connections, without any goodbye."""
        for writer in self._writers:
            writer.transport.abort()

    async def stop(self) -> None:
        """End."""
        self._server.close()
        self.release()
        self.cut()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, self._broker_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._hand_on(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hand_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while chunk := await source.read(_CHUNK):
                await self._flows.wait()
                target.write(chunk)
                await target.drain()
        target.transport.abort()
        self._writers.discard(target)
