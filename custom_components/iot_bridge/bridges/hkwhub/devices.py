"""The hub and its speakers, as the coordinator keeps them.

The hub has one playback for all its speakers, so title and position are values of the
hub alone: two speakers cannot show two titles.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from .client import SpeakerInfo

HUB_ID: Final = "hub"

# Keys of a speaker's state
VOLUME: Final = "volume"
ACTIVE: Final = "active"
IS_PLAYING: Final = "is_playing"
ROLE: Final = "role"
WIFI_SIGNAL: Final = "wifi_signal"
OTHER_SOURCE: Final = "other_source"

# What is known of a speaker that has been told to be silent
SILENT: Final[Mapping[str, Any]] = {IS_PLAYING: False, OTHER_SOURCE: False}

# Keys of the hub's state
PLAYBACK: Final = "playback"
MEMBERS: Final = "members"
ORDER: Final = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubDevice:
    """The hub, or one of its speakers.

    Attributes:
        id: `HUB_ID`, or the speaker's `DeviceID`.
        online: Whether the hub lists it.
        state: Its values by key.
        info: What the hub tells of a speaker besides; None for the hub itself.
    """

    id: str
    online: bool = True
    state: Mapping[str, Any]
    info: SpeakerInfo | None = None

    def with_changes(self, changes: Mapping[str, Any]) -> Self:
        """Return it with some of its values replaced."""
        return replace(self, state={**self.state, **changes})

    def with_online(self, online: bool) -> Self:
        """Return it as listed or not listed."""
        return replace(self, online=online)

    @property
    def is_hub(self) -> bool:
        """Return whether it is the hub itself."""
        return self.info is None


def speaker_device(info: SpeakerInfo) -> HubDevice:
    """Return a speaker as the hub lists it."""
    return HubDevice(
        id=info.id,
        state={
            VOLUME: info.volume,
            ACTIVE: info.active,
            IS_PLAYING: info.is_playing,
            OTHER_SOURCE: info.is_playing and not info.active,
            ROLE: info.role,
            WIFI_SIGNAL: info.wifi_signal,
        },
        info=info,
    )


def summary(speakers: Collection[HubDevice]) -> dict[str, Any]:
    """Return what the hub shows of its speakers: who takes part, and how loud they are.

    HKWHub specification, "Get Volume for all Devices": the volume is the average.
    """
    volumes = [
        speaker.state[VOLUME]
        for speaker in speakers
        if speaker.state[VOLUME] is not None
    ]
    return {
        MEMBERS: tuple(one.id for one in speakers if one.state[ACTIVE]),
        IS_PLAYING: any(
            one.state[ACTIVE] and one.state[IS_PLAYING] for one in speakers
        ),
        VOLUME: round(sum(volumes) / len(volumes)) if volumes else None,
    }
