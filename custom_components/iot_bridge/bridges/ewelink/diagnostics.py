"""What helps support with an eWeLink account, with every secret taken out.

Two nets: names that are known to hold secrets, and values that look like one under
whatever name, since devices report parameters that nobody has listed.
"""

from collections.abc import Iterable, Mapping
import hashlib
import re
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED
from homeassistant.const import CONF_COUNTRY, CONF_PASSWORD, CONF_REGION

from .client import Device
from .const import CONF_APIKEY, CONF_GENERATION, CONF_HOMES, CONF_SERVER
from .coordinator import EwelinkCoordinator

# Parts of parameter names, in lower case.
_SECRET_NAMES: Final = re.compile(
    r"key|secret|token|password|bind|ssid|wifi|mac|^ip$|addr|host|mail|phone|user"
    r"|name|nick|remark|chipid|imei|deviceid|subdev|parentid|location|lat|lon|rf"
)
# What may be shown: a word or two, a small number, a version. Addresses, keys, codes
# and ids are none of these, under whatever name.
_HARMLESS_TEXT: Final = re.compile(
    r"[A-Za-z_ -]{0,20}|-?\d{1,6}(?:\.\d{1,4})?|\d{1,3}(?:\.\d{1,3}){1,2}"
)
_HIGHEST_HARMLESS_NUMBER: Final = 10_000_000


def _pseudonym(identifier: str) -> str:
    """Return a name that tells two devices apart and cannot be turned back."""
    return hashlib.sha256(identifier.encode()).hexdigest()[:8]


def _without_secrets(value: Any) -> Any:
    match value:
        case dict():
            return {
                name: REDACTED
                if _SECRET_NAMES.search(str(name).lower())
                else _without_secrets(inner)
                for name, inner in value.items()
            }
        case list():
            return [_without_secrets(inner) for inner in value]
        case str() if not _HARMLESS_TEXT.fullmatch(value):
            return REDACTED
        case int() | float() if abs(value) > _HIGHEST_HARMLESS_NUMBER:
            return REDACTED
        case _:
            return value


def _describe_device(device: Device, own_apikey: str) -> dict[str, Any]:
    return {
        "id": _pseudonym(device.id),
        "uiid": device.uiid,
        "brand": device.brand,
        "model": device.model,
        "firmware": device.firmware,
        "online": device.online,
        "shared": device.owner_apikey != own_apikey,
        "named_channels": sorted(device.channel_names),
        "switch_form": device.traits.switch_form,
        "channels": device.traits.channels,
        "metering_scale": device.traits.metering_scale,
        "climate_scale": device.traits.climate_scale,
        "state": dict(device.state),
        "listed_params": _without_secrets(device.raw),
    }


def describe_account(
    coordinator: EwelinkCoordinator, devices: Iterable[Device]
) -> dict[str, Any]:
    """Return what is known of an account and some of its devices.

    Args:
        coordinator: The account's coordinator.
        devices: The devices to tell about.
    """
    data: Mapping[str, Any] = coordinator.config_entry.data
    last_error = coordinator.last_exception
    return {
        "generation": data[CONF_GENERATION],
        "sign_in": "password" if CONF_PASSWORD in data else "oauth2",
        "country": data[CONF_COUNTRY],
        "region": data[CONF_REGION],
        "own_server": CONF_SERVER in data,
        "chosen_homes": len(coordinator.config_entry.options.get(CONF_HOMES, ())),
        "link_up": coordinator.link_up,
        "service_available": coordinator.service_available,
        "last_update_success": coordinator.last_update_success,
        "last_error": type(last_error).__name__ if last_error else None,
        "devices": [_describe_device(device, data[CONF_APIKEY]) for device in devices],
    }
