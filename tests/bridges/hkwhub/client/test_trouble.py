"""What goes wrong between a client and a simulated hub: sessions, tokens, silence."""

import asyncio

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    CannotConnectError,
    CommandRefusedError,
    Everywhere,
    HkwhubError,
    HubMedia,
    HubOfflineError,
    RequestTimeoutError,
    SessionNotFoundError,
    SignInError,
    Speech,
    UnexpectedAnswerError,
)
from tests.simulators.hkwhub import SESSION_NOT_FOUND_SHAPES, HkIotCloud, SimulatedHome
from tests.simulators.hkwhub.cloud import HubOffline
from tests.waiting import until

from .ways import WAYS, Way, cloud_way, local_way, pubnub_way

SPEECH = Speech("Somebody is at the door")
SONG = HubMedia("13104781220094761843")
# Seconds within which nothing on this machine is late, and tests are soon done.
QUICK = {"timeout": 0.3, "slow_timeout": 0.3}


# Sessions


@pytest.mark.parametrize("shape", SESSION_NOT_FOUND_SHAPES)
@pytest.mark.parametrize("name", WAYS)
async def test_ended_session(
    session: ClientSession, home: SimulatedHome, name: str, shape: str
) -> None:
    home.session_not_found = shape
    async with WAYS[name](home, session) as way:
        await way.hub.play(SONG, Everywhere.PARTY)
        home.expire_sessions()
        await way.hub.play(HubMedia("4402187755120936618"), Everywhere.PARTY)
        assert way.names() == [
            "init_session",
            "play_hub_media_party_mode",
            "play_hub_media_party_mode",
            "init_session",
            "play_hub_media_party_mode",
        ]
        assert len(home.heard) == 8


@pytest.mark.parametrize("name", WAYS)
async def test_several_callers_renew_once(
    session: ClientSession, home: SimulatedHome, name: str
) -> None:
    async with WAYS[name](home, session) as way:
        await way.hub.open_session()
        home.expire_sessions()
        counts = await asyncio.gather(*(way.hub.device_count() for _ in range(5)))
        assert counts == [4] * 5
        assert way.names().count("init_session") == 2


@pytest.mark.parametrize("name", WAYS)
async def test_restarted_app(
    session: ClientSession, home: SimulatedHome, name: str
) -> None:
    async with WAYS[name](home, session) as way:
        await way.hub.set_party_mode()
        await way.front.stop()
        await way.front.start()
        speakers = await way.hub.speakers()
        assert not any(speaker.active for speaker in speakers)


@pytest.mark.parametrize("shape", SESSION_NOT_FOUND_SHAPES)
async def test_hub_that_forgets_at_once(
    session: ClientSession, home: SimulatedHome, shape: str
) -> None:
    home.session_not_found = shape
    home.session_seconds = -1
    async with local_way(home, session) as way:
        with pytest.raises(SessionNotFoundError):
            await way.hub.stop()
        assert way.names() == ["init_session", "stop_play"] * 2


@pytest.mark.parametrize("name", WAYS)
async def test_closing_an_ended_session(
    session: ClientSession, home: SimulatedHome, name: str
) -> None:
    async with WAYS[name](home, session) as way:
        await way.hub.open_session()
        home.expire_sessions()
        assert not await way.hub.close_session()
        assert way.names() == ["init_session", "close_session"]


# Refused commands


@pytest.mark.parametrize("name", WAYS)
async def test_refused(session: ClientSession, home: SimulatedHome, name: str) -> None:
    """Nobody is in the session; something more important plays; nothing is paused."""
    async with WAYS[name](home, session) as way:
        for work in (
            way.hub.play(SONG, Everywhere.SESSION),
            way.hub.play(HubMedia("404"), Everywhere.PARTY),
            way.hub.resume("404", Everywhere.PARTY),
        ):
            with pytest.raises(CommandRefusedError):
                await work


async def test_without_a_key_for_speech(
    session: ClientSession, home: SimulatedHome
) -> None:
    home.tts_key = None
    async with local_way(home, session) as way:
        with pytest.raises(CommandRefusedError) as caught:
            await way.hub.play(SPEECH, Everywhere.PARTY)
        assert caught.value.command == "play_tts_party_mode"


async def test_lower_priority(session: ClientSession, home: SimulatedHome) -> None:
    async with local_way(home, session) as way:
        await home.foreign(
            "play_hub_media_party_mode",
            {"PersistentID": "6120045876231109455"},
            priority=120,
        )
        with pytest.raises(CommandRefusedError):
            await way.hub.play(SONG, Everywhere.PARTY, 119)
        await way.hub.play(SONG, Everywhere.PARTY, 120)


