"""A request that has reached a platform, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Final
from urllib.parse import parse_qsl

from .world import World

JSON_TYPE: Final = "application/json"
# What Django REST framework reads, too; agents send JSON.
FORM_TYPE: Final = "application/x-www-form-urlencoded"

_NO_TEXT: Final = "Not a valid string."


class ApiError(Exception):
    """A refusal.

    Attributes:
        status: The HTTP status.
        body: What is answered as JSON.
        headers: What goes with it.
    """

    def __init__(
        self, status: int, body: Any, headers: Mapping[str, str] | None = None
    ) -> None:
        """Tell what is answered."""
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def refused(reason: str) -> ApiError:
    """Return the refusal of a registration or an activation."""
    return ApiError(403, {"error": reason})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer.

    Attributes:
        status: The HTTP status.
        body: What is answered as JSON; None: nothing at all.
    """

    status: int = 200
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request.

    Attributes:
        world: Who carries it out.
        method: The HTTP method.
        path: The path.
        base: The address of the platform, without a slash at the end.
        query: The parameters.
        authorization: The header; "" if there is none.
        content_type: Of the body.
        body: As it was sent.
        number: What the path has at its end, as in `/api/devices/7/`.
    """

    world: World
    method: str
    path: str
    base: str
    query: Mapping[str, str]
    authorization: str
    content_type: str
    body: bytes = field(repr=False)
    number: int | None = None

    def note_fault(self, text: str) -> None:
        """Note a fault of the client's programmer."""
        self.world.note_fault(f"{self.method} {self.path}: {text}")

    def check_query(self, *known: str) -> None:
        """Note parameters that the call does not have."""
        for name in self.query.keys() - set(known):
            self.note_fault(f"there is no parameter {name}")

    def object(self) -> dict[str, Any]:
        """Return the body.

        Raises:
            ApiError: It is no JSON object.
        """
        if self.content_type == FORM_TYPE:
            self.note_fault(f"the body is {self.content_type}")
            return dict(parse_qsl(self.body.decode(errors="replace")))
        if self.content_type != JSON_TYPE:
            self.note_fault(f"the body is {self.content_type}")
            text = f'Unsupported media type "{self.content_type}" in request.'
            raise ApiError(415, {"detail": text})
        try:
            body = json.loads(self.body)
        except ValueError as error:
            self.note_fault("the body is no JSON")
            raise ApiError(400, {"detail": f"JSON parse error - {error}"}) from error
        if not isinstance(body, dict):
            self.note_fault("the body is no JSON object")
            text = (
                f"Invalid data. Expected a dictionary, but got {type(body).__name__}."
            )
            raise ApiError(400, {"non_field_errors": [text]})
        return body

    def fields(self, *names: str) -> list[str]:
        """Return fields of the body.

        Raises:
            ApiError: One is missing or no text.
        """
        body = self.object()
        errors = {name: _field_error(body, name) for name in names}
        wrong = {name: [error] for name, error in errors.items() if error}
        if wrong:
            raise ApiError(400, wrong)
        return [str(body[name]).strip() for name in names]


def _field_error(body: Mapping[str, Any], name: str) -> str:
    if name not in body:
        return "This field is required."
    match body[name]:
        case None:
            return "This field may not be null."
        case bool() | list() | dict():
            return _NO_TEXT
        case str() as text if not text.strip():
            return "This field may not be blank."
    return ""
