"""Which method answers which call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from . import data_api, fields_api, listening_api, public_api, sensors_api
from .call import Handler
from .vocabulary import NOT_LOCATED, ApiError

VARIABLE: Final = "{}"


@dataclass(frozen=True, slots=True)
class Route:
    """A method of the API.

    Attributes:
        method: Of HTTP.
        path: Below the base; "{}" stands for any part.
        handler: Answers it.
        is_private: Whether it is for those alone who signed in.
    """

    method: str
    path: str
    handler: Handler
    is_private: bool = True

    @property
    def parts(self) -> list[str]:
        """Return the parts of the path."""
        return self.path.split("/")

    def names_in(self, parts: Sequence[str]) -> tuple[str, ...] | None:
        """Return the variable parts of a path, None if it is another one."""
        if len(parts) != len(self.parts):
            return None
        names = []
        for mine, theirs in zip(self.parts, parts, strict=True):
            if mine == VARIABLE:
                names.append(theirs)
            elif mine != theirs:
                return None
        return tuple(names)


ROUTES: Final = (
    Route("GET", "sensors", sensors_api.list_sensors, False),
    Route("POST", "sensors", sensors_api.create_sensor),
    Route("PUT", "sensors", sensors_api.create_sensors),
    Route("GET", "sensors/{}", sensors_api.show_sensor, False),
    Route("PUT", "sensors/{}", sensors_api.change_sensor),
    Route("DELETE", "sensors/{}", sensors_api.delete_sensor),
    Route("GET", "sensors/{}/fields", fields_api.list_fields, False),
    Route("GET", "sensors/{}/fields/{}", fields_api.show_field, False),
    Route("PUT", "sensors/{}/fields/{}", fields_api.put_field),
    Route("DELETE", "sensors/{}/fields/{}", fields_api.delete_field),
    Route("GET", "sensors/{}/data", data_api.show_data, False),
    Route("POST", "sensors/{}/data", data_api.add_data),
    Route("PUT", "sensors/{}/data", data_api.replace_data),
    Route("DELETE", "sensors/{}/data/{}", data_api.delete_data),
    Route("POST", "sensors/{}/message", listening_api.send_message, False),
    Route("POST", "control/sub/{}", listening_api.subscribe_control),
    Route("GET", "control/sub/{}", listening_api.poll_control),
    Route("GET", "subscribe", listening_api.list_subscribed),
    Route("PUT", "subscribe/{}", listening_api.subscribe),
    Route("DELETE", "subscribe/{}", listening_api.unsubscribe),
    Route("GET", "tags", public_api.list_tags, False),
    Route("GET", "stats", public_api.show_stats, False),
    Route("GET", "news", public_api.show_news, False),
)


def find_route(method: str, parts: Sequence[str]) -> tuple[Route, tuple[str, ...]]:
    """Return what answers a call, and the variable parts of its path.

    Raises:
        ApiError: There is no such path, or not with this method.
    """
    is_known = False
    for route in ROUTES:
        names = route.names_in(parts)
        if names is not None and route.method == method:
            return route, names
        is_known = is_known or names is not None
    if is_known:
        raise ApiError(405, "Method not allowed", method)
    raise ApiError(404, NOT_LOCATED, "/".join(parts))
