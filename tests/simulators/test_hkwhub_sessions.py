"""Sessions and priorities of the simulated home, and faults of its clients."""

import pytest

from tests.simulators.hkwhub import SimulatedHome, UnknownCommand, believable_hub
from tests.simulators.hkwhub.sessions import SessionNotFound

from .hkwhub_callers import HARBOUR, LEFT, MORNING, RIGHT, InsideCaller, TurnedClock

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


async def test_priorities(caller: InsideCaller, home: SimulatedHome) -> None:
    """A lower priority is refused, an equal one interrupts."""
    other = InsideCaller(home)
    command = "play_hub_media_party_mode"
    assert await caller.succeeds(command, PersistentID=HARBOUR, Priority="150")
    assert not await other.succeeds(command, PersistentID=MORNING)
    assert not await other.succeeds(command, PersistentID=MORNING, Priority="149")
    assert (await caller.status())[0] == PLAYING
    assert await other.succeeds(command, PersistentID=MORNING, Priority="150")
    assert await caller.status() == NOTHING
    assert (await other.status())[0] == PLAYING


async def test_default_priority(caller: InsideCaller, home: SimulatedHome) -> None:
    """Without `Priority` it is 100; what is paused holds nobody up."""
    await play_everywhere(caller)
    other = InsideCaller(home)
    command = "play_hub_media_party_mode"
    assert not await other.succeeds(command, PersistentID=MORNING, Priority="99")
    assert await caller.succeeds("pause_play")
    assert await other.succeeds(command, PersistentID=MORNING, Priority="1")
    # A resumed playback has the priority that it had.
    assert await caller.succeeds("resume_hub_media", PersistentID=HARBOUR)
    assert not await other.succeeds(command, PersistentID=MORNING, Priority="98")


async def test_refused_playback_changes_no_membership(
    caller: InsideCaller, home: SimulatedHome
) -> None:
    """A playback that is refused takes nobody in."""
    await caller.succeeds("add_device_to_session", DeviceID=LEFT)
    await caller("play_hub_media", PersistentID=HARBOUR, Priority="200")
    other = InsideCaller(home)
    assert not await other.succeeds("play_hub_media_party_mode", PersistentID=MORNING)
    assert await caller.active() == {LEFT}


@pytest.mark.parametrize(
    ("hub_wide", "expected"), [(False, NOTHING), (True, (PLAYING, 0))]
)
async def test_status_of_another_session(
    caller: InsideCaller,
    home: SimulatedHome,
    hub_wide: bool,
    expected: tuple[str, int],
) -> None:
    """Only the owner sees the status, unless a knob says otherwise."""
    home.status_is_hub_wide = hub_wide
    await play_everywhere(caller)
    other = InsideCaller(home)
    assert await other.status() == expected
    assert await other("is_playing") == {"IsPlaying": True}


