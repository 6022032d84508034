"""What each command does, whichever way it came in.

Source: HKWHub specification, "REST API Specification". Answers are in plain types; the
front ends turn them into what goes over the wire.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from .playback import Media, Playback
from .sessions import Session
from .speakers import SimulatedSpeaker
from .vocabulary import MAX_VOLUME, PARTY_MODE, SELECTED_SPEAKERS, JsonObject, State
from .web_media import find_web_media

if TYPE_CHECKING:
    from .home import SimulatedHome

type Params = Mapping[str, str]
type Handler = Callable[[SimulatedHome, Session, Params], JsonObject]
type Source = Callable[[SimulatedHome, Params], Awaitable[Media | None]]

SPOKEN_CHARACTERS_PER_SECOND = 15


def result(success: bool) -> JsonObject:
    """Return the answer of most commands."""
    return {"Result": success}


async def carry_out(
    home: SimulatedHome, session: Session, command: str, params: Params
) -> JsonObject:
    """Carry out a command whose parameters are complete.

    Args:
        home: Where.
        session: Whose.
        command: Its name, not `init_session`.
        params: Its parameters without the session.

    Returns:
        The answer without `ResponseOf`.
    """
    handler = _HANDLERS.get(command)
    if handler is not None:
        return handler(home, session, params)
    family, suffix = _split(command)
    if family == "resume_hub_media":
        return result(_resume(home, session, params, suffix))
    return result(await _play(home, session, params, _SOURCES[family], suffix))


def _split(command: str) -> tuple[str, str]:
    for suffix in (PARTY_MODE, SELECTED_SPEAKERS):
        if command.endswith(suffix):
            return command.removesuffix(suffix), suffix
    return command, ""


# Sessions and speakers


def _close_session(
    home: SimulatedHome, session: Session, _params: Params
) -> JsonObject:
    home.sessions.close(session)
    return result(True)


def _device_count(
    home: SimulatedHome, _session: Session, _params: Params
) -> JsonObject:
    return {"DeviceCount": len(home.available)}


def _device_list(home: SimulatedHome, _session: Session, _params: Params) -> JsonObject:
    return {"DeviceList": [speaker.describe() for speaker in home.available]}


def _device_info(home: SimulatedHome, _session: Session, params: Params) -> JsonObject:
    speaker = home.find_speaker(params["DeviceID"])
    return result(False) if speaker is None else speaker.describe()


def _add_device(home: SimulatedHome, _session: Session, params: Params) -> JsonObject:
    speaker = home.find_speaker(params["DeviceID"])
    if speaker is not None:
        speaker.join()
    return result(speaker is not None)


def _remove_device(
    home: SimulatedHome, _session: Session, params: Params
) -> JsonObject:
    speaker = home.find_speaker(params["DeviceID"])
    if speaker is not None:
        home.stage.leave(speaker)
    return result(speaker is not None)


def _set_party_mode(
    home: SimulatedHome, _session: Session, _params: Params
) -> JsonObject:
    for speaker in home.available:
        speaker.join()
    return result(bool(home.available))


def _media_list(home: SimulatedHome, _session: Session, _params: Params) -> JsonObject:
    return {"MediaList": [track.describe() for track in home.tracks.values()]}


# Playback


def _pause(home: SimulatedHome, _session: Session, _params: Params) -> JsonObject:
    return result(home.stage.pause())


def _stop(home: SimulatedHome, _session: Session, _params: Params) -> JsonObject:
    home.stage.stop()
    return result(True)


def _status(home: SimulatedHome, session: Session, _params: Params) -> JsonObject:
    playback = home.stage.playback
    if playback is None or not (playback.owner is session or home.status_is_hub_wide):
        return {"PlaybackState": State.STOPPED.value, "TimeElapsed": -1}
    tells = playback.state is State.PLAYING or (
        playback.state is State.PAUSED and home.paused_tells_elapsed
    )
    elapsed = int(home.stage.position) if tells else -1
    return {"PlaybackState": playback.state.value, "TimeElapsed": elapsed}


def _is_playing(home: SimulatedHome, _session: Session, _params: Params) -> JsonObject:
    return {"IsPlaying": home.stage.is_sounding}


async def _play(
    home: SimulatedHome, session: Session, params: Params, source: Source, suffix: str
) -> bool:
    priority = int(params.get("Priority", session.priority))
    order = home.stage.take_order()
    if not _may_play(home, priority) or not _targets(home, params, suffix):
        return False
    media = await source(home, params)
    if media is None or home.stage.is_overruled(order):
        return False
    # Getting the media took time in which everything may have changed.
    targets = _targets(home, params, suffix)
    if not targets or not _may_play(home, priority):
        return False
    _start(home, session, media, priority, order, targets, suffix)
    return True


def _resume(home: SimulatedHome, session: Session, params: Params, suffix: str) -> bool:
    home.stage.settle()
    paused = home.stage.paused.get(params["PersistentID"])
    targets = _targets(home, params, suffix)
    if paused is None or not targets or not _may_play(home, paused.priority):
        return False
    second = paused.second
    if paused.interrupted:
        if home.resume_after_interruption == "refused":
            return False
        if home.resume_after_interruption == "start":
            second = 0.0
    order = home.stage.take_order()
    _start(home, session, paused.media, paused.priority, order, targets, suffix, second)
    return True


def _start(
    home: SimulatedHome,
    session: Session,
    media: Media,
    priority: int,
    order: int,
    targets: list[SimulatedSpeaker],
    suffix: str,
    second: float = 0.0,
) -> None:
    for speaker in targets:
        speaker.external = False
    playback = Playback(
        media=media,
        owner=session,
        priority=priority,
        state=State.PREPARING,
        anchor_at=home.clock() + home.prepare_seconds,
        anchor_second=second,
    )
    replace = home.selected_replaces and suffix == SELECTED_SPEAKERS
    home.stage.start(playback, order, targets, replace)
    session.renewed_at = home.clock()


def _may_play(home: SimulatedHome, priority: int) -> bool:
    running = home.stage.running
    return running is None or priority >= running.priority


def _targets(
    home: SimulatedHome, params: Params, suffix: str
) -> list[SimulatedSpeaker]:
    """Return where to play; nothing if that is impossible."""
    if suffix == PARTY_MODE:
        return home.available
    if suffix == SELECTED_SPEAKERS:
        ids = params["DeviceIDList"].split(",")
        known = [
            speaker
            for device_id in ids
            if (speaker := home.find_speaker(device_id)) is not None
        ]
        return known if len(known) == len(ids) else []
    return [speaker for speaker in home.available if speaker.active]


async def _find_track(home: SimulatedHome, params: Params) -> Media | None:
    track = home.tracks.get(params["PersistentID"])
    if track is None:
        return None
    return Media(
        kind="hub", content=track.id, title=track.title, duration=track.duration
    )


async def _find_web_media(home: SimulatedHome, params: Params) -> Media | None:
    await asyncio.sleep(home.fetch_seconds)
    return await find_web_media(home, params["MediaUrl"])


async def _find_speech(home: SimulatedHome, params: Params) -> Media | None:
    await asyncio.sleep(home.fetch_seconds)
    text = params["Text"]
    if not home.tts_key or not text:
        return None
    duration = len(text) / SPOKEN_CHARACTERS_PER_SECOND
    return Media(kind="tts", content=text, title=text, duration=duration)


# Volume


def _get_volume(home: SimulatedHome, _session: Session, _params: Params) -> JsonObject:
    volumes = [speaker.volume for speaker in home.available]
    return {"Volume": round(sum(volumes) / len(volumes)) if volumes else 0}


def _get_volume_device(
    home: SimulatedHome, _session: Session, params: Params
) -> JsonObject:
    speaker = home.find_speaker(params["DeviceID"])
    return result(False) if speaker is None else {"Volume": speaker.volume}


def _set_volume(home: SimulatedHome, _session: Session, params: Params) -> JsonObject:
    return result(_set_volumes(home, home.available, params["Volume"]))


def _set_volume_device(
    home: SimulatedHome, _session: Session, params: Params
) -> JsonObject:
    speaker = home.find_speaker(params["DeviceID"])
    speakers = [] if speaker is None else [speaker]
    return result(_set_volumes(home, speakers, params["Volume"]))


def _set_volumes(
    home: SimulatedHome, speakers: list[SimulatedSpeaker], value: str
) -> bool:
    if not is_volume(value):
        return False
    for speaker in speakers:
        home.stage.set_volume(speaker, int(value))
    return bool(speakers)


def is_volume(value: str) -> bool:
    """Return whether a parameter is a volume, 0..50."""
    return value.isascii() and value.isdecimal() and int(value) <= MAX_VOLUME


_HANDLERS: dict[str, Handler] = {
    "close_session": _close_session,
    "device_count": _device_count,
    "device_list": _device_list,
    "device_info": _device_info,
    "add_device_to_session": _add_device,
    "remove_device_from_session": _remove_device,
    "set_party_mode": _set_party_mode,
    "media_list": _media_list,
    "pause_play": _pause,
    "stop_play": _stop,
    "playback_status": _status,
    "is_playing": _is_playing,
    "get_volume": _get_volume,
    "get_volume_device": _get_volume_device,
    "set_volume": _set_volume,
    "set_volume_device": _set_volume_device,
}
_SOURCES: dict[str, Source] = {
    "play_hub_media": _find_track,
    "play_web_media": _find_web_media,
    "play_tts": _find_speech,
}
