"""Reads the address of a server as people paste it, and knows what lies where.

There is one API below the portal that people look at: "/api" beside "/wotkit", or
"/wotkit/api". Source: WoTKit API documentation, "Keys and Basic Authentication" and
"Registered Applications and OAuth2"; other installations have "/wotkit/api".
"""

from ipaddress import IPv6Address
import re
from typing import Final

from yarl import URL

_API: Final = "api"
_PORTAL: Final = "wotkit"
_VERSIONS: Final = frozenset({"v1", "v2"})
# No blanks and no control characters, anywhere
_TYPED: Final = re.compile(r"[^\s\x00-\x1f\x7f\\]+")
# RFC 1035, 2.3.4: resolvers do not agree on what they raise for longer ones.
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")


def parse_server(text: str) -> URL:
    """Read the address of a server.

    Args:
        text: For example "wotkit.example.com" or "http://192.168.1.5:8080/wotkit/keys".
            Without a scheme it means https.

    Returns:
        Scheme, host, port and path, without a slash at the end.

    Raises:
        ValueError: It is no address of a web server, or has parts that do not belong
            there, for example a password.
    """
    text = text.strip()
    if not _TYPED.fullmatch(text):
        raise ValueError("no address, or one with blanks in it")
    url = URL(_with_scheme(text))
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
    return _at(url, _parts(url))


def api_candidates(typed: URL) -> tuple[URL, ...]:
    """Return where the API may be, the likeliest place first.

    Args:
        typed: An address from `parse_server`: of the host, of the API or something in
            it, or of any page of the portal.

    Returns:
        Base addresses of the API, without a version.
    """
    parts = _parts(typed)
    if parts[-2:-1] == [_API] and parts[-1] in _VERSIONS:
        parts = parts[:-1]
    if parts[-1:] == [_API]:
        return (_at(typed, parts),)
    if _PORTAL not in parts and _API in parts:
        return (_at(typed, parts[: parts.index(_API) + 1]),)
    root = parts[: parts.index(_PORTAL)] if _PORTAL in parts else parts
    beside = _at(typed, [*root, _API]), _at(typed, [*root, _PORTAL, _API])
    return beside if root != parts or not parts else (*beside, _at(typed, parts))


def portal_url(api: URL) -> URL:
    """Return where people look at what the API serves.

    Args:
        api: The base address of the API.
    """
    parts = _parts(api)
    if parts[-1:] == [_API]:
        parts = parts[:-1]
    return _at(api, parts if parts[-1:] == [_PORTAL] else [*parts, _PORTAL])


def sensor_page(api: URL, sensor_id: int) -> URL:
    """Return the page of a sensor on the portal.

    Args:
        api: The base address of the API.
        sensor_id: The server's number for the sensor.
    """
    return portal_url(api) / "sensors" / str(sensor_id) / "monitor"


def _parts(url: URL) -> list[str]:
    return [part for part in url.raw_path.split("/") if part]


def _at(server: URL, parts: list[str]) -> URL:
    path = "".join(f"/{part}" for part in parts)
    return URL(f"{server.scheme}://{server.raw_authority}{path}", encoded=True)


def _with_scheme(text: str) -> str:
    if "://" in text:
        return text
    host = f"[{text}]" if _is_ipv6(text) else text
    return f"https://{host}"


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
