"""Entries of the server role, and a walker through IoTBiz' flows."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.const import DOMAIN
from homeassistant.core import HomeAssistant
from tests.bridges.flow_walker import FlowWalker

from .mqtt_rig import broker, mqtt_rig, observer
from .world import SECRET_HASH, server_options

__all__ = ["broker", "create_server", "flows", "mqtt_rig", "observer"]

type CreateServer = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
async def flows(hass: HomeAssistant, unload_at_end: None) -> FlowWalker:
    """Walks through flows; what they have set up is unloaded at the end."""
    return FlowWalker(hass, sometimes={"iotbiz_customer", "iotbiz_refused"})


@pytest.fixture
def create_server(hass: HomeAssistant, unload_at_end: None) -> CreateServer:
    """Create the entry of the server role as the config flow does, and set it up.

    Keywords: `options` that differ from those of `server_options()`, and
    `set_up=False` for an entry that is only added.
    """

    async def create(
        *, options: Mapping[str, Any] | None = None, set_up: bool = True
    ) -> MockConfigEntry:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="IoTBiz",
            unique_id="iotbiz_server",
            data={
                "bridge": "iotbiz",
                "role": "server",
                "secret_hash": SECRET_HASH,
            },
            options=server_options(**(options or {})),
        )
        entry.add_to_hass(hass)
        if set_up:
            assert await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
        return entry

    return create
