"""Certificates of authorities, as text, and connections that trust only them."""

import re
import ssl
from typing import Final

# RFC 7468, section 5
_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----", re.ASCII
)


def certificates_in(text: str) -> str:
    """Return the certificates in a text in PEM form, and nothing else of it."""
    found = _CERTIFICATE.findall(text.replace("\r", ""))
    return "".join(f"{one}\n" for one in found)


def tls_context(certificates: str) -> ssl.SSLContext:
    """Return what trusts only some authorities; nothing is read from the disk.

    Platforms come with authorities that are made by hand: what
    `ssl.create_default_context` asks of them beyond RFC 5280's checks is not asked.

    Args:
        certificates: Theirs, in PEM form.

    Raises:
        ValueError: There are none, or they cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=certificates)
    except ssl.SSLError:
        raise ValueError("no certificates") from None
    return context
