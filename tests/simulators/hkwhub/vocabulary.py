"""The words of the documents: commands with their parameters, states, events.

Source: HKWHub specification, "REST API Specification".
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

type JsonObject = dict[str, Any]

PARTY_MODE = "_party_mode"
SELECTED_SPEAKERS = "_selected_speakers"
SESSION_TOKEN = "SessionToken"
DEFAULT_PRIORITY = 100
MAX_VOLUME = 50


class State(StrEnum):
    """State of a playback; "Get the Playback Status"."""

    PREPARING = "PlayerStatePreparing"
    PLAYING = "PlayerStatePlaying"
    PAUSED = "PlayerStatePaused"
    STOPPED = "PlayerStateStopped"


class Reason(StrEnum):
    """Why a speaker's state was updated; "Device Status Change Event"."""

    AVAILABLE = "DeviceAvailable"
    UNAVAILABLE = "DeviceUnavailable"
    ERROR = "DeviceError"
    INFO = "SpeakerInfoUpdated"
    WIFI = "WiFiSignalChanged"
    NO_NETWORK = "NetworkUnavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRule:
    """What a command takes besides the session token.

    Attributes:
        required: Parameters that it must have.
        optional: Parameters that it may have.
        is_poll: Whether it only asks.
        starts: Whether it starts a playback, so that twice is not the same as once.
        takes_priority: Whether it starts a new playback with a priority of its own.
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_poll: bool = False
    starts: bool = False
    takes_priority: bool = False


def _starts(
    name: str, param: str, *, takes_priority: bool = True
) -> dict[str, CommandRule]:
    required: dict[str, tuple[str, ...]] = {
        "": (param,),
        PARTY_MODE: (param,),
        SELECTED_SPEAKERS: (param, "DeviceIDList"),
    }
    return {
        f"{name}{suffix}": CommandRule(
            required=params, starts=True, takes_priority=takes_priority
        )
        for suffix, params in required.items()
    }


_POLL = CommandRule(is_poll=True)
_POLL_DEVICE = CommandRule(required=("DeviceID",), is_poll=True)
_PLAIN = CommandRule()
_DEVICE = CommandRule(required=("DeviceID",))

COMMANDS: dict[str, CommandRule] = {
    "init_session": _PLAIN,
    "close_session": _PLAIN,
    "device_count": _POLL,
    "device_list": _POLL,
    "device_info": _POLL_DEVICE,
    "add_device_to_session": _DEVICE,
    "remove_device_from_session": _DEVICE,
    "set_party_mode": _PLAIN,
    "media_list": _POLL,
    **_starts("play_hub_media", "PersistentID"),
    **_starts("play_web_media", "MediaUrl"),
    **_starts("play_tts", "Text"),
    "pause_play": _PLAIN,
    **_starts("resume_hub_media", "PersistentID", takes_priority=False),
    "stop_play": _PLAIN,
    "playback_status": _POLL,
    "is_playing": _POLL,
    "get_volume": _POLL,
    "get_volume_device": _POLL_DEVICE,
    "set_volume": CommandRule(required=("Volume",)),
    "set_volume_device": CommandRule(required=("DeviceID", "Volume")),
}
