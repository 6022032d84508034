"""The addresses of a platform."""

from collections.abc import Awaitable, Callable, Mapping
import re
from typing import Final

from .call import ApiError, Call, Reply
from .public_api import activate, register
from .reading_api import (
    get_access_token,
    get_both_tokens,
    get_device,
    list_devices,
    list_telemetry,
    ping,
)

type Handler = Callable[[Call], Awaitable[Reply]]
type Methods = Mapping[str, Handler]

_ROUTES: Final[Mapping[str, Methods]] = {
    "/api/devices/register/": {"POST": register},
    "/api/devices/activate/": {"POST": activate},
    "/api/token/both/": {"POST": get_both_tokens},
    "/api/token/access/": {"POST": get_access_token},
    "/api/devices/": {"GET": list_devices},
    "/api/telemetry/": {"GET": list_telemetry},
    "/api/ping/": {"GET": ping},
}
_ONE_DEVICE: Final = re.compile(r"/api/devices/(\d+)/")
_ONE: Final[Methods] = {"GET": get_device}

# What they do with a device: answers that no client should provoke.
BROKEN_METHODS: Final[Mapping[str, int]] = {"DELETE": 500, "PUT": 400}


def find_methods(path: str) -> tuple[Methods | None, int | None]:
    """Return what a path can do, and the number in it; None if there is no such path."""
    if found := _ONE_DEVICE.fullmatch(path):
        return _ONE, int(found[1])
    return _ROUTES.get(path), None


async def not_allowed(call: Call) -> Reply:
    """Refuse a method."""
    raise ApiError(405, {"detail": f'Method "{call.method}" not allowed.'})
