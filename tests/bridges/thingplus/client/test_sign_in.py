"""Access tokens and the cookie: how requests are signed, and tokens renewed."""

from aiohttp import ClientSession, CookieJar
import pytest

from custom_components.iot_bridge.bridges.thingplus.client import (
    CannotConnectError,
    InvalidDataError,
    NotAllowedError,
    SignInError,
    ThingplusClient,
    ThingplusError,
)
from tests.bridges.scripted import Reply, ScriptedServer, ScriptedTokens

from .calls import CALLS
from .envelopes import failure, success

REFUSALS = {
    "nobody": Reply(status=401, body="Access denied"),
    "empty": Reply(status=401),
    "page": Reply(status=401, body=b"<html>"),
    "envelope": failure(401, "NEED_LOGIN"),
    "envelope within a success": failure(401, http=200),
    "code": failure(403, "NEED_LOGIN"),
    **{
        name: Reply(status=403, body={"name": name, "message": "jwt expired"})
        for name in (
            "JsonWebTokenError",
            "NotBeforeError",
            "TokenExpiredError",
            "UnauthorizedError",
        )
    },
}


def authorizations(scripted: ScriptedServer) -> list[str]:
    """Return what the requests were signed with."""
    return [heard.headers["Authorization"] for heard in scripted.heard]


def cookies(scripted: ScriptedServer) -> list[str | None]:
    """Return the cookies of the requests."""
    return [heard.headers.get("Cookie") for heard in scripted.heard]


def setting(cookie: str) -> Reply:
    """Return an empty list with a cookie."""
    return Reply(body=[], headers={"Set-Cookie": cookie})


@pytest.mark.parametrize("name", CALLS)
async def test_token_in_the_header(
    asking: ThingplusClient, scripted: ScriptedServer, name: str
) -> None:
    scripted.say(Reply(body=CALLS[name].envelope))
    await CALLS[name].work(asking)
    assert authorizations(scripted) == ["Bearer access-0"]
    assert "access" not in scripted.lines()[0]


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("name", CALLS)
async def test_renewed(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    scripted_tokens: ScriptedTokens,
    name: str,
    refusal: str,
) -> None:
    """Also what must not be done twice: it was refused and not done."""
    scripted.say(REFUSALS[refusal], Reply(body=CALLS[name].envelope))
    await CALLS[name].work(asking)
    assert authorizations(scripted) == ["Bearer access-0", "Bearer access-1"]
    assert scripted_tokens.rejected == ["access-0"]
    first, second = scripted.heard
    assert (first.line, first.body) == (second.line, second.body)


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_refused_twice(
    asking: ThingplusClient, scripted: ScriptedServer, refusal: str
) -> None:
    scripted.say(REFUSALS[refusal])
    with pytest.raises(SignInError) as caught:
        await CALLS["send_points"].work(asking)
    assert str(caught.value).startswith("PUT series: HTTP 40")
    assert len(scripted.heard) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_other_refusals_renew_nothing(
    asking: ThingplusClient, scripted: ScriptedServer, status: int
) -> None:
    scripted.say(Reply(status=status, body={"name": "ForbiddenError"}))
    with pytest.raises(ThingplusError):
        await CALLS["gateway"].work(asking)
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("error", [SignInError("x"), CannotConnectError("x")])
async def test_renewal_that_fails(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    scripted_tokens: ScriptedTokens,
    error: ThingplusError,
) -> None:
    scripted_tokens.renewed = [error]
    scripted.say(Reply(status=401))
    with pytest.raises(ThingplusError) as caught:
        await CALLS["gateway"].work(asking)
    assert caught.value is error
    assert len(scripted.heard) == 1


@pytest.mark.parametrize("error", [SignInError("x"), CannotConnectError("x")])
async def test_no_token(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    scripted_tokens: ScriptedTokens,
    error: ThingplusError,
) -> None:
    scripted_tokens.valid = error
    with pytest.raises(ThingplusError) as caught:
        await CALLS["gateway"].work(asking)
    assert caught.value is error
    assert scripted.heard == []


@pytest.mark.parametrize("token", ["two\r\nlines", "tür", "nul\x00"])
async def test_token_that_cannot_be_sent(
    asking: ThingplusClient,
    scripted: ScriptedServer,
    scripted_tokens: ScriptedTokens,
    token: str,
) -> None:
    scripted_tokens.valid = token
    with pytest.raises(SignInError) as caught:
        await CALLS["gateway"].work(asking)
    assert token not in str(caught.value)
    assert scripted.heard == []


async def test_refusal_after_renewal(
    asking: ThingplusClient, scripted: ScriptedServer, scripted_tokens: ScriptedTokens
) -> None:
    """It is judged like any other, and both tokens are hidden."""
    message = "no access-1, no access-0"
    scripted.say(Reply(status=401), failure(400, "X", message))
    with pytest.raises(InvalidDataError) as caught:
        await CALLS["send_points"].work(asking)
    assert caught.value.reason == "no **, no **"
    scripted_tokens.renewed = ["access-1"]
    scripted.say(Reply(status=401), Reply(status=403))
    with pytest.raises(NotAllowedError):
        await CALLS["gateway"].work(asking)


# The cookie


async def test_cookie_is_sent_back(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(
        setting("dwTPlus=s%3Aabc.d/e+f=; Path=/; HttpOnly"),
        success([]),
        setting("dwTPlus=other"),
        setting("another=7"),
        setting("dwTPlus=; Max-Age=0"),
        success([]),
    )
    for _ in range(6):
        await asking.sites()
    first, other = "dwTPlus=s%3Aabc.d/e+f=", "dwTPlus=other"
    assert cookies(scripted) == [None, first, first, other, other, None]


async def test_cookie_of_an_old_sign_in(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(setting("dwTPlus=first"), Reply(status=401), success([]))
    await asking.sites()
    await asking.sites()
    assert cookies(scripted) == [None, "dwTPlus=first", None]


@pytest.mark.parametrize(
    "value", ['"a\\015\\012X-Odd: 1"', '"two words"', "tür", f"{5000 * 'a'}"]
)
async def test_odd_cookies(
    asking: ThingplusClient, scripted: ScriptedServer, value: str
) -> None:
    scripted.say(setting(f"dwTPlus={value}"))
    await asking.sites()
    await asking.sites()
    assert cookies(scripted) == [None, None]


async def test_cookies_of_two_users(scripted: ScriptedServer) -> None:
    """They share a session, but its jar plays no part."""
    jar = CookieJar(unsafe=True)
    async with ClientSession(cookie_jar=jar) as session:
        ada, bob = (
            ThingplusClient(session, scripted.api, ScriptedTokens(valid=name))
            for name in ("ada", "bob")
        )
        scripted.say(setting("dwTPlus=ada; Path=/"))
        await ada.sites()
        scripted.say(setting("dwTPlus=bob; Path=/"))
        await bob.sites()
        await ada.sites()
        await bob.sites()
        assert [cookie.value for cookie in jar] == ["bob"]
    assert cookies(scripted) == [None, None, "dwTPlus=ada", "dwTPlus=bob"]


async def test_cookie_in_a_reason(
    asking: ThingplusClient, scripted: ScriptedServer
) -> None:
    scripted.say(setting("dwTPlus=first"), failure(400, "X", "first is over"))
    await asking.sites()
    with pytest.raises(InvalidDataError) as caught:
        await CALLS["send_points"].work(asking)
    assert caught.value.reason == "** is over"
