"""The other side: the same entities with nothing behind them.

What the integration has made of an account is written down as a plan: of each entity
its platform, description, key, name and value. A bare integration then adds an entity
with plain `_attr_` values for each of them. So both sides have the same content in the
registries and the same states, whatever the integration will come to add.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final, override

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components import iot_bridge
from custom_components.iot_bridge.bridges import ewelink
from custom_components.iot_bridge.bridges.ewelink.coordinator import EwelinkCoordinator
from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.number import NumberEntity
from homeassistant.components.select import SelectEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .home import PLATFORMS, register_integration

DOMAIN: Final = "bare"

# In which property the entities of a platform have their value.
VALUE_OF: Final = {
    Platform.BINARY_SENSOR: "is_on",
    Platform.NUMBER: "native_value",
    Platform.SELECT: "current_option",
    Platform.SENSOR: "native_value",
    Platform.SWITCH: "is_on",
}

_NAMING: Final = (
    "_attr_name",
    "_attr_translation_key",
    "_attr_translation_placeholders",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntity:
    """An entity as the integration has made it.

    Attributes:
        platform: Its platform.
        description: Its description.
        key: The end of its unique id, and the key of the state that it shows.
        naming: The `_attr_` values that its name comes from.
        value: What it shows.
    """

    platform: Platform
    description: EntityDescription
    key: str
    naming: dict[str, Any]
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDevice:
    """A device as the integration has made it.

    Attributes:
        id: Its id.
        info: What the integration tells the device registry.
        entities: Its entities.
    """

    id: str
    info: DeviceInfo
    entities: tuple[PlannedEntity, ...]


type Plan = tuple[PlannedDevice, ...]
type MakeEntity = Callable[[PlannedDevice, DeviceInfo, PlannedEntity], Entity]


def plan_of(coordinator: EwelinkCoordinator) -> Plan:
    """Write down what the integration makes of an account.

    Args:
        coordinator: The account, set up.
    """
    modules = {
        platform: import_module(f"{ewelink.__name__}.{platform}")
        for platform in PLATFORMS
    }
    assert set(ewelink.BRIDGE.platforms) == set(PLATFORMS)
    return tuple(
        PlannedDevice(
            id=device.id,
            info=coordinator.device_info(device),
            entities=tuple(
                PlannedEntity(
                    platform=platform,
                    description=entity.entity_description,
                    key=entity.unique_id.removeprefix(
                        f"{coordinator.scope}_{device.id}_"
                    ),
                    naming={
                        name: getattr(entity, name)
                        for name in _NAMING
                        if hasattr(entity, name)
                    },
                    value=getattr(entity, VALUE_OF[platform]),
                )
                for platform, module in modules.items()
                for entity in module.create_entities(coordinator, device)
            ),
        )
        for device in coordinator.data.values()
    )


class BareEntity(Entity):
    """Plain values, as an entity without any integration would have them."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, device: PlannedDevice, info: DeviceInfo, planned: PlannedEntity
    ) -> None:
        """Take over the values of a planned entity."""
        self.entity_description = planned.description
        self._attr_unique_id = f"{DOMAIN}_{device.id}_{planned.key}"
        self._attr_device_info = info
        for name, value in planned.naming.items():
            setattr(self, name, value)


class BareBinarySensor(BareEntity, BinarySensorEntity):
    """A binary sensor."""

    @override
    def __init__(
        self, device: PlannedDevice, info: DeviceInfo, planned: PlannedEntity
    ) -> None:
        super().__init__(device, info, planned)
        self._attr_is_on = planned.value


class BareNumber(BareEntity, NumberEntity):
    """A number."""

    @override
    def __init__(
        self, device: PlannedDevice, info: DeviceInfo, planned: PlannedEntity
    ) -> None:
        super().__init__(device, info, planned)
        self._attr_native_value = planned.value


class BareSelect(BareEntity, SelectEntity):
    """A select."""

    @override
    def __init__(
        self, device: PlannedDevice, info: DeviceInfo, planned: PlannedEntity
    ) -> None:
        super().__init__(device, info, planned)
        self._attr_current_option = planned.value


