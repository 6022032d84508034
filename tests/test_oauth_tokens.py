"""Tokens of a config entry, kept fresh."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge import config_flow
from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.oauth import EntryOAuth2Implementation
from custom_components.iot_bridge.oauth_tokens import EntryTokens, NewToken
from homeassistant.config_entries import HANDLERS, SOURCE_REAUTH
from homeassistant.core import HomeAssistant

from .oauth_rig import GOOD, TokenServer, create_implementation, token_server
from .waiting import until

RENEWED: Final = {**GOOD, "access_token": "access-2", "refresh_token": "refresh-2"}


class SignInNeededError(Exception):
    """What a bridge raises when only the user can mend it."""


class LaterError(Exception):
    """What a bridge raises when it may be better later."""


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


def entry_with(hass: HomeAssistant, **token: Any) -> MockConfigEntry:
    """Return an entry with a token that is valid for long unless said otherwise."""
    stored = {**GOOD, "expires_at": 10**10, **token}
    data = {"bridge": "hkwhub", "transport": "cloud", "grant": "password"}
    entry = MockConfigEntry(domain=DOMAIN, data={**data, "token": stored})
    entry.add_to_hass(hass)
    return entry


def tokens_of(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    implementation: EntryOAuth2Implementation,
) -> EntryTokens:
    """Return the tokens of an entry."""
    return EntryTokens(
        hass,
        entry,
        implementation,
        sign_in_error=SignInNeededError,
        connect_error=LaterError,
    )


async def test_new_token() -> None:
    """A token that is not accepted when it is new is not renewed."""
    tokens = NewToken(GOOD, SignInNeededError)
    assert await tokens.access_token() == "access-1"
    with pytest.raises(SignInNeededError):
        await tokens.renew("access-1")


async def test_valid_token(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A token that is valid is used without asking."""
    tokens = tokens_of(hass, entry_with(hass), implementation)
    assert await tokens.access_token() == "access-1"
    assert server.forms == []


