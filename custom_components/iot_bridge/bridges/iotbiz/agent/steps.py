"""The steps of the config flow that make Home Assistant a device on a platform."""

from typing import Final

from yarl import URL

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_URL

from ....entry_flow import EntryData, EntryFlow, UserInput
from ..client import AlreadyActivatedError
from ..const import CONF_BROKER_HOST, CONF_CUSTOMER_ID, CONF_DEVICE_ID
from ..titles import title_of
from .account import default_device_id, unique_id_of
from .forms import BROKER_FORM, DEVICE_FORM, PASSWORD_FORM, REAUTH_FORM
from .pending import async_get_pending
from .trial import async_confirm, async_register, async_try_broker

# What a password belongs to; the platform may have got another address.
_DEVICE: Final = (CONF_CUSTOMER_ID, CONF_DEVICE_ID)


class AgentSteps(EntryFlow):
    """The steps whose names begin with `iotbiz_agent`, and `iotbiz_broker`."""

    # The device; with its password once it is registered.
    _iotbiz_agent_data: EntryData

    async def async_step_iotbiz_agent(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for platform and device, and register it there."""
        known: EntryData = {}
        if self.entry_to_change() is None:
            known = {CONF_DEVICE_ID: await default_device_id(self.hass)}
        return await self.async_ask(
            DEVICE_FORM, user_input, self._iotbiz_agent_register, known
        )

    async def async_step_iotbiz_agent_reconfigure(
        self, _: UserInput = None
    ) -> ConfigFlowResult:
        """Change platform, device or broker; entities and exports stay."""
        return await self.async_step_iotbiz_agent()

    async def async_step_iotbiz_agent_password(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the password of a device that the platform knows already."""
        return await self.async_ask(
            PASSWORD_FORM,
            user_input,
            self._iotbiz_agent_sign_in,
            self._iotbiz_agent_data,
        )

    async def async_step_iotbiz_agent_reauth(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Register again, or ask for the password, after the broker has refused it."""
        return await self.async_ask(
            REAUTH_FORM,
            user_input,
            self._iotbiz_agent_sign_in_again,
            self._get_reauth_entry().data,
        )

    async def async_step_iotbiz_broker(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the broker, which the platform does not tell."""
        known = self._iotbiz_agent_data
        shown: EntryData = {}
        entry = self.entry_to_change()
        if entry is None or entry.data[CONF_URL] != known[CONF_URL]:
            # Mostly both are on the same computer.
            shown = {CONF_BROKER_HOST: URL(known[CONF_URL]).host}
        return await self.async_ask(
            BROKER_FORM, user_input, self._iotbiz_agent_set_up, {**shown, **known}
        )

    async def _iotbiz_agent_register(self, data: EntryData) -> ConfigFlowResult:
        """Go on with a device that has no password yet, as far as is known."""
        await self.async_claim(unique_id_of(data))
        self._iotbiz_agent_data = data
        try:
            password = await self._iotbiz_agent_new_password(data)
        except AlreadyActivatedError:
            return await self.async_step_iotbiz_agent_password()
        return await self._iotbiz_agent_ask_broker({**data, CONF_PASSWORD: password})

    async def _iotbiz_agent_sign_in(self, data: EntryData) -> ConfigFlowResult:
        """Go on with what was entered as the password of a device."""
        return await self._iotbiz_agent_ask_broker(
            await self._iotbiz_agent_with_password(data)
        )

    async def _iotbiz_agent_sign_in_again(self, data: EntryData) -> ConfigFlowResult:
        """Go on with the device and the broker of the entry."""
        return await self._iotbiz_agent_set_up(
            await self._iotbiz_agent_with_password(data)
        )

    async def _iotbiz_agent_ask_broker(self, data: EntryData) -> ConfigFlowResult:
        self._iotbiz_agent_data = data
        return await self.async_step_iotbiz_broker()

    async def _iotbiz_agent_with_password(self, data: EntryData) -> EntryData:
        """Return data with a password that the platform has confirmed.

        Raises:
            IotbizError: There is none.
        """
        if data[CONF_PASSWORD]:
            await async_confirm(self.hass, data)
            return data
        password = await self._iotbiz_agent_new_password(data)
        return {**data, CONF_PASSWORD: password}

    async def _iotbiz_agent_new_password(self, data: EntryData) -> str:
        """Return the password of a device without the help of the user.

        Raises:
            IotbizError: There is none.
        """
        entry = self.entry_to_change()
        is_known = entry is not None and all(
            entry.data[name] == data[name] for name in _DEVICE
        )
        former = entry.data[CONF_PASSWORD] if entry and is_known else None
        return await async_register(self.hass, data, former)

    async def _iotbiz_agent_set_up(self, data: EntryData) -> ConfigFlowResult:
        """Try the broker, then create or update the entry.

        Raises:
            IotbizError: It does not work.
            AbortFlow: The device is set up already.
        """
        await async_try_broker(data)
        unique_id = unique_id_of(data)
        await self.async_claim(unique_id)
        pending = await async_get_pending(self.hass)
        pending.async_drop(unique_id)
        if (entry := self.entry_to_change()) is None:
            return self.async_create_entry(title=title_of(data), data=data)
        return self.async_change_entry(
            entry, data, unique_id=unique_id, title_of=title_of
        )
