"""Which answer means which error.

Source: Thing+ guide, status codes and error codes; Thing+ OAuth2 document, errors.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from ....wire.answers import is_trouble, words_of
from ....wire.values import as_text
from .envelope import GATEWAY_FAILED, Reading
from .errors import (
    AlreadyExistsError,
    GatewayError,
    GatewayTimeoutError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
    ServerTroubleError,
    SignInError,
    ThingplusError,
    UnexpectedAnswerError,
)

SCHEMA_VALIDATE: Final = "SCHEMA_VALIDATE"
PLAN_EXCEEDED: Final = 471

_ERRORS: Final[Mapping[int, type[ThingplusError]]] = {
    HTTPStatus.FORBIDDEN: NotAllowedError,
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.CONFLICT: AlreadyExistsError,
    PLAN_EXCEEDED: PlanExceededError,
}
_BILLING: Final = "BILLING"
_NEED_LOGIN: Final = "NEED_LOGIN"
_GATEWAY_ERROR: Final = "GATEWAY_ERROR"
# The server uses them with HTTP 403, which otherwise says that something is forbidden.
_TOKEN_ERRORS: Final = frozenset(
    {
        "JsonWebTokenError",
        "NotBeforeError",
        "TokenExpiredError",
        "UnauthorizedError",
    }
)


def is_refused(reading: Reading) -> bool:
    """Return whether the server does not accept what the request was signed with."""
    if reading.status < HTTPStatus.BAD_REQUEST:
        return False
    return (
        reading.status == HTTPStatus.UNAUTHORIZED
        or reading.code == _NEED_LOGIN
        or reading.name in _TOKEN_ERRORS
    )


def failure_of(
    reading: Reading, what: str, *, secrets: Iterable[str], controls: bool = False
) -> ThingplusError | None:
    """Return what an answer complains of.

    Args:
        reading: The answer.
        what: What was asked, for the error's text.
        secrets: What must not get into a text, the longest first.
        controls: Whether a gateway was to do something: then it may be the one that
            is in trouble.

    Returns:
        The error; None for success.
    """
    if reading.is_success:
        return None
    status = reading.status
    message = f"{what}: HTTP {status}"
    if is_refused(reading):
        return SignInError(message)
    if controls and (error := _gateway_error(reading)) is not None:
        return error(message)
    if reading.code == _BILLING:
        return PlanExceededError(message)
    if is_trouble(status):
        return ServerTroubleError(message)
    if reading.is_page:
        return UnexpectedAnswerError(f"{message}, the answer is a web page")
    if status == HTTPStatus.BAD_REQUEST:
        reason = words_of(as_text(reading.message) or "", secrets)
        return InvalidDataError(message, reading.code, reason)
    return _ERRORS.get(status, UnexpectedAnswerError)(message)


def _gateway_error(reading: Reading) -> type[GatewayError] | None:
    if reading.status == HTTPStatus.GATEWAY_TIMEOUT:
        return GatewayTimeoutError
    if reading.status == GATEWAY_FAILED or reading.category == _GATEWAY_ERROR:
        return GatewayError
    return None
