"""HKWHub's steps of the config flow."""

from typing import Any, Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.data_entry_flow import AbortFlow

from ...const import CONF_BRIDGE
from ...entry_flow import EntryData, EntryFlow, UserInput, async_password_token
from ...entry_forms import BASE, FormError
from ...oauth import redirect_address
from .account import create_implementation, title_of, unique_id_of
from .client import UnexpectedAnswerError
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
    PUBNUB_FORM,
    REAUTH_PASSWORD_FORM,
    REAUTH_PUBNUB_FORM,
)
from .trial import FoundHub, async_try_hub, known_speakers

_WAYS: Final = ("hkwhub_local", "hkwhub_cloud", "hkwhub_pubnub")


class HkwhubFlow(EntryFlow):
    """The steps whose names begin with `hkwhub`."""

    async def async_step_hkwhub(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask how the hub is reached: the app runs one mode at a time."""
        return self.async_show_menu(step_id="hkwhub", menu_options=list(_WAYS))

    async def async_step_hkwhub_cloud(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask which way to sign in to HKIoTCloud."""
        return self.async_show_menu(
            step_id="hkwhub_cloud", menu_options=["hkwhub_code", "hkwhub_password"]
        )

    async def async_step_hkwhub_local(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the address of the hub's own server."""
        return await self.async_ask(LOCAL_FORM, user_input, self._hkwhub_set_up)

    async def async_step_hkwhub_pubnub(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the keys and the channel."""
        return await self.async_ask(PUBNUB_FORM, user_input, self._hkwhub_set_up)

    async def async_step_hkwhub_password(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Sign in to HKIoTCloud with a password, which is not kept."""
        return await self.async_ask(PASSWORD_FORM, user_input, self._hkwhub_sign_in)

    async def async_step_hkwhub_code(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the client and send the user to HKIoTCloud's page."""
        if redirect_address(self.hass) is None:
            return self.async_abort(reason="oauth_needs_browser")
        return await self.async_ask(CODE_FORM, user_input, self._hkwhub_open_page)

    async def async_step_hkwhub_reauth(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Sign in again, after the cloud or PubNub has asked for it."""
        data = self._get_reauth_entry().data
        if data[CONF_TRANSPORT] == TransportKind.PUBNUB:
            return await self.async_step_hkwhub_reauth_pubnub()
        if data[CONF_GRANT] == Grant.AUTHORIZATION_CODE:
            return await self.async_step_hkwhub_reauth_code()
        return await self.async_ask(
            REAUTH_PASSWORD_FORM, user_input, self._hkwhub_sign_in, data
        )

    async def async_step_hkwhub_reauth_pubnub(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for other keys; only the hub that the entry has is listened to."""
        return await self.async_ask(
            REAUTH_PUBNUB_FORM,
            user_input,
            self._hkwhub_set_up,
            self._get_reauth_entry().data,
        )

    async def async_step_hkwhub_reauth_code(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Wait for the user: no browser is there to be sent on when a token ends."""
        if user_input is None:
            return self.async_show_form(step_id="hkwhub_reauth_code")
        return await self._hkwhub_open_page(dict(self._get_reauth_entry().data))

    async def async_step_hkwhub_reconfigure(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Change how the hub is reached; all that was set for its speakers stays."""
        return self.async_show_menu(
            step_id="hkwhub_reconfigure", menu_options=list(_WAYS)
        )

    async def _hkwhub_sign_in(self, data: EntryData) -> ConfigFlowResult:
        """Go on with a user name and a password, which ends here."""
        password = data.pop(CONF_PASSWORD)
        await self._hkwhub_claim(data)
        token = await async_password_token(
            create_implementation(self.hass, data), data[CONF_USERNAME], password
        )
        return await self._hkwhub_set_up({**data, CONF_TOKEN: token})

    async def _hkwhub_open_page(self, data: EntryData) -> ConfigFlowResult:
        """Go on at HKIoTCloud's page, and from there with a token or an error."""
        await self._hkwhub_claim(data)
        return await self.async_ask_on_page(
            CODE_FORM,
            data,
            create_implementation(self.hass, data),
            self._hkwhub_set_up,
        )

    async def _hkwhub_set_up(self, data: EntryData) -> ConfigFlowResult:
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
        if self._hkwhub_has_twin(data, hub):
            raise AbortFlow("already_configured")
        if (entry := self.entry_to_change()) is None:
            return self.async_create_entry(title=title_of(data), data=data)
        if self._hkwhub_is_other(entry, data, hub):
            raise FormError(BASE, "other_hub")
        return self.async_change_entry(
            entry, data, unique_id=unique_id_of(data), title_of=title_of
        )

    async def _hkwhub_claim(self, data: EntryData) -> None:
        """Make sure that no other entry is for the same hub.

        Over PubNub the hub has to be asked for its name first.

        Raises:
            AbortFlow: There is one.
        """
        if data[CONF_TRANSPORT] == TransportKind.PUBNUB and CONF_HUB_UUID not in data:
            return
        await self.async_claim(unique_id_of(data))

    def _hkwhub_has_twin(self, data: EntryData, hub: FoundHub) -> bool:
        """Return whether another entry has exactly these speakers the same way."""
        return any(
            hub.speakers == known_speakers(self.hass, entry)
            for entry in self.other_entries(data[CONF_BRIDGE])
            if hub.speakers and entry.data[CONF_TRANSPORT] == data[CONF_TRANSPORT]
        )

    def _hkwhub_is_other(
        self, entry: ConfigEntry[Any], data: EntryData, hub: FoundHub
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
