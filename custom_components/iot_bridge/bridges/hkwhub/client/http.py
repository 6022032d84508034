"""Carries commands over the REST API: to a hub's own server, or to HKIoTCloud.

Failures are built outside of `except` blocks: the errors of aiohttp carry the address
of the request, and with it session tokens, spoken text and media addresses. Source:
HKWHub specification, "REST API Specification".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
import json
import logging
from typing import Any, Final, override
from urllib.parse import quote

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientPayloadError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)
from yarl import URL

from ....wire.access_tokens import AccessTokens
from .commands import Command
from .errors import (
    CannotConnectError,
    HubOfflineError,
    NotInThisGenerationError,
    RequestTimeoutError,
    SignInError,
    UnexpectedAnswerError,
)
from .generations import GENERATION_0, GENERATION_1, Generation
from .parser import is_session_not_found, session_of
from .transport import Message, Transport

_LOGGER = logging.getLogger(__name__)

# Seconds. A hub answers at once, but for media that it fetches first.
_TIMEOUT: Final = 5.0
_SLOW_TIMEOUT: Final = 20.0
# The answer with 10 000 tracks is smaller.
_ANSWER_LIMIT: Final = 2 * 1024 * 1024
_CHUNK: Final = 64 * 1024
# What the cloud's front answers in place of a hub that is not connected to it.
_NO_HUB_BEHIND: Final = frozenset(
    {
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


class _ConnectionLostError(ClientError):
    """The connection ended before the answer came."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    message: Message | None


