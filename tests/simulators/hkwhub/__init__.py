"""A simulated home with an HKWHub, reached over the three ways of the documents.

It needs aiohttp alone, and runs on any event loop: in tests and demos.
"""

from .cloud import HkIotCloud
from .fleet import SOUND_LIBRARY, believable_hub, many_tracks
from .home import SimulatedHome, UnknownCommand, Watcher
from .local import LocalServer
from .not_found import SESSION_NOT_FOUND_SHAPES
from .pubnub_hub import PubNubHub
from .record import Audio, Heard, RecordedCommand
from .sessions import Front, SessionNotFound
from .speakers import SimulatedSpeaker
from .tracks import SimulatedTrack
from .trouble import Trouble
from .vocabulary import COMMANDS, Reason, State

__all__ = [
    "COMMANDS",
    "SESSION_NOT_FOUND_SHAPES",
    "SOUND_LIBRARY",
    "Audio",
    "Front",
    "Heard",
    "HkIotCloud",
    "LocalServer",
    "PubNubHub",
    "Reason",
    "RecordedCommand",
    "SessionNotFound",
    "SimulatedHome",
    "SimulatedSpeaker",
    "SimulatedTrack",
    "State",
    "Trouble",
    "UnknownCommand",
    "Watcher",
    "believable_hub",
    "many_tracks",
]
