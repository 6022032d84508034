"""Tokens as a platform writes them."""

from base64 import urlsafe_b64encode
import json
from typing import Any


def jwt(payload: Any, head: str = "head") -> str:
    """Return a token; nothing looks at its head and its signature."""
    content = json.dumps(payload).encode()
    return f"{head}.{urlsafe_b64encode(content).decode().rstrip('=')}.signature"
