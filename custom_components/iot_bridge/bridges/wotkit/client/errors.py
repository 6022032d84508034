"""What can go wrong with a WoTKit server.

Texts name what was asked and the HTTP status; never addresses, sign-in data or values.
"""

from collections.abc import Mapping
from typing import Final

from ....wire import errors as wire


class WotkitError(Exception):
    """The base of all errors of this client."""


class CannotConnectError(WotkitError):
    """The server was not reached, or it is in trouble itself (HTTP 429, 5xx)."""


class RequestTimeoutError(CannotConnectError):
    """No answer in time, or the connection was lost before it came.

    The server may have obeyed nevertheless.
    """


class UnexpectedAnswerError(WotkitError):
    """The answer is not what the documents describe, or it comes from no WoTKit."""


class AnswerTooLargeError(UnexpectedAnswerError):
    """The answer is larger than any that is sensible; less may be asked for."""


class SignInError(WotkitError):
    """Only the user can mend it: key, password or access are not accepted."""


class NotAllowedError(WotkitError):
    """The server knows who asks, and does not allow this (HTTP 403)."""


class NotFoundError(WotkitError):
    """There is nothing of that name, or it is private and belongs to somebody else.

    The server answers both alike (HTTP 404).
    """


class SubscriptionGoneError(NotFoundError):
    """The server has dropped a subscription to a control channel, which it may."""


class AlreadyExistsError(WotkitError):
    """There is one of that name already (HTTP 409)."""


class InvalidDataError(WotkitError):
    """The server does not take what was sent (HTTP 400).

    Attributes:
        reason: What the server says, in its own words, without sign-in data; may be
            empty.
    """

    def __init__(self, what: str, reason: str = "") -> None:
        """Keep the server's reason apart: it may quote what was sent."""
        super().__init__(what)
        self.reason = reason


class FutureTimestampError(InvalidDataError):
    """A row is later than the server's clock, which may lag behind."""


# What one request meets with, as an error of this client
EXCHANGE_ERRORS: Final[Mapping[type[wire.ExchangeError], type[WotkitError]]] = {
    wire.NotReachedError: CannotConnectError,
    wire.AnswerLostError: RequestTimeoutError,
    wire.NoHttpError: UnexpectedAnswerError,
    wire.AnswerTooLargeError: AnswerTooLargeError,
}
