"""Who may do what at the simulated WoTKit server."""

from collections.abc import AsyncIterator
from typing import Final

import aiohttp
import pytest

from tests.simulators.wotkit import WotkitServer

from .wotkit_callers import ADA, BOB, KEY, NEW_SENSOR, Caller, running_server

PRIVATE_METHODS: Final = [
    ("POST", "sensors"),
    ("PUT", "sensors"),
    ("PUT", "sensors/1"),
    ("DELETE", "sensors/1"),
    ("PUT", "sensors/1/fields/value"),
    ("DELETE", "sensors/1/fields/value"),
    ("POST", "sensors/1/data"),
    ("PUT", "sensors/1/data"),
    ("DELETE", "sensors/1/data/1000"),
    ("POST", "control/sub/1"),
    ("GET", "control/sub/1234"),
    ("GET", "subscribe"),
    ("PUT", "subscribe/1"),
    ("DELETE", "subscribe/1"),
]
PUBLIC_METHODS: Final = [
    ("GET", "sensors"),
    ("GET", "sensors/1"),
    ("GET", "sensors/1/fields"),
    ("GET", "sensors/1/fields/value"),
    ("GET", "sensors/1/data"),
    ("POST", "sensors/1/message"),
    ("GET", "tags"),
    ("GET", "stats"),
    ("GET", "news"),
]
LAMP: Final = "ada.lovelace.lamp_post"


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[WotkitServer]:
    """A running server."""
    async with running_server() as running:
        yield running


@pytest.mark.parametrize("authorization", [KEY, ADA], ids=["key", "user"])
async def test_basic(
    session: aiohttp.ClientSession, server: WotkitServer, authorization: str
) -> None:
    """A key and a user's own password both are the user."""
    ada = Caller(session, server, authorization)
    assert await ada.names("scope=contributed") == ["lamp_post"]
    assert server.requests[-1].user == "ada.lovelace"
    assert server.faults == []


@pytest.mark.parametrize(
    "authorization",
    [
        aiohttp.encode_basic_auth("a1b2c3", "wrong"),
        aiohttp.encode_basic_auth("ada.lovelace", "wrong"),
        aiohttp.encode_basic_auth("nobody", ""),
        "Basic %%%",
        "Basic /w==",
        "Digest username=ada",
    ],
    ids=["key", "user", "nobody", "no base64", "no UTF-8", "other scheme"],
)
@pytest.mark.parametrize("path", ["sensors/1", "subscribe"])
async def test_wrong_credentials(
    session: aiohttp.ClientSession, server: WotkitServer, path: str, authorization: str
) -> None:
    """Wrong credentials are refused by public methods too."""
    caller = Caller(session, server, authorization)
    assert await caller.refusal("GET", path) == (401, "Bad credentials", [])
    assert server.requests[-1].user is None
    async with session.get(f"{server.api}/{path}", headers=caller.headers) as response:
        assert response.headers["WWW-Authenticate"] == 'Basic realm="wotkit"'


async def test_removed_key_and_new_password(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A key that was deleted lets nobody in, neither does an old password."""
    server.remove_key("a1b2c3")
    assert (await Caller(session, server, KEY)("GET", "sensors/1"))[0] == 401
    server.add_user("ada.lovelace", "countess")
    assert (await Caller(session, server, ADA)("GET", "sensors/1"))[0] == 401


@pytest.mark.parametrize(("method", "path"), PRIVATE_METHODS)
async def test_private_methods(
    session: aiohttp.ClientSession, server: WotkitServer, method: str, path: str
) -> None:
    """Private methods are forbidden without sign-in."""
    status, message, _ = await Caller(session, server).refusal(method, path)
    assert (status, message) == (403, "You must sign in to do this")


@pytest.mark.parametrize(("method", "path"), PUBLIC_METHODS)
async def test_public_methods(
    session: aiohttp.ClientSession, server: WotkitServer, method: str, path: str
) -> None:
    """Public methods answer everybody."""
    status, _ = await Caller(session, server)(method, path)
    assert status == 200
    assert server.faults == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"sensors/{LAMP}/"),
        ("GET", f"sensors/{LAMP}/fields"),
        ("GET", f"sensors/{LAMP}/fields/value"),
        ("GET", f"sensors/{LAMP}/data"),
        ("POST", f"sensors/{LAMP}/data"),
        ("POST", f"sensors/{LAMP}/message"),
        ("PUT", f"subscribe/{LAMP}/"),
        ("POST", f"control/sub/{LAMP}/"),
    ],
)
async def test_private_sensor(
    session: aiohttp.ClientSession, server: WotkitServer, method: str, path: str
) -> None:
    """What is private and somebody else's cannot be located."""
    expected = (404, "Could not locate this resource.", [LAMP])
    assert await Caller(session, server, BOB).refusal(method, path) == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "sensors/1"),
        ("DELETE", "sensors/1"),
        ("POST", "sensors/1/data"),
        ("PUT", "sensors/1/data"),
        ("PUT", "sensors/1/fields/value"),
        ("DELETE", "sensors/1/fields/value"),
        ("DELETE", "sensors/1/data/1000"),
        ("POST", "control/sub/1"),
    ],
)
async def test_public_sensor_of_others(
    session: aiohttp.ClientSession, server: WotkitServer, method: str, path: str
) -> None:
    """A public sensor may be seen, but not be changed."""
    expected = (404, "Could not locate this resource.", ["1"])
    assert await Caller(session, server, BOB).refusal(method, path) == expected


