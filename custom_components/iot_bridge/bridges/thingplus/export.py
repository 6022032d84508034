"""Sends Home Assistant's values to Thing+, as a gateway of the Open API does.

Thing+ guide, "Send Status" and "Send sensor value".
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.start import async_at_started

from ...const import DOMAIN
from ...export.selection import ExportedEntity
from ...export.sink import (
    ExportSink,
    ReadingsRefusedError,
    RunningExport,
    SinkUnavailableError,
)
from ...export.values import ExportTarget, NotConvertibleError, Reading
from .client import (
    NotFoundError,
    PlanExceededError,
    SignInError,
    ThingplusClient,
    ThingplusError,
)
from .deliveries import async_deliver
from .export_ids import async_installation
from .left_out import TRY_AGAIN, async_tell_plan_exceeded
from .provisioning import Provisioner
from .registration import USUAL_INTERVAL, NotSettledError, RegisteredGateway
from .registration_memory import RegistrationMemory
from .reporter import SETTLE_WAIT, Reporter
from .statuses import SENSOR_ERRORS, Statuses

_LOGGER = logging.getLogger(__name__)

# Seconds that the end of an export may take in all.
GOODBYE_SECONDS: Final = 5.0
_NO_TYPE: Final = "the model of the gateway accepts no type of sensors for it"


class ThingplusSink(ExportSink):
    """Takes the values of one config subentry.

    A sensor is registered with the first value for it: only then its type is known.
    Values of one time replace each other, so nothing is there twice.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        client: ThingplusClient,
        subentry: ConfigSubentry,
    ) -> None:
        """Know the account and what is to be sent; nothing is sent yet.

        Args:
            hass: Home Assistant.
            entry: The account.
            client: Of the account.
            subentry: The export.
        """
        self._hass = hass
        self._entry = entry
        self._client = client
        self._subentry = subentry
        self._memory = RegistrationMemory(hass, subentry.subentry_id)
        self._reporter = Reporter(
            tell_all=self._async_make_round,
            tell_new=self._async_tell_new,
            has_new=self._has_new,
            interval=USUAL_INTERVAL,
            clock=hass.loop.time,
        )
        # One conversation at a time: two would register the same things.
        self._lock = asyncio.Lock()
        self._opened = asyncio.Event()
        self._export: RunningExport
        self._gateway: RegisteredGateway
        self._provisioner: Provisioner
        self._statuses: Statuses
        self._reporting: asyncio.Task[None] | None = None
        self._interval: float | None = None
        self._stop_waiting: CALLBACK_TYPE | None = None
        self._stop_following: CALLBACK_TYPE | None = None

    # From the beginning to the end

    @override
    async def async_open(self, export: RunningExport) -> None:
        """Tell statuses as soon as Home Assistant has started."""
        await self._memory.async_load()
        self._export = export
        self._gateway = RegisteredGateway(
            self._hass,
            self._client,
            await async_installation(self._hass),
            self._subentry.subentry_id,
            self._subentry.data,
            self._memory,
        )
        self._provisioner = Provisioner(self._hass, self._gateway, self._tell_over_plan)
        self._statuses = Statuses(self._hass, self._client, self._gateway)
        self._opened.set()
        self._stop_waiting = async_at_started(self._hass, self._begin)

    @callback
    def _begin(self, _: HomeAssistant) -> None:
        self._reporting = self._entry.async_create_background_task(
            self._hass, self._reporter.async_run(), f"{DOMAIN} statuses"
        )

    @override
    async def async_close(self, *, removed: bool) -> None:
        """End; for long, the service is told so.

        After a mere restart the statuses go on before they have run out.
        """
        for stop in (self._stop_waiting, self._stop_following):
            if stop is not None:
                stop()
        if self._reporting is not None:
            self._reporting.cancel()
            await asyncio.wait({self._reporting})
        if not (removed or self._entry.disabled_by):
            return
        if self._opened.is_set() and self._gateway.is_there:
            try:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._statuses.async_say_off()
            except (ThingplusError, TimeoutError) as err:
                _LOGGER.debug("The gateway could not be turned off: %s", err)
        self._tell_over_plan(0)
        if removed:
            await self._memory.async_remove()

    # Statuses

    async def _async_make_round(self) -> None:
        async with self._service(), self._lock:
            # The values may have needed it in the meantime.
            if self._reporter.is_due:
                await self._async_tell_all()
            await self._async_complete()

    async def _async_tell_all(self) -> None:
        """Tell all statuses, after what has become of the gateway was asked."""
        self._reporter.round_began()
        self._provisioner.choose(self._export.entities)
        if await self._async_read():
            await self._statuses.async_tell_all(self._export.entities.values())
        self._reporter.round_succeeded()

    async def _async_tell_new(self) -> None:
        async with self._service(), self._lock:
            await self._async_complete()

    async def _async_complete(self) -> None:
        """Register what is missing, or missing again, and tell the statuses of that."""
        entities = [*self._export.entities.values()]
        if not self._gateway.is_there and entities:
            await self._async_read()
        await self._provisioner.async_provision(entities)
        await self._statuses.async_tell_new(entities)
        if not self._gateway.is_there and entities:
            raise NotSettledError

    async def _async_read(self) -> bool:
        """Read the gateway, and follow its interval; return whether there is one."""
        gateway = self._gateway
        is_there = await gateway.async_read(register=bool(self._export.entities))
        if is_there and gateway.interval != self._interval:
            self._interval = self._reporter.interval = gateway.interval
            self._export.set_report_interval(gateway.interval)
        return is_there

    def _has_new(self) -> bool:
        return self._statuses.has_new(self._export.entities.values())

    def _follow(self, entities: Sequence[ExportedEntity]) -> None:
        """Tell soon when an entity becomes available, or is not any more."""
        stop, self._stop_following = (
            self._stop_following,
            async_track_state_change_event(
                self._hass, [one.entity_id for one in entities], self._state_changed
            ),
        )
        if stop is not None:
            stop()

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if _is_available(old) != _is_available(new):
            self._reporter.hurry()

    # Values

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        """Ask for the gateway, and register what is missing.

        Raises:
            SinkUnavailableError: The service does not answer, or not as it should.
        """
        await self._opened.wait()
        self._follow(entities)
        async with self._service(), self._lock:
            self._provisioner.choose(self._export.entities)
            if not self._gateway.is_there:
                self._reporter.start_over()
            await self._async_read()
            await self._provisioner.async_provision(entities)
        self._reporter.wake()

    @override
    def target(self, reading: Reading) -> ExportTarget:
        """Return what the sensor of a reading takes, or will take.

        Raises:
            NotConvertibleError: There is no type of sensors for it.
        """
        if not (kinds := self._provisioner.kinds(reading)):
            raise NotConvertibleError(_NO_TYPE)
        found = self._gateway.sensor(reading.key, kinds)
        return (kinds[0] if found is None else found[1]).target

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        """Send readings, after the statuses and what is missing.

        Raises:
            SinkUnavailableError: The service does not answer, or not as it should.
            ReadingsRefusedError: It does not take some of them, but all others.
        """
        arrived: list[Reading] = []
        async with self._service(arrived), self._lock:
            if not self._reporter.is_current:
                await self._async_tell_all()
            elif not self._gateway.is_there:
                await self._async_read()
            await self._provisioner.async_provision_for(
                readings, self._export.entities.values()
            )
            await self._async_send(readings, arrived)

    async def _async_send(
        self, readings: Sequence[Reading], arrived: list[Reading]
    ) -> None:
        """Send readings, sensor by sensor.

        Args:
            readings: In order of their time.
            arrived: Those that have arrived are added to it.
        """
        by_entity: dict[str, list[Reading]] = defaultdict(list)
        for reading in readings:
            by_entity[reading.key].append(reading)
        without_sensor: list[Reading] = []
        refused: list[Reading] = []
        is_settled = True
        trouble: ThingplusError | None = None
        for key, of_entity in by_entity.items():
            if (found := self._provisioner.sensor(of_entity[-1])) is None:
                without_sensor += of_entity
                continue
            sensor, kind = found
            entity = self._export.entities.get(key)
            if not await self._statuses.async_introduce(sensor, entity):
                is_settled = False
                continue
            try:
                bad = await async_deliver(
                    self._client, self._gateway.id, sensor.id, kind, of_entity
                )
            except NotFoundError:
                self._gateway.lose(sensor)
                is_settled = False
                continue
            except SENSOR_ERRORS as err:
                trouble = err
                continue
            refused += bad
            arrived += [one for one in of_entity if one not in bad]
        if refused:
            raise ReadingsRefusedError(
                refused, reason="Thing+ does not take the value", arrived=arrived
            )
        if without_sensor:
            raise self._refusal(without_sensor, arrived)
        if trouble is not None:
            raise trouble
        if not is_settled:
            raise NotSettledError

    def _refusal(
        self, readings: Sequence[Reading], arrived: Collection[Reading]
    ) -> ReadingsRefusedError:
        """Return that readings have no sensor; of the plan the user is told otherwise."""
        is_quiet = self._provisioner.is_over_plan
        if over_plan := [one for one in readings if is_quiet(one.key)]:
            return ReadingsRefusedError(over_plan, reason=None, arrived=arrived)
        reason = "Thing+ does not take a sensor for it"
        return ReadingsRefusedError(readings, reason=reason, arrived=arrived)

    # Errors

    @asynccontextmanager
    async def _service(self, arrived: Collection[Reading] = ()) -> AsyncIterator[None]:
        """Turn the client's errors into those of a sink."""
        wait = 0.0
        try:
            yield
        except NotSettledError as err:
            error: Exception = err
            wait = SETTLE_WAIT
        except PlanExceededError as err:
            # The gateway itself; without it, all are left out.
            self._tell_over_plan(len(self._export.entities))
            error = err
            wait = TRY_AGAIN
        except SignInError as err:
            self._entry.async_start_reauth(self._hass)
            error = err
        except ThingplusError as err:
            error = err
        else:
            return
        # What may have arrived need not be told apart: sent twice it is there once. So
        # after an outage all that waits goes together, and a sensor that is not found
        # keeps none of the others.
        raise SinkUnavailableError(
            str(error), retry_after=wait, arrived=arrived
        ) from error

    @callback
    def _tell_over_plan(self, entities: int) -> None:
        async_tell_plan_exceeded(
            self._hass, self._entry, self._subentry.subentry_id, entities
        )


def _is_available(state: State | None) -> bool:
    return state is not None and state.state != STATE_UNAVAILABLE
