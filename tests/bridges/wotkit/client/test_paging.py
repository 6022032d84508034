"""Lists that are longer than one page."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    Scope,
    SignInError,
    WotkitClient,
    WotkitError,
)
from tests.bridges.scripted import Reply, ScriptedServer
from tests.simulators.wotkit import WotkitServer

from .world import USER


def page(first: int, count: int = 1000) -> Reply:
    """Return a page of sensors with ids that follow each other."""
    return Reply(body=[{"id": number} for number in range(first, first + count)])


def offsets(scripted: ScriptedServer) -> list[int]:
    """Return where each page began."""
    return [int(line.rpartition("=")[2]) for line in scripted.lines()]


async def test_thousands(client: WotkitClient, server: WotkitServer) -> None:
    for number in range(2498):
        server.add_sensor(USER, f"sensor_{number}", tags=["many"])
    sensors = await client.sensors(Scope.CONTRIBUTED)
    assert len({sensor.id for sensor in sensors}) == len(sensors) == 2500
    assert [request.query["offset"] for request in server.requests] == [
        "0",
        "1000",
        "2000",
    ]


async def test_thousands_with_a_tag(client: WotkitClient, server: WotkitServer) -> None:
    for number in range(1001):
        server.add_sensor(USER, f"sensor_{number}", tags=["many"])
    assert len(await client.sensors(Scope.CONTRIBUTED, tags=["many"])) == 1001


async def test_full_last_page(asking: WotkitClient, scripted: ScriptedServer) -> None:
    scripted.say(page(0), page(1000), Reply(body=[]))
    assert len(await asking.sensors(Scope.CONTRIBUTED)) == 2000
    assert offsets(scripted) == [0, 1000, 2000]


@pytest.mark.parametrize("most", [10, 25, 100, 500])
async def test_server_that_gives_less_at_once(
    asking: WotkitClient, scripted: ScriptedServer, most: int
) -> None:
    """Whatever it is asked for."""
    scripted.say(page(0, most), page(most, most), page(2 * most, most - 1))
    assert len(await asking.sensors(Scope.CONTRIBUTED)) == 3 * most - 1
    assert offsets(scripted) == [0, most, 2 * most]


@pytest.mark.parametrize("count", [0, 1, 9, 11, 49, 99, 101, 999])
async def test_one_page(
    asking: WotkitClient, scripted: ScriptedServer, count: int
) -> None:
    """A number that is nobody's limit is the end."""
    scripted.say(page(0, count))
    assert len(await asking.sensors(Scope.CONTRIBUTED)) == count
    assert offsets(scripted) == [0]


async def test_duplicates(asking: WotkitClient, scripted: ScriptedServer) -> None:
    """A sensor that was created meanwhile moves others to the next page."""
    scripted.say(page(0), page(990, 20))
    sensors = await asking.sensors(Scope.CONTRIBUTED)
    assert [sensor.id for sensor in sensors] == list(range(1010))


async def test_the_first_of_an_id_counts(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    scripted.say(Reply(body=[{"id": 1, "name": "a"}, {"id": "1", "name": "b"}]))
    (sensor,) = await asking.sensors(Scope.CONTRIBUTED)
    assert sensor.name == "a"


async def test_odd_items_count_as_read(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    """A whole page of them is not the end."""
    garbage: list[Any] = [None] * 999
    scripted.say(
        Reply(body=[{"id": 1}, *garbage]), Reply(body=[7, *garbage]), page(2, 1)
    )
    sensors = await asking.sensors(Scope.CONTRIBUTED)
    assert [sensor.id for sensor in sensors] == [1, 2]
    assert offsets(scripted) == [0, 1000, 2000]


@pytest.mark.parametrize(
    "endless",
    [page(0), Reply(body=[None] * 1000)],
    ids=["sensors", "garbage"],
)
async def test_server_without_paging(
    asking: WotkitClient, scripted: ScriptedServer, endless: Reply
) -> None:
    scripted.say(endless)
    await asking.sensors(Scope.CONTRIBUTED)
    assert offsets(scripted) == [0, 1000]


async def test_the_same_with_newer_values(
    asking: WotkitClient, scripted: ScriptedServer
) -> None:
    changed = Reply(body=[{"id": number, "owner": "x"} for number in range(1000)])
    scripted.say(page(0), changed)
    assert len(await asking.sensors(Scope.CONTRIBUTED)) == 1000
    assert offsets(scripted) == [0, 1000]


async def test_endless_list(asking: WotkitClient, scripted: ScriptedServer) -> None:
    """Garbage that is never the same."""
    scripted.say(*(Reply(body=[number] * 1000) for number in range(200)))
    assert await asking.sensors(Scope.CONTRIBUTED) == []
    assert len(scripted.heard) == 100


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=403), SignInError),
        (Reply(status=500), WotkitError),
        (Reply(body={}), WotkitError),
    ],
    ids=range(3),
)
async def test_half_a_list_is_none(
    asking: WotkitClient,
    scripted: ScriptedServer,
    reply: Reply,
    error: type[WotkitError],
) -> None:
    """Or sensors would seem to be gone."""
    scripted.say(page(0), reply)
    with pytest.raises(error):
        await asking.sensors(Scope.CONTRIBUTED)
