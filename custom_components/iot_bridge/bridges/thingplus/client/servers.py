"""Which servers there are, and what people mean by an address.

A service lives on one server only. Source: Thing+ OAuth2 document and "API list":
customers have servers of their own, with the API at "/api".
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from ....wire.address import at_path, parse_server, path_parts
from ....wire.answers import is_trouble
from ....wire.errors import ExchangeError, NotReachedError, translated
from ....wire.exchange import TIMEOUT, Exchange
from .envelope import Reading, read
from .errors import EXCHANGE_ERRORS, CannotConnectError, UnexpectedAnswerError
from .http import ACCEPT_JSON

PRESETS: Final[Mapping[str, URL]] = {
    "commercial": URL("https://api.thingplus.net/v2"),
    "eu": URL("https://api.thingplus.eu/v2"),
    "sandbox": URL("https://api.sandbox.thingplus.net/v2"),
}
_BY_HOST: Final = {url.host: url for url in PRESETS.values()}
_API: Final = "api"
_VERSION: Final = "v2"
# Its answers have no envelope.
_OLD_VERSION: Final = "v1"
# Private everywhere, and known by every Thing+.
_PROBE: Final = "sites"
_KNOWN_ANSWERS: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
)


def api_candidates(typed: URL) -> tuple[URL, ...]:
    """Return where the API may be, the likeliest place first.

    Args:
        typed: An address from `parse_server`: of the host, of the API or something in
            it, or of the service.

    Returns:
        Base addresses of the API, without a slash at the end.
    """
    if typed.host in _BY_HOST and typed.explicit_port is None:
        return (_BY_HOST[typed.host],)
    parts = path_parts(typed)
    for version in (_VERSION, _OLD_VERSION):
        if version in parts:
            return (at_path(typed, [*parts[: parts.index(version)], _VERSION]),)
    if _API in parts:
        return (at_path(typed, parts[: parts.index(_API) + 1]),)
    paths = [*parts, _VERSION], [*parts, _API], parts
    return tuple(at_path(typed, path) for path in paths)


def api_base(typed: str) -> URL:
    """Return the base of the API that somebody most likely means by an address.

    Args:
        typed: What the user typed or pasted.

    Raises:
        ValueError: It is no address.
    """
    return api_candidates(_server_of(typed))[0]


async def find_api(
    session: ClientSession, typed: str, *, timeout: float = TIMEOUT
) -> URL:
    """Find the API that somebody means by an address.

    Args:
        session: Makes the requests.
        typed: What the user typed or pasted.
        timeout: Seconds to wait for each answer.

    Returns:
        The base address of the API, without a slash at the end.

    Raises:
        ValueError: It is no address.
        CannotConnectError: The server was not reached, or is in trouble.
        RequestTimeoutError: It does not answer in time.
        UnexpectedAnswerError: The server is there, but no Thing+.
    """
    exchange = Exchange(session)
    what = f"GET {_PROBE}"
    trouble: int | None = None
    for candidate in api_candidates(_server_of(typed)):
        try:
            answer = await exchange.send(
                "GET",
                at_path(candidate, [*path_parts(candidate), _PROBE]),
                what=what,
                headers=ACCEPT_JSON,
                timeout=timeout,
            )
        except NotReachedError as err:
            raise translated(err, EXCHANGE_ERRORS) from None
        except ExchangeError:
            continue
        reading = read(answer)
        if _is_thingplus(reading):
            return candidate
        if is_trouble(reading.status):
            trouble = reading.status
    if trouble is not None:
        raise CannotConnectError(f"{what}: HTTP {trouble}")
    raise UnexpectedAnswerError(f"{what}: this is no Thing+")


def _server_of(typed: str) -> URL:
    # Browsers show the pages of a portal behind it, and servers never hear of them.
    return parse_server(typed.partition("#")[0])


def _is_thingplus(reading: Reading) -> bool:
    if reading.is_envelope:
        return reading.status in _KNOWN_ANSWERS
    # "Access denied", as JSON
    return reading.status == HTTPStatus.UNAUTHORIZED and not reading.is_page
