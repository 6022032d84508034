"""What people mean by the address of a platform."""

from collections.abc import Sequence
import re
from typing import Final

from yarl import URL

from ....wire.address import at_path, parse_server, path_parts

_API: Final = "api"
# What lies below "/api". Source: the platform's code; the README names the first one.
_SERVICES: Final = frozenset({"devices", "ping", "telemetry", "token"})
# Pages beside the API, one of which somebody may have open when copying its address.
_NEIGHBOURS: Final = frozenset({"admin", "privateapi"})


def api_base(typed: str) -> URL:
    """Return what the paths of the API are added to, such as "/api/devices/register/".

    Args:
        typed: What the user typed or pasted: the address of the platform, of its pages
            for administrators, or of something in its API. A path in front of these
            stays, as in "http://homeassistant.local:8123/api/iotbiz".

    Returns:
        The address, without a slash at its end.

    Raises:
        ValueError: It is no address.
    """
    # The page where administrators sign in has a query, which says nothing of it.
    url = parse_server(re.split(r"[?#]", typed, maxsplit=1)[0])
    parts = path_parts(url)
    return at_path(url, parts[: _length_of_base(parts)])


def _length_of_base(parts: Sequence[str]) -> int:
    for place, part in enumerate(parts):
        below = parts[place + 1 : place + 2]
        is_api = part == _API and (not below or below[0] in _SERVICES)
        if is_api or part in _NEIGHBOURS:
            return place
    return len(parts)
