"""Codes and tokens: HS256 JSON web tokens.

Source: OAuth2.md; lives of codes and tokens as it tells them, with no refresh.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
import hashlib
import hmac
import json
import secrets
from typing import Any, Final, Literal

from .times import to_iso
from .vocabulary import FlatError, JsonObject, oauth_error

DAY: Final = 86_400.0
PASSWORD_TOKEN_SECONDS: Final = 90 * DAY
CODE_TOKEN_SECONDS: Final = 15 * DAY
CODE_SECONDS: Final = 600.0
HEADER: Final = {"typ": "JWT", "alg": "HS256"}

type Grant = Literal["password", "authorization_code", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token that was given out.

    Attributes:
        token: The token.
        user_id: Whose it is.
        client_id: For which client.
        grant: How it was got; "test": by `issue_token`.
        at: When, seconds on the server's clock.
    """

    token: str
    user_id: str
    client_id: str
    grant: Grant
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    user_id: str
    client_id: str
    redirect_uri: str
    until: float


class TokenOffice:
    """Gives out codes and tokens, and knows which are valid.

    Attributes:
        password_token_life: Life of a token for a password, seconds.
        code_token_life: Life of a token for a code, seconds.
        code_life: Life of a code, seconds.
        expired_status: The HTTP status of calls with a token that is too old.
        issued: Every token, the latest last.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Have given out nothing yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        self.password_token_life = PASSWORD_TOKEN_SECONDS
        self.code_token_life = CODE_TOKEN_SECONDS
        self.code_life = CODE_SECONDS
        self.expired_status = 403
        self.issued: list[IssuedToken] = []
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._codes: dict[str, _Code] = {}
        self._revoked: set[str] = set()

    def issue(self, user_id: str, client_id: str, life: float, grant: Grant) -> str:
        """Return a new token.

        Args:
            user_id: Whose it is.
            client_id: For which client.
            life: Seconds.
            grant: How it was got.
        """
        issued_at = int(self._clock())
        token = self._sign(user_id, client_id, issued_at, life)
        # What was revoked in this very second must not come back.
        while token in self._revoked:
            issued_at += 1
            token = self._sign(user_id, client_id, issued_at, life)
        self.issued.append(
            IssuedToken(
                token=token,
                user_id=user_id,
                client_id=client_id,
                grant=grant,
                at=self._clock(),
            )
        )
        return token

    def issue_code(self, user_id: str, client_id: str, redirect_uri: str) -> str:
        """Return a new code for a user who said yes."""
        code = secrets.token_urlsafe(12)
        self._codes[code] = _Code(
            user_id=user_id,
            client_id=client_id,
            redirect_uri=redirect_uri,
            until=self._clock() + self.code_life,
        )
        return code

    def take_code(self, code: str, client_id: str, redirect_uri: str) -> str:
        """Return the user of a code, which ends with this.

        Raises:
            FlatError: It is used or another client's, too old, or for another
                `redirect_uri`.
        """
        found = self._codes.pop(code, None)
        if found is None or found.client_id != client_id:
            raise oauth_error("TokenError", "invalid_code", 400, "Invalid code")
        if self._clock() >= found.until:
            raise oauth_error("TokenError", "expired_code", 403, "Expired code")
        if found.redirect_uri != redirect_uri:
            raise oauth_error(
                "TokenError", "redirect_uri_mismatch", 400, "Redirect URI mismatch"
            )
        return found.user_id

    def read(self, token: str) -> JsonObject:
        """Return what a valid token says.

        Raises:
            FlatError: It is broken, revoked or too old.
        """
        parts = token.split(".")
        if len(parts) != 3:
            raise _broken("jwt malformed")
        try:
            header, payload = _decode(parts[0]), _decode(parts[1])
        except ValueError, binascii.Error:
            raise _broken("invalid token") from None
        if header != HEADER or not isinstance(payload, dict):
            raise _broken("invalid token")
        if not hmac.compare_digest(self._signature(f"{parts[0]}.{parts[1]}"), parts[2]):
            raise _broken("invalid signature")
        if token in self._revoked:
            raise _broken("invalid token")
        if self._clock() >= payload["exp"]:
            body = {
                "name": "TokenExpiredError",
                "message": "jwt expired",
                "expiredAt": to_iso(payload["exp"] * 1000),
            }
            raise FlatError(self.expired_status, body)
        return payload

    def revoke(self, token: str) -> None:
        """Let a token end."""
        self._revoked.add(token)

    def revoke_client(self, client_id: str) -> None:
        """Let all tokens and codes of a client end."""
        self._revoked |= {i.token for i in self.issued if i.client_id == client_id}
        self._codes = {
            code: found
            for code, found in self._codes.items()
            if found.client_id != client_id
        }

    def revoke_all(self) -> None:
        """Let all tokens and codes end."""
        self._revoked |= {issued.token for issued in self.issued}
        self._codes.clear()

    def _sign(self, user_id: str, client_id: str, issued_at: int, life: float) -> str:
        payload = {
            "userId": user_id,
            "clientId": client_id,
            "iat": issued_at,
            "exp": issued_at + int(life),
        }
        text = f"{_encode(HEADER)}.{_encode(payload)}"
        return f"{text}.{self._signature(text)}"

    def _signature(self, text: str) -> str:
        digest = hmac.new(self._secret, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _broken(text: str) -> FlatError:
    return FlatError(403, {"name": "JsonWebTokenError", "message": text})


def _encode(value: JsonObject) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
