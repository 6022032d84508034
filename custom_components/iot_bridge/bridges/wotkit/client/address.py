"""Reads the address of a server as people paste it, and knows what lies where.

There is one API below the portal that people look at: "/api" beside "/wotkit", or
"/wotkit/api". Source: WoTKit API documentation, "Keys and Basic Authentication" and
"Registered Applications and OAuth2"; other installations have "/wotkit/api".
"""

from typing import Final

from yarl import URL

from ....wire.address import at_path, path_parts

_API: Final = "api"
_PORTAL: Final = "wotkit"
_VERSIONS: Final = frozenset({"v1", "v2"})


def api_candidates(typed: URL) -> tuple[URL, ...]:
    """Return where the API may be, the likeliest place first.

    Args:
        typed: An address from `parse_server`: of the host, of the API or something in
            it, or of any page of the portal.

    Returns:
        Base addresses of the API, without a version.
    """
    parts = path_parts(typed)
    if parts[-2:-1] == [_API] and parts[-1] in _VERSIONS:
        parts = parts[:-1]
    if parts[-1:] == [_API]:
        return (at_path(typed, parts),)
    if _PORTAL not in parts and _API in parts:
        return (at_path(typed, parts[: parts.index(_API) + 1]),)
    root = parts[: parts.index(_PORTAL)] if _PORTAL in parts else parts
    beside = at_path(typed, [*root, _API]), at_path(typed, [*root, _PORTAL, _API])
    return beside if root != parts or not parts else (*beside, at_path(typed, parts))


def portal_url(api: URL) -> URL:
    """Return where people look at what the API serves.

    Args:
        api: The base address of the API.
    """
    parts = path_parts(api)
    if parts[-1:] == [_API]:
        parts = parts[:-1]
    return at_path(api, parts if parts[-1:] == [_PORTAL] else [*parts, _PORTAL])


def sensor_page(api: URL, sensor_id: int) -> URL:
    """Return the page of a sensor on the portal.

    Args:
        api: The base address of the API.
        sensor_id: The server's number for the sensor.
    """
    return portal_url(api) / "sensors" / str(sensor_id) / "monitor"
