"""The demo voice as a text-to-speech engine."""

from typing import Any, override

from homeassistant.components.tts import (
    ATTR_PREFERRED_FORMAT,
    TextToSpeechEntity,
    TtsAudioType,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .tones import babble


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the engine."""
    async_add_entities([DemoVoice(entry)])


class DemoVoice(TextToSpeechEntity):
    """Babbles like a robot, in every language alike."""

    _attr_name = "Demo voice"
    _attr_default_language = "en"
    _attr_supported_languages = ["en", "de"]
    # Else it would be turned into mp3, by an ffmpeg that the machine may not have.
    _attr_default_options = {ATTR_PREFERRED_FORMAT: "wav"}
    _attr_supported_options = [ATTR_PREFERRED_FORMAT]

    def __init__(self, entry: ConfigEntry[Any]) -> None:
        """Make the engine of a config entry."""
        self._attr_unique_id = entry.entry_id

    @override
    def get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        return "wav", babble(message)
