"""An account, a house, a clock to turn, and exports that are added through the flow."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed_exact,
)

from custom_components.iot_bridge.bridges.thingplus import reporter as reporter_module
from custom_components.iot_bridge.export import exports as exports_module
from custom_components.iot_bridge.link import BackoffPolicy
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
from tests.bridges.flow_walker import FlowWalker
from tests.bridges.house import House
from tests.simulators.thingplus import ThingplusSimulator

from ..conftest import CreateEntry

START: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Of the event loop, in which nothing is asked: then all has been answered.
_QUIET_TURNS: Final = 200

type AddExport = Callable[..., Awaitable[ConfigSubentry]]


class Clock:
    """Turns all clocks, and waits for what comes of it."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        server: ThingplusSimulator,
    ) -> None:
        """Stand still.

        Args:
            hass: Home Assistant.
            freezer: Holds the time.
            server: What is talked with.
        """
        self._hass = hass
        self._freezer = freezer
        self._server = server

    async def settle(self) -> None:
        """Let all happen that needs no time."""
        asked, quiet = -1, 0
        while quiet < _QUIET_TURNS:
            await asyncio.sleep(0)
            quiet = quiet + 1 if asked == len(self._server.requests) else 0
            asked = len(self._server.requests)

    async def go(self, seconds: float, step: float = 60) -> None:
        """Let time pass.

        Args:
            seconds: How much.
            step: How much of it at once.
        """
        while seconds > 0:
            passed = min(step, seconds)
            seconds -= passed
            self._freezer.tick(passed)
            async_fire_time_changed_exact(self._hass, dt_util.utcnow())
            await self.settle()


@pytest.fixture(autouse=True)
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after times that are known."""
    policy = BackoffPolicy(first=1, longest=60, jitter=0)
    monkeypatch.setattr(exports_module, "EXPORT_POLICY", policy)
    monkeypatch.setattr(reporter_module, "POLICY", policy)


@pytest.fixture
def clock(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, server: ThingplusSimulator
) -> Clock:
    """The time, which stands still until a test turns it."""
    freezer.move_to(START)
    # It would look where each of a million callbacks came from.
    hass.loop.set_debug(False)
    return Clock(hass, freezer, server)


@pytest.fixture
def house(hass: HomeAssistant, clock: Clock) -> House:
    """A house with a kitchen and a lounge."""
    house = House(hass)
    house.furnish()
    return house


@pytest.fixture
async def account(clock: Clock, create_entry: CreateEntry) -> MockConfigEntry:
    """Ada's account."""
    return await create_entry()


GATEWAY_FORM: Final = {"site_id": "1", "gateway_name": "Home", "gateway_model": "52"}


@pytest.fixture
def add_export(
    flows: FlowWalker, account: MockConfigEntry, house: House, clock: Clock
) -> AddExport:
    """Add an export of some entities, areas... through the flow, and wait until it runs.

    Keywords are fields of its forms.
    """

    async def add(*entities: str, **chosen: Any) -> ConfigSubentry:
        known = set(account.subentries)
        form = await flows.add_subentry(account, "thingplus_export")
        gateway = {name: chosen.pop(name, one) for name, one in GATEWAY_FORM.items()}
        form = await flows.fill(form, gateway)
        entered = {"min_interval": 0, "entities": list(entities), **chosen}
        result = await flows.fill(form, entered)
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        await clock.settle()
        (new,) = account.subentries.keys() - known
        return account.subentries[new]

    return add
