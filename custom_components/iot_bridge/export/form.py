"""The form of a config subentry that sends Home Assistant's values to a service."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import (
    AreaSelector,
    AreaSelectorConfig,
    EntitySelector,
    EntitySelectorConfig,
    LabelSelector,
    LabelSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.helpers.typing import VolDictType

from .exporter import ExportSettings
from .selection import Selection

CONF_ENTITIES: Final = "entities"
CONF_AREAS: Final = "areas"
CONF_LABELS: Final = "labels"
CONF_DEVICE_CLASSES: Final = "device_classes"
# Seconds
CONF_MIN_INTERVAL: Final = "min_interval"
# Minutes; absent: values are sent when they change and not else.
CONF_HEARTBEAT: Final = "heartbeat"

DEFAULT_MIN_INTERVAL: Final = 10

_LISTS: Final = (CONF_ENTITIES, CONF_AREAS, CONF_LABELS, CONF_DEVICE_CLASSES)
_NUMBERS: Final = (CONF_MIN_INTERVAL, CONF_HEARTBEAT)
_DEVICE_CLASSES: Final = sorted(
    device_class.value
    for device_class in SensorDeviceClass
    # Words and times that no chart can show; they may be chosen one by one.
    if device_class
    not in (
        SensorDeviceClass.DATE,
        SensorDeviceClass.ENUM,
        SensorDeviceClass.TIMESTAMP,
        SensorDeviceClass.UPTIME,
    )
)

EXPORT_FIELDS: Final[VolDictType] = {
    vol.Optional(CONF_ENTITIES): EntitySelector(EntitySelectorConfig(multiple=True)),
    vol.Optional(CONF_AREAS): AreaSelector(AreaSelectorConfig(multiple=True)),
    vol.Optional(CONF_LABELS): LabelSelector(LabelSelectorConfig(multiple=True)),
    vol.Optional(CONF_DEVICE_CLASSES): SelectSelector(
        SelectSelectorConfig(
            options=_DEVICE_CLASSES,
            multiple=True,
            mode=SelectSelectorMode.DROPDOWN,
            translation_key="export_device_class",
        )
    ),
    vol.Required(CONF_MIN_INTERVAL, default=DEFAULT_MIN_INTERVAL): NumberSelector(
        NumberSelectorConfig(
            min=0,
            max=86_400,
            step=1,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=UnitOfTime.SECONDS,
        )
    ),
    vol.Optional(CONF_HEARTBEAT): NumberSelector(
        NumberSelectorConfig(
            min=1,
            max=10_080,
            step=1,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=UnitOfTime.MINUTES,
        )
    ),
}


def read_export_form(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of what was entered: all lists, and whole numbers."""
    return {
        **entered,
        **{name: list(entered.get(name, ())) for name in _LISTS},
        **{name: int(entered[name]) for name in _NUMBERS if name in entered},
    }


def chooses_something(data: Mapping[str, Any]) -> bool:
    """Return whether stored data choose any entities."""
    return any(data[name] for name in _LISTS)


def settings_from(data: Mapping[str, Any]) -> ExportSettings:
    """Return the settings of an exporter for a subentry's data."""
    heartbeat = data.get(CONF_HEARTBEAT)
    return ExportSettings(
        selection=Selection(
            entities=tuple(data[CONF_ENTITIES]),
            areas=tuple(data[CONF_AREAS]),
            labels=tuple(data[CONF_LABELS]),
            device_classes=tuple(data[CONF_DEVICE_CLASSES]),
        ),
        min_interval=float(data[CONF_MIN_INTERVAL]),
        heartbeat=None if heartbeat is None else heartbeat * 60.0,
    )
