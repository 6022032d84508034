"""Tells the statuses of an export's gateway and sensors. Thing+ guide, "Send Status"."""

import asyncio
from collections.abc import Iterable
import logging
from typing import Final

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant

from ...export.selection import ExportedEntity
from ...export.values import value_of
from .client import (
    AlreadyExistsError,
    InvalidDataError,
    NotAllowedError,
    NotFoundError,
    ServerTroubleError,
    StatusValue,
    ThingplusClient,
    ThingplusError,
)
from .export_types import source_of
from .registration import NotSettledError, RegisteredGateway, RegisteredSensor

_LOGGER = logging.getLogger(__name__)

# Requests at a time: a round must be over long before the next one.
_AT_ONCE: Final = 4
# In a row; a server that chokes on one sensor takes the others.
_MOST_TROUBLES: Final = 3
# What is wrong with one sensor; all others can be told of.
SENSOR_ERRORS: Final = (AlreadyExistsError, InvalidDataError, NotAllowedError)

type _Telling = tuple[RegisteredSensor, StatusValue]


class Statuses:
    """The statuses of one gateway.

    Those that are told hold for one and a half intervals; the gateway has to be there.
    """

    def __init__(
        self, hass: HomeAssistant, client: ThingplusClient, gateway: RegisteredGateway
    ) -> None:
        """Have told none yet.

        Args:
            hass: Home Assistant.
            client: Of the account.
            gateway: The gateway.
        """
        self._hass = hass
        self._client = client
        self._gateway = gateway

    def has_new(self, entities: Iterable[ExportedEntity]) -> bool:
        """Return whether an entity has a sensor whose status was never told."""
        present = (self._present(entity) for entity in entities)
        return any(one is not None and one.said is None for one in present)

    async def async_tell_new(self, entities: Iterable[ExportedEntity]) -> None:
        """Tell the statuses that were never told.

        Raises:
            ThingplusError: The service does not answer, or not as it should.
        """
        for entity in entities:
            if (sensor := self._present(entity)) is not None:
                await self.async_introduce(sensor, entity)

    async def async_tell_all(self, entities: Iterable[ExportedEntity]) -> None:
        """Tell all statuses; sensors that serve no entity any more are off, once.

        Raises:
            NotSettledError: The gateway is not found any more.
            ThingplusError: The service does not answer, or not as it should.
        """
        gateway = self._gateway
        try:
            await self._client.set_gateway_status(
                gateway.id, StatusValue.ON, gateway.valid_seconds
            )
        except NotFoundError:
            raise NotSettledError from None
        present = [
            (sensor, self._status(entity))
            for entity in entities
            if (sensor := self._present(entity)) is not None
        ]
        served = {sensor.id for sensor, _ in present}
        left = [one for one in self._that_are_on() if one.id not in served]
        await self._async_tell_each(
            [*present, *((sensor, StatusValue.OFF) for sensor in left)]
        )

    async def async_introduce(
        self, sensor: RegisteredSensor, entity: ExportedEntity | None
    ) -> bool:
        """Tell the status of a sensor, unless one was told before.

        Args:
            sensor: The sensor.
            entity: Whose it is, None if that is not chosen any more.

        Returns:
            Whether the server knows the sensor.

        Raises:
            ThingplusError: The service does not answer, or not as it should.
        """
        if sensor.said is not None:
            return True
        status = StatusValue.OFF if entity is None else self._status(entity)
        return await self._async_tell(sensor, status)

    def _that_are_on(self) -> list[RegisteredSensor]:
        return [one for one in self._gateway.sensors if one.said is StatusValue.ON]

    async def _async_tell_each(self, statuses: Iterable[_Telling]) -> None:
        """Tell statuses, a few at a time, until all are told or one fails.

        Raises:
            ThingplusError: The service does not answer, or not as it should.
        """
        rest = iter(statuses)
        troubles = 0
        has_failed = False

        async def async_tell_one(sensor: RegisteredSensor, status: StatusValue) -> None:
            nonlocal troubles
            try:
                await self._async_put(sensor, status)
            except ServerTroubleError as err:
                troubles += 1
                if troubles > _MOST_TROUBLES:
                    raise
                self._put_off(sensor, err)
            else:
                troubles = 0

        async def async_tell_some() -> None:
            nonlocal has_failed
            for sensor, status in rest:
                if has_failed:
                    return
                try:
                    await async_tell_one(sensor, status)
                except BaseException:
                    has_failed = True
                    raise

        ends = await asyncio.gather(
            *(async_tell_some() for _ in range(_AT_ONCE)), return_exceptions=True
        )
        for error in filter(None, ends):
            raise error

    async def _async_tell(self, sensor: RegisteredSensor, status: StatusValue) -> bool:
        """Tell the status of a sensor.

        Args:
            sensor: The sensor.
            status: Its status.

        Returns:
            Whether the server knows the sensor.

        Raises:
            ThingplusError: The service does not answer, or not as it should.
        """
        try:
            return await self._async_put(sensor, status)
        except ServerTroubleError as err:
            self._put_off(sensor, err)
        return True

    async def _async_put(self, sensor: RegisteredSensor, status: StatusValue) -> bool:
        """Tell the status of a sensor, as above.

        Raises:
            ServerTroubleError: The server is in trouble, or chokes on this sensor.
            ThingplusError: The service does not answer, or not as it should.
        """
        try:
            await self._client.set_sensor_status(
                self._gateway.id, sensor.id, status, self._gateway.valid_seconds
            )
        except NotFoundError:
            self._gateway.lose(sensor)
            return False
        except SENSOR_ERRORS as err:
            self._put_off(sensor, err)
        else:
            sensor.said = status
        return True

    def _put_off(self, sensor: RegisteredSensor, err: ThingplusError) -> None:
        """Have it told again before long: it must not keep the others waiting."""
        _LOGGER.debug("The status of a sensor could not be told: %s", err)
        sensor.said = None

    async def async_say_off(self) -> None:
        """Tell that nothing is sent any more.

        Raises:
            ThingplusError: The service does not answer, or not as it should.
        """
        gateway = self._gateway
        await self._client.set_gateway_status(
            gateway.id, StatusValue.OFF, gateway.valid_seconds
        )
        await self._async_tell_each(
            [(sensor, StatusValue.OFF) for sensor in self._that_are_on()]
        )

    def _present(self, entity: ExportedEntity) -> RegisteredSensor | None:
        """Return the sensor of an entity, None if it has none yet.

        While an entity has no value it may be unclear of which type it is.
        """
        types = self._gateway.types
        if types is None:
            return None
        kinds = types.kinds(source_of(self._hass, entity.entity_id))
        if (found := self._gateway.sensor(entity.key, kinds)) is not None:
            return found[0]
        state = self._hass.states.get(entity.entity_id)
        if state is not None and value_of(state) is not None:
            return None
        return next(iter(self._gateway.sensors_of(entity.key)), None)

    def _status(self, entity: ExportedEntity) -> StatusValue:
        state = self._hass.states.get(entity.entity_id)
        is_there = state is not None and state.state != STATE_UNAVAILABLE
        return StatusValue.ON if is_there else StatusValue.OFF
