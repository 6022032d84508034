"""An account in a config entry: names, and the client for each way to sign in."""

from typing import Any, Final

import pytest

from custom_components.iot_bridge.bridges.wotkit.account import (
    create_client,
    create_entry_client,
    owner_of,
    title_of,
    unique_id_of,
)
from custom_components.iot_bridge.bridges.wotkit.client import (
    Scope,
    Sensor,
    SignInError,
)
from homeassistant.core import HomeAssistant
from tests.simulators.wotkit import WotkitServer

from .conftest import AddAccount, Way

URL: Final = "https://wotkit.example.com/api"


def test_accounts_are_told_apart() -> None:
    """Server and the name that is signed in with make the name of an account."""
    code = {"url": URL, "client_id": "id"}
    user = {"url": URL, "username": "ada"}
    data: tuple[dict[str, Any], ...] = (
        code,
        {**code, "client_id": "other"},
        {**code, "url": "https://two/api"},
        {**code, "owner": "charles"},
        user,
        {**user, "username": "grace"},
        {**user, "url": "https://two/api"},
    )
    assert len({unique_id_of(one) for one in data}) == len(data)
    assert unique_id_of(user) == unique_id_of({**user, "client_id": "other"})


@pytest.mark.parametrize(
    ("url", "title"),
    [
        (URL, "WoTKit (wotkit.example.com)"),
        ("http://127.0.0.1:8080/wotkit/api", "WoTKit (127.0.0.1)"),
    ],
)
def test_title(url: str, title: str) -> None:
    """An account is called by its server, and by nothing that is secret."""
    data = {"url": url, "username": "ada", "client_id": "id", "owner": "ada"}
    assert title_of(data) == title
    unique_id = unique_id_of(data)
    assert unique_id.startswith("wotkit_")
    assert "ada" not in unique_id


@pytest.mark.parametrize(
    ("owners", "owner"),
    [
        ((), None),
        (("ada",), "ada"),
        (("ada", "ada"), "ada"),
        (("ada", "grace"), None),
        (("",), None),
    ],
    ids=["no sensors", "one", "two of one", "two of two", "nameless"],
)
def test_owner(owners: tuple[str, ...], owner: str | None) -> None:
    """Sensors tell whose they are, unless they do not agree."""
    own = [
        Sensor(id=number, name="mule1", long_name="Taxi", owner=one)
        for number, one in enumerate(owners)
    ]
    assert owner_of(own) == owner


async def test_entry_client(
    hass: HomeAssistant, add_account: AddAccount, way: Way
) -> None:
    """Each way to sign in reads the lists."""
    entry = await add_account(way.name)
    client = create_entry_client(hass, entry)
    names = {sensor.name for sensor in await client.sensors(Scope.CONTRIBUTED)}
    assert "lamp_post" in names


async def test_token_is_refreshed(
    hass: HomeAssistant, server: WotkitServer, add_account: AddAccount
) -> None:
    """The client of an entry renews the token when the server has forgotten it."""
    entry = await add_account("password_grant")
    await hass.config_entries.async_unload(entry.entry_id)
    former = entry.data["token"]
    server.expire_access_tokens()
    await create_entry_client(hass, entry).sensors(Scope.CONTRIBUTED)
    assert entry.data["token"]["access_token"] != former["access_token"]


async def test_token_of_flow_is_not_refreshed(
    hass: HomeAssistant, server: WotkitServer, add_account: AddAccount
) -> None:
    """Where there is no entry to store it in, no token is renewed."""
    entry = await add_account("password_grant")
    await hass.config_entries.async_unload(entry.entry_id)
    former = dict(entry.data)
    server.expire_access_tokens()
    with pytest.raises(SignInError):
        await create_client(hass, entry.data).sensors(Scope.CONTRIBUTED)
    assert dict(entry.data) == former
