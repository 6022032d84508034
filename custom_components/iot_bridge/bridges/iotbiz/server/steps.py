"""Steps of the config flow that make Home Assistant the platform."""

from collections.abc import Mapping
import secrets
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.network import NoURLAvailableError, get_url

from ....const import CONF_BRIDGE
from ....entry_flow import EntryFlow, UserInput
from ....entry_forms import FormError
from ..const import (
    CONF_ADMISSION,
    CONF_CUSTOMER_ID,
    CONF_ROLE,
    CONF_SECRET_HASH,
    SERVICE_NAME,
    Role,
)
from .customers import Customer, new_customer_id, with_customer
from .forms import DEFAULT_SETTINGS, SERVER_FORM, read_new_customer
from .guard import secret_hash
from .views import BASE_PATH

SERVER_UNIQUE_ID: Final = "iotbiz_server"

_SECRET_BYTES: Final = 32
# Where Home Assistant is mostly found if it was told no address of its own.
_USUAL_SERVER: Final = "homeassistant.local:8123"


class ServerSteps(EntryFlow):
    """The steps whose names begin with `iotbiz_server`."""

    _iotbiz_customer: Customer
    _iotbiz_admission: str
    # Shown once, kept nowhere else.
    _iotbiz_secret: str

    async def async_step_iotbiz_server(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for the first customer, and for how devices are let in."""
        await self.async_claim(SERVER_UNIQUE_ID)
        errors: dict[str, str] = {}
        filled: Mapping[str, Any] = {CONF_CUSTOMER_ID: new_customer_id()}
        if user_input is not None:
            try:
                self._iotbiz_customer = read_new_customer(user_input)
            except FormError as err:
                errors, filled = err.errors, user_input
            else:
                self._iotbiz_admission = user_input[CONF_ADMISSION]
                self._iotbiz_secret = secrets.token_urlsafe(_SECRET_BYTES)
                return await self.async_step_iotbiz_server_secret()
        return self.async_show_form(
            step_id="iotbiz_server",
            data_schema=self.add_suggested_values_to_schema(SERVER_FORM, filled),
            errors=errors,
        )

    async def async_step_iotbiz_server_secret(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Show what devices and brokers have to know; then the entry is made."""
        if user_input is None:
            return self.async_show_form(
                step_id="iotbiz_server_secret",
                description_placeholders={
                    **self._iotbiz_addresses(),
                    "secret": self._iotbiz_secret,
                    "customer_id": self._iotbiz_customer.id,
                },
            )
        await self.async_claim(SERVER_UNIQUE_ID)
        settings = {**DEFAULT_SETTINGS, CONF_ADMISSION: self._iotbiz_admission}
        return self.async_create_entry(
            title=SERVICE_NAME,
            data={
                CONF_BRIDGE: "iotbiz",
                CONF_ROLE: Role.SERVER.value,
                CONF_SECRET_HASH: secret_hash(self._iotbiz_secret),
            },
            options=with_customer(settings, self._iotbiz_customer),
        )

    async def async_step_iotbiz_server_reconfigure(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Tell that another secret replaces the one that there is."""
        if user_input is None:
            return self.async_show_form(step_id="iotbiz_server_reconfigure")
        self._iotbiz_secret = secrets.token_urlsafe(_SECRET_BYTES)
        return await self.async_step_iotbiz_server_new_secret()

    async def async_step_iotbiz_server_new_secret(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Show another secret; from then on it counts.

        Nothing is reloaded: whoever is asked for the secret looks at the entry.
        """
        if user_input is None:
            return self.async_show_form(
                step_id="iotbiz_server_new_secret",
                description_placeholders={
                    **self._iotbiz_addresses(),
                    "secret": self._iotbiz_secret,
                },
            )
        return self.async_update_and_abort(
            self._get_reconfigure_entry(),
            data_updates={CONF_SECRET_HASH: secret_hash(self._iotbiz_secret)},
        )

    def _iotbiz_addresses(self) -> dict[str, str]:
        """Return the addresses that the texts name."""
        try:
            address = get_url(self.hass)
        except NoURLAvailableError:
            api = self.hass.config.api
            scheme = "https" if api is not None and api.use_ssl else "http"
            address = f"{scheme}://{_USUAL_SERVER}"
        return {"base_address": f"{address}{BASE_PATH}"}
