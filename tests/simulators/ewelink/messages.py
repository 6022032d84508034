"""Messages the cloud sends over the socket (eWeLink documents, WebSocket)."""

from collections.abc import Mapping
from typing import Any

from .json_types import JsonObject


def device_update(
    device_id: str, apikey: str, number: int, params: Mapping[str, Any]
) -> JsonObject:
    """Build the report of a device about itself."""
    return {
        "action": "update",
        "deviceid": device_id,
        "apikey": apikey,
        "userAgent": "device",
        "d_seq": number,
        "ts": 0,
        "params": dict(params),
    }


def echo(
    device_id: str, apikey: str, sequence: str, params: Mapping[str, Any]
) -> JsonObject:
    """Build the copy of a command that other apps get."""
    return {
        "action": "update",
        "deviceid": device_id,
        "apikey": apikey,
        "userAgent": "app",
        "sequence": sequence,
        "ts": 0,
        "params": dict(params),
    }


def online_change(device_id: str, apikey: str, online: bool) -> JsonObject:
    """Build the news that a device came or went."""
    return {
        "action": "sysmsg",
        "deviceid": device_id,
        "apikey": apikey,
        "ts": 0,
        "params": {"online": online},
    }


def reply(
    error: int, device_id: str, apikey: str, sequence: str, **members: object
) -> JsonObject:
    """Build the answer to an `update` or `query`."""
    return {
        "error": error,
        "deviceid": device_id,
        "apikey": apikey,
        "sequence": sequence,
        **members,
    }
