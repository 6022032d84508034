"""The simulated home notes what every speaker let hear, and what people do."""

from typing import override

import pytest

from tests.simulators.hkwhub import Reason, SimulatedHome, Watcher, believable_hub

from .hkwhub_callers import (
    ADAPT,
    HARBOUR,
    LEFT,
    MORNING,
    RIGHT,
    InsideCaller,
    TurnedClock,
)


class Notes(Watcher):
    """Notes what it is told."""

    def __init__(self) -> None:
        """Begin empty."""
        self.notes: list[str] = []

    @override
    def on_speakers(self, reason: Reason) -> None:
        """Note a reason."""
        self.notes.append(reason.value)

    @override
    def on_membership(self) -> None:
        """Note that a speaker joined or left."""
        self.notes.append("membership")


@pytest.fixture
def clock() -> TurnedClock:
    """The time in the home."""
    return TurnedClock()


@pytest.fixture
def home(clock: TurnedClock) -> SimulatedHome:
    """A believable home."""
    home = SimulatedHome(clock)
    believable_hub(home)
    return home


@pytest.fixture
def caller(home: SimulatedHome) -> InsideCaller:
    """A client with a session."""
    return InsideCaller(home)


@pytest.fixture
def notes(home: SimulatedHome) -> list[str]:
    """What watchers are told."""
    watcher = Notes()
    home.watchers.append(watcher)
    return watcher.notes


async def play_left(caller: InsideCaller) -> None:
    """Play a track of 236 s on one speaker."""
    assert await caller.succeeds(
        "play_hub_media_selected_speakers", PersistentID=HARBOUR, DeviceIDList=LEFT
    )


