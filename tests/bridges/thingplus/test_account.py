"""An account in a config entry: names, tokens, and what refusals of tokens mean."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.thingplus.account import (
    ThingplusOAuth2,
    create_client,
    renews_itself,
    title_of,
    unique_id_of,
)
from custom_components.iot_bridge.bridges.thingplus.client import SignInError
from custom_components.iot_bridge.oauth import (
    ClientRefusedError,
    GrantRefusedError,
    TokenRefusedError,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import OAuth2TokenRequestConnectionError
from tests.simulators.thingplus import ThingplusSimulator, Trouble

from .conftest import PASSWORD_HASH, USERNAME, entry_data

URL: Final = "https://api.sandbox.thingplus.net/v2"


def test_accounts_are_told_apart() -> None:
    """Server and user make the name of an account; it tells neither."""
    user = {"url": URL, "user_id": "7", "username": "ada", "client_id": "id"}
    data: tuple[dict[str, Any], ...] = (
        user,
        {**user, "user_id": "8"},
        {**user, "url": "https://api.thingplus.net/v2"},
        {"url": URL, "username": "ada", "client_id": "id"},
        {"url": URL, "username": "grace", "client_id": "id"},
        {"url": URL, "client_id": "id"},
    )
    ids = {unique_id_of(one) for one in data}
    assert len(ids) == len(data)
    assert not [one for one in ids if "ada" in one or "sandbox" in one]


def test_one_account() -> None:
    """However one signs in, it is the same user."""
    user = {"url": URL, "user_id": "7"}
    code = {**user, "client_id": "id"}
    assert unique_id_of(code) == unique_id_of({**user, "username": "ada"})


def test_title() -> None:
    """The server names it; Home Assistant writes it to its log."""
    assert title_of({"url": URL}) == "Thing+ (api.sandbox.thingplus.net)"


def test_who_renews_itself(server: ThingplusSimulator) -> None:
    """With the hash of a password; a code was for one use."""
    assert renews_itself(entry_data(server))
    assert not renews_itself(entry_data(server, sign_in="code"))


async def test_client_of_a_flow(
    hass: HomeAssistant, server: ThingplusSimulator
) -> None:
    """It uses the token that it is given, and gives up when that is refused."""
    client = create_client(hass, entry_data(server))
    assert [site.name for site in await client.sites()] == ["default"]
    server.revoke_all()
    with pytest.raises(SignInError):
        await client.sites()


async def test_code_is_not_refreshed(
    hass: HomeAssistant, server: ThingplusSimulator
) -> None:
    """There is nothing that could be asked of the server."""
    data = entry_data(server, sign_in="code")
    with pytest.raises(TokenRefusedError):
        await ThingplusOAuth2(hass, data).async_refresh_token(data["token"])
    assert len(server.requests) == 0


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("incorrect_client_credentials", 401, ClientRefusedError),
        ("incorrect_user_credentials", 401, TokenRefusedError),
        ("unauthorized_user", 403, GrantRefusedError),
        ("unsupported_grant_type", 501, GrantRefusedError),
        ("expired_code", 403, TokenRefusedError),
        ("invalid_code", 400, TokenRefusedError),
        ("redirect_uri_mismatch", 400, TokenRefusedError),
        ("unheard_of", 400, TokenRefusedError),
        ("unheard_of", 501, OAuth2TokenRequestConnectionError),
    ],
)
async def test_refusal(
    hass: HomeAssistant,
    server: ThingplusSimulator,
    code: str,
    status: int,
    error: type[Exception],
) -> None:
    """Each of the documented errors means what it says, whatever its status."""
    body = f'{{"name":"TokenError","message":"","code":"{code}","status":{status}}}'
    server.trouble = Trouble(status=status, body=body)
    data = entry_data(server)
    with pytest.raises(error) as raised:
        await ThingplusOAuth2(hass, data).async_refresh_token(data["token"])
    assert type(raised.value) is error
    assert PASSWORD_HASH not in f"{raised.value!r} {raised.value}"


@pytest.mark.parametrize(
    ("body", "life"),
    [
        ('{"access_token": "opaque"}', 15 * 24 * 3600),
        ('{"access_token": "opaque", "expires_in": 60}', 60),
        # exp - iat: 90 days
        (
            '{"access_token": "e30.eyJpYXQiOjE0OTU0MzYwMzksImV4cCI6MTUwMzIxMjAzOX0.x"}',
            90 * 24 * 3600,
        ),
    ],
    ids=["tells nothing", "the answer tells", "the token tells"],
)
async def test_life(
    hass: HomeAssistant, server: ThingplusSimulator, body: str, life: int
) -> None:
    """It is in the token, if anywhere."""
    server.trouble = Trouble(status=200, body=body)
    account = ThingplusOAuth2(hass, entry_data(server))
    token = await account.async_request_password_token(USERNAME, PASSWORD_HASH)
    assert token["expires_in"] == life
