"""No secret gets into an error, into the log, or into what is shown of an object."""

from collections.abc import Awaitable, Iterator
import json
import traceback
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.iot_bridge.bridges.wotkit.client import (
    BasicCredentials,
    ControlChannel,
    Credentials,
    SignInError,
    WotkitClient,
    WotkitError,
)
from custom_components.iot_bridge.bridges.wotkit.client.credentials import basic, bearer
from custom_components.iot_bridge.bridges.wotkit.client.http import WotkitHttp
from tests.simulators.wotkit import Trouble, WotkitServer

from .calls import CALLS
from .world import (
    CLIENT_SECRET,
    KEY_PASSWORD,
    KEYS,
    PASSWORD,
    USER,
    OAuthTokens,
    client_of,
)

WAYS = ["key", "user", "tokens"]
TROUBLES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "garbage": {"garbage": True},
    "drop": {"drop": True},
    "drop_after": {"drop_after": True},
    "hang": {"hang": True},
    "redirect": {"status": 302, "headers": {"Location": "/elsewhere"}},
    **{f"HTTP {status}": {"status": status} for status in (400, 401, 403, 404, 500)},
}


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and all that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def told_by(error: WotkitError) -> str:
    """Return all that an error tells, in any way that it may be written."""
    words = [f"{part} {part!r} {part.args} {vars(part)}" for part in chain(error)]
    # Not the lines of the tests themselves, which hold the secrets.
    return "\n".join([*words, *traceback.format_exception_only(error)])


async def note_failure(work: Awaitable[object], failures: list[WotkitError]) -> None:
    """Do something that may fail."""
    try:
        await work
    except WotkitError as failure:
        failures.append(failure)


def credentials_of(way: str, tokens: OAuthTokens) -> Credentials:
    """Return what one signs in with."""
    every: dict[str, Credentials] = {
        "key": KEYS,
        "user": BasicCredentials(USER, PASSWORD),
        "tokens": tokens,
    }
    return every[way]


def secrets_of(tokens: OAuthTokens) -> list[str]:
    """Return what must not be told."""
    given = [
        token
        for answer in (*tokens.server.office.issued, tokens.answer)
        for name, token in answer.items()
        if name in ("access_token", "refresh_token")
    ]
    pairs = [basic(KEYS), basic(BasicCredentials(USER, PASSWORD))]
    encoded = [secret for pair in pairs for secret in pair.secrets]
    return [KEY_PASSWORD, PASSWORD, CLIENT_SECRET, *given, *encoded]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_told(
    session: ClientSession,
    server: WotkitServer,
    tokens: OAuthTokens,
    log: pytest.LogCaptureFixture,
    way: str,
    trouble: str,
) -> None:
    """Even if the server says it again."""
    await tokens.access_token()
    said = " ".join(secrets_of(tokens))
    body = json.dumps({"error": {"message": said, "developerMessage": [said]}})
    # Without the body, messages of others would not be ours to hide.
    bodies = {"HTTP 400": server_says(way, tokens)}
    server.trouble = Trouble(
        **{"path": "(sensors|control)", "body": bodies.get(trouble, body)}
        | TROUBLES[trouble]
    )
    client = client_of(session, server, credentials_of(way, tokens), timeout=0.05)
    failures: list[WotkitError] = []
    names = [name for name in CALLS if name != "control_messages"]
    for name in names:
        await note_failure(CALLS[name].work(client), failures)
    await server.stop()
    for name in CALLS:
        await note_failure(CALLS[name].work(client), failures)
    told = "\n".join(told_by(failure) for failure in failures)
    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text}"
        for record in log.records
        if record.name.startswith("custom_components")
    )
    secrets = secrets_of(tokens)
    assert len(failures) >= len(CALLS)
    assert not [secret for secret in secrets if secret in told]
    assert not [secret for secret in secrets if secret in logged]
    for word in (server.url, "127.0.0.1", "mule1", "Authorization"):
        assert word not in told
        assert word not in logged
    modules = {type(part).__module__ for failure in failures for part in chain(failure)}
    assert not any(module.startswith("aiohttp") for module in modules)


def server_says(way: str, tokens: OAuthTokens) -> str:
    """Return a refusal that repeats what one signs in with."""
    said = {
        "key": " ".join(basic(KEYS).secrets),
        "user": " ".join(basic(BasicCredentials(USER, PASSWORD)).secrets),
        "tokens": str(tokens.answer["access_token"]),
    }[way]
    return json.dumps({"error": {"message": said, "developerMessage": [said]}})


async def test_log_lines(
    session: ClientSession,
    server: WotkitServer,
    tokens: OAuthTokens,
    log: pytest.LogCaptureFixture,
) -> None:
    """Method, what it is about, and the status."""
    client = client_of(session, server, tokens)
    await client.sensor("oven")
    server.expire_access_tokens()
    await client.send_row("oven", {"value": 1})
    lines = [
        record.getMessage() for record in log.records if "iot_bridge" in record.name
    ]
    assert lines == [
        "GET sensor: HTTP 200",
        "POST data: HTTP 401",
        "POST data: the access token is renewed",
        "POST data: HTTP 201",
    ]


async def test_shown_objects(session: ClientSession) -> None:
    client = WotkitClient(session, URL("http://127.0.0.1:9/api"), KEYS)
    shown = repr(
        [
            KEYS,
            basic(KEYS),
            bearer("token-secret"),
            client,
            ControlChannel(client, "oven"),
            WotkitHttp(session, URL("http://127.0.0.1:9/api"), KEYS),
        ]
    )
    for secret in (*basic(KEYS).secrets, "token-secret"):
        assert secret not in shown


async def test_token_that_cannot_be_sent(
    session: ClientSession, server: WotkitServer, tokens: OAuthTokens
) -> None:
    tokens.answer = {"access_token": "token\nsecret"}
    client = client_of(session, server, tokens)
    with pytest.raises(SignInError) as caught:
        await client.sensor("oven")
    assert "secret" not in told_by(caught.value)
