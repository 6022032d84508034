"""A hub in a config entry: what is stored of it, and the client for it."""

from collections.abc import Mapping
import hashlib
from typing import Any, Final

from yarl import URL

from homeassistant.const import CONF_CLIENT_ID, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ...coordinator import BridgeConfigEntry
from ...oauth import EntryOAuth2Implementation, OAuth2Client
from ...oauth_tokens import EntryTokens, NewToken
from .client import (
    AccessTokens,
    CannotConnectError,
    HttpTransport,
    HubClient,
    PubNubKeys,
    PubNubPace,
    PubNubTransport,
    SignInError,
    Transport,
    parse_server,
)
from .const import (
    CONF_CHANNEL,
    CONF_HUB_UUID,
    CONF_PUBLISH_KEY,
    CONF_SUBSCRIBE_KEY,
    CONF_TOKEN,
    CONF_TRANSPORT,
    DEFAULT_CLOUD,
    DEFAULT_PUBNUB,
    SERVICE_NAME,
    TransportKind,
)

# Seconds to wait for an answer over REST, and where the hub fetches something first.
TIMEOUT: Final = 5.0
SLOW_TIMEOUT: Final = 20.0
# The same over PubNub
PACE: Final = PubNubPace()

# HKWHub specification, "OAuth2 Authorization API Specification". The prose names
# another page for the consent, its samples this one.
_AUTHORIZE_PATH: Final = "oauth/authorize"
_TOKEN_PATH: Final = "oauth/token"

_DEFAULT_ADDRESSES: Final = {
    TransportKind.CLOUD: DEFAULT_CLOUD,
    TransportKind.PUBNUB: DEFAULT_PUBNUB,
}


def normal_address(transport: TransportKind, typed: str | None) -> str:
    """Return a server's address as it is stored: scheme, host and port.

    Args:
        transport: Whose server; only a hub itself has no default address.
        typed: What the user has entered.

    Raises:
        ValueError: It is no address of a web server.
    """
    typed = (typed or "").strip()
    if transport is TransportKind.LOCAL:
        address = parse_server(typed, "http")
    else:
        address = parse_server(typed or _DEFAULT_ADDRESSES[transport], "https")
    return str(address.origin())


def unique_id_of(data: Mapping[str, Any]) -> str:
    """Return the unique id for an entry's data; it tells nobody any of them.

    Over REST a hub has no name of its own, so it is known by the way to it.
    """
    url = URL(data[CONF_URL])
    if data[CONF_TRANSPORT] == TransportKind.LOCAL:
        return f"hkwhub_local_{url.host}:{url.port}"
    if data[CONF_TRANSPORT] == TransportKind.PUBNUB:
        return f"hkwhub_pubnub_{_digest(data[CONF_HUB_UUID])}"
    account = data.get(CONF_USERNAME, data[CONF_CLIENT_ID])
    return f"hkwhub_cloud_{_digest(data[CONF_URL] + account)}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def title_of(data: Mapping[str, Any]) -> str:
    """Return the title for an entry's data; Home Assistant writes it to its log."""
    ways: Mapping[str, str | None] = {
        TransportKind.LOCAL: URL(data[CONF_URL]).host,
        TransportKind.CLOUD: "HKIoTCloud",
        TransportKind.PUBNUB: "PubNub",
    }
    return f"{SERVICE_NAME} ({ways[data[CONF_TRANSPORT]]})"


def create_implementation(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> EntryOAuth2Implementation:
    """Return what asks HKIoTCloud for tokens."""
    client = OAuth2Client.from_entry(
        data, authorize_path=_AUTHORIZE_PATH, token_path=_TOKEN_PATH
    )
    return EntryOAuth2Implementation(hass, client)


def create_client(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    tokens: AccessTokens | None = None,
) -> HubClient:
    """Make a client for a hub; nothing is sent yet.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        data: A config entry's data. Over PubNub, only the hub with its `hub_uuid` is
            heard, or whichever answers first where it has none yet.
        tokens: Gives HKIoTCloud's tokens; by default the one in the data, which is
            not refreshed.
    """
    if data[CONF_TRANSPORT] == TransportKind.CLOUD and tokens is None:
        tokens = NewToken(data[CONF_TOKEN], SignInError)
    return HubClient(_create_transport(hass, data, tokens))


def _create_transport(
    hass: HomeAssistant, data: Mapping[str, Any], tokens: AccessTokens | None
) -> Transport:
    session = async_get_clientsession(hass)
    if data[CONF_TRANSPORT] == TransportKind.PUBNUB:
        keys = PubNubKeys(
            publish_key=data[CONF_PUBLISH_KEY],
            subscribe_key=data[CONF_SUBSCRIBE_KEY],
            channel=data[CONF_CHANNEL],
            origin=data[CONF_URL],
        )
        return PubNubTransport(
            session, keys, hub_uuid=data.get(CONF_HUB_UUID), pace=PACE
        )
    return HttpTransport(
        session,
        URL(data[CONF_URL]),
        tokens=tokens,
        timeout=TIMEOUT,
        slow_timeout=SLOW_TIMEOUT,
    )


def create_entry_client(hass: HomeAssistant, entry: BridgeConfigEntry) -> HubClient:
    """Make the client of a config entry, whose tokens are kept fresh in it."""
    tokens: AccessTokens | None = None
    if entry.data[CONF_TRANSPORT] == TransportKind.CLOUD:
        tokens = EntryTokens(
            hass,
            entry,
            create_implementation(hass, entry.data),
            sign_in_error=SignInError,
            connect_error=CannotConnectError,
        )
    return create_client(hass, entry.data, tokens=tokens)
