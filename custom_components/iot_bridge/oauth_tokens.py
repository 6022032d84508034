"""Access tokens for the clients of bridges, kept fresh and stored in the entry."""

import asyncio
from collections.abc import Mapping
import logging
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, UnknownEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import (
    OAuth2TokenRequestBaseError,
    OAuth2TokenRequestReauthError,
)
from homeassistant.helpers.config_entry_oauth2_flow import CLOCK_OUT_OF_SYNC_MAX_SEC
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .oauth import EntryOAuth2Implementation, Token

_LOGGER = logging.getLogger(__name__)

# By entry: an entry that is loaded anew must not use up the refresh token that its
# former client is just exchanging.
_REFRESH_LOCKS: Final[HassKey[dict[str, asyncio.Lock]]] = HassKey(
    f"{DOMAIN}_refresh_locks"
)


class NewToken:
    """The token of a config flow, which has no entry yet and refreshes nothing.

    Satisfies the clients' `AccessTokens`.
    """

    def __init__(self, token: Token, sign_in_error: type[Exception]) -> None:
        """Hold a token that was given a moment ago.

        Args:
            token: What the server gave.
            sign_in_error: Raised if it is not accepted.
        """
        self._token = token
        self._sign_in_error = sign_in_error

    async def access_token(self) -> str:
        """Return the token."""
        return str(self._token["access_token"])

    async def renew(self, rejected: str) -> str:
        """Give up: a token that is refused when it is new stays refused.

        Args:
            rejected: The token that was not accepted.

        Raises:
            Exception: The sign-in error.
        """
        raise self._sign_in_error("a new access token was not accepted")


class EntryTokens:
    """The token of a config entry, kept fresh.

    Satisfies the clients' `AccessTokens`. A refresh token may rotate: with the answer
    the former one is worth nothing. So the new one is stored at once, whoever asked
    for it may have given up meanwhile, and there is never a second request beside it.

    A client may outlive for a moment what its entry was. Once the user has chosen
    another server or client, or a way without tokens, the entry's token is not for
    the server that this client talks to, and it gets none any more.

    What only the user can mend is not tried again before he has done something.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        implementation: EntryOAuth2Implementation,
        *,
        sign_in_error: type[Exception],
        connect_error: type[Exception],
    ) -> None:
        """Use the token in an entry's data.

        Args:
            hass: Home Assistant.
            entry: Its data hold `token`, as the config flow has stored it.
            implementation: Refreshes it.
            sign_in_error: Raised, with a message, if only the user can mend it.
            connect_error: Raised, with a message, if it may be better later.
        """
        self._hass = hass
        self._entry = entry
        self._implementation = implementation
        self._sign_in_error = sign_in_error
        self._connect_error = connect_error
        self._way = _without_token(entry.data)
        self._refused: Token | None = None
        locks = hass.data.setdefault(_REFRESH_LOCKS, {})
        self._lock = locks.setdefault(entry.entry_id, asyncio.Lock())

    async def access_token(self) -> str:
        """Return a token that is valid for some time.

        Raises:
            Exception: One of the two errors that the caller has named.
        """
        if not self._is_valid:
            refreshing = self._hass.async_create_task(
                self._async_refresh(), f"{DOMAIN} token of {self._entry.title}"
            )
            if (error := await asyncio.shield(refreshing)) is not None:
                raise error
        return str(self._token["access_token"])

    async def renew(self, rejected: str) -> str:
        """Return another token than one that the server has rejected.

        Args:
            rejected: The token that was sent; if it is not the current one any more,
                somebody else has renewed it, and nothing is asked for.

        Raises:
            Exception: One of the two errors that the caller has named.
        """
        token = self._token
        if token["access_token"] == rejected:
            # Also after a restart: the server says so.
            self._store({**token, "expires_at": 0})
        return await self.access_token()

    async def async_freshen(self) -> None:
        """Get a new token though the present one is valid for a while.

        If that fails, the present one goes on being used; if only the user can mend
        it, he is asked to.
        """
        if not self._is_ours():
            return
        error = await asyncio.shield(
            self._hass.async_create_task(
                self._async_refresh(instead_of=self._token),
                f"{DOMAIN} token of {self._entry.title}",
            )
        )
        if error is not None:
            _LOGGER.debug("The access token was not renewed early: %s", error)

    def _is_ours(self) -> bool:
        """Return whether the entry's token is for the server of this client."""
        return self._way == _without_token(self._entry.data)

    @property
    def _token(self) -> Token:
        """Return the token as it is.

        Raises:
            Exception: The connect error: the entry has none for this client any more.
        """
        if not self._is_ours():
            raise self._connect_error("the entry goes another way now")
        token: Token = self._entry.data[CONF_TOKEN]
        return token

    @property
    def _is_valid(self) -> bool:
        ends = float(self._token["expires_at"])
        return ends > time.time() + CLOCK_OUT_OF_SYNC_MAX_SEC

    @callback
    def _store(self, token: Token) -> None:
        self._hass.config_entries.async_update_entry(
            self._entry, data={**self._entry.data, CONF_TOKEN: token}
        )

    async def _async_refresh(self, instead_of: Token | None = None) -> Exception | None:
        """Refresh the token if nobody else has; return the error.

        It is not raised, as there may be nobody left who would take it.

        Args:
            instead_of: A token that is replaced although it is valid.
        """
        async with self._lock:
            # Whoever had the lock may have done it, or the entry may have changed.
            if not self._is_ours():
                return None
            if self._is_valid and self._token != instead_of:
                return None
            if instead_of is None and self._token == self._refused:
                # Servers lock the account of a user whose password is wrong too often.
                return self._sign_in_error("nobody has signed in again yet")
            try:
                token = await self._implementation.async_refresh_token(self._token)
            except OAuth2TokenRequestReauthError:
                if not self._is_ours():
                    return None
                self._refused = self._token
                self._entry.async_start_reauth_if_available(self._hass)
                return self._sign_in_error("the refresh token was not accepted")
            except OAuth2TokenRequestBaseError:
                return self._connect_error("the access token could not be refreshed")
            if not self._is_ours():
                return None
            try:
                self._store(token)
            except UnknownEntry:
                return self._connect_error("the entry was removed")
        return None


def _without_token(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != CONF_TOKEN}
