"""What a speaker and the whole hub have in common as media players."""

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_EXTRA,
    BrowseMedia,
    MediaPlayerDeviceClass,
    MediaPlayerEnqueue,
    MediaPlayerEntity,
    MediaPlayerEntityDescription,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
    RepeatMode,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from .content import browse_track
from .devices import HUB_ID, ORDER
from .entity import HkwhubEntity
from .library import search
from .media import async_resolve
from .media_browser import async_browse
from .play_queue import Order, Repeat
from .playback import Item, Playback, PlaybackState
from .player import MAX_VOLUME

PLAYER: Final = MediaPlayerEntityDescription(
    key="player", device_class=MediaPlayerDeviceClass.SPEAKER
)

_ALWAYS: Final = (
    MediaPlayerEntityFeature.VOLUME_SET
    | MediaPlayerEntityFeature.VOLUME_STEP
    | MediaPlayerEntityFeature.VOLUME_MUTE
    | MediaPlayerEntityFeature.PLAY
    | MediaPlayerEntityFeature.STOP
    | MediaPlayerEntityFeature.PLAY_MEDIA
    | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
    | MediaPlayerEntityFeature.MEDIA_ENQUEUE
    | MediaPlayerEntityFeature.CLEAR_PLAYLIST
    | MediaPlayerEntityFeature.BROWSE_MEDIA
    | MediaPlayerEntityFeature.SEARCH_MEDIA
    | MediaPlayerEntityFeature.GROUPING
    | MediaPlayerEntityFeature.REPEAT_SET
    | MediaPlayerEntityFeature.SHUFFLE_SET
)

# A radio, speech and what somebody else plays can neither be resumed nor skipped.
_WITH_TRACKS: Final = (
    MediaPlayerEntityFeature.PAUSE
    | MediaPlayerEntityFeature.NEXT_TRACK
    | MediaPlayerEntityFeature.PREVIOUS_TRACK
)

STATES: Final = {
    PlaybackState.IDLE: MediaPlayerState.IDLE,
    PlaybackState.PAUSED: MediaPlayerState.PAUSED,
    PlaybackState.PLAYING: MediaPlayerState.PLAYING,
}


