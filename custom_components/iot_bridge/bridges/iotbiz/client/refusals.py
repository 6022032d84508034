"""Why a platform does not register or activate a device: it says so in words only.

Source: README "Platform API", and the words of the platform's code.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
import re
from typing import Any, Final

from ....wire.answers import words_of
from ....wire.exchange import Answer
from ....wire.values import as_line
from .errors import (
    AlreadyActivatedError,
    CustomerRefusedError,
    IotbizError,
    LimitReachedError,
    NotApprovedError,
    PasswordRefusedError,
    RefusedError,
    TooManyRequestsError,
)
from .http import unexpected

# Parts of words, and what they mean; the first one that is there counts. All of them may
# be about a customer or a device, thus these come last. Home Assistant says 403 where
# there are too many requests, as README has it for whatever is refused.
type Meanings = Sequence[tuple[str, type[RefusedError]]]

REGISTRATION: Final[Meanings] = (
    ("too many requests", TooManyRequestsError),
    ("limit", LimitReachedError),
    ("approv", NotApprovedError),
    ("already", AlreadyActivatedError),
    ("activated", AlreadyActivatedError),
    ("customer", CustomerRefusedError),
)
ACTIVATION: Final[Meanings] = (
    ("too many requests", TooManyRequestsError),
    ("approv", NotApprovedError),
    ("password", PasswordRefusedError),
    ("device", PasswordRefusedError),
    ("invalid", PasswordRefusedError),
)

_ERROR: Final = "error"
_DETAIL: Final = "detail"


def refusal_of(
    answer: Answer, what: str, meanings: Meanings, secrets: Sequence[str]
) -> IotbizError:
    """Return what an answer that is no success complains of.

    Args:
        answer: The answer.
        what: What was asked, for the error's text.
        meanings: What the platform's words mean.
        secrets: What was sent, and must not get into a text.
    """
    body = answer.json()
    refused = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)
    if answer.status not in refused or not isinstance(body, dict | str):
        return unexpected(answer, what)
    said = _said(body)
    message = f"{what}: HTTP {answer.status}"
    reason = words_of(said, sorted(secrets, key=len, reverse=True))
    if answer.status == HTTPStatus.BAD_REQUEST:
        return RefusedError(message, reason)
    words = _without(secrets, said).casefold()
    kinds = (kind for part, kind in meanings if part in words)
    return next(kinds, RefusedError)(message, reason)


def _said(body: Mapping[str, Any] | str) -> str:
    """Return the platform's words, of whatever is wrong with each field."""
    if isinstance(body, str):
        return body
    for key in (_ERROR, _DETAIL):
        if isinstance(body.get(key), str):
            return str(body[key])
    return " ".join(_said_of_fields(body))


def _said_of_fields(body: Mapping[str, Any]) -> Iterator[str]:
    for field, problems in body.items():
        texts = problems if isinstance(problems, list) else [problems]
        said = " ".join(as_line(text) for text in texts if isinstance(text, str))
        if said:
            yield f"{field}: {said}"


def _without(secrets: Sequence[str], said: str) -> str:
    """Return words without what was sent: a customer number may be any word."""
    for secret in filter(None, secrets):
        said = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "", said)
    return said
