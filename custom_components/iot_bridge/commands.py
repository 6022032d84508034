"""Commands go their way, also if whoever gave them is gone meanwhile."""

import asyncio
from collections.abc import Coroutine
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

_LOGGER = logging.getLogger(__name__)


async def async_carry_out[ResultT](
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    command: Coroutine[Any, Any, ResultT],
    name: str,
) -> ResultT:
    """Carry out a command to its end, though its caller may be cancelled.

    An automation that is restarted cancels what it waits for; what comes of a command
    that is on its way has to be seen nevertheless.

    Args:
        hass: Home Assistant.
        entry: The config entry that the command is for.
        command: What to do.
        name: Of the task.

    Returns:
        What the command returns.

    Raises:
        Exception: Whatever the command raises.
    """
    task = entry.async_create_task(hass, command, name)
    task.add_done_callback(_note_error)
    return await asyncio.shield(task)


def _note_error(command: asyncio.Task[Any]) -> None:
    """Take note of a command's error, also if nobody waits for it any more."""
    if not command.cancelled() and (err := command.exception()) is not None:
        _LOGGER.debug("A command failed: %s", err)
