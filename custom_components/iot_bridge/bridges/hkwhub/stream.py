"""The hub's one stream: what is played, and on which speakers.

All commands that change it go through here, one after the other: of two that are given
at once, the later one wins.
"""

import asyncio
from collections.abc import Awaitable, Collection, Iterable
from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ...const import DOMAIN
from .client import (
    CommandRefusedError,
    Everywhere,
    HkwhubError,
    HubMedia,
    Speech,
    Targets,
    WebMedia,
)
from .const import SERVICE_NAME
from .hub import Hub
from .issues import async_speech_refused, async_speech_works
from .playback import Item, PlaybackState

# HKWHub specification, "Priority of Session"
DEFAULT_PRIORITY: Final = 100


class HubStream:
    """Starts, resumes and stops the stream, and keeps its speakers together."""

    def __init__(self, hub: Hub) -> None:
        """Command a hub."""
        self._hub = hub
        self._client = hub.client
        self._watch = hub.watch
        self.lock = asyncio.Lock()

    async def async_start(self, item: Item, speakers: Collection[str]) -> None:
        """Play something on some speakers, and on no others.

        Args:
            item: What to play.
            speakers: Ids of the speakers.

        Raises:
            HomeAssistantError: The hub refused; says why as far as that is known.
            HkwhubError: The hub was not reached.
        """
        before = self._hub.members
        try:
            await self._client.play(item.media, self._targets(speakers), item.priority)
        except CommandRefusedError as err:
            raise await self._async_refusal(item) from err
        if isinstance(item.media, Speech):
            async_speech_works(self._hub.hass, self._hub.config_entry)
        self._watch.started(item)
        await self._async_keep_only(speakers, before)

    async def async_resume(
        self, item: Item, speakers: Collection[str], position: float | None
    ) -> None:
        """Go on with a track of the hub's, from its beginning if there is no other way.

        Args:
            item: A track that was paused.
            speakers: Ids of the speakers.
            position: Seconds where it was paused.

        Raises:
            HomeAssistantError: The hub refused to play it at all.
            HkwhubError: The hub was not reached.
        """
        before = self._hub.members
        assert isinstance(item.media, HubMedia)
        try:
            await self._client.resume(item.media.persistent_id, self._targets(speakers))
        except CommandRefusedError:
            await self.async_start(item, speakers)
            return
        self._watch.started(item, round(position or 0))
        await self._async_keep_only(speakers, before)

    async def async_pause(self) -> None:
        """Pause the stream.

        Raises:
            HomeAssistantError: The hub refused.
            HkwhubError: The hub was not reached.
        """
        await self._async_confirmed(self._client.pause())
        self._watch.paused()
        self._hub.async_refresh_soon()

    async def async_stop(self) -> None:
        """Stop the stream.

        Raises:
            HomeAssistantError: The hub refused.
            HkwhubError: The hub was not reached.
        """
        await self._async_confirmed(self._client.stop())
        self._watch.stopped()
        # Also if it was another client's playback, of which the watch knows nothing.
        self._hub.note_silence()
        self._hub.async_refresh_soon()

    async def async_add(self, speakers: Iterable[str]) -> None:
        """Let speakers take part; those that do already are left alone.

        One that fails does not keep the others away.

        Raises:
            HomeAssistantError: The hub refused.
            HkwhubError: The hub was not reached.
        """
        wanted = [one for one in speakers if one not in self._hub.members]
        everybody = set(self._hub.speakers)
        if len(wanted) > 1 and everybody == {*wanted, *self._hub.members}:
            await self._async_confirmed(self._client.set_party_mode())
            self._hub.set_members(everybody)
            self._hub.async_refresh_soon()
            return
        failed: Exception | None = None
        for speaker in wanted:
            try:
                await self._async_confirmed(self._client.add_to_session(speaker))
            except (HkwhubError, HomeAssistantError) as err:
                failed = err
            else:
                self._hub.set_members({*self._hub.members, speaker})
        if failed is not None:
            self._hub.async_refresh_soon()
            raise failed

    async def async_remove(self, speakers: Iterable[str]) -> None:
        """Let speakers take part no more.

        Raises:
            HomeAssistantError: The hub refused.
            HkwhubError: The hub was not reached.
        """
        for speaker in speakers:
            await self._async_confirmed(self._client.remove_from_session(speaker))
            self._hub.set_members(set(self._hub.members) - {speaker})

    async def async_regroup(self, speakers: Collection[str]) -> None:
        """Let exactly these speakers take part, while nothing plays.

        They come before the others go: a hub that is left without speakers forgets
        where it has paused.

        Raises:
            HomeAssistantError: The hub refused.
            HkwhubError: The hub was not reached.
        """
        await self.async_add(speakers)
        await self.async_remove(set(self._hub.members) - set(speakers))

    async def _async_keep_only(
        self, speakers: Collection[str], before: Collection[str]
    ) -> None:
        """Remove who took part before; hubs may or may not have done it themselves."""
        self._hub.set_members({*speakers, *before})
        others = set(before) - set(speakers)
        if others:
            listed = await self._client.speakers()
            still = [one.id for one in listed if one.active and one.id in others]
            self._hub.set_members({*speakers, *still})
            await self.async_remove(still)
        self._hub.async_refresh_soon()

    def _targets(self, speakers: Collection[str]) -> Targets:
        if not speakers:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="hkwhub_no_speakers"
            )
        if set(speakers) == set(self._hub.speakers):
            return Everywhere.PARTY
        return tuple(speakers)

    async def _async_confirmed(self, command: Awaitable[None]) -> None:
        try:
            await command
        except CommandRefusedError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="hkwhub_refused",
                translation_placeholders={"name": SERVICE_NAME},
            ) from err

    async def _async_refusal(self, item: Item) -> HomeAssistantError:
        """Find out why the hub may have refused to play: it gives no reasons."""
        if await self._async_is_outranked(item):
            return refused_for_priority(item)
        key = _refusal_key(item)
        if key == "hkwhub_speech_refused":
            async_speech_refused(self._hub.hass, self._hub.config_entry)
        return HomeAssistantError(translation_domain=DOMAIN, translation_key=key)

    async def _async_is_outranked(self, item: Item) -> bool:
        playback = self._watch.playback
        if playback.state is PlaybackState.PLAYING and playback.item is not None:
            return priority_of(playback.item) > priority_of(item)
        # What other clients play, and with what priority, is not told over REST.
        listed = await self._client.speakers()
        return any(speaker.active and speaker.is_playing for speaker in listed)


def priority_of(item: Item) -> int:
    """Return the priority that an item is played with."""
    return DEFAULT_PRIORITY if item.priority is None else item.priority


def refused_for_priority(item: Item) -> HomeAssistantError:
    """Return what says that something more important is playing."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="hkwhub_priority",
        translation_placeholders={"priority": str(priority_of(item))},
    )


def _refusal_key(item: Item) -> str:
    match item.media:
        case Speech():
            return "hkwhub_speech_refused"
        case WebMedia(url) if url.startswith("https:"):
            return "hkwhub_https_refused"
        case WebMedia():
            return "hkwhub_media_refused"
        case HubMedia():
            return "hkwhub_track_refused"
