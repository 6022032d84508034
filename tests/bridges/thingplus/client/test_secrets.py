"""No secret gets into an error, into the log, or into what is shown of an object."""

from collections.abc import Awaitable, Iterator
import json
import traceback

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.thingplus.client import (
    AuthClient,
    InvalidDataError,
    ThingplusClient,
    ThingplusError,
    create_auth_client,
    password_hash,
)
from custom_components.iot_bridge.bridges.thingplus.client.envelope import (
    Contents,
    read,
)
from custom_components.iot_bridge.bridges.thingplus.client.http import (
    Request,
    ThingplusHttp,
)
from custom_components.iot_bridge.wire.exchange import Answer
from tests.bridges.scripted import Reply, ScriptedServer, ScriptedTokens

from .calls import CALLS
from .envelopes import success

TOKEN = "token-of-ada"
COOKIE = "s%3Acookie-of-ada"
PASSWORD_HASH = password_hash("word-of-ada")
SECRETS = (TOKEN, COOKIE, "cookie-of-ada", PASSWORD_HASH)
NO_WORDS = ("127.0.0.1", "Authorization", "366d685f93f5477a8d29e8c45bae0a31")
SET_COOKIE = {"Set-Cookie": f"dwTPlus={COOKIE}"}
SIGNED_IN = Reply(body=success([]).body, headers=SET_COOKIE)
STATUSES = (302, 400, 401, 403, 404, 409, 471, 500, 504, 600)


def refusal(status: int, said: str) -> Reply:
    """Return a refusal that repeats something wherever it can."""
    errors = [{"code": said, "category": said, "message": said}]
    body = {"name": said, "message": said, "errors": errors}
    return Reply(status=status, body=body, headers={"Location": f"/{said}"})


def garbage(said: str) -> list[Reply]:
    """Return successes that are none."""
    texts = f"<html>{said}", f'{{"data":"{said}', said
    return [Reply(body=text.encode()) for text in texts]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: ThingplusError) -> str:
    """Return all that an error tells, in any way that it may be written."""
    words = [f"{part} {part!r} {part.args} {vars(part)}" for part in chain(error)]
    # Not the lines of the tests themselves, which hold the secrets.
    return "\n".join([*words, *traceback.format_exception_only(error)])


def logged(log: pytest.LogCaptureFixture) -> str:
    """Return what is in the log."""
    return "\n".join(
        f"{record.getMessage()} {record.exc_text}"
        for record in log.records
        if record.name.startswith("custom_components")
    )


async def failure_of(work: Awaitable[object]) -> ThingplusError:
    """Return what goes wrong."""
    with pytest.raises(ThingplusError) as caught:
        await work
    return caught.value


def check(failures: list[ThingplusError], log: pytest.LogCaptureFixture) -> None:
    """Check that nothing is told."""
    told = "\n".join(map(told_by, failures)) + logged(log)
    assert not [secret for secret in (*SECRETS, *NO_WORDS) if secret in told]
    modules = {type(part).__module__ for failure in failures for part in chain(failure)}
    assert not any(module.startswith("aiohttp") for module in modules)


def tokens() -> ScriptedTokens:
    """Return access tokens."""
    return ScriptedTokens(valid=TOKEN, renewed=["token-that-follows"])


@pytest.mark.parametrize(
    "reply",
    [
        *(refusal(status, f"{TOKEN} {COOKIE}") for status in STATUSES),
        *garbage(f"{TOKEN} {COOKIE}"),
    ],
    ids=range(len(STATUSES) + 3),
)
@pytest.mark.parametrize("name", CALLS)
async def test_nothing_is_told(
    session: ClientSession,
    scripted: ScriptedServer,
    log: pytest.LogCaptureFixture,
    name: str,
    reply: Reply,
) -> None:
    """Even if the server says it again."""
    client = ThingplusClient(session, scripted.api, tokens(), timeout=2)
    scripted.say(SIGNED_IN, reply)
    await client.sites()
    check([await failure_of(CALLS[name].work(client))], log)


@pytest.mark.parametrize("way", ["hang", "drop", "cut"])
@pytest.mark.parametrize("name", CALLS)
async def test_broken_connections(
    session: ClientSession,
    scripted: ScriptedServer,
    log: pytest.LogCaptureFixture,
    name: str,
    way: str,
) -> None:
    client = ThingplusClient(session, scripted.api, tokens(), timeout=0.05)
    setattr(scripted, way, True)
    check([await failure_of(CALLS[name].work(client))], log)


@pytest.mark.parametrize(
    "replies",
    [
        *([refusal(status, PASSWORD_HASH)] for status in STATUSES),
        *([reply] for reply in garbage(PASSWORD_HASH)),
        *([SIGNED_IN, refusal(status, COOKIE)] for status in STATUSES),
        *([SIGNED_IN, reply] for reply in garbage(COOKIE)),
    ],
    ids=range(2 * len(STATUSES) + 6),
)
async def test_portal(
    session: ClientSession,
    scripted: ScriptedServer,
    log: pytest.LogCaptureFixture,
    replies: list[Reply],
) -> None:
    scripted.say(*replies)
    work = create_auth_client(
        session,
        scripted.api,
        login_id="ada",
        password_hash=PASSWORD_HASH,
        name="x",
        scopes=["gateway"],
        timeout=2,
    )
    check([await failure_of(work)], log)


async def test_secret_of_a_new_client(
    session: ClientSession, scripted: ScriptedServer, log: pytest.LogCaptureFixture
) -> None:
    """The server says no, and what it was told."""
    scripted.say(
        SIGNED_IN,
        Reply(status=400, body={"message": f"no {COOKIE}"}),
        success({}),
    )
    failure = await failure_of(
        create_auth_client(
            session,
            scripted.api,
            login_id="ada",
            password_hash=PASSWORD_HASH,
            name="x",
            scopes=["gateway"],
        )
    )
    assert isinstance(failure, InvalidDataError)
    assert failure.reason == "no **"
    secret = json.loads(scripted.heard[1].body)["clientSecret"]
    assert secret not in told_by(failure) + logged(log)


async def test_log_lines(
    session: ClientSession, scripted: ScriptedServer, log: pytest.LogCaptureFixture
) -> None:
    """Method, what it is about, and the status."""
    client = ThingplusClient(session, scripted.api, tokens(), timeout=2)
    scripted.say(Reply(status=401), success({}))
    await CALLS["send_points"].work(client)
    lines = [
        record.getMessage() for record in log.records if "iot_bridge" in record.name
    ]
    assert lines == [
        "PUT series: HTTP 401",
        "PUT series: the access token is renewed",
        "PUT series: HTTP 200",
    ]


async def test_shown_objects(session: ClientSession) -> None:
    url = URL("http://127.0.0.1:9/v2")
    said = " ".join(SECRETS)
    answer = Answer(200, said.encode(), None, {}, {"dwTPlus": COOKIE})
    shown = repr(
        [
            AuthClient(client_id="x", client_secret=TOKEN),
            Request(method="GET", path=TOKEN, kind="x"),
            Contents(said, {}),
            answer,
            read(answer),
            ThingplusClient(session, url, tokens()),
            ThingplusHttp(session, url, tokens()),
        ]
    )
    assert not [secret for secret in SECRETS if secret in shown]