class BareSensor(BareEntity, SensorEntity):
    """A sensor."""

    @override
    def __init__(
        self, device: PlannedDevice, info: DeviceInfo, planned: PlannedEntity
    ) -> None:
        super().__init__(device, info, planned)
        self._attr_native_value = planned.value

    def show(self, value: float) -> None:
        """Show a new value."""
        self._attr_native_value = value
        self.async_write_ha_state()


class BareSwitch(BareEntity, SwitchEntity):
    """A switch."""

    @override
    def __init__(
        self, device: PlannedDevice, info: DeviceInfo, planned: PlannedEntity
    ) -> None:
        super().__init__(device, info, planned)
        self._attr_is_on = planned.value

    def show(self, value: bool) -> None:
        """Show a new value."""
        self._attr_is_on = value
        self.async_write_ha_state()


_CLASS_OF: Final[dict[Platform, MakeEntity]] = {
    Platform.BINARY_SENSOR: BareBinarySensor,
    Platform.NUMBER: BareNumber,
    Platform.SELECT: BareSelect,
    Platform.SENSOR: BareSensor,
    Platform.SWITCH: BareSwitch,
}


@dataclass(frozen=True, slots=True)
class BareAccount:
    """What a bare config entry has.

    Attributes:
        devices: The planned devices, each with what the device registry is told.
        entities: The entities by device and key, as they are added.
    """

    devices: list[tuple[PlannedDevice, DeviceInfo]]
    entities: dict[str, dict[str, Entity]]


def own_device_info(domain: str, device: PlannedDevice) -> DeviceInfo:
    """Return the same device info for another device: nothing of it is shared."""
    info = device.info
    return DeviceInfo(
        identifiers={(domain, device.id)},
        name=info["name"],
        manufacturer=info["manufacturer"],
        model=info["model"],
        model_id=info["model_id"],
        sw_version=info["sw_version"],
        serial_number=info["serial_number"],
        connections={
            (kind, f"{domain[0].encode().hex()}{address[2:]}")
            for kind, address in info["connections"]
        },
    )


def add_bare_entry(
    hass: HomeAssistant,
    plan: Plan,
    *,
    domain: str = DOMAIN,
    class_of: dict[Platform, MakeEntity] | None = None,
) -> MockConfigEntry:
    """Add a config entry whose entities are as planned, ready to be set up.

    Args:
        hass: Home Assistant.
        plan: The entities.
        domain: The domain of the integration, which comes into being with this.
        class_of: What makes the entities of a platform; the bare ones unless given.

    Returns:
        The entry; its `runtime_data` will be a `BareAccount`.
    """
    makers = class_of or _CLASS_OF

    async def async_setup_entry(
        hass: HomeAssistant, entry: ConfigEntry[BareAccount]
    ) -> bool:
        entry.runtime_data = BareAccount(
            [(device, own_device_info(domain, device)) for device in plan], {}
        )
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        return True

    modules: dict[str, Any] = {
        platform: SimpleNamespace(
            PARALLEL_UPDATES=0,
            async_setup_entry=partial(_set_up_platform, platform, makers[platform]),
        )
        for platform in PLATFORMS
    }
    modules[""] = SimpleNamespace(
        __name__=f"custom_components.{domain}",
        DOMAIN=domain,
        async_setup_entry=async_setup_entry,
    )
    register_integration(hass, domain, modules, iot_bridge)
    hass.config.components.add(domain)
    entry = MockConfigEntry(domain=domain, title=domain, unique_id=domain)
    entry.add_to_hass(hass)
    return entry


async def _set_up_platform(
    platform: Platform,
    make_entity: MakeEntity,
    _hass: HomeAssistant,
    entry: ConfigEntry[BareAccount],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    account = entry.runtime_data
    entities: list[Entity] = []
    for device, info in account.devices:
        known = account.entities.setdefault(device.id, {})
        for planned in device.entities:
            if planned.platform == platform:
                entity = make_entity(device, info, planned)
                known[planned.key] = entity
                entities.append(entity)
    async_add_entities(entities)
