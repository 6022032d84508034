"""Announcements: music makes way, a few speakers speak, then all is as before.

A hub can play one thing only, so there is no voice over music. What is done instead:
pause, take the speakers that are not meant out of the session, set the volume, play
with a higher priority, wait for the end, and undo all of it.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .client import HkwhubError
from .devices import VOLUME
from .playback import Item, Playback, PlaybackState
from .stream import HubStream

if TYPE_CHECKING:
    from .coordinator import HkwhubCoordinator

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """How it was before the first of some announcements.

    Attributes:
        playback: What the hub did.
        position: Seconds of the item that were played.
        members: Who took part.
        volumes: What was changed: speaker -> (its own volume, that of the announcement).
    """

    playback: Playback
    position: float | None
    members: tuple[str, ...]
    volumes: dict[str, tuple[int, int]] = field(default_factory=dict)


class Announcer:
    """Lets announcements sound one after the other, and restores what was before."""

    def __init__(self, coordinator: HkwhubCoordinator, stream: HubStream) -> None:
        """Announce on a coordinator's hub."""
        self._coordinator = coordinator
        self._stream = stream
        self._waiting: deque[Announcement] = deque()
        self._running: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._music_goes_on = True
        self._given_way = False

    @property
    def is_announcing(self) -> bool:
        """Return whether an announcement sounds, or its traces are being removed."""
        return self._running is not None and not self._running.done()

    async def async_announce(self, announcement: Announcement) -> None:
        """Let something be heard; returns when it sounds.

        If an announcement sounds already it has to wait for its turn.

        Raises:
            HomeAssistantError: The hub refused, or the user wanted something else.
            HkwhubError: The hub was not reached.
        """
        self._waiting.append(announcement)
        if not self.is_announcing:
            self._running = self._coordinator.config_entry.async_create_background_task(
                self._coordinator.hass,
                self._async_run(),
                f"{DOMAIN} hkwhub announcement",
            )
        await announcement.begun

    async def async_give_way(self, *, music_goes_on: bool = False) -> None:
        """End what is being announced, because the user wants something else.

        Volumes are restored, and who took part does so again.

        Args:
            music_goes_on: Whether the music goes on; else that is left to what the
                user wants.
        """
        if self._running is None or self._running.done():
            return
        self._given_way = True
        self._music_goes_on = music_goes_on
        self._ended.set()
        await asyncio.shield(self._running)

    @callback
    def note_end(self) -> None:
        """Note that the hub has ended what it played."""
        self._ended.set()

    async def _async_run(self) -> None:
        self._given_way = False
        self._music_goes_on = True
        async with self._stream.lock:
            before = self._look()
            try:
                await self._async_make_way(before)
                while self._waiting and not self._given_way:
                    announcement = self._waiting.popleft()
                    # Whoever wanted it may be gone, such as a restarted automation.
                    if not announcement.begun.cancelled():
                        await self._async_sound(announcement, before)
            finally:
                self._turn_away()
                await self._async_restore(before)

    def _look(self) -> _Before:
        playback = self._coordinator.watch.playback
        return _Before(
            playback=playback,
            position=playback.position_now(dt_util.utcnow()),
            members=self._coordinator.members,
        )

    async def _async_make_way(self, before: _Before) -> None:
        """Pause what can be resumed; all else is interrupted."""
        item = before.playback.item
        if (
            before.playback.state is PlaybackState.PLAYING
            and item is not None
            and item.can_be_resumed
        ):
            with _logged("The music could not be paused"):
                await self._stream.async_pause()

    async def _async_sound(self, announcement: Announcement, before: _Before) -> None:
        """Play one announcement to its end, or until something else is wanted."""
        try:
            await self._stream.async_regroup(announcement.speakers)
            await self._async_set_volumes(announcement, before)
            self._ended.clear()
            await self._stream.async_start(announcement.item, announcement.speakers)
        except (HkwhubError, HomeAssistantError) as err:
            if not announcement.begun.done():
                announcement.begun.set_exception(err)
            return
        if not announcement.begun.done():
            announcement.begun.set_result(None)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            _LOGGER.debug("An announcement does not end; it is ended")
        if self._coordinator.watch.playback.item == announcement.item:
            with _logged("The announcement could not be ended"):
                await self._stream.async_stop()

    async def _async_set_volumes(
        self, announcement: Announcement, before: _Before
    ) -> None:
        """Set the announcement's volume, and restore it where one came before."""
        for speaker in announcement.speakers:
            volume = self._volume(speaker)
            own, _ = before.volumes.get(speaker, (volume, volume))
            wanted = own if announcement.volume is None else announcement.volume
            if own is None or wanted is None or wanted == volume:
                continue
            await self._coordinator.async_set_speaker_volume(speaker, wanted)
            before.volumes[speaker] = (own, wanted)

    def _turn_away(self) -> None:
        """Tell those that still wait that it will not be their turn."""
        while self._waiting:
            begun = self._waiting.popleft().begun
            if not begun.done():
                begun.set_exception(
                    HomeAssistantError(
                        translation_domain=DOMAIN,
                        translation_key="hkwhub_announcement_cancelled",
                    )
                )

    async def _async_restore(self, before: _Before) -> None:
        for speaker, (own, announced) in before.volumes.items():
            # One that was changed meanwhile is what the user wants.
            if self._volume(speaker) == announced:
                with _logged("The volume could not be restored"):
                    await self._coordinator.async_set_speaker_volume(speaker, own)
        with _logged("The music could not be resumed"):
            await self._async_restore_music(before)
        self._coordinator.async_refresh_soon()

    async def _async_restore_music(self, before: _Before) -> None:
        """Let those take part who did before, and go on with what they played."""
        item = before.playback.item
        members = [one for one in before.members if one in self._coordinator.speakers]
        await self._stream.async_regroup(members)
        played = before.playback.state is PlaybackState.PLAYING
        if played and self._music_goes_on and item is not None and members:
            if item.can_be_resumed:
                await self._stream.async_resume(item, members, before.position)
            else:
                await self._stream.async_start(item, members)
            return
        if before.playback.state is PlaybackState.PAUSED and item is not None:
            self._coordinator.watch.hold(item, before.position)

    def _volume(self, speaker: str) -> int | None:
        device = self._coordinator.data.get(speaker)
        state: Mapping[str, int | None] = {} if device is None else device.state
        return state.get(VOLUME)


@contextmanager
def _logged(what: str) -> Iterator[None]:
    """Log an error: after an announcement nobody waits for one."""
    try:
        yield
    except (HkwhubError, HomeAssistantError) as err:
        _LOGGER.warning("%s: %s", what, err)
