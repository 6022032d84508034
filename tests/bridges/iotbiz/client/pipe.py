"""What is between a device and its broker, and may be frozen, cut or silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

HOST: Final = "127.0.0.1"
_CHUNK: Final = 64 * 1024


@dataclass
class Pipe:
    """Hands on what comes.

    Attributes:
        target: The port behind it.
        port: Its own port.
        writers: All connections, on both sides.
        flows: Cleared: it goes on taking everything, and hands nothing on.
    """

    target: int
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    flows: asyncio.Event = field(default_factory=asyncio.Event)

    def freeze(self) -> None:
        """Hand nothing on any more, and tell nobody."""
        self.flows.clear()

    def cut(self) -> None:
        """End all connections without a word."""
        for writer in self.writers:
            writer.transport.abort()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve a connection."""
        self.writers.append(writer)
        there = await asyncio.open_connection(HOST, self.target)
        self.writers.append(there[1])
        await asyncio.gather(self._flow(reader, there[1]), self._flow(there[0], writer))

    async def _flow(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(_CHUNK):
                await self.flows.wait()
                writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def piped(target: int) -> AsyncIterator[Pipe]:
    """Put something in front of a port."""
    pipe = Pipe(target)
    pipe.flows.set()
    server = await asyncio.start_server(pipe.serve, HOST, 0)
    pipe.port = server.sockets[0].getsockname()[1]
    try:
        yield pipe
    finally:
        server.close()
        pipe.cut()
        pipe.flows.set()
        await server.wait_closed()


@dataclass
class OddBroker:
    """Takes connections and says always the same.

    Attributes:
        says: What it says at once.
        hangs_up: Whether it ends the connection then.
        port: Its port.
        ends: How many connections the other side has ended.
    """

    says: bytes = b""
    hangs_up: bool = False
    port: int = 0
    ends: int = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve a connection."""
        writer.write(self.says)
        if not self.hangs_up:
            try:
                while await reader.read(_CHUNK):
                    pass
            except ConnectionError:
                pass
            self.ends += 1
        writer.close()


@asynccontextmanager
async def odd_broker(
    *, says: bytes = b"", hangs_up: bool = False
) -> AsyncIterator[OddBroker]:
    """Run something that is no proper broker."""
    broker = OddBroker(says, hangs_up)
    server = await asyncio.start_server(broker.serve, HOST, 0)
    broker.port = server.sockets[0].getsockname()[1]
    try:
        yield broker
    finally:
        server.close()
        server.close_clients()
        await server.wait_closed()
