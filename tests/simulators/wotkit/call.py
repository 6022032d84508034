"""A call of the API that has reached it, and the answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
import json
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from .platform import Platform
from .sensor import SimulatedSensor
from .vocabulary import HAS_ERRORS, IS_INVALID, ApiError

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: The HTTP status.
        body: What is sent as JSON; None: no body.
        on_sent: Called when the answer was written out to a client that is there.
    """

    status: int = 200
    body: Any = None
    on_sent: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call.

    Attributes:
        platform: Who carries it out.
        what: Method and path, for faults.
        caller: The user who signed in; None: nobody.
        names: The variable parts of the path.
        query: Its parameters.
        content_type: Of the body.
        body: As it was sent.
    """

    platform: Platform
    what: str
    caller: str | None
    names: tuple[str, ...]
    query: Mapping[str, str]
    content_type: str
    body: bytes

    @property
    def user(self) -> str:
        """Return who signed in; for methods that are private."""
        assert self.caller is not None
        return self.caller

    def visible_sensor(self) -> SimulatedSensor:
        """Return the sensor of the path.

        Raises:
            ApiError: There is none that the caller may see.
        """
        return self.platform.find(self.caller, self.names[0])

    def own_sensor(self) -> SimulatedSensor:
        """Return the sensor of the path.

        Raises:
            ApiError: It is not the caller's own.
        """
        return self.platform.find_own(self.user, self.names[0])

    def note_fault(self, text: str) -> None:
        """Note a fault of the client's programmer."""
        self.platform.note_fault(f"{self.what}: {text}")

    def check_query(self, *known: str) -> None:
        """Note parameters that the method does not have."""
        for name in self.query.keys() - {*known, "access_token"}:
            self.note_fault(f"there is no parameter {name}")

    def json(self) -> Any:
        """Return the body.

        Raises:
            ApiError: It is no JSON.
        """
        if self.content_type != JSON_TYPE:
            self._refuse_type()
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except ValueError:
            raise ApiError(400, IS_INVALID, "not JSON") from None

    def json_object(self) -> dict[str, Any]:
        """Return the body.

        Raises:
            ApiError: It is no JSON object.
        """
        body = self.json()
        if not isinstance(body, dict):
            raise ApiError(400, HAS_ERRORS, "expected an object")
        return body

    def json_list(self) -> list[Any]:
        """Return the body.

        Raises:
            ApiError: It is no JSON array.
        """
        body = self.json()
        if not isinstance(body, list):
            raise ApiError(400, HAS_ERRORS, "expected a list")
        return body

    @property
    def is_form(self) -> bool:
        """Return whether the body is a form."""
        return self.content_type == FORM_TYPE

    def form(self) -> dict[str, str]:
        """Return the body.

        Raises:
            ApiError: It is no form.
        """
        if not self.is_form and self.body:
            self._refuse_type()
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        except ValueError:
            raise ApiError(400, IS_INVALID, "not UTF-8") from None

    def _refuse_type(self) -> NoReturn:
        self.note_fault(f"the body is {self.content_type}")
        raise ApiError(415, IS_INVALID, "Unsupported media type")


type Handler = Callable[[Call], Reply | Awaitable[Reply]]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
