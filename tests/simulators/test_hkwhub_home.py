"""The simulated home keeps to the rules of the documents."""

import pytest

from tests.simulators.hkwhub import COMMANDS, SimulatedHome, believable_hub, many_tracks

from .hkwhub_callers import (
    ADAPT,
    ALL,
    HARBOUR,
    LEFT,
    MORNING,
    RIGHT,
    InsideCaller,
    TurnedClock,
)

PLAYING = "PlayerStatePlaying"
PAUSED = "PlayerStatePaused"
NOTHING = ("PlayerStateStopped", -1)
HALF_AN_HOUR = 1800


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


async def play_everywhere(caller: InsideCaller, track: str = HARBOUR) -> None:
    """Play a track on all speakers."""
    assert await caller.succeeds("play_hub_media_party_mode", PersistentID=track)


def test_all_commands() -> None:
    """There are 29 commands."""
    assert len(COMMANDS) == 29


async def test_nobody_is_active_at_first(caller: InsideCaller) -> None:
    """The session is empty, and nothing plays in it."""
    assert await caller.active() == set()
    assert await caller.status() == NOTHING
    assert not await caller.succeeds("play_hub_media", PersistentID=HARBOUR)
    assert await caller("is_playing") == {"IsPlaying": False}


async def test_play_in_the_session(caller: InsideCaller) -> None:
    """Without suffix only the members play."""
    assert await caller.succeeds("add_device_to_session", DeviceID=LEFT)
    assert await caller.succeeds("play_hub_media", PersistentID=HARBOUR)
    info = await caller("device_info", DeviceID=LEFT)
    assert info["Active"] is True
    assert info["IsPlaying"] is True
    assert (await caller("device_info", DeviceID=RIGHT))["IsPlaying"] is False


async def test_party_mode(caller: InsideCaller) -> None:
    """Party mode takes all speakers in."""
    await play_everywhere(caller)
    assert await caller.active() == set(ALL)


async def test_set_party_mode(caller: InsideCaller, home: SimulatedHome) -> None:
    """All speakers that are on become members; without any it fails."""
    home.speaker("TV").switch_off()
    assert await caller.succeeds("set_party_mode")
    assert len(await caller.active()) == 3
    for speaker in home.available:
        speaker.switch_off()
    assert not await caller.succeeds("set_party_mode")


@pytest.mark.parametrize(
    ("replaces", "expected"), [(False, {LEFT, RIGHT, ADAPT}), (True, {RIGHT, ADAPT})]
)
async def test_selected_speakers(
    caller: InsideCaller, home: SimulatedHome, replaces: bool, expected: set[str]
) -> None:
    """The listed speakers join; whether others leave is a knob."""
    home.selected_replaces = replaces
    await caller("add_device_to_session", DeviceID=LEFT)
    assert await caller.succeeds(
        "play_hub_media_selected_speakers",
        PersistentID=HARBOUR,
        DeviceIDList=f"{RIGHT},{ADAPT}",
    )
    assert await caller.active() == expected


async def test_unknown_speaker_in_a_list(
    caller: InsideCaller, home: SimulatedHome
) -> None:
    """A speaker that is off makes the command fail, and nothing changes."""
    home.speaker("Adapt").switch_off()
    assert not await caller.succeeds(
        "play_hub_media_selected_speakers",
        PersistentID=HARBOUR,
        DeviceIDList=f"{RIGHT},{ADAPT}",
    )
    assert await caller.active() == set()
    assert home.faults == []


async def test_add_and_remove_while_playing(caller: InsideCaller) -> None:
    """Speakers come and go; without the last one the playback stops."""
    await caller("add_device_to_session", DeviceID=LEFT)
    await caller("play_hub_media", PersistentID=HARBOUR)
    await caller("add_device_to_session", DeviceID=RIGHT)
    assert await caller.active() == {LEFT, RIGHT}
    assert await caller.succeeds("remove_device_from_session", DeviceID=LEFT)
    assert (await caller.status())[0] == PLAYING
    assert await caller.succeeds("remove_device_from_session", DeviceID=RIGHT)
    assert await caller.status() == NOTHING


@pytest.mark.parametrize(
    ("command", "params"),
    [
        ("play_hub_media_party_mode", {"PersistentID": "1"}),
        ("resume_hub_media_party_mode", {"PersistentID": "1"}),
        ("play_tts_party_mode", {"Text": "no key"}),
        ("pause_play", {}),
    ],
)
async def test_false(
    caller: InsideCaller, home: SimulatedHome, command: str, params: dict[str, str]
) -> None:
    """What cannot be done gets false, and is no fault."""
    assert not await caller.succeeds(command, **params)
    assert home.faults == []


@pytest.mark.parametrize(
    "command",
    [
        "device_info",
        "add_device_to_session",
        "remove_device_from_session",
        "get_volume_device",
    ],
)
async def test_speaker_that_is_off(
    caller: InsideCaller, home: SimulatedHome, command: str
) -> None:
    """A speaker that is off is unknown."""
    home.speaker("Adapt").switch_off()
    assert not await caller.succeeds(command, DeviceID=ADAPT)
    assert await caller("device_count") == {"DeviceCount": 3}
    assert home.faults == []


