"""The speakers, and all of them together, as media players."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.media_player import MediaPlayerEntity, MediaPlayerState
from homeassistant.core import callback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from ...models import Interest
from .client import CommandRefusedError
from .coordinator import HkwhubCoordinator
from .devices import (
    ACTIVE,
    HUB_ID,
    IS_PLAYING,
    MEMBERS,
    ORDER,
    PLAYBACK,
    VOLUME,
    HubDevice,
)
from .playback import PlaybackState
from .player import MAX_VOLUME
from .player_entity import PLAYER, STATES, HkwhubMediaPlayer

# Where a muted speaker goes to if nobody knows how loud it was.
_USUAL_VOLUME: Final = 20


def create_entities(
    coordinator: HkwhubCoordinator, device: HubDevice
) -> Iterator[MediaPlayerEntity]:
    """Make the media player of the hub or of a speaker."""
    if device.is_hub:
        yield HubMediaPlayer(coordinator, device)
    else:
        yield SpeakerMediaPlayer(coordinator, device)


@dataclass(frozen=True, slots=True)
class RememberedVolumes(ExtraStoredData):
    """How loud speakers were before they were muted.

    Attributes:
        volumes: 1..50 by speaker.
    """

    volumes: Mapping[str, int]

    @override
    def as_dict(self) -> dict[str, Any]:
        """Return them as they are stored."""
        return {"volumes": dict(self.volumes)}


class _RemembersVolumes(HkwhubMediaPlayer, RestoreEntity):
    """Mutes by silence, and knows also after a restart how loud it was."""

    def __init__(
        self, coordinator: HkwhubCoordinator, device: HubDevice, keys: tuple[str, ...]
    ) -> None:
        """Describe a player, see `BridgeEntity`."""
        super().__init__(coordinator, device, PLAYER, keys, PLAYER.key)
        self._audible: dict[str, int] = {}
        # Who presses quickly means as many steps, each one from where the last has led.
        self._stepping = asyncio.Lock()

    @override
    async def async_added_to_hass(self) -> None:
        """Take over what was known before the restart."""
        await super().async_added_to_hass()
        if (stored := await self.async_get_last_extra_data()) is not None:
            self._audible = dict(stored.as_dict()["volumes"])
        self._remember()

    @property
    @override
    def extra_restore_state_data(self) -> RememberedVolumes:
        """Return what has to survive a restart."""
        return RememberedVolumes(self._audible)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._remember()
        super()._handle_coordinator_update()

    def _remember(self) -> None:
        if self.coordinator.player.is_announcing:
            # An announcement is not as loud as the speaker itself.
            return
        for speaker in self.own_speakers:
            if volume := self._volume_of(speaker):
                self._audible[speaker] = volume

    def _volume_of(self, speaker: str) -> int | None:
        volume: int | None = self.coordinator.data[speaker].state.get(VOLUME)
        return volume

    @property
    def _volume(self) -> int | None:
        volume: int | None = self.device.state.get(VOLUME)
        return volume

    @property
    @override
    def volume_level(self) -> float | None:
        """Return the volume, 0..1."""
        return None if self._volume is None else self._volume / MAX_VOLUME

    @property
    @override
    def is_volume_muted(self) -> bool | None:
        """Return whether it is silent: a hub knows no other way to mute."""
        return None if self._volume is None else self._volume == 0

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        await self.async_command(self._async_mute(mute))

    async def _async_mute(self, mute: bool) -> None:
        await self._async_set_volumes(
            {
                speaker: 0 if mute else self._audible.get(speaker, _USUAL_VOLUME)
                for speaker in self.own_speakers
            }
        )

    @override
    async def async_volume_up(self) -> None:
        await self.async_command(self._async_step_volume(1))

    @override
    async def async_volume_down(self) -> None:
        await self.async_command(self._async_step_volume(-1))

    async def _async_step_volume(self, by: int) -> None:
        """Change each speaker's volume, so that they stay as they are to each other."""
        async with self._stepping:
            await self._async_set_volumes(
                {
                    speaker: min(max(volume + by, 0), MAX_VOLUME)
                    for speaker in self.own_speakers
                    if (volume := self._volume_of(speaker)) is not None
                }
            )

    async def _async_set_volumes(self, volumes: Mapping[str, int]) -> None:
        """Set volumes, 0..50 by speaker; one that fails does not stop the others."""
        refused: CommandRefusedError | None = None
        for speaker, volume in volumes.items():
            try:
                await self.coordinator.async_set_speaker_volume(speaker, volume)
            except CommandRefusedError as err:
                refused = err
        if refused is not None:
            self.coordinator.async_refresh_soon()
            raise refused


