"""Which messages are taken for the answer to a command."""

import asyncio
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.hkwhub.client.errors import LinkLostError
from custom_components.iot_bridge.bridges.hkwhub.client.pubnub_answers import (
    OtherAskers,
    PendingCommand,
    command_message,
)

INIT = {"Command": "init_session"}


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        """Start at 100 seconds."""
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def pending(others: OtherAskers) -> PendingCommand:
    """Return a command for a session that was just sent."""
    return PendingCommand("init_session", INIT, None, others)


@pytest.mark.parametrize(
    ("session", "hub_uuid", "message"),
    [
        (None, None, {"Command": "x", "Volume": 7}),
        (None, "hub", {"Command": "x", "Volume": 7}),
        (
            "t",
            None,
            {"Command": "x", "SessionToken": "t", "SesssionToken": "t", "Volume": 7},
        ),
    ],
)
def test_messages(
    session: str | None, hub_uuid: str | None, message: dict[str, Any]
) -> None:
    assert command_message("x", {"Volume": "7"}, session, hub_uuid) == message


async def test_answers_come_after_the_command() -> None:
    waiting = pending(OtherAskers(5, Clock()))
    reply = {"ResponseOf": "init_session", "SessionToken": "a"}
    assert not waiting.take(reply)
    assert waiting.is_echo(dict(INIT))
    waiting.note_echo()
    assert not waiting.hub_spoke
    assert waiting.take(reply)
    assert not waiting.take(reply)
    assert await waiting.answer == reply


async def test_commands_after_ours_do_not_matter() -> None:
    others = OtherAskers(5, Clock())
    waiting = pending(others)
    waiting.note_echo()
    others.asked(INIT)
    waiting.note_echo()
    assert waiting.take({"ResponseOf": "init_session"})


@pytest.mark.parametrize(("seconds", "ours"), [(4.9, False), (5.1, True)])
async def test_old_commands_are_forgotten(seconds: float, ours: bool) -> None:
    clock = Clock()
    others = OtherAskers(5, clock)
    others.asked(INIT)
    clock.now += seconds
    waiting = pending(others)
    waiting.note_echo()
    assert waiting.take({"ResponseOf": "init_session"}) is ours
    assert (waiting.doubtful is None) is ours


@pytest.mark.parametrize(
    "refusal",
    [
        {"Error": "SessionNotFound"},
        {"ErrorMessage": "Session not found"},
        {"Result": "false", "Reason": "SESSION_NOT_FOUND"},
        {"error": {"message": "SessionNotFound"}},
    ],
    ids=["error", "words", "reason", "nested"],
)
async def test_refusal_without_a_name(refusal: dict[str, Any]) -> None:
    """It is understood in as many ways as over HTTP."""
    waiting = pending(OtherAskers(5, Clock()))
    waiting.note_echo()
    assert not waiting.take({"Event": "DeviceStateUpdated", **refusal})
    assert waiting.take(refusal)


async def test_refusal_of_another_clients_command() -> None:
    """Without a name it may be about whatever was asked before."""
    others = OtherAskers(5, Clock())
    others.asked({"Command": "get_volume"})
    others.asked({"Command": "is_playing"})
    waiting = pending(others)
    waiting.note_echo()
    others.answered({"ResponseOf": "is_playing"})
    refusal = {"Error": "SessionNotFound"}
    assert not waiting.take(refusal)
    assert waiting.doubtful == refusal
    assert waiting.take(refusal)


async def test_giving_up() -> None:
    waiting = pending(OtherAskers(5, Clock()))
    waiting.give_up(LinkLostError("first"))
    waiting.give_up(LinkLostError("second"))
    with pytest.raises(LinkLostError, match="first"):
        await asyncio.wait_for(waiting.answer, 1)