async def test_time_and_end(caller: InsideCaller, clock: TurnedClock) -> None:
    """The elapsed time follows the clock until the track is over."""
    await play_everywhere(caller)
    clock.turn(15.7)
    assert await caller.status() == (PLAYING, 15)
    clock.turn(220)
    assert await caller.status() == (PLAYING, 235)
    clock.turn(1)
    assert await caller.status() == NOTHING
    assert await caller.active() == set(ALL)


async def test_speed(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """Time of media can run faster, also from the middle of a track."""
    await play_everywhere(caller)
    clock.turn(10)
    home.speed = 100
    clock.turn(1)
    assert await caller.status() == (PLAYING, 110)
    clock.turn(1.27)
    assert await caller.status() == NOTHING


async def test_preparing(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """A playback may need time before it begins."""
    home.prepare_seconds = 2
    await play_everywhere(caller)
    assert await caller.status() == ("PlayerStatePreparing", -1)
    assert home.heard == []
    clock.turn(3)
    assert await caller.status() == (PLAYING, 1)


@pytest.mark.parametrize(("tells", "elapsed"), [(False, -1), (True, 20)])
async def test_pause_and_resume(
    caller: InsideCaller,
    clock: TurnedClock,
    home: SimulatedHome,
    tells: bool,
    elapsed: int,
) -> None:
    """A track goes on where it was paused."""
    home.paused_tells_elapsed = tells
    await play_everywhere(caller)
    clock.turn(20)
    assert await caller.succeeds("pause_play")
    clock.turn(1000)
    assert await caller.status() == (PAUSED, elapsed)
    assert await caller("is_playing") == {"IsPlaying": False}
    assert await caller.succeeds("resume_hub_media", PersistentID=HARBOUR)
    clock.turn(5)
    assert await caller.status() == (PLAYING, 25)
    assert not await caller.succeeds("resume_hub_media", PersistentID=HARBOUR)


@pytest.mark.parametrize("suffix", ["", "_party_mode", "_selected_speakers"])
async def test_forms_of_resume(caller: InsideCaller, suffix: str) -> None:
    """All three forms of the command resume."""
    await play_everywhere(caller)
    await caller("pause_play")
    params = {"_selected_speakers": {"DeviceIDList": LEFT}}.get(suffix, {})
    assert await caller.succeeds(
        f"resume_hub_media{suffix}", PersistentID=HARBOUR, **params
    )


@pytest.mark.parametrize(
    ("knob", "success", "status"),
    [
        ("position", True, (PLAYING, 20)),
        ("start", True, (PLAYING, 0)),
        ("refused", False, (PLAYING, 7)),
    ],
)
async def test_resume_after_another_playback(
    caller: InsideCaller,
    clock: TurnedClock,
    home: SimulatedHome,
    knob: str,
    success: bool,
    status: tuple[str, int],
) -> None:
    """What happens to a paused track when something else was played is a knob."""
    setattr(home, "resume_after_interruption", knob)  # noqa: B010 - typed narrower
    await play_everywhere(caller)
    clock.turn(20)
    await caller("pause_play")
    await play_everywhere(caller, MORNING)
    clock.turn(7)
    resumed = await caller.succeeds("resume_hub_media", PersistentID=HARBOUR)
    assert resumed is success
    assert await caller.status() == status


async def test_stopped_is_not_resumable(caller: InsideCaller) -> None:
    """Neither what was stopped nor what was stopped while paused can be resumed."""
    await play_everywhere(caller)
    assert await caller.succeeds("stop_play")
    assert not await caller.succeeds("resume_hub_media", PersistentID=HARBOUR)
    await play_everywhere(caller, MORNING)
    await caller("pause_play")
    assert await caller.succeeds("stop_play")
    assert await caller.status() == NOTHING
    assert not await caller.succeeds("resume_hub_media", PersistentID=MORNING)


async def test_speech(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """Speaking takes as long as the text; pausing it stops it."""
    home.tts_key = "key"
    text = "Dinner is ready, come down, please!"
    assert await caller.succeeds("play_tts_party_mode", Text=text)
    clock.turn(2)
    assert await caller.status() == (PLAYING, 2)
    clock.turn(1)
    assert await caller.status() == NOTHING
    assert await caller.succeeds("play_tts", Text="and once more")
    assert await caller.succeeds("pause_play")
    assert await caller.status() == NOTHING


async def test_volumes(caller: InsideCaller) -> None:
    """All speakers get the same volume; one can differ; the average is told."""
    assert await caller("get_volume") == {"Volume": 17}
    assert await caller.succeeds("set_volume", Volume="30")
    assert await caller.succeeds("set_volume_device", DeviceID=ADAPT, Volume="50")
    assert await caller("get_volume_device", DeviceID=ADAPT) == {"Volume": 50}
    assert await caller("get_volume_device", DeviceID=LEFT) == {"Volume": 30}
    assert await caller("get_volume") == {"Volume": 35}


def test_contents(home: SimulatedHome) -> None:
    """Tracks have believable and awkward properties."""
    assert [speaker.id for speaker in home.available] == list(ALL)
    assert home.speaker("Adapt").mac == ""
    assert any(int(track) > 2**63 for track in home.tracks)
    many_tracks(home, 300)
    assert len(home.tracks) == 314
    with pytest.raises(LookupError):
        home.speaker("Nobody")
    with pytest.raises(LookupError):
        home.track("Nothing")
