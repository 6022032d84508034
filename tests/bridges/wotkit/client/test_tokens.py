"""Access tokens: sent in a header, renewed when the server does not take them."""

from aiohttp import ClientSession
import pytest

from custom_components.iot_bridge.bridges.wotkit.client import (
    CannotConnectError,
    InvalidDataError,
    NotAllowedError,
    Scope,
    SignInError,
    WotkitClient,
    WotkitError,
)
from tests.bridges.scripted import Reply, ScriptedServer, ScriptedTokens
from tests.simulators.wotkit import WotkitServer

from .calls import CALLS, NAME
from .world import OAuthTokens, client_of


@pytest.fixture
def signed(session: ClientSession, scripted: ScriptedServer) -> WotkitClient:
    """A client of the scripted server with the tokens below."""
    return WotkitClient(session, scripted.api, ScriptedTokens(), timeout=2)


def authorizations(scripted: ScriptedServer) -> list[str]:
    """Return what the requests were signed with."""
    return [heard.headers["Authorization"] for heard in scripted.heard]


@pytest.mark.parametrize("name", CALLS)
async def test_token_in_the_header(
    signed: WotkitClient, scripted: ScriptedServer, name: str
) -> None:
    scripted.say(Reply(body=CALLS[name].answer))
    await CALLS[name].work(signed)
    assert authorizations(scripted) == ["Bearer access-0"]
    assert "access" not in scripted.lines()[0]


@pytest.mark.parametrize("name", CALLS)
async def test_renewed(
    session: ClientSession, scripted: ScriptedServer, name: str
) -> None:
    """Also what must not be done twice: it was refused and not done."""
    tokens = ScriptedTokens()
    client = WotkitClient(session, scripted.api, tokens, timeout=2)
    scripted.say(Reply(status=401), Reply(body=CALLS[name].answer))
    await CALLS[name].work(client)
    assert authorizations(scripted) == ["Bearer access-0", "Bearer access-1"]
    assert tokens.rejected == ["access-0"]
    first, second = scripted.heard
    assert (first.line, first.body) == (second.line, second.body)


async def test_listing_that_is_forbidden(
    session: ClientSession, scripted: ScriptedServer
) -> None:
    """A server that takes no notice of an old token answers as to a stranger."""
    tokens = ScriptedTokens()
    client = WotkitClient(session, scripted.api, tokens, timeout=2)
    scripted.say(Reply(status=403), Reply(body=[]))
    assert await client.sensors(Scope.CONTRIBUTED) == []
    assert tokens.rejected == ["access-0"]


async def test_refused_twice(signed: WotkitClient, scripted: ScriptedServer) -> None:
    scripted.say(Reply(status=401))
    with pytest.raises(SignInError) as caught:
        await signed.send_row(NAME, {"value": 1})
    assert str(caught.value) == "POST data: HTTP 401"
    assert len(scripted.heard) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_other_refusals_renew_nothing(
    signed: WotkitClient, scripted: ScriptedServer, status: int
) -> None:
    scripted.say(Reply(status=status))
    with pytest.raises(WotkitError):
        await signed.sensor(NAME)
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("error", [SignInError("x"), CannotConnectError("x")])
async def test_renewal_that_fails(
    session: ClientSession, scripted: ScriptedServer, error: WotkitError
) -> None:
    tokens = ScriptedTokens(renewed=[error])
    client = WotkitClient(session, scripted.api, tokens)
    scripted.say(Reply(status=401))
    with pytest.raises(WotkitError) as caught:
        await client.sensor(NAME)
    assert caught.value is error
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("error", [SignInError("x"), CannotConnectError("x")])
async def test_no_token(
    session: ClientSession, scripted: ScriptedServer, error: WotkitError
) -> None:
    client = WotkitClient(session, scripted.api, ScriptedTokens(valid=error))
    with pytest.raises(WotkitError) as caught:
        await client.sensor(NAME)
    assert caught.value is error
    assert scripted.heard == []


@pytest.mark.parametrize("token", ["two\r\nlines", "tür", "nul\x00"])
async def test_token_that_cannot_be_sent(
    session: ClientSession, scripted: ScriptedServer, token: str
) -> None:
    client = WotkitClient(session, scripted.api, ScriptedTokens(valid=token))
    with pytest.raises(SignInError) as caught:
        await client.sensor(NAME)
    assert token not in str(caught.value)
    assert scripted.heard == []


async def test_refusal_after_renewal(
    signed: WotkitClient, scripted: ScriptedServer
) -> None:
    """It is judged like any other, and the newer token is hidden too."""
    body = {"error": {"message": "no access-1"}}
    scripted.say(Reply(status=401), Reply(status=400, body=body))
    with pytest.raises(InvalidDataError) as caught:
        await signed.send_row(NAME, {"value": 1})
    assert caught.value.reason == "no **"
    scripted.say(Reply(status=403))
    with pytest.raises(NotAllowedError):
        await signed.sensor(NAME)


# Tokens of a server


async def test_expired(
    session: ClientSession, server: WotkitServer, tokens: OAuthTokens
) -> None:
    client = client_of(session, server, tokens)
    own = await client.sensors(Scope.CONTRIBUTED)
    server.expire_access_tokens()
    assert await client.sensors(Scope.CONTRIBUTED) == own
    assert await client.sensors(Scope.CONTRIBUTED) == own
    assert tokens.renewals == 1


async def test_expired_twice_with_rotation(
    session: ClientSession, server: WotkitServer, tokens: OAuthTokens
) -> None:
    server.rotating_refresh_tokens = True
    client = client_of(session, server, tokens)
    for _ in range(3):
        assert len(await client.sensors(Scope.CONTRIBUTED)) == 2
        server.expire_access_tokens()
    assert tokens.renewals == 2


async def test_expired_within_a_poll(
    session: ClientSession, server: WotkitServer, tokens: OAuthTokens
) -> None:
    client = client_of(session, server, tokens)
    subscription = await client.subscribe_control("lamp_post")
    await client.send_message("lamp_post", {"button": "on"})
    server.expire_access_tokens()
    assert await client.control_messages(subscription) == [{"button": "on"}]


async def test_revoked(
    session: ClientSession, server: WotkitServer, tokens: OAuthTokens
) -> None:
    client = client_of(session, server, tokens)
    await client.sensors(Scope.CONTRIBUTED)
    server.revoke_all()
    with pytest.raises(SignInError):
        await client.sensors(Scope.CONTRIBUTED)
