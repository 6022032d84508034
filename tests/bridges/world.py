"""What tests of entities do with Home Assistant, whichever bridge it is."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    async_fire_time_changed_exact,
)

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

# Of the event loop; some thousand are enough for any request.
_TURNS: Final = 200_000


def pass_time(hass: HomeAssistant, **time: float) -> None:
    """Turn the clock of timers; what is due by then happens."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**time))


def go_to(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime
) -> None:
    """Turn all clocks; what is due by then happens, and nothing later."""
    freezer.move_to(moment)
    async_fire_time_changed_exact(hass, moment)


async def settle(condition: Callable[[], object]) -> None:
    """Wait until a condition holds while all clocks stand still.

    Raises:
        AssertionError: It does not hold in time.
    """
    for _ in range(_TURNS):
        if condition():
            return
        await asyncio.sleep(0)
    pytest.fail("It does not happen")


async def poll(entry: ConfigEntry[Any]) -> None:
    """Let the list be read, as it would be some time by itself."""
    await entry.runtime_data.async_refresh()


async def poll_and_settle(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Let the list be read, and all that comes of it happen."""
    await poll(entry)
    await hass.async_block_till_done()


def device_names(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str | None]:
    """Return the names of an entry's devices."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.name for device in found}


def device_of(hass: HomeAssistant, entity_id: str) -> dr.DeviceEntry:
    """Return the device of an entity."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity is not None
    assert entity.device_id is not None
    device = dr.async_get(hass).async_get(entity.device_id)
    assert isinstance(device, dr.DeviceEntry)
    return device


def entity_ids(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """Return the registered entities of an entry."""
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.entity_id for entity in found}


def attribute(hass: HomeAssistant, entity_id: str, name: str) -> Any:
    """Return an attribute of an entity's state, None if there is none."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.attributes.get(name)
