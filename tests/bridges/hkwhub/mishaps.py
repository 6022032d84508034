"""What tests let go wrong with the simulated servers, and how it is made good."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.simulators import hkwhub, pubnub
from tests.simulators.hkwhub.cloud import HubOffline

from .conftest import CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME, Servers

type Spoil = Callable[[Servers], Awaitable[None]]


async def nothing(_: Servers) -> None:
    """Leave the servers as they are: it is the user who is mistaken."""


def local(**trouble: Any) -> Spoil:
    """Let the local server have trouble."""

    async def spoil(servers: Servers) -> None:
        servers.local.trouble = hkwhub.Trouble(**trouble)

    return spoil


def cloud(**trouble: Any) -> Spoil:
    """Let the commands of the cloud have trouble."""

    async def spoil(servers: Servers) -> None:
        servers.cloud.trouble = hkwhub.Trouble(**trouble)

    return spoil


def oauth(**trouble: Any) -> Spoil:
    """Let the cloud have trouble with tokens."""

    async def spoil(servers: Servers) -> None:
        servers.cloud.oauth_trouble = hkwhub.Trouble(
            **trouble, only=frozenset({"token"})
        )

    return spoil


def offline(kind: HubOffline) -> Spoil:
    """Let the hub not be connected to the cloud."""

    async def spoil(servers: Servers) -> None:
        servers.cloud.hub_offline = kind

    return spoil


def network(**trouble: Any) -> Spoil:
    """Let the PubNub network have trouble."""

    async def spoil(servers: Servers) -> None:
        for name, value in trouble.items():
            setattr(servers.net.trouble, name, value)

    return spoil


def hub(**trouble: Any) -> Spoil:
    """Let the app on the channel have trouble."""

    async def spoil(servers: Servers) -> None:
        servers.hub.trouble = hkwhub.Trouble(**trouble)

    return spoil


def keys_refused(*, access_manager: bool) -> Spoil:
    """Let PubNub refuse the keys."""

    async def spoil(servers: Servers) -> None:
        servers.net.refuse_keys(access_manager=access_manager)

    return spoil


async def app_closed(servers: Servers) -> None:
    """Close the app that was on the channel."""
    await servers.hub.stop()


async def password_changed(servers: Servers) -> None:
    """Let the user have another password."""
    servers.cloud.add_user(USERNAME, "another one")


async def secret_changed(servers: Servers) -> None:
    """Let the client have another secret."""
    client = servers.cloud.office.clients[CLIENT_ID]
    servers.cloud.add_client(CLIENT_ID, "another secret", client.redirect_uris)


async def repair(servers: Servers) -> None:
    """Let all be as at first."""
    servers.local.trouble = hkwhub.Trouble()
    servers.cloud.trouble = hkwhub.Trouble()
    servers.cloud.oauth_trouble = hkwhub.Trouble()
    servers.cloud.hub_offline = None
    servers.cloud.add_user(USERNAME, PASSWORD)
    client = servers.cloud.office.clients[CLIENT_ID]
    servers.cloud.add_client(CLIENT_ID, CLIENT_SECRET, client.redirect_uris)
    servers.net.trouble = pubnub.Trouble()
    servers.net.allow_keys()
    servers.hub.trouble = hkwhub.Trouble()
    await servers.hub.start()
