"""Lists that are longer than one answer, and long histories."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    CannotConnectError,
    NotFoundError,
    ThingplusClient,
    ThingplusError,
    UnexpectedAnswerError,
)
from tests.bridges.scripted import Reply, ScriptedServer

from .calls import GATEWAY, SENSOR
from .envelopes import failure, success


def page(first: int, size: int = 1000, **meta: Any) -> Reply:
    """Return a page of gateways with ids that follow each other."""
    return success([{"id": number} for number in range(first, first + size)], **meta)


def asked(scripted: ScriptedServer, name: str) -> list[str]:
    """Return a parameter of each request."""
    return [parse_qs(line.partition("?")[2])[name][0] for line in scripted.lines()]


async def test_pages_with_a_total(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(
        page(0, total=2500), page(1000, total="2500"), page(2000, 500, total=2500)
    )
    assert [item.id for item in await asking.gateways()] == [
        str(number) for number in range(2500)
    ]
    assert asked(scripted, "page") == ["0", "1", "2"]
    assert asked(scripted, "count") == 3 * ["1000"]


async def test_full_page_that_is_all(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(page(0, total=1000))
    assert len(await asking.gateways()) == 1000
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("count", [0, 1, 100, 999])
async def test_short_page_without_a_total(
    asking: ThingplusClient, scripted: ScriptedServer, count: int
) -> None:
    scripted.say(page(0, count))
    assert len(await asking.gateways()) == count
    assert len(scripted.heard) == 1


async def test_full_pages_without_a_total(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(page(0), page(1000), success([]))
    assert len(await asking.gateways()) == 2000
    assert asked(scripted, "page") == ["0", "1", "2"]


async def test_server_that_gives_less_at_once(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(page(0, 100, count=100), page(100, 100, count=100), page(200, 7))
    assert len(await asking.gateways()) == 207
    scripted.say(page(0, 100, total=150), page(100, 50, total=150))
    assert len(await asking.gateways()) == 150
    assert asked(scripted, "page") == ["0", "1", "2", "0", "1"]


async def test_total_that_is_never_reached(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """What was counted may be removed meanwhile."""
    scripted.say(page(0, total=1002), success([], total=1002))
    assert len(await asking.gateways()) == 1000


async def test_duplicates(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    """A gateway that was created meanwhile moves others to the next page."""
    scripted.say(page(0), page(990, 20))
    gateways = await asking.gateways()
    assert [gateway.id for gateway in gateways] == [str(n) for n in range(1010)]


async def test_the_first_of_an_id_counts(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(success([{"id": 1, "name": "a"}, {"id": "1", "name": "b"}]))
    (gateway,) = await asking.gateways()
    assert gateway.name == "a"
    (sensor,) = await asking.sensors(GATEWAY)
    assert (sensor.name, sensor.gateway_id) == ("a", GATEWAY)


async def test_odd_items_count_as_read(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    garbage: list[Any] = [None] * 999
    scripted.say(success([{"id": 1}, *garbage]), success([7, *garbage]), page(2, 1))
    gateways = await asking.gateways()
    assert [gateway.id for gateway in gateways] == ["1", "2"]


async def test_server_without_paging(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """It gives the same again, with other values by then."""
    changed = success([{"id": number, "name": "x"} for number in range(1000)])
    scripted.say(page(0, total=5000), changed)
    gateways = await asking.gateways()
    assert len(gateways) == 1000
    assert gateways[0].name == "0"
    assert len(scripted.heard) == 2


async def test_endless_list(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    """Garbage that is never the same."""
    scripted.say(*(success([number] * 1000) for number in range(200)))
    assert await asking.gateways() == []
    assert len(scripted.heard) == 100


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failure(404), NotFoundError),
        (Reply(status=500), CannotConnectError),
        (success({}), UnexpectedAnswerError),
    ],
    ids=range(3),
)
async def test_half_a_list_is_none(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    reply: Reply,
    error: type[ThingplusError],
) -> None:
    """Or gateways would seem to be gone."""
    scripted.say(page(0), reply)
    with pytest.raises(error):
        await asking.gateways()


# Histories

START = datetime(2017, 5, 25, tzinfo=UTC)
START_MS = 1495670400000
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST = 10080


def points(first: int, count: int) -> Reply:
    """Return values of minutes that follow each other, the value is the minute."""
    flat = [
        member
        for minute in range(first, first + count)
        for member in (str(minute), START_MS + minute * 60_000)
    ]
    return series(flat)


def series(flat: Any) -> Reply:
    """Return a sensor with past values."""
    return success({"id": SENSOR, "series": {"value": "1", "data": flat}})


async def test_long_history(asking: ThingplusClient, scripted: ScriptedServer) -> None:
    scripted.say(points(0, MOST), points(MOST, MOST), points(2 * MOST, 10))
    found = await asking.history(GATEWAY, SENSOR, START, START + 30 * DAY)
    assert [point.value for point in found] == [str(n) for n in range(2 * MOST + 10)]
    assert asked(scripted, "dataStart") == [
        "2017-05-25T00:00:00.000Z",
        "2017-05-31T23:59:00.001Z",
        "2017-06-07T23:59:00.001Z",
    ]
    assert asked(scripted, "dataEnd") == 3 * ["2017-06-24T00:00:00.000Z"]


async def test_ends_of_a_history(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """The start is included, the end is not, whatever the server does."""
    scripted.say(points(0, 10))
    found = await asking.history(
        GATEWAY, SENSOR, START + 2 * MINUTE, START + 5 * MINUTE
    )
    assert [point.value for point in found] == ["2", "3", "4"]
    assert len(scripted.heard) == 1


async def test_order_of_a_history(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    flat = ["2", START_MS + 2, "1", START_MS + 1, "3", START_MS + 3, "4", START_MS + 3]
    scripted.say(series(flat))
    found = await asking.history(GATEWAY, SENSOR, START, START + DAY)
    assert [point.value for point in found] == ["1", "2", "4"]


async def test_garbage_in_a_full_answer(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    """It counts as read."""
    garbage = [None, None] * (MOST - 1)
    scripted.say(series(["0", START_MS, *garbage]), points(1, 1))
    found = await asking.history(GATEWAY, SENSOR, START, START + DAY)
    assert [point.value for point in found] == ["0", "1"]


@pytest.mark.parametrize("first", [-MOST, 2 * 1440])
async def test_server_that_does_not_know_the_start(
    asking: ThingplusClient, scripted: ScriptedServer, first: int
) -> None:
    """It gives the same again and again, and nothing that was asked for."""
    scripted.say(points(first, MOST))
    assert await asking.history(GATEWAY, SENSOR, START, START + DAY) == []
    assert len(scripted.heard) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": SENSOR},
        {"series": "series.sensor.tOZhgI"},
        {"series": {"value": "1"}},
        {"series": {"data": []}},
        {"series": {"data": {}}},
    ],
    ids=range(6),
)
async def test_no_history(
    asking: ThingplusClient, scripted: ScriptedServer, data: Any
) -> None:
    scripted.say(success(data))
    assert await asking.history(GATEWAY, SENSOR, START, START + DAY) == []


async def test_no_time_at_all(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    assert await asking.history(GATEWAY, SENSOR, START, START) == []
    assert scripted.heard == []


async def test_half_a_history_is_none(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(points(0, MOST), Reply(status=500))
    with pytest.raises(CannotConnectError):
        await asking.history(GATEWAY, SENSOR, START, START + 30 * DAY)
