"""Media that the hub gets from the web; HKWHub specification, "Play a Song from Web"."""

import asyncio
from collections.abc import Iterator
import struct
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiohttp

from .playback import Media
from .record import Audio

if TYPE_CHECKING:
    from .home import SimulatedHome

STREAM_SCHEMES = frozenset({"rtsp", "mms"})
# mp3, m4a and wav, by the HKWirelessHD SDK
SUFFIXES = (".mp3", ".m4a", ".wav")
UNPLAYABLE = ("flac", "ogg", "opus", "mpegurl", "scpls", "webm")
UNSPECIFIC_TYPES = frozenset({"application/octet-stream", "binary/octet-stream"})
MP3_BYTES_PER_SECOND = 16_000
CHUNK = 16 * 1024
OK = 200


async def find_web_media(home: SimulatedHome, url: str) -> Media | None:
    """Get media from the web.

    Args:
        home: Gives limits.
        url: `MediaUrl`.

    Returns:
        What can be played; None if it cannot.
    """
    parts = urlsplit(url)
    title = unquote(parts.path.rpartition("/")[2]) or url
    if parts.scheme in STREAM_SCHEMES:
        duration = home.web_duration
        return Media(kind="web", content=url, title=title, duration=duration)
    if parts.scheme != "http" and (home.https_refused or parts.scheme != "https"):
        return None
    try:
        data, is_whole = await _download(home, url)
    except aiohttp.ClientError, TimeoutError, OSError:
        return None
    if not data:
        return None
    duration = home.web_duration
    if duration is None and is_whole:
        duration = wav_duration(data) or len(data) / MP3_BYTES_PER_SECOND
    return Media(
        kind="web", content=url, title=title, duration=duration, audio=Audio.of(data)
    )


async def _download(home: SimulatedHome, url: str) -> tuple[bytes, bool]:
    """Return the audio, empty if it is none, and whether it came to its end."""
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=home.web_timeout, sock_read=home.web_timeout
    )
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(url) as response,
    ):
        is_https = response.url.scheme == "https"
        if response.status != OK or (is_https and home.https_refused):
            return b"", True
        if not _is_audio(response):
            return b"", True
        data = bytearray()
        try:
            async with asyncio.timeout(home.download_seconds) as deadline:
                async for chunk in response.content.iter_chunked(CHUNK):
                    data += chunk
                    if len(data) > home.download_limit:
                        return bytes(data), False
        except TimeoutError:
            if not deadline.expired():
                raise
            return bytes(data), False
        return bytes(data), True


def _is_audio(response: aiohttp.ClientResponse) -> bool:
    kind = response.content_type
    if any(word in kind for word in UNPLAYABLE):
        return False
    if kind.startswith("audio/"):
        return True
    return kind in UNSPECIFIC_TYPES and response.url.path.lower().endswith(SUFFIXES)


def wav_duration(data: bytes) -> float | None:
    """Return how long WAV audio takes.

    Args:
        data: A file; its header may leave the size open, as a stream's does.

    Returns:
        Seconds; None if it is no WAV file.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    bytes_per_second = 0
    for name, size, start in _chunks(data):
        if name == b"fmt ":
            (bytes_per_second,) = struct.unpack_from("<I", data, start + 8)
        if name == b"data" and bytes_per_second:
            return min(size, len(data) - start) / bytes_per_second
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    start = 12
    while start + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, start)
        yield name, size, start + 8
        start += 8 + size + size % 2
