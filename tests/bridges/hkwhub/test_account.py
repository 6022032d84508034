"""A hub in a config entry: addresses, names, and the client for each transport."""

import logging
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.hkwhub.account import (
    create_client,
    create_entry_client,
    normal_address,
    title_of,
    unique_id_of,
)
from custom_components.iot_bridge.bridges.hkwhub.client import SignInError
from custom_components.iot_bridge.bridges.hkwhub.const import TransportKind
from homeassistant.core import HomeAssistant
from tests.simulators.hkwhub import HkIotCloud

from .conftest import AddHub


@pytest.mark.parametrize(
    ("transport", "typed", "address"),
    [
        (TransportKind.LOCAL, "10.0.1.37", "http://10.0.1.37:8080"),
        (TransportKind.LOCAL, "http://10.0.1.37:8080/", "http://10.0.1.37:8080"),
        (TransportKind.LOCAL, "hub.lan:81", "http://hub.lan:81"),
        (TransportKind.LOCAL, "http://hub.lan:80", "http://hub.lan"),
        (TransportKind.LOCAL, "[fd00::1]", "http://[fd00::1]:8080"),
        (TransportKind.CLOUD, None, "https://hkiotcloud.herokuapp.com"),
        (TransportKind.CLOUD, "  ", "https://hkiotcloud.herokuapp.com"),
        (TransportKind.CLOUD, "cloud.lan", "https://cloud.lan"),
        (TransportKind.CLOUD, "http://127.0.0.1:1234", "http://127.0.0.1:1234"),
        (TransportKind.PUBNUB, "", "https://ps.pndsn.com"),
        (TransportKind.PUBNUB, "https://pubnub.lan/", "https://pubnub.lan"),
    ],
)
def test_address(transport: TransportKind, typed: str | None, address: str) -> None:
    """Addresses are stored in one form; only a hub itself has no default."""
    assert normal_address(transport, typed) == address


def test_local_address_is_needed() -> None:
    """A hub's own server has to be named."""
    with pytest.raises(ValueError):
        normal_address(TransportKind.LOCAL, "")


@pytest.mark.parametrize(
    ("url", "unique_id", "title"),
    [
        (
            "http://10.0.1.37:8080",
            "hkwhub_local_10.0.1.37:8080",
            "HKWHub (10.0.1.37)",
        ),
        ("http://hub.lan", "hkwhub_local_hub.lan:80", "HKWHub (hub.lan)"),
        ("http://[fd00::1]:8080", "hkwhub_local_fd00::1:8080", "HKWHub (fd00::1)"),
    ],
)
def test_local_names(url: str, unique_id: str, title: str) -> None:
    """A local hub is called by its address."""
    data = {"transport": "local", "url": url}
    assert unique_id_of(data) == unique_id
    assert title_of(data) == title


def test_accounts_are_told_apart() -> None:
    """Server, user name and client make the name of an account in the cloud."""
    code = {"transport": "cloud", "url": "https://one", "client_id": "id"}
    password = {**code, "username": "ada"}
    data = (
        code,
        {**code, "client_id": "other"},
        {**code, "url": "https://two"},
        password,
        {**password, "username": "grace"},
        {**password, "url": "https://two"},
    )
    assert len({unique_id_of(one) for one in data}) == len(data)
    assert unique_id_of(password) == unique_id_of({**password, "client_id": "other"})


async def test_token_is_refreshed(
    hass: HomeAssistant, cloud: HkIotCloud, add_hub: AddHub
) -> None:
    """The client of an entry renews the token when the cloud has forgotten it."""
    entry = await add_hub("cloud")
    await hass.config_entries.async_unload(entry.entry_id)
    former = entry.data["token"]
    cloud.expire_access_tokens()
    client = create_entry_client(hass, entry)
    assert len(await client.speakers()) == 4
    await client.close_session()
    assert entry.data["token"]["refresh_token"] != former["refresh_token"]
    assert cloud.token_requests[-1]["grant_type"] == "refresh_token"


async def test_token_of_flow_is_not_refreshed(
    hass: HomeAssistant, cloud: HkIotCloud, add_hub: AddHub
) -> None:
    """Where there is no entry to store it in, no token is renewed."""
    entry = await add_hub("cloud")
    await hass.config_entries.async_unload(entry.entry_id)
    cloud.expire_access_tokens()
    before = len(cloud.token_requests)
    with pytest.raises(SignInError):
        await create_client(hass, entry.data).open_session()
    assert len(cloud.token_requests) == before


@pytest.mark.parametrize("transport", ["local", "pubnub"])
async def test_no_tokens_without_cloud(
    hass: HomeAssistant,
    add_hub: AddHub,
    transport: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Other transports have no tokens; what is told of a client has no secrets."""
    caplog.set_level(logging.DEBUG)
    entry = await add_hub(transport)
    client: Any = create_entry_client(hass, entry)
    assert client.pushes == (transport == "pubnub")
    assert client.hub_uuid is None
