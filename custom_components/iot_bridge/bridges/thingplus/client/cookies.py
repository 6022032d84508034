"""What a server remembers one by.

Servers that are sent their cookie again find what they know of the user faster. Source:
Thing+ REST document, cookie `dwTPlus`. It is also the session of the portal, thus as
secret as a password.
"""

from collections.abc import Mapping
import re
from typing import Final

from aiohttp import hdrs

SESSION_COOKIE: Final = "dwTPlus"

# RFC 6265, 4.1.1. What was quoted may hold anything, line breaks too.
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,4096}")


def sendable_cookies(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return those that can be sent back as they are."""
    return {
        name: value
        for name, value in cookies.items()
        if _NAME.fullmatch(name) and _VALUE.fullmatch(value)
    }


def cookie_header(cookies: Mapping[str, str]) -> dict[str, str]:
    """Return the header that sends cookies; no header if there are none."""
    pairs = [f"{name}={value}" for name, value in cookies.items()]
    return {hdrs.COOKIE: "; ".join(pairs)} if pairs else {}
