"""JSON web tokens: HS256, for access and to renew it.

Source: protocols/iotbiz.md C1; the claims are those of Simple JWT, which it uses.
"""

import base64
import binascii
from collections.abc import Callable
import hashlib
import hmac
import json
import secrets
from typing import Any, Final, Literal

ACCESS_SECONDS: Final = 3600.0
REFRESH_SECONDS: Final = 86_400.0
_HEADER: Final = {"typ": "JWT", "alg": "HS256"}

type TokenKind = Literal["access", "refresh"]


class TokenOffice:
    """Gives out tokens, and knows which are valid.

    Attributes:
        access_life: Life of a token for access, seconds.
        refresh_life: Life of a token that renews, seconds.
        issued: How many of each kind were given out.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Have given out nothing yet.

        Args:
            clock: Returns the time in seconds since 1970.
        """
        self.access_life = ACCESS_SECONDS
        self.refresh_life = REFRESH_SECONDS
        self.issued: dict[TokenKind, int] = {"access": 0, "refresh": 0}
        self._clock = clock
        self._secret = secrets.token_bytes(32)

    def issue(self, kind: TokenKind, user: str) -> str:
        """Give out a token."""
        now = int(self._clock())
        life = self.access_life if kind == "access" else self.refresh_life
        self.issued[kind] += 1
        claims = {
            "token_type": kind,
            "exp": int(now + life),
            "iat": now,
            "jti": secrets.token_hex(16),
            "user_id": user,
        }
        signed = f"{_encoded(_HEADER)}.{_encoded(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def user_of(self, kind: TokenKind, token: str) -> str | None:
        """Return whose token it is, None if it is none that is valid."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(
            signature.encode(), self._signature(signed).encode()
        ):
            return None
        claims = _decoded(signed.partition(".")[2])
        if claims["token_type"] != kind or claims["exp"] <= self._clock():
            return None
        return str(claims["user_id"])

    def revoke_all(self) -> None:
        """Let no token be valid that was given out."""
        self._secret = secrets.token_bytes(32)

    def _signature(self, signed: str) -> str:
        return _base64(hmac.digest(self._secret, signed.encode(), hashlib.sha256))


def _encoded(claims: dict[str, Any]) -> str:
    return _base64(json.dumps(claims, separators=(",", ":")).encode())


def _decoded(text: str) -> dict[str, Any]:
    try:
        claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise AssertionError("its own signature, and yet no token") from error
    assert isinstance(claims, dict)
    return claims


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
