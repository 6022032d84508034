"""Rows of data at the simulated WoTKit server."""

from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from tests.simulators.wotkit import SimulatedField, SimulatedSensor, WotkitServer

from .wotkit_callers import KEY, NOW, NOW_MS, Caller, running_server, turn_clock

PATH: Final = "sensors/station/data"
ERRORS: Final = "Object has validation errors"
AT: Final = {"timestamp": 6}


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


def rows(sensor: SimulatedSensor) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows: seconds before or after the time of the tests, and values."""
    return [
        ((row.timestamp_ms - NOW_MS) // 1000, dict(row.values)) for row in sensor.rows
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"temp": 21.5, "text": "warm", "extra": "5"}},
        {"data": {"temp": "21.5", "text": "warm", "extra": "5"}},
    ],
    ids=["JSON", "form"],
)
async def test_add(
    ada: Caller, server: WotkitServer, station: SimulatedSensor, body: dict[str, Any]
) -> None:
    """A row comes as JSON or form; undeclared names are kept without a type."""
    assert await ada("POST", PATH, **body) == (201, "")
    assert rows(station) == [(0, {"temp": 21.5, "text": "warm", "extra": "5"})]
    shown = await ada.get("sensors/station")
    assert [field["value"] for field in shown["fields"]] == [21.5, "warm"]
    assert shown["lastUpdate"] == "2012-12-12T03:34:28.000Z"
    assert server.faults == []


@pytest.mark.parametrize(
    "timestamp",
    [
        NOW_MS - 5000,
        float(NOW_MS - 5000),
        str(NOW_MS - 5000),
        "2012-12-12T03:34:23.000Z",
        "2012-12-12T03:34:23",
        "2012-12-12T04:34:23+01:00",
    ],
)
async def test_timestamp(
    ada: Caller, station: SimulatedSensor, timestamp: object
) -> None:
    """Times are milliseconds or ISO 8601, without an offset in UTC."""
    given = {"temp": 1, "timestamp": timestamp}
    assert await ada("POST", PATH, json=given) == (201, "")
    assert rows(station) == [(-5, {"temp": 1})]


@pytest.mark.parametrize(
    "timestamp", ["yesterday", "", True, None, [], -1, "-1", 10**15, 1e300]
)
async def test_bad_timestamp(
    ada: Caller, station: SimulatedSensor, timestamp: object
) -> None:
    """What is no time is refused."""
    given = {"temp": 1, "timestamp": timestamp}
    expected = (400, ERRORS, ["timestamp"])
    assert await ada.refusal("POST", PATH, json=given) == expected
    assert station.rows == []


@pytest.mark.parametrize(
    ("given", "message", "developer"),
    [
        ({}, "Missing required field", "temp"),
        ({"text": "warm"}, "Missing required field", "temp"),
        ({"temp": "warm"}, ERRORS, "temp: expected NUMBER"),
        ({"temp": "21"}, ERRORS, "temp: expected NUMBER"),
        ({"temp": True}, ERRORS, "temp: expected NUMBER"),
        ({"temp": None}, ERRORS, "temp: expected NUMBER"),
        ({"temp": [1]}, ERRORS, "temp: expected NUMBER"),
        ({"temp": 1, "text": True}, ERRORS, "text: expected STRING"),
        ({"temp": 1, "text": {}}, ERRORS, "text: expected STRING"),
        ({"temp": 1, "extra": None}, ERRORS, "extra"),
        ({"temp": 1, "extra": True}, ERRORS, "extra"),
    ],
    ids=[
        "empty",
        "number is missing",
        "text as number",
        "digits as number",
        "bool as number",
        "null as number",
        "list as number",
        "bool as text",
        "object as text",
        "null undeclared",
        "bool undeclared",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_bad_rows(
    ada: Caller,
    station: SimulatedSensor,
    method: str,
    given: dict[str, Any],
    message: str,
    developer: str,
) -> None:
    """Values fit the types of the fields."""
    bodies = {"POST": given, "PUT": [{"temp": 1, "timestamp": 5}, {**given, **AT}]}
    answer = await ada.refusal(method, PATH, json=bodies[method])
    assert answer == (400, message, [developer])
    assert station.rows == []


@pytest.mark.parametrize("text", ["warm", "", "nan", "inf"])
async def test_bad_form(ada: Caller, station: SimulatedSensor, text: str) -> None:
    """A form has only texts; those of numbers are read."""
    expected = (400, ERRORS, ["temp: expected NUMBER"])
    assert await ada.refusal("POST", PATH, data={"temp": text}) == expected
    assert station.rows == []


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
async def test_no_number_of_json(
    ada: Caller, station: SimulatedSensor, constant: str
) -> None:
    """JSON has no such numbers, though programs write them."""
    ada.headers["Content-Type"] = "application/json"
    data = f'{{"temp": {constant}}}'
    expected = (400, "The supplied object is invalid", ["not JSON"])
    assert await ada.refusal("POST", PATH, data=data) == expected


async def test_number_in_a_text(ada: Caller, station: SimulatedSensor) -> None:
    """A number is a text, too."""
    await ada("POST", PATH, json={"temp": 1, "text": 5.5})
    assert rows(station) == [(0, {"temp": 1, "text": "5.5"})]


async def test_names_of_every_row(ada: Caller, station: SimulatedSensor) -> None:
    """Ids are the server's own."""
    await ada("POST", PATH, json={"temp": 1, "id": 5, "sensor_id": 7})
    assert rows(station) == [(0, {"temp": 1})]


