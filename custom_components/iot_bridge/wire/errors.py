"""What can go wrong with one request, before its answer is understood.

Texts name what was asked; never addresses, sign-in data or values.
"""

from collections.abc import Mapping


class ExchangeError(Exception):
    """The base of these errors."""


class NotReachedError(ExchangeError):
    """The server was not reached."""


class AnswerLostError(NotReachedError):
    """No answer in time, or the connection was lost before it came.

    The server may have obeyed nevertheless.
    """


class NoHttpError(ExchangeError):
    """The answer is no HTTP."""


class AnswerTooLargeError(ExchangeError):
    """The answer is larger than any that is sensible."""


def translated[ErrorT: Exception](
    err: ExchangeError, errors: Mapping[type[ExchangeError], type[ErrorT]]
) -> ErrorT:
    """Return a client's own error for one of these.

    Args:
        err: What happened.
        errors: The client's; holds each of the classes above that can happen.
    """
    return next(errors[base] for base in type(err).__mro__ if base in errors)(str(err))
