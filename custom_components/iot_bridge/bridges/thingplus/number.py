"""Numbers that Thing+'s actuators are told."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import override

from homeassistant.components.number import NumberEntity

from ...wire.values import as_number
from .actuator_entity import ActuatorEntity
from .actuator_kinds import SET, ThingplusNumberDescription, numbers_of
from .client import Category, Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice
from .entity_names import entity_name


def create_entities(
    coordinator: ThingplusCoordinator, device: ThingplusDevice
) -> Iterator[NumberEntity]:
    """Make the numbers of each actuator."""
    for actuator in device.of_category(Category.ACTUATOR):
        kinds = [*numbers_of(actuator.type, coordinator.types.get(actuator.type))]
        options, turn = [kind.key for kind in kinds], asyncio.Lock()
        for kind in kinds:
            yield ThingplusNumberControl(
                coordinator, device, actuator, kind, options=options, turn=turn
            )


class ThingplusNumberControl(ActuatorEntity, NumberEntity):
    """A number that is set."""

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        actuator: Sensor,
        kind: ThingplusNumberDescription,
        *,
        options: Sequence[str],
        turn: asyncio.Lock,
    ) -> None:
        """Describe the number.

        Args:
            coordinator: Knows the device.
            device: Where the actuator is.
            actuator: The actuator.
            kind: What the number is.
            options: All numbers of the actuator, which it is told together.
            turn: What their entities share.
        """
        description = replace(kind, name=entity_name(device, actuator, kind.key))
        super().__init__(
            coordinator, device, actuator, description, part=kind.key, turn=turn
        )
        self._option = kind.key
        self._options = options

    def _known(self, option: str) -> float | None:
        return as_number(self.last_command.options.get(option))

    @property
    @override
    def native_value(self) -> float | None:
        """Return what it was told last, None while nobody knows."""
        return self._known(self._option)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it, and leave what else was set as it is."""

        def options() -> Mapping[str, float]:
            known = {one: self._known(one) for one in self._options}
            numbers = {**known, self._option: value}
            return {
                # Some have to be whole.
                option: int(number) if float(number).is_integer() else number
                for option, number in numbers.items()
                if number is not None
            }

        await self.async_tell(SET, options, is_setting=True)
