"""What has been exported, as it is seen on the server."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from tests.simulators.wotkit import Row, SimulatedSensor, WotkitServer
from tests.waiting import until

from ..conftest import USERNAME

# Metadata that tells sensors from Home Assistant.
SOURCE: Final = ("source", "home-assistant")

DEFAULTS: Final[dict[str, Any]] = {"min_interval": 0, "share_location": False}


def exported(server: WotkitServer) -> dict[str, SimulatedSensor]:
    """Return the sensors that Home Assistant has created, by name."""
    return {
        sensor.name: sensor
        for sensor in server.sensors.values()
        if SOURCE in sensor.metadata.items()
    }


def rows(server: WotkitServer, sensor: str) -> list[Row]:
    """Return the rows of a sensor of Ada, none if there is no such sensor."""
    found = server.find_named(USERNAME, sensor)
    return [] if found is None else found.rows


def values(sensor: SimulatedSensor, *names: str) -> list[Any]:
    """Return all values of some fields, or of all, in the order of time."""
    return [
        value
        for row in sensor.rows
        for name, value in row.values.items()
        if not names or name in names
    ]


def field_names(sensor: SimulatedSensor) -> list[str]:
    """Return the names of a sensor's fields."""
    return [field.name for field in sensor.fields]


async def until_values(
    server: WotkitServer, sensor: str, field: str, expected: Iterable[Any]
) -> None:
    """Wait until a field has had some values, and no others.

    Raises:
        AssertionError: It has others.
    """
    wanted = list(expected)

    def shown() -> list[Any]:
        found = server.find_named(USERNAME, sensor)
        return [] if found is None else values(found, field)

    # What differs says more than that it took too long.
    with suppress(TimeoutError):
        await until(lambda: len(shown()) >= len(wanted))
    assert shown() == wanted


def calls(server: WotkitServer, method: str, path: str) -> int:
    """Return how many requests had a method, and a path that ends so."""
    return sum(
        one.method == method and one.path.rstrip("/").endswith(path)
        for one in server.requests
    )
