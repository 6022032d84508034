"""One hub: its speakers, its one playback, and the pace at which it is asked.

Over REST the hub is asked: for its speakers every ten seconds while something plays and
every thirty while nothing does, for the playing position each second. Over PubNub it
tells by itself, and is asked when it has fallen silent. HKWHub specification, "Get the
Playback Status" and "Device Status Change Event".
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import UpdateFailed

from ...availability import ServiceAvailability
from ...const import DOMAIN
from ...coordinator import SAFETY_POLL, BridgeConfigEntry, BridgeCoordinator
from ...models import Push
from .account import create_entry_client
from .client import (
    HkwhubError,
    HubEvent,
    OtherClientCommand,
    PlaybackTime,
    SpeakerInfo,
    SpeakersChanged,
)
from .const import CONF_FOLLOW_POSITION, DEFAULT_FOLLOW_POSITION, SERVICE_NAME
from .devices import (
    ACTIVE,
    HUB_ID,
    IS_PLAYING,
    MEMBERS,
    ORDER,
    PLAYBACK,
    SILENT,
    VOLUME,
    HubDevice,
    speaker_device,
    summary,
)
from .errors import ERROR_TEXTS
from .issues import async_forget_issues
from .joint_calls import JointCalls
from .library import MediaLibrary
from .others import effects_on_speakers, item_of_other_client
from .play_queue import Order
from .playback import Item, Playback, PlaybackState
from .player import HubPlayer
from .watch import PlaybackWatch

_LOGGER = logging.getLogger(__name__)

POLL_WHILE_PLAYING: Final = timedelta(seconds=10)
POLL_WHILE_IDLE: Final = timedelta(seconds=30)

# What a command changes shows in the list a moment later, and changes come in bursts;
# where they do not end, the list is read in their midst.
REFRESH_DELAY: Final = 1.0
LONGEST_REFRESH_DELAY: Final = 5.0

# How long an unload may take: restoring after an announcement, closing the session.
END_SECONDS: Final = 5.0


class HkwhubCoordinator(BridgeCoordinator[HubDevice]):
    """Reads the speakers, follows the playback, and has the player that commands it.

    Attributes:
        client: The hub.
        watch: Knows what it plays.
        library: Its media list.
        player: Carries out what users want.
        joint_calls: Lets several entities that are told the same act as one.
    """

    client_errors = (HkwhubError,)
    error_texts = ERROR_TEXTS

    def __init__(self, hass: HomeAssistant, entry: BridgeConfigEntry) -> None:
        """Make the client for the entry's hub; nothing is sent yet."""
        self.client = create_entry_client(hass, entry)
        super().__init__(hass, entry, SERVICE_NAME, pushes=self.client.pushes)
        self.library = MediaLibrary(self.client)
        self.watch = PlaybackWatch(
            hass,
            entry,
            self.client,
            follow=entry.options.get(CONF_FOLLOW_POSITION, DEFAULT_FOLLOW_POSITION),
            on_change=self._playback_changed,
            on_end=self._playback_ended,
            on_failure=self._hub_does_not_answer,
        )
        # PubNub may be there without the hub on the other side of it.
        self._hub_availability = ServiceAvailability(
            hass, SERVICE_NAME, on_turn=self._tell_everybody, log=False
        )
        self.player = HubPlayer(self)
        self.joint_calls = JointCalls()
        self._hub_registry_id: str | None = None
        self._goodbye_said = False
        self._cancel_refresh: CALLBACK_TYPE | None = None
        self._refresh_by = 0.0
        # Not of the hub's: a change of transport keeps all entities.
        self.data[HUB_ID] = HubDevice(
            id=HUB_ID,
            state={PLAYBACK: self.watch.playback, ORDER: Order(), **summary([])},
        )

    @property
    @override
    def scope(self) -> str:
        """Return what keeps ids of two hubs apart that see the same speakers.

        It outlives a change of the transport, unlike the entry's unique id.
        """
        return self.config_entry.entry_id

    @property
    @override
    def missing_means_gone(self) -> bool:
        """Return that a speaker which is not listed may just be switched off."""
        return False

    # Whether the hub is there

    @property
    @override
    def service_available(self) -> bool:
        """Return whether entities may show what is known; short losses are forgiven."""
        return super().service_available and self._hub_availability.available

    @override
    async def _async_update_data(self) -> dict[str, HubDevice]:
        """Read the list, and find out whether there is a hub behind PubNub."""
        asked = self.pushes and self.link_up
        try:
            devices = await super()._async_update_data()
        except UpdateFailed as err:
            if asked and self.link_up:
                self._hub_availability.went_down(err)
                self._hub_does_not_answer()
            raise
        if asked:
            self._hub_availability.came_up()
            self._hub_availability.is_current()
        return devices

    @callback
    def _hub_does_not_answer(self) -> None:
        """Ask until it does, where there is no poll that would find it lost."""
        reading = self._list_task is not None and not self._list_task.done()
        if self.pushes and self._list_was_read and not (reading or self._closed):
            self.async_read_list_soon()

    @callback
    @override
    def _tell_everybody(self) -> None:
        """Tell all entities that the hub is lost or back."""
        if not self.service_available:
            self.watch.lose()
        super()._tell_everybody()

    # What is known

    @property
    def speakers(self) -> tuple[str, ...]:
        """Return the ids of the speakers that the hub reaches."""
        return tuple(
            device.id
            for device in self.data.values()
            if not device.is_hub and device.online
        )

    @property
    def members(self) -> tuple[str, ...]:
        """Return the ids of the speakers that take part in the hub's session."""
        members: tuple[str, ...] = self.data[HUB_ID].state[MEMBERS]
        return members

    @property
    def playback(self) -> Playback:
        """Return what the hub plays."""
        return self.watch.playback

    @property
    def is_heard(self) -> bool:
        """Return whether the hub plays or has paused, for us or for another client."""
        return self.playback.state is not PlaybackState.IDLE or bool(
            self.data[HUB_ID].state[IS_PLAYING]
        )

    @callback
    def set_members(self, members: Collection[str]) -> None:
        """Note who takes part in the hub's session."""
        for speaker in self.speakers:
            if speaker in members:
                self.async_push(speaker, {ACTIVE: True})
            elif speaker in self.members:
                self.async_push(speaker, {ACTIVE: False, **SILENT})

    @callback
    @override
    def async_push(
        self,
        device_id: str,
        changes: Mapping[str, Any],
        online: bool | None = None,
        *,
        outlives_list: bool = True,
    ) -> None:
        """Take over news about one device; what the hub shows of all follows."""
        super().async_push(device_id, changes, online, outlives_list=outlives_list)
        if device_id != HUB_ID:
            self._summarize()

    @callback
    def _summarize(self) -> None:
        reached = [self.data[speaker] for speaker in self.speakers]
        super().async_push(HUB_ID, summary(reached))

    # Asking

    @override
    async def _async_setup(self) -> None:
        """Subscribe first where commands and answers go over the subscription."""
        # Later, when Home Assistant tells that it stops, its background tasks have
        # been ended, and the subscription with them.
        self.config_entry.async_on_unload(
            self.hass.async_add_shutdown_job(
                HassJob(self.async_shutdown, f"{DOMAIN} {self.name} goodbye")
            )
        )
        if self.pushes:
            await self.async_listen_first()

    @override
    async def async_fetch_devices(self) -> Iterable[HubDevice]:
        if self.client.pushes:
            self.watch.report_playing(await self.client.is_playing())
            self.update_interval = SAFETY_POLL
        else:
            self.watch.report(await self.client.playback_status())
            playing = self.playback.state is PlaybackState.PLAYING
            self.update_interval = POLL_WHILE_PLAYING if playing else POLL_WHILE_IDLE
        # The list is asked for only now: it knows more than what came until here.
        self._pushed_meanwhile.clear()
        listed = await self.client.speakers()
        speakers = [speaker_device(self._settled(info)) for info in listed]
        return [self.data[HUB_ID].with_changes(summary(speakers)), *speakers]

    @callback
    @override
    def _merge(self, listed: dict[str, HubDevice], pushed: dict[str, Push]) -> None:
        """Take over a list; what the hub shows of all follows from its speakers."""
        super()._merge(listed, pushed)
        self._summarize()
        self.player.note_list()

    def _settled(self, info: SpeakerInfo) -> SpeakerInfo:
        """Pass over what a speaker tells of a playback that has just been ended."""
        silent = self.playback.state is not PlaybackState.PLAYING
        if info.is_playing and info.active and silent and self.watch.is_settling:
            # If it is not that, the next list tells.
            self.async_refresh_soon()
            return replace(info, is_playing=False)
        return info

    @callback
    def async_refresh_soon(self) -> None:
        """Read the list again, once the hub has settled."""
        now = self.hass.loop.time()
        if self._cancel_refresh is None:
            self._refresh_by = now + LONGEST_REFRESH_DELAY
        self._stop_refresh()
        if self._closed:
            return

        @callback
        def refresh(_: datetime) -> None:
            self._cancel_refresh = None
            self.async_read_list_soon()

        delay = min(REFRESH_DELAY, max(self._refresh_by - now, 0))
        self._cancel_refresh = async_call_later(self.hass, delay, refresh)

    @callback
    def _stop_refresh(self) -> None:
        if self._cancel_refresh is not None:
            self._cancel_refresh()
            self._cancel_refresh = None

    # Listening

    @override
    async def async_listen(self, on_up: Callable[[], None]) -> None:
        await self.client.listen(on_up, self._take_over)

    @callback
    def _take_over(self, event: HubEvent) -> None:
        if self._list_was_read and not self._hub_availability.reached:
            self.async_read_list_soon()
        match event:
            case PlaybackTime(elapsed, own):
                self.watch.report_time(elapsed, own)
            case SpeakersChanged():
                self.async_refresh_soon()
            case OtherClientCommand():
                self._take_over_command(event)
                self.async_refresh_soon()

    @callback
    def _take_over_command(self, done: OtherClientCommand) -> None:
        """Follow another client: what it did shows at once, the list comes later."""
        for speaker, changes in effects_on_speakers(done, self.speakers).items():
            self.async_push(speaker, changes)
        if (item := item_of_other_client(done, self.library)) is not None:
            self.watch.report_item(item)
        elif done.command == "pause_play":
            self.watch.paused()
        elif done.command == "stop_play":
            self.watch.stopped()

    @callback
    def _playback_changed(self, playback: Playback) -> None:
        if playback.state is not PlaybackState.PLAYING:
            self.note_silence()
        self.async_push(HUB_ID, {PLAYBACK: playback})
        self.player.note_playback(playback)

    @callback
    def note_silence(self) -> None:
        """Note that the hub plays nothing.

        Else it would look, until the next list, as if somebody else played there.
        """
        for member in self.members:
            self.async_push(member, SILENT)

    @callback
    def _playback_ended(self, item: Item | None, finished: bool) -> None:
        self.player.note_end(item, finished)
        # Over REST it may be another client's playback that has taken its place.
        self.async_refresh_soon()

    # Volumes

    async def async_set_speaker_volume(self, speaker: str, volume: int) -> None:
        """Set a speaker's volume.

        Args:
            speaker: Its id.
            volume: 0..50.

        Raises:
            HkwhubError: The hub refused or was not reached.
        """
        await self.client.set_speaker_volume(speaker, volume)
        if speaker in self.data:
            self.async_push(speaker, {VOLUME: volume})

    async def async_set_volume(self, volume: int) -> None:
        """Set the volume of all speakers.

        Args:
            volume: 0..50.

        Raises:
            HkwhubError: The hub refused or was not reached.
        """
        await self.client.set_volume(volume)
        for speaker in self.speakers:
            self.async_push(speaker, {VOLUME: volume})

    # Describing

    @override
    def device_info(self, device: HubDevice) -> dr.DeviceInfo:
        if (info := device.info) is None:
            return dr.DeviceInfo(
                identifiers={self.device_identifier(HUB_ID)},
                name=SERVICE_NAME,
                manufacturer="Harman Kardon",
                model="HKWHub",
            )
        return dr.DeviceInfo(
            identifiers={self.device_identifier(device.id)},
            name=info.name,
            manufacturer="Harman Kardon",
            model=info.model,
            sw_version=info.firmware,
            serial_number=device.id,
            suggested_area=info.room,
            connections=(
                {(dr.CONNECTION_NETWORK_MAC, dr.format_mac(info.mac))}
                if info.mac
                else set()
            ),
            via_device_id=self._registered_hub(),
        )

    def _registered_hub(self) -> str:
        """Return the registry's id of the hub, which the speakers are behind of."""
        if self._hub_registry_id is None:
            hub = dr.async_get(self.hass).async_get_or_create(
                config_entry_id=self.config_entry.entry_id,
                **self.device_info(self.data[HUB_ID]),
            )
            self._hub_registry_id = hub.id
        return self._hub_registry_id

    # Ending

    @override
    async def async_say_goodbye(self) -> None:
        """Leave the hub as it would be without us."""
        if self._goodbye_said:
            return
        self._goodbye_said = True
        try:
            async with asyncio.timeout(END_SECONDS):
                await self.player.async_close()
                self._fall_silent()
                await self.client.close_session()
        except (HkwhubError, TimeoutError) as err:
            # The hub forgets sessions by itself after an hour.
            _LOGGER.debug("The session could not be closed: %s", err)

    @callback
    def _fall_silent(self) -> None:
        """Ask nothing more: a question without a session would open another one."""
        self.watch.close()
        self._stop_refresh()
        if self._list_task is not None:
            self._list_task.cancel()

    @override
    async def async_shutdown(self) -> None:
        """End for good; when Home Assistant stops, nobody has said goodbye yet."""
        await self.async_say_goodbye()
        self.watch.close()
        self._hub_availability.stop_grace()
        async_forget_issues(self.hass, self.config_entry)
        await super().async_shutdown()
        self._stop_refresh()
