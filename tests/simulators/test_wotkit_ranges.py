"""Ranges of rows of data at the simulated WoTKit server."""

from collections.abc import AsyncIterator
from typing import Final

import aiohttp
import pytest

from tests.simulators.wotkit import SimulatedField, SimulatedSensor, WotkitServer

from .wotkit_callers import KEY, NOW, NOW_MS, Caller, running_server

PATH: Final = "sensors/station/data"
ERRORS: Final = "Object has validation errors"


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.fixture
def station(server: WotkitServer) -> SimulatedSensor:
    """A sensor with a required number and a text."""
    return server.add_sensor(
        "ada.lovelace",
        "station",
        visibility="PRIVATE",
        fields=[
            SimulatedField(name="temp", required=True),
            SimulatedField(name="text", type="STRING"),
        ],
    )


@pytest.fixture
def ada(session: aiohttp.ClientSession, server: WotkitServer) -> Caller:
    """The first user."""
    return Caller(session, server, KEY)


async def test_shape_of_rows(ada: Caller) -> None:
    """Rows are as the documents show them."""
    assert await ada.get("sensors/sensetecnic.mule1/data?beforeE=1") == [
        {
            "id": 8525241,
            "timestamp": "2012-12-07T01:47:18.639Z",
            "sensor_id": 1,
            "sensor_name": "sensetecnic.mule1",
            "value": 58.0,
            "lat": 49.20532,
            "lng": -123.1404,
        }
    ]


def at(seconds: int) -> int:
    """Return a moment in milliseconds."""
    return NOW_MS + seconds * 1000


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("", [-40, -30, -30, -20, 10]),
        ("reverse=true", [10, -20, -30, -30, -40]),
        ("reverse=false", [-40, -30, -30, -20, 10]),
        (f"start={at(-40)}&end={at(-20)}", [-30, -30, -20]),
        (f"start={at(-41)}&end={at(-21)}", [-40, -30, -30]),
        ("start=2012-12-12T03:33:58.000Z", [-20, 10]),
        (f"end={at(-30)}", [-40, -30, -30]),
        (f"start={at(-40)}&after=10000", [-30, -30]),
        (f"start={at(-40)}&afterE=1", [-30]),
        (f"start={at(-40)}&afterE=9", [-30, -30, -20, 10]),
        ("before=30000", [-20]),
        (f"end={at(-20)}&before=20000", [-30, -30, -20]),
        ("beforeE=1", [10]),
        (f"end={at(-20)}&beforeE=2", [-30, -20]),
        ("beforeE=0", []),
        ("beforeE=9&reverse=true", [10, -20, -30, -30, -40]),
    ],
)
async def test_ranges(
    ada: Caller, station: SimulatedSensor, query: str, seconds: list[int]
) -> None:
    """The start is outside of a range, the end inside; the order is that of time."""
    for second in (-20, -40, 10, -30, -30):
        station.record({"temp": second}, NOW + second)
    shown = await ada.get(f"{PATH}?{query}")
    assert [row["temp"] for row in shown] == seconds


async def test_ids_increase(ada: Caller, station: SimulatedSensor) -> None:
    """Rows of one moment are in the order of their ids."""
    for number in range(3):
        station.record({"temp": number}, NOW)
    shown = await ada.get(PATH)
    assert [row["temp"] for row in shown] == [0, 1, 2]
    assert shown[0]["id"] < shown[1]["id"] < shown[2]["id"]


@pytest.mark.parametrize(
    ("query", "developer"),
    [
        ("start=x", "start"),
        ("end=", "end"),
        ("after=5", "after needs start"),
        ("afterE=5", "afterE needs start"),
        ("start=5&after=x", "after"),
        ("start=5&afterE=-1", "afterE"),
        ("before=x", "before"),
        ("beforeE=1.5", "beforeE"),
    ],
)
async def test_bad_ranges(
    ada: Caller, station: SimulatedSensor, query: str, developer: str
) -> None:
    """What is no range is refused."""
    assert await ada.refusal("GET", f"{PATH}?{query}") == (400, ERRORS, [developer])


async def test_unknown_parameter(
    ada: Caller, server: WotkitServer, station: SimulatedSensor
) -> None:
    """A parameter that does not exist does nothing, and is a fault."""
    assert await ada.get(f"{PATH}?limit=5") == []
    assert server.faults == [f"GET {PATH}: there is no parameter limit"]


@pytest.mark.parametrize("moment", [f"{at(-30)}", "2012-12-12T03:33:58.000Z/"])
async def test_delete(
    ada: Caller, server: WotkitServer, station: SimulatedSensor, moment: str
) -> None:
    """All rows of one moment are deleted."""
    for second in (-40, -30, -30, -20):
        station.record({"temp": second}, NOW + second)
    assert await ada("DELETE", f"{PATH}/{moment}") == (204, "")
    assert [row.values["temp"] for row in station.rows] == [-40, -20]
    expected = (400, ERRORS, ["timestamp"])
    assert await ada.refusal("DELETE", f"{PATH}/x") == expected
    assert server.faults == []
