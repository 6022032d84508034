"""One demo house for all end-to-end tests: a real Home Assistant takes seconds to start."""

from collections.abc import AsyncIterator
from pathlib import Path
import signal
import socket

import pytest
import pytest_asyncio

from .house import PORT_COUNT, House, open_house

# However pytest is ended, the fixture below ends Home Assistant.
for _signal in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_signal, signal.default_int_handler)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house whose entries were added through the config flow."""
    folder: Path = tmp_path_factory.mktemp("house")
    async with open_house(folder, [free_port() for _ in range(PORT_COUNT)]) as opened:
        yield opened
