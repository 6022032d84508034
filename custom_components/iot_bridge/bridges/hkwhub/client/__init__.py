"""A client for HKWHub: its own server, HKIoTCloud, or a PubNub channel.

It knows nothing of Home Assistant: give it an aiohttp session.
"""

from ....wire.access_tokens import AccessTokens
from .address import LOCAL_PORT, parse_server
from .commands import COMMANDS, Command
from .errors import (
    CannotConnectError,
    CommandRefusedError,
    HkwhubError,
    HubOfflineError,
    KeysRefusedError,
    LinkLostError,
    MessageTooLargeError,
    NotInThisGenerationError,
    NotOverPubNubError,
    RequestTimeoutError,
    SessionNotFoundError,
    SignInError,
    UnexpectedAnswerError,
)
from .events import OtherClients, parse_event
from .http import HttpTransport
from .hub import HubClient
from .models import (
    Everywhere,
    HubEvent,
    HubMedia,
    OtherClientCommand,
    Playable,
    PlaybackStatus,
    PlaybackTime,
    PlayerState,
    SpeakerInfo,
    SpeakersChanged,
    Speech,
    Targets,
    Track,
    WebMedia,
)
from .parser import VOLUME_MAX
from .pubnub import PUBNUB_ORIGIN, PubNubKeys, PubNubPace, PubNubTransport
from .transport import Message, Transport

__all__ = [
    "COMMANDS",
    "LOCAL_PORT",
    "PUBNUB_ORIGIN",
    "VOLUME_MAX",
    "AccessTokens",
    "CannotConnectError",
    "Command",
    "CommandRefusedError",
    "Everywhere",
    "HkwhubError",
    "HttpTransport",
    "HubClient",
    "HubEvent",
    "HubMedia",
    "HubOfflineError",
    "KeysRefusedError",
    "LinkLostError",
    "Message",
    "MessageTooLargeError",
    "NotInThisGenerationError",
    "NotOverPubNubError",
    "OtherClientCommand",
    "OtherClients",
    "Playable",
    "PlaybackStatus",
    "PlaybackTime",
    "PlayerState",
    "PubNubKeys",
    "PubNubPace",
    "PubNubTransport",
    "RequestTimeoutError",
    "SessionNotFoundError",
    "SignInError",
    "SpeakerInfo",
    "SpeakersChanged",
    "Speech",
    "Targets",
    "Track",
    "Transport",
    "UnexpectedAnswerError",
    "WebMedia",
    "parse_event",
    "parse_server",
]
