"""What the player, its stream and its announcer have to know of their hub."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from homeassistant.core import HomeAssistant

from ...coordinator import BridgeConfigEntry
from .client import HubClient
from .devices import HubDevice
from .library import MediaLibrary
from .playback import Playback
from .watch import PlaybackWatch


class Hub(Protocol):
    """A hub and its speakers, as the coordinator keeps them.

    Attributes:
        hass: Home Assistant.
        config_entry: The hub's.
        client: Gives it commands.
        watch: Knows what it plays.
        library: Its media list.
        data: The hub and its speakers, by id.
    """

    hass: HomeAssistant
    config_entry: BridgeConfigEntry
    client: HubClient
    watch: PlaybackWatch
    library: MediaLibrary
    data: dict[str, HubDevice]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Return the ids of the speakers that the hub reaches."""

    @property
    def members(self) -> tuple[str, ...]:
        """Return the ids of the speakers that take part in the hub's session."""

    @property
    def playback(self) -> Playback:
        """Return what the hub plays."""

    @property
    def is_heard(self) -> bool:
        """Return whether the hub plays or has paused, for us or for another client."""

    def set_members(self, members: Collection[str]) -> None:
        """Note who takes part in the hub's session."""

    def note_silence(self) -> None:
        """Note that no member sounds any more."""

    def async_push(
        self, device_id: str, changes: Mapping[str, Any], online: bool | None = None
    ) -> None:
        """Take over news about the hub or a speaker."""

    def async_refresh_soon(self) -> None:
        """Read the list of speakers again, once the hub has settled."""

    async def async_set_speaker_volume(self, speaker: str, volume: int) -> None:
        """Set a speaker's volume, 0..50."""
