"""The steps of the config subentry that sends Home Assistant's values."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ...entry_forms import BASE, TEXT
from ...error_texts import nearest
from ...export.flow import EntrySubentryFlow, free_title
from ...export.form import (
    CONF_ENTITIES,
    CONF_HEARTBEAT,
    EXPORT_FIELDS,
    chooses_something,
    read_export_form,
)
from .accepted_types import accepted_by, async_known_types
from .account import create_client, create_tokens
from .client import (
    CannotConnectError,
    NotAllowedError,
    NotFoundError,
    RequestTimeoutError,
    SignInError,
    Site,
    ThingplusClient,
    ThingplusError,
)
from .const import (
    CONF_GATEWAY_MODEL,
    CONF_GATEWAY_NAME,
    CONF_SITE_ID,
    DEFAULT_GATEWAY_MODEL,
    SERVICE_NAME,
)
from .export_types import ExportTypes, source_of

_DEFAULT_NAME: Final = "Home Assistant"

# Error -> key under `error`, and under `abort` where there is no form yet.
_ERRORS: Final[Mapping[type[Exception], str]] = {
    ThingplusError: "unexpected_answer",
    CannotConnectError: "cannot_connect",
    RequestTimeoutError: "timeout_connect",
    SignInError: "invalid_auth",
    NotAllowedError: "not_allowed",
}

# Values are sent again in each report interval anyway.
_CHOICE_FORM: Final = vol.Schema(
    {name: kind for name, kind in EXPORT_FIELDS.items() if name != CONF_HEARTBEAT}
)


class ThingplusExportFlow(EntrySubentryFlow):
    """Chooses the gateway that is registered, and what is sent."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._sites: list[Site] = []
        self._gateway: dict[str, str] = {}
        self._types: ExportTypes | None = None

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask where the gateway is registered, and as what."""
        errors: dict[str, str] = {}
        if user_input is None:
            try:
                self._sites = await self._client().sites()
            except ThingplusError as err:
                return self.async_abort(reason=nearest(_ERRORS, err))
            if not self._sites:
                return self.async_abort(reason="no_sites")
        else:
            self._gateway = {key: text.strip() for key, text in user_input.items()}
            # Servers take none without a name.
            self._gateway[CONF_GATEWAY_NAME] = (
                self._gateway[CONF_GATEWAY_NAME] or self._default_name()
            )
            errors = await self._async_check_gateway()
            if not errors:
                return await self.async_step_entities()
        suggested = user_input or {
            CONF_SITE_ID: self._sites[0].id,
            CONF_GATEWAY_NAME: self._default_name(),
            CONF_GATEWAY_MODEL: DEFAULT_GATEWAY_MODEL,
        }
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                _gateway_form(self._sites), suggested
            ),
            errors=errors,
        )

    async def async_step_entities(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what is sent."""
        if user_input is None:
            return self._show_choice("entities", {})
        data = read_export_form(user_input)
        if not chooses_something(data):
            return self._show_choice("entities", user_input, "nothing_chosen")
        if refused := self._refused(data[CONF_ENTITIES]):
            return self._show_choice("entities", user_input, refused=refused)
        return self.async_create_entry(
            title=self._free_title(), data={**self._gateway, **data}
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change what is sent; the gateway stays as it was registered."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            return self._show_choice("reconfigure", subentry.data)
        data = read_export_form(user_input)
        if not chooses_something(data):
            return self._show_choice("reconfigure", user_input, "nothing_chosen")
        self._gateway = {
            name: subentry.data[name]
            for name in (CONF_SITE_ID, CONF_GATEWAY_NAME, CONF_GATEWAY_MODEL)
        }
        # Without the service it cannot be checked, but the choice can be changed.
        await self._async_check_gateway()
        if refused := self._refused(data[CONF_ENTITIES]):
            return self._show_choice("reconfigure", user_input, refused=refused)
        return self.async_update_and_abort(
            self._get_entry(), subentry, data={**self._gateway, **data}
        )

    def _show_choice(
        self,
        step_id: str,
        shown: Mapping[str, Any],
        error: str | None = None,
        *,
        refused: str = "",
    ) -> SubentryFlowResult:
        """Show the form that asks what is sent.

        Args:
            step_id: The step.
            shown: What it is filled with.
            error: Key of what is wrong, None if nothing is.
            refused: Names of entities that the gateway cannot take.
        """
        errors = {} if error is None else {BASE: error}
        if refused:
            errors = {CONF_ENTITIES: "not_accepted"}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(_CHOICE_FORM, shown),
            errors=errors,
            description_placeholders={"entities": refused},
        )

    def _client(self) -> ThingplusClient:
        entry = self._get_entry()
        tokens = create_tokens(self.hass, entry)
        return create_client(self.hass, entry.data, tokens=tokens)

    async def _async_check_gateway(self) -> dict[str, str]:
        """Read what a gateway of the model accepts; return what is wrong, by field."""
        client = self._client()
        try:
            model = await client.gateway_model(self._gateway[CONF_GATEWAY_MODEL])
            known = await async_known_types(client)
        except NotFoundError:
            return {CONF_GATEWAY_MODEL: "unknown_model"}
        except ThingplusError as err:
            return {BASE: nearest(_ERRORS, err)}
        accepted = accepted_by(model)
        if not accepted:
            return {CONF_GATEWAY_MODEL: "no_sensors_accepted"}
        self._types = ExportTypes(accepted, known)
        return {}

    def _refused(self, entity_ids: Iterable[str]) -> str:
        """Return the names of entities that the gateway cannot take."""
        if (types := self._types) is None:
            return ""
        return ", ".join(
            _name(self.hass, entity_id)
            for entity_id in entity_ids
            if not types.kinds(source_of(self.hass, entity_id))
        )

    def _default_name(self) -> str:
        return self.hass.config.location_name.strip() or _DEFAULT_NAME

    def _free_title(self) -> str:
        title = f"{self._gateway[CONF_GATEWAY_NAME]} → {SERVICE_NAME}"
        return free_title(self._get_entry(), title)


def _gateway_form(sites: Iterable[Site]) -> vol.Schema:
    options = [SelectOptionDict(value=site.id, label=site.name) for site in sites]
    select = SelectSelector(
        SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
    )
    return vol.Schema(
        {
            vol.Required(CONF_SITE_ID): select,
            vol.Required(CONF_GATEWAY_NAME): TEXT,
            vol.Required(CONF_GATEWAY_MODEL): TEXT,
        }
    )


def _name(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name
