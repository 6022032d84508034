"""Each of the 29 commands by name, over each way to a simulated hub."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    COMMANDS,
    CommandRefusedError,
    Everywhere,
    HttpTransport,
    HubClient,
    HubMedia,
    NotInThisGenerationError,
    NotOverPubNubError,
    OtherClientCommand,
    PlaybackStatus,
    PlaybackTime,
    PlayerState,
    SpeakerInfo,
    SpeakersChanged,
    Speech,
    WebMedia,
)
from tests.simulators.hkwhub import PubNubHub, SimulatedHome
from tests.waiting import until

from .ways import WAYS, elder_way, pubnub_way

LEFT = "92466638829744"
ADAPT = "4625984469168"
TV = "34317244381360"
# Beyond the largest signed number of 64 bits
SONG = "13104781220094761843"
RADIO = WebMedia("rtsp://127.0.0.1/Radio & more?a=b+c")
TEXT = Speech('50 % + "1" = Tür & 🔔?')

LEFT_INFO = SpeakerInfo(
    id=LEFT,
    name="Omni Left",
    room="Living Room",
    model="Omni 10",
    firmware="0.1.6.2",
    mac="b0:38:29:11:19:54",
    ip="192.168.1.40",
    role=21,
    wifi_signal=-67,
    volume=17,
    active=False,
    is_playing=False,
)


def heard(home: SimulatedHome) -> set[tuple[str, str]]:
    """Return who plays what at the moment."""
    return {
        (entry.speaker_id, entry.content)
        for entry in home.heard
        if entry.ended_at is None
    }


def members(home: SimulatedHome) -> set[str]:
    """Return who is in the session."""
    return {speaker.name for speaker in home.members}


EVERYBODY = {LEFT, "92466638912338", ADAPT, TV}
ALL_NAMES = {"Omni Left", "Omni Right", "Adapt", "TV"}
SELECTED = (LEFT, TV)


async def init_session(hub: HubClient, home: SimulatedHome) -> None:
    await hub.open_session()
    assert hub.session_open


async def close_session(hub: HubClient, home: SimulatedHome) -> None:
    await hub.open_session()
    (token,) = home.sessions.tokens
    assert await hub.close_session()
    assert token not in home.sessions.tokens


async def device_count(hub: HubClient, home: SimulatedHome) -> None:
    assert await hub.device_count() == 4


async def device_list(hub: HubClient, home: SimulatedHome) -> None:
    speakers = {speaker.name: speaker for speaker in await hub.speakers()}
    assert speakers.keys() == ALL_NAMES
    assert speakers["Omni Left"] == LEFT_INFO
    assert speakers["Adapt"].mac is None
    assert speakers["TV"].room is None


async def device_info(hub: HubClient, home: SimulatedHome) -> None:
    assert await hub.speaker(LEFT) == LEFT_INFO


async def add_device_to_session(hub: HubClient, home: SimulatedHome) -> None:
    await hub.add_to_session(ADAPT)
    assert members(home) == {"Adapt"}


async def remove_device_from_session(hub: HubClient, home: SimulatedHome) -> None:
    await hub.set_party_mode()
    await hub.remove_from_session(ADAPT)
    assert members(home) == ALL_NAMES - {"Adapt"}


async def set_party_mode(hub: HubClient, home: SimulatedHome) -> None:
    await hub.set_party_mode()
    assert members(home) == ALL_NAMES


async def media_list(hub: HubClient, home: SimulatedHome) -> None:
    tracks = await hub.media_list()
    assert [track.id for track in tracks] == list(home.tracks)
    assert [
        (track.title, track.artist, track.album, track.duration) for track in tracks
    ] == [
        (track.title, track.artist, track.album, track.duration)
        for track in home.tracks.values()
    ]


async def play_hub_media(hub: HubClient, home: SimulatedHome) -> None:
    await hub.add_to_session(ADAPT)
    await hub.play(HubMedia(SONG), Everywhere.SESSION)
    assert heard(home) == {(ADAPT, SONG)}


async def play_hub_media_party_mode(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(HubMedia(SONG), Everywhere.PARTY, 150)
    assert heard(home) == {(speaker, SONG) for speaker in EVERYBODY}


async def play_hub_media_selected_speakers(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(HubMedia(SONG), SELECTED)
    assert heard(home) == {(speaker, SONG) for speaker in SELECTED}


async def play_web_media(hub: HubClient, home: SimulatedHome) -> None:
    await hub.add_to_session(ADAPT)
    await hub.play(RADIO, Everywhere.SESSION)
    assert heard(home) == {(ADAPT, RADIO.url)}


async def play_web_media_party_mode(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(RADIO, Everywhere.PARTY)
    assert heard(home) == {(speaker, RADIO.url) for speaker in EVERYBODY}


async def play_web_media_selected_speakers(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(RADIO, SELECTED, 150)
    assert heard(home) == {(speaker, RADIO.url) for speaker in SELECTED}


async def play_tts(hub: HubClient, home: SimulatedHome) -> None:
    await hub.add_to_session(ADAPT)
    await hub.play(TEXT, Everywhere.SESSION, 150)
    assert heard(home) == {(ADAPT, TEXT.text)}


async def play_tts_party_mode(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(TEXT, Everywhere.PARTY)
    assert heard(home) == {(speaker, TEXT.text) for speaker in EVERYBODY}


async def play_tts_selected_speakers(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(TEXT, SELECTED)
    assert heard(home) == {(speaker, TEXT.text) for speaker in SELECTED}


async def pause_play(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(HubMedia(SONG), (ADAPT,))
    await hub.pause()
    assert heard(home) == set()


async def resume_hub_media(hub: HubClient, home: SimulatedHome) -> None:
    await pause_play(hub, home)
    await hub.resume(SONG, Everywhere.SESSION)
    assert heard(home) == {(ADAPT, SONG)}


async def resume_hub_media_party_mode(hub: HubClient, home: SimulatedHome) -> None:
    await pause_play(hub, home)
    await hub.resume(SONG, Everywhere.PARTY)
    assert heard(home) == {(speaker, SONG) for speaker in EVERYBODY}


async def resume_hub_media_selected_speakers(
    hub: HubClient, home: SimulatedHome
) -> None:
    await pause_play(hub, home)
    await hub.resume(SONG, SELECTED)
    assert heard(home) == {(speaker, SONG) for speaker in (*SELECTED, ADAPT)}


async def stop_play(hub: HubClient, home: SimulatedHome) -> None:
    await hub.play(HubMedia(SONG), (ADAPT,))
    await hub.stop()
    assert heard(home) == set()
    with pytest.raises(CommandRefusedError) as caught:
        await hub.resume(SONG, (ADAPT,))
    assert caught.value.command == "resume_hub_media_selected_speakers"


async def playback_status(hub: HubClient, home: SimulatedHome) -> None:
    status = await hub.playback_status()
    assert status.elapsed is None
    await hub.play(HubMedia(SONG), (ADAPT,))
    assert await hub.playback_status() == PlaybackStatus(
        state=PlayerState.PLAYING, elapsed=0
    )


async def is_playing(hub: HubClient, home: SimulatedHome) -> None:
    assert not await hub.is_playing()
    await hub.play(HubMedia(SONG), (ADAPT,))
    assert await hub.is_playing()


async def get_volume(hub: HubClient, home: SimulatedHome) -> None:
    assert await hub.volume() == (17 + 17 + 22 + 12) // 4


async def get_volume_device(hub: HubClient, home: SimulatedHome) -> None:
    assert await hub.speaker_volume(ADAPT) == 22


async def set_volume(hub: HubClient, home: SimulatedHome) -> None:
    await hub.set_volume(50)
    assert {speaker.volume for speaker in home.available} == {50}


async def set_volume_device(hub: HubClient, home: SimulatedHome) -> None:
    await hub.set_speaker_volume(ADAPT, 0)
    assert {speaker.volume for speaker in home.available} == {0, 12, 17}


CHECKS: tuple[Callable[[HubClient, SimulatedHome], Awaitable[None]], ...] = (
    init_session,
    close_session,
    device_count,
    device_list,
    device_info,
    add_device_to_session,
    remove_device_from_session,
    set_party_mode,
    media_list,
    play_hub_media,
    play_hub_media_party_mode,
    play_hub_media_selected_speakers,
    play_web_media,
    play_web_media_party_mode,
    play_web_media_selected_speakers,
    play_tts,
    play_tts_party_mode,
    play_tts_selected_speakers,
    pause_play,
    resume_hub_media,
    resume_hub_media_party_mode,
    resume_hub_media_selected_speakers,
    stop_play,
    playback_status,
    is_playing,
    get_volume,
    get_volume_device,
    set_volume,
    set_volume_device,
)
# What a way does not have
MISSING = {
    "local of 2015": {name for name in COMMANDS if name.startswith("play_tts")},
    "PubNub": {"playback_status"},
}


def test_every_command_is_here() -> None:
    assert [check.__name__ for check in CHECKS] == list(COMMANDS)
    assert len(COMMANDS) == 29


@pytest.mark.parametrize(
    ("way_name", "check"),
    [
        pytest.param(way, check, id=f"{way}-{check.__name__}")
        for way in WAYS
        for check in CHECKS
        if check.__name__ not in MISSING.get(way, ())
    ],
)
async def test_command(
    session: ClientSession,
    home: SimulatedHome,
    way_name: str,
    check: Callable[[HubClient, SimulatedHome], Awaitable[None]],
) -> None:
    async with WAYS[way_name](home, session) as way:
        await check(way.hub, home)
        assert check.__name__ in way.names()
        assert way.names().count("init_session") == 1


@pytest.mark.parametrize("name", ["local", "cloud"])
async def test_other_forms_of_true(
    session: ClientSession, home: SimulatedHome, name: str
) -> None:
    async with WAYS[name](home, session) as way:
        way.front.result_as = "bool"  # type: ignore[attr-defined] # of both servers
        await stop_play(way.hub, home)
        await is_playing(way.hub, home)


@pytest.mark.parametrize("key", ["SessionToken", "SesssionToken"])
async def test_other_forms_over_pubnub(
    session: ClientSession, home: SimulatedHome, key: str
) -> None:
    async with pubnub_way(home, session) as way:
        assert isinstance(way.front, PubNubHub)
        way.front.result_as = "string"
        way.front.token_key = (
            "SesssionToken" if key == "SesssionToken" else "SessionToken"
        )
        way.front.device_info_as_list = True
        await stop_play(way.hub, home)
        await is_playing(way.hub, home)
        await set_volume(way.hub, home)
        assert await way.hub.volume() == 50
        assert (await way.hub.speaker(LEFT)).volume == 50
        assert await way.hub.device_count() == 4
        assert await way.hub.speaker_volume(LEFT) == 50


async def test_generations(session: ClientSession, home: SimulatedHome) -> None:
    async with elder_way(home, session) as way:
        assert isinstance(way.transport, HttpTransport)
        await way.hub.open_session()
        assert way.transport.generation == 0
        with pytest.raises(NotInThisGenerationError):
            await way.hub.play(TEXT, Everywhere.PARTY)
        assert way.names() == ["init_session"]


async def test_status_over_pubnub(session: ClientSession, home: SimulatedHome) -> None:
    async with pubnub_way(home, session) as way:
        with pytest.raises(NotOverPubNubError):
            await way.hub.playback_status()
        assert way.names() == []


async def test_events_over_pubnub(session: ClientSession, home: SimulatedHome) -> None:
    home.speed = 20
    async with pubnub_way(home, session) as way:
        assert isinstance(way.front, PubNubHub)
        assert way.hub.pushes
        await way.hub.play(HubMedia(SONG), (ADAPT,))
        assert way.hub.hub_uuid == way.front.uuid
        await until(
            lambda: any(isinstance(event, PlaybackTime) for event in way.events)
        )
        times = [event for event in way.events if isinstance(event, PlaybackTime)]
        assert all(time.own for time in times)
        await way.hub.stop()
        home.speaker("TV").volume = 30
        await way.front.foreign_command(
            "set_volume_device", {"DeviceID": TV, "Volume": "9"}
        )
        command = OtherClientCommand(
            "set_volume_device", {"DeviceID": TV, "Volume": "9"}
        )
        await until(lambda: command in way.events)
        home.speaker("TV").switch_off()
        await until(lambda: SpeakersChanged("DeviceUnavailable") in way.events)


async def test_foreign_playback_over_pubnub(
    session: ClientSession, home: SimulatedHome
) -> None:
    home.speed = 20
    async with pubnub_way(home, session) as way:
        assert isinstance(way.front, PubNubHub)
        await way.hub.open_session()
        await asyncio.gather(
            way.front.foreign_command(
                "play_hub_media_party_mode", {"PersistentID": SONG}
            ),
            way.hub.speakers(),
        )
        await until(lambda: PlaybackTime(1, own=False) in way.events)
