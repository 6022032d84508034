"""Answers of a hub, as the documents have them and in all that may differ."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    PlaybackStatus,
    PlayerState,
    SpeakerInfo,
    Track,
)
from custom_components.iot_bridge.bridges.hkwhub.client.parser import (
    hub_uuid_of,
    is_session_not_found,
    parse_device_count,
    parse_is_playing,
    parse_speaker,
    parse_speakers,
    parse_status,
    parse_tracks,
    parse_volume,
    result_of,
    session_of,
)

from .test_values import ODD_VALUES

ADAPT: dict[str, Any] = {
    "IsPlaying": False,
    "MacAddress": "",
    "GroupName": "Garage",
    "Role": 21,
    "Version": "0.1.6.2",
    "Port": 44055,
    "Active": True,
    "GroupID": "4625984469",
    "ModelName": "Omni Adapt",
    "DeviceID": "4625984469168",
    "IPAddress": "10.0.1.6",
    "Volume": 17,
    "DeviceName": "Adapt",
    "WifiSignalStrength": -62,
}
OMNI: dict[str, Any] = {
    **ADAPT,
    "DeviceID": "92466638829744",
    "MacAddress": "b0:38:29:11:19:54",
    "DeviceName": "Omni Left",
}
SONG: dict[str, Any] = {
    "PersistentID": "7387446959931482519",
    "Title": "I Will Run To You",
    "Artist": "Hillsong",
    "Duration": 436,
    "AlbumTitle": "Simply Worship",
}


def speaker_with(**changes: object) -> SpeakerInfo:
    """Return the documents' speaker with other values."""
    speaker = parse_speaker(ADAPT | changes)
    assert speaker is not None
    return speaker


def test_speaker_of_the_documents() -> None:
    assert parse_speaker(ADAPT) == SpeakerInfo(
        id="4625984469168",
        name="Adapt",
        room="Garage",
        model="Omni Adapt",
        firmware="0.1.6.2",
        mac=None,
        ip="10.0.1.6",
        role=21,
        wifi_signal=-62,
        volume=17,
        active=True,
        is_playing=False,
    )


def test_speaker_with_nothing_but_its_id() -> None:
    assert parse_speaker({"DeviceID": 1234567}) == SpeakerInfo(
        id="1234567",
        name="1234567",
        room=None,
        model=None,
        firmware=None,
        mac=None,
        ip=None,
        role=None,
        wifi_signal=None,
        volume=None,
        active=False,
        is_playing=False,
    )


@pytest.mark.parametrize(
    ("room", "told"),
    [("Kitchen", "Kitchen"), ("harman", None), ("Harman", None), ("", None)],
)
def test_room(room: str, told: str | None) -> None:
    assert speaker_with(GroupName=room).room == told


@pytest.mark.parametrize(
    ("mac", "told"),
    [
        ("b0:38:29:11:19:54", "b0:38:29:11:19:54"),
        ("B0-38-29-11-19-54", "B0-38-29-11-19-54"),
        ("", None),
        ("unknown", None),
        (None, None),
    ],
)
def test_mac(mac: str | None, told: str | None) -> None:
    assert speaker_with(MacAddress=mac).mac == told


@pytest.mark.parametrize(
    ("volume", "told"),
    [(0, 0), (50, 50), ("17", 17), (51, 50), (-3, 0), ("loud", None), (None, None)],
)
def test_volume(volume: object, told: int | None) -> None:
    assert speaker_with(Volume=volume).volume == told
    assert parse_volume({"Volume": volume}) == told


def test_texts_for_numbers_and_booleans() -> None:
    speaker = speaker_with(
        Role="21", WifiSignalStrength="-62", Active="1", IsPlaying="true"
    )
    assert (speaker.role, speaker.wifi_signal) == (21, -62)
    assert speaker.active
    assert speaker.is_playing


