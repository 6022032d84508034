"""Reads the address of a server as people type it."""

from ipaddress import IPv6Address
import re
from typing import Final

from yarl import URL

# The app shows http://10.0.1.37:8080/; HKWHub specification, "Running Local Server".
LOCAL_PORT: Final = 8080
_PATHS: Final = frozenset({"", "/", "/v1", "/api", "/api/v1"})
# No blanks and no control characters, anywhere
_TYPED: Final = re.compile(r"[^\s\x00-\x1f\x7f\\]+")
# RFC 1035, 2.3.4: resolvers do not agree on what they raise for longer ones.
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")


def parse_server(text: str, default_scheme: str) -> URL:
    """Read the address of a hub or of its cloud.

    Args:
        text: For example "192.168.1.5", "hub.lan:8080" or "http://10.0.1.37:8080/".
        default_scheme: "http" for a hub's own server: its port is 8080 where none is
            given. "https" for the cloud.

    Returns:
        Scheme, host and port, without a path.

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
    if url.raw_path.rstrip("/") not in _PATHS or url.raw_query_string or url.fragment:
        raise ValueError("nothing may follow the host and the port")
    host = url.raw_host or ""
    if ":" in host:
        IPv6Address(host)
    elif not _HOST_NAME.fullmatch(host) or not url.host:
        # `host` raises for what only looks like punycode.
        raise ValueError("no host name")
    port = url.explicit_port
    if port is None and url.scheme == default_scheme == "http":
        port = LOCAL_PORT
    if port == 0:
        raise ValueError("there is no port 0")
    return URL.build(scheme=url.scheme, host=host, port=port)


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
