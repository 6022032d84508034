"""What helps support with a hub: only what is known to be harmless is told."""

from collections.abc import Iterable
from typing import Any

from .const import CONF_GRANT, CONF_TRANSPORT
from .coordinator import HkwhubCoordinator
from .devices import ACTIVE, IS_PLAYING, ROLE, VOLUME, WIFI_SIGNAL, HubDevice
from .playback import Playback

_TOLD: tuple[str, ...] = (VOLUME, ACTIVE, IS_PLAYING, ROLE, WIFI_SIGNAL)


def describe_hub(
    coordinator: HkwhubCoordinator, devices: Iterable[HubDevice]
) -> dict[str, Any]:
    """Return what is known of a hub and some of its speakers.

    Args:
        coordinator: The hub's coordinator.
        devices: The devices to tell about.
    """
    entry = coordinator.config_entry
    last_error = coordinator.last_exception
    return {
        "transport": entry.data[CONF_TRANSPORT],
        "grant": entry.data.get(CONF_GRANT),
        "options": dict(entry.options),
        "pushes": coordinator.pushes,
        "link_up": coordinator.link_up,
        "service_available": coordinator.service_available,
        "last_update_success": coordinator.last_update_success,
        "last_error": type(last_error).__name__ if last_error else None,
        "session_open": coordinator.client.session_open,
        "tracks_known": len(coordinator.library.known),
        "playback": _describe_playback(coordinator.playback),
        "speakers": [_describe(device) for device in devices if device.info],
    }


def _describe(device: HubDevice) -> dict[str, Any]:
    """Describe a speaker without what it is called and where it is."""
    info = device.info
    assert info is not None
    return {
        "model": info.model,
        "firmware": info.firmware,
        "mac_known": info.mac is not None,
        "in_a_room": info.room is not None,
        "online": device.online,
        **{key: device.state.get(key) for key in _TOLD},
    }


def _describe_playback(playback: Playback) -> dict[str, Any]:
    item = playback.item
    return {
        "state": playback.state.value,
        "position": playback.position,
        "media": None if item is None else type(item.media).__name__,
        "duration": None if item is None else item.duration,
        "priority": None if item is None else item.priority,
        "announced": item is not None and item.announced,
    }
