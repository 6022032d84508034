"""Lists of the simulated WoTKit server: which sensors, how many, how often."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.simulators.wotkit import WotkitServer

from .wotkit_callers import BOB, KEY, NOW, NOW_MS, Caller, running_server, turn_clock


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server with sensors of two users."""
    async with running_server() as running:
        running.add_sensor(
            "ada.lovelace",
            "engine",
            tags=["steam", "maths"],
            metadata={"source": "a:b*c", "kind": "engine"},
            description="It Computes",
        )
        running.add_sensor("bob", "crane", tags=["steam"])
        running.add_sensor("bob", "secret", visibility="PRIVATE", tags=["steam"])
        running.add_sensor("ada.lovelace", "shared", visibility="ORGANIZATION")
        yield running


@pytest.fixture
def ada(session: aiohttp.ClientSession, server: WotkitServer) -> Caller:
    """The first user."""
    return Caller(session, server, KEY)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("scope=contributed", "lamp_post engine shared"),
        ("scope=subscribed", ""),
        ("scope=all", "mule1 lamp_post engine crane shared"),
        ("", "mule1 lamp_post engine crane shared"),
        ("tags=steam", "engine crane"),
        ("tags=light,maths", "lamp_post engine"),
        ("tags=light%2C%20steam&scope=contributed", "lamp_post engine"),
        ("text=computes", "engine"),
        ("text=YELLOW", "mule1"),
        ("visibility=public", "mule1 engine crane"),
        ("visibility=private", "lamp_post"),
        ("visibility=ORGANIZATION", "shared"),
        ("metadata=kind:engine", "engine"),
        (r"metadata=source:a%5C:b%5C*c", "engine"),
        ("metadata=kind:other", ""),
        ("limit=2", "mule1 lamp_post"),
        ("limit=2&offset=2", "engine crane"),
        ("limit=2&offset=4", "shared"),
        ("limit=2&offset=9", ""),
        ("limit=0", ""),
        ("limit=1000&scope=contributed", "lamp_post engine shared"),
    ],
)
async def test_queries(ada: Caller, query: str, names: str) -> None:
    """A query chooses among what the user may see, in the order of ids."""
    assert await ada.names(query) == names.split()


async def test_active(ada: Caller, server: WotkitServer) -> None:
    """Active is what had data within 15 minutes."""
    crane = server.find_named("bob", "crane")
    assert crane is not None
    crane.record({"value": 1}, NOW - 900)
    assert await ada.names("active=true") == ["crane"]
    turn_clock(server, 1)
    assert await ada.names("active=true") == []
    inactive = await ada.names("active=false")
    assert inactive == ["mule1", "lamp_post", "engine", "crane", "shared"]


