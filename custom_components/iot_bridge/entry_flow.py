"""Steps that add or change a config entry, as the flows of all bridges take them."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.exceptions import OAuth2TokenRequestBaseError

from .const import CONF_BRIDGE, DOMAIN
from .entry_forms import EntryForm, FormError
from .oauth import (
    EntryOAuth2Implementation,
    OAuth2EntryFlow,
    Token,
    TokenRefusedError,
    flow_error,
    redirect_address,
)

type EntryData = dict[str, Any]
type UserInput = dict[str, Any] | None
type GoOn = Callable[[EntryData], Awaitable[ConfigFlowResult]]


class EntryFlow(OAuth2EntryFlow):
    """Asks for an entry's data and stores them.

    One flow has the steps of all bridges, so that none can override anything here: a
    bridge hands in what is its own. What it goes on with raises `FormError`, or an
    error of its client, where the form has to be shown again.
    """

    async def async_ask(
        self,
        form: EntryForm,
        user_input: UserInput,
        go_on: GoOn,
        known: Mapping[str, Any] | None = None,
    ) -> ConfigFlowResult:
        """Show a form until what was entered works.

        Args:
            form: The form.
            user_input: What the user has entered.
            go_on: Goes on with the data.
            known: Data that the form does not ask for.
        """
        known = known or {}
        error: FormError | None = None
        if user_input is not None:
            try:
                return await go_on(form.read(user_input, known))
            except FormError as err:
                error = err
            except form.client_error as err:
                error = form.error(err)
        return self._entry_show(form, known, user_input, error)

    async def async_ask_on_page(
        self,
        form: EntryForm,
        data: EntryData,
        implementation: EntryOAuth2Implementation,
        go_on: GoOn,
    ) -> ConfigFlowResult:
        """Send the user to the page where access is granted, and go on from there.

        Args:
            form: Shown if that does not work.
            data: What is known so far.
            implementation: Whose page.
            go_on: Goes on with the data and the token.
        """
        return await self.async_open_page(
            implementation,
            on_token=partial(self._entry_on_token, form, data, go_on),
            on_error=partial(self._entry_on_page_error, form, data),
        )

    async def _entry_on_token(
        self, form: EntryForm, data: EntryData, go_on: GoOn, token: Token
    ) -> ConfigFlowResult:
        try:
            return await go_on({**data, CONF_TOKEN: token})
        except FormError as err:
            error = err
        except form.client_error as err:
            error = form.error(err)
        return self._entry_show(form, data, None, error)

    async def _entry_on_page_error(
        self, form: EntryForm, data: EntryData, err: Exception
    ) -> ConfigFlowResult:
        return self._entry_show(form, data, None, FormError(*flow_error(err)))

    def _entry_show(
        self,
        form: EntryForm,
        known: Mapping[str, Any],
        entered: UserInput,
        error: FormError | None,
    ) -> ConfigFlowResult:
        if (entry := self.entry_to_change()) is not None:
            known = {**entry.data, **known}
        filled = form.suggested(known, entered)
        return self.async_show_form(
            step_id=form.step,
            data_schema=self.add_suggested_values_to_schema(form.schema, filled),
            errors={} if error is None else error.errors,
            description_placeholders={
                **form.placeholders(known),
                **({} if error is None else error.placeholders),
                "redirect_url": redirect_address(self.hass) or "",
            },
        )

    async def async_claim(self, unique_id: str) -> None:
        """Make sure that no other entry has a unique id.

        Args:
            unique_id: Of the entry that is added or changed.

        Raises:
            AbortFlow: There is one.
        """
        if (entry := self.entry_to_change()) is None:
            await self.async_set_unique_id(unique_id, raise_on_progress=False)
            self._abort_if_unique_id_configured()
            return
        other = self.hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, unique_id
        )
        if other not in {None, entry}:
            raise AbortFlow("already_configured")

    def async_change_entry(
        self,
        entry: ConfigEntry[Any],
        data: EntryData,
        *,
        unique_id: str,
        title_of: Callable[[Mapping[str, Any]], str],
    ) -> ConfigFlowResult:
        """Store an entry's new data; a title that the user has given it stays.

        Args:
            entry: The entry.
            data: All of its data.
            unique_id: For these data.
            title_of: Gives an entry's title for its data.
        """
        own_title = entry.title != title_of(entry.data)
        return self.async_update_reload_and_abort(
            entry,
            unique_id=unique_id,
            title=entry.title if own_title else title_of(data),
            data=data,
        )

    def entry_to_change(self) -> ConfigEntry[Any] | None:
        """Return the entry that the flow is about, None where it adds one."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None

    def other_entries(self, bridge: str) -> list[ConfigEntry[Any]]:
        """Return a bridge's entries but for the one that the flow is about."""
        own = self.entry_to_change()
        return [
            entry
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            if entry is not own and entry.data[CONF_BRIDGE] == bridge
        ]


async def async_password_token(
    implementation: EntryOAuth2Implementation, username: str, password: str
) -> Token:
    """Get a token with the password grant.

    Args:
        implementation: Whose token.
        username: Who signs in.
        password: Used for this request alone.

    Raises:
        FormError: There is none.
    """
    try:
        return await implementation.async_request_password_token(username, password)
    except OAuth2TokenRequestBaseError as err:
        if type(err) is TokenRefusedError:
            raise FormError(CONF_PASSWORD, "invalid_auth") from None
        raise FormError(*flow_error(err)) from None
