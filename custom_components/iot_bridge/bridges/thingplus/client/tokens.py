"""How a client proves who it acts for.

Source: Thing+ OAuth2 document, lifetimes and errors; the payload of its sample tokens.
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
import hashlib
import json
import time
from typing import Any, Final

from ....wire.values import as_mapping, as_number, as_text

# Seconds. A token that lives for longer than ten years has something wrong.
_LONGEST_LIFE: Final = 10 * 366 * 24 * 3600


def password_hash(password: str) -> str:
    """Return what the server wants in place of a password: lower-case hex of its MD5.

    It is as secret as the password. Source: Thing+ HTTPS guide, "Access Token
    acquisition".
    """
    content = password.encode(errors="replace")
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def token_life(token: str) -> float | None:
    """Return for how many seconds a new token is good.

    Answers with tokens do not tell it, but tokens do. Nothing is said of whether the
    token is genuine.

    Args:
        token: An access token: a JWT (RFC 7519).

    Returns:
        The time between `iat` and `exp`, which is right even where our clock is not,
        or from now to `exp` where there is no `iat`; None if the token is no JWT, or
        makes no sense.
    """
    payload = _payload(token)
    expires = as_number(payload.get("exp"))
    if expires is None:
        return None
    issued = as_number(payload.get("iat"))
    life = float(expires - (time.time() if issued is None else issued))
    return life if 0 < life < _LONGEST_LIFE else None


def token_user(token: str) -> str | None:
    """Return the id of the user that a token acts for; None if it does not tell."""
    user = _payload(token).get("userId")
    return None if isinstance(user, bool) else as_text(user) or None


def _payload(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        content = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return as_mapping(json.loads(content))
    except ValueError, RecursionError:
        return {}
