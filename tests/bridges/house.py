"""Devices and entities of Home Assistant that come from no bridge: to be exported."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant, State, split_entity_id
from homeassistant.helpers import device_registry as dr, entity_registry as er

CELSIUS = {"unit_of_measurement": "°C", "device_class": "temperature"}
FAHRENHEIT = {"unit_of_measurement": "°F", "device_class": "temperature"}
PERCENT = {"unit_of_measurement": "%", "device_class": "humidity"}

# Entities that most tests need, and the names of their devices.
TEMPERATURE = "sensor.kitchen_temperature"
HUMIDITY = "sensor.kitchen_humidity"
WINDOW = "binary_sensor.kitchen_window"
LOUNGE = "sensor.lounge_temperature"
SUN = "sensor.season"


class House:
    """Another integration, whose entities change when a test says so."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without any device."""
        self._hass = hass
        self._entry = MockConfigEntry(domain="house", title="House")
        self._entry.add_to_hass(hass)

    def device(self, name: str, **more: Any) -> dr.DeviceEntry:
        """Add a device."""
        return dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={("house", name)},
            name=name,
            **more,
        )

    def entity(
        self,
        entity_id: str,
        device: dr.DeviceEntry | None = None,
        *,
        name: str | None = None,
        **more: Any,
    ) -> er.RegistryEntry:
        """Add an entity to the registry; it has no state yet."""
        domain, object_id = split_entity_id(entity_id)
        return er.async_get(self._hass).async_get_or_create(
            domain,
            "house",
            object_id,
            suggested_object_id=object_id,
            config_entry=self._entry,
            device_id=None if device is None else device.id,
            original_name=name,
            **more,
        )

    def show(
        self,
        entity_id: str,
        state: str | float,
        attributes: dict[str, Any] | None = None,
    ) -> State:
        """Let an entity change; its attributes stay unless they are told."""
        known = self._hass.states.get(entity_id)
        if attributes is None and known is not None:
            attributes = dict(known.attributes)
        self._hass.states.async_set(entity_id, str(state), attributes or {})
        shown = self._hass.states.get(entity_id)
        assert shown is not None
        return shown

    def furnish(self) -> None:
        """Add a kitchen with three entities, a lounge with one, and one on its own."""
        kitchen, lounge = self.device("Kitchen"), self.device("Lounge")
        self.entity(TEMPERATURE, kitchen, name="Temperature")
        self.entity(HUMIDITY, kitchen, name="Humidity")
        self.entity(WINDOW, kitchen, name="Window")
        self.entity(LOUNGE, lounge, name="Temperature")
        self.show(
            TEMPERATURE, 21.5, {**CELSIUS, "friendly_name": "Kitchen Temperature"}
        )
        self.show(HUMIDITY, 40, PERCENT)
        self.show(WINDOW, "off")
        self.show(LOUNGE, 19.0, CELSIUS)
        self.show(SUN, "autumn")
