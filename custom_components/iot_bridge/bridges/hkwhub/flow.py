"""HKWHub's steps of the config flow."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
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
from .account import create_implementation, title_of, unique_id_of
from .client import HkwhubError, UnexpectedAnswerError
from .const import (
    CONF_GRANT,
    CONF_HUB_UUID,
    CONF_TOKEN,
    CONF_TRANSPORT,
    Grant,
    TransportKind,
)
from .forms import (
    CODE_FORM,
    LOCAL_FORM,
    PASSWORD_FORM,
    PLACEHOLDERS,
    PUBNUB_FORM,
    REAUTH_PASSWORD_FORM,
    REAUTH_PUBNUB_FORM,
    Form,
    FormError,
)
from .trial import FoundHub, async_try_hub, known_speakers

_WAYS: Final = ("hkwhub_local", "hkwhub_cloud", "hkwhub_pubnub")

type _Data = dict[str, Any]
type _Input = dict[str, Any] | None


class HkwhubFlow(OAuth2EntryFlow):
    """The steps whose names begin with `hkwhub`.

    A step raises `FormError` where the form has to be shown again.
    """

    async def async_step_hkwhub(self, user_input: _Input = None) -> ConfigFlowResult:
        """Ask how the hub is reached: the app runs one mode at a time."""
        return self.async_show_menu(step_id="hkwhub", menu_options=list(_WAYS))

    async def async_step_hkwhub_cloud(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask which way to sign in to HKIoTCloud."""
        return self.async_show_menu(
            step_id="hkwhub_cloud", menu_options=["hkwhub_code", "hkwhub_password"]
        )

    async def async_step_hkwhub_local(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask for the address of the hub's own server."""
        return await self._hkwhub_step(LOCAL_FORM, user_input, self._hkwhub_set_up)

    async def async_step_hkwhub_pubnub(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask for the keys and the channel."""
        return await self._hkwhub_step(PUBNUB_FORM, user_input, self._hkwhub_set_up)

    async def async_step_hkwhub_password(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Sign in to HKIoTCloud with a password, which is not kept."""
        return await self._hkwhub_step(PASSWORD_FORM, user_input, self._hkwhub_sign_in)

    async def async_step_hkwhub_code(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask for the client and send the user to HKIoTCloud's page."""
        if redirect_address(self.hass) is None:
            return self.async_abort(reason="oauth_needs_browser")
        return await self._hkwhub_step(CODE_FORM, user_input, self._hkwhub_open_page)

    async def async_step_hkwhub_reauth(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Sign in again, after the cloud or PubNub has asked for it."""
        data = self._get_reauth_entry().data
        if data[CONF_TRANSPORT] == TransportKind.PUBNUB:
            return await self.async_step_hkwhub_reauth_pubnub()
        if data[CONF_GRANT] == Grant.AUTHORIZATION_CODE:
            return await self.async_step_hkwhub_reauth_code()
        return await self._hkwhub_step(
            REAUTH_PASSWORD_FORM, user_input, self._hkwhub_sign_in, data
        )

    async def async_step_hkwhub_reauth_pubnub(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Ask for other keys; only the hub that the entry has is listened to."""
        return await self._hkwhub_step(
            REAUTH_PUBNUB_FORM,
            user_input,
            self._hkwhub_set_up,
            self._get_reauth_entry().data,
        )

    async def async_step_hkwhub_reauth_code(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Wait for the user: no browser is there to be sent on when a token ends."""
        if user_input is None:
            return self.async_show_form(step_id="hkwhub_reauth_code")
        return await self._hkwhub_open_page(dict(self._get_reauth_entry().data))

    async def async_step_hkwhub_reconfigure(
        self, user_input: _Input = None
    ) -> ConfigFlowResult:
        """Change how the hub is reached; all that was set for its speakers stays."""
        return self.async_show_menu(
            step_id="hkwhub_reconfigure", menu_options=list(_WAYS)
        )

    async def _hkwhub_step(
        self,
        form: Form,
        user_input: _Input,
        go_on: Callable[[_Data], Awaitable[ConfigFlowResult]],
        known: Mapping[str, Any] | None = None,
    ) -> ConfigFlowResult:
        """Show a form until what was entered works.

        Args:
            form: The form.
            user_input: What the user has entered.
            go_on: Goes on with it; raises `FormError` or a client's error.
            known: What is kept of the entry's data.
        """
        error: FormError | None = None
        if user_input is not None:
            try:
                return await go_on(form.read(user_input, known or {}))
            except FormError as err:
                error = err
            except HkwhubError as err:
                error = form.error(err)
        entry = self._hkwhub_entry()
        filled = form.suggested({} if entry is None else entry.data, user_input)
        return self._hkwhub_show(form, filled, error)

    def _hkwhub_show(
        self, form: Form, filled: Mapping[str, Any], error: FormError | None
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=form.step,
            data_schema=self.add_suggested_values_to_schema(form.schema, filled),
            errors={} if error is None else error.errors,
            description_placeholders={
                **PLACEHOLDERS,
                "redirect_url": redirect_address(self.hass) or "",
            },
        )

    async def _hkwhub_sign_in(self, data: _Data) -> ConfigFlowResult:
        """Go on with a user name and a password, which ends here."""
        password = data.pop(CONF_PASSWORD)
        await self._hkwhub_claim(data)
        implementation = create_implementation(self.hass, data)
        try:
            token = await implementation.async_request_password_token(
                data[CONF_USERNAME], password
            )
        except OAuth2TokenRequestBaseError as err:
            if type(err) is TokenRefusedError:
                raise FormError(CONF_PASSWORD, "invalid_auth") from None
            raise FormError(*flow_error(err)) from None
        return await self._hkwhub_set_up({**data, CONF_TOKEN: token})

    async def _hkwhub_open_page(self, data: _Data) -> ConfigFlowResult:
        """Go on at HKIoTCloud's page, and from there with a token or an error."""
        await self._hkwhub_claim(data)
        return await self.async_open_page(
            create_implementation(self.hass, data),
            on_token=partial(self._hkwhub_on_token, data),
            on_error=partial(self._hkwhub_on_page_error, data),
        )

    async def _hkwhub_on_token(self, data: _Data, token: Token) -> ConfigFlowResult:
        try:
            return await self._hkwhub_set_up({**data, CONF_TOKEN: token})
        except FormError as err:
            error = err
        except HkwhubError as err:
            error = CODE_FORM.error(err)
        return self._hkwhub_show(CODE_FORM, CODE_FORM.suggested(data, None), error)

    async def _hkwhub_on_page_error(
        self, data: _Data, err: Exception
    ) -> ConfigFlowResult:
        error = FormError(*flow_error(err))
        return self._hkwhub_show(CODE_FORM, CODE_FORM.suggested(data, None), error)

    async def _hkwhub_set_up(self, data: _Data) -> ConfigFlowResult:
        """Try the way to the hub, then create or update the entry.

        Raises:
            FormError: It is another hub than the one that the entry is for.
            HkwhubError: It does not work.
            AbortFlow: The hub is set up already.
        """
        await self._hkwhub_claim(data)
        hub = await async_try_hub(self.hass, data)
        if data[CONF_TRANSPORT] == TransportKind.PUBNUB:
            if hub.uuid is None:
                raise UnexpectedAnswerError("the hub does not tell its id")
            data = {**data, CONF_HUB_UUID: hub.uuid}
        # Now the hub has told its name, and another flow may have been quicker.
        await self._hkwhub_claim(data)
        entry = self._hkwhub_entry()
        if self._hkwhub_has_twin(data, hub):
            raise AbortFlow("already_configured")
        title = title_of(data)
        if entry is None:
            return self.async_create_entry(title=title, data=data)
        if self._hkwhub_is_other(entry, data, hub):
            raise FormError("base", "other_hub")
        own_title = entry.title != title_of(entry.data)
        return self.async_update_reload_and_abort(
            entry,
            unique_id=unique_id_of(data),
            title=entry.title if own_title else title,
            data=data,
        )

    async def _hkwhub_claim(self, data: _Data) -> None:
        """Make sure that no other entry is for the same hub.

        Over PubNub the hub has to be asked for its name first.

        Raises:
            AbortFlow: There is one.
        """
        if data[CONF_TRANSPORT] == TransportKind.PUBNUB and CONF_HUB_UUID not in data:
            return
        unique_id = unique_id_of(data)
        if (entry := self._hkwhub_entry()) is None:
            await self.async_set_unique_id(unique_id, raise_on_progress=False)
            self._abort_if_unique_id_configured()
            return
        other = self.hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, unique_id
        )
        if other not in {None, entry}:
            raise AbortFlow("already_configured")

    def _hkwhub_has_twin(self, data: _Data, hub: FoundHub) -> bool:
        """Return whether another entry has exactly these speakers the same way."""
        own = self._hkwhub_entry()
        return any(
            hub.speakers == known_speakers(self.hass, entry)
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            if hub.speakers
            and entry is not own
            and entry.data[CONF_BRIDGE] == data[CONF_BRIDGE]
            and entry.data[CONF_TRANSPORT] == data[CONF_TRANSPORT]
        )

    def _hkwhub_is_other(
        self, entry: ConfigEntry[Any], data: _Data, hub: FoundHub
    ) -> bool:
        """Return whether a hub is another one than that of the entry."""
        again = self.source == SOURCE_REAUTH
        if again and data.get(CONF_GRANT) != Grant.AUTHORIZATION_CODE:
            # The user name or the hub's id was not asked for: it is the same.
            return False
        known = known_speakers(self.hass, entry)
        if known and hub.speakers:
            return known.isdisjoint(hub.speakers)
        # Somebody else may have signed in on the page.
        return again and unique_id_of(data) != entry.unique_id

    def _hkwhub_entry(self) -> ConfigEntry[Any] | None:
        """Return the entry that the flow is about, if there is one."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None
