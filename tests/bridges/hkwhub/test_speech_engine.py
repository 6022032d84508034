"""Speech by Home Assistant's own engines, which the hub fetches from Home Assistant."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_config_flow,
    mock_integration,
    mock_platform,
    setup_test_component_platform,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.bridges.browser import async_prepare_web_server
from tests.simulators.hkwhub import SimulatedHome
from tests.waiting import until

from .conftest import AddHub
from .listening import (
    MUSIC,
    TEXT,
    VOLUMES,
    every_transport,
    members,
    start_music,
    stretches,
    until_plays,
    volumes,
)
from .remote import ADAPT, LEFT, RIGHT, shown, sounding
from .speech_engine import ENGINE, SPOKEN, Engine

pytestmark = pytest.mark.usefixtures("quick_home")


@pytest.fixture
async def engine(
    hass: HomeAssistant,
    tmp_path: Path,
    enable_custom_integrations: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> AsyncIterator[None]:
    """An engine, and a web server at which hubs get what it has spoken."""
    hass.config.config_dir = str(tmp_path)

    async def set_up(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, [Platform.TTS])
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, [Platform.TTS])

    module = MockModule("test", async_setup_entry=set_up, async_unload_entry=unload)
    mock_integration(hass, module)
    mock_platform(hass, "test.config_flow", None)
    setup_test_component_platform(hass, "tts", [Engine()], from_config_entry=True)
    # It would look for a program that converts audio.
    hass.config.components.add("ffmpeg")
    await async_prepare_web_server(hass)
    assert await async_setup_component(hass, "tts", {})
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    with mock_config_flow("test", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    client = await hass_client_no_auth()
    hass.config.internal_url = str(client.make_url("")).rstrip("/")
    yield
    await hass.config_entries.async_unload(entry.entry_id)


async def speak(hass: HomeAssistant, speaker: str, message: str) -> None:
    """Let Home Assistant's engine speak."""
    await hass.services.async_call(
        "tts",
        "speak",
        {
            ATTR_ENTITY_ID: ENGINE,
            "media_player_entity_id": speaker,
            "message": message,
            "cache": False,
        },
        blocking=True,
    )


@every_transport
async def test_engine_of_home_assistant(
    hass: HomeAssistant,
    home: SimulatedHome,
    engine: None,
    add_hub: AddHub,
    transport: str,
) -> None:
    """The hub fetches what the engine has spoken, and plays it on one speaker."""
    entry = await add_hub(transport)
    hass.config_entries.async_update_entry(entry, options={"announcement_volume": 70})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await start_music(hass, home)

    await speak(hass, ADAPT, TEXT)
    await until_plays(home, MUSIC, LEFT, RIGHT)

    [spoken] = stretches(home, ADAPT)
    assert (spoken.kind, spoken.volume_at_start) == ("web", 35)
    assert "/api/tts_proxy/" in spoken.content
    assert spoken.audio is not None
    assert spoken.audio.sha256 == sha256(SPOKEN).hexdigest()
    assert [one.title for one in stretches(home, LEFT)] == [MUSIC, MUSIC]
    await until(lambda: volumes(home) == VOLUMES)
    assert shown(hass, ADAPT, "media_content_id") is None


async def test_engine_on_several_speakers(
    hass: HomeAssistant, home: SimulatedHome, engine: None, add_hub: AddHub
) -> None:
    """All that are told at once speak at once."""
    await add_hub()

    await hass.services.async_call(
        "tts",
        "speak",
        {
            ATTR_ENTITY_ID: ENGINE,
            "media_player_entity_id": [LEFT, ADAPT],
            "message": TEXT,
            "cache": False,
        },
        blocking=True,
    )
    await until(lambda: len(home.heard) == 2 and sounding(home) == {})

    [left], [adapt] = stretches(home, LEFT), stretches(home, ADAPT)
    assert left.started_at == adapt.started_at
    await until(lambda: members(home) == [])
