"""One demo house for all end-to-end tests: a real Home Assistant takes seconds to start."""

from collections.abc import AsyncIterator
from pathlib import Path
import signal
import socket

from playwright.async_api import Page
import pytest
import pytest_asyncio

from .browser import find_browser, open_browser
from .house import PORT_COUNT, House, open_house

# However pytest is ended, the fixture below ends Home Assistant.
for _signal in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_signal, signal.default_int_handler)

# These change the house, or end it; all others come before.
_LAST = ("test_restart", "test_second_run", "test_the_end")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the last files to the end, in their order."""
    items.sort(
        key=lambda item: _LAST.index(item.path.stem) if item.path.stem in _LAST else -1
    )


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser_page(house: House) -> AsyncIterator[Page]:
    """A browser that is signed in to the house; skips where none is installed."""
    browser = find_browser()
    if browser is None:
        pytest.skip("Chromium is not installed")
    async with open_browser(browser, house) as page:
        yield page
