"""Signatures of the eWeLink cloud (developer guide, "Signature Rule")."""

import base64
from collections.abc import Mapping
import hashlib
import hmac


def signature(secret: str, message: bytes) -> str:
    """Sign bytes with an app secret.

    Args:
        secret: The app secret, used as UTF-8.
        message: The very bytes of a body, or those of `query_message`.

    Returns:
        Base64 of the HMAC-SHA256, with padding.
    """
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def query_message(query: Mapping[str, str]) -> bytes:
    """Build what a GET request signs.

    Args:
        query: Names and decoded values of the query string.

    Returns:
        `name=value` sorted by name and joined by `&`; the values are not URL-encoded
        and a parameter called `sign` is left out.
    """
    names = sorted(name for name in query if name != "sign")
    return "&".join(f"{name}={query[name]}" for name in names).encode()


def page_message(client_id: str, sequence: str) -> bytes:
    """Build what the link to the OAuth page signs (eWeLink v2 documents, OAuth2).

    Args:
        client_id: The app id.
        sequence: The `seq` parameter, milliseconds as text.

    Returns:
        `{client_id}_{sequence}` as bytes.
    """
    return f"{client_id}_{sequence}".encode()
