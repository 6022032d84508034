"""List items of devices: the nested form of v1 and the flat one of v2."""

from copy import deepcopy

from .accounts import SimulatedAccount
from .catalogue import mac_of, product_of
from .devices import SimulatedDevice
from .json_types import JsonObject

SETTINGS: JsonObject = {
    "opsNotify": 0,
    "opsHistory": 1,
    "alarmNotify": 1,
    "wxAlarmNotify": 0,
    "wxOpsNotify": 0,
    "wxDoorbellNotify": 0,
    "appDoorbellNotify": 1,
}
GROUP = 3


def v1_item(
    device: SimulatedDevice, account: SimulatedAccount, *, tags: bool
) -> JsonObject:
    """Build the v1 item (developer guide, step 2).

    Args:
        device: The device.
        account: Whose list it is.
        tags: Whether tags were asked for (`getTags=1`).

    Returns:
        The item, with product data nested twice (`extra.extra`).
    """
    item = _common(device, account) | {
        "_id": _record_id(device, 1),
        "type": "10",
        "__v": 0,
        "extra": {"_id": _record_id(device, 2), "extra": _extra(device)},
        "onlineTime": "2026-01-05T07:22:14.361Z",
        "ip": "203.0.113.10",
        "groups": [],
        "group": "",
        "deviceUrl": "",
        "brandLogoUrl": "",
        "uiid": device.uiid,
    }
    if tags:
        item["tags"] = _tags(device)
    if device.broken:
        del item["uiid"], item["extra"]["extra"]["uiid"]
    return item


def v2_item(device: SimulatedDevice, account: SimulatedAccount) -> JsonObject:
    """Build an entry of the v2 `thingList`.

    Args:
        device: The device.
        account: Whose list it is.

    Returns:
        `itemType`, `itemData` (with flat `extra`) and `index`.
    """
    kind = device.item_type_for(account)
    data = _v2_group(device) if kind == GROUP else _v2_device(device, account)
    data["family"] = {
        "familyid": device.family_for(account).id,
        "index": device.index,
        "roomid": "",
    }
    return {"itemType": kind, "itemData": data, "index": device.index}


def _v2_device(device: SimulatedDevice, account: SimulatedAccount) -> JsonObject:
    data = _common(device, account) | {
        "extra": _extra(device),
        "brandLogo": "",
        "isSupportGroup": True,
        "isSupportedOnMP": True,
        "isSupportChannelSplit": False,
        "deviceFeature": {},
        "denyFeatures": [],
        "tags": _tags(device),
    }
    if device.owner is not account:
        data["sharedBy"] = {
            "apikey": device.owner.apikey,
            "nickname": device.owner.identity.partition("@")[0],
            "permit": 15,
            "shareTime": 1_767_598_200,
        }
    if device.broken:
        del data["extra"]["uiid"]
    return data


def _v2_group(device: SimulatedDevice) -> JsonObject:
    return {
        "id": _record_id(device, 3),
        "name": device.name,
        "mainDeviceId": device.device_id,
        "params": deepcopy(device.params),
        "index": device.index,
    }


def _common(device: SimulatedDevice, account: SimulatedAccount) -> JsonObject:
    shared = device.viewer is not device.owner and account is device.owner
    return {
        "name": device.name,
        "deviceid": device.device_id,
        "apikey": device.owner.apikey,
        "devicekey": f"00000000-0000-4000-8000-{device.device_id:0>12}",
        "settings": dict(SETTINGS),
        "devGroups": [],
        "devConfig": {},
        "params": [] if device.broken else deepcopy(device.params),
        "online": device.online,
        "location": "",
        "createdAt": "2026-01-05T07:22:11.700Z",
        "sharedTo": [{"apikey": device.viewer.apikey}] if shared else [],
        "brandName": device.brand,
        "showBrand": True,
        "productModel": device.model,
    }


def _extra(device: SimulatedDevice) -> JsonObject:
    mac = mac_of(device.device_id)
    return {
        "model": device.model,
        "ui": product_of(device.uiid).ui,
        "description": device.name,
        "manufacturer": "SONOFF Technologies Co., Ltd.",
        "mac": mac,
        "apmac": mac,
        "modelInfo": _record_id(device, 4),
        "brandId": "5c4c1aee3a7d24c7100be054",
        "uiid": device.uiid,
        "staMac": mac,
        "chipid": f"00{device.device_id[-6:]}",
    }


def _tags(device: SimulatedDevice) -> JsonObject:
    tags: JsonObject = {"m_3541_user": "on"}
    if device.channel_names:
        names = {str(outlet): name for outlet, name in device.channel_names.items()}
        tags["ck_channel_name"] = names
    return tags


def _record_id(device: SimulatedDevice, kind: int) -> str:
    return f"5e{kind:02x}{device.device_id:0>20}"
