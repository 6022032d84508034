"""eWeLink's steps of the config flow, and its options."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_COUNTRY, CONF_PASSWORD, CONF_USERNAME
from homeassistant.helpers.selector import (
    CountrySelector,
    CountrySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)

from ...const import CONF_BRIDGE
from ...entry_flow import EntryFlow
from ...entry_forms import (
    ADVANCED,
    PASSWORD,
    SECRET,
    TEXT,
    USER_FIELDS,
    advanced_section,
)
from .account import (
    InvalidUsernameError,
    account_id,
    create_client,
    create_entry_client,
    masked_username,
    tokens_to_data,
)
from .client import COUNTRIES, EwelinkError, Generation, Tokens
from .const import (
    CONF_APP_ID,
    CONF_APP_SECRET,
    CONF_GENERATION,
    CONF_HOMES,
    CONF_SERVER,
    SERVICE_NAME,
)
from .errors import flow_error
from .oauth import (
    NoRedirectAddressError,
    answered_region,
    authorize_url,
    redirect_address,
)

_DEVELOPER_PAGE: Final = "https://dev.ewelink.cc"
_EXAMPLE_SERVER: Final = "http://127.0.0.1:8080/{region}"

_COUNTRY: Final = CountrySelector(CountrySelectorConfig(countries=sorted(COUNTRIES)))

_APP: Final = {
    vol.Required(CONF_APP_ID): TEXT,
    vol.Required(CONF_APP_SECRET): SECRET,
}
_SERVER: Final = advanced_section(CONF_SERVER)
_ACCOUNT_FORM: Final = vol.Schema(
    {**USER_FIELDS, vol.Required(CONF_COUNTRY): _COUNTRY, **_APP, **_SERVER}
)
_OAUTH_FORM: Final = vol.Schema(
    {vol.Required(CONF_COUNTRY): _COUNTRY, **_APP, **_SERVER}
)
_REAUTH_FORM: Final = vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD, **_APP})

# What a form is filled with again; secrets are typed anew.
_SHOWN_AGAIN: Final = (CONF_USERNAME, CONF_COUNTRY, CONF_APP_ID, ADVANCED)


class InvalidServerError(ValueError):
    """A server address is no http address, or holds another placeholder."""


def _checked_server(address: str | None) -> str | None:
    """Return a server address without its trailing slash.

    Raises:
        InvalidServerError: It cannot be used.
    """
    if not address or not (address := address.strip().rstrip("/")):
        return None
    try:
        url = URL(address.replace("{region}", "region"))
    except ValueError as err:
        raise InvalidServerError from err
    if (
        url.scheme not in {"http", "https"}
        or not url.host
        or "{" in str(url.human_repr())
    ):
        raise InvalidServerError
    return address


class EwelinkFlow(EntryFlow):
    """The steps whose names begin with `ewelink`."""

    _ewelink_data: dict[str, Any]
    _ewelink_answer: dict[str, Any]
    _ewelink_region: str | None = None

    async def async_step_ewelink(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which protocol generation and which way to sign in."""
        return self.async_show_menu(
            step_id="ewelink",
            menu_options=["ewelink_v2", "ewelink_oauth", "ewelink_v1"],
            description_placeholders={"developer_page": _DEVELOPER_PAGE},
        )

    async def async_step_ewelink_v2(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with a password over the current protocol."""
        return await self._ewelink_password_step(
            "ewelink_v2", _ACCOUNT_FORM, {CONF_GENERATION: Generation.V2}, user_input
        )

    async def async_step_ewelink_v1(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with a password over the protocol of the developer guide."""
        return await self._ewelink_password_step(
            "ewelink_v1", _ACCOUNT_FORM, {CONF_GENERATION: Generation.V1}, user_input
        )

    async def async_step_ewelink_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again, after the cloud has asked for it."""
        entry = self._get_reauth_entry()
        if CONF_PASSWORD not in entry.data:
            return await self.async_step_ewelink_reauth_oauth(user_input)
        return await self._ewelink_password_step(
            "ewelink_reauth", _REAUTH_FORM, entry.data, user_input
        )

    async def async_step_ewelink_reauth_oauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for the user: a session ends while no browser is there to be sent on."""
        if user_input is None:
            return self.async_show_form(step_id="ewelink_reauth_oauth")
        return await self.async_step_ewelink_oauth()

    async def async_step_ewelink_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how the account is reached."""
        entry = self._get_reconfigure_entry()
        if CONF_PASSWORD not in entry.data:
            return await self.async_step_ewelink_oauth(user_input)
        return await self._ewelink_password_step(
            "ewelink_reconfigure", _ACCOUNT_FORM, entry.data, user_input
        )

    async def _ewelink_password_step(
        self,
        step_id: str,
        form: vol.Schema,
        known: Mapping[str, Any],
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Show a form until signing in with a password succeeds.

        Args:
            step_id: The step that shows it.
            form: The form.
            known: What is not asked for, or asked for again.
            user_input: What the user has entered.
        """
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = self._ewelink_merge(known, user_input)
                tokens = await create_client(self.hass, data).sign_in()
            except InvalidServerError:
                errors["base"] = "invalid_server"
            except InvalidUsernameError:
                errors[CONF_USERNAME] = "invalid_username"
            except EwelinkError as err:
                errors = self._ewelink_errors(form, err)
            else:
                return await self._ewelink_finish(data, tokens)
        return self._ewelink_show_form(step_id, form, known, user_input, errors)

    async def async_step_ewelink_oauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the app id and send the user to eWeLink's page."""
        errors: dict[str, str] = {}
        if user_input is not None:
            known = {CONF_GENERATION: Generation.V2, **self._ewelink_entry_data()}
            try:
                self._ewelink_data = self._ewelink_merge(known, user_input)
            except InvalidServerError:
                errors["base"] = "invalid_server"
            else:
                return await self.async_step_ewelink_authorize()
        return self._ewelink_show_oauth_form(
            self._ewelink_entry_data(), user_input, errors
        )

    async def async_step_ewelink_authorize(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait for the browser to come back from eWeLink's page."""
        if user_input is None:
            client = create_client(self.hass, self._ewelink_data)
            return self.async_external_step(
                step_id="ewelink_authorize",
                url=await authorize_url(self.hass, client, self.flow_id),
            )
        self._ewelink_answer = user_input
        self._ewelink_region = answered_region()
        return self.async_external_step_done(next_step_id="ewelink_authorized")

    async def async_step_ewelink_authorized(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Exchange the code, which lives for half a minute, for tokens."""
        answer = self._ewelink_answer
        if "code" not in answer:
            return self._ewelink_show_oauth_form(
                self._ewelink_data, None, {"base": "authorize_rejected"}
            )
        client = create_client(
            self.hass, self._ewelink_data, region=self._ewelink_region
        )
        try:
            tokens = await client.sign_in_with_code(
                answer["code"], redirect_url=answer["state"]["redirect_uri"]
            )
        except EwelinkError as err:
            return self._ewelink_show_oauth_form(
                self._ewelink_data, None, self._ewelink_errors(_OAUTH_FORM, err)
            )
        return await self._ewelink_finish(self._ewelink_data, tokens)

    def _ewelink_show_oauth_form(
        self,
        known: Mapping[str, Any],
        user_input: Mapping[str, Any] | None,
        errors: dict[str, str],
    ) -> ConfigFlowResult:
        try:
            address = redirect_address(self.hass)
        except NoRedirectAddressError:
            return self.async_abort(reason="oauth_needs_browser")
        return self._ewelink_show_form(
            "ewelink_oauth",
            _OAUTH_FORM,
            known,
            user_input,
            errors,
            redirect_url=address,
        )

    def _ewelink_entry_data(self) -> Mapping[str, Any]:
        """Return the data of the entry that the flow is about, if there is one."""
        entry = self.entry_to_change()
        return {} if entry is None else entry.data

    @staticmethod
    def _ewelink_merge(
        known: Mapping[str, Any], user_input: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return an entry's data with what the user has entered.

        Raises:
            InvalidServerError: The server address cannot be used.
        """
        data = {**known, **user_input}
        for pasted in (CONF_APP_ID, CONF_APP_SECRET):
            data[pasted] = "".join(data[pasted].split())
        if (advanced := data.pop(ADVANCED, None)) is not None:
            data.pop(CONF_SERVER, None)
            if server := _checked_server(advanced.get(CONF_SERVER)):
                data[CONF_SERVER] = server
        return data

    @staticmethod
    def _ewelink_errors(form: vol.Schema, err: EwelinkError) -> dict[str, str]:
        field, key = flow_error(err)
        return {field if field in form.schema else "base": key}

    def _ewelink_show_form(
        self,
        step_id: str,
        form: vol.Schema,
        known: Mapping[str, Any],
        user_input: Mapping[str, Any] | None,
        errors: dict[str, str],
        **placeholders: str,
    ) -> ConfigFlowResult:
        filled = {
            CONF_COUNTRY: self.hass.config.country,
            ADVANCED: {key: known[key] for key in (CONF_SERVER,) if key in known},
            **known,
            **(user_input or {}),
        }
        suggested: dict[str, Any] = {
            key: filled[key] for key in _SHOWN_AGAIN if key in filled
        }
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form, suggested),
            errors=errors,
            description_placeholders={
                "developer_page": _DEVELOPER_PAGE,
                "example_server": _EXAMPLE_SERVER,
                **placeholders,
            },
        )

    async def _ewelink_finish(
        self, data: Mapping[str, Any], tokens: Tokens
    ) -> ConfigFlowResult:
        """Create or update the entry of the account that was signed in."""
        known = await self.async_set_unique_id(account_id(tokens))
        data = {**data, CONF_BRIDGE: "ewelink", **tokens_to_data(tokens)}
        if (entry := self.entry_to_change()) is not None:
            self._abort_if_unique_id_mismatch(reason="wrong_account")
            return self.async_update_reload_and_abort(entry, data=data)
        if known is not None and known.data[CONF_APP_ID] == data[CONF_APP_ID]:
            self._ewelink_hand_over(known, tokens)
        self._abort_if_unique_id_configured()
        title = SERVICE_NAME
        if CONF_USERNAME in data:
            title = f"{SERVICE_NAME} ({masked_username(data[CONF_USERNAME])})"
        return self.async_create_entry(title=title, data=data)

    def _ewelink_hand_over(self, entry: ConfigEntry[Any], tokens: Tokens) -> None:
        """Give the entry of the same account and app the session that began here.

        eWeLink has ended the entry's own with it, and the entry may have asked the
        user to sign in again already.

        Raises:
            AbortFlow: Always, the account is set up.
        """
        if entry.state is ConfigEntryState.LOADED:
            for flow in list(entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})):
                self.hass.config_entries.flow.async_abort(flow["flow_id"])
        self._abort_if_unique_id_configured(updates=tokens_to_data(tokens))


class EwelinkOptionsFlow(OptionsFlowWithReload):
    """Which homes of the account to include."""

    @staticmethod
    def supports(entry: ConfigEntry[Any]) -> bool:
        """Return whether an entry has options: homes came with the second protocol."""
        return Generation(entry.data[CONF_GENERATION]) is Generation.V2

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the homes; none chosen means all, also those that come later."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        entry = self.config_entry
        # A client of its own could renew the tokens under the running one's feet.
        client = (
            entry.runtime_data.client
            if entry.state is ConfigEntryState.LOADED
            else create_entry_client(self.hass, entry)
        )
        try:
            homes = await client.homes()
        except EwelinkError as err:
            return self.async_abort(reason=flow_error(err)[1])
        form = vol.Schema(
            {
                vol.Optional(CONF_HOMES, default=[]): SelectSelector(
                    SelectSelectorConfig(
                        options=[
                            SelectOptionDict(value=home.id, label=home.name)
                            for home in homes
                        ],
                        multiple=True,
                    )
                )
            }
        )
        # A home that was deleted since it was chosen could not be chosen again.
        there = {home.id for home in homes}
        chosen = [home for home in entry.options.get(CONF_HOMES, []) if home in there]
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(form, {CONF_HOMES: chosen}),
        )
