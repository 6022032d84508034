"""A user's access tokens: asked for once, renewed in time, and when they are refused."""

import asyncio
from collections.abc import Mapping
import json
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.iotbiz.client import (
    CannotConnectError,
    SignInError,
    UnexpectedAnswerError,
)
from custom_components.iot_bridge.bridges.iotbiz.client.http import PlatformHttp
from custom_components.iot_bridge.bridges.iotbiz.client.tokens import UserTokens
from tests.bridges.scripted import Reply, ScriptedServer

from .jwt import jwt
from .world import failure_of

BOTH = "POST /api/token/both/"
ACCESS = "POST /api/token/access/"
REFUSED = Reply(status=401, body={"detail": "No active account found"})


class Clock:
    """A clock that a test turns."""

    time = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.time


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def tokens(
    session: ClientSession, scripted: ScriptedServer, clock: Clock
) -> UserTokens:
    """The tokens of a user of the scripted server."""
    http = PlatformHttp(session, URL(scripted.url), timeout=2)
    return UserTokens(http, "ada", "word-of-ada", clock=clock)


def granted(name: str, life: float = 3600, **more: Any) -> Reply:
    """Return an answer with an access token."""
    return Reply(body={"access": token(name, life), **more})


def token(name: str, life: float = 3600) -> str:
    """Return an access token."""
    return jwt({"iat": 5000, "exp": 5000 + life}, name)


def asked(scripted: ScriptedServer) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the requests and what was in them."""
    return [(heard.line, json.loads(heard.body)) for heard in scripted.heard]


SIGN_IN = (BOTH, {"username": "ada", "password": "word-of-ada"})


async def test_signs_in_once(tokens: UserTokens, scripted: ScriptedServer) -> None:
    scripted.say(granted("a", refresh="r"))
    assert await tokens.access_token() == token("a")
    assert await tokens.access_token() == token("a")
    assert asked(scripted) == [SIGN_IN]


async def test_many_who_want_one(tokens: UserTokens, scripted: ScriptedServer) -> None:
    """Before there is one, and when it is refused to all of them."""
    scripted.say(granted("a", refresh="r"), granted("b"))
    got = await asyncio.gather(*(tokens.access_token() for _ in range(9)))
    assert set(got) == {token("a")}
    got = await asyncio.gather(*(tokens.renew(token("a")) for _ in range(9)))
    assert set(got) == {token("b")}
    assert asked(scripted) == [SIGN_IN, (ACCESS, {"refresh": "r"})]


@pytest.mark.parametrize(
    ("life", "until"), [(3600, 3540), (600, 540), (300, 270), (10, 9)]
)
async def test_renewed_in_time(
    tokens: UserTokens,
    scripted: ScriptedServer,
    clock: Clock,
    life: float,
    until: float,
) -> None:
    """Before it ends, by our clock and its life, whatever the platform's clock says."""
    scripted.say(granted("a", life, refresh="r"), granted("b", life))
    assert await tokens.access_token() == token("a", life)
    clock.time += until - 0.1
    assert await tokens.access_token() == token("a", life)
    clock.time += 0.2
    assert await tokens.access_token() == token("b", life)
    assert await tokens.access_token() == token("b", life)


