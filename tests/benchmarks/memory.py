"""What an account takes of memory, counted by `tracemalloc`."""

import asyncio
import gc
import tracemalloc

from .bare import Plan, add_bare_entry
from .home import home_assistant, set_up
from .house import House
from .integration import MemoryCloud, add_entry
from .table import Row, thousands


def measure_memory(small: tuple[House, Plan], large: tuple[House, Plan]) -> Row:
    """Measure what a device takes: the difference of two sizes, for each device.

    So what an entry and its platforms take once does not count.

    Args:
        small: A house and its plan.
        large: A larger one.
    """
    devices = large[0].size - small[0].size
    bare, integration = [
        (asyncio.run(taken(*large)) - asyncio.run(taken(*small))) / devices / 1024
        for taken in (_taken_by_bare, _taken_by_integration)
    ]
    return Row(
        measured="memory for each device (tracemalloc)",
        devices=thousands(large[0].size),
        unit="KiB",
        compared_with="bare entities",
        reference=bare,
        integration=integration,
        ratio=integration / bare,
    )


async def _taken_by_integration(house: House, _plan: Plan) -> int:
    async with home_assistant() as hass:
        tracemalloc.start()
        cloud = MemoryCloud(house, dispatch_hangs=True)
        with cloud.installed():
            await set_up(hass, await add_entry(hass, house))
        return _traced()


async def _taken_by_bare(_house: House, plan: Plan) -> int:
    async with home_assistant() as hass:
        tracemalloc.start()
        await set_up(hass, add_bare_entry(hass, plan))
        return _traced()


def _traced() -> int:
    """Return the bytes in use since the start, and stop counting."""
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken
