"""Past data of a service become long-term statistics of an entity.

A bridge's sensor entity brings the readings; everything else is done here.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final

from homeassistant.components.recorder import DOMAIN as RECORDER_DOMAIN, get_instance
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.core import ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .compile import Compilation, OtherMeanError, Target, compile_history
from .statistics import Sample, full_hour
from .units import UnitsDifferError

__all__ = ["HistoryEntity", "Sample", "refuse_too_many"]

# Home Assistant may still be compiling an hour that has only just ended.
_COMPILING: Final = timedelta(minutes=10)

_LONGEST_RANGE: Final = timedelta(days=3660)

# They are held in memory, and each takes some 200 bytes there.
MOST_READINGS: Final = 1_000_000

# Sums depend on what is stored: one import is stored before the next is computed.
_LOCK: Final[HassKey[asyncio.Lock]] = HassKey(f"{DOMAIN}_history_import")


def refuse_too_many(count: int) -> None:
    """Make sure that readings fit into memory, while they are being read.

    Args:
        count: How many there are so far.

    Raises:
        ServiceValidationError: There are too many.
    """
    if count > MOST_READINGS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="history_too_many_readings",
            translation_placeholders={"most": f"{MOST_READINGS:,}"},
        )


class HistoryEntity(SensorEntity):
    """A sensor of a service that keeps past readings."""

    @abstractmethod
    async def async_read_history(
        self, start: datetime, end: datetime
    ) -> Iterable[Sample]:
        """Read the past readings of the entity.

        Args:
            start: From this moment on; the beginning of an hour, in UTC.
            end: Up to here, likewise. Readings outside the range do no harm.

        Returns:
            The readings, in any order, in the entity's native unit.

        Raises:
            HomeAssistantError: The service does not give them, or there are too many
                (`refuse_too_many`); translated.
        """

    async def async_import_statistics(
        self, start: datetime, end: datetime | None = None
    ) -> ServiceResponse:
        """Import past readings as long-term statistics, in whole hours.

        Hours that are there already are replaced; those without readings stay as they
        are. It ends when the recorder has worked through its queue up to the import. A
        recorder whose database is busy just then tries again on its own later.

        Args:
            start: The first moment, rounded down to the hour. Without a time zone it
                is in Home Assistant's own.
            end: The first moment after the range, rounded down likewise; now if it is
                not given. An hour that Home Assistant may still be compiling is not
                imported.

        Returns:
            `readings`, the number of those that counted, and `hours`, made of them.

        Raises:
            ServiceValidationError: There is nothing to import in such a range, or to
                such an entity, or far too much.
            HomeAssistantError: The service does not give the readings.
        """
        if RECORDER_DOMAIN not in self.hass.config.components:
            raise self._import_error("history_no_recorder")
        if self.state_class is None:
            raise self._import_error("history_no_state_class")
        state_class = SensorStateClass(self.state_class)
        first, behind = _whole_hours(start, end)
        samples = list(await self.async_read_history(first, behind))
        target = Target(
            entity_id=self.entity_id,
            state_class=state_class,
            device_class=self.device_class,
            native_unit=self.native_unit_of_measurement,
            shown_unit=self.unit_of_measurement,
            value=_number(self.native_value),
        )
        async with self.hass.data.setdefault(_LOCK, asyncio.Lock()):
            # What it has still to store, sums have to fit as well.
            await self._async_wait_for_recorder()
            done = await self._async_compile(target, samples, first, behind)
            if done.rows:
                async_import_statistics(self.hass, done.metadata, done.rows)
                await self._async_wait_for_recorder()
        return {"readings": done.readings, "hours": len(done.rows)}

    async def _async_compile(
        self, target: Target, samples: list[Sample], start: datetime, end: datetime
    ) -> Compilation:
        """Make hours of the readings, beside the event loop."""
        try:
            return await get_instance(self.hass).async_add_executor_job(
                compile_history, self.hass, target, samples, start, end
            )
        except OtherMeanError as err:
            raise self._import_error("history_other_mean") from err
        except UnitsDifferError as err:
            raise self._import_error(
                "history_units_differ",
                unit=str(target.native_unit),
                statistics_unit=str(err.unit),
            ) from err

    async def _async_wait_for_recorder(self) -> None:
        """Wait until the recorder has done what is in its queue by now.

        Its own `async_block_till_done` does not wait for a job that is being done.
        """
        reached: asyncio.Future[None] = self.hass.loop.create_future()
        get_instance(self.hass).queue_task(SynchronizeTask(reached))
        await reached

    def _import_error(self, key: str, **placeholders: str) -> ServiceValidationError:
        """Return a translated error that names the entity."""
        shown = self.hass.states.get(self.entity_id)
        name = self.entity_id if shown is None else shown.name
        return ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"name": name, **placeholders},
        )


def _whole_hours(start: datetime, end: datetime | None) -> tuple[datetime, datetime]:
    """Return the whole hours of a range that can be imported: the first, and the end.

    Raises:
        ServiceValidationError: There are none.
    """
    now = dt_util.utcnow()
    begin = _in_utc(start)
    stop = now if end is None else _in_utc(end)
    if begin > now:
        raise _range_error("history_start_in_future")
    if begin >= stop:
        raise _range_error("history_start_not_before_end")
    if min(stop, now) - begin > _LONGEST_RANGE:
        raise _range_error("history_range_too_long")
    first = full_hour(begin)
    behind = full_hour(min(stop, now - _COMPILING))
    if first >= behind:
        raise _range_error("history_no_full_hour")
    return first, behind


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; at the ends of the calendar hours do not matter."""
    try:
        return dt_util.as_utc(moment)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def _range_error(key: str) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)


def _number(value: Any) -> float | None:
    """Return an entity's value as a number, None if it is none."""
    try:
        number = float(value)
    except TypeError, ValueError:
        return None
    return number if isfinite(number) else None
