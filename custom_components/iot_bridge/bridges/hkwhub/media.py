"""What `media_player.play_media` can name, and what the hub is told to play for it.

HKWHub specification, "Play a Song from Web Server": http, rtsp or mms; mp3, m4a, wav.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
import re
from typing import Any, Final
from urllib.parse import quote

from yarl import URL

from homeassistant.components import media_source
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.network import NoURLAvailableError, get_url, is_hass_url

from ...const import DOMAIN
from .client import HubMedia, Speech, Track, WebMedia
from .content import SCHEME, LibraryPath, tracks_of
from .library import ListTooLargeError, MediaLibrary
from .playback import Item, track_item

# The content type of texts that the hub speaks with its own voice.
SPEECH_TYPE: Final = "hkwhub_speech"

# A text goes, percent-encoded, into the address of a request, of which servers take
# about 8 KiB.
LONGEST_TEXT_BYTES: Final = 6000

_SPEECH_SOURCE: Final = "media-source://tts/"
_WEB_SCHEMES: Final = ("http", "https", "rtsp", "mms")
_UNPLAYABLE_TYPES: Final = re.compile(
    r"(audio|application)/(x-)?(flac|ogg|opus|(vnd\.apple\.)?mpegurl|scpls)|video/.*"
)
_AUDIO_SUFFIXES: Final = frozenset({".mp3", ".m4a", ".wav"})
_UNPLAYABLE_SUFFIXES: Final = frozenset(
    {".flac", ".ogg", ".oga", ".opus", ".m3u", ".m3u8", ".pls", ".mpd"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What was named: tracks of the media list, or something else.

    Attributes:
        tracks: Tracks of the hub's media list.
        item: Something else; None where there are tracks.
    """

    tracks: Sequence[Track] = ()
    item: Item | None = None

    def single_item(self, priority: int | None) -> Item:
        """Return one thing to play: of several tracks the first.

        Args:
            priority: Of the playback.
        """
        item = track_item(self.tracks[0]) if self.item is None else self.item
        return replace(item, priority=priority)


async def async_resolve(
    hass: HomeAssistant,
    library: MediaLibrary,
    *,
    media_type: str,
    media_id: str,
    entity_id: str,
    extra: dict[str, Any],
) -> Resolved:
    """Find out what a user has named.

    Args:
        hass: Home Assistant.
        library: The hub's media list.
        media_type: `SPEECH_TYPE` for text; all else is told by the id.
        media_id: A text, a media source, an address, a path of the browser, or the
            id or title of a track.
        entity_id: The media player.
        extra: `title` for what has none.

    Raises:
        ServiceValidationError: There is nothing of that name, or it cannot be played.
        HkwhubError: The media list could not be read.
    """
    title = extra.get("title")
    if media_type == SPEECH_TYPE:
        return Resolved(item=speech_item(media_id))
    if media_source.is_media_source_id(media_id):
        played = await media_source.async_resolve_media(hass, media_id, entity_id)
        _check_playable(played.url, played.mime_type)
        title = title or _title_of_source(media_id)
        return Resolved(item=_web_item(hass, played.url, title))
    if media_id.startswith(SCHEME):
        tracks = tracks_of(await library.async_tracks(), LibraryPath.parse(media_id))
        if not tracks:
            raise _not_found(media_id)
        return Resolved(tracks=tracks)
    if _is_address(media_id):
        _check_playable(media_id, None)
        return Resolved(item=_web_item(hass, media_id, title or _file_name(media_id)))
    try:
        track = await library.async_find(media_id)
    except ListTooLargeError:
        if not media_id.isdecimal():
            raise
        # The hub knows it, though nobody can tell here what it is called.
        return Resolved(item=Item(media=HubMedia(media_id), title=title))
    if track is None:
        raise _not_found(media_id)
    return Resolved(tracks=[track])


def speech_item(text: str) -> Item:
    """Return a text as something that the hub speaks with its own voice.

    Args:
        text: Whatever the user wrote; white space and line breaks become blanks.

    Raises:
        ServiceValidationError: It is empty or too long.
    """
    cleaned = " ".join(text.split())
    if not cleaned:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="hkwhub_text_empty"
        )
    if len(quote(cleaned, safe="")) > LONGEST_TEXT_BYTES:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="hkwhub_text_too_long"
        )
    return Item(media=Speech(cleaned), title=cleaned)


def _web_item(hass: HomeAssistant, url: str, title: str | None) -> Item:
    return Item(media=WebMedia(_reachable(hass, url)), title=title)


def _is_address(text: str) -> bool:
    """Return whether a text is an address, of Home Assistant's own or of the web.

    Titles may look like one that is broken.
    """
    try:
        url = URL(text)
    except ValueError:
        return False
    return text.startswith("/") or url.scheme in _WEB_SCHEMES


def _reachable(hass: HomeAssistant, url: str) -> str:
    """Return the full address of media, without TLS if it is Home Assistant's own.

    The documents know no https, and a phone does not trust self-signed certificates.
    """
    full = async_process_play_media_url(hass, url)
    if not full.startswith("https:") or not is_hass_url(hass, full):
        return full
    try:
        internal = get_url(hass, allow_external=False, allow_cloud=False)
    except NoURLAvailableError:
        return full
    if not internal.startswith("http:"):
        return full
    target = URL(full, encoded=True)
    return f"{internal}{target.raw_path_qs}"


def _check_playable(url: str, mime_type: str | None) -> None:
    """Refuse what no hub can play before anything is interrupted for it."""
    suffix = PurePosixPath(URL(url).path).suffix.lower()
    if suffix in _UNPLAYABLE_SUFFIXES or (
        mime_type is not None and _UNPLAYABLE_TYPES.fullmatch(mime_type.lower())
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="hkwhub_format",
            translation_placeholders={"format": suffix or str(mime_type)},
        )


def _title_of_source(media_id: str) -> str | None:
    """Return the text of Home Assistant's own speech, the name of other files.

    Speech that is still being made has no text, but an address that is its key.
    """
    if media_id.startswith(_SPEECH_SOURCE):
        return URL(media_id).query.get("message")
    return _file_name(media_id)


def _file_name(address: str) -> str | None:
    """Return the name of an audio file without its suffix, None for other media."""
    path = PurePosixPath(URL(address).path)
    return path.stem if path.suffix.lower() in _AUDIO_SUFFIXES else None


def _not_found(media_id: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="hkwhub_media_unknown",
        translation_placeholders={"media": media_id},
    )
