"""An account whose actuator is heard."""

from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit import channels as channels_module
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigEntry
from tests.simulators.wotkit import SimulatedSensor, WotkitServer

from ..conftest import AddAccount
from ..world import until_heard
from .rig import LAMP


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnect after hundredths of seconds."""
    policy = BackoffPolicy(first=0.02, longest=0.05, jitter=0)
    monkeypatch.setattr(channels_module, "LINK_POLICY", policy)


@pytest.fixture
def lamp(sensors: dict[str, SimulatedSensor]) -> SimulatedSensor:
    """The actuator."""
    return sensors["lamp_post"]


@pytest.fixture
async def entry(add_account: AddAccount, server: WotkitServer) -> ConfigEntry[Any]:
    """An account whose actuator is heard."""
    entry = await add_account(controlled_sensors=[LAMP])
    await until_heard(server)
    return entry
