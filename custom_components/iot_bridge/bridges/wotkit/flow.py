"""WoTKit's steps of the config flow."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, override

from yarl import URL

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.exceptions import OAuth2TokenRequestBaseError

from ...const import CONF_BRIDGE, DOMAIN
from ...oauth import (
    OAuth2EntryFlow,
    Token,
    TokenRefusedError,
    flow_error,
    redirect_address,
)
from .account import (
    create_client,
    create_implementation,
    owner_of,
    title_of,
    unique_id_of,
)
from .choice_forms import CHOICE_FORM
from .choice_steps import ChoiceSteps, Input, Options
from .client import Scope, WotkitClient, WotkitError, portal_url
from .const import CONF_OWNER, CONF_SIGN_IN, CONF_TOKEN, SignIn
from .forms import (
    ADDRESS_FORM,
    APPS_PAGE,
    BASE,
    CODE_FORM,
    EXAMPLE_ADDRESS,
    KEY_FORM,
    KEYS_PAGE,
    PASSWORD_FORM,
    REAUTH_KEY_FORM,
    REAUTH_PASSWORD_FORM,
    REAUTH_USER_FORM,
    USER_FORM,
    Form,
    FormError,
    error_key,
)
from .trial import async_find_api, async_list_sensors

_WAYS: Final = ("wotkit_key", "wotkit_user", "wotkit_code", "wotkit_password")

type _Data = dict[str, Any]


class WotkitFlow(ChoiceSteps, OAuth2EntryFlow):
    """The steps whose names begin with `wotkit`.

    A step raises `FormError` where the form has to be shown again.
    """

    # The address of the API
    _wotkit_url: str
    # What was signed in to, while the user chooses sensors.
    _wotkit_data: _Data

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
        elif (entry := self._wotkit_entry()) is not None:
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
        return await self._wotkit_step(KEY_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_user(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for user name and password, which go with each request."""
        return await self._wotkit_step(USER_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_password(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Get a token with a password, which is not kept."""
        return await self._wotkit_step(PASSWORD_FORM, user_input, self._wotkit_sign_in)

    async def async_step_wotkit_code(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for the client and send the user to the server's page."""
        if redirect_address(self.hass) is None:
            return self.async_abort(reason="oauth_needs_browser")
        return await self._wotkit_step(CODE_FORM, user_input, self._wotkit_open_page)

    async def async_step_wotkit_choice(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask which sensors to follow."""
        if user_input is None:
            return self._wotkit_show("wotkit_choice", CHOICE_FORM, {}, {})
        return await self._wotkit_choose(user_input)

    async def async_step_wotkit_reauth(self, _: Input = None) -> ConfigFlowResult:
        """Sign in again, the way the entry does."""
        data = self._get_reauth_entry().data
        self._wotkit_url = data[CONF_URL]
        again = {
            SignIn.KEY: self.async_step_wotkit_reauth_key,
            SignIn.USER: self.async_step_wotkit_reauth_user,
            SignIn.CODE: self.async_step_wotkit_reauth_code,
            SignIn.PASSWORD_GRANT: self.async_step_wotkit_reauth_password,
        }
        return await again[SignIn(data[CONF_SIGN_IN])]()

    async def async_step_wotkit_reauth_key(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for the key again, or for another one of the same account."""
        return await self._wotkit_step(REAUTH_KEY_FORM, user_input, self._wotkit_set_up)

    async def async_step_wotkit_reauth_user(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Ask for the password of the same user."""
        return await self._wotkit_step(
            REAUTH_USER_FORM, user_input, self._wotkit_set_up
        )

    async def async_step_wotkit_reauth_password(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Get another token with the password of the same user."""
        return await self._wotkit_step(
            REAUTH_PASSWORD_FORM, user_input, self._wotkit_sign_in
        )

    async def async_step_wotkit_reauth_code(
        self, user_input: Input = None
    ) -> ConfigFlowResult:
        """Wait for the user: no browser is there to be sent on when a token ends."""
        if user_input is None:
            return self.async_show_form(step_id="wotkit_reauth_code")
        return await self._wotkit_open_page(dict(self._get_reauth_entry().data))

    async def _wotkit_step(
        self,
        form: Form,
        user_input: Input,
        go_on: Callable[[_Data], Awaitable[ConfigFlowResult]],
    ) -> ConfigFlowResult:
        """Show a form until what was entered works.

        Args:
            form: The form.
            user_input: What the user has entered.
            go_on: Goes on with it; raises `FormError` or a client's error.
        """
        error: FormError | None = None
        if user_input is not None:
            known: _Data = {CONF_URL: self._wotkit_url}
            if self.source == SOURCE_REAUTH:
                known = dict(self._get_reauth_entry().data)
            try:
                return await go_on(form.read(user_input, known))
            except FormError as err:
                error = err
            except WotkitError as err:
                error = form.error(err)
        entry = self._wotkit_entry()
        filled = form.suggested({} if entry is None else entry.data, user_input)
        return self._wotkit_show_form(form, filled, error)

    def _wotkit_show_form(
        self, form: Form, filled: Mapping[str, Any], error: FormError | None
    ) -> ConfigFlowResult:
        entry = self._wotkit_entry()
        known = {} if entry is None else entry.data
        portal = portal_url(URL(self._wotkit_url))
        return self._wotkit_show(
            form.step,
            form.schema,
            filled,
            {} if error is None else error.errors,
            {
                "keys_page": str(portal / KEYS_PAGE),
                "apps_page": str(portal / APPS_PAGE),
                "redirect_url": redirect_address(self.hass) or "",
                CONF_USERNAME: known.get(CONF_USERNAME, ""),
            },
        )

    async def _wotkit_sign_in(self, data: _Data) -> ConfigFlowResult:
        """Go on with a user name and a password, which ends here."""
        password = data.pop(CONF_PASSWORD)
        await self._wotkit_claim(data)
        implementation = create_implementation(self.hass, data)
        try:
            token = await implementation.async_request_password_token(
                data[CONF_USERNAME], password
            )
        except OAuth2TokenRequestBaseError as err:
            if type(err) is TokenRefusedError:
                raise FormError(CONF_PASSWORD, "invalid_auth") from None
            raise FormError(*flow_error(err)) from None
        return await self._wotkit_set_up({**data, CONF_TOKEN: token})

    async def _wotkit_open_page(self, data: _Data) -> ConfigFlowResult:
        """Go on at the server's page, and from there with a token or an error."""
        await self._wotkit_claim(data)
        return await self.async_open_page(
            create_implementation(self.hass, data),
            on_token=partial(self._wotkit_on_token, data),
            on_error=partial(self._wotkit_on_page_error, data),
        )

    async def _wotkit_on_token(self, data: _Data, token: Token) -> ConfigFlowResult:
        try:
            return await self._wotkit_set_up({**data, CONF_TOKEN: token})
        except FormError as err:
            error = err
        except WotkitError as err:
            error = CODE_FORM.error(err)
        filled = CODE_FORM.suggested(data, None)
        return self._wotkit_show_form(CODE_FORM, filled, error)

    async def _wotkit_on_page_error(
        self, data: _Data, err: Exception
    ) -> ConfigFlowResult:
        filled = CODE_FORM.suggested(data, None)
        return self._wotkit_show_form(CODE_FORM, filled, FormError(*flow_error(err)))

    async def _wotkit_set_up(self, data: _Data) -> ConfigFlowResult:
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
        entry = self._wotkit_entry()
        if entry is None:
            self._wotkit_data = data
            return await self.async_step_wotkit_choice()
        if former is not None and former != data[CONF_OWNER]:
            raise FormError(BASE, "wrong_account")
        own_title = entry.title != title_of(entry.data)
        return self.async_update_reload_and_abort(
            entry,
            unique_id=unique_id_of(data),
            title=entry.title if own_title else title_of(data),
            data=data,
        )

    async def _wotkit_claim(self, data: _Data) -> None:
        """Make sure that no other entry is for the same account.

        Raises:
            AbortFlow: There is one.
        """
        if self._wotkit_has_twin(data):
            raise AbortFlow("already_configured")
        unique_id = unique_id_of(data)
        if (entry := self._wotkit_entry()) is None:
            await self.async_set_unique_id(unique_id, raise_on_progress=False)
            self._abort_if_unique_id_configured()
            return
        other = self.hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, unique_id
        )
        if other not in {None, entry}:
            raise AbortFlow("already_configured")

    def _wotkit_has_twin(self, data: _Data) -> bool:
        """Return whether another entry is for the same account, signed in otherwise."""
        own = self._wotkit_entry()
        return any(
            entry.data.get(CONF_OWNER) == data.get(CONF_OWNER) is not None
            and entry.data[CONF_URL] == data[CONF_URL]
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            if entry is not own and entry.data[CONF_BRIDGE] == data[CONF_BRIDGE]
        )

    def _wotkit_entry(self) -> ConfigEntry[Any] | None:
        """Return the entry that the flow is about, if there is one."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None

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
