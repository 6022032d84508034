"""The access tokens of a user: kept in memory, renewed before and when they end.

Source: the platform's code, `/api/token/both/` and `/api/token/access/`: JWTs (RFC 7519),
of which one to sign requests with lives an hour, and one to renew it a day.
"""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from http import HTTPStatus
import json
import logging
import time
from typing import Any, Final, TypeGuard

from ....wire.exchange import Answer
from ....wire.values import as_mapping, as_number
from .errors import SignInError, UnexpectedAnswerError
from .http import PlatformHttp, body_of

_LOGGER = logging.getLogger(__name__)

_BOTH: Final = "token/both"
_ACCESS: Final = "token/access"
_REFUSED: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
)
# A token is replaced when there is less than this left of its life: the tenth part, but
# no more than a minute.
_LAST_PART: Final = 0.1
_LAST_SECONDS: Final = 60.0


class UserTokens:
    """Signs a user in; however many requests wait for a token, it asks for one."""

    def __init__(
        self,
        http: PlatformHttp,
        username: str,
        password: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe the user.

        Args:
            http: Makes the requests.
            username: The user's name.
            password: The password.
            clock: Tells the time in seconds; `time.monotonic` unless in a test.
        """
        self._http = http
        self._username = username
        self._password = password
        self._clock = clock
        self._renewing = asyncio.Lock()
        self._access = ""
        self._refresh = ""
        self._good_until: float | None = None

    async def access_token(self) -> str:
        """Return an access token that is good for some more seconds.

        Raises:
            SignInError: The platform does not know the user, or not by this password.
            CannotConnectError: The platform was not reached, or is in trouble.
            UnexpectedAnswerError: The answer comes from no IoTBiz.
        """
        return self._access if self._is_good() else await self.renew(self._access)

    async def renew(self, rejected: str) -> str:
        """Return another access token in place of one that is not accepted.

        Args:
            rejected: That token. Where it was replaced in the meantime, nothing needs to
                be renewed.

        Raises:
            IotbizError: As of `access_token`.
        """
        async with self._renewing:
            if self._access == rejected or not self._is_good():
                if not await self._refreshed():
                    await self._sign_in()
            return self._access

    async def sign_in(self, rejected: str) -> str:
        """Return another access token, for the password: as `renew`, but surer."""
        async with self._renewing:
            if self._access == rejected:
                await self._sign_in()
            return self._access

    def _is_good(self) -> bool:
        return bool(self._access) and (
            self._good_until is None or self._clock() < self._good_until
        )

    async def _refreshed(self) -> bool:
        """Return whether there is a new token for the one to renew it with."""
        if not self._refresh:
            return False
        answer = await self._http.post(_ACCESS, {"refresh": self._refresh})
        if answer.status in _REFUSED:
            _LOGGER.debug("The token to renew others with has ended")
            self._refresh = ""
            return False
        self._keep(answer, f"POST {_ACCESS}")
        return True

    async def _sign_in(self) -> None:
        what = f"POST {_BOTH}"
        content = {"username": self._username, "password": self._password}
        answer = await self._http.post(_BOTH, content)
        if answer.status in _REFUSED:
            raise SignInError(f"{what}: HTTP {answer.status}")
        self._keep(answer, what)

    def _keep(self, answer: Answer, what: str) -> None:
        body = body_of(answer, what)
        access = body.get("access")
        if not _is_sendable(access):
            raise UnexpectedAnswerError(f"{what}: the answer has no token")
        self._access = access
        refresh = body.get("refresh")
        self._refresh = refresh if _is_sendable(refresh) else self._refresh
        life = _life_of(access)
        self._good_until = None
        if life is not None:
            last = min(life * _LAST_PART, _LAST_SECONDS)
            self._good_until = self._clock() + life - last


def _is_sendable(token: object) -> TypeGuard[str]:
    return (
        isinstance(token, str)
        and bool(token)
        and token.isascii()
        and token.isprintable()
    )


def _life_of(token: str) -> float | None:
    """Return for how many seconds a new token is good, whatever our clock says.

    Returns:
        None if it does not tell: then it is good until it is refused.
    """
    claims = _claims(token)
    issued, expires = as_number(claims.get("iat")), as_number(claims.get("exp"))
    if issued is None or expires is None or expires <= issued:
        return None
    return float(expires - issued)


def _claims(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        content = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return as_mapping(json.loads(content))
    except ValueError, RecursionError:
        return {}
