"""Reads the items of a device list, in the shapes of both protocol generations.

v1 nests product data twice (`extra.extra`), v2 once (`extra`); newer v1 answers
have `uiid` at the top. Source: eWeLink developer guide, step 2; v2 documents,
device management.
"""

from collections.abc import Iterable, Mapping
import logging
import re
from typing import Any, Final

from .models import Device
from .params import read_params
from .traits import is_sub_device, traits_for
from .wire import as_mapping

# Where it is not known, documents and servers write asterisks.
_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")

_LOGGER = logging.getLogger(__name__)

# A group of devices shows up in v1 lists as a device of this kind.
_GROUP_UIID: Final = 5000


class OddDeviceError(ValueError):
    """An item of a device list lacks what makes it a device."""


def parse_devices(items: Iterable[object], complaints: set[str]) -> list[Device]:
    """Read the items of a device list; an odd one is logged and left out.

    Args:
        items: Device items of v1 lists, or `itemData` of v2 lists.
        complaints: What was logged before and is not logged again; grows.

    Returns:
        The devices in the list's order, each id once, groups left out.
    """
    devices: dict[str, Device] = {}
    for position, item in enumerate(items):
        try:
            device = parse_device(item)
        except OddDeviceError as err:
            complaint = f"Device list item {position} is left out: {err}"
            if complaint not in complaints:
                complaints.add(complaint)
                _LOGGER.warning(complaint)
            continue
        if device.uiid != _GROUP_UIID:
            devices.setdefault(device.id, device)
    return list(devices.values())


def parse_device(item: object) -> Device:
    """Read one item of a device list.

    Args:
        item: A device item of a v1 list, or `itemData` of a v2 list.

    Raises:
        OddDeviceError: The item is no object or lacks its id, kind or parameters.
    """
    item = as_mapping(item)
    device_id = _text(item.get("deviceid"))
    params = item.get("params")
    if device_id is None or not isinstance(params, dict):
        raise OddDeviceError("it has no device id or no parameters")
    product = _product(item)
    uiid = _uiid(item, product)
    names = _channel_names(item)
    traits = traits_for(uiid, params)
    return Device(
        id=device_id,
        name=_text(item.get("name")) or device_id,
        uiid=uiid,
        owner_apikey=_text(item.get("apikey")) or "",
        online=item.get("online") is True,
        brand=_text(item.get("brandName")),
        model=_text(item.get("productModel")) or _text(product.get("model")),
        firmware=_text(params.get("fwVersion")),
        mac=_mac(uiid, params, product),
        channel_names=names,
        traits=traits,
        state=read_params(params, traits),
        raw=params,
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _product(item: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = as_mapping(item.get("extra"))
    return as_mapping(extra.get("extra")) or extra


def _uiid(item: Mapping[str, Any], product: Mapping[str, Any]) -> int:
    for value in (product.get("uiid"), item.get("uiid")):
        match value:
            case bool():
                continue
            case int():
                return value
            case str() if value.isdecimal():
                return int(value)
    raise OddDeviceError("it does not say what kind of device it is (uiid)")


def _mac(
    uiid: int, params: Mapping[str, Any], product: Mapping[str, Any]
) -> str | None:
    """Return a device's own network address; behind a bridge it may be the bridge's."""
    if is_sub_device(uiid) or "parentid" in params:
        return None
    for value in (params.get("staMac"), product.get("mac")):
        if isinstance(value, str) and _MAC.fullmatch(value):
            return value
    return None


def _channel_names(item: Mapping[str, Any]) -> dict[int, str]:
    names = as_mapping(as_mapping(item.get("tags")).get("ck_channel_name"))
    return {
        int(outlet): name
        for outlet, value in names.items()
        if str(outlet).isdecimal() and (name := _text(value))
    }
