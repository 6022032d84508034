"""The 29 commands of a hub; HKWHub specification, "REST API Specification".

Every command but `init_session` carries the session token besides what is listed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command.

    Attributes:
        name: Its name in paths and messages.
        params: Parameters that it must have.
        optional: Parameters that it may have.
        repeatable: Whether it may be sent again when no answer came: doing it twice
            is the same as doing it once.
        slow: Whether the hub fetches something from the Internet before it answers.
        over_pubnub: Whether it exists over PubNub.
    """

    name: str
    params: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    repeatable: bool = True
    slow: bool = False
    over_pubnub: bool = True


def _plays(
    name: str, *params: str, slow: bool = False, optional: tuple[str, ...] = ()
) -> tuple[Command, ...]:
    """Return the three forms of a command that plays: session, party mode, selected."""
    return (
        Command(
            name=name, params=params, optional=optional, repeatable=False, slow=slow
        ),
        Command(
            name=f"{name}_party_mode",
            params=params,
            optional=optional,
            repeatable=False,
            slow=slow,
        ),
        Command(
            name=f"{name}_selected_speakers",
            params=(*params, "DeviceIDList"),
            optional=optional,
            repeatable=False,
            slow=slow,
        ),
    )


_PRIORITY: Final = ("Priority",)

_ALL: Final = (
    Command(name="init_session", optional=_PRIORITY),
    Command(name="close_session"),
    Command(name="device_count"),
    Command(name="device_list"),
    Command(name="device_info", params=("DeviceID",)),
    Command(name="add_device_to_session", params=("DeviceID",)),
    Command(name="remove_device_from_session", params=("DeviceID",)),
    Command(name="set_party_mode"),
    Command(name="media_list"),
    *_plays("play_hub_media", "PersistentID", optional=_PRIORITY),
    *_plays("play_web_media", "MediaUrl", slow=True, optional=_PRIORITY),
    *_plays("play_tts", "Text", slow=True, optional=_PRIORITY),
    Command(name="pause_play"),
    *_plays("resume_hub_media", "PersistentID"),
    Command(name="stop_play"),
    Command(name="playback_status", over_pubnub=False),
    Command(name="is_playing"),
    Command(name="get_volume"),
    Command(name="get_volume_device", params=("DeviceID",)),
    Command(name="set_volume", params=("Volume",)),
    Command(name="set_volume_device", params=("DeviceID", "Volume")),
)

COMMANDS: Final[Mapping[str, Command]] = {command.name: command for command in _ALL}
