"""The sensors that an export has created on WoTKit: found again, completed, created.

WoTKit API documentation, "Sensors" and "Sensor Fields".
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from homeassistant.components.zone import ENTITY_ID_HOME
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_LATITUDE, ATTR_LONGITUDE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...export.selection import ExportedEntity
from ...export.values import Reading
from .client import (
    AlreadyExistsError,
    Field,
    FieldType,
    NewSensor,
    NotFoundError,
    Scope,
    Sensor,
    Visibility,
    WotkitClient,
)
from .const import CONF_SHARE_LOCATION, SUBENTRY_EXPORT
from .export_marks import (
    async_installation,
    device_of,
    export_of,
    fields_of,
    is_exported,
    marks_for,
)
from .export_names import NO_DEVICE, device_name, field_name, sensor_names

# Seconds until the list is read again: fields may have been deleted in the portal, and
# the server takes values for fields that it does not have.
LOOK_AGAIN: Final = 600.0


class ExportedSensors:
    """The sensors of one config subentry, as they were when they were last read."""

    def __init__(
        self,
        hass: HomeAssistant,
        client: WotkitClient,
        subentry: ConfigSubentry,
        claims: asyncio.Lock,
    ) -> None:
        """Know of none yet.

        Args:
            hass: Home Assistant.
            client: Of the account.
            subentry: The export.
            claims: Held while a sensor is created or changed, for all of the account's
                exports: they must not take over the same one.
        """
        self._hass = hass
        self._client = client
        self._subentry = subentry
        self._claims = claims
        self._devices: dict[str, str] = {}
        self._sensors: dict[str, Sensor] = {}
        # By device and key of the entity
        self._fields: dict[str, dict[str, Field]] = {}
        self._read_at: float | None = None

    @property
    def are_known(self) -> bool:
        """Return whether they were read not long ago."""
        return (
            self._read_at is not None
            and self._hass.loop.time() - self._read_at < LOOK_AGAIN
        )

    def doubt(self) -> None:
        """Let them be read again before they are used: something went wrong."""
        self._read_at = None

    def place(self, entities: Iterable[ExportedEntity]) -> None:
        """Note which devices entities belong to."""
        self._devices = {one.key: one.device_id or NO_DEVICE for one in entities}

    def device(self, key: str, entity_id: str) -> str:
        """Return the device whose sensor takes the values of an entity.

        Args:
            key: Of the entity.
            entity_id: Its id when the value was taken.
        """
        if (known := self._devices.get(key)) is not None:
            return known
        # An entity that is not chosen any more may have left something to send.
        device = next((one for one, of in self._fields.items() if key in of), None)
        if device is None:
            entity = er.async_get(self._hass).async_get(entity_id)
            device = (entity and entity.device_id) or NO_DEVICE
        self._devices[key] = device
        return device

    def field(self, reading: Reading) -> Field | None:
        """Return the field for a reading, None if there is none yet."""
        device = self.device(reading.key, reading.entity_id)
        return self._fields.get(device, {}).get(reading.key)

    async def async_find(self) -> None:
        """Read what was created before.

        Raises:
            WotkitError: The service does not answer.
        """
        installation = await async_installation(self._hass)
        listed = await self._client.sensors(Scope.CONTRIBUTED)
        self._sensors.clear()
        self._fields.clear()
        # Those of this export count more than what a removed one has left.
        for sensor in sorted(listed, key=lambda one: not self._is_own(one)):
            if (device := self._device_for(sensor, installation)) is not None:
                self._remember(device, sensor)
        self._read_at = self._hass.loop.time()

    async def async_complete(self, device: str, readings: Sequence[Reading]) -> Sensor:
        """Return a device's sensor, after what is missing was created.

        Args:
            device: The device.
            readings: Of its entities; each has a field then.

        Raises:
            WotkitError: The service does not answer, or does not take it.
        """
        sensor = self._sensors.get(device)
        if sensor is None or not self._is_own(sensor) or self._lacks(device, readings):
            async with self._claims:
                sensor = await self._async_extend(device, readings)
                if sensor is None:
                    sensor = await self._async_create(device, readings)
            self._forget(device)
            self._remember(device, sensor)
        return sensor

    def _is_own(self, sensor: Sensor) -> bool:
        return export_of(sensor) == self._subentry.subentry_id

    def _device_for(self, sensor: Sensor, installation: str) -> str | None:
        """Return the device that a sensor is for; None if it is not for this export."""
        if not is_exported(sensor, installation):
            return None
        if not self._is_own(sensor) and export_of(sensor) in self._exports():
            return None
        return device_of(sensor)

    def _exports(self) -> set[str]:
        """Return all exports; two entries may be for the same account."""
        return {
            subentry.subentry_id
            for entry in self._hass.config_entries.async_entries(DOMAIN)
            for subentry in entry.get_subentries_of_type(SUBENTRY_EXPORT)
        }

    def _remember(self, device: str, sensor: Sensor) -> None:
        if device in self._sensors:
            return
        self._sensors[device] = sensor
        by_name = {field.name: field for field in sensor.fields}
        self._fields[device] = {
            key: by_name[name]
            for key, name in fields_of(sensor).items()
            if name in by_name
        }

    def _forget(self, device: str) -> None:
        self._sensors.pop(device, None)
        self._fields.pop(device, None)

    def _lacks(self, device: str, readings: Iterable[Reading]) -> bool:
        fields = self._fields[device]
        return any(reading.key not in fields for reading in readings)

    async def _async_extend(
        self, device: str, readings: Sequence[Reading]
    ) -> Sensor | None:
        """Add fields to a sensor, and make it this export's own.

        Returns:
            The sensor as it is now; None if there is none that could be extended.
        """
        if (known := self._sensors.get(device)) is None:
            return None
        # Read anew: what its owner has changed since then has to stay.
        sensor = await self._client.sensor(known.id)
        installation = await async_installation(self._hass)
        if self._device_for(sensor, installation) != device:
            return None
        names, fields = self._completed(sensor, readings)
        marks = marks_for(installation, self._subentry.subentry_id, device, names)
        await self._client.update_sensor(
            sensor.id,
            # Left out it would be private again, and subscribers be lost.
            visibility=sensor.visibility or Visibility.PRIVATE,
            fields=fields,
            metadata={**sensor.metadata, **marks},
        )
        return await self._client.sensor(sensor.id)

    async def _async_create(self, device: str, readings: Sequence[Reading]) -> Sensor:
        long_name = device_name(self._hass, None if device == NO_DEVICE else device)
        latitude, longitude = self._location()
        names, fields = self._completed(None, readings)
        installation = await async_installation(self._hass)
        marks = marks_for(installation, self._subentry.subentry_id, device, names)
        for name in sensor_names(long_name):
            new = NewSensor(
                name=name,
                long_name=long_name,
                description=f"{long_name}, from Home Assistant",
                metadata=marks,
                fields=tuple(fields),
                latitude=latitude,
                longitude=longitude,
            )
            try:
                await self._client.create_sensor(new)
            except AlreadyExistsError:
                if (sensor := await self._async_created_before(name, device)) is None:
                    # The user's own, or it is for another export.
                    continue
                self._forget(device)
                self._remember(device, sensor)
                return await self._async_extend(device, readings) or sensor
            return await self._client.sensor(name)
        raise AlreadyExistsError("all names for a sensor are taken")

    async def _async_created_before(self, name: str, device: str) -> Sensor | None:
        """Return the sensor of a name if it was created for a device.

        Lists may lag behind, and the answer to its creation may have been lost.
        """
        try:
            sensor = await self._client.sensor(name)
        except NotFoundError:
            return None
        installation = await async_installation(self._hass)
        return sensor if self._device_for(sensor, installation) == device else None

    def _completed(
        self, sensor: Sensor | None, readings: Iterable[Reading]
    ) -> tuple[dict[str, str], list[Field]]:
        """Return the names of fields by key, and all fields, with those that lack."""
        names = {} if sensor is None else fields_of(sensor)
        fields = [] if sensor is None else list(sensor.fields)
        existing = {field.name for field in fields}
        # Of several readings the latest one tells what the field is like.
        for reading in {reading.key: reading for reading in readings}.values():
            name = names.get(reading.key)
            if name is None:
                taken = existing.union(names.values())
                name = field_name(self._hass, reading.entity_id, taken)
            names[reading.key] = name
            if name not in existing:
                existing.add(name)
                fields.append(self._new_field(name, reading))
        return names, fields

    def _new_field(self, name: str, reading: Reading) -> Field:
        state = self._hass.states.get(reading.entity_id)
        is_text = isinstance(reading.value, str)
        return Field(
            name=name,
            long_name=reading.entity_id if state is None else state.name,
            type=FieldType.STRING if is_text else FieldType.NUMBER,
            units=reading.unit,
        )

    def _location(self) -> tuple[float | None, float | None]:
        """Return where home is, if the user shares that."""
        home = self._hass.states.get(ENTITY_ID_HOME)
        if not self._subentry.data[CONF_SHARE_LOCATION] or home is None:
            return None, None
        return home.attributes[ATTR_LATITUDE], home.attributes[ATTR_LONGITUDE]
