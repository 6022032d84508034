"""Thing+'s steps of the config flow."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from yarl import URL

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_NAME,
    CONF_URL,
    CONF_USERNAME,
)
from homeassistant.data_entry_flow import AbortFlow

from ...const import CONF_BRIDGE
from ...entry_flow import EntryData, EntryFlow, GoOn, UserInput, async_password_token
from ...entry_forms import BASE, EntryForm, FormError
from ...oauth import redirect_address
from .account import ThingplusOAuth2, create_client, title_of, unique_id_of
from .client import PRESETS, AuthClient, ThingplusError, token_user
from .const import CONF_PASSWORD_HASH, CONF_SIGN_IN, CONF_TOKEN, CONF_USER_ID, SignIn
from .forms import (
    ADDRESS_FORM,
    CODE_FORM,
    CONF_SCOPES,
    CONF_SERVER,
    CREATE_FORM,
    EXAMPLE_ADDRESS,
    OWN_SERVER,
    PASSWORD_FORM,
    REAUTH_PASSWORD_FORM,
    SERVER_FORM,
    error_key,
)
from .trial import async_create_client, async_find_api, async_look

_WAYS: Final = ("thingplus_create", "thingplus_password", "thingplus_code")


class ThingplusFlow(EntryFlow):
    """The steps whose names begin with `thingplus`."""

    # The base of the API, unless the user signs in again.
    _thingplus_url: str
    # Applications that this flow has created, by what they were created for: a form
    # that is sent again must not create another one.
    _thingplus_created: Mapping[tuple[str, frozenset[str]], AuthClient] = (
        MappingProxyType({})
    )

    async def async_step_thingplus(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the server: a service lives on one of them only."""
        return await self._thingplus_server("thingplus", user_input)

    async def async_step_thingplus_reconfigure(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Change server or sign-in; devices, entities, options, subentries stay."""
        return await self._thingplus_server("thingplus_reconfigure", user_input)

    async def _thingplus_server(
        self, step: str, user_input: UserInput
    ) -> ConfigFlowResult:
        if user_input is None:
            schema = self.add_suggested_values_to_schema(
                SERVER_FORM, {CONF_SERVER: self._thingplus_former_server()}
            )
            return self.async_show_form(step_id=step, data_schema=schema)
        server = user_input[CONF_SERVER]
        if server == OWN_SERVER:
            return await self.async_step_thingplus_address()
        self._thingplus_url = str(PRESETS[server])
        return await self.async_step_thingplus_sign_in()

    def _thingplus_former_server(self) -> str:
        if (entry := self.entry_to_change()) is None:
            return next(iter(PRESETS))
        urls = {str(url): server for server, url in PRESETS.items()}
        return urls.get(entry.data[CONF_URL], OWN_SERVER)

    async def async_step_thingplus_address(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the address of a server that a customer of Thing+ runs."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                found = await async_find_api(self.hass, user_input[CONF_URL])
            except ValueError:
                errors = {CONF_URL: "invalid_address"}
            except ThingplusError as err:
                errors = {CONF_URL: error_key(err)}
            else:
                self._thingplus_url = str(found)
                return await self.async_step_thingplus_sign_in()
        elif (
            entry := self.entry_to_change()
        ) is not None and self._thingplus_former_server() == OWN_SERVER:
            user_input = dict(entry.data)
        return self.async_show_form(
            step_id="thingplus_address",
            data_schema=self.add_suggested_values_to_schema(ADDRESS_FORM, user_input),
            errors=errors,
            description_placeholders={"example_address": EXAMPLE_ADDRESS},
        )

    async def async_step_thingplus_sign_in(
        self, _: UserInput = None
    ) -> ConfigFlowResult:
        """Ask how to sign in."""
        return self.async_show_menu(
            step_id="thingplus_sign_in", menu_options=list(_WAYS)
        )

    async def async_step_thingplus_create(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Create an application for the user, who need not do it by hand."""
        return await self._thingplus_ask(
            CREATE_FORM, user_input, self._thingplus_create
        )

    async def async_step_thingplus_password(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the application and for the user who has created it."""
        return await self._thingplus_ask(
            PASSWORD_FORM, user_input, self._thingplus_get_token
        )

    async def async_step_thingplus_code(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the application and send the user to the server's page."""
        if redirect_address(self.hass) is None:
            return self.async_abort(reason="oauth_needs_browser")
        return await self._thingplus_ask(
            CODE_FORM, user_input, self._thingplus_open_page
        )

    async def async_step_thingplus_reauth(
        self, _: UserInput = None
    ) -> ConfigFlowResult:
        """Sign in again, the way the entry does."""
        if self._get_reauth_entry().data[CONF_SIGN_IN] == SignIn.CODE:
            return await self.async_step_thingplus_reauth_code()
        return await self.async_step_thingplus_reauth_password()

    async def async_step_thingplus_reauth_password(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the password of the same user, and for the application."""
        return await self._thingplus_ask(
            REAUTH_PASSWORD_FORM, user_input, self._thingplus_get_token
        )

    async def async_step_thingplus_reauth_code(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Wait for the user: no browser is there to be sent on when a token ends."""
        if user_input is None:
            return self.async_show_form(step_id="thingplus_reauth_code")
        return await self._thingplus_open_page(dict(self._get_reauth_entry().data))

    async def _thingplus_ask(
        self, form: EntryForm, user_input: UserInput, go_on: GoOn
    ) -> ConfigFlowResult:
        """Ask how to sign in to the server that is known by now."""
        known: Mapping[str, Any]
        if self.source == SOURCE_REAUTH:
            known = self._get_reauth_entry().data
        else:
            known = {CONF_URL: self._thingplus_url}
        return await self.async_ask(form, user_input, go_on, known)

    async def _thingplus_create(self, data: EntryData) -> ConfigFlowResult:
        """Go on with an application that is created for the user, once.

        Raises:
            FormError: There is none, or it gets no token.
            ThingplusError: The server is in trouble.
            AbortFlow: The account is set up already.
        """
        name, scopes = data.pop(CONF_NAME), data.pop(CONF_SCOPES)
        # Before anything is left at the server.
        self._thingplus_refuse_twin(data)
        purpose = (data[CONF_USERNAME], frozenset(scopes))
        if (client := self._thingplus_created.get(purpose)) is None:
            client = await async_create_client(
                self.hass,
                URL(data[CONF_URL]),
                username=data[CONF_USERNAME],
                password_hash=data[CONF_PASSWORD_HASH],
                name=name,
                scopes=scopes,
            )
            self._thingplus_created = {**self._thingplus_created, purpose: client}
        data[CONF_CLIENT_ID] = client.client_id
        data[CONF_CLIENT_SECRET] = client.client_secret
        try:
            return await self._thingplus_get_token(data)
        except FormError as err:
            if CONF_CLIENT_ID in err.errors:
                raise FormError(BASE, "new_client_unknown") from None
            raise

    async def _thingplus_get_token(self, data: EntryData) -> ConfigFlowResult:
        """Go on with an application, a user name and the hash of a password."""
        self._thingplus_refuse_twin(data)
        token = await async_password_token(
            ThingplusOAuth2(self.hass, data),
            data[CONF_USERNAME],
            data[CONF_PASSWORD_HASH],
        )
        return await self._thingplus_set_up({**data, CONF_TOKEN: token})

    async def _thingplus_open_page(self, data: EntryData) -> ConfigFlowResult:
        """Go on at the server's page, and from there with a token or an error."""
        return await self.async_ask_on_page(
            CODE_FORM, data, ThingplusOAuth2(self.hass, data), self._thingplus_set_up
        )

    async def _thingplus_set_up(self, data: EntryData) -> ConfigFlowResult:
        """Look whether all can be read, then create or update the entry.

        Raises:
            FormError: It is another account than the one that the entry is for, or
                the token is not for what is needed.
            ThingplusError: It does not work.
            AbortFlow: The account is set up already.
        """
        entry = self.entry_to_change()
        former = None if entry is None else entry.data.get(CONF_USER_ID)
        if (user := token_user(data[CONF_TOKEN]["access_token"])) is not None:
            data = {**data, CONF_USER_ID: user}
            # Ids of another server say nothing about who it is.
            is_moved = entry is not None and entry.data[CONF_URL] != data[CONF_URL]
            if former not in {None, user} and not is_moved:
                raise FormError(BASE, "wrong_account")
        await async_look(create_client(self.hass, data))
        await self.async_claim(unique_id_of(data))
        if entry is None:
            return self.async_create_entry(title=title_of(data), data=data)
        return self.async_change_entry(
            entry, data, unique_id=unique_id_of(data), title_of=title_of
        )

    def _thingplus_refuse_twin(self, data: EntryData) -> None:
        """Make sure that no other entry has signed in as the same user.

        Whose account a token is for is known later only.

        Raises:
            AbortFlow: There is one.
        """
        if any(
            entry.data[CONF_URL] == data[CONF_URL]
            and entry.data.get(CONF_USERNAME) == data[CONF_USERNAME]
            for entry in self.other_entries(data[CONF_BRIDGE])
        ):
            raise AbortFlow("already_configured")
