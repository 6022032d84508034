"""The measured side: the integration as it is, with a cloud that answers from memory."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Never, cast
from unittest.mock import patch

from aiohttp import ClientWebSocketResponse
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.bridges.ewelink import account
from custom_components.iot_bridge.bridges.ewelink.client import Tokens, client
from custom_components.iot_bridge.bridges.ewelink.client.http import Answer
from custom_components.iot_bridge.bridges.ewelink.client.outbox import Outbox
from custom_components.iot_bridge.bridges.ewelink.client.pacing import Pace
from custom_components.iot_bridge.bridges.ewelink.client.socket import SocketConnection
from custom_components.iot_bridge.bridges.ewelink.coordinator import EwelinkCoordinator
from custom_components.iot_bridge.const import CONF_BRIDGE, DOMAIN
from homeassistant import loader
from homeassistant.core import HomeAssistant
from tests.waiting import until

from .home import PLATFORMS, set_up
from .house import House

_FAR_FUTURE: Final = 4e9


class MemoryCloud:
    """What stands below the client: no HTTP and no socket, all else is the client's.

    Attributes:
        link: The connection past its handshake, once there is one.
    """

    def __init__(self, house: House, *, dispatch_hangs: bool = False) -> None:
        """Parse the first answers, so that this is not measured.

        Args:
            house: Whose devices are listed.
            dispatch_hangs: Never say where the socket is.
        """
        self.link: SocketConnection | None = None
        self._house = house
        self._dispatch_hangs = dispatch_hangs
        self._answers = house.answers()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let clients that are made meanwhile have this cloud."""
        with (
            patch.object(account, "async_get_clientsession", lambda _: None),
            patch.object(client, "Http", lambda *_: self),
            patch.object(client, "open_connection", self._open_connection),
        ):
            yield

    async def get(
        self, call: str, url: str, *, query: Mapping[str, str], headers: dict[str, str]
    ) -> Answer:
        """Answer a GET, a moment later; each parsed answer is given out once."""
        await asyncio.sleep(0)
        if call == "dispatch" and self._dispatch_hangs:
            await asyncio.Event().wait()
        if call not in self._answers:
            self._answers = self._house.answers()
        return Answer(call, 200, self._answers.pop(call), "")

    async def _open_connection(
        self, *_: Any, tokens: Tokens, pace: Pace, outbox: Outbox, **__: Any
    ) -> SocketConnection:
        self.link = SocketConnection(
            cast(ClientWebSocketResponse[Any], _SilentSocket()),
            tokens=tokens,
            heartbeat=0,
            pace=pace,
            outbox=outbox,
        )
        return self.link


class _SilentSocket:
    """A socket on which nothing comes: frames are handed to the link directly."""

    async def receive(self) -> Never:
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        """Nothing is open."""


async def add_entry(hass: HomeAssistant, house: House) -> MockConfigEntry:
    """Add the config entry of an account, ready to be set up."""
    # Finding and importing the files is Python's work; the other side has no files.
    integration = await loader.async_get_integration(hass, DOMAIN)
    await integration.async_get_component()
    await integration.async_get_platforms(("config_flow", *PLATFORMS))
    hass.config.components.add(DOMAIN)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="eWeLink",
        unique_id="ewelink_0123456789abcdef",
        data={
            CONF_BRIDGE: "ewelink",
            "generation": "v2",
            "country": "DE",
            "app_id": "benchmark-app-id",
            "app_secret": "benchmark-app-secret",
            "access_token": "access",
            "refresh_token": "refresh",
            "access_expires_at": _FAR_FUTURE,
            "refresh_expires_at": _FAR_FUTURE,
            "region": "eu",
            "apikey": house.apikey,
        },
    )
    entry.add_to_hass(hass)
    return entry


async def set_up_and_connect(
    hass: HomeAssistant, house: House
) -> tuple[EwelinkCoordinator, SocketConnection]:
    """Set up the account and wait until it is connected and has read the list again."""
    cloud = MemoryCloud(house)
    with cloud.installed():
        entry = await add_entry(hass, house)
        await set_up(hass, entry)
        coordinator: EwelinkCoordinator = entry.runtime_data
        await until(lambda: coordinator.link_up)
        # The refresh that follows a connection.
        await coordinator.async_refresh()
        await hass.async_block_till_done()
    assert cloud.link is not None
    return coordinator, cloud.link
