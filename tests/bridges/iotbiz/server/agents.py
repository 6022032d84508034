"""Devices that register themselves with Home Assistant and speak at a real broker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest

from tests.bridges.iotbiz.mqtt_rig import MqttRig
from tests.bridges.iotbiz.world import CUSTOMER, DEVICE
from tests.simulators.iotbiz import Broker
from tests.simulators.iotbiz.agent import SimulatedAgent
from tests.simulators.iotbiz.world import Generation
from tests.waiting import until

from .callers import Caller

type NewAgent = Callable[..., Awaitable[SimulatedAgent]]


@pytest.fixture
async def new_agent(here: Caller, broker: Broker) -> AsyncIterator[NewAgent]:
    """Makes devices that are activated, and known at the broker.

    At the end they stop; nothing that they were answered may differ from the documents.
    """
    agents: list[SimulatedAgent] = []

    async def create(
        device_id: str = DEVICE,
        *,
        generation: Generation = "late",
        customer_id: str = CUSTOMER,
    ) -> SimulatedAgent:
        base = str(here.url).rstrip("/")
        agent = SimulatedAgent(base, customer_id, device_id, generation=generation)
        agents.append(agent)
        await agent.enrol()
        await broker.add_user(device_id, agent.password, customer_id)
        return agent

    yield create
    for agent in agents:
        await agent.close()
    assert [fault for agent in agents for fault in agent.faults] == []


@pytest.fixture
async def agent(mqtt_rig: MqttRig, new_agent: NewAgent) -> SimulatedAgent:
    """A device that is connected; Home Assistant has heard that."""
    await mqtt_rig.until_subscribed(pattern("state"))
    created = await new_agent()
    await created.connect(mqtt_rig.broker)
    return created


def pattern(leaf: str, customer_id: str = CUSTOMER) -> str:
    """Return what Home Assistant subscribes to."""
    return f"devices/out/{customer_id}/+/{leaf}"


def subscriptions(rig: MqttRig, leaf: str = "state") -> int:
    """Return how often Home Assistant subscribed since the broker started."""
    return rig.broker.log.count(f"{pattern(leaf)} (QoS ")


async def until_subscribed_again(rig: MqttRig, before: int) -> None:
    """Wait until Home Assistant has subscribed to all once more.

    Args:
        rig: Where.
        before: How often it had.
    """
    for leaf in ("state", "supervisor"):
        await until(partial(_is_beyond, rig, leaf, before))


def _is_beyond(rig: MqttRig, leaf: str, before: int) -> bool:
    return subscriptions(rig, leaf) > before
