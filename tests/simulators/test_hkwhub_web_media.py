"""The simulated hub really downloads what it is told to play."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
import struct

from aiohttp import web
import pytest

from tests.simulators.hkwhub import SimulatedHome, believable_hub
from tests.simulators.hkwhub.web_media import wav_duration
from tests.waiting import until

from .hkwhub_callers import HARBOUR, LEFT, InsideCaller, TurnedClock

BYTES_PER_SECOND = 16_000
MP3 = bytes(3 * BYTES_PER_SECOND)


def wav(seconds: int, *, told_size: int | None = None) -> bytes:
    """Return silence as a WAV file with a chunk of odd size before the audio."""
    audio = bytes(seconds * BYTES_PER_SECOND)
    size = len(audio) if told_size is None else told_size
    form = struct.pack("<HHIIHH", 1, 1, 8000, BYTES_PER_SECOND, 2, 16)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks += b"data" + struct.pack("<I", size) + audio
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


class MediaServer:
    """Serves files under their names."""

    def __init__(self) -> None:
        """Have none."""
        self.files: dict[str, tuple[str, bytes]] = {}
        self.redirects: dict[str, str] = {}
        self.release = asyncio.Event()
        self.asked: list[str] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a file, "radio" without end, or "slow" when it is released."""
        name = request.match_info["name"]
        self.asked.append(name)
        if name in self.redirects:
            raise web.HTTPFound(self.redirects[name])
        if name == "slow":
            await self.release.wait()
            return web.Response(body=MP3, content_type="audio/mpeg")
        if name == "radio":
            response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
            await response.prepare(request)
            await response.write(MP3)
            await self.release.wait()
            return response
        if name not in self.files:
            raise web.HTTPNotFound
        content_type, data = self.files[name]
        return web.Response(body=data, content_type=content_type)


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[MediaServer]:
    """A running server with some files."""
    server = MediaServer()
    server.files = {
        "song.mp3": ("audio/mpeg", MP3),
        "bell.wav": ("audio/x-wav", wav(2)),
        "stream.wav": ("audio/wav", wav(4, told_size=0xFFFFFFFF)),
        "blob.m4a": ("application/octet-stream", MP3),
        "blob.bin": ("application/octet-stream", MP3),
        "page.mp3": ("text/html", b"<html>"),
        "list.m3u": ("audio/x-mpegurl", b"#EXTM3U"),
        "song.flac": ("audio/flac", MP3),
        "empty.mp3": ("audio/mpeg", b""),
    }
    server.redirects = {
        "moved.mp3": "/song.mp3",
        "safe.mp3": "https://127.0.0.1:9/song.mp3",
    }
    app = web.Application()
    app.router.add_get("/{name}", server.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    server.release.set()
    await runner.cleanup()


@pytest.fixture
def clock() -> TurnedClock:
    """The time in the home."""
    return TurnedClock()


@pytest.fixture
def home(clock: TurnedClock) -> SimulatedHome:
    """A believable home."""
    home = SimulatedHome(clock)
    believable_hub(home)
    return home


@pytest.fixture
def caller(home: SimulatedHome) -> InsideCaller:
    """A client with a session."""
    return InsideCaller(home)


async def play(caller: InsideCaller, url: str) -> bool:
    """Play web media on all speakers."""
    return await caller.succeeds("play_web_media_party_mode", MediaUrl=url)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("song.mp3", 3),
        ("bell.wav", 2),
        ("stream.wav", 4),
        ("blob.m4a", 3),
        ("moved.mp3", 3),
    ],
)
async def test_audio_is_played(
    caller: InsideCaller,
    clock: TurnedClock,
    home: SimulatedHome,
    server: MediaServer,
    name: str,
    seconds: int,
) -> None:
    """What is audio plays as long as it takes, and is remembered."""
    url = f"{server.url}/{name}"
    assert await play(caller, url)
    clock.turn(100)
    heard = home.heard[0]
    assert (heard.kind, heard.content, heard.title) == ("web", url, name)
    assert heard.to_second == seconds
    assert await caller.status() == ("PlayerStateStopped", -1)
    assert home.faults == []


