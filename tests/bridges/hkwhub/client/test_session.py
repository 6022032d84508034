"""Sessions: opened at need, renewed once, and what is sent again."""

import asyncio

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client import (
    CannotConnectError,
    CommandRefusedError,
    HkwhubError,
    HubClient,
    HubOfflineError,
    LinkLostError,
    RequestTimeoutError,
    SessionNotFoundError,
    SignInError,
    Speech,
    UnexpectedAnswerError,
)
from custom_components.iot_bridge.bridges.hkwhub.client.models import Everywhere

from .scripted import ScriptedTransport

GONE = {"Error": "SessionNotFound"}
DONE = {"Result": "true"}


@pytest.fixture
def transport() -> ScriptedTransport:
    """A transport to a hub that opens sessions and obeys."""
    transport = ScriptedTransport()
    transport.say(
        "init_session",
        {"SessionToken": "r:1"},
        {"SessionToken": "r:2"},
        {"SessionToken": "r:3"},
    )
    transport.say("device_count", {"DeviceCount": "2"})
    transport.say("stop_play", DONE)
    transport.say("play_tts", DONE)
    transport.say("close_session", DONE)
    return transport


@pytest.fixture
def hub(transport: ScriptedTransport) -> HubClient:
    """A client of that hub."""
    return HubClient(transport)