@pytest.mark.parametrize(
    "access",
    [
        "opaque",
        "a.b",
        "a.%%%.c",
        "a.bm8ganNvbg.c",
        jwt([1]),
        jwt({}),
        jwt({"exp": 5060}),
        jwt({"iat": 5000}),
        jwt({"iat": 5000, "exp": 5000}),
        jwt({"iat": 5000, "exp": "soon"}),
    ],
)
async def test_tokens_that_tell_no_life(
    tokens: UserTokens, scripted: ScriptedServer, clock: Clock, access: str
) -> None:
    """They are good until they are refused."""
    scripted.say(Reply(body={"access": access, "refresh": "r"}), granted("b"))
    assert await tokens.access_token() == access
    clock.time += 10**9
    assert await tokens.access_token() == access
    assert await tokens.renew(access) == token("b")


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_refresh_token_that_has_ended(
    tokens: UserTokens, scripted: ScriptedServer, status: int
) -> None:
    """The user signs in anew; nobody is asked for anything."""
    scripted.say(
        granted("a", refresh="r"),
        Reply(status=status, body={"code": "token_not_valid"}),
        granted("b", refresh="r2"),
        granted("c"),
    )
    await tokens.access_token()
    assert await tokens.renew(token("a")) == token("b")
    assert await tokens.renew(token("b")) == token("c")
    assert asked(scripted) == [
        SIGN_IN,
        (ACCESS, {"refresh": "r"}),
        SIGN_IN,
        (ACCESS, {"refresh": "r2"}),
    ]


async def test_refresh_token_that_rotates(
    tokens: UserTokens, scripted: ScriptedServer
) -> None:
    scripted.say(granted("a", refresh="r"), granted("b", refresh="r2"), granted("c"))
    await tokens.access_token()
    await tokens.renew(token("a"))
    await tokens.renew(token("b"))
    assert asked(scripted)[2] == (ACCESS, {"refresh": "r2"})


@pytest.mark.parametrize("refresh", [None, "", 1, "a\nb", "é"])
async def test_no_refresh_token(
    tokens: UserTokens, scripted: ScriptedServer, refresh: Any
) -> None:
    """The user signs in each time."""
    scripted.say(granted("a", refresh=refresh), granted("b"))
    await tokens.access_token()
    assert await tokens.renew(token("a")) == token("b")
    assert asked(scripted) == [SIGN_IN, SIGN_IN]


async def test_signing_in_anew(tokens: UserTokens, scripted: ScriptedServer) -> None:
    """Only where the token was not replaced in the meantime."""
    scripted.say(granted("a", refresh="r"), granted("b"))
    await tokens.access_token()
    assert await tokens.sign_in(token("a")) == token("b")
    assert await tokens.sign_in(token("a")) == token("b")
    assert await tokens.renew(token("a")) == token("b")
    assert asked(scripted) == [SIGN_IN, SIGN_IN]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_wrong_password(
    tokens: UserTokens, scripted: ScriptedServer, status: int
) -> None:
    """It may be right the next time."""
    scripted.say(Reply(status=status, body=REFUSED.body), granted("a"))
    failure = await failure_of(tokens.access_token())
    assert (type(failure), str(failure)) == (
        SignInError,
        f"POST token/both: HTTP {status}",
    )
    assert await tokens.access_token() == token("a")


TROUBLE = [Reply(status=503), Reply(status=429)]
ODD = [
    Reply(body=b"<html>"),
    Reply(body=b""),
    Reply(body=[]),
    Reply(body={}),
    Reply(body={"access": None}),
    Reply(body={"access": ""}),
    Reply(body={"access": "a\r\nb"}),
    Reply(status=404, body={"access": "a"}),
    Reply(status=301, body={"access": "a"}),
]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        *((reply, CannotConnectError) for reply in TROUBLE),
        *((reply, UnexpectedAnswerError) for reply in ODD),
    ],
    ids=range(len(TROUBLE) + len(ODD)),
)
async def test_odd_answers(
    tokens: UserTokens,
    scripted: ScriptedServer,
    reply: Reply,
    kind: type[Exception],
    is_first: bool,
) -> None:
    """At the beginning and when it is renewed: then the same is tried once more."""
    before = [] if is_first else [granted("a", refresh="r")]
    scripted.say(*before, reply, granted("b"))
    for _ in before:
        await tokens.access_token()
    rejected = "" if is_first else token("a")
    assert type(await failure_of(tokens.renew(rejected))) is kind
    assert await tokens.renew(rejected) == token("b")
    assert len({heard.line for heard in scripted.heard[len(before) :]}) == 1
