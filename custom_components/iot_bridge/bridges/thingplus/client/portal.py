"""Creates an OAuth2 client for a user, as the portal does it.

It takes the session of a user who has signed in there; tokens do not do. Source: Thing+
HTTPS guide, "Creating OAuth Client"; Thing+ "API list", login and logout.
"""

from collections.abc import Mapping, Sequence
import logging
import secrets
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from ....wire.bodies import json_body
from ....wire.errors import ExchangeError, translated
from ....wire.exchange import TIMEOUT, Exchange
from ....wire.values import as_mapping, as_text
from .cookies import cookie_header, sendable_cookies
from .envelope import Reading, contents_of, read
from .errors import (
    EXCHANGE_ERRORS,
    AlreadyExistsError,
    NotAllowedError,
    SignInError,
    ThingplusError,
    UnexpectedAnswerError,
)
from .http import ACCEPT_JSON
from .models import AuthClient
from .statuses import failure_of

_LOGGER = logging.getLogger(__name__)

# There are four thousand million ids: one that is taken is bad luck already.
_ATTEMPTS: Final = 3


async def create_auth_client(
    session: ClientSession,
    base_url: URL,
    *,
    login_id: str,
    password_hash: str,
    name: str,
    scopes: Sequence[str],
    timeout: float = TIMEOUT,
) -> AuthClient:
    """Sign in on the portal, create an OAuth2 client there, and sign out again.

    Args:
        session: Makes the requests; it is never closed here.
        base_url: The base of the API, with its version.
        login_id: The user's name on the portal.
        password_hash: From `password_hash`.
        name: For people: what the client is called on the portal.
        scopes: What it may do.
        timeout: Seconds to wait for each answer.

    Returns:
        The client, with an id and a secret that were made up here.

    Raises:
        SignInError: The name or the password is wrong.
        NotAllowedError: The user may not create clients.
        CannotConnectError: The server was not reached, or is in trouble.
        ThingplusError: Another one of its kinds.
    """
    portal = _Portal(session, base_url, password_hash, timeout)
    await portal.sign_in(login_id)
    try:
        return await _created(portal, name, scopes)
    finally:
        await portal.sign_out()


async def _created(portal: _Portal, name: str, scopes: Sequence[str]) -> AuthClient:
    for _ in range(_ATTEMPTS - 1):
        try:
            return await portal.create(_new_id(), name, scopes)
        except AlreadyExistsError:
            _LOGGER.debug("The id of the new client is taken: another one is tried")
    return await portal.create(_new_id(), name, scopes)


def _new_id() -> str:
    return f"home-assistant-{secrets.token_hex(4)}"


class _Portal:
    """The session of one user."""

    def __init__(
        self, session: ClientSession, base_url: URL, password_hash: str, timeout: float
    ) -> None:
        self._exchange = Exchange(session)
        self._base = str(base_url).rstrip("/")
        self._password_hash = password_hash
        self._timeout = timeout
        self._cookies: dict[str, str] = {}

    async def sign_in(self, login_id: str) -> None:
        content = {"loginId": login_id, "password": self._password_hash}
        await self._ask("login", content, (self._password_hash,))
        if not self._cookies:
            raise UnexpectedAnswerError("POST login: the answer has no cookie")

    async def create(
        self, client_id: str, name: str, scopes: Sequence[str]
    ) -> AuthClient:
        secret = secrets.token_urlsafe(32)
        content = {
            "name": name,
            "reqId": client_id,
            "clientSecret": secret,
            "scopes": list(scopes),
        }
        try:
            reading = await self._ask("authClients", content, (secret,))
        except SignInError as err:
            # It is not the password: that was right.
            raise NotAllowedError(str(err)) from None
        data = as_mapping(contents_of(reading, "POST authClients").data)
        return AuthClient(
            client_id=as_text(data.get("id")) or client_id, client_secret=secret
        )

    async def sign_out(self) -> None:
        """End the session; where that fails it ends by itself some day."""
        try:
            await self._ask("logout", {}, ())
        except ThingplusError as err:
            _LOGGER.debug("The session of the portal was not ended: %s", err)

    async def _ask(
        self, path: str, content: Mapping[str, object], hidden: tuple[str, ...]
    ) -> Reading:
        what = f"POST {path}"
        try:
            answer = await self._exchange.send(
                "POST",
                URL(f"{self._base}/{path}", encoded=True),
                what=what,
                headers={**ACCEPT_JSON, **cookie_header(self._cookies)},
                body=json_body(content),
                timeout=self._timeout,
            )
        except ExchangeError as err:
            raise translated(err, EXCHANGE_ERRORS) from None
        hidden = (*hidden, *self._cookies.values())
        reading = read(answer)
        failure = failure_of(
            reading, what, secrets=sorted(hidden, key=len, reverse=True)
        )
        if failure is not None:
            raise failure
        if reading.is_page:
            raise UnexpectedAnswerError(f"{what}: the answer is a web page")
        self._cookies |= sendable_cookies(answer.cookies)
        return reading
