"""Signs requests, and turns answers into data or errors.

Source: Thing+ guide, "Getting started", "REST API" and "OAuth2".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Final
from urllib.parse import quote, urlencode

from aiohttp import ClientSession, hdrs
from yarl import URL

from ....wire.access_tokens import AccessTokens
from ....wire.bodies import Body
from ....wire.errors import ExchangeError, translated
from ....wire.exchange import ANSWER_LIMIT, LIST_LIMIT, TIMEOUT, Answer, Exchange
from .clock import clock_offset, now
from .cookies import SESSION_COOKIE, cookie_header, sendable_cookies
from .envelope import Contents, Reading, contents_of, read
from .errors import EXCHANGE_ERRORS, SignInError
from .statuses import failure_of, is_refused

_LOGGER = logging.getLogger(__name__)

ACCEPT_JSON: Final[Mapping[str, str]] = {hdrs.ACCEPT: "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Request:
    """What is asked of a server.

    Attributes:
        method: The HTTP method.
        path: Below the base of the API, encoded.
        kind: What lies there, for errors and the log: no names, ids or values.
        query: The parameters; a name may be there more than once.
        body: What is sent.
        large: Whether the answer may hold a great many items.
        controls: Whether a gateway is to do something.
        patience: How many times the usual time the answer may take.
    """

    method: str
    path: str
    kind: str
    query: Sequence[tuple[str, str]] = ()
    body: Body | None = None
    large: bool = False
    controls: bool = False
    patience: float = 1

    @property
    def what(self) -> str:
        """Return what it is called in errors and in the log."""
        return f"{self.method} {self.kind}"


class ThingplusHttp:
    """Makes requests on a user's behalf.

    Attributes:
        clock_offset: The server's clock minus ours; zero unless it is more than 5
            seconds.
    """

    def __init__(
        self,
        session: ClientSession,
        base_url: URL,
        tokens: AccessTokens,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        """Use a session that others own.

        Args:
            session: Makes the requests; it is never closed here.
            base_url: The base of the API, with its version.
            tokens: For whom they are made.
            timeout: Seconds to wait for an answer.
        """
        self.clock_offset = timedelta(0)
        self._exchange = Exchange(session)
        self._base = str(base_url).rstrip("/")
        self._tokens = tokens
        self._timeout = timeout
        self._cookie = ""

    async def send(self, request: Request) -> None:
        """Send a request whose answer says nothing but that it is done.

        Args:
            request: What to ask.

        Raises:
            ThingplusError: One of its kinds, by the status.
            UnexpectedAnswerError: The answer comes from no Thing+.
        """
        reading = await self._ask(request)
        if not reading.is_empty:
            contents_of(reading, request.what)

    async def ask(self, request: Request) -> Contents:
        """Send a request whose answer holds something.

        Args:
            request: What to ask.

        Raises:
            ThingplusError: One of its kinds, by the status.
            UnexpectedAnswerError: The answer comes from no Thing+.
        """
        return contents_of(await self._ask(request), request.what)

    async def _ask(self, request: Request) -> Reading:
        token = await self._tokens.access_token()
        secrets = {token, self._cookie}
        reading = await self._send(request, token)
        if is_refused(reading):
            # It was refused before anything was done, thus nothing is done twice.
            _LOGGER.debug("%s: the access token is renewed", request.what)
            self._cookie = ""
            token = await self._tokens.renew(token)
            secrets.add(token)
            reading = await self._send(request, token)
        failure = failure_of(
            reading,
            request.what,
            secrets=sorted({*secrets, self._cookie}, key=len, reverse=True),
            controls=request.controls,
        )
        if failure is not None:
            raise failure
        return reading

    async def _send(self, request: Request, token: str) -> Reading:
        if not token.isascii() or not token.isprintable():
            raise SignInError(f"{request.what}: the access token cannot be sent")
        address = f"{self._base}/{request.path}"
        if request.query:
            query = urlencode(request.query, quote_via=quote, errors="replace")
            address = f"{address}?{query}"
        cookies = {SESSION_COOKIE: self._cookie} if self._cookie else {}
        asked = now()
        try:
            answer = await self._exchange.send(
                request.method,
                URL(address, encoded=True),
                what=request.what,
                # In the header: addresses get into logs.
                headers={
                    **ACCEPT_JSON,
                    hdrs.AUTHORIZATION: f"Bearer {token}",
                    **cookie_header(cookies),
                },
                body=request.body,
                timeout=self._timeout * request.patience,
                limit=LIST_LIMIT if request.large else ANSWER_LIMIT,
            )
        except ExchangeError as err:
            raise translated(err, EXCHANGE_ERRORS) from None
        reading = read(answer)
        if reading.is_success and reading.body is not None:
            offset = clock_offset(
                answer.headers.get(hdrs.DATE), asked, now(), self.clock_offset
            )
            self.clock_offset = self.clock_offset if offset is None else offset
        self._keep_cookie(answer)
        return reading

    def _keep_cookie(self, answer: Answer) -> None:
        if SESSION_COOKIE in answer.cookies:
            sendable = sendable_cookies(answer.cookies)
            self._cookie = sendable.get(SESSION_COOKIE, "")
