"""Home Assistant as the platform, with its real web server."""

import asyncio
from collections.abc import AsyncIterator, Callable
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from tests.bridges.iotbiz.conftest import CreateServer

from .callers import ELSEWHERE, HERE, Caller

type CallFrom = Callable[[str], Caller]
type Warnings = Callable[[], list[str]]


@pytest.fixture
def options() -> dict[str, Any]:
    """What the options of the server are besides the usual ones; for modules to replace."""
    return {"admission": "automatic"}


@pytest.fixture
async def entry(
    hass: HomeAssistant, create_server: CreateServer, options: dict[str, Any]
) -> MockConfigEntry:
    """The server, ready for MQTT that is set up later."""
    assert await async_setup_component(hass, "file_upload", {})
    return await create_server(options=options)


@pytest.fixture
async def call_from(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> AsyncIterator[CallFrom]:
    """Makes callers with an address."""
    url = (await hass_client_no_auth()).make_url("/")
    callers: list[Caller] = []

    def call(address: str) -> Caller:
        callers.append(Caller(url, address))
        return callers[-1]

    yield call
    for caller in callers:
        await caller.close()


@pytest.fixture
async def here(call_from: CallFrom) -> Caller:
    """A device, or the broker of the user."""
    return call_from(HERE)


@pytest.fixture
async def elsewhere(call_from: CallFrom) -> Caller:
    """Somebody with another address."""
    return call_from(ELSEWHERE)


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Warnings:
    """Returns what of this integration stands out in the log."""

    def collect() -> list[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.levelno >= logging.WARNING
            and record.name.startswith("custom_components.iot_bridge")
        ]

    return collect


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file takes a moment to be written, as on an SD card."""
    save = Store.async_save

    async def save_slowly(store: Store[Any], data: Any) -> None:
        await asyncio.sleep(0.05)
        await save(store, data)

    monkeypatch.setattr(Store, "async_save", save_slowly)