async def test_expired_token(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """An expired one is refreshed; the new refresh token is stored at once."""
    entry = entry_with(hass, expires_at=0)
    server.body = RENEWED
    tokens = tokens_of(hass, entry, implementation)
    assert await tokens.access_token() == "access-2"
    assert entry.data["token"]["refresh_token"] == "refresh-2"
    assert entry.data["grant"] == "password"
    assert server.forms[0]["refresh_token"] == "refresh-1"
    assert await tokens.access_token() == "access-2"
    assert len(server.forms) == 1


async def test_refresh_token_that_stays(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A server that does not rotate the refresh token leaves it out."""
    entry = entry_with(hass, expires_at=0)
    server.body = {"access_token": "access-2", "expires_in": 3600}
    tokens = tokens_of(hass, entry, implementation)
    assert await tokens.access_token() == "access-2"
    assert entry.data["token"]["refresh_token"] == "refresh-1"


async def test_rejected_token(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A token that the server rejects is refreshed though its time is not over."""
    entry = entry_with(hass)
    server.body = RENEWED
    tokens = tokens_of(hass, entry, implementation)
    assert await tokens.renew("access-1") == "access-2"
    # Somebody was slower, and still had the former one.
    assert await tokens.renew("access-1") == "access-2"
    assert len(server.forms) == 1


async def test_many_at_once(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """However many notice it, there is one request."""
    entry = entry_with(hass)
    server.body = RENEWED
    server.go_on.clear()
    tokens = tokens_of(hass, entry, implementation)
    asking = asyncio.gather(
        *(tokens.renew("access-1") for _ in range(5)),
        *(tokens.access_token() for _ in range(5)),
    )
    await until(lambda: server.forms)
    await asyncio.sleep(0.02)
    server.go_on.set()
    assert set(await asking) == {"access-2"}
    assert len(server.forms) == 1


async def test_rejection_outlives_a_restart(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A token that was rejected is not sent again, also where none was to be had."""
    entry = entry_with(hass)
    server.status = 503
    tokens = tokens_of(hass, entry, implementation)
    with pytest.raises(LaterError):
        await tokens.renew("access-1")
    server.status, server.body = 200, RENEWED
    again = tokens_of(hass, entry, implementation)
    assert await again.access_token() == "access-2"


async def test_nobody_waits_any_more(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """The answer is stored even if the one who asked has given up: it is the only one."""
    entry = entry_with(hass, expires_at=0)
    server.body = RENEWED
    server.go_on.clear()
    tokens = tokens_of(hass, entry, implementation)
    asking = asyncio.create_task(tokens.access_token())
    await until(lambda: server.forms)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    server.go_on.set()
    await until(lambda: entry.data["token"]["refresh_token"] == "refresh-2")


async def test_entry_removed_meanwhile(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A token for an entry that is gone has no place to be stored."""
    entry = entry_with(hass, expires_at=0)
    server.go_on.clear()
    asking = asyncio.create_task(tokens_of(hass, entry, implementation).access_token())
    await until(lambda: server.forms)
    await hass.config_entries.async_remove(entry.entry_id)
    server.go_on.set()
    with pytest.raises(LaterError):
        await asking


async def test_entry_without_token(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A client may outlive the way that its entry was reached by."""
    entry = entry_with(hass)
    tokens = tokens_of(hass, entry, implementation)
    hass.config_entries.async_update_entry(entry, data={"transport": "local"})
    with pytest.raises(LaterError):
        await tokens.access_token()
    with pytest.raises(LaterError):
        await tokens.renew("access-1")
    assert entry.data == {"transport": "local"}


async def test_entry_for_another_server(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """The token that the entry has now is for somebody else, and left alone."""
    entry = entry_with(hass)
    tokens = tokens_of(hass, entry, implementation)
    data = {**entry.data, "url": "https://elsewhere", "token": RENEWED}
    hass.config_entries.async_update_entry(entry, data=data)
    with pytest.raises(LaterError):
        await tokens.access_token()
    with pytest.raises(LaterError):
        await tokens.renew("access-2")
    assert server.forms == []
    assert entry.data == data


@pytest.mark.parametrize("status", [200, 400])
async def test_entry_changed_meanwhile(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    status: int,
) -> None:
    """Neither a late answer nor a late refusal touches what the user has chosen."""
    assert HANDLERS[DOMAIN] is config_flow.IotBridgeConfigFlow
    entry = entry_with(hass, expires_at=0)
    server.status = status
    server.go_on.clear()
    asking = asyncio.create_task(tokens_of(hass, entry, implementation).access_token())
    await until(lambda: server.forms)
    data = {"bridge": "hkwhub", "transport": "local"}
    hass.config_entries.async_update_entry(entry, data=data)
    server.go_on.set()
    with pytest.raises(LaterError):
        await asking
    await hass.async_block_till_done()
    assert entry.data == data
    assert not list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


async def test_entry_loaded_anew_meanwhile(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """The next client waits for what the one before it has asked for."""
    entry = entry_with(hass, expires_at=0)
    server.body = RENEWED
    server.go_on.clear()
    asking = asyncio.gather(
        tokens_of(hass, entry, implementation).access_token(),
        tokens_of(hass, entry, implementation).access_token(),
    )
    await until(lambda: server.forms)
    await asyncio.sleep(0.02)
    server.go_on.set()
    assert set(await asking) == {"access-2"}
    assert len(server.forms) == 1


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client"])
async def test_refresh_token_is_refused(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    error: str,
) -> None:
    """Only the user can mend it, and is asked."""
    assert HANDLERS[DOMAIN] is config_flow.IotBridgeConfigFlow
    entry = entry_with(hass, expires_at=0)
    server.status, server.body = 400, {"error": error}
    with pytest.raises(SignInNeededError):
        await tokens_of(hass, entry, implementation).access_token()
    await hass.async_block_till_done()
    assert list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


async def test_refused_once(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
) -> None:
    """Nobody asks again before the user has done something: servers lock accounts."""
    assert HANDLERS[DOMAIN] is config_flow.IotBridgeConfigFlow
    entry = entry_with(hass)
    server.status = 400
    tokens = tokens_of(hass, entry, implementation)
    for ask in (tokens.renew("access-1"), *(tokens.access_token() for _ in range(3))):
        with pytest.raises(SignInNeededError):
            await ask
    assert len(server.forms) == 1
    server.status, server.body = 200, RENEWED
    token = {**GOOD, "access_token": "access-3", "expires_at": 0}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    assert await tokens.access_token() == "access-2"


async def test_refused_to_many(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
) -> None:
    """Those who have waited for the answer do not ask again either."""
    assert HANDLERS[DOMAIN] is config_flow.IotBridgeConfigFlow
    entry = entry_with(hass, expires_at=0)
    server.status = 400
    server.go_on.clear()
    tokens = tokens_of(hass, entry, implementation)
    asking = asyncio.gather(
        *(tokens.access_token() for _ in range(5)), return_exceptions=True
    )
    await until(lambda: server.forms)
    server.go_on.set()
    assert {type(one) for one in await asking} == {SignInNeededError}
    assert len(server.forms) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, GOOD), (404, GOOD), (200, "It works!"), (200, {**GOOD, "expires_in": 0})],
    ids=["trouble", "not found", "text", "no life"],
)
async def test_no_token_for_now(
    hass: HomeAssistant,
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    status: int,
    body: Any,
) -> None:
    """It may be better later: nobody is asked, and nothing is lost."""
    entry = entry_with(hass, expires_at=0)
    server.status, server.body = status, body
    tokens = tokens_of(hass, entry, implementation)
    with pytest.raises(LaterError):
        await tokens.access_token()
    assert entry.data["token"]["refresh_token"] == "refresh-1"
    assert not list(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    server.status, server.body = 200, RENEWED
    assert await tokens.access_token() == "access-2"


async def test_freshen(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """A token may be replaced while it is valid, by one request at a time."""
    entry = entry_with(hass)
    server.body = RENEWED
    server.go_on.clear()
    tokens = tokens_of(hass, entry, implementation)
    asking = asyncio.gather(tokens.async_freshen(), tokens.async_freshen())
    await until(lambda: server.forms)
    await asyncio.sleep(0.02)
    assert await tokens.access_token() == "access-1"
    server.go_on.set()
    await asking
    assert await tokens.access_token() == "access-2"
    assert len(server.forms) == 1


@pytest.mark.parametrize(
    ("status", "flows"), [(503, 0), (400, 1)], ids=["trouble", "refused"]
)
async def test_freshen_in_vain(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    server: TokenServer,
    implementation: EntryOAuth2Implementation,
    status: int,
    flows: int,
) -> None:
    """The former one goes on being used; who can mend it is asked to."""
    assert HANDLERS[DOMAIN] is config_flow.IotBridgeConfigFlow
    entry = entry_with(hass)
    server.status = status
    tokens = tokens_of(hass, entry, implementation)
    await tokens.async_freshen()
    await hass.async_block_till_done()
    assert await tokens.access_token() == "access-1"
    assert len([*entry.async_get_active_flows(hass, {SOURCE_REAUTH})]) == flows


async def test_freshen_what_is_for_somebody_else(
    hass: HomeAssistant, server: TokenServer, implementation: EntryOAuth2Implementation
) -> None:
    """Nothing is asked for."""
    entry = entry_with(hass)
    tokens = tokens_of(hass, entry, implementation)
    data = {**entry.data, "url": "https://elsewhere"}
    hass.config_entries.async_update_entry(entry, data=data)
    await tokens.async_freshen()
    assert server.forms == []
    assert entry.data == data
