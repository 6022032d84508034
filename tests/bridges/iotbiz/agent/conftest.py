"""This Home Assistant as a device on a platform, and exports through the subentry flow."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iot_bridge.bridges.iotbiz.agent import (
    publisher as publisher_module,
    sink as sink_module,
)
from custom_components.iot_bridge.const import DOMAIN
from custom_components.iot_bridge.export import exports as exports_module
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import House
from tests.simulators.iotbiz import Broker
from tests.simulators.iotbiz_callers import running_broker
from tests.waiting import until_state

from .platform import CUSTOMER, DEVICE, PASSWORD, Platform
from .relay import Relay

TITLE: Final = "IoTBiz (iot.example.com)"
CONNECTED: Final = "binary_sensor.iotbiz_iot_example_com_connectivity"
COMMAND: Final = "event.iotbiz_iot_example_com_command"

# Seconds between two messages, so that tests need not wait for long.
PERIOD: Final = 0.05

type AddAgent = Callable[..., Awaitable[MockConfigEntry]]
type AddExport = Callable[..., Awaitable[ConfigSubentry]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, quick_reconnect: None) -> None:
    """Send and try again after hundredths of seconds."""
    policy = BackoffPolicy(first=0.02, longest=0.05, jitter=0)
    monkeypatch.setattr(exports_module, "EXPORT_POLICY", policy)
    monkeypatch.setattr(publisher_module, "SHORTEST_PERIOD", PERIOD)
    monkeypatch.setattr(sink_module, "SHORTEST_PERIOD", PERIOD)
    monkeypatch.setattr(sink_module, "RETRY_WAIT", 0.02)


@asynccontextmanager
async def running(broker: Broker) -> AsyncIterator[Platform]:
    """Run a platform; afterwards, look for faults of the device."""
    platform = await Platform.at(broker)
    try:
        yield platform
    finally:
        await platform.simulator.stop()
    assert platform.simulator.faults == []


@pytest.fixture
async def platform(broker: Broker) -> AsyncIterator[Platform]:
    """A platform that knows the device; in the end this has made no fault."""
    async with running(broker) as platform:
        yield platform


@pytest.fixture
async def relay(broker: Broker) -> AsyncIterator[Relay]:
    """A wire to the broker."""
    relay = Relay(broker.port)
    await relay.start()
    yield relay
    await relay.stop()


@pytest.fixture
def house(hass: HomeAssistant) -> House:
    """A house with a kitchen and a lounge."""
    house = House(hass)
    house.furnish()
    return house


def agent_entry(broker: Broker, **changes: Any) -> MockConfigEntry:
    """Return the entry of a device as the config flow makes it.

    Args:
        broker: Where it connects.
        changes: Of its data.
    """
    return MockConfigEntry(
        domain=DOMAIN,
        title=TITLE,
        unique_id="iotbiz_agent_0123456789abcdef",
        data={
            "bridge": "iotbiz",
            "role": "agent",
            "url": "https://iot.example.com",
            "customer_id": CUSTOMER,
            "device_id": DEVICE,
            "password": PASSWORD,
            "broker_host": broker.host,
            "broker_port": broker.port,
            "security": "plain",
            **changes,
        },
    )


@pytest.fixture
def add_agent(hass: HomeAssistant, broker: Broker, unload_at_end: None) -> AddAgent:
    """Add the entry of a device and set it up; takes changes of its data."""

    async def add(**changes: Any) -> MockConfigEntry:
        entry = agent_entry(broker, **changes)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    return add


@pytest.fixture
async def agent(
    hass: HomeAssistant, platform: Platform, house: House, add_agent: AddAgent
) -> MockConfigEntry:
    """The device, connected; it tells nothing of the house yet."""
    entry = await add_agent()
    await until_state(hass, CONNECTED, "on")
    await platform.until_row({})
    return entry


@pytest.fixture
def add_export(flows: FlowWalker, agent: MockConfigEntry) -> AddExport:
    """Add an export of some entities, areas... through the flow."""

    async def add(*entities: str, **chosen: Any) -> ConfigSubentry:
        known = set(agent.subentries)
        form = await flows.add_subentry(agent, "iotbiz_export")
        entered = {"min_interval": 0, "entities": list(entities), **chosen}
        result = await flows.fill(form, entered)
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        (new,) = agent.subentries.keys() - known
        return agent.subentries[new]

    return add


@pytest.fixture
async def tls_platform(socket_enabled: None) -> AsyncIterator[Platform]:
    """A platform whose broker speaks TLS, too."""
    async with running_broker(tls=True) as broker, running(broker) as platform:
        yield platform
