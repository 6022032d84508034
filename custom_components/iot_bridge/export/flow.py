"""The steps of a config subentry that sends Home Assistant's values to a service."""

from typing import Any, ClassVar

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)

from .form import EXPORT_FIELDS, chooses_something, read_export_form


def free_title(entry: ConfigEntry[Any], title: str) -> str:
    """Return a title, with a number behind it if an entry has such a subentry."""
    taken = {subentry.title for subentry in entry.subentries.values()}
    number = 1
    while (free := title if number == 1 else f"{title} {number}") in taken:
        number += 1
    return free


class EntrySubentryFlow(ConfigSubentryFlow):
    """Adds something to the entries that may have it."""

    @staticmethod
    def supports(_: ConfigEntry[Any]) -> bool:
        """Return whether it can be added to an entry: to each, by default."""
        return True


class ExportFlow(EntrySubentryFlow):
    """Chooses what is sent, and how often.

    Attributes:
        service_name: Where it is sent to.
        form: All that is asked for.
    """

    service_name: ClassVar[str]
    form: ClassVar[vol.Schema] = vol.Schema(EXPORT_FIELDS)

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
            data_schema=self.add_suggested_values_to_schema(self.form, shown or {}),
            errors=errors,
        )

    def _store(self, step_id: str, data: dict[str, Any]) -> SubentryFlowResult:
        entry = self._get_entry()
        if step_id == "reconfigure":
            return self.async_update_and_abort(
                entry, self._get_reconfigure_subentry(), data=data
            )
        title = free_title(entry, f"Home Assistant → {self.service_name}")
        return self.async_create_entry(title=title, data=data)