# Silence


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("trouble", ["hang", "lose_answer", "drop"])
async def test_playing_without_an_answer_is_not_repeated(
    session: ClientSession, home: SimulatedHome, name: str, trouble: str
) -> None:
    async with WAYS[name](home, session, **QUICK) as way:
        await way.hub.open_session()
        setattr(way.front.trouble, trouble, True)
        with pytest.raises(CannotConnectError):
            await way.hub.play(SONG, Everywhere.PARTY)
        setattr(way.front.trouble, trouble, False)
        assert await way.hub.device_count() == 4
        done = {"lose_answer": 1}.get(trouble, 0)
        assert way.names().count("play_hub_media_party_mode") == done
        assert len(home.heard) == 4 * done


@pytest.mark.parametrize("name", WAYS)
async def test_other_commands_without_an_answer_are_repeated(
    session: ClientSession, home: SimulatedHome, name: str
) -> None:
    async with WAYS[name](home, session, **QUICK) as way:
        await way.hub.open_session()
        way.front.trouble.lose_answer = True
        with pytest.raises(CannotConnectError):
            await way.hub.set_volume(5)
        assert way.names().count("set_volume") == 2


async def test_slow_answers(session: ClientSession, home: SimulatedHome) -> None:
    async with local_way(home, session, timeout=0.2, slow_timeout=5) as way:
        await way.hub.open_session()
        way.front.trouble.slow = 0.4
        await way.hub.play(SPEECH, Everywhere.PARTY)
        with pytest.raises(RequestTimeoutError):
            await way.hub.device_count()
        await until(lambda: way.names().count("device_count") == 2)


@pytest.mark.parametrize("name", ["local", "local of 2015", "cloud"])
@pytest.mark.parametrize(
    ("trouble", "value", "error"),
    [
        ("garbage", True, UnexpectedAnswerError),
        ("http_status", 500, CannotConnectError),
        ("http_status", 403, UnexpectedAnswerError),
        ("drop", True, RequestTimeoutError),
    ],
)
async def test_rest_in_trouble(
    session: ClientSession,
    home: SimulatedHome,
    name: str,
    trouble: str,
    value: object,
    error: type[HkwhubError],
) -> None:
    async with WAYS[name](home, session) as way:
        setattr(way.front.trouble, trouble, value)
        with pytest.raises(HkwhubError) as caught:
            await way.hub.open_session()
        assert type(caught.value) is error
        assert not way.hub.session_open


async def test_closed_app(session: ClientSession, home: SimulatedHome) -> None:
    async with local_way(home, session) as way:
        await way.hub.open_session()
        await way.front.stop()
        with pytest.raises(CannotConnectError):
            await way.hub.speakers()


async def test_closed_app_over_pubnub(
    session: ClientSession, home: SimulatedHome
) -> None:
    async with pubnub_way(home, session, **QUICK) as way:
        await way.hub.open_session()
        await way.front.stop()
        with pytest.raises(HubOfflineError):
            await way.hub.speakers()


# The cloud


@pytest.mark.parametrize(
    ("offline", "error"),
    [
        ("504", HubOfflineError),
        ("false", HubOfflineError),
        ("hang", RequestTimeoutError),
    ],
)
async def test_cloud_without_the_hub(
    session: ClientSession,
    home: SimulatedHome,
    offline: HubOffline,
    error: type[HkwhubError],
) -> None:
    async with cloud_way(home, session, **QUICK) as way:
        cloud = cloud_of(way)
        cloud.hub_offline = offline
        with pytest.raises(error):
            await way.hub.open_session()
        cloud.hub_offline = None
        await way.hub.open_session()
        cloud.hub_offline = offline
        with pytest.raises(error):
            await way.hub.speakers()


async def test_expired_access_token(
    session: ClientSession, home: SimulatedHome
) -> None:
    async with cloud_way(home, session) as way:
        await way.hub.open_session()
        cloud_of(way).expire_access_tokens()
        await way.hub.play(SPEECH, Everywhere.PARTY)
        assert way.names() == ["init_session", "play_tts_party_mode"]


async def test_several_callers_renew_an_access_token_once(
    session: ClientSession, home: SimulatedHome
) -> None:
    async with cloud_way(home, session) as way:
        assert way.tokens is not None
        await way.hub.open_session()
        cloud_of(way).expire_access_tokens()
        home.expire_sessions()
        await asyncio.gather(*(way.hub.device_count() for _ in range(5)))
        assert way.tokens.renewals == 1
        assert way.names().count("init_session") == 2


async def test_revoked_tokens(session: ClientSession, home: SimulatedHome) -> None:
    async with cloud_way(home, session) as way:
        await way.hub.open_session()
        cloud_of(way).revoke_all()
        with pytest.raises(SignInError):
            await way.hub.device_count()
        assert way.names() == ["init_session"]


def cloud_of(way: Way) -> HkIotCloud:
    """Return the cloud of a way through it."""
    assert isinstance(way.front, HkIotCloud)
    return way.front