class HkwhubMediaPlayer(HkwhubEntity, MediaPlayerEntity):
    """What a speaker and the whole hub have in common: they share the one playback."""

    entity_description: MediaPlayerEntityDescription
    _attr_name = None
    _attr_volume_step = 1 / MAX_VOLUME

    @property
    @abstractmethod
    def speakers(self) -> tuple[str, ...]:
        """Return the ids of the speakers that are meant when this one is told to play."""

    @property
    @abstractmethod
    def takes_part(self) -> bool:
        """Return whether what the hub plays is heard here."""

    # What is shown

    @property
    def _playback(self) -> Playback | None:
        """Return what the hub plays, if it is heard here."""
        return self.coordinator.playback if self.takes_part else None

    @property
    def _item(self) -> Item | None:
        return None if self._playback is None else self._playback.item

    @property
    @override
    def supported_features(self) -> MediaPlayerEntityFeature:
        """Return what can be done; pausing and skipping need tracks of the hub's."""
        # Also while another client, or another source, plays here.
        busy = self.state is not MediaPlayerState.IDLE
        item = self._item
        # While something is announced, pausing and skipping are for the music behind.
        if busy and (item is None or not (item.can_be_resumed or item.announced)):
            return _ALWAYS
        return _ALWAYS | _WITH_TRACKS

    @property
    @override
    def media_title(self) -> str | None:
        """Return the title of what plays."""
        return None if self._item is None else self._item.title

    @property
    @override
    def media_artist(self) -> str | None:
        """Return the artist of what plays."""
        return None if self._item is None else self._item.artist

    @property
    @override
    def media_album_name(self) -> str | None:
        """Return the album of what plays."""
        return None if self._item is None else self._item.album

    @property
    @override
    def media_duration(self) -> int | None:
        """Return how long it is, in seconds."""
        return None if self._item is None else self._item.duration

    @property
    @override
    def media_content_id(self) -> str | None:
        """Return the id of a track; addresses may be signed, so they are not shown."""
        return None if self._item is None else self._item.content_id

    @property
    @override
    def media_content_type(self) -> MediaType | None:
        """Return music for all that plays."""
        return None if self._item is None else MediaType.MUSIC

    @property
    @override
    def media_position(self) -> int | None:
        """Return the seconds that were played at `media_position_updated_at`."""
        return None if self._playback is None else self._playback.position

    @property
    @override
    def media_position_updated_at(self) -> datetime | None:
        """Return when the position was right; it changes with jumps only."""
        return None if self._playback is None else self._playback.position_at

    @property
    @override
    def repeat(self) -> RepeatMode:
        """Return what happens at the end of the queue."""
        return RepeatMode(self._order.repeat)

    @property
    @override
    def shuffle(self) -> bool:
        """Return whether the queue is played in a random order."""
        return self._order.shuffle

    @property
    def _order(self) -> Order:
        order: Order = self.coordinator.data[HUB_ID].state[ORDER]
        return order

    @property
    @override
    def group_members(self) -> list[str] | None:
        """Return who plays together; the hub's own stream needs no leader."""
        members = self.coordinator.members
        if not self.takes_part or not members:
            return None
        ordered = sorted(members, key=lambda one: one != self._device_id)
        return [
            entity_id
            for member in ordered
            if (entity_id := self._entity_id_of(member)) is not None
        ]

    def _entity_id_of(self, speaker: str) -> str | None:
        return er.async_get(self.hass).async_get_entity_id(
            "media_player",
            DOMAIN,
            f"{self.coordinator.scope}_{speaker}_{PLAYER.key}",
        )

    def _speaker_of(self, entity_id: str) -> str:
        """Return the id of the speaker behind an entity of the same hub.

        Raises:
            ServiceValidationError: It is none.
        """
        for speaker in self.coordinator.speakers:
            if self._entity_id_of(speaker) == entity_id:
                return speaker
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="hkwhub_not_of_this_hub",
            translation_placeholders={"entity": entity_id},
        )

    # What is done

    @override
    async def async_media_play(self) -> None:
        await self.async_command(self.coordinator.player.async_play(self.speakers))

    @override
    async def async_media_pause(self) -> None:
        await self._async_send_to_stream(self.coordinator.player.async_pause)

    @override
    async def async_media_stop(self) -> None:
        await self._async_send_to_stream(self.coordinator.player.async_stop)

    async def _async_send_to_stream(
        self, command: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Carry out what concerns the stream; a speaker without part in it is silent.

        One that makes way for an announcement elsewhere has its part in it.
        """
        if self.takes_part or self._device_id in self.coordinator.player.group:
            await self.async_command(command())

    @property
    def stream_speakers(self) -> tuple[str, ...]:
        """Return the ids of the speakers that go on, whatever comes next."""
        return self.speakers

    @override
    async def async_media_next_track(self) -> None:
        await self._async_skip(1)

    @override
    async def async_media_previous_track(self) -> None:
        await self._async_skip(-1)

    async def _async_skip(self, by: int) -> None:
        await self.coordinator.joint_calls.async_join(
            self._context,
            ("skip", by),
            self,
            lambda players: self.async_command(
                self.coordinator.player.async_skip(by, _stream_speakers(players))
            ),
        )

    @override
    async def async_set_repeat(self, repeat: RepeatMode) -> None:
        self.coordinator.player.set_order(replace(self._order, repeat=Repeat(repeat)))

    @override
    async def async_set_shuffle(self, shuffle: bool) -> None:
        self.coordinator.player.set_order(replace(self._order, shuffle=shuffle))

    @override
    async def async_clear_playlist(self) -> None:
        self.coordinator.player.clear_queue()
        await self._async_send_to_stream(self.coordinator.player.async_stop)

    @override
    async def async_join_players(self, group_members: list[str]) -> None:
        others = {self._speaker_of(entity_id) for entity_id in group_members}
        await self.async_command(self._async_join(others))

    @abstractmethod
    async def _async_join(self, others: set[str]) -> None:
        """Let other speakers play together with this player."""

    @override
    async def async_play_media(
        self,
        media_type: MediaType | str,
        media_id: str,
        enqueue: MediaPlayerEnqueue | None = None,
        announce: bool | None = None,
        **kwargs: Any,
    ) -> None:
        extra = kwargs.get(ATTR_MEDIA_EXTRA) or {}
        await self.coordinator.joint_calls.async_join(
            self._context,
            ("play", media_type, media_id, enqueue, announce, str(extra)),
            self,
            lambda players: self.async_send(
                self._async_play_media(
                    players,
                    media_type,
                    media_id,
                    enqueue or MediaPlayerEnqueue.REPLACE,
                    bool(announce),
                    extra,
                )
            ),
        )

    async def _async_play_media(
        self,
        players: Sequence[HkwhubMediaPlayer],
        media_type: str,
        media_id: str,
        enqueue: MediaPlayerEnqueue,
        announce: bool,
        extra: dict[str, Any],
    ) -> None:
        priority = _number(extra, "priority", 1, 1000)
        volume = _number(extra, "volume", 0, 1)
        resolved = await async_resolve(
            self.hass,
            self.coordinator.library,
            media_type=media_type,
            media_id=media_id,
            entity_id=self.entity_id,
            extra=extra,
        )
        player = self.coordinator.player
        given = None if priority is None else round(priority)
        speakers = _all_of(one.speakers for one in players)
        if announce:
            # Not a command that goes its way in any case: who waits for its turn and
            # is cancelled does not want to be heard any more.
            await player.async_announce(
                resolved.single_item(given),
                _all_of(one.own_speakers for one in players),
                volume=volume,
            )
        elif resolved.tracks:
            await self.async_command(
                player.async_play_tracks(
                    resolved.tracks, speakers, enqueue=enqueue, priority=given
                )
            )
        elif enqueue in (MediaPlayerEnqueue.ADD, MediaPlayerEnqueue.NEXT):
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="hkwhub_only_tracks_in_queue"
            )
        else:
            await self.async_command(
                player.async_play_item(resolved.single_item(given), speakers)
            )

    @property
    @abstractmethod
    def own_speakers(self) -> tuple[str, ...]:
        """Return the ids of the speakers that announcements here are meant for."""

    # What there is

    @override
    async def async_browse_media(
        self,
        media_content_type: MediaType | str | None = None,
        media_content_id: str | None = None,
    ) -> BrowseMedia:
        return await self.async_send(
            async_browse(
                self.hass,
                self.coordinator.library,
                self.coordinator.name,
                media_content_id,
            )
        )

    @override
    async def async_search_media(self, query: SearchMediaQuery) -> SearchMedia:
        tracks = await self.async_send(self.coordinator.library.async_tracks())
        found = search(tracks, query.search_query)
        return SearchMedia(result=[browse_track(track) for track in found])


def _all_of(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return the ids of all speakers of some groups, each once."""
    return tuple(dict.fromkeys(speaker for group in groups for speaker in group))


def _stream_speakers(players: Sequence[HkwhubMediaPlayer]) -> tuple[str, ...]:
    """Return the ids of the speakers that go on when some players are told to.

    A silent one does not join because those beside it are told something.
    """
    concerned = [one for one in players if one.takes_part] or players
    return _all_of(one.stream_speakers for one in concerned)


def _number(
    extra: dict[str, Any], name: str, lowest: float, highest: float
) -> float | None:
    """Return a number that may come with a call.

    Raises:
        ServiceValidationError: It is none, or out of range.
    """
    value = extra.get(name)
    if value is None:
        return None
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and lowest <= value <= highest
    ):
        return value
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="hkwhub_extra_out_of_range",
        translation_placeholders={
            "field": name,
            "lowest": str(lowest),
            "highest": str(highest),
        },
    )
