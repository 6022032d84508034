"""What the HTTP statuses of a server mean.

Source: WoTKit API documentation, "API Error Reporting" and "Methods privacy".
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
import re
from typing import Final

from ....wire.answers import is_trouble, words_of
from ....wire.exchange import Answer
from ....wire.values import as_items, as_mapping, as_text
from .errors import (
    AlreadyExistsError,
    CannotConnectError,
    FutureTimestampError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    SignInError,
    UnexpectedAnswerError,
    WotkitError,
)

_ERRORS: Final[Mapping[int, type[WotkitError]]] = {
    HTTPStatus.UNAUTHORIZED: SignInError,
    HTTPStatus.FORBIDDEN: NotAllowedError,
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.CONFLICT: AlreadyExistsError,
}
# Whoever is signed in has lists, if only empty ones.
_LISTING_ERRORS: Final[Mapping[int, type[WotkitError]]] = {
    HTTPStatus.FORBIDDEN: SignInError,
    HTTPStatus.NOT_FOUND: UnexpectedAnswerError,
}
# Not just the word, which may also be the name of a field.
_FUTURE: Final = re.compile(
    r"\bin (the )?future\b|\bfuture (time|date)|\b(time|date)\w* .*\bfuture\b",
    re.IGNORECASE,
)


def failure_of(
    answer: Answer, what: str, *, listing: bool, secrets: Iterable[str]
) -> WotkitError | None:
    """Return what an answer complains of.

    Args:
        answer: What the server answered.
        what: What was asked, for the error's text.
        listing: Whether a list was asked for that everybody has.
        secrets: What must not get into a text, the longest first.

    Returns:
        The error; None for success.
    """
    status = answer.status
    message = f"{what}: HTTP {status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status == HTTPStatus.BAD_REQUEST:
        reason = reason_of(answer.json(), secrets)
        kind = FutureTimestampError if _FUTURE.search(reason) else InvalidDataError
        return kind(message, reason)
    if is_trouble(status):
        return CannotConnectError(message)
    error = (_LISTING_ERRORS.get(status) if listing else None) or _ERRORS.get(status)
    return (error or UnexpectedAnswerError)(message)


def reason_of(body: object, secrets: Iterable[str]) -> str:
    """Return what a server says of an error, in one line and without secrets.

    Args:
        body: `{"error": {"message": "...", "developerMessage": ["..."]}}`; anything
            else says nothing. The second part tells what is meant by the first.
        secrets: What must not be in it, the longest first.

    Returns:
        At most 200 characters.
    """
    error = as_mapping(as_mapping(body).get("error"))
    details = error.get("developerMessage")
    parts = (error.get("message"), *(as_items(details) or [details]))
    return words_of(": ".join(filter(None, map(as_text, parts))), secrets)
