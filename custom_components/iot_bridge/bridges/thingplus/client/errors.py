"""What can go wrong with a Thing+ server.

Texts name what was asked and the HTTP status; never addresses, sign-in data or values.
Source: Thing+ guide, status and error codes.
"""

from collections.abc import Mapping
from typing import Final

from ....wire import errors as wire


class ThingplusError(Exception):
    """The base of all errors of this client."""


class CannotConnectError(ThingplusError):
    """The server was not reached, or it is in trouble itself (HTTP 429, 5xx)."""


class RequestTimeoutError(CannotConnectError):
    """No answer in time, or the connection was lost before it came.

    The server may have obeyed nevertheless.
    """


class ServerTroubleError(CannotConnectError):
    """The server has answered that it is in trouble itself (HTTP 429, 5xx)."""


class UnexpectedAnswerError(ThingplusError):
    """The answer is not what the documents describe, or it comes from no Thing+."""


class AnswerTooLargeError(UnexpectedAnswerError):
    """The answer is larger than any that is sensible; less may be asked for."""


class SignInError(ThingplusError):
    """Only the user can mend it: the token or the password is not accepted."""


class NotAllowedError(ThingplusError):
    """The server knows who asks, and does not allow this (HTTP 403, *_DENY)."""


class NotFoundError(ThingplusError):
    """There is nothing of that id, or not yet: what was just created takes a while."""


class AlreadyExistsError(ThingplusError):
    """There is something of that id already (HTTP 409)."""


class PlanExceededError(ThingplusError):
    """The billing plan has no room for another one (HTTP 471)."""


class InvalidDataError(ThingplusError):
    """The server does not take what was sent (HTTP 400).

    Attributes:
        code: The server's code for it, for example "SCHEMA_VALIDATE"; may be empty.
        reason: What the server says, in its own words, without sign-in data; may be
            empty.
    """

    def __init__(self, what: str, code: str = "", reason: str = "") -> None:
        """Keep the server's reason apart: it may quote what was sent."""
        super().__init__(what)
        self.code = code
        self.reason = reason


class GatewayError(ThingplusError):
    """The gateway was reached and did not do what it was told (HTTP 600)."""


class GatewayTimeoutError(GatewayError):
    """The gateway did not answer the server (HTTP 504); it may have obeyed."""


# What one request meets with, as an error of this client
EXCHANGE_ERRORS: Final[Mapping[type[wire.ExchangeError], type[ThingplusError]]] = {
    wire.NotReachedError: CannotConnectError,
    wire.AnswerLostError: RequestTimeoutError,
    wire.NoHttpError: UnexpectedAnswerError,
    wire.AnswerTooLargeError: AnswerTooLargeError,
}
