"""An account, a house, and exports that are added through the subentry flow."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from custom_components.iot_bridge.bridges.wotkit import export as export_module
from custom_components.iot_bridge.export import exports as exports_module
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import House

from ..conftest import AddAccount
from .exported import DEFAULTS

type AddExport = Callable[..., Awaitable[ConfigSubentry]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after hundredths of seconds."""
    policy = BackoffPolicy(first=0.02, longest=0.05, jitter=0)
    monkeypatch.setattr(exports_module, "EXPORT_POLICY", policy)
    monkeypatch.setattr(export_module, "CLOCK_WAIT", 0.02)


@pytest.fixture
def house(hass: HomeAssistant) -> House:
    """A house with a kitchen and a lounge."""
    house = House(hass)
    house.furnish()
    return house


@pytest.fixture
async def account(add_account: AddAccount) -> ConfigEntry[Any]:
    """Ada's account."""
    return await add_account()


@pytest.fixture
def add_export(flows: FlowWalker, account: ConfigEntry[Any], house: House) -> AddExport:
    """Add an export of some entities, areas... through the flow."""

    async def add(*entities: str, **chosen: Any) -> ConfigSubentry:
        known = set(account.subentries)
        form = await flows.add_subentry(account, "export")
        entered = {**DEFAULTS, "entities": list(entities), **chosen}
        result = await flows.fill(form, entered)
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        (new,) = account.subentries.keys() - known
        return account.subentries[new]

    return add
