"""OAuth2 with server and client from the config entry: requests and answers."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from custom_components.iot_bridge import oauth
from custom_components.iot_bridge.oauth import (
    ClientRefusedError,
    EntryOAuth2Implementation,
    GrantRefusedError,
    OAuth2Client,
    PasswordGrant,
    TokenDialect,
    TokenRefusedError,
    TokenReplyError,
    TokenTimeoutError,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    OAuth2TokenRequestBaseError,
    OAuth2TokenRequestConnectionError,
)
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .oauth_rig import (
    CLIENT_ID,
    CLIENT_SECRET,
    GOOD,
    TokenServer,
    create_implementation,
    token_server,
)

USERNAME: Final = "ada"
PASSWORD: Final = "correct horse"


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[TokenServer]:
    """A server for tokens alone."""
    async with token_server() as tokens:
        yield tokens


@pytest.fixture
def implementation(
    hass: HomeAssistant, server: TokenServer
) -> EntryOAuth2Implementation:
    """Asks the server for tokens."""
    return create_implementation(hass, server.url)


async def test_password(
    server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """The client is in a Basic header, the user in the form; nothing else is sent."""
    token = await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert server.forms == [
        {"grant_type": "password", "username": USERNAME, "password": PASSWORD}
    ]
    assert (
        server.headers[0]["Authorization"]
        == "Basic dGhlLWNsaWVudC1pZDp0aGUtY2xpZW50LXNlY3JldA=="
    )
    assert token.pop("expires_at") > 0
    assert token == GOOD


@pytest.mark.parametrize(
    ("client_secret", "grant", "sent"),
    [
        (
            CLIENT_SECRET,
            PasswordGrant(client_in_form=True, scope="all"),
            {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scope": "all"},
        ),
        ("", PasswordGrant(client_in_form=True), {"client_id": CLIENT_ID}),
    ],
    ids=["secret and scope", "neither"],
)
async def test_password_with_client_in_form(
    hass: HomeAssistant,
    server: TokenServer,
    client_secret: str,
    grant: PasswordGrant,
    sent: dict[str, str],
) -> None:
    """A server may want the client in the form, as WoTKit does, and a scope."""
    implementation = create_implementation(hass, server.url, client_secret, grant)
    await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert server.forms == [
        {"grant_type": "password", "username": USERNAME, "password": PASSWORD, **sent}
    ]
    assert "Authorization" not in server.headers[0]


async def test_password_with_scope(hass: HomeAssistant, server: TokenServer) -> None:
    """A scope goes with a Basic header as well."""
    implementation = create_implementation(
        hass, server.url, password_grant=PasswordGrant(scope="all")
    )
    await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert server.forms[0]["scope"] == "all"
    assert "Authorization" in server.headers[0]


async def test_code(
    server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """With a code the client is in the form."""
    await implementation.async_resolve_external_data(
        {"code": "abc", "state": {"redirect_uri": "http://back"}}
    )
    assert server.forms == [
        {
            "grant_type": "authorization_code",
            "code": "abc",
            "redirect_uri": "http://back",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
    ]
    assert "Authorization" not in server.headers[0]


async def test_client_without_secret(hass: HomeAssistant, server: TokenServer) -> None:
    """A client that has no secret sends none."""
    public = create_implementation(hass, server.url, client_secret="")
    await public.async_refresh_token(GOOD)
    assert server.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-1",
            "client_id": CLIENT_ID,
        }
    ]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant"}, TokenRefusedError),
        (400, {"error": "invalid_client"}, ClientRefusedError),
        (401, {"error": "invalid_client"}, ClientRefusedError),
        (400, {"error": "unauthorized_client"}, ClientRefusedError),
        (400, {"error": {"message": "invalid_grant"}}, TokenRefusedError),
        (400, ["invalid_grant"], TokenRefusedError),
        (400, "<html>", TokenRefusedError),
        (403, "", TokenRefusedError),
    ],
    ids=str,
)
async def test_refusal(
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    status: int,
    body: Any,
    error: type[Exception],
) -> None:
    """A refusal says whether it means the client; it holds no secret."""
    server.status, server.body = status, body
    with pytest.raises(error) as caught:
        await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert type(caught.value) is error
    assert caught.value.__cause__ is None
    told = f"{caught.value!r} {caught.value}"
    assert "Basic" not in told
    assert CLIENT_SECRET not in told
    assert PASSWORD not in told


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
async def test_server_in_trouble(
    server: TokenServer, implementation: EntryOAuth2Implementation, status: int
) -> None:
    """A server in trouble may be better later."""
    server.status = status
    with pytest.raises(OAuth2TokenRequestConnectionError) as caught:
        await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert type(caught.value) is OAuth2TokenRequestConnectionError


NO_TOKENS: Final = {
    "text": "It works!",
    "nothing": "",
    "list": [GOOD],
    "text as JSON": '"access-1"',
    "number": "1",
    "null": "null",
    "empty object": {},
    "no access token": {**GOOD, "access_token": None},
    "empty access token": {**GOOD, "access_token": ""},
    "access token is no text": {**GOOD, "access_token": 1},
    "no refresh token": {**GOOD, "refresh_token": None},
    "no life": {**GOOD, "expires_in": None},
    "life is no number": {**GOOD, "expires_in": "an hour"},
    "life is over": {**GOOD, "expires_in": 0},
    "life is negative": {**GOOD, "expires_in": -1},
    "life is a list": {**GOOD, "expires_in": [3600]},
    "life is too long": {**GOOD, "expires_in": 10**15},
    "error with status 200": {"error": "invalid_grant"},
}


@pytest.mark.parametrize("body", NO_TOKENS.values(), ids=NO_TOKENS)
async def test_no_token(
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    body: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An answer without a whole token is none; nothing of it is logged."""
    caplog.set_level("DEBUG")
    server.body = body
    with pytest.raises(TokenReplyError):
        await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert "access-1" not in caplog.text
    assert "refresh-1" not in caplog.text


