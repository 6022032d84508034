"""HKWHub's options."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import PERCENTAGE
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)

from .const import (
    CONF_ANNOUNCEMENT_PRIORITY,
    CONF_ANNOUNCEMENT_VOLUME,
    CONF_AUTO_ADVANCE,
    CONF_FOLLOW_POSITION,
    CONF_TRANSPORT,
    DEFAULT_ANNOUNCEMENT_PRIORITY,
    DEFAULT_AUTO_ADVANCE,
    DEFAULT_FOLLOW_POSITION,
    TransportKind,
)

_NUMBERS: Final = frozenset({CONF_ANNOUNCEMENT_PRIORITY, CONF_ANNOUNCEMENT_VOLUME})
_FORM: Final = vol.Schema(
    {
        vol.Required(
            CONF_ANNOUNCEMENT_PRIORITY, default=DEFAULT_ANNOUNCEMENT_PRIORITY
        ): NumberSelector(
            NumberSelectorConfig(min=1, max=1000, step=1, mode=NumberSelectorMode.BOX)
        ),
        vol.Optional(CONF_ANNOUNCEMENT_VOLUME): NumberSelector(
            NumberSelectorConfig(
                min=0,
                max=100,
                step=1,
                unit_of_measurement=PERCENTAGE,
                mode=NumberSelectorMode.SLIDER,
            )
        ),
        vol.Required(
            CONF_AUTO_ADVANCE, default=DEFAULT_AUTO_ADVANCE
        ): BooleanSelector(),
    }
)
_POLLING_FORM: Final = vol.Schema(
    {
        **_FORM.schema,
        vol.Required(
            CONF_FOLLOW_POSITION, default=DEFAULT_FOLLOW_POSITION
        ): BooleanSelector(),
    }
)


class HkwhubOptionsFlow(OptionsFlowWithReload):
    """How announcements sound, and what is done while music plays."""

    @staticmethod
    def supports(_: ConfigEntry[Any]) -> bool:
        """Return that every entry has options."""
        return True

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go to the form for the entry's transport."""
        if self.config_entry.data[CONF_TRANSPORT] == TransportKind.PUBNUB:
            return await self.async_step_hkwhub_pubnub(user_input)
        return await self.async_step_hkwhub(user_input)

    async def async_step_hkwhub(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for all options."""
        return self._show_or_store("hkwhub", _POLLING_FORM, user_input)

    async def async_step_hkwhub_pubnub(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for what counts where the hub tells the position by itself."""
        return self._show_or_store("hkwhub_pubnub", _FORM, user_input)

    def _show_or_store(
        self, step_id: str, form: vol.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        options = self.config_entry.options
        if user_input is None:
            return self.async_show_form(
                step_id=step_id,
                data_schema=self.add_suggested_values_to_schema(form, options),
            )
        whole = {name: int(user_input[name]) for name in _NUMBERS & user_input.keys()}
        # What is not asked for now counts again when the transport polls again.
        hidden = {name: options[name] for name in options if name not in form.schema}
        return self.async_create_entry(data={**hidden, **user_input, **whole})