@pytest.mark.parametrize(
    ("method", "content_type"),
    [
        ("POST", "text/plain"),
        ("POST", "application/octet-stream"),
        ("PUT", "application/x-www-form-urlencoded"),
    ],
)
async def test_other_types_of_body(
    ada: Caller,
    server: WotkitServer,
    station: SimulatedSensor,
    method: str,
    content_type: str,
) -> None:
    """Bodies are JSON or, one row, a form."""
    ada.headers["Content-Type"] = content_type
    expected = (415, "The supplied object is invalid", ["Unsupported media type"])
    assert await ada.refusal(method, PATH, data="temp=1") == expected
    assert server.faults == [f"{method} {PATH}: the body is {content_type}"]


async def test_form_is_utf_8(ada: Caller, station: SimulatedSensor) -> None:
    """A form in another encoding is refused."""
    ada.headers["Content-Type"] = "application/x-www-form-urlencoded"
    expected = (400, "The supplied object is invalid", ["not UTF-8"])
    assert await ada.refusal("POST", PATH, data=b"text=\xff") == expected


async def test_newest_row_counts(ada: Caller, station: SimulatedSensor) -> None:
    """A field has the value of its newest row, not of the one that came last."""
    await ada("POST", PATH, json={"temp": 2, "timestamp": NOW_MS - 2000})
    await ada("POST", PATH, json={"temp": 3, "text": "a", "timestamp": NOW_MS - 3000})
    shown = await ada.get("sensors/station")
    assert [field["value"] for field in shown["fields"]] == [2, "a"]
    assert shown["lastUpdate"] == "2012-12-12T03:34:26.000Z"
    assert shown["fields"][1]["lastUpdate"] == "2012-12-12T03:34:25.000Z"
    await ada("POST", PATH, json={"temp": 4, "timestamp": NOW_MS - 2000})
    assert (await ada.get("sensors/station/fields/temp"))["value"] == 4


async def test_replace(ada: Caller, station: SimulatedSensor) -> None:
    """A list replaces all rows from its first to its last moment."""
    for second in (-50, -40, -30, -20, -10):
        station.record({"temp": second}, NOW + second)
    new = [
        {"temp": 2, "timestamp": NOW_MS - 20_000},
        {"temp": 1, "timestamp": "2012-12-12T03:33:48.000Z"},
    ]
    assert await ada("PUT", PATH, json=new) == (204, "")
    assert [(at, row["temp"]) for at, row in rows(station)] == [
        (-50, -50),
        (-40, 1),
        (-20, 2),
        (-10, -10),
    ]
    shown = await ada.get("sensors/station/fields/temp")
    assert shown["value"] == -10


async def test_replace_up_to_now(
    ada: Caller, server: WotkitServer, station: SimulatedSensor
) -> None:
    """Rows may be of now, and not later; of a wrong list nothing is taken."""
    new = [{"temp": 1, "timestamp": NOW_MS}, {"temp": 2, "timestamp": NOW_MS + 1}]
    expected = (400, ERRORS, ["The timestamp is in the future"])
    assert await ada.refusal("PUT", PATH, json=new) == expected
    assert station.rows == []
    turn_clock(server, 0.001)
    assert await ada("PUT", PATH, json=new) == (204, "")
    assert (await ada.get("sensors/station/fields/temp"))["value"] == 2


@pytest.mark.parametrize(
    ("body", "message", "developer"),
    [
        ({}, ERRORS, "expected a list"),
        ([], ERRORS, "no rows"),
        ([1], ERRORS, "expected objects"),
        ([{"temp": 1}], "Missing required field", "timestamp"),
    ],
    ids=["object", "empty", "number", "no timestamp"],
)
async def test_bad_lists(
    ada: Caller, station: SimulatedSensor, body: object, message: str, developer: str
) -> None:
    """A list holds rows with times."""
    assert await ada.refusal("PUT", PATH, json=body) == (400, message, [developer])
