"""Reads the answers of a hub, tolerantly: one odd item never loses the others.

A function returns None where the answer lacks what it looks for; what that means is
the caller's decision. Source: HKWHub specification, "REST API Specification".
"""

from collections.abc import Mapping
import logging
import re
from typing import Any, Final

from .models import PlaybackStatus, PlayerState, SpeakerInfo, Track
from .values import as_bool, as_id, as_int, as_mapping, as_text, first_of

_LOGGER = logging.getLogger(__name__)

VOLUME_MAX: Final = 50
# The documents spell it in three ways, the last one being that of older hubs.
_SESSION_KEYS: Final = ("SessionToken", "SesssionToken", "SessionID")
# A speaker that was never assigned to a room is in this one.
_NO_ROOM: Final = "harman"
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_STATE_PREFIX: Final = "playerstate"
_STATES: Final[Mapping[str, PlayerState]] = {
    state.value.lower(): state for state in PlayerState
}
# How the hub says that it does not know a session is documented nowhere but for the
# word. These members are searched, and those that they hold.
_SAYS_ERROR: Final = frozenset(
    {"error", "errors", "errormessage", "message", "reason", "result"}
)
_SESSION_NOT_FOUND: Final = "sessionnotfound"
_NOT_A_LETTER: Final = re.compile(r"[^a-z]")
# A text that says so is short; the list of a music lover is long.
_ERROR_TEXT_LIMIT: Final = 1000
_ERROR_DEPTH: Final = 3


def is_session_not_found(answer: object) -> bool:
    """Return whether an answer says "SessionNotFound"; "Session Timeout".

    Args:
        answer: The message, or the text of a body that is no JSON object. The HTTP
            status says nothing about it.
    """
    return _says_not_found(answer, _ERROR_DEPTH)


def session_of(message: Mapping[str, Any]) -> str | None:
    """Return the session token that a message bears, in any of its spellings."""
    return as_id(first_of(message, *_SESSION_KEYS))


def hub_uuid_of(message: Mapping[str, Any]) -> str | None:
    """Return the `HKWHubUUID` that a message bears; only over PubNub."""
    return as_id(message.get("HKWHubUUID"))


def result_of(message: Mapping[str, Any]) -> bool | None:
    """Return whether the hub did what it was told to."""
    return as_bool(message.get("Result"))


def parse_is_playing(message: Mapping[str, Any]) -> bool | None:
    """Return the answer to `is_playing`; over PubNub it is named `Result`."""
    return as_bool(first_of(message, "IsPlaying", "Result"))


def parse_device_count(message: Mapping[str, Any]) -> int | None:
    """Return the answer to `device_count`."""
    count = as_int(message.get("DeviceCount"))
    return None if count is None or count < 0 else count


def parse_volume(message: Mapping[str, Any]) -> int | None:
    """Return the `Volume` of an answer or of a speaker, brought into 0..50."""
    volume = as_int(message.get("Volume"))
    return None if volume is None else min(max(volume, 0), VOLUME_MAX)


def parse_status(message: Mapping[str, Any]) -> PlaybackStatus | None:
    """Return the answer to `playback_status`."""
    word = (as_text(message.get("PlaybackState")) or "").lower()
    state = _STATES.get(word) or _STATES.get(_STATE_PREFIX + word)
    if state is None:
        return None
    elapsed = as_int(message.get("TimeElapsed"))
    # -1 while nothing plays
    return PlaybackStatus(
        state=state, elapsed=None if elapsed is None or elapsed < 0 else elapsed
    )


def parse_speakers(message: Mapping[str, Any]) -> list[SpeakerInfo] | None:
    """Return the answer to `device_list`, each speaker once, in the hub's order."""
    items = message.get("DeviceList")
    if not isinstance(items, list):
        return None
    speakers: dict[str, SpeakerInfo] = {}
    for item in items:
        if speaker := parse_speaker(as_mapping(item)):
            speakers.setdefault(speaker.id, speaker)
    _tell_left_out("device_list", len(items) - len(speakers))
    return list(speakers.values())


def parse_speaker(item: Mapping[str, Any]) -> SpeakerInfo | None:
    """Return a speaker from an item of `device_list` or the answer to `device_info`."""
    speaker_id = as_id(item.get("DeviceID"))
    if speaker_id is None:
        return None
    room = as_text(item.get("GroupName"))
    return SpeakerInfo(
        id=speaker_id,
        name=as_text(item.get("DeviceName")) or speaker_id,
        room=None if room is None or room.lower() == _NO_ROOM else room,
        model=as_text(item.get("ModelName")),
        firmware=as_text(item.get("Version")),
        mac=_mac(item.get("MacAddress")),
        ip=as_text(item.get("IPAddress")),
        role=as_int(item.get("Role")),
        wifi_signal=as_int(item.get("WifiSignalStrength")),
        volume=parse_volume(item),
        active=as_bool(item.get("Active")) or False,
        is_playing=as_bool(item.get("IsPlaying")) or False,
    )


def parse_tracks(message: Mapping[str, Any]) -> list[Track] | None:
    """Return the answer to `media_list`, each track once, in the hub's order."""
    items = message.get("MediaList")
    if not isinstance(items, list):
        return None
    tracks: dict[str, Track] = {}
    for item in items:
        if track := _track(as_mapping(item)):
            tracks.setdefault(track.id, track)
    _tell_left_out("media_list", len(items) - len(tracks))
    return list(tracks.values())


def _track(item: Mapping[str, Any]) -> Track | None:
    persistent_id = as_id(item.get("PersistentID"))
    if persistent_id is None:
        return None
    duration = as_int(item.get("Duration"))
    return Track(
        id=persistent_id,
        title=as_text(item.get("Title")) or "",
        artist=as_text(item.get("Artist")) or "",
        album=as_text(item.get("AlbumTitle")) or "",
        duration=None if duration is None or duration < 0 else duration,
    )


def _mac(value: object) -> str | None:
    text = as_text(value)
    return text if text and _MAC.fullmatch(text) else None


def _tell_left_out(command: str, count: int) -> None:
    if count:
        _LOGGER.debug("%s: %d items without id or listed twice", command, count)


def _says_not_found(value: object, depth: int) -> bool:
    match value:
        case str() if len(value) <= _ERROR_TEXT_LIMIT:
            return _SESSION_NOT_FOUND in _NOT_A_LETTER.sub("", value.lower())
        case dict() if depth:
            return any(
                _says_not_found(inner, depth - 1)
                for name, inner in value.items()
                if name.lower() in _SAYS_ERROR
            )
        case list() if depth:
            return any(_says_not_found(inner, depth - 1) for inner in value)
    return False