class SpeakerMediaPlayer(_RemembersVolumes):
    """One speaker."""

    def __init__(self, coordinator: HkwhubCoordinator, device: HubDevice) -> None:
        """Describe a speaker's player."""
        super().__init__(coordinator, device, (VOLUME, ACTIVE, IS_PLAYING))

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the hub too: title and position are the hub's."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_add_listener(
                self._handle_coordinator_update,
                Interest(HUB_ID, (PLAYBACK, MEMBERS, ORDER)),
            )
        )

    @property
    @override
    def speakers(self) -> tuple[str, ...]:
        """Return the group it plays in, or itself."""
        group = tuple(self.coordinator.player.group)
        return group if self._device_id in group else (self._device_id,)

    @property
    @override
    def stream_speakers(self) -> tuple[str, ...]:
        """Return its group; while only an announcement sounds here, that of the music."""
        group = tuple(self.coordinator.player.group)
        return group if group and self.takes_part else self.speakers

    @property
    @override
    def own_speakers(self) -> tuple[str, ...]:
        """Return itself."""
        return (self._device_id,)

    @property
    @override
    def takes_part(self) -> bool:
        """Return whether it is in the hub's session."""
        return bool(self.device.state.get(ACTIVE))

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return what it does, if need be for somebody else than the hub."""
        playback = self._playback
        if playback is not None and playback.state is not PlaybackState.IDLE:
            return STATES[playback.state]
        if self.device.state.get(IS_PLAYING):
            return MediaPlayerState.PLAYING
        return MediaPlayerState.IDLE

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        await self.async_command(
            self.coordinator.async_set_speaker_volume(
                self._device_id, round(volume * MAX_VOLUME)
            )
        )

    @override
    async def _async_join(self, others: set[str]) -> None:
        await self.coordinator.player.async_join({self._device_id, *others})

    @override
    async def async_unjoin_player(self) -> None:
        await self.async_command(self.coordinator.player.async_leave([self._device_id]))


class HubMediaPlayer(_RemembersVolumes):
    """All speakers together: what is played here is played everywhere."""

    def __init__(self, coordinator: HkwhubCoordinator, device: HubDevice) -> None:
        """Describe the hub's player."""
        super().__init__(
            coordinator, device, (PLAYBACK, MEMBERS, ORDER, VOLUME, IS_PLAYING)
        )

    @property
    @override
    def speakers(self) -> tuple[str, ...]:
        """Return all speakers."""
        return self.coordinator.speakers

    @property
    @override
    def own_speakers(self) -> tuple[str, ...]:
        """Return all speakers."""
        return self.coordinator.speakers

    @property
    @override
    def stream_speakers(self) -> tuple[str, ...]:
        """Return those who take part, all if nobody does."""
        return tuple(self.coordinator.player.group) or self.coordinator.speakers

    @property
    @override
    def takes_part(self) -> bool:
        """Return that the hub always does."""
        return True

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return what the hub does, if need be for another client of it."""
        playback = self.coordinator.playback
        if playback.state is PlaybackState.IDLE and self.device.state[IS_PLAYING]:
            return MediaPlayerState.PLAYING
        return STATES[playback.state]

    @override
    async def async_media_play(self) -> None:
        # What goes on somewhere is not carried everywhere by that.
        heard = self.coordinator.is_heard
        speakers = self.stream_speakers if heard else self.speakers
        await self.async_command(self.coordinator.player.async_play(speakers))

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        await self.async_command(
            self.coordinator.async_set_volume(round(volume * MAX_VOLUME))
        )

    @override
    async def _async_join(self, others: set[str]) -> None:
        await self.coordinator.player.async_join(others)

    @override
    async def async_unjoin_player(self) -> None:
        await self.async_command(self.coordinator.player.async_leave(self.speakers))
