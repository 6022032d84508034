"""Tokens of a running entry: renewed when they end, asked for when they are revoked."""

from typing import Any, Final

import pytest

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.bridges.browser import Browser
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.page import go_to_page, sign_in, sign_in_on_page
from tests.simulators.wotkit import Trouble, WotkitServer

from .conftest import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE_FORM,
    PASSWORD,
    AddAccount,
    choose_sensors,
    start_code,
)

GRANT: Final = {
    "password": PASSWORD,
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}


@pytest.fixture
async def entry(add_account: AddAccount) -> ConfigEntry[Any]:
    """An entry that signed in with the password grant."""
    return await add_account("password_grant")


async def read_again(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
    """Read the sensors; return whether it worked."""
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    return bool(entry.runtime_data.last_update_success)


def token_requests(server: WotkitServer) -> int:
    """Return how often tokens were asked for."""
    return sum(request.path == "/api/oauth/token" for request in server.requests)


async def test_expired(
    hass: HomeAssistant, server: WotkitServer, entry: ConfigEntry[Any]
) -> None:
    """A token that has ended is renewed with the refresh token, unnoticed."""
    former = entry.data["token"]
    server.expire_access_tokens()
    before = token_requests(server)
    assert await read_again(hass, entry)
    token = entry.data["token"]
    assert token["access_token"] != former["access_token"]
    assert token["refresh_token"] == former["refresh_token"]
    assert token_requests(server) == before + 1
    assert entry.state is ConfigEntryState.LOADED
    assert not list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


async def test_rotating_refresh_token(
    hass: HomeAssistant, server: WotkitServer, entry: ConfigEntry[Any]
) -> None:
    """Where each refresh token is for one use the new one is stored."""
    server.rotating_refresh_tokens = True
    seen = {entry.data["token"]["refresh_token"]}
    for _ in range(3):
        server.expire_access_tokens()
        assert await read_again(hass, entry)
        seen.add(entry.data["token"]["refresh_token"])
    assert len(seen) == 4


async def test_expired_before_restart(
    hass: HomeAssistant, server: WotkitServer, entry: ConfigEntry[Any]
) -> None:
    """The same goes for a token that ended while Home Assistant was down."""
    await hass.config_entries.async_unload(entry.entry_id)
    server.expire_access_tokens()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_server_cannot_renew(
    hass: HomeAssistant, server: WotkitServer, entry: ConfigEntry[Any]
) -> None:
    """A server in trouble is no reason to sign in again."""
    server.expire_access_tokens()
    server.trouble = Trouble(status=503, path="/oauth/token")
    assert not await read_again(hass, entry)
    assert not list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    server.trouble = None
    assert await read_again(hass, entry)


async def test_revoked(
    hass: HomeAssistant,
    server: WotkitServer,
    flows: FlowWalker,
    entry: ConfigEntry[Any],
) -> None:
    """What was revoked has to be allowed anew; then all goes on."""
    server.revoke_all()
    assert not await read_again(hass, entry)
    form = await flows.open_reauth(entry)
    assert form["step_id"] == "wotkit_reauth_password"
    result = await flows.answer(form, GRANT)
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert await read_again(hass, entry)


async def test_revoked_after_page(
    hass: HomeAssistant, server: WotkitServer, flows: FlowWalker, browser: Browser
) -> None:
    """The same goes for tokens from the web page."""
    form = await start_code(flows, server)
    form = await sign_in_on_page(flows, browser, form, CODE_FORM)
    entry = (await choose_sensors(flows, form))["result"]
    server.expire_access_tokens()
    assert await read_again(hass, entry)
    server.revoke_all()
    assert not await read_again(hass, entry)
    page = await go_to_page(flows, await flows.open_reauth(entry), {})
    result = await sign_in(flows, browser, page)
    assert result["reason"] == "reauth_successful"
    assert await read_again(hass, entry)
