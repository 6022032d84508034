"""Waits for what comes over a real socket, and thus a moment later."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from homeassistant.core import Event, HomeAssistant, State, callback

_SECONDS = 5


async def until(condition: Callable[[], Any]) -> None:
    """Wait until a condition holds.

    Raises:
        TimeoutError: It does not hold in time.
    """
    async with asyncio.timeout(_SECONDS):
        while not condition():
            await asyncio.sleep(0.002)


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return an entity's state, "(none)" where there is no such entity."""
    state = hass.states.get(entity_id)
    return "(none)" if state is None else state.state


async def until_state(hass: HomeAssistant, entity_id: str, state: str) -> None:
    """Wait until an entity has a state, "(none)" for its end.

    Raises:
        AssertionError: It has another one for too long.
    """
    try:
        await until(lambda: state_of(hass, entity_id) == state)
    except TimeoutError:
        pytest.fail(f"{entity_id} is {state_of(hass, entity_id)}, not {state}")


def note_changes(hass: HomeAssistant) -> list[str]:
    """Return a list that grows with what entities change to: "entity_id: state"."""
    noted: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        new: State | None = event.data["new_state"]
        noted.append(f"{event.data['entity_id']}: {new.state if new else '(none)'}")

    hass.bus.async_listen("state_changed", note)
    return noted
