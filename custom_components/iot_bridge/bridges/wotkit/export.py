"""Sends Home Assistant's values to WoTKit: a private sensor for each of its devices.

WoTKit API documentation, "Sensors", "Sensor Fields", "Sensor Data".
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...export.selection import ExportedEntity
from ...export.sink import ExportSink, ReadingsRefusedError, SinkUnavailableError
from ...export.values import (
    ExportTarget,
    ExportValue,
    NotConvertibleError,
    Reading,
    ValueKind,
    convert,
)
from .client import (
    AlreadyExistsError,
    DataRow,
    Field,
    FieldType,
    FutureTimestampError,
    InvalidDataError,
    NotFoundError,
    Sensor,
    SignInError,
    WotkitClient,
    WotkitError,
)
from .export_sensors import ExportedSensors
from .units import measure_of

_LOGGER = logging.getLogger(__name__)

# Seconds until a row that is ahead of the server's clock is sent again.
CLOCK_WAIT: Final = 10.0
# Seconds that rows may be ahead of the own clock and are waited for: of several values of
# one moment each is a millisecond later than the one before.
_LONGEST_AHEAD: Final = 2.0
# A reading that is later is of a time when the own clock was wrong. It is not waited for,
# as all others would have to wait with it.
_WRONG_CLOCK: Final = timedelta(hours=1)
_SAME_MOMENT: Final = timedelta(seconds=1)

_KINDS: Final = {
    FieldType.NUMBER: ValueKind.NUMBER,
    FieldType.STRING: ValueKind.TEXT,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A reading, and the row that it is on the server."""

    reading: Reading
    data: DataRow


def _is_latest(field: Field, row: _Row) -> bool:
    """Return whether a field holds a row already.

    When what was sent is not known any more, the present values are sent anew. Their
    times may differ a little then, as those of one moment are told apart.
    """
    return (
        field.last_update is not None
        and abs(field.last_update - row.data.timestamp) <= _SAME_MOMENT
        and field.value == row.data.values[field.name]
    )


