"""What could be left behind when an entry is unloaded."""

import asyncio
from types import CoroutineType
from typing import Any, cast

from homeassistant.helpers.storage import Store


def client_tasks() -> set[asyncio.Task[Any]]:
    """Return all tasks that are alive but this test's and the simulated server's."""
    own = asyncio.current_task()
    return {
        task
        for task in asyncio.all_tasks()
        if task is not own
        and (work := cast(CoroutineType[Any, Any, Any], task.get_coro())) is not None
        and "aiohttp/web_protocol" not in work.cr_code.co_filename
        and "simulators" not in work.cr_code.co_filename
    }


def timers() -> list[str]:
    """Return the timers of the integration that wait, for people to read."""
    loop: Any = asyncio.get_running_loop()
    waiting = [
        (timer._callback, timer._args)  # noqa: SLF001 - nothing public tells it
        for timer in loop._scheduled  # noqa: SLF001 - the same
        if not timer.cancelled()
    ]
    told = [
        f"{action} {arguments} {_store_key(action)}" for action, arguments in waiting
    ]
    return [one for one in told if "iot_bridge." in one]


def _store_key(action: Any) -> str:
    """Return the name of the file that a timer is to write, if it is to write one."""
    owner = getattr(action, "__self__", None)
    return owner.key if isinstance(owner, Store) else ""
