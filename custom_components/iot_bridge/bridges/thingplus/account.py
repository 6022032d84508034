"""An account on a Thing+ server in a config entry: what is stored, and its client."""

from collections.abc import Mapping
import hashlib
from typing import Any, Final, override

from yarl import URL

from homeassistant.const import CONF_CLIENT_ID, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ...coordinator import BridgeConfigEntry
from ...oauth import (
    ClientRefusedError,
    EntryOAuth2Implementation,
    GrantRefusedError,
    OAuth2Client,
    PasswordGrant,
    Token,
    TokenDialect,
    TokenRefusedError,
)
from ...oauth_tokens import EntryTokens, NewToken
from .client import (
    AccessTokens,
    CannotConnectError,
    SignInError,
    ThingplusClient,
    token_life,
)
from .const import (
    CONF_PASSWORD_HASH,
    CONF_SIGN_IN,
    CONF_TOKEN,
    CONF_USER_ID,
    SERVICE_NAME,
    SignIn,
)

# Seconds to wait for an answer.
TIMEOUT: Final = 15.0

# Thing+ guide, "Access Token acquisition" and OAuth2.md
_AUTHORIZE_PATH: Final = "oauth2/authorize"
_TOKEN_PATH: Final = "oauth2/token"
_PASSWORD_GRANT: Final = PasswordGrant(client_in_form=True)
# Seconds: the shortest life that the documents name, for a token that tells none.
_SHORTEST_LIFE: Final = 15 * 24 * 3600.0


def _life_of(token: str) -> float:
    return token_life(token) or _SHORTEST_LIFE


# OAuth2.md, "Errors"
_DIALECT: Final = TokenDialect(
    life_of=_life_of,
    refusals={
        "incorrect_client_credentials": ClientRefusedError,
        "incorrect_user_credentials": TokenRefusedError,
        "unauthorized_user": GrantRefusedError,
        "unsupported_grant_type": GrantRefusedError,
        "expired_code": TokenRefusedError,
        "invalid_code": TokenRefusedError,
        "redirect_uri_mismatch": TokenRefusedError,
    },
)


def unique_id_of(data: Mapping[str, Any]) -> str:
    """Return the unique id for an entry's data; it tells nobody any of them."""
    known = (data.get(name) for name in (CONF_USER_ID, CONF_USERNAME, CONF_CLIENT_ID))
    name = next(name for name in known if name)
    digest = hashlib.sha256((data[CONF_URL] + name).encode()).hexdigest()
    return f"thingplus_{digest[:16]}"


def title_of(data: Mapping[str, Any]) -> str:
    """Return the title for an entry's data; Home Assistant writes it to its log."""
    return f"{SERVICE_NAME} ({URL(data[CONF_URL]).host})"


class ThingplusOAuth2(EntryOAuth2Implementation):
    """Asks a Thing+ server for tokens, which cannot be refreshed: only asked for anew."""

    def __init__(self, hass: HomeAssistant, data: Mapping[str, Any]) -> None:
        """Know server, client, and user where there is one.

        Args:
            hass: Home Assistant.
            data: A config entry's data.
        """
        client = OAuth2Client.from_entry(
            data,
            authorize_path=_AUTHORIZE_PATH,
            token_path=_TOKEN_PATH,
            password_grant=_PASSWORD_GRANT,
            dialect=_DIALECT,
        )
        super().__init__(hass, client)
        self._username: str | None = data.get(CONF_USERNAME)
        self._password_hash: str | None = data.get(CONF_PASSWORD_HASH)

    @override
    async def _async_refresh_token(self, token: Token) -> Token:
        """Get another token, without the user where his password's hash is known."""
        if self._username is None or self._password_hash is None:
            raise self.refusal(TokenRefusedError)
        return await self.async_request_password_token(
            self._username, self._password_hash
        )


def create_client(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    tokens: AccessTokens | None = None,
) -> ThingplusClient:
    """Make a client for an account; nothing is sent yet.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        data: A config entry's data.
        tokens: Gives tokens; by default the one in the data, which is not renewed.
    """
    return ThingplusClient(
        async_get_clientsession(hass),
        URL(data[CONF_URL]),
        tokens or NewToken(data[CONF_TOKEN], SignInError),
        timeout=TIMEOUT,
    )


def create_tokens(hass: HomeAssistant, entry: BridgeConfigEntry) -> EntryTokens:
    """Return the tokens of a config entry, kept fresh in it."""
    return EntryTokens(
        hass,
        entry,
        ThingplusOAuth2(hass, entry.data),
        sign_in_error=SignInError,
        connect_error=CannotConnectError,
    )


def renews_itself(data: Mapping[str, Any]) -> bool:
    """Return whether tokens are renewed without the user."""
    return bool(data[CONF_SIGN_IN] == SignIn.PASSWORD_GRANT)
