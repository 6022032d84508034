"""An engine of Home Assistant's that speaks."""

from typing import Any, Final, override

from homeassistant.components.tts import TextToSpeechEntity, TtsAudioType

ENGINE: Final = "tts.engine"
# As long as four seconds of mp3
SPOKEN: Final = bytes(64_000)


class Engine(TextToSpeechEntity):
    """Speaks everything in four seconds."""

    entity_id = ENGINE
    _attr_name = "Engine"
    _attr_unique_id = "engine"
    _attr_default_language = "en"
    _attr_supported_languages = ["en"]

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> TtsAudioType:
        """Return the audio."""
        return "mp3", SPOKEN
