"""Announcements: music makes way, a few speakers speak, then all is as before.

A hub can play one thing only, so there is no voice over music. What is done instead:
pause, take the speakers that are not meant out of the session, set the volume, play
with a higher priority, wait for the end, and undo all of it.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import logging
from typing import Final

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .borrowed_volumes import BorrowedVolumes
from .client import HkwhubError, RequestTimeoutError
from .devices import HUB_ID, IS_PLAYING
from .hub import Hub
from .playback import Item, Playback, PlaybackState
from .stream import HubStream, priority_of, refused_for_priority

_LOGGER = logging.getLogger(__name__)

# After this the speakers go back to what they did, whatever still sounds.
LONGEST_SECONDS: Final = 300


@dataclass(slots=True, kw_only=True)
class Announcement:
    """Something to be heard once.

    Attributes:
        item: What to play.
        speakers: Ids of the speakers that it is meant for.
        volume: 0..50; None for the volume that they have.
        begun: Done as soon as it sounds; fails if it was refused.
    """

    item: Item
    speakers: Collection[str]
    volume: int | None
    begun: asyncio.Future[None] = field(default_factory=asyncio.Future)


@dataclass(slots=True, kw_only=True)
class _Before:
    """How it was before the first of some announcements.

    Attributes:
        playback: What the hub did.
        position: Seconds of the item that were played.
        members: Who took part.
        touched: Whether anything was changed that has to be restored.
    """

    playback: Playback
    position: float | None
    members: tuple[str, ...]
    touched: bool = False


class Announcer:
    """Lets announcements sound one after the other, and restores what was before."""

    def __init__(self, hub: Hub, stream: HubStream) -> None:
        """Announce on a hub."""
        self._hub = hub
        self._stream = stream
        self._volumes = BorrowedVolumes(hub)
        self._waiting: deque[Announcement] = deque()
        self._current: Announcement | None = None
        self._sounding: Item | None = None
        self._running: asyncio.Task[None] | None = None
        self._before: _Before | None = None
        self._ended = asyncio.Event()
        self._music_goes_on = True
        self._given_way = False
        self._taken_over = False

    @property
    def is_announcing(self) -> bool:
        """Return whether an announcement sounds, or its traces are being removed."""
        return self._running is not None and not self._running.done()

    @property
    def members_before(self) -> tuple[str, ...] | None:
        """Return who takes part again after the announcement, None without one."""
        return None if self._before is None else self._before.members

    async def async_announce(self, announcement: Announcement) -> None:
        """Let something be heard; returns when it sounds.

        If an announcement sounds already it has to wait for its turn.

        Raises:
            HomeAssistantError: The hub refused, or the user wanted something else.
            HkwhubError: The hub was not reached.
        """
        self._waiting.append(announcement)
        if not self.is_announcing:
            self._start()
        await announcement.begun

    async def async_give_way(self, *, music_goes_on: bool = False) -> None:
        """End what is being announced, because the user wants something else.

        Volumes are restored, and who took part does so again.

        Args:
            music_goes_on: Whether the music goes on; else it stays paused, and what
                cannot be paused is over.
        """
        # Another one may have come while the traces of the first were removed.
        while self._running is not None and not self._running.done():
            self._given_way = True
            self._music_goes_on = music_goes_on
            self._ended.set()
            await asyncio.wait([self._running])

    @callback
    def note_playback(self, playback: Playback) -> None:
        """Note what the hub does: whether the announcement still sounds."""
        if self._sounding is None:
            return
        plays = playback.state is PlaybackState.PLAYING
        if plays and playback.item == self._sounding:
            return
        self._taken_over = plays
        self._ended.set()

    @callback
    def note_list(self) -> None:
        """Note that the speakers were listed: one that was away may be back."""
        if self._volumes.any_left and not self.is_announcing:
            self._hub.config_entry.async_create_background_task(
                self._hub.hass, self._async_give_back(), f"{DOMAIN} hkwhub volumes"
            )

    async def _async_give_back(self) -> None:
        async with self._stream.lock:
            await self._volumes.async_give_back()

    def _start(self) -> None:
        self._given_way = False
        self._music_goes_on = True
        self._taken_over = False
        self._running = self._hub.config_entry.async_create_background_task(
            self._hub.hass, self._async_run(), f"{DOMAIN} hkwhub announcement"
        )

    async def _async_run(self) -> None:
        async with self._stream.lock:
            before = self._before = self._look()
            try:
                while self._waiting and not (self._given_way or self._taken_over):
                    self._current = self._waiting.popleft()
                    # Whoever wanted it may be gone, such as a restarted automation.
                    if not self._current.begun.cancelled():
                        await self._async_sound(self._current, before)
            finally:
                self._sounding = None
                self._turn_away()
                if before.touched:
                    await self._async_restore(before)
                self._before = None
        if self._waiting:
            # It came while the traces of the others were removed.
            self._start()

    def _look(self) -> _Before:
        playback = self._hub.watch.playback
        return _Before(
            playback=playback,
            position=playback.position_now(dt_util.utcnow()),
            members=self._hub.members,
        )

    async def _async_sound(self, announcement: Announcement, before: _Before) -> None:
        """Play one announcement to its end, or until something else is wanted."""
        self._ended.clear()
        try:
            await self._async_begin(announcement, before)
        except (HkwhubError, HomeAssistantError) as err:
            if not announcement.begun.done():
                announcement.begun.set_exception(err)
            return
        if not announcement.begun.done():
            announcement.begun.set_result(None)
        self._sounding = announcement.item
        self.note_playback(self._hub.playback)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            _LOGGER.debug("An announcement does not end; it is ended")
        self._sounding = None
        if self._hub.playback.item == announcement.item:
            with _logged("The announcement could not be ended"):
                await self._stream.async_stop()

    async def _async_begin(self, announcement: Announcement, before: _Before) -> None:
        """Let an announcement begin, for which everything else makes way.

        Raises:
            HomeAssistantError: The hub refused, or the announcement is not wanted.
            HkwhubError: The hub was not reached.
        """
        if _outranks(before.playback, announcement.item):
            # A hub would let it pass once the music is paused.
            raise refused_for_priority(announcement.item)
        before.touched = True
        others_play = self._others_play()
        if not others_play:
            await self._async_make_way(before)
            await self._stream.async_regroup(announcement.speakers)
        await self._volumes.async_set(announcement.speakers, announcement.volume)
        if self._given_way or announcement.begun.cancelled():
            raise _cancelled()
        try:
            await self._stream.async_start(announcement.item, announcement.speakers)
        except RequestTimeoutError:
            if not others_play:
                # It may sound all the same, and with its priority keep the music away.
                with _logged("The announcement could not be ended"):
                    await self._stream.async_stop()
            raise

    def _others_play(self) -> bool:
        """Return whether the hub plays something of another client.

        It is left alone until the hub has agreed to interrupt it.
        """
        playback = self._hub.playback
        if playback.state is PlaybackState.PLAYING:
            return playback.item is None
        return bool(self._hub.data[HUB_ID].state[IS_PLAYING])

    async def _async_make_way(self, before: _Before) -> None:
        """Pause what can be resumed, and end all else.

        Who joins for the announcement must not hear the music for a moment.

        Raises:
            HkwhubError: The hub was not reached.
        """
        playback = self._hub.playback
        if playback.state is not PlaybackState.PLAYING or playback.item is None:
            return
        try:
            if playback.item.can_be_resumed:
                await self._stream.async_pause()
            else:
                await self._stream.async_stop()
        except HomeAssistantError as err:
            # It may just have ended by itself: then it is not what comes afterwards.
            _LOGGER.debug("The music could not be paused: %s", err)
            await self._hub.watch.async_ask()
            before.playback = self._hub.playback

    def _turn_away(self) -> None:
        """Tell those that still wait that it will not be their turn."""
        turned_away = [*self._waiting]
        if self._current is not None:
            turned_away.append(self._current)
        self._waiting.clear()
        self._current = None
        for announcement in turned_away:
            if not announcement.begun.done():
                announcement.begun.set_exception(_cancelled())

    async def _async_restore(self, before: _Before) -> None:
        await self._volumes.async_give_back()
        if not self._taken_over:
            speakers = self._hub.speakers
            with _logged("The speakers of the music could not be restored"):
                await self._stream.async_regroup(
                    [one for one in before.members if one in speakers]
                )
            with _logged("The music could not be resumed"):
                await self._async_restore_music(before)
        self._hub.async_refresh_soon()

    async def _async_restore_music(self, before: _Before) -> None:
        """Go on with what was played."""
        item = before.playback.item
        if item is None or self._hub.playback == before.playback:
            return
        members = [one for one in before.members if one in self._hub.members]
        played = before.playback.state is PlaybackState.PLAYING
        if played and self._music_goes_on:
            if members and item.can_be_resumed:
                await self._stream.async_resume(item, members, before.position)
            elif members:
                await self._stream.async_start(item, members)
        elif item.can_be_resumed:
            self._hub.watch.hold(item, before.position)


def _outranks(playback: Playback, item: Item) -> bool:
    return (
        playback.state is PlaybackState.PLAYING
        and playback.item is not None
        and priority_of(playback.item) > priority_of(item)
    )


def _cancelled() -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="hkwhub_announcement_cancelled"
    )


@contextmanager
def _logged(what: str) -> Iterator[None]:
    """Log an error: after an announcement nobody waits for one."""
    try:
        yield
    except (HkwhubError, HomeAssistantError) as err:
        _LOGGER.warning("%s: %s", what, err)
