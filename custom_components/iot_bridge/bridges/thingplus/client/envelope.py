"""Opens the envelope that every answer of REST v2 comes in.

Success is `{"statusCode", "message", "data", "_meta"?}`, failure
`{"statusCode", "message", "errors": [{"category"?, "code", "message"}]}`; token errors
and version 1 have no envelope. Source: Thing+ guide, "Getting started" and "REST API".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
import re
from typing import Any, Final

from ....wire.exchange import Answer
from ....wire.values import as_int, as_items, as_line, as_mapping
from .errors import UnexpectedAnswerError

# Outside of what HTTP knows: something between may have made another status of it.
GATEWAY_FAILED: Final = 600
_WORD: Final = re.compile(r"[A-Z_]{1,40}")


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Reading:
    """An answer, read once.

    Attributes:
        status: What the server means: the status of the envelope where that tells of a
            failure and HTTP does not.
        body: The JSON; None if it is none.
        is_envelope: Whether the JSON is an envelope.
        is_page: Whether the body is a web page: somebody else has answered.
        is_empty: Whether there is no body.
        code: The code of an error, for example "NOT_FOUND"; may be empty.
        category: Its category, may be empty.
        name: The name of an error without an envelope, for example
            "TokenExpiredError"; may be empty.
        message: What the server says of it; may hold anything.
    """

    status: int
    body: Any
    is_envelope: bool
    is_page: bool
    is_empty: bool
    code: str
    category: str
    name: str
    message: object

    @property
    def is_success(self) -> bool:
        """Return whether the server has done what it was asked."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """What was in an envelope.

    Attributes:
        data: What was asked for; None if there is nothing.
        meta: What the server says of it, for example how much there is in all.
    """

    data: Any
    meta: Mapping[str, Any]


def read(answer: Answer) -> Reading:
    """Read an answer."""
    body = answer.json()
    members = as_mapping(body)
    told = as_int(members.get("statusCode"))
    error = _first_error(members)
    return Reading(
        status=_status(answer.status, told),
        body=body,
        is_envelope=told is not None,
        is_page=body is None and answer.is_page,
        is_empty=not answer.content.strip(),
        code=_word(error.get("code")),
        category=_word(error.get("category")),
        name=as_line(members.get("name")),
        message=error.get("message") or members.get("message"),
    )


def contents_of(reading: Reading, what: str) -> Contents:
    """Return what is in the envelope of a success.

    Lists and objects without an envelope, as of version 1, are what they are.

    Args:
        reading: The answer.
        what: What was asked, for the error's text.

    Raises:
        UnexpectedAnswerError: It is something else.
    """
    if not isinstance(reading.body, dict | list):
        problem = "a web page" if reading.is_page else "no JSON that is known"
        raise UnexpectedAnswerError(
            f"{what}: HTTP {reading.status}, the answer is {problem}"
        )
    members = as_mapping(reading.body)
    if reading.is_envelope or {"data", "_meta"} <= members.keys():
        return Contents(members.get("data"), as_mapping(members.get("_meta")))
    return Contents(reading.body, {})


def _word(raw: object) -> str:
    """Return a code as the documents write them, nothing of what else may be there."""
    text = as_line(raw)
    return text if _WORD.fullmatch(text) else ""


def _status(http: int, told: int | None) -> int:
    if told == GATEWAY_FAILED:
        return told
    if told is not None and told >= HTTPStatus.BAD_REQUEST and http < 300:
        return told
    return http


def _first_error(members: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the error of an envelope, or of version 1: there it is the body itself."""
    if (errors := members.get("errors")) is None:
        return members if "code" in members else {}
    return next(filter(None, map(as_mapping, as_items(errors))), {})
