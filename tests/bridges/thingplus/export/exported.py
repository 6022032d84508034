"""What has been registered and sent, as it is seen on the server."""

import json
from typing import Any

from tests.simulators.thingplus import (
    SimulatedDevice,
    SimulatedGateway,
    SimulatedSensor,
    ThingplusSimulator,
)
from tests.simulators.thingplus.things import Reporting


def gateways(server: ThingplusSimulator) -> list[SimulatedGateway]:
    """Return the gateways that Home Assistant has registered."""
    return [one for one in server.gateways.values() if one.is_registered]


def the_gateway(server: ThingplusSimulator) -> SimulatedGateway:
    """Return the only gateway that Home Assistant has registered."""
    (gateway,) = gateways(server)
    return gateway


def devices(server: ThingplusSimulator) -> dict[str, SimulatedDevice]:
    """Return the devices that Home Assistant has registered, by name."""
    return {one.name: one for one in server.devices.values() if one.is_registered}


def sensors(server: ThingplusSimulator) -> dict[str, SimulatedSensor]:
    """Return the sensors that Home Assistant has registered, by name."""
    return {one.name: one for one in server.sensors.values() if one.is_registered}


def values(server: ThingplusSimulator, name: str) -> list[Any]:
    """Return the values of a sensor in the order of time, none if there is no such."""
    found = sensors(server).get(name)
    return [] if found is None else list(found.values)


def said(thing: Reporting) -> list[str]:
    """Return all statuses of something, in order."""
    return [one.value for one in thing.statuses]


def registrations(server: ThingplusSimulator) -> list[str]:
    """Return the kinds of what was registered, in order."""
    return [one.kind for one in server.registered]


def sendings(
    server: ThingplusSimulator, sensor: SimulatedSensor, *, since: int = 0
) -> list[Any]:
    """Return what was sent to the series of a sensor, whatever became of it.

    Args:
        server: The server.
        sensor: The sensor.
        since: How many requests there were before.

    Returns:
        Each body.
    """
    path = f"/gateways/{sensor.gateway_id}/sensors/{sensor.id}/series"
    return [
        json.loads(one.body)
        for one in [*server.requests][since:]
        if (one.method, one.path) == ("PUT", path)
    ]
