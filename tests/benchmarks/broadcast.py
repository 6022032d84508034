"""The way that most integrations go: one coordinator that tells every entity.

For comparison only. Its entities are the bare ones, but they read their value from the
coordinator's data, and the coordinator tells all of them of each frame.
"""

import logging
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.number import NumberEntity
from homeassistant.components.select import SelectEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.update_coordinator import (
    CoordinatorEntity,
    DataUpdateCoordinator,
)

from .bare import (
    BareEntity,
    MakeEntity,
    Plan,
    PlannedDevice,
    PlannedEntity,
    add_bare_entry,
)
from .home import set_up

_DOMAIN: Final = "told"

type Told = DataUpdateCoordinator[dict[str, dict[str, Any]]]


class ToldEntity(CoordinatorEntity[Told], BareEntity):
    """Shows a value of the coordinator's data."""

    @override
    def __init__(
        self,
        coordinator: Told,
        device: PlannedDevice,
        info: DeviceInfo,
        planned: PlannedEntity,
    ) -> None:
        """Take over what is planned, but for the value."""
        CoordinatorEntity.__init__(self, coordinator)
        BareEntity.__init__(self, device, info, planned)
        self._device_id = device.id
        self._key = planned.key

    @property
    def shown(self) -> Any:
        """Return the value."""
        return self.coordinator.data[self._device_id][self._key]


class ToldBinarySensor(ToldEntity, BinarySensorEntity):
    """A binary sensor."""

    @property
    @override
    def is_on(self) -> bool | None:
        return bool(self.shown)


class ToldNumber(ToldEntity, NumberEntity):
    """A number."""

    @property
    @override
    def native_value(self) -> float | None:
        return float(self.shown)


class ToldSelect(ToldEntity, SelectEntity):
    """A select."""

    @property
    @override
    def current_option(self) -> str | None:
        return str(self.shown)


class ToldSensor(ToldEntity, SensorEntity):
    """A sensor."""

    @property
    @override
    def native_value(self) -> float | None:
        return float(self.shown)


class ToldSwitch(ToldEntity, SwitchEntity):
    """A switch."""

    @property
    @override
    def is_on(self) -> bool | None:
        return bool(self.shown)


_CLASS_OF: Final[dict[Platform, type[ToldEntity]]] = {
    Platform.BINARY_SENSOR: ToldBinarySensor,
    Platform.NUMBER: ToldNumber,
    Platform.SELECT: ToldSelect,
    Platform.SENSOR: ToldSensor,
    Platform.SWITCH: ToldSwitch,
}


async def set_up_broadcast(hass: HomeAssistant, plan: Plan) -> Told:
    """Set up the planned entities with a coordinator that tells all of them.

    Args:
        hass: Home Assistant.
        plan: The entities.

    Returns:
        The coordinator; its data is the value of each key of each device.
    """
    coordinator: Told = DataUpdateCoordinator(
        hass, logging.getLogger(__name__), config_entry=None, name=_DOMAIN
    )
    coordinator.data = {
        device.id: {planned.key: planned.value for planned in device.entities}
        for device in plan
    }

    def maker(platform: Platform) -> MakeEntity:
        return lambda device, info, planned: _CLASS_OF[platform](
            coordinator, device, info, planned
        )

    entry = add_bare_entry(
        hass, plan, domain=_DOMAIN, class_of={each: maker(each) for each in _CLASS_OF}
    )
    await set_up(hass, entry)
    return coordinator