async def test_audio_is_remembered(
    caller: InsideCaller, home: SimulatedHome, server: MediaServer
) -> None:
    """Size and digest of the download are noted."""
    assert await play(caller, f"{server.url}/song.mp3")
    audio = home.heard[0].audio
    assert audio is not None
    assert (audio.size, audio.sha256) == (len(MP3), sha256(MP3).hexdigest())


@pytest.mark.parametrize(
    "name",
    [
        "blob.bin",
        "page.mp3",
        "list.m3u",
        "song.flac",
        "empty.mp3",
        "safe.mp3",
        "nothing.mp3",
    ],
)
async def test_other_things_are_refused(
    caller: InsideCaller, home: SimulatedHome, server: MediaServer, name: str
) -> None:
    """What is no audio, or not there, gets false; nobody joins."""
    assert not await play(caller, f"{server.url}/{name}")
    assert await caller.active() == set()
    assert home.faults == []


@pytest.mark.parametrize("refused", [True, False])
@pytest.mark.parametrize("address", ["https://127.0.0.1:9/a.mp3", "file:///a.mp3", "x"])
async def test_addresses_that_do_not_work(
    caller: InsideCaller,
    home: SimulatedHome,
    socket_enabled: None,
    address: str,
    refused: bool,
) -> None:
    """Other schemes are refused; nobody answers at the one that is let through."""
    home.https_refused = refused
    assert not await play(caller, address)


@pytest.mark.parametrize("address", ["rtsp://127.0.0.1:9/live", "mms://127.0.0.1:9/"])
async def test_streams_are_not_fetched(
    caller: InsideCaller, clock: TurnedClock, address: str
) -> None:
    """Streaming schemes play without end."""
    assert await play(caller, address)
    clock.turn(3000)
    assert await caller.status() == ("PlayerStatePlaying", 3000)


@pytest.mark.parametrize(
    "limits",
    [{"download_limit": 1000}, {"download_seconds": 0.05}],
    ids=["size", "time"],
)
async def test_radio(
    caller: InsideCaller,
    clock: TurnedClock,
    home: SimulatedHome,
    server: MediaServer,
    limits: dict[str, float],
) -> None:
    """What does not end within the limits is an endless radio."""
    vars(home).update(limits)
    assert await play(caller, f"{server.url}/radio")
    clock.turn(3000)
    assert (await caller.status())[0] == "PlayerStatePlaying"
    assert await caller.succeeds("pause_play")
    assert await caller.status() == ("PlayerStateStopped", -1)


async def test_duration_by_knob(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome, server: MediaServer
) -> None:
    """A test can tell how long web media takes."""
    home.web_duration = 60
    assert await play(caller, f"{server.url}/song.mp3")
    clock.turn(59)
    assert await caller.status() == ("PlayerStatePlaying", 59)


@pytest.mark.parametrize("name", ["slow", "radio"])
async def test_silent_server(
    caller: InsideCaller, home: SimulatedHome, server: MediaServer, name: str
) -> None:
    """A server that does not answer, or does not go on, in time gets false."""
    home.web_timeout = 0.05
    assert not await play(caller, f"{server.url}/{name}")


@pytest.mark.parametrize(
    ("command", "params"),
    [("stop_play", {}), ("play_hub_media_party_mode", {"PersistentID": HARBOUR})],
)
async def test_later_command_wins(
    caller: InsideCaller, server: MediaServer, command: str, params: dict[str, str]
) -> None:
    """What was fetched too long is not played after a later command."""
    late = asyncio.create_task(play(caller, f"{server.url}/slow"))
    await until(lambda: server.asked)
    assert await caller.succeeds(command, **params)
    before = await caller.status()
    server.release.set()
    assert await late is False
    assert await caller.status() == before


async def test_speakers_that_go_while_fetching(
    caller: InsideCaller, home: SimulatedHome, server: MediaServer
) -> None:
    """Nobody is left to play for."""
    await caller("add_device_to_session", DeviceID=LEFT)
    late = asyncio.create_task(
        caller.succeeds("play_web_media", MediaUrl=f"{server.url}/slow")
    )
    await until(lambda: server.asked)
    home.speaker("Omni Left").switch_off()
    server.release.set()
    assert await late is False


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", wav(1)[:40]])
def test_no_wav(data: bytes) -> None:
    """What is no whole WAV header tells no duration."""
    assert wav_duration(data) is None
