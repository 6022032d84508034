"""What it costs to set an account up: from the parsed list to all entities added.

Each set-up has an event loop of its own: what a stopped Home Assistant has left in a
loop's timers would keep all of it alive, for the garbage collector to search.
"""

import asyncio
from collections.abc import Iterator, Mapping
import time
from typing import Any, Final

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .bare import Plan, add_bare_entry
from .home import home_assistant, set_up
from .house import House
from .integration import MemoryCloud, add_entry
from .table import Row, thousands
from .timing import Samples, fresh_collector

FLOOR_LIMIT: Final = 1.5
GROWTH_LIMIT: Final = 1.2
WAIT_LIMIT: Final = 1.2

# From the smallest size on the time for each device has to stay as it is. There it holds
# what an entry costs once, though, which makes large accounts look cheap; so it is
# compared from here on too, with Home Assistant's own growth.
_SMALL: Final = 100

# Up to this size it is checked that both sides make the same.
_CHECKED: Final = 100


class UnequalError(AssertionError):
    """The two sides have not made the same, so their times cannot be compared."""


def measure_set_up(
    houses: Mapping[House, Plan], rounds: Mapping[int, int]
) -> list[Row]:
    """Measure the set-up of houses, the smallest first.

    Args:
        houses: The houses, with the plan of what the integration makes of each.
        rounds: How often each size is set up.
    """
    taken: dict[int, tuple[Samples, Samples]] = {}
    for house, plan in houses.items():
        if house.size <= _CHECKED:
            asyncio.run(_check_equal(house, plan))
        bare: list[float] = []
        integration: list[float] = []
        for number in range(rounds[house.size]):
            # Who goes first takes turns.
            for side in (number % 2, 1 - number % 2):
                if side:
                    bare.append(asyncio.run(_time_bare(plan)))
                else:
                    integration.append(asyncio.run(_time_integration(house)))
        taken[house.size] = Samples(tuple(bare)), Samples(tuple(integration))
    rows = [
        Row(
            measured="set-up, for each device",
            devices=thousands(size),
            unit="ms",
            compared_with="bare entities",
            reference=bare.median * 1e3 / size,
            integration=integration.median * 1e3 / size,
            ratio=integration.ratio_to(bare),
            limit=FLOOR_LIMIT,
        )
        for size, (bare, integration) in taken.items()
    ]
    smallest = next(iter(houses))
    return [
        *rows,
        *_growth(taken),
        _measure_hanging(smallest, max(rounds.values())),
    ]


def _growth(taken: Mapping[int, tuple[Samples, Samples]]) -> Iterator[Row]:
    """Compare the time for each device of large and small accounts."""
    large = max(taken)
    for small in (min(taken), _SMALL):
        bare, integration = (
            taken[large][side].median / large / (taken[small][side].median / small)
            for side in (0, 1)
        )
        yield Row(
            measured="set-up, growth of the time for each device",
            devices=f"{thousands(small)} → {thousands(large)}",
            unit="times",
            compared_with="growth with bare entities",
            reference=bare,
            integration=integration,
            ratio=integration / bare,
            limit=GROWTH_LIMIT,
            limits_ratio=small == _SMALL,
        )


def _measure_hanging(house: House, rounds: int) -> Row:
    """Show that nothing waits for the socket: its address is never told."""
    answers: list[float] = []
    hangs: list[float] = []
    for _ in range(rounds):
        answers.append(asyncio.run(_time_integration(house, dispatch_hangs=False)))
        hangs.append(asyncio.run(_time_integration(house)))
    hanging = Samples(tuple(hangs))
    answering = Samples(tuple(answers))
    return Row(
        measured="set-up while the socket's address is awaited for ever",
        devices=thousands(house.size),
        unit="ms",
        compared_with="dispatch answers at once",
        reference=answering.median * 1e3,
        integration=hanging.median * 1e3,
        ratio=hanging.ratio_to(answering),
        limit=WAIT_LIMIT,
    )


async def _time_integration(house: House, *, dispatch_hangs: bool = True) -> float:
    """Set the integration up in a new Home Assistant.

    Returns:
        Seconds. By default the socket never comes up: what it brings, a second list,
        is no part of the set-up.
    """
    cloud = MemoryCloud(house, dispatch_hangs=dispatch_hangs)
    async with home_assistant() as hass:
        with cloud.installed():
            return await _time(hass, await add_entry(hass, house))


async def _time_bare(plan: Plan) -> float:
    """Set bare entities up in a new Home Assistant.

    Returns:
        Seconds.
    """
    async with home_assistant() as hass:
        return await _time(hass, add_bare_entry(hass, plan))


async def _time(hass: HomeAssistant, entry: MockConfigEntry) -> float:
    with fresh_collector():
        begin = time.perf_counter()
        await set_up(hass, entry)
        return time.perf_counter() - begin


async def _check_equal(house: House, plan: Plan) -> None:
    """Make sure that both sides leave the same in the registries and the same states.

    Raises:
        UnequalError: They do not.
    """
    cloud = MemoryCloud(house, dispatch_hangs=True)
    async with home_assistant() as hass:
        with cloud.installed():
            entry = await add_entry(hass, house)
            await set_up(hass, entry)
        integration = _content(hass, entry)
    async with home_assistant() as hass:
        entry = add_bare_entry(hass, plan)
        await set_up(hass, entry)
        bare = _content(hass, entry)
    if len(integration[0]) != house.size:
        raise UnequalError(f"{len(integration[0])} devices in place of {house.size}")
    if integration != bare:
        raise UnequalError("the integration and the bare entities differ")


def _content(
    hass: HomeAssistant, entry: MockConfigEntry
) -> tuple[list[Any], list[Any], list[Any]]:
    """Return devices, entities and states of a config entry, without their ids."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return (
        [
            (each.name, each.manufacturer, each.model, each.model_id, each.sw_version)
            for each in devices
        ],
        sorted(
            (
                each.entity_id,
                str(each.disabled_by),
                str(each.entity_category),
                str(each.original_device_class),
                str(each.original_name),
                str(each.translation_key),
                str(each.capabilities),
            )
            for each in entities
        ),
        sorted(
            (state.entity_id, state.state, str(state.attributes))
            for state in hass.states.async_all()
        ),
    )
