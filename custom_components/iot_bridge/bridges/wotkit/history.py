"""Reads past data of one field. WoTKit API documentation, "Sensor Data"."""

from datetime import datetime, timedelta
from typing import Final

from ...history.importer import Sample, refuse_too_many
from ...wire.values import as_number
from .client import AnswerTooLargeError, RequestTimeoutError, WotkitClient

# The server has no pages for these. A day of readings each second is some megabytes,
# which take a second to be read; where there are few, years should not take thousands
# of requests.
_SHORTEST_CHUNK: Final = timedelta(hours=1)
_FIRST_CHUNK: Final = timedelta(days=1)
_LONGEST_CHUNK: Final = timedelta(days=32)
_FEW_ROWS: Final = 5_000
_MANY_ROWS: Final = 20_000
_SHRINK: Final = 8
# The server leaves out the start of a range.
_JUST_BEFORE: Final = timedelta(milliseconds=1)


async def async_read_field(
    client: WotkitClient,
    sensor_id: int,
    field_name: str,
    start: datetime,
    end: datetime,
) -> list[Sample]:
    """Return all numbers of a field within a range, in the order of their time.

    Args:
        client: The account.
        sensor_id: The server's number for the sensor.
        field_name: One of its fields of numbers.
        start: The first moment that counts.
        end: The first moment that does not count any more.

    Raises:
        ServiceValidationError: There are more than can be held in memory.
        WotkitError: The server does not give them.
    """
    samples: list[Sample] = []
    chunk = _FIRST_CHUNK
    while start < end:
        stop = min(start + chunk, end)
        try:
            rows = await client.rows(
                sensor_id, start - _JUST_BEFORE, stop - _JUST_BEFORE
            )
        except AnswerTooLargeError, RequestTimeoutError:
            # Where there were few before, there may be a great many now.
            if stop - start <= _SHORTEST_CHUNK:
                raise
            chunk = _smaller(stop - start)
            continue
        for row in rows:
            value = as_number(row.values.get(field_name))
            if value is not None:
                samples.append(Sample(row.timestamp, value))
        refuse_too_many(len(samples))
        if len(rows) < _FEW_ROWS:
            chunk = min(chunk * 2, _LONGEST_CHUNK)
        elif len(rows) > _MANY_ROWS:
            chunk = _smaller(chunk)
        start = stop
    samples.sort(key=lambda sample: sample.time)
    return samples


def _smaller(chunk: timedelta) -> timedelta:
    return max(chunk / _SHRINK, _SHORTEST_CHUNK)
