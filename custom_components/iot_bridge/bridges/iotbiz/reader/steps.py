"""The steps of the config flow that show the devices of a platform."""

import asyncio
from typing import Final

from homeassistant.config_entries import ConfigFlowResult

from ....entry_flow import EntryData, EntryFlow, UserInput
from ..client import RequestTimeoutError
from ..titles import title_of
from .account import create_reader, unique_id_of
from .forms import READER_FORM, REAUTH_FORM

# Seconds that a user may wait for a form to be checked.
TRIAL_SECONDS: Final = 20.0


class ReaderSteps(EntryFlow):
    """The steps whose names begin with `iotbiz_reader`."""

    async def async_step_iotbiz_reader(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the platform, and for a user there."""
        return await self.async_ask(READER_FORM, user_input, self._iotbiz_reader_set_up)

    async def async_step_iotbiz_reader_reconfigure(
        self, _: UserInput = None
    ) -> ConfigFlowResult:
        """Change platform or user; devices and entities stay."""
        return await self.async_step_iotbiz_reader()

    async def async_step_iotbiz_reader_reauth(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the password of the same user."""
        return await self.async_ask(
            REAUTH_FORM,
            user_input,
            self._iotbiz_reader_set_up,
            self._get_reauth_entry().data,
        )

    async def _iotbiz_reader_set_up(self, data: EntryData) -> ConfigFlowResult:
        """Look whether the devices can be read, then create or update the entry.

        Raises:
            IotbizError: It does not work.
            AbortFlow: The user is set up already.
        """
        unique_id = unique_id_of(data)
        await self.async_claim(unique_id)
        try:
            async with asyncio.timeout(TRIAL_SECONDS):
                await create_reader(self.hass, data).devices()
        except TimeoutError:
            raise RequestTimeoutError("the list took too long") from None
        # Another flow may have been quicker.
        await self.async_claim(unique_id)
        if (entry := self.entry_to_change()) is None:
            return self.async_create_entry(title=title_of(data), data=data)
        return self.async_change_entry(
            entry, data, unique_id=unique_id, title_of=title_of
        )
