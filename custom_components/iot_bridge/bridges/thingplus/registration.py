"""The gateway of an export on Thing+, with devices and sensors: found, or registered.

Thing+ guide, "Register Gateway", "Device registration", "Sensor Registration".
"""

from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass
import logging
import math
from typing import Any, Final
import uuid

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .accepted_types import accepted_by, async_known_types, device_model_of
from .client import (
    AcceptedSensor,
    AlreadyExistsError,
    Category,
    DeviceModel,
    Gateway,
    InvalidDataError,
    NewSensor,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
    Sensor,
    SignInError,
    StatusValue,
    ThingplusClient,
    ThingplusError,
)
from .const import CONF_GATEWAY_MODEL, CONF_GATEWAY_NAME, CONF_SITE_ID
from .export_ids import device_id, gateway_id, sensor_id
from .export_types import ExportKind, ExportTypes
from .registration_memory import RegistrationMemory

_LOGGER = logging.getLogger(__name__)

# Seconds. The server takes none that is shorter, and what the guide's gateway has.
SHORTEST_INTERVAL: Final = 60.0
USUAL_INTERVAL: Final = 300.0
# Thing+ guide, "Send Status"
VALID_INTERVALS: Final = 1.5
_NO_DEVICE_NAME: Final = "Home Assistant"
# Nothing was done if one of them came of a request.
_CERTAINLY_REFUSED: Final = (
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    PlanExceededError,
    SignInError,
)


