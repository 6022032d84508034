"""An eWeLink account in a config entry: what is stored of it, and the client for it."""

from collections.abc import Callable, Mapping
import hashlib
import re
from typing import Any, Final

from homeassistant.const import CONF_COUNTRY, CONF_PASSWORD, CONF_REGION, CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...coordinator import BridgeConfigEntry
from .client import (
    COUNTRIES,
    App,
    Credentials,
    EwelinkClient,
    Generation,
    Pace,
    RequestGate,
    Tokens,
)
from .const import (
    CONF_ACCESS_EXPIRES_AT,
    CONF_ACCESS_TOKEN,
    CONF_APIKEY,
    CONF_APP_ID,
    CONF_APP_SECRET,
    CONF_GENERATION,
    CONF_REFRESH_EXPIRES_AT,
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
)

# How fast the cloud may be asked, and how long an answer may take.
PACE: Final = Pace()

# The cloud counts requests by address, so all accounts share what goes to one server.
_GATES: Final[HassKey[dict[str | None, RequestGate]]] = HassKey(
    f"{DOMAIN}_ewelink_gates"
)

_PHONE_NUMBER: Final = re.compile(r"\+[0-9]{6,15}")
# "(0)" stands for the zero that is dialled only without the country code.
_PHONE_PUNCTUATION: Final = re.compile(r"\(0\)|[\s()/.-]")


class InvalidUsernameError(ValueError):
    """A user name is neither an e-mail address nor a phone number."""


def account_id(tokens: Tokens) -> str:
    """Return an account's id: the same for every way in, and no secret.

    The account's key would be the obvious id, but with it devices can be
    controlled; its digest cannot be turned back.
    """
    return f"ewelink_{hashlib.sha256(tokens.apikey.encode()).hexdigest()[:16]}"


def masked_username(username: str) -> str:
    """Return a user name in a form that its owner knows and others do not.

    It becomes the entry's title, which Home Assistant writes to its log.
    """
    name, at, domain = username.strip().partition("@")
    if at:
        return f"{name[: min(2, len(name) // 2)]}…@{domain[:1]}…"
    return f"{name[:3]}…{name[-2:]}"


def credentials_for(username: str, password: str, country: str) -> Credentials:
    """Read a user name as e-mail address or phone number.

    Args:
        username: An e-mail address, or a phone number with or without country code.
        password: The account's password.
        country: The country of the account, ISO 3166-1 alpha-2.

    Raises:
        InvalidUsernameError: It is neither.
    """
    dial_code = COUNTRIES[country].dial_code
    if "@" in username:
        return Credentials(
            email=username.strip(), password=password, country_code=dial_code
        )
    number = _PHONE_PUNCTUATION.sub("", username)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif not number.startswith("+"):
        number = f"{dial_code}{number.removeprefix('0')}"
    if not _PHONE_NUMBER.fullmatch(number):
        raise InvalidUsernameError
    return Credentials(phone_number=number, password=password, country_code=dial_code)


def tokens_to_data(tokens: Tokens) -> dict[str, Any]:
    """Return tokens as they are stored in a config entry."""
    return {
        CONF_ACCESS_TOKEN: tokens.access_token,
        CONF_REFRESH_TOKEN: tokens.refresh_token,
        CONF_ACCESS_EXPIRES_AT: tokens.access_expires_at,
        CONF_REFRESH_EXPIRES_AT: tokens.refresh_expires_at,
        CONF_REGION: tokens.region,
        CONF_APIKEY: tokens.apikey,
    }


def tokens_from_data(data: Mapping[str, Any]) -> Tokens:
    """Return the tokens that are stored in a config entry."""
    return Tokens(
        access_token=data[CONF_ACCESS_TOKEN],
        refresh_token=data[CONF_REFRESH_TOKEN],
        access_expires_at=data[CONF_ACCESS_EXPIRES_AT],
        refresh_expires_at=data[CONF_REFRESH_EXPIRES_AT],
        region=data[CONF_REGION],
        apikey=data[CONF_APIKEY],
    )


def _gate(hass: HomeAssistant, server: str | None) -> RequestGate:
    gates = hass.data.setdefault(_GATES, {})
    return gates.setdefault(server, RequestGate(PACE.request_interval))


def create_client(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    region: str | None = None,
    tokens: Tokens | None = None,
    on_tokens: Callable[[Tokens], None] | None = None,
) -> EwelinkClient:
    """Make a client for an account.

    Args:
        hass: Home Assistant, whose HTTP session is used.
        data: A config entry's data, or as much of it as a flow has asked for.
        region: The account's region; guessed from the country where not known.
        tokens: What an earlier sign-in gave.
        on_tokens: Called with each new set of tokens.

    Raises:
        InvalidUsernameError: The user name is no e-mail address or phone number.
    """
    credentials = None
    if CONF_PASSWORD in data:
        credentials = credentials_for(
            data[CONF_USERNAME], data[CONF_PASSWORD], data[CONF_COUNTRY]
        )
    return EwelinkClient(
        async_get_clientsession(hass),
        generation=Generation(data[CONF_GENERATION]),
        app=App(app_id=data[CONF_APP_ID], app_secret=data[CONF_APP_SECRET]),
        region=region or COUNTRIES[data[CONF_COUNTRY]].region,
        server=data.get(CONF_SERVER),
        credentials=credentials,
        tokens=tokens,
        on_tokens=on_tokens,
        pace=PACE,
        gate=_gate(hass, data.get(CONF_SERVER)),
    )


def create_entry_client(hass: HomeAssistant, entry: BridgeConfigEntry) -> EwelinkClient:
    """Make the client of a config entry, which stores each new set of tokens in it."""

    @callback
    def store(tokens: Tokens) -> None:
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, **tokens_to_data(tokens)}
        )

    tokens = tokens_from_data(entry.data)
    return create_client(
        hass, entry.data, region=tokens.region, tokens=tokens, on_tokens=store
    )
