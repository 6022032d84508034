"""Sign-in and trouble with a simulated server."""

from datetime import timedelta

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    CannotConnectError,
    NotAllowedError,
    Point,
    RequestTimeoutError,
    SignInError,
    ThingplusClient,
    UnexpectedAnswerError,
    find_api,
    token_life,
    token_user,
)
from tests.simulators.thingplus import (
    CLIENT_ID,
    LOGIN,
    Sample,
    ThingplusSimulator,
    Trouble,
)
from tests.simulators.thingplus.trouble import Garbage

from .calls import CALLS
from .world import NEW_GATEWAY, NEW_SENSOR, GrantedTokens, client_of, now, registered

MINUTE = timedelta(minutes=1)


# Sign-in


async def test_token(tokens: GrantedTokens, sample: Sample) -> None:
    token = await tokens.access_token()
    assert token_life(token) == 90 * 24 * 3600
    assert token_user(token) == sample.user.id


@pytest.mark.parametrize("status", [401, 403])
async def test_expired_token(
    client: ThingplusClient,
    server: ThingplusSimulator,
    tokens: GrantedTokens,
    status: int,
) -> None:
    server.office.expired_status = status
    tokens.token = server.issue_token(LOGIN, CLIENT_ID, life=-1)
    assert len(await client.sites()) == 1
    assert len(await client.gateways()) == 1
    assert tokens.renewals == 1


async def test_revoked_token(
    client: ThingplusClient, server: ThingplusSimulator, tokens: GrantedTokens
) -> None:
    await client.sites()
    server.revoke_all()
    await client.sites()
    assert tokens.renewals == 1


@pytest.mark.parametrize("token", ["broken", "a.b.c"])
async def test_broken_token(
    client: ThingplusClient, tokens: GrantedTokens, token: str
) -> None:
    tokens.token = token
    await client.sites()
    assert tokens.renewals == 1


async def test_user_that_is_gone(
    client: ThingplusClient, server: ThingplusSimulator
) -> None:
    await client.sites()
    server.remove_user(LOGIN)
    with pytest.raises(SignInError):
        await client.sites()


async def test_scopes(
    session: ClientSession, server: ThingplusSimulator, sample: Sample
) -> None:
    server.add_client("reader", "x", user=sample.user, scopes=["gateway-read"])
    tokens = GrantedTokens(session, server, server.issue_token(LOGIN, "reader"))
    client = client_of(session, server, tokens)
    assert len(await client.gateways()) == 1
    for work in (client.sites(), registered(client)):
        with pytest.raises(NotAllowedError):
            await work
    assert tokens.renewals == 0


# Servers and trouble


@pytest.mark.parametrize("base", ["/v2", "/api", "/service/api"])
@pytest.mark.parametrize("below", ["", "/gateways"])
async def test_finding_the_api(
    session: ClientSession, server: ThingplusSimulator, base: str, below: str
) -> None:
    server.base_path = base
    assert str(await find_api(session, f"{server.api}{below}")) == server.api


@pytest.mark.parametrize("base", ["/v2", "/api"])
async def test_finding_the_api_of_a_host(
    session: ClientSession, server: ThingplusSimulator, base: str
) -> None:
    server.base_path = base
    assert str(await find_api(session, f"{server.url}/")) == server.api


@pytest.mark.parametrize("offset", [0, -3600, 86400])
async def test_clock(
    client: ThingplusClient, server: ThingplusSimulator, offset: int
) -> None:
    server.date_offset = offset
    await client.sites()
    assert abs(client.clock_offset.total_seconds() - offset) < 5


@pytest.mark.parametrize("garbage", ["html", "broken_json"])
@pytest.mark.parametrize("name", CALLS)
async def test_garbage(
    client: ThingplusClient, server: ThingplusSimulator, name: str, garbage: Garbage
) -> None:
    server.trouble = Trouble(path="^/(?!oauth2)", garbage=garbage)
    with pytest.raises(UnexpectedAnswerError):
        await CALLS[name].work(client)


async def test_half_an_answer(
    client: ThingplusClient, server: ThingplusSimulator
) -> None:
    server.trouble = Trouble(garbage="truncated", path="^/gateways")
    with pytest.raises(RequestTimeoutError):
        await client.gateways()


async def test_wrong_type(client: ThingplusClient, server: ThingplusSimulator) -> None:
    server.trouble = Trouble(garbage="wrong_type", path="^/gateways")
    assert len(await client.gateways()) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_server_in_trouble(
    client: ThingplusClient, server: ThingplusSimulator, status: int
) -> None:
    server.trouble = Trouble(status=status, path="^/gateways", times=1)
    with pytest.raises(CannotConnectError):
        await client.gateways()
    assert len(await client.gateways()) == 1


async def test_slow_and_silent(
    session: ClientSession, server: ThingplusSimulator, tokens: GrantedTokens
) -> None:
    await tokens.access_token()
    hasty = client_of(session, server, tokens, timeout=0.3)
    server.trouble = Trouble(slow=0.02)
    assert len(await hasty.gateways()) == 1
    server.trouble = Trouble(hang=True)
    with pytest.raises(RequestTimeoutError):
        await hasty.gateways()


async def test_points_that_arrived_nevertheless(
    client: ThingplusClient, server: ThingplusSimulator
) -> None:
    """One cannot know it from the error; sent again, it is the same as once."""
    await registered(client)
    points = [Point(value="21.5", time=now())]
    server.trouble = Trouble(drop_after=True, path="/series$")
    with pytest.raises(RequestTimeoutError):
        await client.send_points(NEW_GATEWAY, NEW_SENSOR, points)
    server.trouble = None
    await client.send_points(NEW_GATEWAY, NEW_SENSOR, points)
    start = points[0].time
    read = await client.history(NEW_GATEWAY, NEW_SENSOR, start, start + MINUTE)
    assert read == points


async def test_restarted_server(
    client: ThingplusClient, server: ThingplusSimulator
) -> None:
    before = await client.gateways()
    await server.stop()
    with pytest.raises(CannotConnectError):
        await client.gateways()
    await server.start()
    assert await client.gateways() == before
