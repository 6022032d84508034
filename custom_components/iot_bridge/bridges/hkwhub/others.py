"""What other clients on the same PubNub channel let the hub do."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from .client import HubMedia, OtherClientCommand, Speech, WebMedia
from .devices import ACTIVE, VOLUME
from .library import MediaLibrary
from .playback import Item, track_item

_PARTY: Final = "_party_mode"
_SELECTED: Final = "_selected_speakers"


def item_of_other_client(
    done: OtherClientCommand, library: MediaLibrary
) -> Item | None:
    """Return what another client plays, None where its command plays nothing.

    Args:
        done: The command.
        library: Tells title and duration of tracks, if it was read.
    """
    text = done.params.get("Priority", "")
    priority = int(text) if text.isdecimal() else None
    match done.params:
        case {"PersistentID": persistent_id} if persistent_id:
            track = library.known_track(persistent_id)
            if track is None:
                return Item(media=HubMedia(persistent_id), priority=priority)
            return track_item(track, priority)
        case {"MediaUrl": url}:
            return Item(media=WebMedia(url), priority=priority)
        case {"Text": text}:
            return Item(media=Speech(text), priority=priority)
    return None


def effects_on_speakers(
    done: OtherClientCommand, speakers: Collection[str]
) -> Mapping[str, dict[str, Any]]:
    """Return what another client's command has changed at which speaker.

    Args:
        done: The command.
        speakers: Ids of all speakers.
    """
    if done.command.endswith(_PARTY):
        return {speaker: {ACTIVE: True} for speaker in speakers}
    if done.command.endswith(_SELECTED):
        chosen = done.params.get("DeviceIDList", "").split(",")
        return {one: {ACTIVE: True} for one in chosen if one in speakers}
    one = done.params.get("DeviceID", "")
    match done.command:
        case "set_volume":
            return {speaker: _volume(done) for speaker in speakers if _volume(done)}
        case "set_volume_device" if one in speakers:
            return {one: _volume(done)}
        case "add_device_to_session" if one in speakers:
            return {one: {ACTIVE: True}}
        case "remove_device_from_session" if one in speakers:
            return {one: {ACTIVE: False}}
    return {}


def _volume(done: OtherClientCommand) -> dict[str, Any]:
    text = done.params.get("Volume", "")
    return {VOLUME: min(int(text), 50)} if text.isdecimal() else {}
