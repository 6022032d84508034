"""Which sensors the exported entities need, and what becomes of those without one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...export.selection import ExportedEntity
from ...export.values import Reading, value_of
from .export_types import ExportKind, Source, source_of
from .left_out import LeftOut
from .registration import RegisteredGateway, RegisteredSensor, WantedSensor


class Provisioner:
    """Has sensors registered for the entities of one export."""

    def __init__(
        self,
        hass: HomeAssistant,
        gateway: RegisteredGateway,
        on_over_plan: Callable[[int], None],
    ) -> None:
        """Know the gateway.

        Args:
            hass: Home Assistant.
            gateway: Where they are registered.
            on_over_plan: Told how many entities the plan has no room for.
        """
        self._hass = hass
        self._gateway = gateway
        self._left_out = LeftOut(hass.loop.time)
        self._on_over_plan = on_over_plan

    @callback
    def choose(self, entities: Iterable[str]) -> None:
        """Note which entities are chosen, by key."""
        self._left_out.choose(entities)

    def is_over_plan(self, key: str) -> bool:
        """Return whether the plan has no room for an entity."""
        return self._left_out.is_over_plan(key)

    def kinds(self, reading: Reading) -> list[ExportKind]:
        """Return how a reading can be sent, the best way first."""
        return self._kinds(self._source(reading))

    def sensor(self, reading: Reading) -> tuple[RegisteredSensor, ExportKind] | None:
        """Return the sensor for a reading, and how it is sent; None: there is none."""
        return self._gateway.sensor(reading.key, self.kinds(reading))

    async def async_provision(self, entities: Iterable[ExportedEntity]) -> None:
        """Register what those entities need that have a value now.

        Raises:
            NotSettledError: What they need was registered a moment ago.
            ThingplusError: The service does not answer, or not as it should.
        """
        wanted: list[WantedSensor] = []
        for entity in entities:
            state = self._hass.states.get(entity.entity_id)
            if state is not None and value_of(state) is not None:
                source = source_of(self._hass, entity.entity_id)
                wanted += self._wanted(entity, source)
        await self._async_register(wanted)

    async def async_provision_for(
        self, readings: Sequence[Reading], entities: Iterable[ExportedEntity]
    ) -> None:
        """Register what readings need.

        Args:
            readings: Also of entities that are not chosen any more.
            entities: Those that are.

        Raises:
            NotSettledError: What they need was registered a moment ago.
            ThingplusError: The service does not answer, or not as it should.
        """
        known = {entity.key: entity for entity in entities}
        # Of several readings the latest one tells what the sensor is like.
        latest = {reading.key: reading for reading in readings}
        wanted: list[WantedSensor] = []
        for key, reading in latest.items():
            entity = known.get(key) or self._former(reading)
            wanted += self._wanted(entity, self._source(reading))
        await self._async_register(wanted)

    def _former(self, reading: Reading) -> ExportedEntity:
        entity = er.async_get(self._hass).async_get(reading.entity_id)
        return ExportedEntity(
            key=reading.key,
            entity_id=reading.entity_id,
            device_id=None if entity is None else entity.device_id,
        )

    def _source(self, reading: Reading) -> Source:
        return replace(
            source_of(self._hass, reading.entity_id),
            unit=reading.unit,
            is_text=isinstance(reading.value, str),
        )

    def _kinds(self, source: Source) -> list[ExportKind]:
        types = self._gateway.types
        return [] if types is None else types.kinds(source)

    def _wanted(self, entity: ExportedEntity, source: Source) -> list[WantedSensor]:
        """Return the sensor that is to be registered for an entity, if any is."""
        kinds = self._kinds(source)
        if not kinds or self._left_out.is_waiting(entity.key):
            return []
        if self._gateway.sensor(entity.key, kinds) is not None:
            return []
        state = self._hass.states.get(entity.entity_id)
        return [
            WantedSensor(
                key=entity.key,
                name=entity.entity_id if state is None else state.name,
                device=entity.device_id,
                type=kinds[0].type,
            )
        ]

    async def _async_register(self, wanted: Sequence[WantedSensor]) -> None:
        refused = await self._gateway.async_register_sensors(wanted) if wanted else {}
        for one in wanted:
            if (error := refused.get(one.key)) is None:
                self._left_out.accept(one.key)
            else:
                self._left_out.refuse(one.key, error)
        self._on_over_plan(self._left_out.over_plan)
