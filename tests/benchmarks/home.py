"""A Home Assistant to measure in, and what is the same for every side of a comparison."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
import logging
import sys
import tempfile
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from homeassistant import loader
from homeassistant.config_entries import HANDLERS, ConfigEntryState, ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform

PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)


class NotSetUpError(RuntimeError):
    """A config entry could not be set up."""


@asynccontextmanager
async def home_assistant() -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant without a recorder, a web server and a disk.

    What listens to every state change in a real one would cost each side the same,
    and thereby hide what the integration adds.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            # Nothing is served here, so the dependency counts as set up.
            hass.config.components.add("http")
            # Let custom integrations be found; the test instance hides them.
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            try:
                yield hass
            finally:
                await hass.async_stop(force=True)


@contextmanager
def without_entity_limit() -> Iterator[None]:
    """Let a config entry have any number of entities.

    Home Assistant adds 10,000 enabled ones at the most. 5,000 of these devices have
    25,000, so the limit is lifted, for every side alike.
    """
    with patch.object(
        entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", sys.maxsize
    ):
        yield


def quiet() -> None:
    """Log problems alone: a log line would be measured too."""
    logging.basicConfig(level=logging.ERROR)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up a config entry; it returns when all its entities are added.

    Raises:
        NotSetUpError: It failed.
    """
    await hass.config_entries.async_setup(entry.entry_id)
    if entry.state is not ConfigEntryState.LOADED:
        raise NotSetUpError(f"{entry.domain}: {entry.reason}")


def register_integration(
    hass: HomeAssistant, domain: str, modules: dict[str, Any], like: ModuleType
) -> None:
    """Let Home Assistant find an integration that is no files.

    Args:
        hass: Home Assistant.
        domain: The integration's domain.
        modules: The integration itself under "", its platforms under their names.
        like: The package whose translations it has; names of entities are looked up
            in them while entities are added.
    """
    folder = loader.pathlib.Path(like.__path__[0])
    names = {f"{name}.py" for name in modules if name}
    hass.data[loader.DATA_INTEGRATIONS][domain] = loader.Integration(
        hass,
        f"{loader.PACKAGE_CUSTOM_COMPONENTS}.{domain}",
        folder,
        {
            "domain": domain,
            "name": domain,
            "codeowners": [],
            "config_flow": True,
            "dependencies": [],
            "documentation": "https://example.com",
            "integration_type": "hub",
            "iot_class": "cloud_push",
            "requirements": [],
            "version": "1.0.0",
        },
        names | {"config_flow.py", "translations"},
    )
    # Asked for the version of its entries alone.
    HANDLERS[domain] = ConfigFlow
    components = hass.data[loader.DATA_COMPONENTS]
    components[f"{domain}.config_flow"] = ModuleType("config_flow")
    for name, module in modules.items():
        components[f"{domain}.{name}" if name else domain] = module
