"""What users tell a hub: play, pause, next. Knows the queue, which the hub does not."""

from collections.abc import Collection, Sequence
from dataclasses import replace
import logging
from typing import Final

from homeassistant.components.media_player import MediaPlayerEnqueue
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .announcer import Announcement, Announcer
from .client import HkwhubError, HubMedia, Track
from .const import (
    CONF_ANNOUNCEMENT_PRIORITY,
    CONF_ANNOUNCEMENT_VOLUME,
    CONF_AUTO_ADVANCE,
    DEFAULT_ANNOUNCEMENT_PRIORITY,
    DEFAULT_AUTO_ADVANCE,
)
from .devices import HUB_ID, ORDER
from .hub import Hub
from .play_queue import RESTART_AFTER, Order, PlayQueue
from .playback import Item, Playback, PlaybackState, track_item
from .stream import HubStream

_LOGGER = logging.getLogger(__name__)

MAX_VOLUME: Final = 50

# How many tracks are tried when one has ended; the hub refuses those that are gone.
TRACKS_TO_TRY: Final = 3


class HubPlayer:
    """Carries out what users want of a hub and its speakers.

    All methods that send something raise `HomeAssistantError` where the hub refuses,
    and `HkwhubError` where it is not reached.
    """

    def __init__(self, hub: Hub) -> None:
        """Play on a hub."""
        self._hub = hub
        self._watch = hub.watch
        self._library = hub.library
        self._options = hub.config_entry.options
        self._stream = HubStream(hub)
        self._announcer = Announcer(hub, self._stream)
        self._queue = PlayQueue()
        # What was played last, to be played again: a radio, if not the queue's turn.
        self._last_item: Item | None = None
        self._priority: int | None = None

    @property
    def group(self) -> Collection[str]:
        """Return the ids of the speakers of the music, also while it makes way."""
        before = self._announcer.members_before
        return self._hub.members if before is None else before

    @property
    def is_announcing(self) -> bool:
        """Return whether an announcement sounds, or its traces are being removed."""
        return self._announcer.is_announcing

    # Playing

    async def async_play_item(self, item: Item, speakers: Collection[str]) -> None:
        """Play something that is not of the media list."""
        await self._announcer.async_give_way()
        async with self._stream.lock:
            await self._stream.async_start(item, speakers)
            self._last_item = item

    async def async_play_tracks(
        self,
        tracks: Sequence[Track],
        speakers: Collection[str],
        *,
        enqueue: MediaPlayerEnqueue = MediaPlayerEnqueue.REPLACE,
        priority: int | None = None,
    ) -> None:
        """Play tracks of the media list, or put them into the queue.

        Args:
            tracks: At least one.
            speakers: Ids of the speakers.
            enqueue: Whether to play now or later.
            priority: Of the playback; None for the hub's default.
        """
        if enqueue in (MediaPlayerEnqueue.ADD, MediaPlayerEnqueue.NEXT):
            if enqueue is MediaPlayerEnqueue.ADD:
                self._queue.append(tracks)
            else:
                self._queue.insert(tracks)
            return
        await self._announcer.async_give_way()
        library = await self._library.async_tracks()
        async with self._stream.lock:
            if enqueue is MediaPlayerEnqueue.PLAY:
                self._queue.insert(tracks, play_now=True)
            elif len(tracks) == 1:
                self._queue.play_alone(tracks[0], library)
            else:
                self._queue.play_all(tracks)
            await self._async_start_current(speakers, priority)

    async def async_play(self, speakers: Collection[str]) -> None:
        """Go on with what was paused, or play again what was played last.

        Args:
            speakers: Ids of the speakers, where none take part yet.
        """
        await self._announcer.async_give_way(music_goes_on=True)
        async with self._stream.lock:
            playback = self._watch.playback
            item = playback.item
            paused = playback.state is PlaybackState.PAUSED
            if self._hub.is_heard and not paused:
                # Also where it is another client's, of which the watch knows nothing.
                await self._stream.async_add(speakers)
            elif item is not None and item.can_be_resumed:
                await self._stream.async_resume(item, speakers, playback.position)
            elif self._last_item is not None:
                await self._stream.async_start(self._last_item, speakers)
            elif self._queue.current is not None:
                await self._async_start_current(speakers, self._priority)
            else:
                await self._async_begin_library(speakers)

    async def async_pause(self) -> None:
        """Pause; only tracks of the media list can be resumed."""
        await self._announcer.async_give_way()
        async with self._stream.lock:
            if self._watch.playback.state is PlaybackState.PLAYING:
                await self._stream.async_pause()

    async def async_stop(self) -> None:
        """Stop."""
        await self._announcer.async_give_way()
        async with self._stream.lock:
            if self._hub.is_heard:
                await self._stream.async_stop()

    async def async_skip(self, by: int, speakers: Collection[str]) -> None:
        """Go to the next track (1) or the one before (-1).

        Like on any player, "previous" begins the track anew once it has played for a
        few seconds.
        """
        await self._announcer.async_give_way()
        async with self._stream.lock:
            if self._queue.current is None:
                await self._async_begin_library(speakers)
                return
            position = self._watch.playback.position_now(dt_util.utcnow()) or 0
            if by > 0 or position <= RESTART_AFTER:
                self._queue.step(by)
            await self._async_start_current(speakers, self._priority)

    async def _async_begin_library(self, speakers: Collection[str]) -> None:
        tracks = await self._library.async_tracks()
        if not tracks:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="hkwhub_nothing_to_play"
            )
        self._queue.play_alone(tracks[0], tracks)
        await self._async_start_current(speakers, None)

    async def _async_start_current(
        self, speakers: Collection[str], priority: int | None
    ) -> None:
        if (track := self._queue.current) is not None:
            await self._stream.async_start(track_item(track, priority), speakers)
            self._priority = priority
            self._last_item = None

    # The queue

    @callback
    def set_order(self, order: Order) -> None:
        """Choose repeat and shuffle."""
        self._queue.set_order(order)
        self._hub.async_push(HUB_ID, {ORDER: order})

    @callback
    def clear_queue(self) -> None:
        """Forget the queue; what plays goes on."""
        self._queue.clear()

    @callback
    def note_playback(self, playback: Playback) -> None:
        """Note what the hub does now."""
        self._announcer.note_playback(playback)

    @callback
    def note_list(self) -> None:
        """Note that the speakers were listed."""
        self._announcer.note_list()

    @callback
    def note_end(self, item: Item | None, finished: bool) -> None:
        """Go on after something has ended by itself.

        Args:
            item: What has ended, if known.
            finished: Whether it was played to its end.
        """
        if (
            item is not None
            and finished
            and not item.announced
            and isinstance(item.media, HubMedia)
        ):
            self._hub.config_entry.async_create_background_task(
                self._hub.hass,
                self._async_advance(item),
                f"{DOMAIN} hkwhub next track",
            )

    async def _async_advance(self, ended: Item) -> None:
        async with self._stream.lock:
            current = self._queue.current
            if (
                self._watch.playback.state is not PlaybackState.IDLE
                or current is None
                or HubMedia(current.id) != ended.media
                or not self._hub.members
            ):
                return
            auto_advance: bool = self._options.get(
                CONF_AUTO_ADVANCE, DEFAULT_AUTO_ADVANCE
            )
            for _ in range(TRACKS_TO_TRY):
                if self._queue.after_end(auto_advance=auto_advance) is None:
                    return
                try:
                    await self._async_start_current(self._hub.members, ended.priority)
                except HomeAssistantError as err:
                    # It may have been deleted: the one after it may be there.
                    _LOGGER.warning("The next track could not be played: %s", err)
                except HkwhubError as err:
                    _LOGGER.warning("The next track could not be played: %s", err)
                    return
                else:
                    return

    # Speakers

    async def async_join(self, group: Collection[str]) -> None:
        """Let speakers play together.

        They come to those who take part already. While nothing plays, and none of
        them takes part, exactly they form a new group.
        """
        await self._announcer.async_give_way(music_goes_on=True)
        async with self._stream.lock:
            members = self._hub.members
            if not self._hub.is_heard and not set(group) & set(members):
                await self._stream.async_regroup(sorted(group))
            else:
                await self._stream.async_add(sorted(group))

    async def async_leave(self, speakers: Collection[str]) -> None:
        """Let speakers take part no more; with the last one the music ends."""
        await self._announcer.async_give_way(music_goes_on=True)
        async with self._stream.lock:
            leaving = [one for one in self._hub.members if one in speakers]
            alone = len(leaving) == len(self._hub.members)
            if leaving and alone and self._hub.is_heard:
                await self._stream.async_stop()
            await self._stream.async_remove(leaving)

    # Announcements

    async def async_announce(
        self,
        item: Item,
        speakers: Collection[str],
        *,
        volume: float | None = None,
    ) -> None:
        """Let something be heard, after which all is as before.

        Args:
            item: What to play; its priority is that of the options unless it has one.
            speakers: Ids of the speakers that it is meant for.
            volume: 0..1; None for that of the options.
        """
        if item.priority is None:
            priority: float = self._options.get(
                CONF_ANNOUNCEMENT_PRIORITY, DEFAULT_ANNOUNCEMENT_PRIORITY
            )
            item = replace(item, priority=round(priority))
        percent: float | None = self._options.get(CONF_ANNOUNCEMENT_VOLUME)
        if volume is None and percent is not None:
            volume = percent / 100
        await self._announcer.async_announce(
            Announcement(
                item=replace(item, announced=True),
                speakers=tuple(speakers),
                volume=None if volume is None else round(volume * MAX_VOLUME),
            )
        )

    async def async_close(self) -> None:
        """End what is being announced, and restore what was before.

        A command that is under way comes to its end.
        """
        await self._announcer.async_give_way(music_goes_on=True)
        async with self._stream.lock:
            return
