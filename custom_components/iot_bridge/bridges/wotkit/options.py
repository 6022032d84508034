"""WoTKit's options: which sensors, what arrives on control channels, and silence."""

from collections.abc import Mapping
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ...entry_forms import BASE
from .account import create_entry_client
from .choice_forms import CHOICE_FORM, sensor_select
from .choice_steps import ChoiceSteps, Input, Options
from .client import Scope, Sensor, WotkitClient, WotkitError
from .const import (
    CONF_CONTROLLED,
    CONF_CONTROLS,
    CONF_SILENT_MINUTES,
    DEFAULT_CONTROLS,
    Control,
)
from .forms import error_key
from .trial import async_list_choices

# A week: who sends less often is never silent.
_LONGEST_SILENCE: Final = 7 * 24 * 60


class WotkitOptionsFlow(ChoiceSteps, OptionsFlowWithReload):
    """Which sensors to follow and which to control."""

    # The form as it is shown.
    _wotkit_form: vol.Schema

    @staticmethod
    def supports(_: ConfigEntry[Any]) -> bool:
        """Return that every entry has options."""
        return True

    async def async_step_init(self, user_input: Input = None) -> ConfigFlowResult:
        """Go to the form, which has its own texts."""
        return await self.async_step_wotkit(user_input)

    async def async_step_wotkit(self, user_input: Input = None) -> ConfigFlowResult:
        """Ask for all options; tags and single sensors have forms of their own."""
        if user_input is not None:
            options = dict(user_input)
            if CONF_SILENT_MINUTES in options:
                options[CONF_SILENT_MINUTES] = int(options[CONF_SILENT_MINUTES])
            return await self._wotkit_choose(options)
        own: list[Sensor] = []
        errors: dict[str, str] = {}
        try:
            own = await async_list_choices(
                self.hass, self._wotkit_client(), Scope.CONTRIBUTED
            )
        except WotkitError as err:
            errors = {BASE: error_key(err)}
        former = self.config_entry.options
        controlled = sensor_select(own, former.get(CONF_CONTROLLED, ()))
        self._wotkit_form = _options_form(controlled)
        return self._wotkit_show("wotkit", self._wotkit_form, former, errors)

    @override
    def _wotkit_client(self) -> WotkitClient:
        return create_entry_client(self.hass, self.config_entry)

    @override
    def _wotkit_former_options(self) -> Mapping[str, Any]:
        return self.config_entry.options

    @override
    def _wotkit_ask_again(self, errors: dict[str, str]) -> ConfigFlowResult:
        return self._wotkit_show(
            "wotkit", self._wotkit_form, self._wotkit_options, errors
        )

    @override
    async def _wotkit_finish(self, options: Options) -> ConfigFlowResult:
        return self.async_create_entry(data=options)


def _options_form(controlled: SelectSelector) -> vol.Schema:
    """Return the form of the options.

    Args:
        controlled: Asks for the sensors whose control channel is listened to.
    """
    return vol.Schema(
        {
            **CHOICE_FORM.schema,
            vol.Optional(CONF_SILENT_MINUTES): NumberSelector(
                NumberSelectorConfig(
                    min=1,
                    max=_LONGEST_SILENCE,
                    step=1,
                    unit_of_measurement=UnitOfTime.MINUTES,
                    mode=NumberSelectorMode.BOX,
                )
            ),
            vol.Required(CONF_CONTROLLED, default=[]): controlled,
            vol.Required(
                CONF_CONTROLS, default=[control.value for control in DEFAULT_CONTROLS]
            ): SelectSelector(
                SelectSelectorConfig(
                    options=[control.value for control in Control],
                    multiple=True,
                    mode=SelectSelectorMode.LIST,
                    translation_key="wotkit_control",
                )
            ),
        }
    )
