"""Sends one request and reads the answer, whatever it says.

Failures are built outside of `except` blocks: the errors of aiohttp carry the address
and the headers of the request, and with them what it was signed with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
import json
import logging
from typing import Any, Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientPayloadError,
    ClientRequest,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
    hdrs,
)
from yarl import URL

from .bodies import Body
from .errors import (
    AnswerLostError,
    AnswerTooLargeError,
    ExchangeError,
    NoHttpError,
    NotReachedError,
)

_LOGGER = logging.getLogger(__name__)

# Seconds
TIMEOUT: Final = 10.0
# Bytes. A thousand things with all that they have are some megabytes.
LIST_LIMIT: Final = 16 * 1024 * 1024
ANSWER_LIMIT: Final = 1024 * 1024
_CHUNK: Final = 64 * 1024


class _ConnectionLostError(ClientError):
    """The connection ended before the answer came."""


class TooLargeError(Exception):
    """The answer is larger than any that is sensible."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a server answered.

    Attributes:
        status: The HTTP status.
        content: The body.
        charset: What it is said to be written in; None where nothing is said.
        headers: By name, whatever its capitals.
        cookies: What it sets, by name.
    """

    status: int
    content: bytes
    charset: str | None
    headers: Mapping[str, str]
    cookies: Mapping[str, str]

    def json(self) -> Any:
        """Return the body as JSON, whatever its content type; None if it is none."""
        try:
            return json.loads(self._text())
        except ValueError, RecursionError:
            return None

    @property
    def is_page(self) -> bool:
        """Return whether the body is a web page, whatever its content type."""
        return self._text().lstrip().startswith("<")

    def _text(self) -> str:
        try:
            return self.content.decode(json.detect_encoding(self.content))
        except UnicodeDecodeError:
            pass
        # Only now: many servers say ISO 8859-1 by default and write UTF-8.
        try:
            return self.content.decode(self.charset or "utf-8", errors="replace")
        except LookupError:
            return self.content.decode(errors="replace")


class Exchange:
    """Makes requests with a session that others own."""

    def __init__(self, session: ClientSession) -> None:
        """Use a session; it is never closed here."""
        self._session = session

    async def send(
        self,
        method: str,
        url: URL,
        *,
        what: str,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        timeout: float = TIMEOUT,
        limit: int = ANSWER_LIMIT,
        once: bool = False,
    ) -> Answer:
        """Send a request; redirects are not followed.

        Args:
            method: The HTTP method.
            url: The address, encoded.
            what: What is asked, for errors and the log: no names, ids or values.
            headers: Further headers. Without a `Cookie` among them, no cookies are
                sent: those that the session holds never are.
            body: What is sent.
            timeout: Seconds to wait for the whole answer.
            limit: Bytes that the answer may have.
            once: Keep aiohttp from repeating the request when a connection is lost:
                what the lost answer held is not given out again.

        Raises:
            NotReachedError: The server was not reached.
            AnswerLostError: No answer in time, or the connection was lost before
                it came; the server may have obeyed nevertheless.
            AnswerTooLargeError: The answer is larger than `limit`.
            NoHttpError: The answer is no HTTP.
        """
        sent = dict(headers or {})
        if body is not None:
            sent[hdrs.CONTENT_TYPE] = body.content_type
        failure: ExchangeError
        try:
            async with self._session.request(
                method,
                url,
                headers=sent,
                data=None if body is None else body.content,
                timeout=ClientTimeout(total=timeout),
                allow_redirects=False,
                middlewares=(
                    partial(with_cookies, sent.get(hdrs.COOKIE)),
                    *((_send_once,) if once else ()),
                ),
            ) as response:
                content = await read_content(response, limit)
                _LOGGER.debug("%s: HTTP %d", what, response.status)
                return Answer(
                    response.status,
                    content,
                    response.charset,
                    response.headers,
                    {name: one.value for name, one in response.cookies.items()},
                )
        except TimeoutError:
            failure = AnswerLostError(f"{what}: no answer in time")
        except TooLargeError:
            failure = AnswerTooLargeError(f"{what}: the answer is too large")
        except ClientConnectorError as err:
            failure = NotReachedError(f"{what}: {type(err).__name__}")
        except (
            _ConnectionLostError,
            ClientPayloadError,
            ServerDisconnectedError,
            OSError,
        ):
            # As with a time-out, nobody knows whether the server has obeyed.
            failure = AnswerLostError(f"{what}: the connection was lost")
        except ClientResponseError:
            failure = NoHttpError(f"{what}: the answer is no HTTP")
        except ClientError as err:
            failure = NotReachedError(f"{what}: {type(err).__name__}")
        raise failure


async def with_cookies(
    own: str | None, request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Keep the session's cookies back: they may belong to another user's sign-in.

    A middleware of aiohttp, once it has what is to be sent.

    Args:
        own: What is sent in their place, if anything.
        request: The request.
        handler: Sends it.
    """
    request.headers.pop(hdrs.COOKIE, None)
    if own is not None:
        request.headers[hdrs.COOKIE] = own
    return await handler(request)


async def _send_once(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Keep aiohttp from sending a GET again when the connection is lost."""
    try:
        return await handler(request)
    except ClientConnectorError:
        # There was no connection that could be lost; aiohttp does not try again.
        raise
    except ClientOSError, ServerDisconnectedError:
        raise _ConnectionLostError from None


async def read_content(response: ClientResponse, limit: int) -> bytes:
    """Read the body of an answer.

    Args:
        response: The answer.
        limit: Bytes that it may have.

    Raises:
        TooLargeError: It is larger; the connection is closed.
    """
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            response.close()
            raise TooLargeError
    return bytes(content)