async def test_whole_track(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """A track that ends is noted to its last second, however late one looks."""
    await play_left(caller)
    clock.turn(10_000)
    (heard,) = home.heard
    assert (heard.speaker_id, heard.kind, heard.content) == (LEFT, "hub", HARBOUR)
    assert heard.title == "Harbour Lights"
    assert heard.audio is None
    assert (heard.started_at, heard.ended_at) == (1000, 1236)
    assert (heard.from_second, heard.to_second) == (0, 236)
    assert (heard.volume_at_start, heard.volumes) == (17, [])


async def test_joining_and_leaving(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """A speaker that joins comes in where the track is."""
    await play_left(caller)
    clock.turn(30)
    await caller("add_device_to_session", DeviceID=RIGHT)
    clock.turn(10)
    await caller("remove_device_from_session", DeviceID=LEFT)
    left, right = home.heard
    assert (left.ended_at, left.to_second) == (1040, 40)
    assert (right.from_second, right.ended_at, right.to_second) == (30, None, None)


async def test_volumes_are_noted(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """Volumes are noted while a speaker sounds, whoever changes them."""
    await play_left(caller)
    clock.turn(5)
    await caller("set_volume", Volume="9")
    clock.turn(5)
    home.speaker("Omni Left").turn_volume(12)
    await caller("stop_play")
    home.speaker("Omni Left").turn_volume(50)
    (heard,) = home.heard
    assert heard.volumes == [(1005, 9), (1010, 12)]


async def test_pause_makes_two_stretches(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """A pause ends one stretch, resuming begins another."""
    await play_left(caller)
    clock.turn(20)
    await caller("pause_play")
    clock.turn(100)
    await caller("resume_hub_media", PersistentID=HARBOUR)
    first, second = home.heard
    assert (first.ended_at, first.to_second) == (1020, 20)
    assert (second.started_at, second.from_second) == (1120, 20)


async def test_interruption(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """Only one thing sounds at a time."""
    await play_left(caller)
    clock.turn(3)
    home.tts_key = "key"
    await home.foreign("play_tts_party_mode", {"Text": "Hello"})
    clock.turn(1)
    home.tick()
    assert [(heard.content, heard.speaker_id) for heard in home.heard[:3]] == [
        (HARBOUR, LEFT),
        ("Hello", LEFT),
        ("Hello", RIGHT),
    ]
    assert home.heard[0].to_second == 3
    assert all(heard.ended_at is not None for heard in home.heard)


async def test_steal_a_speaker(
    caller: InsideCaller, home: SimulatedHome, notes: list[str]
) -> None:
    """A speaker that plays something else leaves, until the hub takes it back."""
    await caller("play_hub_media_party_mode", PersistentID=HARBOUR)
    speaker = home.speaker("Adapt")
    speaker.external = True
    info = await caller("device_info", DeviceID=ADAPT)
    assert (info["Active"], info["IsPlaying"]) == (False, True)
    speaker.external = True
    speaker.external = False
    assert (await caller("device_info", DeviceID=ADAPT))["IsPlaying"] is False
    speaker.external = True
    await caller("add_device_to_session", DeviceID=ADAPT)
    assert speaker.external is False
    assert ADAPT in await caller.active()
    assert notes == ["membership"] * 3


async def test_last_speaker_is_stolen(
    caller: InsideCaller, home: SimulatedHome
) -> None:
    """A playback that nobody plays any more stops."""
    await play_left(caller)
    home.speaker("Omni Left").external = True
    assert (await caller.status())[0] == "PlayerStateStopped"


async def test_long_press(
    caller: InsideCaller, home: SimulatedHome, notes: list[str]
) -> None:
    """A speaker joins by its button, if it has power."""
    await play_left(caller)
    home.speaker("Adapt").long_press()
    assert await caller.active() == {LEFT, ADAPT}
    home.speaker("TV").switch_off()
    home.speaker("TV").long_press()
    assert await caller.active() == {LEFT, ADAPT}
    assert notes == ["membership", "DeviceUnavailable"]


async def test_power(
    caller: InsideCaller, home: SimulatedHome, notes: list[str]
) -> None:
    """A speaker without power leaves and vanishes; it comes back outside."""
    await play_left(caller)
    speaker = home.speaker("Omni Left")
    speaker.switch_off()
    speaker.switch_off()
    assert await caller("device_count") == {"DeviceCount": 3}
    assert (await caller.status())[0] == "PlayerStateStopped"
    speaker.switch_on()
    speaker.switch_on()
    assert await caller.active() == set()
    assert notes == ["DeviceUnavailable", "DeviceAvailable"]


async def test_information_of_a_speaker(
    caller: InsideCaller, home: SimulatedHome, notes: list[str]
) -> None:
    """What people and the network change is reported; a volume is told to nobody."""
    speaker = home.speaker("Adapt")
    speaker.rename("Cooking")
    speaker.move("Cellar")
    speaker.learn_mac("b0:38:29:00:00:01")
    speaker.change_wifi(-80)
    speaker.turn_volume(40)
    assert await caller("device_info", DeviceID=ADAPT) == {
        "GroupName": "Cellar",
        "Role": 21,
        "MacAddress": "b0:38:29:00:00:01",
        "WifiSignalStrength": -80,
        "Port": 44055,
        "Active": False,
        "DeviceName": "Cooking",
        "Version": "0.1.6.2",
        "ModelName": "Omni Adapt",
        "IPAddress": "192.168.1.42",
        "GroupID": "4625984469",
        "Volume": 40,
        "IsPlaying": False,
        "DeviceID": ADAPT,
    }
    assert notes == ["SpeakerInfoUpdated"] * 3 + ["WiFiSignalChanged"]


async def test_media_list(caller: InsideCaller, home: SimulatedHome) -> None:
    """Tracks are described as documented."""
    home.tracks = {MORNING: home.tracks[MORNING]}
    assert await caller("media_list") == {
        "MediaList": [
            {
                "PersistentID": MORNING,
                "Title": "Früh am Morgen",
                "Artist": "Zoë Lindström",
                "Duration": 184,
                "AlbumTitle": "Grüße",
            }
        ]
    }
