"""Finds the API of a server."""

from http import HTTPStatus
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from ....wire.address import parse_server
from ....wire.answers import is_trouble
from ....wire.errors import ExchangeError, NotReachedError, translated
from ....wire.exchange import TIMEOUT, Exchange
from .address import api_candidates
from .errors import EXCHANGE_ERRORS, CannotConnectError, UnexpectedAnswerError

# Private everywhere: without sign-in it is empty or refused (WoTKit API documentation,
# "Methods privacy").
_PROBE: Final = "/sensors?scope=contributed&limit=1"
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


async def find_api(
    session: ClientSession, typed: str, *, timeout: float = TIMEOUT
) -> URL:
    """Find the API that somebody means by an address.

    Args:
        session: Makes the requests.
        typed: What the user typed or pasted.
        timeout: Seconds to wait for each answer.

    Returns:
        The base address of the API, without a version and without a slash at the end.

    Raises:
        ValueError: It is no address.
        CannotConnectError: The server was not reached, or is in trouble.
        RequestTimeoutError: It does not answer in time.
        UnexpectedAnswerError: The server is there, but no WoTKit.
    """
    exchange = Exchange(session)
    trouble: int | None = None
    for candidate in api_candidates(parse_server(typed)):
        try:
            answer = await exchange.send(
                "GET",
                URL(f"{candidate}{_PROBE}", encoded=True),
                what="GET sensors",
                timeout=timeout,
            )
        except NotReachedError as err:
            raise translated(err, EXCHANGE_ERRORS) from None
        except ExchangeError:
            continue
        if answer.status in _REFUSED or (
            answer.status == HTTPStatus.OK and isinstance(answer.json(), list)
        ):
            return candidate
        if is_trouble(answer.status):
            trouble = answer.status
    if trouble is not None:
        raise CannotConnectError(f"GET sensors: HTTP {trouble}")
    raise UnexpectedAnswerError("GET sensors: this is no WoTKit")
