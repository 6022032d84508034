"""Reads lists of devices and of what they have said: the tolerant edge of this client.

One odd item never loses the others. Source: the platform's code, `/api/devices/` and
`/api/telemetry/`.
"""

from collections.abc import Mapping
from typing import Any

from ....wire.values import as_int, as_items, as_line, as_mapping, as_time
from .errors import PayloadError
from .models import ListedDevice, TelemetryRow
from .state import further_word, presence_of, read_attributes, running_of
from .topics import is_id


def parse_device(raw: object) -> ListedDevice | None:
    """Read a device; None if it has no name that a device can have."""
    item = as_mapping(raw)
    key = _end_of(item.get("url")) or _end_of(item.get("id"))
    device_id = as_line(item.get("name"))
    if not is_id(key) or not is_id(device_id):
        return None
    status = item.get("agent_status")
    return ListedDevice(
        key=key,
        device_id=device_id,
        customer_id=_end_of(item.get("customer")),
        online=presence_of(status),
        running=running_of(item.get("program_status")),
        word=further_word(status),
        last_seen=as_time(item.get("last_updated")),
        activated=_is_activated(item),
    )


def parse_row(raw: object) -> TelemetryRow | None:
    """Read what a device has said at one time; None if that cannot be used."""
    item = as_mapping(raw)
    time = as_time(item.get("created_on"))
    if time is None:
        return None
    try:
        return TelemetryRow(time=time, attributes=read_attributes(item.get("state")))
    except PayloadError:
        return None


def _end_of(raw: object) -> str:
    """Return what something is called, also where it is the end of an address."""
    text = raw if isinstance(raw, str) else str(as_int(raw) or "")
    return as_line(text.rstrip("/").rpartition("/")[2])


def _is_activated(item: Mapping[str, Any]) -> bool:
    """Return whether a device has confirmed its password; so it has if not told."""
    if "auth" not in item:
        return True
    told = item["auth"]
    words = [told] if isinstance(told, str) else as_items(told)
    return any(as_line(word).casefold() == "activated" for word in words)
