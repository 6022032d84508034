"""Sensors and actuators that tests of Thing+'s entities add to the sample world."""

from datetime import timedelta
import logging
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from tests.simulators.thingplus import GATEWAY, SimulatedSensor, ThingplusSimulator

from .world import poll_and_settle

CLIMATE: Final = f"{GATEWAY}-climate"
CONTROL: Final = f"{GATEWAY}-control"


def add(
    server: ThingplusSimulator,
    kind: str,
    value: Any = None,
    *,
    name: str = "Thing",
    device_id: str | None = CONTROL,
) -> SimulatedSensor:
    """Add a sensor or an actuator that is well.

    Args:
        server: The server.
        kind: Its type.
        value: What it reports, as it is in the JSON; None for nothing.
        name: For people.
        device_id: Where it is: by default "Control"; None for the gateway.
    """
    number = len(server.sensors)
    sensor = server.add_sensor(
        GATEWAY, f"{GATEWAY}-{number}", name, kind, device_id=device_id
    )
    server.report_status(sensor.id, "on")
    if value is not None:
        tell(server, sensor, value)
    return sensor


def tell(server: ThingplusSimulator, sensor: SimulatedSensor, value: Any) -> None:
    """Let a sensor report a value, which goes to the JSON as it is."""
    sensor.add_point(value, server.now_ms, server.now_ms)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return warnings and errors about entities and what they show."""
    about = (
        "custom_components.",
        "homeassistant.components.",
        "homeassistant.helpers.",
    )
    return [
        one.getMessage()
        for one in caplog.records
        if one.levelno >= logging.WARNING and one.name.startswith(about)
    ]


async def poll_later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: ConfigEntry[Any]
) -> None:
    """Let the gateways be asked some minutes later, and all that comes of it happen."""
    freezer.tick(timedelta(minutes=6))
    await poll_and_settle(hass, entry)


async def tell_and_poll(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    server: ThingplusSimulator,
    entry: ConfigEntry[Any],
    sensor: SimulatedSensor,
    value: Any,
) -> None:
    """Let a sensor report a value, and Home Assistant read it."""
    freezer.tick(timedelta(minutes=6))
    tell(server, sensor, value)
    await poll_and_settle(hass, entry)


async def call(hass: HomeAssistant, action: str, entity_id: str, **data: Any) -> None:
    """Call an action of an entity: "switch.turn_on"."""
    domain, _, name = action.partition(".")
    await hass.services.async_call(
        domain, name, {ATTR_ENTITY_ID: entity_id, **data}, blocking=True
    )


def commands(server: ThingplusSimulator) -> list[tuple[str, dict[str, Any]]]:
    """Return the commands that gateways were given, with their options."""
    return [(one.cmd, dict(one.options)) for one in server.commands]
