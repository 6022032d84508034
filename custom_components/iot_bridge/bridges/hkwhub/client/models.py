"""What a hub tells, and what it can be told to play, as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PlayerState(StrEnum):
    """State of the playback that belongs to our session; "Get the Playback Status"."""

    INITIALIZED = "PlayerStateInitialized"
    PREPARING = "PlayerStatePreparing"
    PLAYING = "PlayerStatePlaying"
    PAUSED = "PlayerStatePaused"
    STOPPED = "PlayerStateStopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackStatus:
    """Answer to `playback_status`.

    Attributes:
        state: What the hub does for our session.
        elapsed: Seconds of the media that were played; None when nothing is.
    """

    state: PlayerState
    elapsed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerInfo:
    """One speaker as `device_list` and `device_info` describe it.

    Attributes:
        id: `DeviceID`, digits as text.
        name: `DeviceName`.
        room: `GroupName`; None where it is not assigned to a room ("harman").
        model: `ModelName`, for example "Omni 10".
        firmware: `Version`.
        mac: `MacAddress`, None while the hub does not know it.
        ip: `IPAddress`, None if not told.
        role: `Role`, 21 is mono; None if not told.
        wifi_signal: dBm, None if not told.
        volume: 0..50, None if not told.
        active: Whether it is in the hub's playback session.
        is_playing: Whether it plays anything, from whatever source.
    """

    id: str
    name: str
    room: str | None
    model: str | None
    firmware: str | None
    mac: str | None
    ip: str | None
    role: int | None
    wifi_signal: int | None
    volume: int | None
    active: bool
    is_playing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One item of the hub's media list; `media_list`.

    Attributes:
        id: `PersistentID`, an unsigned 64-bit number as text.
        title, artist, album: Texts, empty where not told.
        duration: Seconds, None if not told.
    """

    id: str
    title: str
    artist: str
    album: str
    duration: int | None


# What to play


@dataclass(frozen=True, slots=True)
class HubMedia:
    """A track of the hub's media list."""

    persistent_id: str


@dataclass(frozen=True, slots=True)
class WebMedia:
    """Media that the hub fetches by itself: http, rtsp or mms."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Speech:
    """Text that the hub speaks with its own voice (VoiceRSS)."""

    text: str = field(repr=False)


type Playable = HubMedia | WebMedia | Speech


# Where to play


class Everywhere(StrEnum):
    """Sets of speakers that have commands of their own."""

    SESSION = "session"
    """The speakers that are in the session already."""
    PARTY = "party_mode"
    """All speakers."""


# Ids of the chosen speakers, or one of the sets.
type Targets = Everywhere | tuple[str, ...]


# What PubNub tells by itself


@dataclass(frozen=True, slots=True)
class PlaybackTime:
    """`PlaybackTimeChanged`, once a second while something plays.

    Attributes:
        elapsed: Seconds of the media that were played.
        own: Whether it is the playback of our own session; None if not told.
    """

    elapsed: int
    own: bool | None


@dataclass(frozen=True, slots=True)
class SpeakersChanged:
    """`DeviceStateUpdated`, or an event nobody has documented: read the list again.

    Attributes:
        reason: The hub's word for it, for example "DeviceAvailable".
    """

    reason: str


@dataclass(frozen=True, slots=True)
class OtherClientCommand:
    """Another client's command that the hub has confirmed to it.

    Attributes:
        command: The name of the command.
        params: Its parameters as text, without session and hub.
    """

    command: str
    params: Mapping[str, str] = field(repr=False)


type HubEvent = PlaybackTime | SpeakersChanged | OtherClientCommand
