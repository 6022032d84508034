"""What methods send, what they make of answers, and events."""

from collections.abc import Awaitable, Callable

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    CommandRefusedError,
    Everywhere,
    HkwhubError,
    HubClient,
    HubEvent,
    HubMedia,
    HubOfflineError,
    NotOverPubNubError,
    OtherClientCommand,
    Playable,
    PlaybackTime,
    SpeakersChanged,
    Speech,
    Targets,
    UnexpectedAnswerError,
    WebMedia,
)

from .scripted import ScriptedTransport


@pytest.fixture
def transport() -> ScriptedTransport:
    """A transport to a hub that has opened a session."""
    transport = ScriptedTransport()
    transport.say("init_session", {"SessionToken": "1", "HKWHubUUID": "XXX"})
    return transport


@pytest.fixture
def hub(transport: ScriptedTransport) -> HubClient:
    """A client of that hub."""
    return HubClient(transport)


SONG = HubMedia("17387446959931482519")
RADIO = WebMedia("http://example.com/a b.mp3")
TEXT = Speech("Hello")


@pytest.mark.parametrize(
    ("media", "targets", "priority", "name", "params"),
    [
        (SONG, Everywhere.SESSION, None, "play_hub_media", {"PersistentID": SONG.persistent_id}),
        (RADIO, Everywhere.PARTY, 1, "play_web_media_party_mode", {"MediaUrl": RADIO.url, "Priority": "1"}),
        (TEXT, ("7",), 0, "play_tts_selected_speakers", {"Text": "Hello", "Priority": "0", "DeviceIDList": "7"}),
        (TEXT, ("7", "8", "7"), None, "play_tts_selected_speakers", {"Text": "Hello", "DeviceIDList": "7,8"}),
    ],
    ids=range(4),
)  # fmt: skip
async def test_play(
    hub: HubClient,
    transport: ScriptedTransport,
    media: Playable,
    targets: Targets,
    priority: int | None,
    name: str,
    params: dict[str, str],
) -> None:
    transport.say(name, {"Result": True})
    await hub.play(media, targets, priority)
    assert transport.sent[-1] == (name, params, "1")


async def test_nobody_to_play_to(hub: HubClient, transport: ScriptedTransport) -> None:
    with pytest.raises(ValueError):
        await hub.play(TEXT, ())
    with pytest.raises(ValueError):
        await hub.resume("7", ())
    assert transport.sent == []


@pytest.mark.parametrize("volume", [-1, 51])
async def test_volume_out_of_range(
    hub: HubClient, transport: ScriptedTransport, volume: int
) -> None:
    with pytest.raises(ValueError):
        await hub.set_volume(volume)
    with pytest.raises(ValueError):
        await hub.set_speaker_volume("7", volume)
    assert transport.sent == []


type Reading = Callable[[HubClient], Awaitable[object]]

READINGS: list[tuple[str, Reading]] = [
    ("device_count", HubClient.device_count),
    ("device_list", HubClient.speakers),
    ("media_list", HubClient.media_list),
    ("playback_status", HubClient.playback_status),
    ("get_volume", HubClient.volume),
]


@pytest.mark.parametrize(("name", "read"), READINGS)
async def test_answer_that_lacks_what_was_asked_for(
    hub: HubClient, transport: ScriptedTransport, name: str, read: Reading
) -> None:
    transport.say(name, {"ResponseOf": name})
    with pytest.raises(UnexpectedAnswerError) as caught:
        await read(hub)
    assert str(caught.value) == f"{name}: the answer lacks what was asked for"


@pytest.mark.parametrize(("name", "read"), READINGS)
async def test_question_that_nobody_can_refuse(
    hub: HubClient, transport: ScriptedTransport, name: str, read: Reading
) -> None:
    """A cloud without the hub may say so."""
    transport.say(name, {"Result": "false"})
    with pytest.raises(HubOfflineError):
        await read(hub)


@pytest.mark.parametrize(
    ("answer", "error"),
    [({"Result": "false"}, CommandRefusedError), ({}, UnexpectedAnswerError)],
    ids=range(2),
)
async def test_unknown_speaker(
    hub: HubClient,
    transport: ScriptedTransport,
    answer: dict[str, str],
    error: type[HkwhubError],
) -> None:
    transport.say("device_info", answer)
    transport.say("get_volume_device", answer)
    with pytest.raises(error):
        await hub.speaker("7")
    with pytest.raises(error):
        await hub.speaker_volume("7")


@pytest.mark.parametrize("answer", [{}, {"Result": "perhaps"}, {"Result": None}])
async def test_answer_without_a_result(
    hub: HubClient, transport: ScriptedTransport, answer: dict[str, str | None]
) -> None:
    transport.say("pause_play", answer)
    with pytest.raises(UnexpectedAnswerError) as caught:
        await hub.pause()
    assert str(caught.value) == "pause_play: the answer has no result"


async def test_nothing_is_not_missing(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    """Zero, empty and false are answers."""
    transport.say("get_volume", {"Volume": 0})
    transport.say("device_count", {"DeviceCount": "0"})
    transport.say("device_list", {"DeviceList": []})
    transport.say("is_playing", {"Result": False})
    assert await hub.volume() == 0
    assert await hub.device_count() == 0
    assert await hub.speakers() == []
    assert await hub.is_playing() is False


async def test_over_rest(hub: HubClient) -> None:
    assert not hub.pushes


async def test_over_pubnub(hub: HubClient, transport: ScriptedTransport) -> None:
    transport.pushing = True
    assert hub.pushes
    assert hub.hub_uuid is None
    with pytest.raises(NotOverPubNubError):
        await hub.playback_status()
    assert transport.sent == []
    await hub.open_session()
    assert hub.hub_uuid == "XXX"


async def test_events(hub: HubClient, transport: ScriptedTransport) -> None:
    transport.pushing = True
    time = {"Envet": "PlaybackTimeChanged", "PlaybackTime": 15}
    transport.pushed = [
        {**time, "SessionToken": "1"},
        {**time, "SessionToken": "2"},
        {"Event": "DeviceStateUpdated", "Reason": "DeviceAvailable"},
        {"Command": "set_volume", "Volume": 10, "SessionToken": "2"},
        {"ResponseOf": "set_volume", "Result": "true", "SessionToken": "2"},
        {"What": "ever"},
    ]
    await hub.open_session()
    ups: list[bool] = []
    events: list[HubEvent] = []
    await hub.listen(lambda: ups.append(True), events.append)
    assert ups == [True]
    assert events == [
        PlaybackTime(15, own=True),
        PlaybackTime(15, own=False),
        SpeakersChanged("DeviceAvailable"),
        OtherClientCommand("set_volume", {"Volume": "10"}),
    ]


async def test_playback_that_outlasts_its_session(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    transport.pushing = True
    transport.say("init_session", {"SessionToken": "1"}, {"SessionToken": "2"})
    transport.say("stop_play", {"Error": "SessionNotFound"}, {"Result": True})
    await hub.open_session()
    await hub.stop()
    transport.pushed = [
        {"Envet": "PlaybackTimeChanged", "PlaybackTime": 5, "SessionToken": token}
        for token in ("1", "2", "3")
    ]
    events: list[HubEvent] = []
    await hub.listen(lambda: None, events.append)
    assert events == [
        PlaybackTime(5, own=True),
        PlaybackTime(5, own=True),
        PlaybackTime(5, own=False),
    ]


def test_shown_objects(hub: HubClient) -> None:
    assert "Hello" not in repr(TEXT)
    assert "example" not in repr(RADIO)
