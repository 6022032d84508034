"""Makes REST calls and finds out whether their answers are failures.

Failures are built outside of `except` blocks: the errors of aiohttp carry the
address of the request, and that may hold a refresh token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import logging
from types import MappingProxyType
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout
import orjson

from .errors import (
    STATUS_ERRORS,
    TEXT_ERRORS,
    CannotConnectError,
    ErrorTable,
    EwelinkError,
    OtherRegionError,
    RequestRefusedError,
    RequestTimeoutError,
    ServerError,
    UnexpectedAnswerError,
    request_error,
)
from .pacing import Pace, RequestGate
from .wire import as_int, as_mapping, as_text

_LOGGER = logging.getLogger(__name__)

# Where an answer may hold an error in place of a word about it.
_NESTED_IN: Final = ("msg", "error", "errmsg", "reason")
# Texts that stand for errors are short; a long body need not be searched.
_TEXT_LIMIT: Final = 1000
_HTTP_REDIRECT: Final = 300
_HTTP_BAD_REQUEST: Final = 400
_HTTP_SERVER_ERROR: Final = 500

_NO_ERRORS: Final[ErrorTable] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of a REST call.

    Attributes:
        call: The name of the call, for error messages.
        status: The HTTP status.
        body: The JSON of the body, None where it is none.
        start: The start of the body as text in lower case.
    """

    call: str
    status: int
    body: Any
    start: str

    def code(self) -> int | None:
        """Return the error code in the body, 0 for success, None without one."""
        return _code(self.body)

    def failure(
        self, errors: ErrorTable, status_errors: ErrorTable = _NO_ERRORS
    ) -> EwelinkError | None:
        """Return what failed, None for a success.

        Args:
            errors: What codes mean for this call.
            status_errors: HTTP statuses that outrank the code in the body.
        """
        code = self.code()
        if self.status < _HTTP_REDIRECT and self.body is not None and not code:
            return None
        number = code or self.status
        for text, kind in TEXT_ERRORS.items():
            if text in self.start:
                return kind(f"{self.call}: refused with code {number}", number)
        if self.status >= _HTTP_SERVER_ERROR:
            return ServerError(f"{self.call}: HTTP {self.status}", self.status)
        if by_status := status_errors.get(self.status):
            return by_status(f"{self.call}: HTTP {self.status}", self.status)
        if code:
            return self._refused(code, errors)
        return self._without_code()

    def unexpected(self, what: str) -> UnexpectedAnswerError:
        """Return the error for a successful answer that lacks something."""
        return UnexpectedAnswerError(f"{self.call}: the answer has no {what}")

    def _refused(self, code: int, errors: ErrorTable) -> EwelinkError:
        error = request_error(self.call, code, errors)
        if isinstance(error, OtherRegionError):
            body = as_mapping(self.body)
            named = body.get("region", as_mapping(body.get("data")).get("region"))
            error.region = as_text(named)
        return error

    def _without_code(self) -> EwelinkError:
        if self.status < _HTTP_BAD_REQUEST:
            message = f"{self.call}: HTTP {self.status}, the answer is not JSON"
            return UnexpectedAnswerError(message)
        kind = STATUS_ERRORS.get(self.status, RequestRefusedError)
        return kind(f"{self.call}: HTTP {self.status}", self.status)


class Http:
    """Makes REST calls at the agreed pace."""

    def __init__(
        self, session: ClientSession, pace: Pace, gate: RequestGate | None = None
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            pace: The interval between calls and their time limit.
            gate: Keeps the interval, also between several clients that share it.
        """
        self._session = session
        self._gate = gate or RequestGate(pace.request_interval)
        self._timeout = ClientTimeout(total=pace.request_timeout)

    async def get(
        self, call: str, url: str, *, query: Mapping[str, str], headers: dict[str, str]
    ) -> Answer:
        """Make a GET.

        Args:
            call: The name of the call, for error messages.
            url: The address without a query.
            query: The parameters, not URL-encoded.
            headers: All headers of the protocol.

        Raises:
            CannotConnectError: No answer came.
        """
        return await self._request(call, "GET", url, headers, query=query)

    async def post(
        self, call: str, url: str, *, body: bytes, headers: dict[str, str]
    ) -> Answer:
        """Make a POST.

        Args:
            call: The name of the call, for error messages.
            url: The address.
            body: The very bytes to send, as they were signed.
            headers: All headers of the protocol.

        Raises:
            CannotConnectError: No answer came.
        """
        return await self._request(call, "POST", url, headers, body=body)

    async def _request(
        self,
        call: str,
        method: str,
        url: str,
        headers: dict[str, str],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        failure: CannotConnectError
        async with self._gate.call():
            try:
                async with self._session.request(
                    method,
                    url,
                    params=query,
                    data=body,
                    headers=headers,
                    timeout=self._timeout,
                    allow_redirects=False,
                ) as response:
                    content = await response.read()
                    _LOGGER.debug("%s: HTTP %d", call, response.status)
                    return _answer(call, response.status, content)
            except TimeoutError:
                failure = RequestTimeoutError(f"{call}: no answer in time")
            except (ClientError, OSError) as err:
                failure = CannotConnectError(f"{call}: {type(err).__name__}")
        raise failure


def _answer(call: str, status: int, content: bytes) -> Answer:
    start = content[:_TEXT_LIMIT].decode(errors="replace").lower()
    body = _loads(content)
    return Answer(call, status, body if isinstance(body, dict | list) else None, start)


def _loads(content: bytes | str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _code(body: object) -> int | None:
    members = as_mapping(body)
    for name in _NESTED_IN:
        value = members.get(name)
        if isinstance(value, str) and value.startswith("{"):
            value = _loads(value)
        # An inner code says more: a 406 may hold a 401.
        if nested := as_int(as_mapping(value).get("error")):
            return nested
    return as_int(members.get("error"))
