"""Actions: commands for devices, and new customer numbers."""

import json
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import VolDictType

from ....const import CONF_BRIDGE, DOMAIN
from ..const import (
    CONF_CUSTOMER_ID,
    CONF_CUSTOMER_NAME,
    CONF_DEVICE_LIMIT,
    CONF_ROLE,
    DEFAULT_DEVICE_LIMIT,
    Role,
)
from .coordinator import ServerCoordinator
from .customers import MOST_DEVICES, Customer, new_customer_id, with_customer

ATTR_COMMAND: Final = "command"

SEND_COMMAND_FIELDS: Final[VolDictType] = {
    vol.Required(ATTR_DEVICE_ID): vol.All(cv.ensure_list, [cv.string]),
    # Text goes as it is, all else as JSON.
    vol.Required(ATTR_COMMAND): vol.Any(str, dict, list, bool, int, float),
}
CREATE_CUSTOMER_FIELDS: Final[VolDictType] = {
    vol.Optional(CONF_CUSTOMER_NAME, default=""): cv.string,
    vol.Optional(CONF_DEVICE_LIMIT, default=DEFAULT_DEVICE_LIMIT): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=MOST_DEVICES)
    ),
}


async def async_send_command(call: ServiceCall) -> None:
    """Tell devices something.

    Args:
        call: With `SEND_COMMAND_FIELDS`.

    Raises:
        ServiceValidationError: One is no device that could be told something.
        HomeAssistantError: There is no MQTT.
    """
    command = _as_text(call.data[ATTR_COMMAND])
    # All of them first: either each is told, or none.
    targets = [_target(call.hass, one) for one in call.data[ATTR_DEVICE_ID]]
    for coordinator, device_id in targets:
        await coordinator.async_send_command(device_id, command)


def _as_text(command: Any) -> str:
    if isinstance(command, str):
        return command
    try:
        return json.dumps(command, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="iotbiz_bad_command",
            translation_placeholders={"field": ATTR_COMMAND},
        ) from err


def _target(hass: HomeAssistant, registry_id: str) -> tuple[ServerCoordinator, str]:
    """Return whom a device in Home Assistant's registry listens to, and its name there.

    Raises:
        ServiceValidationError: It is none that has registered itself here.
    """
    device = dr.async_get(hass).async_get(registry_id)
    if isinstance(device, dr.DeviceEntry):
        for entry in _server_entries(hass):
            if entry.state is not ConfigEntryState.LOADED:
                continue
            coordinator: ServerCoordinator = entry.runtime_data
            if (device_id := coordinator.known_device_id(device)) is not None:
                return coordinator, device_id
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="iotbiz_no_device",
        translation_placeholders={
            "field": ATTR_DEVICE_ID,
            "device": registry_id if device is None else device.name or registry_id,
        },
    )


async def async_create_customer(call: ServiceCall) -> ServiceResponse:
    """Make a new customer number.

    Args:
        call: With `CREATE_CUSTOMER_FIELDS`.

    Returns:
        The number.

    Raises:
        ServiceValidationError: Home Assistant is no platform.
    """
    for entry in _server_entries(call.hass):
        customer = Customer(
            id=new_customer_id(),
            name=call.data[CONF_CUSTOMER_NAME].strip(),
            limit=call.data[CONF_DEVICE_LIMIT],
        )
        call.hass.config_entries.async_update_entry(
            entry, options=with_customer(entry.options, customer)
        )
        return {CONF_CUSTOMER_ID: customer.id}
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="iotbiz_no_server"
    )


def _server_entries(hass: HomeAssistant) -> list[ConfigEntry[Any]]:
    """Return the config entries in which Home Assistant is the platform: one or none."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.data[CONF_BRIDGE] == "iotbiz" and entry.data[CONF_ROLE] == Role.SERVER
    ]
