"""What can go wrong between this client and a hub.

No error holds a secret: messages name the command and what happened, never tokens,
keys, spoken text or media addresses. Source: HKWHub specification, "Session Timeout"
and the replies of each command.
"""


class HkwhubError(Exception):
    """Base of all errors of this client; the message is free of secrets."""


class CannotConnectError(HkwhubError):
    """The hub, its cloud or PubNub was not reached: network, TLS, DNS, HTTP 5xx."""


class RequestTimeoutError(CannotConnectError):
    """There was no answer in time; whether the command was carried out is unknown."""


class UnexpectedAnswerError(CannotConnectError):
    """The answer is not what the documents describe, or it is no hub that answers."""


class HubOfflineError(CannotConnectError):
    """The cloud or PubNub works, but no hub answers on the other side of it."""


class LinkLostError(CannotConnectError):
    """The subscription to the PubNub channel ended."""


class SignInError(HkwhubError):
    """Only the user can mend it: HKIoTCloud does not accept the token any more."""


class KeysRefusedError(SignInError):
    """PubNub does not accept the publish key or the subscribe key."""


class SessionNotFoundError(HkwhubError):
    """The hub does not know the session, not even the one it has just opened."""


class CommandRefusedError(HkwhubError):
    """The hub answered "false".

    The documents give no reasons. It does so when a playback with higher priority is
    running, nobody is in the session, the media cannot be played, or the key for
    speech is missing.

    Attributes:
        command: The name of the command.
    """

    def __init__(self, command: str) -> None:
        """Name the command that was refused."""
        super().__init__(f"{command}: refused by the hub")
        self.command = command


class MessageTooLargeError(HkwhubError):
    """A command, for example a long text, exceeds PubNub's 32 KiB for one message."""


class NotOverPubNubError(HkwhubError):
    """The command does not exist over PubNub (`playback_status`)."""


class NotInThisGenerationError(HkwhubError):
    """The app was made before the command: in 2015 a hub had no voice of its own."""
