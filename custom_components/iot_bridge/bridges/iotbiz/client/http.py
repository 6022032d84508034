"""Sends requests to a platform, and tells its answers from those of others."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import ClientSession, hdrs
from yarl import URL

from ....wire.address import at_path, path_parts
from ....wire.answers import is_trouble
from ....wire.bodies import json_body
from ....wire.errors import ExchangeError, translated
from ....wire.exchange import LIST_LIMIT, Answer, Exchange
from .errors import EXCHANGE_ERRORS, CannotConnectError, UnexpectedAnswerError

_ACCEPT_JSON: Final[Mapping[str, str]] = {hdrs.ACCEPT: "application/json"}


class PlatformHttp:
    """Makes requests with a session that others own."""

    def __init__(self, session: ClientSession, base: URL, timeout: float) -> None:
        """Describe the platform.

        Args:
            session: Makes the requests; it is never closed here.
            base: From `api_base`.
            timeout: Seconds to wait for each answer.
        """
        self._exchange = Exchange(session)
        self._base = base
        self._timeout = timeout

    async def post(self, path: str, content: Mapping[str, object]) -> Answer:
        """Send JSON.

        Args:
            path: Below "/api", without slashes around it.
            content: What is sent.

        Raises:
            CannotConnectError: The platform was not reached, or is in trouble.
            UnexpectedAnswerError: The answer comes from somebody else.
        """
        return await self._send("POST", path, content=content)

    async def get(self, path: str, query: Mapping[str, str], token: str) -> Answer:
        """Ask for a list.

        Args:
            path: Below "/api", without slashes around it.
            query: The parameters.
            token: Who asks.

        Raises:
            CannotConnectError: The platform was not reached, or is in trouble.
            UnexpectedAnswerError: The answer comes from somebody else.
        """
        return await self._send("GET", path, query=query, token=token)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        content: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
        token: str = "",
    ) -> Answer:
        what = f"{method} {path}"
        # Without the slash at the end the platform only names the right address.
        parts = [*path_parts(self._base), "api", *path.split("/"), ""]
        address = str(at_path(self._base, parts))
        headers = dict(_ACCEPT_JSON)
        if token:
            headers[hdrs.AUTHORIZATION] = f"Bearer {token}"
        try:
            answer = await self._exchange.send(
                method,
                URL(
                    f"{address}?{urlencode(query)}" if query else address, encoded=True
                ),
                what=what,
                headers=headers,
                body=None if content is None else json_body(content),
                timeout=self._timeout,
                limit=LIST_LIMIT,
            )
        except ExchangeError as err:
            raise translated(err, EXCHANGE_ERRORS) from None
        if is_trouble(answer.status):
            raise CannotConnectError(f"{what}: HTTP {answer.status}")
        if answer.is_page:
            raise UnexpectedAnswerError(
                f"{what}: HTTP {answer.status}, the answer is a web page"
            )
        return answer


def body_of(answer: Answer, what: str) -> Mapping[str, Any]:
    """Return the JSON object of a success.

    Args:
        answer: The answer.
        what: What was asked, for the error's text.

    Raises:
        UnexpectedAnswerError: It is something else.
    """
    body = answer.json()
    if not is_success(answer) or not isinstance(body, dict):
        raise unexpected(answer, what)
    return body


def is_success(answer: Answer) -> bool:
    """Return whether the platform has done what it was asked."""
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def unexpected(answer: Answer, what: str) -> UnexpectedAnswerError:
    """Return the error for an answer that the documents do not describe."""
    return UnexpectedAnswerError(f"{what}: HTTP {answer.status}, not as documented")