class HttpTransport(Transport):
    """Makes one GET per command; repeats nothing but what was refused as signed out."""

    def __init__(
        self,
        session: ClientSession,
        base_url: URL,
        *,
        tokens: AccessTokens | None = None,
        timeout: float = _TIMEOUT,
        slow_timeout: float = _SLOW_TIMEOUT,
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base_url: Scheme, host and port of the server.
            tokens: Only for HKIoTCloud.
            timeout: Seconds to wait for the answer to a usual command.
            slow_timeout: Seconds to wait where the hub fetches something first.
        """
        self._session = session
        self._base = str(base_url).rstrip("/")
        self._tokens = tokens
        self._timeout = ClientTimeout(total=timeout)
        self._slow_timeout = ClientTimeout(total=slow_timeout)
        self._generation = GENERATION_1

    @property
    @override
    def pushes(self) -> bool:
        return False

    @property
    def generation(self) -> int:
        """Return the generation of the REST API: 1, or 0 for a hub of 2015.

        It is known once a session was opened, and 1 before that.
        """
        return self._generation.number

    @override
    async def call(
        self, command: Command, params: Mapping[str, str], session: str | None
    ) -> Message:
        """Send a command and wait for the answer.

        Args:
            command: What to do.
            params: Its parameters as text, without the session.
            session: The session token; None for `init_session`.

        Returns:
            The answer as it came; "SessionNotFound" as bare text as `Error`.

        Raises:
            CannotConnectError: No answer, or none that could be read.
            RequestTimeoutError: No answer in time, or the connection was lost
                before it came; the hub may have obeyed nevertheless.
            HubOfflineError: The cloud answers, but no hub behind it.
            SignInError: Only the user can mend it.
            NotInThisGenerationError: A hub of 2015 does not have the command.
        """
        generation = self._generation
        answer = await self._ask(generation, command, params, session)
        if session is None and answer.status == HTTPStatus.NOT_FOUND:
            generation = GENERATION_0 if generation is GENERATION_1 else GENERATION_1
            answer = await self._ask(generation, command, params, session)
        message = self._read(command, answer)
        if session is None and session_of(message) is not None:
            self._generation = generation
        return message

    @override
    async def listen(
        self, on_up: Callable[[], None], on_message: Callable[[Message], None]
    ) -> None:
        """Refuse: nothing is pushed over HTTP.

        Raises:
            RuntimeError: Always; `pushes` says so before.
        """
        raise RuntimeError("the REST API has no events")

    async def _ask(
        self,
        generation: Generation,
        command: Command,
        params: Mapping[str, str],
        session: str | None,
    ) -> _Answer:
        if command.name in generation.unknown:
            raise NotInThisGenerationError(f"{command.name}: unknown to a hub of 2015")
        url = self._url(generation, command, params, session)
        if self._tokens is None:
            return await self._get(command, url, {})
        token = await self._tokens.access_token()
        answer = await self._get(command, url, _bearer(token))
        if _is_signed_out(answer):
            # It was refused before it got to the hub, thus nothing is done twice.
            _LOGGER.debug("%s: the access token is renewed", command.name)
            token = await self._tokens.renew(token)
            answer = await self._get(command, url, _bearer(token))
            if _is_signed_out(answer):
                raise SignInError(f"{command.name}: a new access token is refused")
        return answer

    def _url(
        self,
        generation: Generation,
        command: Command,
        params: Mapping[str, str],
        session: str | None,
    ) -> URL:
        # yarl would leave some characters bare and write blanks as "+".
        query = "&".join(
            f"{name}={quote(value, safe='', errors='replace')}"
            for name, value in generation.query(command, params, session).items()
        )
        address = self._base + generation.path_of(command)
        return URL(f"{address}?{query}" if query else address, encoded=True)

    async def _get(
        self, command: Command, url: URL, headers: Mapping[str, str]
    ) -> _Answer:
        failure: CannotConnectError
        try:
            async with self._session.get(
                url,
                headers=headers,
                timeout=self._slow_timeout if command.slow else self._timeout,
                allow_redirects=False,
                middlewares=(_send_once,),
            ) as response:
                content = await _content(response)
                _LOGGER.debug("%s: HTTP %d", command.name, response.status)
                return _Answer(response.status, _message(content))
        except TimeoutError:
            failure = RequestTimeoutError(f"{command.name}: no answer in time")
        except _ConnectionLostError, ClientPayloadError:
            # As with a time-out, nobody knows whether the hub has obeyed.
            failure = RequestTimeoutError(f"{command.name}: the connection was lost")
        except (ClientError, OSError) as err:
            failure = CannotConnectError(f"{command.name}: {type(err).__name__}")
        raise failure

    def _read(self, command: Command, answer: _Answer) -> Message:
        """Return the message of an answer, or raise what its status says."""
        what = f"{command.name}: HTTP {answer.status}"
        if answer.message is not None and is_session_not_found(answer.message):
            return answer.message
        if answer.status in _NO_HUB_BEHIND and self._tokens is not None:
            raise HubOfflineError(what)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CannotConnectError(what)
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise UnexpectedAnswerError(what)
        if answer.message is None:
            raise UnexpectedAnswerError(f"{what}, the answer is no JSON object")
        return answer.message


async def _send_once(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Keep aiohttp from sending a GET again when the connection is lost.

    It takes each GET for harmless; here one may speak to a whole house, twice.
    """
    try:
        return await handler(request)
    except ClientConnectorError:
        # There was no connection that could be lost; aiohttp does not try again.
        raise
    except ClientOSError, ServerDisconnectedError:
        raise _ConnectionLostError from None


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _is_signed_out(answer: _Answer) -> bool:
    return answer.status == HTTPStatus.UNAUTHORIZED and not (
        answer.message is not None and is_session_not_found(answer.message)
    )


async def _content(response: ClientResponse) -> bytes:
    """Return the body; one that is too large is cut, and then is no JSON any more."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > _ANSWER_LIMIT:
            response.close()
            return b""
    return bytes(content)


def _message(content: bytes) -> Message | None:
    text = content.decode("utf-8-sig", errors="replace")
    body = _loads(text)
    if isinstance(body, str):
        # Seen in the field: JSON that is encoded twice
        text = body
        body = _loads(text)
    if isinstance(body, dict):
        return body
    return {"Error": "SessionNotFound"} if is_session_not_found(text) else None


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError, RecursionError:
        return None