async def test_visible_to_anybody(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Without sign-in all public sensors are listed, and it is no fault."""
    anybody = Caller(session, server)
    assert await anybody.names("") == ["mule1", "engine", "crane"]
    assert await anybody.names("scope=all") == ["mule1", "engine", "crane"]
    assert server.faults == []


@pytest.mark.parametrize(
    ("query", "message", "developer"),
    [
        ("scope=mine", "Object has validation errors", "scope"),
        ("limit=-1", "Object has validation errors", "limit"),
        ("limit=x", "Object has validation errors", "limit"),
        ("offset=-1", "Object has validation errors", "offset"),
        ("active=maybe", "Object has validation errors", "active"),
        ("metadata=kind", "Unexpected format for metadata query", "kind"),
        ("metadata=a:b:c", "Unexpected format for metadata query", "a:b:c"),
        ("metadata=a:*", "Unexpected format for metadata query", "a:*"),
        ("metadata=:b", "Unexpected format for metadata query", ":b"),
    ],
)
async def test_bad_queries(
    ada: Caller, query: str, message: str, developer: str
) -> None:
    """What is no query is refused."""
    path = f"sensors?{query}"
    assert await ada.refusal("GET", path) == (400, message, [developer])


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", "asks for all sensors of the platform"),
        ("scope=all", "asks for all sensors of the platform"),
        ("scope=contributed&limit=1001", "limit is more than 1000"),
        ("scope=contributed&foo=1", "there is no parameter foo"),
        ("scope=contributed&scope=contributed", "scope is there twice"),
    ],
)
async def test_faults(
    ada: Caller, server: WotkitServer, query: str, fault: str
) -> None:
    """What a good client does not ask for."""
    await ada("GET", f"sensors?{query}")
    assert server.faults == [f"GET sensors: {fault}"]


async def test_limit(ada: Caller) -> None:
    """A page has at most 1000 sensors."""
    expected = (400, "Object has validation errors", ["limit"])
    path = "sensors?scope=contributed&limit=1001"
    assert await ada.refusal("GET", path) == expected


async def test_pages(ada: Caller, server: WotkitServer) -> None:
    """Without a limit, a page is as large as it may be."""
    for number in range(1200):
        server.add_sensor("ada.lovelace", f"number_{number}")
    assert len(await ada.names("scope=contributed")) == 1000
    second = await ada.names("scope=contributed&offset=1000")
    assert len(second) == 203
    assert second[-1] == "number_1199"


async def test_polling_too_fast(
    session: aiohttp.ClientSession, ada: Caller, server: WotkitServer
) -> None:
    """Thirty lists in a minute are enough; further pages do not count."""
    bob = Caller(session, server, BOB)
    for caller in (ada, bob):
        for _ in range(30):
            await caller.names("scope=contributed")
            await caller.names("scope=contributed&offset=1000")
    turn_clock(server, 59)
    assert server.faults == []
    await ada.names("scope=subscribed")
    assert server.faults == ["GET sensors: 31 times in a minute"]


async def test_polling_slowly(ada: Caller, server: WotkitServer) -> None:
    """A minute later, or if nobody counts, more lists are no fault."""
    for _ in range(90):
        turn_clock(server, 2)
        await ada.names("scope=contributed")
    server.polls_per_minute = None
    for _ in range(40):
        await ada.names("scope=contributed")
    assert server.faults == []


async def test_odd_items(ada: Caller, server: WotkitServer) -> None:
    """Garbage is mixed into lists as it is; pages count it."""
    odd: list[Any] = [None, "text", {"id": "x"}]
    server.odd = odd
    path = "sensors?scope=contributed"
    listed = await ada.get(path)
    assert listed[:2] == [None, {"id": "x"}]
    assert [item["name"] for item in listed[2:5]] == ["lamp_post", "engine", "shared"]
    assert listed[5:] == ["text"]
    assert await ada.get(f"{path}&limit=2") == [None, {"id": "x"}]
    assert await ada.get("subscribe") == [None, {"id": "x"}, "text"]
    assert await ada.get("sensors/engine/data") == [None, {"id": "x"}, "text"]


async def test_subscriptions(
    session: aiohttp.ClientSession, ada: Caller, server: WotkitServer
) -> None:
    """A sensor that is visible can be followed, once."""
    assert await ada("PUT", "subscribe/bob.crane/") == (204, "")
    expected = (403, "Cannot perform action", ["already subscribed"])
    assert await ada.refusal("PUT", "subscribe/bob.crane/") == expected
    assert [item["name"] for item in await ada.get("subscribe")] == ["crane"]
    assert await ada.names("scope=subscribed") == ["crane"]
    bob = Caller(session, server, BOB)
    shown = await bob.get("sensors/crane")
    assert shown["subscriberNames"] == ["ada.lovelace"]
    assert await ada("DELETE", "subscribe/bob.crane/") == (204, "")
    expected = (403, "Cannot perform action", ["not subscribed"])
    assert await ada.refusal("DELETE", "subscribe/bob.crane/") == expected
    assert await ada.get("subscribe") == []
    assert server.faults == []


async def test_subscriptions_by_hand(ada: Caller, server: WotkitServer) -> None:
    """Tests and demos subscribe without a request."""
    crane = server.find_named("bob", "crane")
    assert crane is not None
    server.subscribe("ada.lovelace", crane)
    assert await ada.names("scope=subscribed") == ["crane"]
    server.unsubscribe("ada.lovelace", crane)
    assert await ada.names("scope=subscribed") == []
    server.remove_sensor(crane)
    assert await ada.names("tags=steam") == ["engine"]


async def test_tags(
    session: aiohttp.ClientSession, ada: Caller, server: WotkitServer
) -> None:
    """Tags are counted over what the user may see."""
    assert await ada.get("tags?scope=contributed") == [
        {"name": "light", "count": 1, "lastUsed": NOW_MS},
        {"name": "maths", "count": 1, "lastUsed": NOW_MS},
        {"name": "steam", "count": 1, "lastUsed": NOW_MS},
    ]
    limited = await ada.get("tags?scope=contributed&limit=1&offset=2")
    assert [tag["name"] for tag in limited] == ["steam"]
    bob = Caller(session, server, BOB)
    counts = {tag["name"]: tag["count"] for tag in await bob.get("tags?text=e")}
    assert counts == {"maths": 1, "steam": 3}


async def test_stats_and_news(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """Everybody may look whether the server lives."""
    anybody = Caller(session, server)
    assert await anybody.get("stats") == {
        "total": 6,
        "visibility": {"public": 3, "private": 2, "organization": 1},
    }
    assert await anybody.get("news") == []
