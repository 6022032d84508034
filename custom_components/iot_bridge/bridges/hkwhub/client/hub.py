"""A hub: its commands as typed methods, over any of the three ways to it.

Source: HKWHub specification, "REST API Specification (including PubNub JSON format)".
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .commands import COMMANDS
from .errors import (
    CommandRefusedError,
    HubOfflineError,
    NotOverPubNubError,
    UnexpectedAnswerError,
)
from .events import OtherClients, parse_event
from .models import (
    Everywhere,
    HubEvent,
    HubMedia,
    Playable,
    PlaybackStatus,
    SpeakerInfo,
    Targets,
    Track,
    WebMedia,
)
from .parser import (
    VOLUME_MAX,
    parse_device_count,
    parse_is_playing,
    parse_speaker,
    parse_speakers,
    parse_status,
    parse_tracks,
    parse_volume,
    result_of,
)
from .session import SessionKeeper
from .transport import Message, Transport

# How the names of commands that play end.
_FORMS: Final[Mapping[Everywhere, str]] = {
    Everywhere.SESSION: "",
    Everywhere.PARTY: "_party_mode",
}


class HubClient:
    """Gives commands to a hub.

    A session is opened with the first command, and another one when the hub has
    forgotten it. Each command may raise, besides what its own description says:

    * CannotConnectError: The hub was not reached, or its answer could not be read.
      RequestTimeoutError, one kind of it, leaves open whether the hub has obeyed.
    * SignInError: Only the user can mend it.
    * SessionNotFoundError: The hub denies sessions that it has just opened.
    * CommandRefusedError: The hub has answered "false".
    """

    def __init__(self, transport: Transport) -> None:
        """Use a transport; nothing is sent yet.

        Args:
            transport: The way to the hub.
        """
        self._transport = transport
        self._session = SessionKeeper(transport)

    @property
    def pushes(self) -> bool:
        """Return whether the hub tells what happens by itself (PubNub)."""
        return self._transport.pushes

    @property
    def hub_uuid(self) -> str | None:
        """Return the hub's `HKWHubUUID`; None over REST and before a session."""
        return self._session.hub_uuid

    @property
    def session_open(self) -> bool:
        """Return whether there is a session, as far as it is known here."""
        return self._session.is_open

    # Session

    async def open_session(self) -> None:
        """Open a session unless there is one (`init_session`)."""
        await self._session.open()

    async def close_session(self) -> bool:
        """Close the session if there is one (`close_session`).

        Returns:
            Whether the hub has closed it. It is forgotten in any case.
        """
        return await self._session.close()

    # Speakers

    async def device_count(self) -> int:
        """Return how many speakers the hub sees (`device_count`)."""
        return await self._read("device_count", parse_device_count)

    async def speakers(self) -> list[SpeakerInfo]:
        """Return all speakers that the hub sees (`device_list`)."""
        return await self._read("device_list", parse_speakers)

    async def speaker(self, speaker_id: str) -> SpeakerInfo:
        """Return one speaker (`device_info`)."""
        return await self._read("device_info", parse_speaker, DeviceID=speaker_id)

    async def add_to_session(self, speaker_id: str) -> None:
        """Let a speaker take part in what is played (`add_device_to_session`)."""
        await self._do("add_device_to_session", DeviceID=speaker_id)

    async def remove_from_session(self, speaker_id: str) -> None:
        """Take a speaker out of what is played (`remove_device_from_session`)."""
        await self._do("remove_device_from_session", DeviceID=speaker_id)

    async def set_party_mode(self) -> None:
        """Let all speakers take part in what is played (`set_party_mode`)."""
        await self._do("set_party_mode")

    # Playback

    async def media_list(self) -> list[Track]:
        """Return the hub's media list (`media_list`)."""
        return await self._read("media_list", parse_tracks)

    async def play(
        self, media: Playable, targets: Targets, priority: int | None = None
    ) -> None:
        """Play something (`play_hub_media*`, `play_web_media*`, `play_tts*`).

        Args:
            media: What to play. Text must be fit for speaking already.
            targets: Where to play it.
            priority: What is running with a higher one is not interrupted; None for
                the hub's default, 100.

        Raises:
            ValueError: No speakers are given.
        """
        if isinstance(media, HubMedia):
            name, params = "play_hub_media", {"PersistentID": media.persistent_id}
        elif isinstance(media, WebMedia):
            name, params = "play_web_media", {"MediaUrl": media.url}
        else:
            name, params = "play_tts", {"Text": media.text}
        if priority is not None:
            params["Priority"] = str(priority)
        await self._do_at(targets, name, params)

    async def resume(self, persistent_id: str, targets: Targets) -> None:
        """Go on with a paused track of the media list (`resume_hub_media*`).

        Args:
            persistent_id: The track.
            targets: Where to play it.

        Raises:
            ValueError: No speakers are given.
        """
        await self._do_at(targets, "resume_hub_media", {"PersistentID": persistent_id})

    async def pause(self) -> None:
        """Pause the playback (`pause_play`); only a track can be resumed."""
        await self._do("pause_play")

    async def stop(self) -> None:
        """Stop the playback (`stop_play`)."""
        await self._do("stop_play")

    async def playback_status(self) -> PlaybackStatus:
        """Return what the hub does for our session (`playback_status`).

        Raises:
            NotOverPubNubError: There are events in place of it.
        """
        return await self._read("playback_status", parse_status)

    async def is_playing(self) -> bool:
        """Return whether the hub plays anything (`is_playing`)."""
        return await self._read("is_playing", parse_is_playing)

    # Volume

    async def volume(self) -> int:
        """Return the average volume of all speakers, 0..50 (`get_volume`)."""
        return await self._read("get_volume", parse_volume)

    async def speaker_volume(self, speaker_id: str) -> int:
        """Return the volume of a speaker, 0..50 (`get_volume_device`)."""
        return await self._read("get_volume_device", parse_volume, DeviceID=speaker_id)

    async def set_volume(self, volume: int) -> None:
        """Set all speakers to the same volume (`set_volume`).

        Raises:
            ValueError: It is not within 0..50.
        """
        await self._do("set_volume", Volume=_level(volume))

    async def set_speaker_volume(self, speaker_id: str, volume: int) -> None:
        """Set the volume of a speaker (`set_volume_device`).

        Raises:
            ValueError: It is not within 0..50.
        """
        await self._do("set_volume_device", DeviceID=speaker_id, Volume=_level(volume))

    # Events

    async def listen(
        self, on_up: Callable[[], None], on_event: Callable[[HubEvent], None]
    ) -> None:
        """Deliver what the hub and other clients do, until the subscription ends.

        Only where `pushes`. No session is needed for it.

        Args:
            on_up: Called once events arrive.
            on_event: Called with each event.

        Raises:
            CannotConnectError: The subscription was lost or not reached.
            KeysRefusedError: PubNub does not accept the keys.
        """
        others = OtherClients()

        def on_message(message: Message) -> None:
            own_tokens = self._session.own_tokens
            event = parse_event(message, own_tokens) or others.feed(message)
            if event is not None:
                on_event(event)

        await self._transport.listen(on_up, on_message)

    # Helpers

    async def _read[Value](
        self,
        name: str,
        parse: Callable[[Mapping[str, Any]], Value | None],
        **params: str,
    ) -> Value:
        answer = await self._ask(name, params)
        value = parse(answer)
        if value is not None:
            return value
        if result_of(answer) is not False:
            raise UnexpectedAnswerError(f"{name}: the answer lacks what was asked for")
        if COMMANDS[name].params:
            raise CommandRefusedError(name)
        # Nothing about it can be refused: no hub has said so.
        raise HubOfflineError(f"{name}: refused")

    async def _do(self, name: str, **params: str) -> None:
        done = result_of(await self._ask(name, params))
        if done is None:
            raise UnexpectedAnswerError(f"{name}: the answer has no result")
        if not done:
            raise CommandRefusedError(name)

    async def _do_at(self, targets: Targets, name: str, params: dict[str, str]) -> None:
        if isinstance(targets, Everywhere):
            await self._do(name + _FORMS[targets], **params)
            return
        if not targets:
            raise ValueError("no speakers are given")
        params["DeviceIDList"] = ",".join(dict.fromkeys(targets))
        await self._do(f"{name}_selected_speakers", **params)

    async def _ask(self, name: str, params: Mapping[str, str]) -> Message:
        command = COMMANDS[name]
        if self.pushes and not command.over_pubnub:
            raise NotOverPubNubError(f"{name}: there are events in place of it")
        return await self._session.ask(command, params)


def _level(volume: int) -> str:
    if not 0 <= volume <= VOLUME_MAX:
        raise ValueError(f"volume {volume} is not within 0..{VOLUME_MAX}")
    return str(volume)
