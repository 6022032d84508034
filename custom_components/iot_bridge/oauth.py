"""OAuth2 whose server and client stand in the config entry, for every bridge.

Home Assistant's application credentials are not used: a stored credential is a client
id and a secret, but which server they are for has to be known as well, and this domain
has several services, each of which may run on a server of one's own. The dialog for
credentials could not ask for either. Nor is its session used, which stores a new token
in an entry whatever has become of that meanwhile. All else is Home Assistant's own:
redirect and signed state, the external step, the requests for tokens.
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
import time
from typing import Any, Final, Self, override

from aiohttp import ClientError, RequestInfo
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    OAuth2TokenRequestBaseError,
    OAuth2TokenRequestConnectionError,
    OAuth2TokenRequestReauthError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    LocalOAuth2Implementation,
    async_get_redirect_uri,
)
from homeassistant.util.json import json_loads_object

from .const import DOMAIN
from .wire.exchange import ANSWER_LIMIT, TooLargeError, read_content, with_cookies

type Token = dict[str, Any]

# Seconds that a server may take to give a token.
TOKEN_REQUEST_SECONDS: Final = 15.0

# RFC 6749, 5.2: refusals come with 400, or 401 where the client is meant. All else,
# as the 404 of a host that has lost its application, is no reason to sign in again.
_REFUSALS: Final = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
}
_CLIENT_ERRORS: Final = ("invalid_client", "unauthorized_client")

# Seconds; the clock time that a longer life ends at would not fit into a number.
_LONGEST_LIFE: Final = 10**10


class TokenRefusedError(OAuth2TokenRequestReauthError):
    """The server does not give a token for what it was shown."""


class ClientRefusedError(TokenRefusedError):
    """The server does not know the client id, or not with this secret."""


class GrantRefusedError(TokenRefusedError):
    """The server gives this client no token in this way, or not for this user."""


class TokenTimeoutError(OAuth2TokenRequestConnectionError):
    """The server did not answer in time."""


class TokenReplyError(OAuth2TokenRequestConnectionError):
    """The answer holds no token: it comes from no OAuth2 server."""


class AuthorizeRejectedError(Exception):
    """The user, or the server, did not consent on the web page."""


# Error -> the field of the form it belongs to, and the key under `config.error`.
_FLOW_ERRORS: Final[Mapping[type[Exception], tuple[str, str]]] = {
    OAuth2TokenRequestConnectionError: ("base", "cannot_connect"),
    TokenTimeoutError: ("base", "timeout_connect"),
    TokenReplyError: ("base", "unexpected_answer"),
    TokenRefusedError: ("base", "code_rejected"),
    ClientRefusedError: (CONF_CLIENT_ID, "invalid_client"),
    GrantRefusedError: ("base", "grant_refused"),
    AuthorizeRejectedError: ("base", "authorize_rejected"),
}
FLOW_ERROR_KEYS: Final = frozenset(key for _, key in _FLOW_ERRORS.values())


def flow_error(err: Exception) -> tuple[str, str]:
    """Return the field of a form and the error key that tell why there is no token."""
    return next(
        _FLOW_ERRORS[base] for base in type(err).__mro__ if base in _FLOW_ERRORS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordGrant:
    """What a server wants with the password grant.

    Attributes:
        client_in_form: Whether client id and secret are in the form, as they are with
            the other grants, and not in a Basic header; RFC 6749, 2.3.1 has both.
        scope: What is asked for; empty leaves it to the server.
    """

    client_in_form: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDialect:
    """What a server's answers have of their own.

    Attributes:
        life_of: Tells how many seconds a new access token lives, for a server that
            does not say so and gives no refresh tokens; None where that is known.
        refusals: By the `code` of an answer, why there is no token; for a server that
            knows other words than RFC 6749.
    """

    life_of: Callable[[str], float] | None = None
    refusals: Mapping[str, type[TokenRefusedError]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2Client:
    """An application as it is registered with a server.

    Attributes:
        client_id: Names it.
        client_secret: Proves it; may be empty.
        authorize_url: The page where the user consents.
        token_url: Gives tokens.
        password_grant: How the server wants to be asked with a password.
        dialect: How it answers.
    """

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    password_grant: PasswordGrant = PasswordGrant()
    dialect: TokenDialect = TokenDialect()

    @classmethod
    def from_entry(
        cls,
        data: Mapping[str, Any],
        *,
        authorize_path: str,
        token_path: str,
        password_grant: PasswordGrant = PasswordGrant(),
        dialect: TokenDialect = TokenDialect(),
    ) -> Self:
        """Return the client in an entry's data.

        Args:
            data: Hold `url`, `client_id` and `client_secret`.
            authorize_path: Of the page, below that address.
            token_path: Likewise of what gives tokens.
            password_grant: How the server wants to be asked with a password.
            dialect: How it answers.
        """
        url = URL(data[CONF_URL])
        return cls(
            client_id=data[CONF_CLIENT_ID],
            client_secret=data[CONF_CLIENT_SECRET],
            authorize_url=str(url / authorize_path),
            token_url=str(url / token_path),
            password_grant=password_grant,
            dialect=dialect,
        )


class EntryOAuth2Implementation(LocalOAuth2Implementation):
    """Asks for tokens with a client that stands in a config entry.

    Every answer is looked through before Home Assistant's helpers see it: what they do
    not like they write to the log, with all that is in it.
    """

    def __init__(self, hass: HomeAssistant, client: OAuth2Client) -> None:
        """Know client and server; nothing is sent yet."""
        super().__init__(
            hass,
            DOMAIN,
            client.client_id,
            client.client_secret,
            client.authorize_url,
            client.token_url,
        )
        self._password_grant = client.password_grant
        self._dialect = client.dialect

    async def async_request_password_token(self, username: str, password: str) -> Token:
        """Get a token with the password grant, as the server wants it.

        Args:
            username: Who signs in.
            password: Used for this request alone.

        Returns:
            The token, with `expires_at` in seconds since 1970.

        Raises:
            TokenRefusedError: User name, password or client are not right.
            OAuth2TokenRequestConnectionError: No answer, or none that holds a token.
        """
        form = {"grant_type": "password", "username": username, "password": password}
        if self._password_grant.scope:
            form["scope"] = self._password_grant.scope
        if self._password_grant.client_in_form:
            return await self._token_request(form)
        client = f"{self.client_id}:{self.client_secret}".encode()
        return await self._async_request(
            form, headers={"Authorization": f"Basic {b64encode(client).decode()}"}
        )

    @override
    async def _token_request(self, data: dict[str, Any]) -> Token:
        form = {**data, "client_id": self.client_id}
        if self.client_secret:
            form["client_secret"] = self.client_secret
        return await self._async_request(form)

    async def _async_request(
        self, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Token:
        session = async_get_clientsession(self.hass)
        # Errors of aiohttp carry the request, so none is the cause of another one.
        try:
            async with (
                asyncio.timeout(TOKEN_REQUEST_SECONDS),
                session.post(
                    self.token_url,
                    data=form,
                    headers=headers,
                    # It would carry the secrets to a server nobody has named.
                    allow_redirects=False,
                    middlewares=(partial(with_cookies, None),),
                ) as response,
            ):
                status = response.status
                body = await read_content(response, ANSWER_LIMIT)
        except TimeoutError:
            raise TokenTimeoutError(domain=DOMAIN) from None
        except TooLargeError:
            raise TokenReplyError(domain=DOMAIN) from None
        except ClientError:
            raise OAuth2TokenRequestConnectionError(domain=DOMAIN) from None
        if (refusal := self._refusal(status, body)) is not None:
            raise refusal
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
            raise OAuth2TokenRequestConnectionError(domain=DOMAIN)
        # Only a refreshed token may leave out the refresh token: it stays as it was.
        new = form["grant_type"] != "refresh_token"
        token = _read_token(body, new=new, life_of=self._dialect.life_of)
        if status != HTTPStatus.OK or token is None:
            raise TokenReplyError(domain=DOMAIN)
        return token

    def _refusal(self, status: int, body: bytes) -> TokenRefusedError | None:
        reply = _read_object(body)
        kind = self._dialect.refusals.get(str(reply.get("code")))
        if kind is None or status == HTTPStatus.OK:
            if status not in _REFUSALS:
                return None
            unknown = reply.get("error") in _CLIENT_ERRORS
            kind = ClientRefusedError if unknown else TokenRefusedError
        return self.refusal(kind, status)

    def refusal(
        self,
        kind: type[TokenRefusedError],
        status: int = HTTPStatus.UNAUTHORIZED,
    ) -> TokenRefusedError:
        """Return an error that tells why there is no token.

        Args:
            kind: Its class.
            status: The HTTP status.
        """
        url = URL(self.token_url)
        return kind(
            # Without the headers that were sent, which may hold the secret.
            request_info=RequestInfo(url, "POST", CIMultiDictProxy(CIMultiDict()), url),
            status=status,
            domain=DOMAIN,
        )


def _read_object(body: bytes) -> Mapping[str, Any]:
    """Return a JSON object, an empty one where there is none."""
    try:
        return json_loads_object(body)
    except ValueError:
        return {}


def _read_token(
    body: bytes, *, new: bool, life_of: Callable[[str], float] | None
) -> Token | None:
    """Return the token in an answer, None where it is not complete.

    Args:
        body: The answer.
        new: Whether there was no token before.
        life_of: Tells how long an access token lives where the answer does not.
    """
    reply = _read_object(body)
    token: Token = {
        name: text
        for name in ("access_token", "refresh_token", "token_type")
        if isinstance(text := reply.get(name), str) and text
    }
    due = {"access_token"}
    if new and life_of is None:
        due.add("refresh_token")
    try:
        life = int(reply.get("expires_in", 0))
        if life_of is not None and "access_token" in token:
            life = life or int(life_of(token["access_token"]))
    except TypeError, ValueError, OverflowError:
        return None
    if not due <= token.keys() or not 0 < life < _LONGEST_LIFE:
        return None
    return {**token, "expires_in": life, "expires_at": time.time() + life}


def redirect_address(hass: HomeAssistant) -> str | None:
    """Return the address that has to be registered with the client.

    Returns:
        None in a flow that no browser drives: there is no page to come back to.
    """
    try:
        return async_get_redirect_uri(hass)
    except RuntimeError:
        return None


type Resume[ArgumentT] = Callable[[ArgumentT], Awaitable[ConfigFlowResult]]


class OAuth2EntryFlow(AbstractOAuth2FlowHandler):
    """A config flow that sends the user to a web page, for the bridge that asks it to.

    Where Home Assistant's handler would end the flow, the bridge hears of the error
    and can show its form again.
    """

    DOMAIN = DOMAIN

    _oauth_on_token: Resume[Token]
    _oauth_on_error: Resume[Exception]

    async def async_open_page(
        self,
        implementation: EntryOAuth2Implementation,
        *,
        on_token: Resume[Token],
        on_error: Resume[Exception],
    ) -> ConfigFlowResult:
        """Send the user to the page where access is granted.

        Args:
            implementation: Whose page.
            on_token: Goes on with the token, which has `expires_at`.
            on_error: Goes on after an error that `flow_error` can tell of.
        """
        if redirect_address(self.hass) is None:
            return self.async_abort(reason="oauth_needs_browser")
        self.flow_impl = implementation
        self._oauth_on_token = on_token
        self._oauth_on_error = on_error
        return await self.async_step_auth()

    @override
    async def async_step_creation(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Exchange the code for a token."""
        try:
            token = await self.flow_impl.async_resolve_external_data(self.external_data)
        except OAuth2TokenRequestBaseError as err:
            self.logger.debug("The code gave no token: %s", type(err).__name__)
            return await self._oauth_on_error(err)
        return await self._oauth_on_token(token)

    @override
    async def async_step_authorize_rejected(
        self, data: None = None
    ) -> ConfigFlowResult:
        """Go back: access was not granted."""
        return await self._oauth_on_error(AuthorizeRejectedError())
