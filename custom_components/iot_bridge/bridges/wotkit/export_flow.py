"""The steps of the config subentry that sends Home Assistant's values."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.selector import BooleanSelector

from ...export.form import EXPORT_FIELDS, chooses_something, read_export_form
from .const import CONF_SHARE_LOCATION, SERVICE_NAME

_FORM: Final = vol.Schema(
    {
        **EXPORT_FIELDS,
        vol.Required(CONF_SHARE_LOCATION, default=False): BooleanSelector(),
    }
)


class WotkitExportFlow(ConfigSubentryFlow):
    """Chooses what is sent, and how often."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add an export."""
        return self._show_or_store("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change an export; what was created on the service stays."""
        return self._show_or_store("reconfigure", user_input)

    def _show_or_store(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        shown = user_input
        if user_input is not None:
            data = read_export_form(user_input)
            if chooses_something(data):
                return self._store(step_id, data)
            errors["base"] = "nothing_chosen"
        elif step_id == "reconfigure":
            shown = dict(self._get_reconfigure_subentry().data)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(_FORM, shown or {}),
            errors=errors,
        )

    def _store(self, step_id: str, data: dict[str, Any]) -> SubentryFlowResult:
        if step_id == "reconfigure":
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), data=data
            )
        title = f"Home Assistant → {SERVICE_NAME}"
        taken = {subentry.title for subentry in self._get_entry().subentries.values()}
        number = 1
        while (free := title if number == 1 else f"{title} {number}") in taken:
            number += 1
        return self.async_create_entry(title=free, data=data)
