"""The options of the server role: customers, who may register, who may ask.

Nothing is reloaded by them: a change counts from the next request on, and no device is
unavailable meanwhile.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlow,
)

from ....entry_flow import UserInput
from ....entry_forms import FormError
from ..const import (
    CONF_ADMISSION,
    CONF_ALLOWED_ADDRESSES,
    CONF_CUSTOMER_ID,
    CONF_ROLE,
    CONF_SILENT_MINUTES,
    Role,
)
from .customers import (
    Customer,
    customers_of,
    new_customer_id,
    with_customer,
    without_customer,
)
from .enrolment import Enrolment
from .forms import (
    CONF_DEVICES,
    CONF_REMOVE,
    CUSTOMER_FORM,
    DEFAULT_SETTINGS,
    NEW_CUSTOMER_FORM,
    SETTINGS_FORM,
    customer_fields,
    customer_select,
    device_select,
    read_customer,
    read_new_customer,
    read_settings,
)
from .registrations import Registration, Registrations
from .running import RunningServer

_SETTINGS: Final = (CONF_ADMISSION, CONF_ALLOWED_ADDRESSES, CONF_SILENT_MINUTES)


class IotbizOptionsFlow(OptionsFlow):
    """The menu of options, and what is behind it."""

    # The customer that is to be changed.
    _customer_id: str

    @staticmethod
    def supports(config_entry: ConfigEntry[Any]) -> bool:
        """Return whether an entry has options: those of other roles have none."""
        return bool(config_entry.data[CONF_ROLE] == Role.SERVER)

    async def async_step_init(self, _: UserInput = None) -> ConfigFlowResult:
        """Go to the menu, which has its own texts."""
        return await self.async_step_iotbiz()

    async def async_step_iotbiz(self, _: UserInput = None) -> ConfigFlowResult:
        """Ask what to change."""
        steps = ["iotbiz_settings", "iotbiz_add_customer"]
        if self._customers():
            steps.append("iotbiz_customer")
        if self._refused():
            steps.append("iotbiz_refused")
        return self.async_show_menu(step_id="iotbiz", menu_options=steps)

    async def async_step_iotbiz_settings(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for all that is the same for all customers."""
        options = self.config_entry.options
        errors: dict[str, str] = {}
        placeholders: Mapping[str, str] = {}
        filled: Mapping[str, Any] = DEFAULT_SETTINGS | options
        if user_input is not None:
            try:
                settings = read_settings(user_input)
            except FormError as err:
                errors, placeholders, filled = err.errors, err.placeholders, user_input
            else:
                kept = {
                    name: options[name] for name in options if name not in _SETTINGS
                }
                return self.async_create_entry(data={**kept, **settings})
        return self.async_show_form(
            step_id="iotbiz_settings",
            data_schema=self.add_suggested_values_to_schema(SETTINGS_FORM, filled),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def async_step_iotbiz_add_customer(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for another customer."""
        errors: dict[str, str] = {}
        filled: Mapping[str, Any] = {CONF_CUSTOMER_ID: new_customer_id()}
        if user_input is not None:
            try:
                customer = read_new_customer(user_input, self._customers())
            except FormError as err:
                errors, filled = err.errors, user_input
            else:
                return self._store_customer(customer)
        return self.async_show_form(
            step_id="iotbiz_add_customer",
            data_schema=self.add_suggested_values_to_schema(NEW_CUSTOMER_FORM, filled),
            errors=errors,
        )

    async def async_step_iotbiz_customer(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask which customer to change."""
        if user_input is not None:
            self._customer_id = user_input[CONF_CUSTOMER_ID]
            return await self.async_step_iotbiz_change_customer()
        return self.async_show_form(
            step_id="iotbiz_customer",
            data_schema=customer_select(self._customers().values()),
        )

    async def async_step_iotbiz_change_customer(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask for what may change of a customer, or whether it is to go."""
        if (customer := self._customers().get(self._customer_id)) is None:
            return self.async_abort(reason="customer_gone")
        registrations = await self._async_registrations()
        devices = sum(one.activated for one in registrations)
        errors: dict[str, str] = {}
        filled: Mapping[str, Any] = customer_fields(customer)
        if user_input is not None:
            if not user_input[CONF_REMOVE]:
                return self._store_customer(read_customer(customer.id, user_input))
            if not devices:
                return await self._remove_customer(customer, registrations)
            errors, filled = {CONF_REMOVE: "customer_has_devices"}, user_input
        return self.async_show_form(
            step_id="iotbiz_change_customer",
            data_schema=self.add_suggested_values_to_schema(CUSTOMER_FORM, filled),
            errors=errors,
            description_placeholders={
                "customer_id": customer.id,
                "devices": str(devices),
                "waiting": str(
                    sum(not (one.activated or one.refused) for one in registrations)
                ),
            },
        )

    async def async_step_iotbiz_refused(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Ask which of the devices that the user has refused may ask again."""
        if user_input is None:
            return self.async_show_form(
                step_id="iotbiz_refused", data_schema=device_select(self._refused())
            )
        if (enrolment := self._enrolment()) is None:
            return self.async_abort(reason="not_loaded")
        await enrolment.async_forgive(user_input[CONF_DEVICES])
        return self.async_create_entry(data=self.config_entry.options)

    def _customers(self) -> dict[str, Customer]:
        return customers_of(self.config_entry.options)

    def _store_customer(self, customer: Customer) -> ConfigFlowResult:
        return self.async_create_entry(
            data=with_customer(self.config_entry.options, customer)
        )

    def _refused(self) -> list[str]:
        """Return the devices that were refused, as far as that is known now."""
        enrolment = self._enrolment()
        return [] if enrolment is None else sorted(enrolment.refused)

    async def _async_registrations(self) -> list[Registration]:
        """Return those of the chosen customer's devices."""
        if (enrolment := self._enrolment()) is None:
            known = await self._async_stored_registrations()
        else:
            known = enrolment.registrations
        return [one for one in known.values() if one.customer_id == self._customer_id]

    async def _async_stored_registrations(self) -> Registrations:
        """Return those on the disk, where they are while the entry is not loaded."""
        stored = Registrations(self.hass, self.config_entry.entry_id)
        await stored.async_load()
        return stored

    async def _remove_customer(
        self, customer: Customer, registrations: Iterable[Registration]
    ) -> ConfigFlowResult:
        """Remove a customer, and its devices that never came in."""
        # First of all, so that none of them comes in meanwhile.
        self.hass.config_entries.async_update_entry(
            self.config_entry,
            options=without_customer(self.config_entry.options, customer.id),
        )
        device_ids = [one.device_id for one in registrations]
        if (enrolment := self._enrolment()) is None:
            stored = await self._async_stored_registrations()
            await stored.async_remove(*device_ids)
        else:
            for device_id in device_ids:
                await enrolment.async_forget(device_id)
        return self.async_create_entry(data=self.config_entry.options)

    def _enrolment(self) -> Enrolment | None:
        """Return who lets devices in, None while the entry is not loaded."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return None
        server: RunningServer = self.config_entry.runtime_data
        return server.enrolment
