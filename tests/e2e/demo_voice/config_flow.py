"""The demo voice's config flow, which asks for nothing."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class DemoVoiceFlow(ConfigFlow, domain="demo_voice"):
    """Adds the voice at once."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        return self.async_create_entry(title="Demo voice", data={})
