"""Sees to a new token before the old one ends.

Tokens live for 15 or 90 days, and nothing refreshes them. Thing+ guide, "OAuth2".
"""

from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...coordinator import BridgeConfigEntry
from ...deadlines import Deadlines
from ...oauth_tokens import EntryTokens
from .account import renews_itself
from .const import CONF_TOKEN

# Of the token's life: what is left when it is renewed, or the user is asked to.
_REST: Final = 0.2
_LONGEST_REST: Final = timedelta(days=3)
# After the start, or the last one
_SOONEST: Final = timedelta(seconds=10)
# Until it is tried again
_AGAIN: Final = timedelta(hours=6)


class TokenWatch:
    """Renews the token of a config entry in time, or asks the user to sign in again."""

    def __init__(
        self, hass: HomeAssistant, entry: BridgeConfigEntry, tokens: EntryTokens
    ) -> None:
        """Watch nothing yet.

        Args:
            hass: Home Assistant.
            entry: Has the token.
            tokens: Renews it.
        """
        self._hass = hass
        self._entry = entry
        self._tokens = tokens
        self._deadlines: Deadlines[None] = Deadlines(hass, self._is_due)

    @callback
    def async_start(self) -> None:
        """Watch until the entry is unloaded; a new token is watched like the first."""
        self._entry.async_on_unload(self._deadlines.stop)
        self._watch()

    @property
    def _due(self) -> datetime:
        token: dict[str, Any] = self._entry.data[CONF_TOKEN]
        life = timedelta(seconds=token["expires_in"])
        end = dt_util.utc_from_timestamp(token["expires_at"])
        return end - min(life * _REST, _LONGEST_REST)

    def _watch(self) -> None:
        # One that ends soon comes of a server that gives no others.
        self._wait_until(max(self._due, dt_util.utcnow() + _SOONEST))

    def _wait_until(self, moment: datetime) -> None:
        self._deadlines.watch({None: moment})

    @callback
    def _is_due(self, _: None) -> None:
        if self._due > dt_util.utcnow():
            # It was renewed meanwhile, as the server did not accept it any more.
            self._watch()
        elif renews_itself(self._entry.data):
            self._entry.async_create_background_task(
                self._hass, self._async_renew(), f"{self._entry.title} token"
            )
        else:
            self._entry.async_start_reauth(self._hass)

    async def _async_renew(self) -> None:
        before = self._entry.data[CONF_TOKEN]
        await self._tokens.async_freshen()
        if self._entry.data[CONF_TOKEN] == before:
            self._wait_until(dt_util.utcnow() + _AGAIN)
        else:
            self._watch()
