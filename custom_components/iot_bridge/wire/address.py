"""Reads the addresses of servers as people type and paste them."""

from collections.abc import Iterable
from ipaddress import IPv6Address
import re
from typing import Final

from yarl import URL

# No blanks and no control characters, anywhere
_TYPED: Final = re.compile(r"[^\s\x00-\x1f\x7f\\]+")
# RFC 1035, 2.3.4: resolvers do not agree on what they raise for longer ones.
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")


def parse_server(text: str, default_scheme: str = "https") -> URL:
    """Read the address of a server.

    Args:
        text: For example "iot.example.com" or "http://192.168.1.5:8080/some/page".
        default_scheme: What is meant where no scheme is given.

    Returns:
        Scheme, host, port and path, without a slash at the end.

    Raises:
        ValueError: It is no address of a web server, or has parts that do not belong
            there, for example a password.
    """
    text = text.strip()
    if not _TYPED.fullmatch(text):
        raise ValueError("no address, or one with blanks in it")
    url = URL(_with_scheme(text, default_scheme))
    if url.scheme not in {"http", "https"}:
        raise ValueError("neither http nor https")
    if url.raw_user is not None or url.raw_password is not None:
        raise ValueError("user names and passwords do not belong there")
    if "?" in text or "#" in text:
        raise ValueError("a query does not belong there")
    host = url.raw_host or ""
    if ":" in host:
        IPv6Address(host)
    elif not _HOST_NAME.fullmatch(host) or not url.host:
        # `host` raises for what only looks like punycode.
        raise ValueError("no host name")
    if url.explicit_port == 0:
        raise ValueError("there is no port 0")
    return at_path(url, path_parts(url))


def path_parts(url: URL) -> list[str]:
    """Return the parts of an address's path, encoded."""
    return [part for part in url.raw_path.split("/") if part]


def at_path(server: URL, parts: Iterable[str]) -> URL:
    """Return an address of a server.

    Args:
        server: Any address there.
        parts: Of the path, encoded.
    """
    path = "".join(f"/{part}" for part in parts)
    return URL(f"{server.scheme}://{server.raw_authority}{path}", encoded=True)


def _with_scheme(text: str, default_scheme: str) -> str:
    if "://" in text:
        return text
    host = f"[{text}]" if _is_ipv6(text) else text
    return f"{default_scheme}://{host}"


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
