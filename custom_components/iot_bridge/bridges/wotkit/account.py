"""An account on a WoTKit server in a config entry: what is stored, and its client."""

from collections.abc import Iterable, Mapping
import hashlib
from typing import Any, Final

from yarl import URL

from homeassistant.const import CONF_CLIENT_ID, CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ...coordinator import BridgeConfigEntry
from ...oauth import EntryOAuth2Implementation, OAuth2Client, PasswordGrant
from ...oauth_tokens import EntryTokens, NewToken
from .client import (
    AccessTokens,
    BasicCredentials,
    CannotConnectError,
    Sensor,
    SignInError,
    WotkitClient,
)
from .const import CONF_OWNER, CONF_SIGN_IN, CONF_TOKEN, SERVICE_NAME, SignIn

# Seconds to wait for an answer.
TIMEOUT: Final = 10.0

# WoTKit API documentation, "Authorization Code Grant" and "Password Grant"
_AUTHORIZE_PATH: Final = "oauth/authorize"
_TOKEN_PATH: Final = "oauth/token"
_PASSWORD_GRANT: Final = PasswordGrant(client_in_form=True, scope="all")

_WITH_TOKENS: Final = frozenset({SignIn.CODE, SignIn.PASSWORD_GRANT})


def unique_id_of(data: Mapping[str, Any]) -> str:
    """Return the unique id for an entry's data; it tells nobody any of them.

    The API has no id for an account, so it is known by what it is signed in to with:
    the user name or the id of the key. An application may serve several accounts, thus
    its client id is the last resort: where no sensor tells whose the account is.
    """
    known = (data.get(name) for name in (CONF_USERNAME, CONF_OWNER, CONF_CLIENT_ID))
    name = next(name for name in known if name)
    digest = hashlib.sha256((data[CONF_URL] + name).encode()).hexdigest()
    return f"wotkit_{digest[:16]}"


def title_of(data: Mapping[str, Any]) -> str:
    """Return the title for an entry's data; Home Assistant writes it to its log."""
    return f"{SERVICE_NAME} ({URL(data[CONF_URL]).host})"


def owner_of(sensors: Iterable[Sensor]) -> str | None:
    """Return the user who has an account's own sensors.

    Args:
        sensors: What the account has contributed.

    Returns:
        None where nothing can be said: there are no sensors, or they are of several.
    """
    owners = {sensor.owner for sensor in sensors}
    return (owners.pop() or None) if len(owners) == 1 else None


def create_implementation(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> EntryOAuth2Implementation:
    """Return what asks a server for tokens."""
    client = OAuth2Client.from_entry(
        data,
        authorize_path=_AUTHORIZE_PATH,
        token_path=_TOKEN_PATH,
        password_grant=_PASSWORD_GRANT,
    )
    return EntryOAuth2Implementation(hass, client)


def create_client(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    tokens: AccessTokens | None = None,
) -> WotkitClient:
    """Make a client for an account; nothing is sent yet.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        data: A config entry's data.
        tokens: Gives OAuth2's tokens; by default the one in the data, which is not
            refreshed.
    """
    credentials: BasicCredentials | AccessTokens
    if data[CONF_SIGN_IN] in _WITH_TOKENS:
        credentials = tokens or NewToken(data[CONF_TOKEN], SignInError)
    else:
        credentials = BasicCredentials(data[CONF_USERNAME], data[CONF_PASSWORD])
    return WotkitClient(
        async_get_clientsession(hass),
        URL(data[CONF_URL]),
        credentials,
        timeout=TIMEOUT,
    )


def create_entry_client(hass: HomeAssistant, entry: BridgeConfigEntry) -> WotkitClient:
    """Make the client of a config entry, whose tokens are kept fresh in it."""
    tokens: AccessTokens | None = None
    if entry.data[CONF_SIGN_IN] in _WITH_TOKENS:
        tokens = EntryTokens(
            hass,
            entry,
            create_implementation(hass, entry.data),
            sign_in_error=SignInError,
            connect_error=CannotConnectError,
        )
    return create_client(hass, entry.data, tokens=tokens)