def test_odd_speakers_do_not_lose_the_others(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    nameless = {**ADAPT, "DeviceID": ""}
    items = [None, ADAPT, 5, nameless, {}, "x", OMNI, {**ADAPT, "DeviceName": "Twin"}]
    speakers = parse_speakers({"DeviceList": items})
    assert speakers is not None
    assert [speaker.name for speaker in speakers] == ["Adapt", "Omni Left"]
    assert caplog.messages == ["device_list: 6 items without id or listed twice"]


@pytest.mark.parametrize(
    "message", [{}, {"DeviceList": None}, {"DeviceList": {}}, {"DeviceList": "[]"}]
)
def test_no_speaker_list(message: dict[str, Any]) -> None:
    assert parse_speakers(message) is None


def test_empty_lists() -> None:
    assert parse_speakers({"DeviceList": []}) == []
    assert parse_tracks({"MediaList": []}) == []


def test_track_of_the_documents() -> None:
    assert parse_tracks({"MediaList": [SONG]}) == [
        Track(
            id="7387446959931482519",
            title="I Will Run To You",
            artist="Hillsong",
            album="Simply Worship",
            duration=436,
        )
    ]


def test_track_with_nothing_but_its_id() -> None:
    tracks = parse_tracks({"MediaList": [{"PersistentID": 17387446959931482519}]})
    assert tracks == [
        Track(id="17387446959931482519", title="", artist="", album="", duration=None)
    ]


def test_tracks_are_listed_once_and_in_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    other = {**SONG, "PersistentID": "2", "Title": "Other"}
    items = [SONG, other, {**SONG, "Title": "Again"}, None, {"Title": "No id"}]
    tracks = parse_tracks({"MediaList": items})
    assert tracks is not None
    assert [track.title for track in tracks] == ["I Will Run To You", "Other"]
    assert caplog.messages == ["media_list: 3 items without id or listed twice"]


@pytest.mark.parametrize(
    ("duration", "told"), [("257", 257), (0, 0), (-1, None), ("?", None)]
)
def test_duration(duration: object, told: int | None) -> None:
    tracks = parse_tracks({"MediaList": [{**SONG, "Duration": duration}]})
    assert tracks is not None
    assert tracks[0].duration == told


@pytest.mark.parametrize("message", [{}, {"MediaList": None}, {"MediaList": "x"}])
def test_no_media_list(message: dict[str, Any]) -> None:
    assert parse_tracks(message) is None


@pytest.mark.parametrize(
    ("state", "elapsed", "status"),
    [
        ("PlayerStatePlaying", "15", PlaybackStatus(state=PlayerState.PLAYING, elapsed=15)),
        ("PlayerStatePaused", 15, PlaybackStatus(state=PlayerState.PAUSED, elapsed=15)),
        ("PlayerStateStopped", "-1", PlaybackStatus(state=PlayerState.STOPPED, elapsed=None)),
        ("Preparing", 0, PlaybackStatus(state=PlayerState.PREPARING, elapsed=0)),
        (
            "playerstateinitialized",
            None,
            PlaybackStatus(state=PlayerState.INITIALIZED, elapsed=None),
        ),
    ],
)  # fmt: skip
def test_status(state: str, elapsed: object, status: PlaybackStatus) -> None:
    assert parse_status({"PlaybackState": state, "TimeElapsed": elapsed}) == status


@pytest.mark.parametrize("state", [None, "", "PlayerState", "Dancing", 5])
def test_no_status(state: object) -> None:
    assert parse_status({"PlaybackState": state, "TimeElapsed": "15"}) is None


@pytest.mark.parametrize(
    ("result", "done"),
    [
        ("true", True),
        (True, True),
        (1, True),
        ("false", False),
        (0, False),
        ("?", None),
    ],
)
def test_result(result: object, done: bool | None) -> None:
    assert result_of({"Result": result}) is done
    assert parse_is_playing({"Result": result}) is done
    assert parse_is_playing({"IsPlaying": result}) is done


def test_no_result() -> None:
    assert result_of({}) is None
    assert parse_is_playing({}) is None


@pytest.mark.parametrize(
    ("count", "told"), [("2", 2), (2, 2), (0, 0), (-1, None), (None, None), ("x", None)]
)
def test_device_count(count: object, told: int | None) -> None:
    assert parse_device_count({"DeviceCount": count}) == told


@pytest.mark.parametrize("key", ["SessionToken", "SesssionToken", "SessionID"])
def test_session(key: str) -> None:
    assert session_of({key: "PubNub-1000"}) == "PubNub-1000"
    assert session_of({key: 1000}) == "1000"
    assert session_of({key: ""}) is None


def test_hub_uuid() -> None:
    assert hub_uuid_of({"HKWHubUUID": "XXX-XXX"}) == "XXX-XXX"
    assert hub_uuid_of({}) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"Error": "SessionNotFound"},
        {"error": "sessionnotfound"},
        {"Result": "false", "Reason": "SessionNotFound"},
        {"Result": "SessionNotFound"},
        {"Message": "Session not found."},
        {"ErrorMessage": "SESSION_NOT_FOUND"},
        {"error": {"message": "SessionNotFound"}},
        {"Errors": [{"Reason": "SessionNotFound"}]},
        "SessionNotFound",
        "<html><body>Error: SessionNotFound</body></html>",
    ],
    ids=range(10),
)
def test_session_not_found(answer: object) -> None:
    assert is_session_not_found(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Result": "false"},
        {"Error": "SpeakerNotFound"},
        {"DeviceName": "SessionNotFound"},
        {"MediaList": [{"Title": "SessionNotFound"}]},
        {"Error": {"Error": {"Error": {"Error": {"Error": "SessionNotFound"}}}}},
        "",
        "x" * 2000 + "SessionNotFound",
        None,
        5,
    ],
    ids=range(10),
)
def test_session_found(answer: object) -> None:
    assert not is_session_not_found(answer)


@pytest.mark.parametrize(
    ("parse", "example", "item_of"),
    [
        (parse_speaker, ADAPT, None),
        (parse_speakers, ADAPT, "DeviceList"),
        (parse_tracks, SONG, "MediaList"),
        (parse_status, {"PlaybackState": 0, "TimeElapsed": 0}, None),
        (parse_volume, {"Volume": 0}, None),
        (parse_device_count, {"DeviceCount": 0}, None),
        (parse_is_playing, {"IsPlaying": 0, "Result": 0}, None),
        (result_of, {"Result": 0}, None),
        (session_of, {"SessionToken": 0, "SessionID": 0}, None),
        (is_session_not_found, {"Error": 0, "Reason": 0, "Result": 0}, None),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
@pytest.mark.parametrize("odd", ODD_VALUES, ids=range(len(ODD_VALUES)))
def test_odd_values_raise_nothing(
    parse: Callable[[Mapping[str, Any]], object],
    example: dict[str, Any],
    item_of: str | None,
    odd: object,
) -> None:
    """One member at a time, all at once, and in place of a whole list."""
    variants = [{**example, name: odd} for name in example]
    variants.append(dict.fromkeys(example, odd))
    wrapped = {item_of or "": variants}
    for message in [*variants, wrapped, {item_of or "": odd}]:
        repr(parse(message)).encode()