@pytest.mark.parametrize("scope", ["contributed", "subscribed"])
async def test_own_lists_need_sign_in(
    session: aiohttp.ClientSession, server: WotkitServer, scope: str
) -> None:
    """Nobody's own sensors are not listed."""
    status, _ = await Caller(session, server)("GET", f"sensors?scope={scope}")
    assert status == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sensors", 200),
        ("v1/sensors", 200),
        ("v1/sensors/1/", 200),
        ("v2/sensors", 404),
        ("v3/sensors", 404),
        ("groups", 404),
        ("orgs", 404),
        ("sensors//data", 404),
        ("", 404),
    ],
)
async def test_versions(
    session: aiohttp.ClientSession, server: WotkitServer, path: str, status: int
) -> None:
    """No version is the first one; of the second there is nothing."""
    assert (await Caller(session, server)("GET", path))[0] == status


async def test_methods_of_http(
    session: aiohttp.ClientSession, server: WotkitServer
) -> None:
    """A known path with another method is told apart from an unknown path."""
    expected = (405, "Method not allowed", ["PATCH"])
    assert await Caller(session, server).refusal("PATCH", "sensors") == expected


async def test_prefix(session: aiohttp.ClientSession, server: WotkitServer) -> None:
    """Some servers have their API below /wotkit."""
    former = server.api
    server.prefix = "/wotkit"
    assert server.api == f"{server.url}/wotkit/api"
    assert await Caller(session, server).names("") == ["mule1"]
    async with session.get(f"{former}/sensors") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/wotkit/sensors/1/monitor", 200, "Big Yellow Taxi: 1 rows"),
        ("GET", "/wotkit/sensors/1001/monitor", 200, "You must sign in"),
        ("GET", "/wotkit/keys", 200, "nothing to see"),
        ("GET", "/wotkit/sensors/7/monitor", 404, "Not Found"),
        ("POST", "/wotkit/keys", 404, "Not Found"),
        ("GET", "/wotkit/api/sensors", 404, "Not Found"),
        ("GET", "/", 404, "Not Found"),
    ],
)
async def test_portal(
    session: aiohttp.ClientSession,
    server: WotkitServer,
    method: str,
    path: str,
    status: int,
    text: str,
) -> None:
    """The links to the portal lead somewhere."""
    async with session.request(method, f"{server.url}{path}") as response:
        assert response.status == status
        assert text in await response.text()


async def test_restart(session: aiohttp.ClientSession, server: WotkitServer) -> None:
    """Restarted, it knows what it knew; stopping it twice does nothing."""
    url = server.url
    ada = Caller(session, server, KEY)
    await ada("POST", "sensors", json=NEW_SENSOR)
    await ada("PUT", "subscribe/1")
    await ada("POST", "control/sub/lamp_post")
    await server.stop()
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await ada("GET", "sensors")
    await server.start()
    assert server.url == url
    assert await ada.names("scope=contributed") == ["lamp_post", "test_sensor"]
    assert await ada.names("scope=subscribed") == ["mule1"]
    assert await ada.get("control/sub/1234?wait=0") == []


async def test_port_is_taken(server: WotkitServer) -> None:
    """Two servers cannot share a port."""
    other = WotkitServer()
    with pytest.raises(OSError, match="address already in use"):
        await other.start(int(server.url.rpartition(":")[2]))
    await other.stop()
