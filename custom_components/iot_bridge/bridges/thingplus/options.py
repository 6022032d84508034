"""Thing+'s options: which sites and gateways, and what the service does not say."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from ...entry_forms import BASE, FormError
from .account import create_client, create_tokens
from .choice_forms import choice_select
from .client import ThingplusError
from .const import (
    CONF_DUST,
    CONF_GATEWAYS,
    CONF_METERS,
    CONF_SITES,
    DEFAULT_DUST,
    METER_TYPES,
    Dust,
)
from .export_ids import async_own_gateway_ids
from .forms import error_key
from .trial import Account, async_look

_DUST_SELECT: Final = SelectSelector(
    SelectSelectorConfig(
        options=[dust.value for dust in Dust],
        mode=SelectSelectorMode.LIST,
        translation_key="thingplus_dust",
    )
)
# They are called what the service calls them: its portal shows the same words.
_METER_SELECT: Final = SelectSelector(
    SelectSelectorConfig(
        options=list(METER_TYPES), multiple=True, mode=SelectSelectorMode.LIST
    )
)


class ThingplusOptionsFlow(OptionsFlowWithReload):
    """Which sites and gateways to follow, and what their sensors are."""

    @staticmethod
    def supports(_: ConfigEntry[Any]) -> bool:
        """Return that every entry has options."""
        return True

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go to the form, which has its own texts."""
        return await self.async_step_thingplus(user_input)

    async def async_step_thingplus(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for all options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        account, errors = Account(), dict[str, str]()
        try:
            account = await self._async_look()
        except FormError as err:
            errors = err.errors
        except ThingplusError as err:
            errors = {BASE: error_key(err)}
        former = self.config_entry.options
        own = await async_own_gateway_ids(self.hass)
        others = [one for one in account.gateways if one.id not in own]
        form = _form(
            choice_select(account.sites, former.get(CONF_SITES, ())),
            choice_select(others, former.get(CONF_GATEWAYS, ())),
        )
        return self.async_show_form(
            step_id="thingplus",
            data_schema=self.add_suggested_values_to_schema(form, former),
            errors=errors,
        )

    async def _async_look(self) -> Account:
        tokens = create_tokens(self.hass, self.config_entry)
        return await async_look(
            create_client(self.hass, self.config_entry.data, tokens=tokens)
        )


def _form(sites: SelectSelector, gateways: SelectSelector) -> vol.Schema:
    """Return the form of the options.

    Args:
        sites: Asks for sites.
        gateways: Asks for gateways.
    """
    return vol.Schema(
        {
            vol.Required(CONF_SITES, default=[]): sites,
            vol.Required(CONF_GATEWAYS, default=[]): gateways,
            vol.Required(CONF_DUST, default=DEFAULT_DUST.value): _DUST_SELECT,
            vol.Required(CONF_METERS, default=[]): _METER_SELECT,
        }
    )
