"""Signatures of requests that are made without a token.

HMAC-SHA256 with the app secret as key, in base64; eWeLink developer guide,
"Signature Rule".
"""

import base64
from collections.abc import Mapping
import hashlib
import hmac
import secrets
import string
from typing import Final

_NONCE_ALPHABET: Final = string.ascii_letters + string.digits
_NONCE_LENGTH: Final = 8


def sign(app_secret: str, message: bytes) -> str:
    """Sign bytes, for a POST the very bytes of its body.

    Args:
        app_secret: The app's secret.
        message: What is signed. Spaces and the order of members count.

    Returns:
        The signature in base64, 44 characters.
    """
    digest = hmac.digest(app_secret.encode(), message, hashlib.sha256)
    return base64.b64encode(digest).decode("ascii")


def sign_query(app_secret: str, query: Mapping[str, str]) -> str:
    """Sign the parameters of a GET: sorted by name, not URL-encoded.

    Args:
        app_secret: The app's secret.
        query: The parameters of the request.

    Returns:
        The signature in base64, 44 characters.
    """
    message = "&".join(f"{name}={query[name]}" for name in sorted(query))
    return sign(app_secret, message.encode())


def new_nonce() -> str:
    """Return eight random alphanumerics."""
    return "".join(secrets.choice(_NONCE_ALPHABET) for _ in range(_NONCE_LENGTH))
