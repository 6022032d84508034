"""Which entities a sensor has, by what names them in their unique ids."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...coordinator import BridgeConfigEntry
from .client import FieldType
from .const import CONF_CONTROLLED, CONF_CONTROLS, DEFAULT_CONTROLS, Control
from .devices import LAST_UPDATE, LOCATION, RECEIVED, SensorDevice, value_key

CONTROL_PREFIX: Final = "control_"


def control_key(control: Control) -> str:
    """Return the key of what a control shows, and the name of its entity."""
    return f"{CONTROL_PREFIX}{control}"


def is_controlled(options: Mapping[str, Any], device: SensorDevice) -> bool:
    """Return whether the user wants a sensor's control channel to be heard."""
    return device.own and device.id in options.get(CONF_CONTROLLED, ())


def controls_of(
    options: Mapping[str, Any], device: SensorDevice
) -> tuple[Control, ...]:
    """Return the controls that a sensor has in Home Assistant."""
    if not is_controlled(options, device):
        return ()
    return tuple(Control(one) for one in options.get(CONF_CONTROLS, DEFAULT_CONTROLS))


def _names_of(options: Mapping[str, Any], device: SensorDevice) -> Iterator[str]:
    yield LAST_UPDATE
    if device.moves:
        yield LOCATION
    for field_type in FieldType:
        yield from (value_key(one.name) for one in device.shown_fields(field_type))
    if is_controlled(options, device):
        yield RECEIVED
    yield from (control_key(one) for one in controls_of(options, device))


@callback
def remove_left_over(
    hass: HomeAssistant,
    entry: BridgeConfigEntry,
    scope: str,
    devices: Iterable[SensorDevice],
) -> None:
    """Remove entities of fields and controls that are no more.

    Args:
        hass: Home Assistant.
        entry: The config entry.
        scope: How the unique ids of its entities begin.
        devices: The sensors that there are; entities of others stay.
    """
    registry = er.async_get(hass)
    wanted = {device.id: set(_names_of(entry.options, device)) for device in devices}
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        device_id, _, name = entity.unique_id.removeprefix(f"{scope}_").partition("_")
        if device_id in wanted and name not in wanted[device_id]:
            registry.async_remove(entity.entity_id)
