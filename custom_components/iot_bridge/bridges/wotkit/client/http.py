"""Signs requests, and turns answers into values or errors.

Source: WoTKit API documentation, "Keys and Basic Authentication", "Registered
Applications and OAuth2" and "API Error Reporting".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
import logging
from typing import Any, Final
from urllib.parse import quote, urlencode

from aiohttp import ClientSession, hdrs
from yarl import URL

from ....wire.bodies import Body
from ....wire.errors import ExchangeError, translated
from ....wire.exchange import LIST_LIMIT, TIMEOUT, Answer, Exchange
from .credentials import Authorization, BasicCredentials, Credentials, basic, bearer
from .errors import EXCHANGE_ERRORS, SignInError, UnexpectedAnswerError
from .statuses import failure_of

_LOGGER = logging.getLogger(__name__)

# What a token that is not valid any more leads to. Strangers are forbidden a list that
# everybody has who is signed in; WoTKit API documentation, "Methods privacy".
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED})
_LISTING_REFUSED: Final = _REFUSED | {HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Request:
    """What is asked of a server.

    Attributes:
        method: The HTTP method.
        path: Below the base of the API, encoded.
        kind: What lies there, for errors and the log: no names, ids or values.
        query: The parameters.
        body: What is sent.
        listing: Whether it is a list that everybody has who is signed in.
        large: Whether the answer may hold a great many items.
        once: Whether aiohttp must not repeat it when a connection is lost.
        timeout: Seconds to wait for the answer, None for the usual.
    """

    method: str
    path: str
    kind: str
    query: Mapping[str, str] | None = None
    body: Body | None = None
    listing: bool = False
    large: bool = False
    once: bool = False
    timeout: float | None = None

    @property
    def what(self) -> str:
        """Return what it is called in errors and in the log."""
        return f"{self.method} {self.kind}"


class WotkitHttp:
    """Makes requests on a user's behalf."""

    def __init__(
        self,
        session: ClientSession,
        base_url: URL,
        credentials: Credentials,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base_url: The base of the API, without a version.
            credentials: For whom they are made.
            timeout: Seconds to wait for an answer.
        """
        self._exchange = Exchange(session)
        self._base = str(base_url).rstrip("/")
        self._credentials = credentials
        self._timeout = timeout

    async def send(self, request: Request) -> None:
        """Send a request whose answer says nothing but that it is done.

        Args:
            request: What to ask.

        Raises:
            WotkitError: One of its kinds, by the HTTP status; not obeyed, but for
                `RequestTimeoutError`.
            UnexpectedAnswerError: The answer is a web page: somebody else has answered,
                as the sign-in page of a network does.
        """
        answer = await self._ask(request)
        if answer.is_page:
            raise UnexpectedAnswerError(
                f"{request.what}: HTTP {answer.status}, the answer is a web page"
            )

    async def ask(self, request: Request) -> Any:
        """Send a request whose answer is JSON.

        Args:
            request: What to ask.

        Returns:
            The JSON; None where the server says that there is no content.

        Raises:
            WotkitError: One of its kinds, by the HTTP status.
            UnexpectedAnswerError: The answer is no JSON.
        """
        answer = await self._ask(request)
        if answer.status == HTTPStatus.NO_CONTENT:
            return None
        body = answer.json()
        if body is None:
            raise UnexpectedAnswerError(
                f"{request.what}: HTTP {answer.status}, the answer is no JSON"
            )
        return body

    async def _ask(self, request: Request) -> Answer:
        if isinstance(self._credentials, BasicCredentials):
            authorization = basic(self._credentials)
            answer = await self._send(request, authorization)
        else:
            token = await self._credentials.access_token()
            authorization = _bearer(request, token)
            answer = await self._send(request, authorization)
            if answer.status in (_LISTING_REFUSED if request.listing else _REFUSED):
                # It was refused before anything was done, thus nothing is done twice.
                _LOGGER.debug("%s: the access token is renewed", request.what)
                token = await self._credentials.renew(token)
                authorization = _bearer(request, token)
                answer = await self._send(request, authorization)
        failure = failure_of(
            answer,
            request.what,
            listing=request.listing,
            secrets=authorization.secrets,
        )
        if failure is not None:
            raise failure
        return answer

    async def _send(self, request: Request, authorization: Authorization) -> Answer:
        address = f"{self._base}/{request.path}"
        if request.query:
            query = urlencode(request.query, quote_via=quote, errors="replace")
            address = f"{address}?{query}"
        limits = {"limit": LIST_LIMIT} if request.large else {}
        try:
            return await self._exchange.send(
                request.method,
                URL(address, encoded=True),
                what=request.what,
                headers={hdrs.AUTHORIZATION: authorization.header},
                body=request.body,
                timeout=self._timeout if request.timeout is None else request.timeout,
                once=request.once,
                **limits,
            )
        except ExchangeError as err:
            raise translated(err, EXCHANGE_ERRORS) from None


def _bearer(request: Request, token: str) -> Authorization:
    if not token.isascii() or not token.isprintable():
        raise SignInError(f"{request.what}: the access token cannot be sent")
    return bearer(token)
