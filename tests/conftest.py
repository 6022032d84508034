"""What all unit tests have in common."""

import asyncio
import os

import pytest


@pytest.fixture(autouse=True)
async def debug_mode_where_wanted(enable_event_loop_debug: None) -> None:
    """Take asyncio's debug mode back: it costs a third of the time.

    Python's own switch keeps it, as the workflow of each push does:
    `PYTHONASYNCIODEBUG=1 scripts/test`.
    """
    asyncio.get_running_loop().set_debug(bool(os.environ.get("PYTHONASYNCIODEBUG")))
