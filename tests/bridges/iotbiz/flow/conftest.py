"""A simulated platform with its broker, for flows that need somebody else's."""

from collections.abc import AsyncIterator

import pytest

from tests.bridges.iotbiz.world import CUSTOMER, OTHER_CUSTOMER
from tests.simulators.iotbiz import Broker, IotbizSimulator
from tests.simulators.iotbiz_callers import running_broker

from .world import OTHER_PASSWORD, OTHER_USER, PASSWORD, USERNAME


@pytest.fixture
def expected_faults() -> list[str]:
    """Client faults that a test provokes; none unless overridden."""
    return []


@pytest.fixture
async def broker(socket_enabled: None) -> AsyncIterator[Broker]:
    """A broker with TLS and without, which knows nobody yet."""
    async with running_broker(tls=True) as running:
        yield running


@pytest.fixture
async def iotbiz(
    broker: Broker, expected_faults: list[str]
) -> AsyncIterator[IotbizSimulator]:
    """A platform with two customers and two users; its clients make no faults."""
    simulated = IotbizSimulator(broker=broker)
    simulated.add_customer(CUSTOMER)
    simulated.add_customer(OTHER_CUSTOMER)
    simulated.add_user(USERNAME, PASSWORD)
    simulated.add_user(OTHER_USER, OTHER_PASSWORD)
    await simulated.start()
    yield simulated
    await simulated.stop()
    assert simulated.faults == expected_faults
