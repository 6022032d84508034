"""The user, sites, models, types and drivers.

Source: Thing+ REST API guide v2; HTTPS guide, "Register Gateway", steps 1 and 2.
"""

from collections.abc import Mapping
from typing import Any

from .call import Call, Reply
from .catalogue import SENSOR_DRIVERS
from .people import SimulatedSite
from .query import DEVICE, PLAIN_LIST
from .sensor_types import SENSOR_TYPES, SensorType
from .showing import list_reply, one_reply
from .vocabulary import ACCESSGROUP_DENY, NOT_FOUND, ApiError


def get_me(call: Call) -> Reply:
    """Return who asks."""
    call.check_query(DEVICE)
    return one_reply(call, call.user.to_json())


def list_sites(call: Call) -> Reply:
    """Return the sites of the caller's service."""
    call.check_query(PLAIN_LIST)
    service = call.user.service_id
    sites = [s for s in call.world.sites.values() if s.service_id == service]
    return list_reply(call, sites, SimulatedSite.to_json)


def get_site(call: Call) -> Reply:
    """Return one site."""
    call.check_query(DEVICE)
    site: SimulatedSite = _find(call, call.world.sites)
    if site.service_id != call.user.service_id:
        raise ApiError(403, ACCESSGROUP_DENY, "another service's")
    return one_reply(call, site.to_json())


def list_gateway_models(call: Call) -> Reply:
    """Return all models of gateways."""
    call.check_query(PLAIN_LIST)
    return list_reply(call, call.world.gateway_models.values(), dict)


def get_gateway_model(call: Call) -> Reply:
    """Return a model of gateways."""
    call.check_query(DEVICE)
    return one_reply(call, _find(call, call.world.gateway_models))


def list_sensor_types(call: Call) -> Reply:
    """Return all types of sensors and actuators."""
    call.check_query(PLAIN_LIST)
    return list_reply(call, SENSOR_TYPES.values(), SensorType.to_json)


def get_sensor_type(call: Call) -> Reply:
    """Return a type."""
    call.check_query(DEVICE)
    return one_reply(call, _find(call, SENSOR_TYPES).to_json())


def list_sensor_drivers(call: Call) -> Reply:
    """Return all drivers."""
    call.check_query(PLAIN_LIST)
    return list_reply(call, SENSOR_DRIVERS.values(), dict)


def get_sensor_driver(call: Call) -> Reply:
    """Return a driver."""
    call.check_query(DEVICE)
    return one_reply(call, _find(call, SENSOR_DRIVERS))


def _find(call: Call, things: Mapping[str, Any]) -> Any:
    try:
        return things[call.names[0]]
    except KeyError:
        raise ApiError(404, NOT_FOUND, f"there is no {call.names[0]}") from None
