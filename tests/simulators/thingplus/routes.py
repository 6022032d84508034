"""Which method answers which call, and what it needs.

Source: Thing+ REST API guide v2, list of routes; OAuth2.md, "Scopes".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from . import (
    catalogue_api,
    control_api,
    portal_api,
    register_api,
    reports_api,
    things_api,
)
from .call import Handler
from .vocabulary import NOT_FOUND, ApiError

VARIABLE: Final = "{}"
READ: Final = frozenset({"gateway", "gateway-read", "gateway-update"})
UPDATE: Final = frozenset({"gateway", "gateway-update"})
WRITE: Final = frozenset({"gateway"})
COMMAND: Final = frozenset({"gateway", "actuator-command"})
PROFILE: Final = frozenset({"user-profile", "user-profile-read"})
SITES: Final = frozenset({"site-read"})
# No scope gives it: it takes the session of a browser.
PORTAL: Final[frozenset[str]] = frozenset()

type Access = frozenset[str] | Literal["everybody"]


@dataclass(frozen=True, slots=True)
class Route:
    """A method of the API.

    Attributes:
        method: Of HTTP.
        path: Below the base; "{}" stands for any part.
        handler: Answers it.
        access: Scopes one of which it needs, or that it is for everybody.
    """

    method: str
    path: str
    handler: Handler
    access: Access

    def names_in(self, parts: Sequence[str]) -> tuple[str, ...] | None:
        """Return the variable parts of a path, None if it is another one."""
        mine = self.path.split("/")
        if len(parts) != len(mine):
            return None
        pairs = list(zip(mine, parts, strict=True))
        if any(part not in (VARIABLE, theirs) for part, theirs in pairs):
            return None
        return tuple(theirs for part, theirs in pairs if part == VARIABLE)


GATEWAY: Final = "gateways/{}"
DEVICES: Final = f"{GATEWAY}/devices"
SENSORS: Final = f"{GATEWAY}/sensors"
SENSOR: Final = f"{SENSORS}/{{}}"
ROUTES: Final = (
    Route("POST", "login", portal_api.log_in, "everybody"),
    Route("POST", "logout", portal_api.log_out, "everybody"),
    Route("POST", "authClients", portal_api.create_client, PORTAL),
    Route("POST", "oauth2/authClients", portal_api.create_client, PORTAL),
    Route("GET", "authClients", portal_api.list_clients, PORTAL),
    Route("GET", "authClients/{}", portal_api.get_client, PORTAL),
    Route("DELETE", "authClients/{}", portal_api.delete_client, PORTAL),
    Route("GET", "authScopes", portal_api.list_scopes, PORTAL),
    Route("GET", "users/me", catalogue_api.get_me, PROFILE),
    Route("GET", "sites", catalogue_api.list_sites, SITES),
    Route("GET", "sites/{}", catalogue_api.get_site, SITES),
    Route("GET", "gatewayModels", catalogue_api.list_gateway_models, "everybody"),
    Route("GET", "gatewayModels/{}", catalogue_api.get_gateway_model, "everybody"),
    Route("GET", "sensorTypes", catalogue_api.list_sensor_types, "everybody"),
    Route("GET", "sensorTypes/{}", catalogue_api.get_sensor_type, "everybody"),
    Route("GET", "sensorDrivers", catalogue_api.list_sensor_drivers, "everybody"),
    Route("GET", "sensorDrivers/{}", catalogue_api.get_sensor_driver, "everybody"),
    Route("POST", "registerGateway", register_api.register_gateway, WRITE),
    Route("POST", "controlActuator", control_api.control_actuator, COMMAND),
    Route("GET", "gateways", things_api.list_gateways, READ),
    Route("GET", GATEWAY, things_api.get_gateway, READ),
    Route("PUT", GATEWAY, things_api.change_gateway, UPDATE),
    Route("DELETE", GATEWAY, things_api.delete_gateway, WRITE),
    Route("GET", f"{GATEWAY}/status", reports_api.get_gateway_status, READ),
    Route("PUT", f"{GATEWAY}/status", reports_api.put_gateway_status, UPDATE),
    Route("GET", DEVICES, things_api.list_devices, READ),
    Route("POST", DEVICES, register_api.create_device, WRITE),
    Route("GET", f"{DEVICES}/{{}}", things_api.get_device, READ),
    Route("PUT", f"{DEVICES}/{{}}", things_api.change_device, UPDATE),
    Route("DELETE", f"{DEVICES}/{{}}", things_api.delete_device, WRITE),
    Route("GET", SENSORS, things_api.list_sensors, READ),
    Route("POST", SENSORS, register_api.create_sensor, WRITE),
    Route("GET", SENSOR, things_api.get_sensor, READ),
    Route("PUT", SENSOR, things_api.change_sensor, UPDATE),
    Route("DELETE", SENSOR, things_api.delete_sensor, WRITE),
    Route("GET", f"{SENSOR}/status", reports_api.get_sensor_status, READ),
    Route("PUT", f"{SENSOR}/status", reports_api.put_sensor_status, UPDATE),
    Route("GET", f"{SENSOR}/series", reports_api.get_series, READ),
    Route("PUT", f"{SENSOR}/series", reports_api.put_series, UPDATE),
)


def find_route(method: str, parts: Sequence[str]) -> tuple[Route, tuple[str, ...]]:
    """Return what answers a call, and the variable parts of its path.

    Raises:
        ApiError: There is no such path, or not with this method.
    """
    for route in ROUTES:
        names = route.names_in(parts)
        if names is not None and route.method == method:
            return route, names
    raise ApiError(404, NOT_FOUND, f"there is no {method} {'/'.join(parts)}")