class NotSettledError(Exception):
    """The server does not find yet what was registered; or it has to be asked again."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("what was registered is not found yet")


@dataclass(slots=True, kw_only=True)
class RegisteredSensor:
    """A sensor that the server has, or will soon find.

    Attributes:
        id: The id.
        type: What it measures.
        device_id: The device that it is on.
        said: The status that was told last, None if none was since it is there.
    """

    id: str
    type: str
    device_id: str | None
    said: StatusValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSensor:
    """An entity that needs a sensor.

    Attributes:
        key: Of the entity, see `ExportedEntity`.
        name: For people.
        device: Home Assistant's device, None if it has none.
        type: Its type on Thing+, which the model of the gateway accepts.
    """

    key: str
    name: str
    device: str | None
    type: str


class RegisteredGateway:
    """The gateway of one config subentry, as it was when it was last read.

    Attributes:
        id: The id.
        interval: Seconds between two reports.
        types: What it accepts, None before it was read for the first time.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        client: ThingplusClient,
        installation: uuid.UUID,
        subentry_id: str,
        data: Mapping[str, Any],
        memory: RegistrationMemory,
    ) -> None:
        """Know of nothing yet.

        Args:
            hass: Home Assistant.
            client: Of the account.
            installation: This Home Assistant.
            subentry_id: The export.
            data: Of the export: where the gateway is registered, and as what.
            memory: Of what was registered a moment ago.
        """
        self._hass = hass
        self._client = client
        self._data = data
        self._memory = memory
        self.id = gateway_id(installation, subentry_id)
        self.interval = USUAL_INTERVAL
        self.types: ExportTypes | None = None
        self._usual_interval = USUAL_INTERVAL
        self._device_model = DeviceModel(id="")
        self._accepted: dict[str, AcceptedSensor] = {}
        self._devices: set[str] = set()
        self._sensors: dict[str, RegisteredSensor] = {}
        self._is_listed = False
        self.is_there = False

    @property
    def valid_seconds(self) -> int:
        """Return for how long a status holds."""
        return math.ceil(self.interval * VALID_INTERVALS)

    @property
    def sensors(self) -> Collection[RegisteredSensor]:
        """Return the sensors that there are."""
        return [*self._sensors.values()]

    # What there is

    async def async_read(self, *, register: bool = True) -> bool:
        """Read the gateway and, the first time, all that is on it.

        Args:
            register: Whether it is registered if there is none.

        Returns:
            Whether there is one.

        Raises:
            NotSettledError: It was registered a moment ago, and is not found yet.
            PlanExceededError: There is no room for another gateway.
            ThingplusError: The service does not answer, or not as it should.
        """
        self.is_there = False
        try:
            gateway = await self._client.gateway(self.id)
        except NotFoundError:
            if self._memory.is_recent(self.id):
                raise NotSettledError from None
            self._devices.clear()
            self._sensors.clear()
            self._is_listed = False
            if not register:
                return False
            gateway = await self._async_register()
        await self._async_read_model(gateway)
        self.interval = max(
            SHORTEST_INTERVAL, gateway.report_interval or self._usual_interval
        )
        listed = {device.id for device in gateway.devices}
        self._devices = listed | {
            one for one in self._devices if self._memory.is_recent(one)
        }
        if not self._is_listed:
            await self._async_list()
            self._is_listed = True
        self._sensors = {
            one.id: one
            for one in self._sensors.values()
            if one.device_id in self._devices or self._memory.is_recent(one.id)
        }
        self.is_there = True
        return True

    async def _async_read_model(self, gateway: Gateway) -> None:
        if self.types is not None:
            return
        model = await self._client.gateway_model(
            gateway.model or self._data[CONF_GATEWAY_MODEL]
        )
        known = await async_known_types(self._client)
        self._usual_interval = model.report_interval or USUAL_INTERVAL
        self._device_model = device_model_of(model)
        self._accepted = accepted_by(model)
        self.types = ExportTypes(self._accepted, known)

    async def _async_list(self) -> None:
        for sensor in await self._client.sensors(self.id):
            if sensor.category is Category.SENSOR and sensor.id not in self._sensors:
                self._sensors[sensor.id] = _registered(sensor)

    def sensor(
        self, key: str, kinds: Iterable[ExportKind]
    ) -> tuple[RegisteredSensor, ExportKind] | None:
        """Return the sensor of an entity, and how values are sent to it.

        Args:
            key: Of the entity.
            kinds: How its values can be sent, the best way first.
        """
        for kind in kinds:
            found = self._sensors.get(sensor_id(self.id, key, kind.type))
            if found is not None:
                return found, kind
        return None

    def sensors_of(self, key: str) -> list[RegisteredSensor]:
        """Return all sensors that an entity has, or had when it was of another type."""
        types = {sensor.type for sensor in self._sensors.values()}
        ids = (sensor_id(self.id, key, one) for one in types)
        return [self._sensors[one] for one in ids if one in self._sensors]

    def lose(self, sensor: RegisteredSensor) -> None:
        """Note that the server does not find a sensor.

        If it was there for long, it was deleted in the portal, perhaps with the gateway.
        """
        if not self._memory.is_recent(sensor.id):
            self._sensors.pop(sensor.id, None)
            self.is_there = False

    # What is registered

    async def _async_register(self) -> Gateway:
        await self._memory.async_expect([self.id])
        try:
            await self._client.register_gateway(
                self.id,
                site_id=self._data[CONF_SITE_ID],
                model=self._data[CONF_GATEWAY_MODEL],
                name=self._data[CONF_GATEWAY_NAME],
            )
        except AlreadyExistsError:
            _LOGGER.debug("The gateway is registered already")
        except ThingplusError as err:
            self._note_failure(self.id, err)
            raise
        self._memory.registered(self.id)
        try:
            return await self._client.gateway(self.id)
        except NotFoundError:
            raise NotSettledError from None

    async def async_register_sensors(
        self, wanted: Iterable[WantedSensor]
    ) -> dict[str, ThingplusError]:
        """Register sensors, and the devices that they need.

        Args:
            wanted: Those that there are not.

        Returns:
            Why some were refused, by the key of the entity.

        Raises:
            NotSettledError: What they need was registered a moment ago.
            ThingplusError: The service does not answer, or not as it should.
        """
        places = self._places(wanted)
        new = {self._new(one, place): one.key for one, place in places.items()}
        # What may be there already is not registered again before that is known.
        for sensor in [one for one in new if self._memory.is_recent(one.id)]:
            self._remember(sensor)
            del new[sensor]
        devices = {
            place: None if place == device_id(self.id, None) else one.device
            for one, place in places.items()
            if place not in self._devices and not self._memory.is_recent(place)
        }
        if not new:
            return {}
        untried = [*devices, *(one.id for one in new)]
        await self._memory.async_expect(untried)
        try:
            return await self._async_create(devices, new, untried)
        except NotSettledError, ThingplusError:
            await self._memory.async_forget(untried)
            raise

    def _new(self, wanted: WantedSensor, place: str) -> NewSensor:
        return NewSensor(
            id=sensor_id(self.id, wanted.key, wanted.type),
            name=wanted.name,
            accepted=self._accepted[wanted.type],
            device_id=place,
        )

    async def _async_create(
        self,
        devices: Mapping[str, str | None],
        sensors: Mapping[NewSensor, str],
        untried: list[str],
    ) -> dict[str, ThingplusError]:
        """Create devices, and then sensors.

        Args:
            devices: Home Assistant's devices by the id of the new one.
            sensors: Keys of entities.
            untried: Ids are taken out of it as they are tried.

        Returns:
            Why some were refused, by the key of the entity.
        """
        without: dict[str, ThingplusError] = {}
        for new_id, device in devices.items():
            untried.remove(new_id)
            if (error := await self._async_create_device(new_id, device)) is not None:
                without[new_id] = error
        refused: dict[str, ThingplusError] = {}
        for new, key in sensors.items():
            untried.remove(new.id)
            if (error := without.get(new.device_id)) is None:
                error = await self._async_create_sensor(new)
            else:
                self._memory.refused(new.id)
            if error is not None:
                refused[key] = error
        return refused

    def _places(self, wanted: Iterable[WantedSensor]) -> dict[WantedSensor, str]:
        """Return the devices on which sensors are to be; each is new, or there."""
        places: dict[WantedSensor, str] = {}
        shared = device_id(self.id, None)
        taken = self._devices | {shared}
        most = self._device_model.most
        for sensor in wanted:
            own = device_id(self.id, sensor.device)
            # Entities of more devices than there may be are put together.
            has_room = own in taken or most is None or len(taken) < most
            places[sensor] = own if has_room else shared
            taken.add(places[sensor])
        return places

    async def _async_create_device(
        self, new_id: str, device: str | None
    ) -> ThingplusError | None:
        """Create a device; return why it was refused."""
        creation = self._client.create_device(
            self.id,
            new_id,
            name=device_name(self._hass, device),
            model=self._device_model.id,
        )
        error = await self._async_try(new_id, creation, needs=self.id)
        if error is None:
            self._devices.add(new_id)
        return error

    async def _async_create_sensor(self, new: NewSensor) -> ThingplusError | None:
        """Create a sensor; return why it was refused."""
        creation = self._client.create_sensor(self.id, new)
        error = await self._async_try(new.id, creation, needs=new.device_id)
        if error is None:
            self._remember(new)
        return error

    async def _async_try(
        self, new_id: str, creation: Awaitable[None], *, needs: str
    ) -> ThingplusError | None:
        """Create something; return why it was refused.

        Args:
            new_id: Its id.
            creation: Creates it.
            needs: The id of what it is to be on.

        Raises:
            NotSettledError: That is not found.
            ThingplusError: The service does not answer, or not as it should.
        """
        try:
            await creation
        except AlreadyExistsError as err:
            _LOGGER.debug("It is registered already: %s", err)
        except NotFoundError:
            self._memory.refused(new_id)
            if not self._memory.is_recent(needs):
                self._devices.discard(needs)
                self.is_there = False
            raise NotSettledError from None
        except ThingplusError as err:
            self._note_failure(new_id, err)
            if isinstance(err, InvalidDataError | NotAllowedError | PlanExceededError):
                return err
            raise
        self._memory.registered(new_id)
        return None

    def _note_failure(self, new_id: str, err: ThingplusError) -> None:
        """Forget what was expected, unless it may have been done all the same."""
        if isinstance(err, _CERTAINLY_REFUSED):
            self._memory.refused(new_id)

    def _remember(self, new: NewSensor) -> None:
        self._sensors[new.id] = RegisteredSensor(
            id=new.id, type=new.accepted.type, device_id=new.device_id
        )


def device_name(hass: HomeAssistant, device: str | None) -> str:
    """Return the name of a device for people; None for all entities without one."""
    entry = dr.async_get(hass).async_get(device) if device else None
    name = None if entry is None else entry.name_by_user or entry.name
    return name or _NO_DEVICE_NAME


def _registered(sensor: Sensor) -> RegisteredSensor:
    said = None if sensor.status is None else sensor.status.value
    return RegisteredSensor(
        id=sensor.id, type=sensor.type, device_id=sensor.device_id, said=said
    )
