"""Reads what a hub and other clients publish on a PubNub channel by themselves.

Two events are documented, one of them under a misspelt name; the library that the
hub is built on has more, for example for volumes and the end of a playback. Source:
HKWHub specification, "Get the Playback Status" and "Device Status Change Event".
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from .models import HubEvent, OtherClientCommand, PlaybackTime, SpeakersChanged
from .parser import result_of, session_of
from .values import as_int, as_text, first_of

_TIME_CHANGED: Final = "playbacktimechanged"
_STATE_UPDATED: Final = "devicestateupdated"
# What is in a command besides its parameters.
_NO_PARAMS: Final = frozenset(
    {"Command", "HKWHubUUID", "SessionID", "SessionToken", "SesssionToken"}
)
# Its `Result` is what was asked for, and not that something was done.
_QUESTION: Final = "is_playing"
# Commands of other clients that are kept until the hub answers them.
_REMEMBERED: Final = 32


def parse_event(
    message: Mapping[str, Any], own_sessions: Collection[str]
) -> HubEvent | None:
    """Read an event of the hub.

    Args:
        message: What was published.
        own_sessions: The session tokens that this client has and had.

    Returns:
        The event; None where the message is a command or a reply, or says nothing.
    """
    if "Command" in message or "ResponseOf" in message:
        return None
    name = as_text(first_of(message, "Event", "Envet", "event"))
    if name is None:
        return None
    if name.lower() == _TIME_CHANGED:
        elapsed = as_int(message.get("PlaybackTime"))
        if elapsed is not None and elapsed >= 0:
            session = session_of(message)
            own = None if session is None else session in own_sessions
            return PlaybackTime(elapsed, own)
    if name.lower() == _STATE_UPDATED:
        return SpeakersChanged(as_text(message.get("Reason")) or name)
    return SpeakersChanged(name)


class OtherClients:
    """Finds out which commands of other clients the hub has carried out."""

    def __init__(self) -> None:
        """Know of no command."""
        # Name, session, parameters; the oldest first
        self._waiting: list[tuple[str, str | None, dict[str, str]]] = []

    def feed(self, message: Mapping[str, Any]) -> OtherClientCommand | None:
        """Take in a message of the channel.

        Args:
            message: What another client or the hub published; no message of our own.

        Returns:
            The command that this message confirms, if it does.
        """
        if command := as_text(message.get("Command")):
            self._remember(command, message)
            return None
        if reply_to := as_text(message.get("ResponseOf")):
            return self._answered(reply_to, message)
        return None

    def _remember(self, command: str, message: Mapping[str, Any]) -> None:
        params = {
            name: text
            for name, value in message.items()
            if name not in _NO_PARAMS and (text := as_text(value)) is not None
        }
        self._waiting.append((command, session_of(message), params))
        del self._waiting[:-_REMEMBERED]

    def _answered(
        self, command: str, reply: Mapping[str, Any]
    ) -> OtherClientCommand | None:
        session = session_of(reply)
        for position, (name, asked_by, params) in enumerate(self._waiting):
            # Some replies bear no session (HKWHub specification, "Set party mode").
            if name == command and (session is None or session == asked_by):
                del self._waiting[position]
                confirmed = result_of(reply) is True and name != _QUESTION
                return OtherClientCommand(name, params) if confirmed else None
        return None
