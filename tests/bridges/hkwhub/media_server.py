"""A web server with files and a radio, for hubs that fetch what they are to play."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import struct
from typing import Final

from aiohttp import web

BYTES_PER_SECOND: Final = 16_000


def wav(seconds: float) -> bytes:
    """Return silence as a WAV file."""
    audio = bytes(round(seconds * BYTES_PER_SECOND))
    form = struct.pack("<HHIIHH", 1, 1, 8000, BYTES_PER_SECOND, 2, 16)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(audio)) + audio
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


class MediaServer:
    """Serves files by their names, and "radio", which does not end.

    Attributes:
        url: Its address.
        files: Content type and content by name.
        asked: The names that were asked for.
    """

    def __init__(self) -> None:
        """Have a short song in two formats."""
        self.url = ""
        self.files: dict[str, tuple[str, bytes]] = {
            "bell.wav": ("audio/wav", wav(0.3)),
            "song.wav": ("audio/wav", wav(60)),
            "song.mp3": ("audio/mpeg", bytes(60 * BYTES_PER_SECOND)),
            "page.mp3": ("text/html", b"<html>"),
        }
        self.asked: list[str] = []
        self._closing = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for a while."""
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
        self._closing.set()
        await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked.append(name)
        if name == "radio":
            response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
            await response.prepare(request)
            await response.write(bytes(BYTES_PER_SECOND))
            await self._closing.wait()
            return response
        if name not in self.files:
            raise web.HTTPNotFound
        content_type, data = self.files[name]
        return web.Response(body=data, content_type=content_type)
