"""WoTKit's steps of the config flow."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.data_entry_flow import AbortFlow

from ...const import CONF_BRIDGE
from ...entry_flow import EntryData, EntryFlow, GoOn, async_password_token
from ...entry_forms import BASE, EntryForm, FormError
from ...oauth import redirect_address
from .account import (
    create_client,
    create_implementation,
    owner_of,
    title_of,
    unique_id_of,
)
from .choice_forms import CHOICE_FORM
from .choice_steps import ChoiceSteps, Input, Options
from .client import Scope, WotkitClient, WotkitError
from .const import CONF_OWNER, CONF_SIGN_IN, CONF_TOKEN, SignIn
from .forms import (
    ADDRESS_FORM,
    CODE_FORM,
    EXAMPLE_ADDRESS,
    KEY_FORM,
    PASSWORD_FORM,
    REAUTH_KEY_FORM,
    REAUTH_PASSWORD_FORM,
    REAUTH_USER_FORM,
    USER_FORM,
    error_key,
)
from .trial import async_find_api, async_list_sensors

_WAYS: Final = ("wotkit_key", "wotkit_user", "wotkit_code", "wotkit_password")


class WotkitFlow(ChoiceSteps, EntryFlow):
    """The steps whose names begin with `wotkit`."""

    # The address of the API, unless the user signs in again.
    _wotkit_url: str
    # What was signed in to, while the user chooses sensors.
    _wotkit_data: EntryData

    async def async_step_wotkit(self, user_input: Input = None) -> ConfigFlowResult:
        """Ask for the server: no public one is known."""
        return await self._wotkit_address("wotkit", user_input)

    async def async_step_wotkit_reconfigure(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Change server or sign-in; devices, entities and options stay."""
        return await self._wotkit_address("wotkit_reconfigure", user_input)

    async def _wotkit_address(self, step: str, user_input: Input) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._wotkit_url = str(
                    await async_find_api(self.hass, user_input[CONF_URL])
                )
                return await self.async_step_wotkit_sign_in()
            except ValueError:
                errors = {CONF_URL: "invalid_address"}
            except WotkitError as err:
                errors = {CONF_URL: error_key(err)}
        elif (entry := self.entry_to_change()) is not None:
            user_input = dict(entry.data)
        placeholders = {"example_address": EXAMPLE_ADDRESS}
        return self._wotkit_show(
            step, ADDRESS_FORM, user_input or {}, errors, placeholders
        )

    async def async_step_wotkit_sign_in(self, _: Input = None) -> ConfigFlowResult:
        """Ask how to sign in."""
        return self.async_show_menu(step_id="wotkit_sign_in", menu_options=list(_WAYS))

    async def async_step_wotkit_key(self, user_input: Input = None) -> ConfigFlowResult:
        """Ask for a key, which can be taken back without changing a password."""
        return await self._wotkit_ask(KEY_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_user(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for user name and password, which go with each request."""
        return await self._wotkit_ask(USER_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_password(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Get a token with a password, which is not kept."""
        return await self._wotkit_ask(PASSWORD_FORM, user_input, self._wotkit_sign_in)

    async def async_step_wotkit_code(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for the client and send the user to the server's page."""
        if redirect_address(self.hass) is None:
            return self.async_abort(reason="oauth_needs_browser")
        return await self._wotkit_ask(CODE_FORM, user_input, self._wotkit_open_page)

    async def async_step_wotkit_choice(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask which sensors to follow."""
        if user_input is None:
            return self._wotkit_show("wotkit_choice", CHOICE_FORM, {}, {})
        return await self._wotkit_choose(user_input)

    async def async_step_wotkit_reauth(self, _: Input = None) -> ConfigFlowResult:
        """Sign in again, the way the entry does."""
        again = {
            SignIn.KEY: self.async_step_wotkit_reauth_key,
            SignIn.USER: self.async_step_wotkit_reauth_user,
            SignIn.CODE: self.async_step_wotkit_reauth_code,
            SignIn.PASSWORD_GRANT: self.async_step_wotkit_reauth_password,
        }
        way = SignIn(self._get_reauth_entry().data[CONF_SIGN_IN])
        return await again[way]()

    async def async_step_wotkit_reauth_key(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for the key again, or for another one of the same account."""
        return await self._wotkit_ask(REAUTH_KEY_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_reauth_user(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for the password of the same user."""
        return await self._wotkit_ask(REAUTH_USER_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_reauth_password(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Get another token with the password of the same user."""
        return await self._wotkit_ask(
            REAUTH_PASSWORD_FORM, user_input, self._wotkit_sign_in
        )

    async def async_step_wotkit_reauth_code(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Wait for the user: no browser is there to be sent on when a token ends."""
        if user_input is None:
            return self.async_show_form(step_id="wotkit_reauth_code")
        return await self._wotkit_open_page(dict(self._get_reauth_entry().data))

    async def _wotkit_ask(
        self, form: EntryForm, user_input: Input, go_on: GoOn
    ) -> ConfigFlowResult:
        """Ask how to sign in to the server that is known by now."""
        known: Mapping[str, Any]
        if self.source == SOURCE_REAUTH:
            known = self._get_reauth_entry().data
        else:
            known = {CONF_URL: self._wotkit_url}
        return await self.async_ask(form, user_input, go_on, known)

    async def _wotkit_sign_in(self, data: EntryData) -> ConfigFlowResult:
        """Go on with a user name and a password, which ends here."""
        password = data.pop(CONF_PASSWORD)
        await self._wotkit_claim(data)
        token = await async_password_token(
            create_implementation(self.hass, data), data[CONF_USERNAME], password
        )
        return await self._wotkit_set_up({**data, CONF_TOKEN: token})

    async def _wotkit_open_page(self, data: EntryData) -> ConfigFlowResult:
        """Go on at the server's page, and from there with a token or an error."""
        await self._wotkit_claim(data)
        return await self.async_ask_on_page(
            CODE_FORM,
            data,
            create_implementation(self.hass, data),
            self._wotkit_set_up,
        )

    async def _wotkit_set_up(self, data: EntryData) -> ConfigFlowResult:
        """Try to sign in, then ask for the sensors or update the entry.

        Raises:
            FormError: It is another account than the one that the entry is for.
            WotkitError: It does not work.
            AbortFlow: The account is set up already.
        """
        await self._wotkit_claim(data)
        own = await async_list_sensors(
            create_client(self.hass, data), Scope.CONTRIBUTED
        )
        owner, former = owner_of(own), data.get(CONF_OWNER)
        if owner is not None:
            data = {**data, CONF_OWNER: owner}
        # Now the owner is known, and another flow may have been quicker.
        await self._wotkit_claim(data)
        if (entry := self.entry_to_change()) is None:
            self._wotkit_data = data
            return await self.async_step_wotkit_choice()
        if former is not None and former != data[CONF_OWNER]:
            raise FormError(BASE, "wrong_account")
        return self.async_change_entry(
            entry, data, unique_id=unique_id_of(data), title_of=title_of
        )

    async def _wotkit_claim(self, data: EntryData) -> None:
        """Make sure that no other entry is for the same account.

        Raises:
            AbortFlow: There is one.
        """
        if self._wotkit_has_twin(data):
            raise AbortFlow("already_configured")
        await self.async_claim(unique_id_of(data))

    def _wotkit_has_twin(self, data: EntryData) -> bool:
        """Return whether another entry is for the same account, signed in otherwise."""
        return any(
            entry.data.get(CONF_OWNER) == data.get(CONF_OWNER) is not None
            and entry.data[CONF_URL] == data[CONF_URL]
            for entry in self.other_entries(data[CONF_BRIDGE])
        )

    @override
    def _wotkit_client(self) -> WotkitClient:
        return create_client(self.hass, self._wotkit_data)

    @override
    def _wotkit_former_options(self) -> Mapping[str, Any]:
        return {}

    @override
    def _wotkit_ask_again(self, errors: dict[str, str]) -> ConfigFlowResult:
        return self._wotkit_show(
            "wotkit_choice", CHOICE_FORM, self._wotkit_options, errors
        )

    @override
    async def _wotkit_finish(self, options: Options) -> ConfigFlowResult:
        """Create the entry.

        Raises:
            AbortFlow: Another flow was quicker.
        """
        data = self._wotkit_data
        await self._wotkit_claim(data)
        return self.async_create_entry(title=title_of(data), data=data, options=options)
