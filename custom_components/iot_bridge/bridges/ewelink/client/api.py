"""What both generations of the eWeLink REST interface offer."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
import time
from typing import Any, Final

from .account import App, Credentials, Tokens
from .http import Answer, Http
from .models import Home
from .regions import REGIONS, Hosts
from .wire import as_int, as_mapping, as_text

# Lives of the tokens where an answer does not tell them; eWeLink developer
# guide, "Descriptions of at and rt".
ACCESS_TOKEN_LIFE: Final = 30 * 86400.0
REFRESH_TOKEN_LIFE: Final = 60 * 86400.0


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """Where the dispatch service sends a client."""

    host: str
    port: int


class Api(ABC):
    """The REST calls of one generation. Each one may raise an `EwelinkError`."""

    def __init__(self, http: Http, hosts: Hosts, app: App) -> None:
        """Prepare the calls; nothing is sent yet.

        Args:
            http: Makes the requests.
            hosts: Where the regions are.
            app: The app whose id and secret are used.
        """
        self._http = http
        self._hosts = hosts
        self._app = app

    @abstractmethod
    async def sign_in(self, region: str, credentials: Credentials) -> Tokens:
        """Sign in with a password.

        Raises:
            OtherRegionError: The account lives in another region.
            AuthenticationError: The account or its password is wrong.
        """

    @abstractmethod
    async def refresh(self, tokens: Tokens) -> Tokens:
        """Renew the tokens.

        Raises:
            AuthenticationError: The refresh token is not accepted.
        """

    @abstractmethod
    async def homes(self, tokens: Tokens) -> list[Home]:
        """Return the homes of the account, none where there are no homes."""

    @abstractmethod
    async def device_items(
        self, tokens: Tokens, homes: Collection[str] | None
    ) -> list[object]:
        """Return the raw items of the device list, each device once.

        Args:
            tokens: The session.
            homes: The ids of the homes asked for, None for all.
        """

    @abstractmethod
    async def dispatch(self, tokens: Tokens) -> SocketAddress:
        """Ask which socket to connect to."""


def read_tokens(
    answer: Answer, members: Mapping[str, Any], region: str, known: Tokens | None = None
) -> Tokens:
    """Read the answer to a sign-in or a refresh.

    Args:
        answer: The answer, for its error.
        members: The object that holds `at`, `rt`, and maybe `user` and `region`.
        region: The region that answered.
        known: The tokens that are refreshed; what the answer lacks is kept.

    Raises:
        UnexpectedAnswerError: Something is missing.
    """
    now = time.time()
    access_token = as_text(members.get("at"))
    refresh_token = as_text(members.get("rt"))
    apikey = as_text(as_mapping(members.get("user")).get("apikey"))
    if access_token is None:
        raise answer.unexpected("access token")
    if known is None:
        if refresh_token is None:
            raise answer.unexpected("refresh token")
        if apikey is None:
            raise answer.unexpected("account key")
        return Tokens(
            access_token=access_token,
            refresh_token=refresh_token,
            access_expires_at=now + ACCESS_TOKEN_LIFE,
            refresh_expires_at=now + REFRESH_TOKEN_LIFE,
            region=known_region(members.get("region"), region),
            apikey=apikey,
        )
    fresh = replace(
        known,
        access_token=access_token,
        access_expires_at=now + ACCESS_TOKEN_LIFE,
        region=known_region(members.get("region"), known.region),
        apikey=apikey or known.apikey,
    )
    if refresh_token is None:
        return fresh
    return replace(
        fresh,
        refresh_token=refresh_token,
        refresh_expires_at=now + REFRESH_TOKEN_LIFE,
    )


def known_region(named: object, otherwise: str) -> str:
    """Return the region that an answer names, unless nobody knows it."""
    return named if isinstance(named, str) and named in REGIONS else otherwise


def read_address(answer: Answer, members: Mapping[str, Any]) -> SocketAddress:
    """Read the answer of the dispatch service.

    The domain goes first: the certificate is made out to it, not to the IP.

    Raises:
        UnexpectedAnswerError: It names no host or no port.
    """
    host = as_text(members.get("domain")) or as_text(members.get("IP"))
    port = as_int(members.get("port"))
    if host is None:
        raise answer.unexpected("host")
    if port is None:
        raise answer.unexpected("port")
    return SocketAddress(host, port)


def each_once(items: Iterable[object]) -> list[object]:
    """Return the items with a device that occurs twice taken once.

    Items without a device id are kept, for the parser to tell of them.
    """
    seen: set[str] = set()
    unique: list[object] = []
    for item in items:
        device_id = as_text(as_mapping(item).get("deviceid"))
        if device_id is not None and device_id in seen:
            continue
        if device_id is not None:
            seen.add(device_id)
        unique.append(item)
    return unique
