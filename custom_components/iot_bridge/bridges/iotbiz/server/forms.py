"""Forms of the server role: customers, and who may register and ask."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

import voluptuous as vol

from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from ....entry_forms import TEXT, FormError
from ..client import is_id
from ..const import (
    CONF_ADMISSION,
    CONF_ALLOWED_ADDRESSES,
    CONF_CUSTOMER_ID,
    CONF_CUSTOMER_NAME,
    CONF_DEVICE_LIMIT,
    CONF_SILENT_MINUTES,
    DEFAULT_ADMISSION,
    DEFAULT_ALLOWED_ADDRESSES,
    DEFAULT_DEVICE_LIMIT,
    Admission,
)
from .customers import MOST_DEVICES, SHORTEST_ID, Customer

# What is asked for and not stored.
CONF_REMOVE: Final = "remove"
CONF_DEVICES: Final = "devices"

# A week
_LONGEST_SILENCE: Final = 10080

_LIMIT: Final = NumberSelector(
    NumberSelectorConfig(min=1, max=MOST_DEVICES, step=1, mode=NumberSelectorMode.BOX)
)
_MINUTES: Final = NumberSelector(
    NumberSelectorConfig(
        min=1,
        max=_LONGEST_SILENCE,
        step=1,
        unit_of_measurement="min",
        mode=NumberSelectorMode.BOX,
    )
)
_ADMISSION: Final = SelectSelector(
    SelectSelectorConfig(
        options=[admission.value for admission in Admission],
        mode=SelectSelectorMode.LIST,
        translation_key="iotbiz_admission",
    )
)

_NAME_AND_LIMIT: Final = {
    vol.Optional(CONF_CUSTOMER_NAME): TEXT,
    vol.Required(CONF_DEVICE_LIMIT, default=DEFAULT_DEVICE_LIMIT): _LIMIT,
}
NEW_CUSTOMER_FORM: Final = vol.Schema(
    {vol.Required(CONF_CUSTOMER_ID): TEXT, **_NAME_AND_LIMIT}
)
CUSTOMER_FORM: Final = vol.Schema(
    {
        **_NAME_AND_LIMIT,
        vol.Required(CONF_REMOVE, default=False): BooleanSelector(),
    }
)
_WHO_MAY_REGISTER: Final = {
    vol.Required(CONF_ADMISSION, default=DEFAULT_ADMISSION.value): _ADMISSION
}
SERVER_FORM: Final = vol.Schema({**NEW_CUSTOMER_FORM.schema, **_WHO_MAY_REGISTER})
SETTINGS_FORM: Final = vol.Schema(
    {
        **_WHO_MAY_REGISTER,
        vol.Optional(CONF_SILENT_MINUTES): _MINUTES,
        vol.Optional(CONF_ALLOWED_ADDRESSES, default=[]): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
    }
)

# What counts where nothing was chosen yet.
DEFAULT_SETTINGS: Final = {
    CONF_ADMISSION: DEFAULT_ADMISSION.value,
    CONF_ALLOWED_ADDRESSES: list(DEFAULT_ALLOWED_ADDRESSES),
}


def read_new_customer(
    entered: Mapping[str, Any], known: Iterable[str] = ()
) -> Customer:
    """Return the customer that was entered.

    Args:
        entered: What was entered.
        known: The numbers that there are.

    Raises:
        FormError: The number cannot be used.
    """
    customer_id = entered[CONF_CUSTOMER_ID].strip()
    if len(customer_id) < SHORTEST_ID:
        raise FormError(CONF_CUSTOMER_ID, "customer_too_short")
    if not is_id(customer_id):
        raise FormError(CONF_CUSTOMER_ID, "invalid_customer")
    if customer_id in known:
        raise FormError(CONF_CUSTOMER_ID, "customer_exists")
    return read_customer(customer_id, entered)


def read_customer(customer_id: str, entered: Mapping[str, Any]) -> Customer:
    """Return a customer with the name and the limit that were entered."""
    return Customer(
        id=customer_id,
        name=" ".join(entered.get(CONF_CUSTOMER_NAME, "").split()),
        limit=int(entered[CONF_DEVICE_LIMIT]),
    )


def customer_fields(customer: Customer) -> dict[str, Any]:
    """Return what the form of a customer is filled with."""
    return {
        CONF_CUSTOMER_NAME: customer.name,
        CONF_DEVICE_LIMIT: customer.limit,
    }


def read_settings(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were entered.

    Raises:
        FormError: A text is neither an IP address nor a network.
    """
    settings = {
        CONF_ADMISSION: entered[CONF_ADMISSION],
        CONF_ALLOWED_ADDRESSES: _read_networks(entered[CONF_ALLOWED_ADDRESSES]),
    }
    if CONF_SILENT_MINUTES in entered:
        settings[CONF_SILENT_MINUTES] = int(entered[CONF_SILENT_MINUTES])
    return settings


def _read_networks(entered: Iterable[str]) -> list[str]:
    """Return addresses and networks, each once and as `ipaddress` writes them.

    Raises:
        FormError: A text is neither.
    """
    networks: list[str] = []
    for text in (line.strip() for line in entered):
        if not text:
            continue
        network = _read_network(text)
        is_single = network.num_addresses == 1
        networks.append(str(network.network_address) if is_single else str(network))
    return list(dict.fromkeys(networks))


def _read_network(text: str) -> IPv4Network | IPv6Network:
    """Return an address or a network.

    Raises:
        FormError: It is neither; the error names it.
    """
    wrong = FormError(CONF_ALLOWED_ADDRESSES, "invalid_network", {"network": text})
    if "%" in text:
        # A zone would not be looked at when a broker asks.
        raise wrong
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise wrong from None
    if isinstance(network, IPv4Network):
        return network
    # Whoever comes from an IPv4 address is looked up by that.
    mapped, prefix = network.network_address.ipv4_mapped, network.prefixlen - 96
    return network if mapped is None or prefix < 0 else IPv4Network((mapped, prefix))


def customer_select(customers: Iterable[Customer]) -> vol.Schema:
    """Return the form that asks for one of the customers."""
    options = [
        SelectOptionDict(
            value=customer.id,
            label=f"{customer.name} ({customer.id})" if customer.name else customer.id,
        )
        for customer in customers
    ]
    return vol.Schema(
        {
            vol.Required(CONF_CUSTOMER_ID): SelectSelector(
                SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
            )
        }
    )


def device_select(device_ids: Iterable[str]) -> vol.Schema:
    """Return the form that asks for some devices."""
    return vol.Schema(
        {
            vol.Required(CONF_DEVICES, default=[]): SelectSelector(
                SelectSelectorConfig(
                    options=list(device_ids),
                    multiple=True,
                    mode=SelectSelectorMode.LIST,
                )
            )
        }
    )
