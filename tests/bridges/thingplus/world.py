"""What tests of Thing+'s entities do with Home Assistant and the simulated server."""

from collections.abc import Iterable

from homeassistant.const import STATE_UNAVAILABLE
from tests.bridges.world import (
    attribute,
    device_names,
    device_of,
    entity_ids,
    go_to,
    pass_time,
    poll,
    poll_and_settle,
    settle,
)
from tests.simulators.thingplus import RecordedRequest, ThingplusSimulator

__all__ = [
    "asked_at",
    "attribute",
    "device_names",
    "device_of",
    "entity_ids",
    "gateway_listings",
    "go_to",
    "never_unavailable",
    "pass_time",
    "poll",
    "poll_and_settle",
    "requests_to",
    "sensor_listings",
    "settle",
]


def requests_to(
    server: ThingplusSimulator, path: str, method: str = "GET"
) -> list[RecordedRequest]:
    """Return the requests for a path.

    Args:
        server: The server.
        path: Below the base: "/gateways".
        method: The HTTP method.
    """
    return [one for one in server.requests if (one.method, one.path) == (method, path)]


def gateway_listings(server: ThingplusSimulator) -> list[RecordedRequest]:
    """Return the requests for the list of gateways."""
    return requests_to(server, "/gateways")


def sensor_listings(
    server: ThingplusSimulator, gateway_id: str
) -> list[RecordedRequest]:
    """Return the requests for the list of a gateway's sensors."""
    return requests_to(server, f"/gateways/{gateway_id}/sensors")


def asked_at(requests: Iterable[RecordedRequest]) -> list[float]:
    """Return when requests were made, in seconds after the first one."""
    times = [one.at for one in requests]
    return [time - times[0] for time in times]


def never_unavailable(changes: Iterable[str]) -> bool:
    """Return whether nothing has become unavailable."""
    return not any(one.endswith(f": {STATE_UNAVAILABLE}") for one in changes)