async def test_sessions_expire(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """A session lives as long as commands come."""
    clock.turn(HALF_AN_HOUR * 1.5)
    await caller("get_volume")
    clock.turn(HALF_AN_HOUR * 1.5)
    await caller("get_volume")
    clock.turn(HALF_AN_HOUR * 2.1)
    with pytest.raises(SessionNotFound):
        await caller("get_volume")
    assert home.faults == []


async def test_polling_may_not_renew(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """With a knob only what does something keeps a session alive."""
    home.polling_renews = False
    clock.turn(HALF_AN_HOUR)
    await play_everywhere(caller)
    clock.turn(HALF_AN_HOUR * 1.5)
    await caller("get_volume")
    clock.turn(HALF_AN_HOUR)
    with pytest.raises(SessionNotFound):
        await caller("get_volume")


async def test_ended_sessions(caller: InsideCaller, home: SimulatedHome) -> None:
    """A closed session is unknown, an expired one too; another front's as well."""
    await play_everywhere(caller)
    other = InsideCaller(home, "other-")
    other.token = caller.token
    with pytest.raises(SessionNotFound):
        await other("get_volume")
    assert await caller.succeeds("close_session")
    with pytest.raises(SessionNotFound):
        await caller("get_volume")
    third = InsideCaller(home)
    home.expire_sessions()
    with pytest.raises(SessionNotFound):
        await third("get_volume")
    assert home.stage.is_sounding


async def test_foreign_client(caller: InsideCaller, home: SimulatedHome) -> None:
    """Another client acts in a session of its own, again after that ended."""
    await play_everywhere(caller)
    answer = await home.foreign(
        "play_hub_media", {"PersistentID": MORNING}, priority=99
    )
    assert answer == {"Result": False}
    home.expire_sessions()
    answer = await home.foreign(
        "play_hub_media", {"PersistentID": MORNING}, priority=101
    )
    assert answer == {"Result": True}
    assert [command.front for command in home.commands] == [
        "inside",
        "foreign",
        "foreign",
    ]
    assert home.faults == []


@pytest.mark.parametrize(
    ("command", "params", "fault"),
    [
        ("set_volume", {"Volume": "51"}, "Volume 51 is not within 0..50"),
        ("set_volume", {"Volume": "-1"}, "Volume -1 is not within 0..50"),
        ("set_volume", {"Volume": "7.5"}, "Volume 7.5 is not within 0..50"),
        ("set_volume", {}, "parameter Volume is missing"),
        (
            "add_device_to_session",
            {"DeviceID": "12"},
            "DeviceID: no speaker '12' was ever there",
        ),
        (
            "play_hub_media_selected_speakers",
            {"PersistentID": HARBOUR, "DeviceIDList": f"{LEFT}, {RIGHT}"},
            f"DeviceIDList: no speaker ' {RIGHT}' was ever there",
        ),
        ("play_tts", {"Text": '"Hello"'}, "Text is in quotation marks"),
        (
            "play_hub_media_party_mode",
            {"PersistentID": HARBOUR, "Priority": "high"},
            "Priority high is not an integer",
        ),
    ],
)
async def test_faults(
    caller: InsideCaller,
    home: SimulatedHome,
    command: str,
    params: dict[str, str],
    fault: str,
) -> None:
    """What only a wrongly programmed client sends is noted, and gets false."""
    assert not await caller.succeeds(command, **params)
    assert home.faults == [f"inside: {command}: {fault}"]


async def test_unknown_parameter(caller: InsideCaller, home: SimulatedHome) -> None:
    """A parameter too many is noted; the command is carried out."""
    assert await caller.succeeds("set_volume", Volume="3", Priority="100")
    assert home.faults == ["inside: set_volume: unknown parameter Priority"]


async def test_no_session(caller: InsideCaller, home: SimulatedHome) -> None:
    """A command without session is a fault, unknown commands are too."""
    with pytest.raises(SessionNotFound):
        await home.execute(caller.front, "get_volume", {})
    with pytest.raises(UnknownCommand):
        await caller("next_track")
    assert home.faults == [
        "inside: get_volume: SessionToken is missing",
        "inside: next_track: there is no such command",
    ]


async def test_double_send(caller: InsideCaller, home: SimulatedHome) -> None:
    """The same play command twice at once is noted, another one is not."""
    home.double_send_seconds = 60
    await play_everywhere(caller)
    await play_everywhere(caller, MORNING)
    assert home.faults == []
    await play_everywhere(caller, MORNING)
    assert home.faults == ["inside: play_hub_media_party_mode: was sent twice"]


async def test_commands_are_recorded(
    caller: InsideCaller, clock: TurnedClock, home: SimulatedHome
) -> None:
    """Every command is remembered with its parameters and time."""
    clock.turn(1)
    await caller("set_volume", Volume="3")
    (command,) = home.commands
    assert command.name == "set_volume"
    assert command.params == {"Volume": "3"}
    assert command.at == clock.now
    assert command.session == caller.token