class WotkitSink(ExportSink):
    """Takes the values of one config subentry.

    A sensor is created with the first value for it: only then its units are known.
    Rows have times of their own, and what may have arrived already is sent in a way that
    replaces what the server has of that time. So nothing is there twice.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        client: WotkitClient,
        subentry: ConfigSubentry,
        claims: asyncio.Lock,
    ) -> None:
        """Know the account and what is to be sent; nothing is sent yet.

        Args:
            hass: Home Assistant.
            entry: The account.
            client: Of the account.
            subentry: The export.
            claims: Shared by all exports of the account, see `ExportedSensors`.
        """
        self._hass = hass
        self._entry = entry
        self._client = client
        self._sensors = ExportedSensors(hass, client, subentry, claims)

    @override
    async def async_prepare(self, entities: Sequence[ExportedEntity]) -> None:
        """Find what was created before.

        The service is asked, unless that was done not long ago and all went well since.

        Raises:
            SinkUnavailableError: The service does not answer.
        """
        self._sensors.place(entities)
        async with self._service():
            await self._async_look()

    @override
    def target(self, reading: Reading) -> ExportTarget:
        """Return what the field for a reading holds, or will hold.

        Raises:
            NotConvertibleError: The server will not take a time so far ahead for long.
        """
        if reading.time - dt_util.utcnow() > _WRONG_CLOCK:
            raise NotConvertibleError("its time is more than an hour ahead")
        if (field := self._sensors.field(reading)) is not None:
            return ExportTarget(kind=_KINDS[field.type], unit=measure_of(field).unit)
        kind = ValueKind.TEXT if isinstance(reading.value, str) else ValueKind.NUMBER
        return ExportTarget(kind=kind, unit=reading.unit)

    @override
    async def async_send(self, readings: Sequence[Reading], *, again: bool) -> None:
        """Send readings, after what is missing was created.

        Raises:
            SinkUnavailableError: The service does not answer, or not as it should.
            ReadingsRefusedError: It does not take some of them, but all others.
        """
        refused: list[Reading] = []
        arrived: list[Reading] = []
        async with self._service(arrived):
            await self._async_look()
            for device, of_device in self._by_device(readings).items():
                bad = await self._async_send_device(device, of_device, again=again)
                refused += bad
                arrived += [one for one in of_device if one not in bad]
        if refused:
            raise ReadingsRefusedError(
                refused, reason="WoTKit does not take the value", arrived=arrived
            )

    @asynccontextmanager
    async def _service(self, arrived: Collection[Reading] = ()) -> AsyncIterator[None]:
        """Turn the client's errors into those of a sink."""
        wait = 0.0
        try:
            yield
        except FutureTimestampError as err:
            error: WotkitError = err
            wait = CLOCK_WAIT
        except SignInError as err:
            self._entry.async_start_reauth(self._hass)
            error = err
        except WotkitError as err:
            # Something may have been created, or may be gone.
            self._sensors.doubt()
            error = err
        except Exception:
            self._sensors.doubt()
            raise
        else:
            return
        raise SinkUnavailableError(
            str(error), retry_after=wait, maybe_arrived=True, arrived=arrived
        ) from error

    async def _async_look(self) -> None:
        if not self._sensors.are_known:
            await self._sensors.async_find()

    def _by_device(self, readings: Sequence[Reading]) -> dict[str, list[Reading]]:
        by_device: dict[str, list[Reading]] = defaultdict(list)
        for reading in readings:
            device = self._sensors.device(reading.key, reading.entity_id)
            by_device[device].append(reading)
        return by_device

    async def _async_send_device(
        self, device: str, readings: Sequence[Reading], *, again: bool
    ) -> list[Reading]:
        """Send the readings of a device; return those that are refused."""
        try:
            return await self._async_try_device(device, readings, again=again)
        except NotFoundError:
            # The sensor was deleted in the portal.
            await self._sensors.async_find()
            return await self._async_try_device(device, readings, again=True)

    async def _async_try_device(
        self, device: str, readings: Sequence[Reading], *, again: bool
    ) -> list[Reading]:
        try:
            sensor = await self._sensors.async_complete(device, readings)
        except (InvalidDataError, AlreadyExistsError) as err:
            # It is this device alone that the server does not like.
            _LOGGER.debug("A sensor was refused: %s", err)
            return list(readings)
        refused: list[Reading] = []
        new: list[_Row] = []
        for reading in readings:
            field = self._sensors.field(reading)
            value = self._value(reading)
            if field is None or value is None:
                refused.append(reading)
                continue
            row = _Row(
                reading, DataRow(timestamp=reading.time, values={field.name: value})
            )
            if sensor.last_update is None or reading.time > sensor.last_update:
                new.append(row)
            elif not _is_latest(field, row):
                refused += await self._async_add(sensor, row, again=again)
        if len(new) == 1:
            return refused + await self._async_add(sensor, new[0], again=again)
        if new:
            # It replaces all that the server has from the first to the last of them:
            # that is nothing, or these.
            refused += await self._async_put(sensor, new)
        return refused

    def _value(self, reading: Reading) -> ExportValue | None:
        """Return the value for a field, None if the field is of another kind.

        It may have been created, or changed, since the value was converted.
        """
        try:
            return convert(reading, self.target(reading))
        except NotConvertibleError:
            return None

    async def _async_add(
        self, sensor: Sensor, row: _Row, *, again: bool
    ) -> list[Reading]:
        """Send one row; return it if it is refused."""
        if again:
            return await self._async_put(sensor, [row])
        return await self._async_post(sensor, row)

    async def _async_post(self, sensor: Sensor, row: _Row) -> list[Reading]:
        """Send a row that the server has not seen; return it if it is refused."""
        try:
            await self._client.send_row(sensor.id, row.data.values, row.data.timestamp)
        except FutureTimestampError:
            raise
        except InvalidDataError as err:
            _LOGGER.debug("A row was refused: %s", err)
            return [row.reading]
        return []

    async def _async_put(self, sensor: Sensor, rows: Sequence[_Row]) -> list[Reading]:
        """Send rows in the place of what the server has; return those refused."""
        ahead = (rows[-1].data.timestamp - dt_util.utcnow()).total_seconds()
        if 0 < ahead < _LONGEST_AHEAD:
            await asyncio.sleep(ahead)
        try:
            await self._client.replace_rows(sensor.id, [row.data for row in rows])
        except FutureTimestampError:
            raise
        except InvalidDataError as err:
            _LOGGER.debug("%d rows were refused: %s", len(rows), err)
            if len(rows) == 1:
                return [rows[0].reading]
        else:
            return []
        # One of them may be bad, and the server takes all or nothing.
        refused: list[Reading] = []
        for row in rows:
            refused += await self._async_put(sensor, [row])
        return refused