@pytest.mark.parametrize("status", [201, 204, 302, 307, 404, 405, 410])
async def test_no_oauth_server(
    server: TokenServer, implementation: EntryOAuth2Implementation, status: int
) -> None:
    """Another status is no reason to sign in again; redirects are not followed."""
    server.status, server.body = status, "elsewhere"
    with pytest.raises(TokenReplyError):
        await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert len(server.forms) == 1


@pytest.mark.parametrize("life", ["3600", 3600.0, 3600])
async def test_life_in_other_words(
    server: TokenServer, implementation: EntryOAuth2Implementation, life: Any
) -> None:
    """A number may be a text."""
    server.body = {**GOOD, "expires_in": life}
    token = await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert token["expires_in"] == 3600


async def test_unknown_parts_are_left_out(
    server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """What nobody reads is not stored."""
    server.body = {**GOOD, "id_token": "who-i-am"}
    token = await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert "id_token" not in token


async def test_cookies_of_somebody_else(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """Home Assistant's session is shared; what another account left there stays there."""
    # For all servers: jars keep nothing of one that has no name, as the test's.
    async_get_clientsession(hass).cookie_jar.update_cookies({"session": "of-grace"})
    await implementation.async_request_password_token(USERNAME, PASSWORD)
    assert "Cookie" not in server.headers[0]


async def test_answer_without_end(
    server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """What is larger than any token is not read to its end."""
    server.body = {**GOOD, "scope": 2_000_000 * "a"}
    with pytest.raises(TokenReplyError):
        await implementation.async_request_password_token(USERNAME, PASSWORD)


async def test_silence(
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that does not answer is not waited for for ever."""
    monkeypatch.setattr(oauth, "TOKEN_REQUEST_SECONDS", 0.05)
    server.go_on.clear()
    with pytest.raises(TokenTimeoutError):
        await implementation.async_request_password_token(USERNAME, PASSWORD)


async def test_nobody_listens(hass: HomeAssistant, socket_enabled: None) -> None:
    """A server that is not there is told apart from one that refuses."""
    nobody = create_implementation(hass, "http://127.0.0.1:1")
    with pytest.raises(OAuth2TokenRequestBaseError) as caught:
        await nobody.async_refresh_token(GOOD)
    assert type(caught.value) is OAuth2TokenRequestConnectionError


def test_client_hides_its_secret() -> None:
    """What is printed of a client is its server."""
    client = OAuth2Client(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, authorize_url="", token_url=""
    )
    assert CLIENT_ID not in repr(client)
    assert CLIENT_SECRET not in repr(client)


@pytest.fixture
def dialect(hass: HomeAssistant, server: TokenServer) -> EntryOAuth2Implementation:
    """Asks a server with words of its own, whose tokens tell how long they live."""
    client = OAuth2Client.from_entry(
        {"url": server.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        authorize_path="authorize",
        token_path="token",
        dialect=TokenDialect(
            life_of=lambda token: float(token.removeprefix("life-")),
            refusals={"not_you": GrantRefusedError, "who": ClientRefusedError},
        ),
    )
    return EntryOAuth2Implementation(hass, client)


@pytest.mark.parametrize(
    ("reply", "life"),
    [
        ({"access_token": "life-90"}, 90),
        ({"access_token": "life-90", "expires_in": 30}, 30),
        ({"access_token": "life-90", "refresh_token": "again"}, 90),
    ],
    ids=["token", "answer", "refresh token"],
)
async def test_life_in_the_token(
    server: TokenServer,
    dialect: EntryOAuth2Implementation,
    reply: dict[str, Any],
    life: int,
) -> None:
    """Where the answer does not tell it; such a server gives no refresh token."""
    server.body = reply
    token = await dialect.async_request_password_token(USERNAME, PASSWORD)
    assert token["expires_in"] == life
    assert token["access_token"] == "life-90"


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"access_token": "odd"},
        {"access_token": "life--1"},
        {"access_token": "life-inf"},
    ],
    ids=str,
)
async def test_no_life_in_the_token(
    server: TokenServer, dialect: EntryOAuth2Implementation, reply: dict[str, Any]
) -> None:
    """What tells nothing that makes sense is no token."""
    server.body = reply
    with pytest.raises(TokenReplyError):
        await dialect.async_request_password_token(USERNAME, PASSWORD)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (501, {"code": "not_you"}, GrantRefusedError),
        (400, {"code": "who"}, ClientRefusedError),
        (403, {"code": "else"}, TokenRefusedError),
        (501, {"code": "else"}, OAuth2TokenRequestConnectionError),
        (200, {"code": "who", "access_token": None}, TokenReplyError),
        (400, {"code": ["who"]}, TokenRefusedError),
    ],
    ids=str,
)
async def test_refusal_in_other_words(
    server: TokenServer,
    dialect: EntryOAuth2Implementation,
    status: int,
    body: dict[str, Any],
    error: type[Exception],
) -> None:
    """The words of a server count, whatever the status is, unless it is success."""
    server.status, server.body = status, body
    with pytest.raises(error) as caught:
        await dialect.async_request_password_token(USERNAME, PASSWORD)
    assert type(caught.value) is error
