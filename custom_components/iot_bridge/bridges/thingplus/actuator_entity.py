"""The base of the entities of Thing+'s actuators."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, override

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.util import dt as dt_util

from ...commands import async_carry_out
from ...const import DOMAIN
from .client import Sensor
from .coordinator import ThingplusCoordinator
from .devices import ThingplusDevice, time_key, value_key
from .entity import ThingplusEntity
from .last_command import LastCommand


def command_key(actuator_id: str) -> str:
    """Return the key of what Home Assistant has told an actuator last."""
    return f"{actuator_id}:command"


class ActuatorEntity(ThingplusEntity, RestoreEntity):
    """Tells an actuator what to do.

    What the service tells of it counts once it is newer than the last command: until
    then the actuator has not reported yet.
    """

    def __init__(
        self,
        coordinator: ThingplusCoordinator,
        device: ThingplusDevice,
        actuator: Sensor,
        description: EntityDescription,
        *,
        part: str | None = None,
        turn: asyncio.Lock | None = None,
    ) -> None:
        """Describe the entity.

        Args:
            coordinator: Knows the device.
            device: Where the actuator is.
            actuator: The actuator.
            description: What kind of entity this is.
            part: What names the entity where an actuator has several.
            turn: What those of them share whose commands depend on each other.
        """
        self._reported_key = value_key(actuator.id)
        self._time_key = time_key(actuator.id)
        self._command_key = command_key(actuator.id)
        keys = (self._reported_key, self._time_key, self._command_key)
        super().__init__(
            coordinator, device, actuator, description, part=part, keys=keys
        )
        self._turn = turn or asyncio.Lock()

    @property
    def last_command(self) -> LastCommand:
        """Return what the actuator was told last, by whomever."""
        state = self.device.state
        reported = LastCommand.from_series(
            state.get(self._reported_key), state.get(self._time_key)
        )
        given: LastCommand | None = state.get(self._command_key)
        if given is None or given.at is None:
            return reported
        has_no_news = self._reported_key not in state or (
            reported.at is not None and reported.at <= given.at
        )
        return given if has_no_news else reported

    @property
    @override
    def assumed_state(self) -> bool:
        """Return whether the actuator itself never says how it is."""
        device = self.coordinator.data.get(self._device_id)
        return device is None or self._reported_key not in device.state

    @property
    @override
    def extra_restore_state_data(self) -> ExtraStoredData | None:
        """Return the last command of Home Assistant, which nobody else may know."""
        device = self.coordinator.data.get(self._device_id)
        return None if device is None else device.state.get(self._command_key)

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what the actuator was told before Home Assistant was restarted."""
        await super().async_added_to_hass()
        stored = await self.async_get_last_extra_data()
        if stored is None or self.device.state.get(self._command_key) is not None:
            return
        if (given := LastCommand.from_dict(stored.as_dict())) is not None:
            self.coordinator.async_push(self._device_id, {self._command_key: given})

    async def async_command(self, command: str, options: Mapping[str, Any]) -> None:
        """Give the actuator a command and wait for its gateway.

        Args:
            command: One of its type's.
            options: Of the command, by name.

        Raises:
            HomeAssistantError: It was not obeyed; the message is translated.
        """
        await self.async_send(
            async_carry_out(
                self.hass,
                self.coordinator.config_entry,
                self._async_control(command, options),
                f"{DOMAIN} thingplus command",
            )
        )

    async def async_tell(
        self,
        command: str,
        options: Callable[[], Mapping[str, Any]] = dict,
        *,
        is_setting: bool = False,
    ) -> None:
        """Give the actuator a command that says how it is from then on.

        Commands go one after the other, so that the last one counts.

        Args:
            command: One of its type's.
            options: Returns those of the command when it is its turn.
            is_setting: Whether only its options do: what it was told before still
                holds.

        Raises:
            HomeAssistantError: It was not obeyed; the message is translated.
        """
        await self.async_send(
            async_carry_out(
                self.hass,
                self.coordinator.config_entry,
                self._async_tell(command, options, is_setting),
                f"{DOMAIN} thingplus command",
            )
        )

    async def _async_tell(
        self,
        command: str,
        options: Callable[[], Mapping[str, Any]],
        is_setting: bool,
    ) -> None:
        async with self._turn:
            told = options()
            await self._async_control(command, told)
            if self._device_id not in self.coordinator.data:
                return
            former = self.last_command
            given = LastCommand(
                command=former.command if is_setting else command,
                options={**former.options, **told},
                at=dt_util.utcnow() + self.coordinator.client.clock_offset,
            )
            self.coordinator.async_push(self._device_id, {self._command_key: given})

    async def _async_control(self, command: str, options: Mapping[str, Any]) -> None:
        await self.coordinator.client.control(
            self.device.gateway.id, self._sensor_id, command, options
        )