async def test_session_is_opened_with_the_first_command(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    before = hub.session_open
    await hub.stop()
    await hub.stop()
    assert (before, hub.session_open) == (False, True)
    assert transport.sent == [
        ("init_session", {}, None),
        ("stop_play", {}, "r:1"),
        ("stop_play", {}, "r:1"),
    ]


async def test_several_first_commands_open_one_session(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    await asyncio.gather(hub.stop(), hub.device_count(), hub.open_session())
    await hub.open_session()
    assert transport.names().count("init_session") == 1


@pytest.mark.parametrize(
    "gone",
    [GONE, {"Result": "false", "Reason": "SessionNotFound"}, {"ErrorMessage": "SessionNotFound"}],
    ids=range(3),
)  # fmt: skip
async def test_renewed_session(
    hub: HubClient, transport: ScriptedTransport, gone: dict[str, str]
) -> None:
    """What was denied was not carried out: also speech is sent again."""
    transport.say("play_tts", gone, DONE)
    await hub.play(Speech("Hello"), Everywhere.SESSION)
    assert [(name, session) for name, _, session in transport.sent] == [
        ("init_session", None),
        ("play_tts", "r:1"),
        ("init_session", None),
        ("play_tts", "r:2"),
    ]


async def test_several_callers_renew_once(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    transport.say("stop_play", *[GONE] * 5, DONE)
    await asyncio.gather(*(hub.stop() for _ in range(5)))
    assert transport.names().count("init_session") == 2
    assert transport.names().count("stop_play") == 10


async def test_hub_that_reuses_tokens(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    """After a restart of the app the same token is another session."""
    transport.say("init_session", {"SessionToken": "PubNub-1000"})
    transport.say("stop_play", *[GONE] * 3, DONE)
    await asyncio.gather(*(hub.stop() for _ in range(3)))
    assert transport.names().count("init_session") == 2


async def test_denied_twice(hub: HubClient, transport: ScriptedTransport) -> None:
    transport.say("stop_play", GONE)
    with pytest.raises(SessionNotFoundError) as caught:
        await hub.stop()
    assert str(caught.value) == "stop_play: denied within a new session"
    assert transport.names() == ["init_session", "stop_play"] * 2


async def test_renewal_that_fails(hub: HubClient, transport: ScriptedTransport) -> None:
    await hub.stop()
    transport.say("stop_play", GONE, DONE)
    transport.say("init_session", HubOfflineError("x"))
    with pytest.raises(HubOfflineError):
        await hub.stop()
    assert not hub.session_open
    transport.say("init_session", {"SessionToken": "r:9"})
    await hub.stop()
    assert transport.sent[-1] == ("stop_play", {}, "r:9")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, UnexpectedAnswerError),
        ({"SessionToken": ""}, UnexpectedAnswerError),
        (GONE, UnexpectedAnswerError),
        ({"Result": "true"}, UnexpectedAnswerError),
        ({"Result": "false"}, HubOfflineError),
    ],
    ids=range(5),
)
async def test_no_session(
    hub: HubClient,
    transport: ScriptedTransport,
    answer: dict[str, str],
    error: type[HkwhubError],
) -> None:
    transport.say("init_session", answer)
    with pytest.raises(HkwhubError) as caught:
        await hub.open_session()
    assert type(caught.value) is error
    assert not hub.session_open


@pytest.mark.parametrize(
    "error", [CannotConnectError("x"), RequestTimeoutError("x"), LinkLostError("x")]
)
async def test_what_is_repeatable_is_repeated_once(
    hub: HubClient, transport: ScriptedTransport, error: HkwhubError
) -> None:
    transport.say("device_count", error, {"DeviceCount": 3})
    assert await hub.device_count() == 3
    transport.say("device_count", error)
    with pytest.raises(type(error)):
        await hub.device_count()
    assert transport.names() == ["init_session", *["device_count"] * 4]


async def test_opening_is_repeated(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    transport.say("init_session", RequestTimeoutError("x"), {"SessionToken": "r:1"})
    await hub.open_session()
    assert hub.session_open


async def test_playing_is_never_repeated(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    transport.say("play_tts", RequestTimeoutError("x"), DONE)
    with pytest.raises(RequestTimeoutError):
        await hub.play(Speech("Hello"), Everywhere.SESSION)
    assert transport.names() == ["init_session", "play_tts"]


@pytest.mark.parametrize("error", [UnexpectedAnswerError("x"), SignInError("x")])
async def test_answers_are_no_reason_to_repeat(
    hub: HubClient, transport: ScriptedTransport, error: HkwhubError
) -> None:
    transport.say("device_count", error)
    with pytest.raises(type(error)):
        await hub.device_count()
    assert transport.names() == ["init_session", "device_count"]


async def test_close(hub: HubClient, transport: ScriptedTransport) -> None:
    await hub.open_session()
    assert await hub.close_session()
    assert not hub.session_open
    assert transport.sent[-1] == ("close_session", {}, "r:1")
    assert not await hub.close_session()
    assert transport.names() == ["init_session", "close_session"]


@pytest.mark.parametrize("answer", [GONE, {"Result": "false"}, {}], ids=range(3))
async def test_close_what_the_hub_does_not_know(
    hub: HubClient, transport: ScriptedTransport, answer: dict[str, str]
) -> None:
    await hub.open_session()
    transport.say("close_session", answer)
    assert not await hub.close_session()
    assert transport.names() == ["init_session", "close_session"]


async def test_close_that_fails(hub: HubClient, transport: ScriptedTransport) -> None:
    await hub.open_session()
    transport.say("close_session", RequestTimeoutError("x"))
    with pytest.raises(RequestTimeoutError):
        await hub.close_session()
    assert not hub.session_open
    assert transport.names() == ["init_session", "close_session"]


async def test_cancelled_caller_leaves_the_lock_free(
    hub: HubClient, transport: ScriptedTransport
) -> None:
    task = asyncio.create_task(hub.stop())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await hub.stop()
    assert hub.session_open


@pytest.mark.parametrize("error", [HubOfflineError("x"), RequestTimeoutError("x")])
async def test_silence_on_a_channel(
    hub: HubClient, transport: ScriptedTransport, error: Exception
) -> None:
    """A hub that was started anew may say nothing about a session of former times."""
    transport.pushing = True
    transport.say("stop_play", error, error, {"Result": "true"})
    with pytest.raises(type(error)):
        await hub.stop()
    assert not hub.session_open
    await hub.stop()
    assert transport.names().count("init_session") == 2


async def test_silence_over_rest(hub: HubClient, transport: ScriptedTransport) -> None:
    """A server always answers: the session is worth keeping, with what it plays."""
    error = RequestTimeoutError("x")
    transport.say("stop_play", error, error, {"Result": "true"})
    with pytest.raises(RequestTimeoutError):
        await hub.stop()
    assert hub.session_open


async def test_refused_command(hub: HubClient, transport: ScriptedTransport) -> None:
    transport.say("stop_play", {"Result": "false"})
    with pytest.raises(CommandRefusedError) as caught:
        await hub.stop()
    assert caught.value.command == "stop_play"
    assert str(caught.value) == "stop_play: refused by the hub"
    assert transport.names() == ["init_session", "stop_play"]
