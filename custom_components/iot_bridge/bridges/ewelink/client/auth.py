"""Keeps an account signed in: signs in, refreshes in time, recovers.

Source: eWeLink developer guide, "Descriptions of at and rt": the access token
lives 30 days, the refresh token 60, and a later sign-in ends an earlier one.
"""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import time
from typing import Final

from .account import Credentials, Tokens
from .api import Api
from .errors import (
    AuthenticationError,
    CannotConnectError,
    EwelinkError,
    OtherRegionError,
    RegionError,
    TokenExpiredError,
    TokenInvalidError,
)
from .regions import REGIONS
from .tasks import end_tasks

_LOGGER = logging.getLogger(__name__)

# Tokens are renewed this long before they end.
_RENEWAL_MARGIN: Final = 86400.0
# Seconds that a renewal may still take after nobody waits for it any more.
_LAST_MOMENTS: Final = 3.0

type _Remedy = Callable[[Tokens | None], Awaitable[Tokens]]


class Auth:
    """The session of one account, renewed by at most one task at a time."""

    def __init__(
        self,
        api: Api,
        *,
        region: str,
        credentials: Credentials | None,
        tokens: Tokens | None,
        on_tokens: Callable[[Tokens], None] | None,
    ) -> None:
        """Start with what is known; nothing is sent yet.

        Args:
            api: Makes the calls.
            region: Where to sign in first.
            credentials: What to sign in with, None after OAuth.
            tokens: The tokens of an earlier session.
            on_tokens: Told of each new set of tokens, to store them.
        """
        self._api = api
        self._credentials = credentials
        self._on_tokens = on_tokens
        self._lock = asyncio.Lock()
        self._failure: EwelinkError | None = None
        self.tokens = tokens
        self.region = region if tokens is None else tokens.region

    async def sign_in(self) -> Tokens:
        """Sign in with the credentials.

        Raises:
            AuthenticationError: They are wrong, or there are none.
            RegionError: The regions send the account round in circles.
        """
        async with self._lock:
            return await self._sign_in()

    async def sign_in_with(self, call: Callable[[str], Awaitable[Tokens]]) -> Tokens:
        """Sign in by a call that is given the region; follow it to another once.

        Raises:
            RegionError: The regions send the account round in circles.
        """
        async with self._lock:
            return await self._follow_region(call)

    async def run[Result](self, call: Callable[[Tokens], Awaitable[Result]]) -> Result:
        """Make a call with tokens that are good, as far as one can tell.

        An expired token is refreshed once and an invalid one replaced by signing
        in once; then the call is made again.

        Args:
            call: Makes the call with the tokens it is given.

        Raises:
            EwelinkError: As the call does, or renewing the tokens.
        """
        tokens = await self._usable_tokens()
        tried: list[_Remedy] = []
        remedy: _Remedy
        while True:
            try:
                return await call(tokens)
            except TokenExpiredError:
                if tried:
                    raise
                remedy = self._refresh
            except TokenInvalidError:
                if self._replace in tried or self._credentials is None:
                    raise
                remedy = self._replace
            tried.append(remedy)
            tokens = await self._renew(tokens, remedy)

    async def has_replaced(self, tokens: Tokens) -> bool:
        """Return whether tokens have given way to newer ones of this client.

        The cloud tells the socket of a new sign-in before it answers the sign-in,
        so one that is under way is waited for.
        """
        async with self._lock:
            return self.tokens is not tokens

    async def _usable_tokens(self) -> Tokens:
        tokens = self.tokens
        if tokens is None:
            return await self._renew(None, self._replace)
        now = time.time()
        if tokens.access_expires_at - now > _RENEWAL_MARGIN:
            return tokens
        try:
            return await self._renew(tokens, self._refresh)
        except CannotConnectError:
            if tokens.access_expires_at <= now:
                raise
            _LOGGER.debug("The tokens could not be refreshed yet, they still hold")
            return tokens

    async def _renew(self, used: Tokens | None, remedy: _Remedy) -> Tokens:
        """Renew tokens, or share what another task achieved in the meantime.

        A failure is shared as well: ten calls must not try a wrong password ten
        times.
        """
        renewal = asyncio.create_task(self._renew_in_turn(used, remedy, self._failure))
        try:
            return await asyncio.shield(renewal)
        except asyncio.CancelledError:
            # The cloud may have replaced the tokens already: without the new ones
            # the user would have to sign in again.
            await asyncio.wait([renewal], timeout=_LAST_MOMENTS)
            await end_tasks([renewal])
            raise

    async def _renew_in_turn(
        self,
        used: Tokens | None,
        remedy: _Remedy,
        earlier_failure: EwelinkError | None,
    ) -> Tokens:
        async with self._lock:
            if self.tokens is not None and self.tokens is not used:
                return self.tokens
            failure = self._failure
            if failure is not None and failure is not earlier_failure:
                raise _copy(failure)
            try:
                return await remedy(used)
            except EwelinkError as err:
                self._failure = _copy(err)
                raise

    async def _refresh(self, used: Tokens | None) -> Tokens:
        """Refresh tokens; sign in where the refresh token is not accepted."""
        if used is not None and used.refresh_expires_at > time.time():
            try:
                return self._store(await self._api.refresh(used))
            except AuthenticationError:
                if self._credentials is None:
                    raise
        return await self._sign_in()

    async def _replace(self, _: Tokens | None) -> Tokens:
        return await self._sign_in()

    async def _sign_in(self) -> Tokens:
        credentials = self._credentials
        if credentials is None:
            raise TokenInvalidError("there is nothing to sign in with")

        async def sign_in(region: str) -> Tokens:
            return await self._api.sign_in(region, credentials)

        return await self._follow_region(sign_in)

    async def _follow_region(self, call: Callable[[str], Awaitable[Tokens]]) -> Tokens:
        try:
            return self._store(await call(self.region))
        except OtherRegionError as err:
            region = err.region
            if region not in REGIONS:
                raise RegionError("sign-in: sent to an unknown region") from None
            if region == self.region:
                raise RegionError("sign-in: sent to the region it comes from") from None
        self.region = region
        try:
            return self._store(await call(region))
        except OtherRegionError:
            raise RegionError("sign-in: sent to a third region") from None

    def _store(self, tokens: Tokens) -> Tokens:
        self.tokens = tokens
        self.region = tokens.region
        if self._on_tokens is not None:
            self._on_tokens(tokens)
        return tokens


def _copy(error: EwelinkError) -> EwelinkError:
    """Return the same error without the traceback, whose frames hold secrets."""
    return type(error)(str(error), error.code)
