"""Waits for what a real Home Assistant does a moment later."""

import asyncio
from collections.abc import Callable
from typing import Any

from .home_assistant import HomeAssistantApi

SECONDS = 10


async def until(condition: Callable[[], Any]) -> None:
    """Wait until a condition holds.

    Raises:
        TimeoutError: It does not hold in time.
    """
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def until_state(
    api: HomeAssistantApi,
    entity_id: str,
    state: str,
    *,
    within: float = SECONDS,
    **attributes: Any,
) -> dict[str, Any]:
    """Wait until an entity has a state and some attributes, and return it.

    Args:
        api: Home Assistant.
        entity_id: The entity.
        state: The state.
        within: Seconds that this may take.
        attributes: The attributes; it may have others besides.

    Raises:
        AssertionError: It has others for too long.
    """
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(within):
            while (
                found.get("state") != state
                or not attributes.items() <= found["attributes"].items()
            ):
                await asyncio.sleep(0.05)
                found = (await api.states()).get(entity_id, {})
    except TimeoutError:
        raise AssertionError(f"{entity_id} is {found}, not {state}") from None
    return found
