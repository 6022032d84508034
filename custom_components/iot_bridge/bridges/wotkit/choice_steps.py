"""The steps that ask which sensors to follow, for the config flow and the options."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult

from ...entry_forms import BASE
from .choice_forms import TAGS_FORM, is_empty, picked_form, read_tags, sensor_select
from .client import Scope, WotkitClient, WotkitError
from .const import CONF_CHOICE, CONF_SENSORS, CONF_TAGS, Choice
from .forms import error_key
from .trial import async_list_choices

type Input = dict[str, Any] | None
type Options = dict[str, Any]


class ChoiceSteps(ConfigEntryBaseFlow):
    """Asks for tags or for single sensors where the choice needs them."""

    # What was chosen in the step before.
    _wotkit_options: Options
    # The form of single sensors, as it is shown.
    _wotkit_picked_form: vol.Schema

    @abstractmethod
    def _wotkit_client(self) -> WotkitClient:
        """Return a client for the account."""

    @abstractmethod
    def _wotkit_former_options(self) -> Mapping[str, Any]:
        """Return the options that the entry has, if there is one."""

    @abstractmethod
    def _wotkit_ask_again(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Go back to where the choice is made."""

    @abstractmethod
    async def _wotkit_finish(self, options: Options) -> ConfigFlowResult:
        """Store the options."""

    async def _wotkit_choose(self, options: Options) -> ConfigFlowResult:
        """Ask for what the choice needs besides.

        Args:
            options: All options but for that.
        """
        self._wotkit_options = options
        if options[CONF_CHOICE] == Choice.TAGS:
            return await self.async_step_wotkit_tags()
        if options[CONF_CHOICE] == Choice.PICKED:
            return await self.async_step_wotkit_picked()
        return await self._wotkit_finish(options)

    async def async_step_wotkit_tags(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for tags."""
        if user_input is None:
            return self._wotkit_show(
                "wotkit_tags", TAGS_FORM, self._wotkit_former_options(), {}
            )
        if tags := read_tags(user_input[CONF_TAGS]):
            return await self._wotkit_finish({**self._wotkit_options, CONF_TAGS: tags})
        return self._wotkit_show("wotkit_tags", TAGS_FORM, {}, {CONF_TAGS: "no_tags"})

    async def async_step_wotkit_picked(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for single sensors."""
        if user_input is None:
            return await self._wotkit_offer_sensors()
        if sensors := user_input[CONF_SENSORS]:
            return await self._wotkit_finish(
                {**self._wotkit_options, CONF_SENSORS: sensors}
            )
        return self._wotkit_show(
            "wotkit_picked",
            self._wotkit_picked_form,
            {},
            {CONF_SENSORS: "nothing_picked"},
        )

    async def _wotkit_offer_sensors(self) -> ConfigFlowResult:
        """Show all sensors that could be followed, or go back if there are none."""
        former = self._wotkit_former_options()
        errors: dict[str, str] = {}
        try:
            sensors = await async_list_choices(self.hass, self._wotkit_client(), *Scope)
        except WotkitError as err:
            sensors = []
            errors = {BASE: error_key(err)}
        select = sensor_select(sensors, former.get(CONF_SENSORS, ()))
        if is_empty(select):
            return self._wotkit_ask_again(errors or {CONF_CHOICE: "no_sensors"})
        self._wotkit_picked_form = picked_form(select)
        return self._wotkit_show(
            "wotkit_picked", self._wotkit_picked_form, former, errors
        )

    def _wotkit_show(
        self,
        step: str,
        form: vol.Schema,
        filled: Mapping[str, Any],
        errors: dict[str, str],
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Show a form.

        Args:
            step: The step.
            form: Its fields.
            filled: What they are filled with; what has no field is passed over.
            errors: What was wrong, by field.
            placeholders: What the texts name.
        """
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(form, filled),
            errors=errors,
            description_placeholders=placeholders,
        )
