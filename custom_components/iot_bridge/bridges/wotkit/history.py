"""Reads past data of one field. WoTKit API documentation, "Sensor Data"."""

from datetime import datetime, timedelta
import math
from typing import Final

from ...history_import import Sample
from .client import FieldValue, WotkitClient

# The server has no pages for these. A day of readings each second is some megabytes;
# where there are few, years should not take thousands of requests.
_SHORTEST_CHUNK: Final = timedelta(days=1)
_LONGEST_CHUNK: Final = timedelta(days=32)
_FEW_ROWS: Final = 5_000
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
        WotkitError: The server does not give them.
    """
    samples: list[Sample] = []
    chunk = _SHORTEST_CHUNK
    while start < end:
        stop = min(start + chunk, end)
        rows = await client.rows(sensor_id, start - _JUST_BEFORE, stop - _JUST_BEFORE)
        for row in rows:
            value = _number(row.values.get(field_name))
            if value is not None:
                samples.append(Sample(row.timestamp, value))
        few = len(rows) < _FEW_ROWS
        chunk = min(chunk * 2, _LONGEST_CHUNK) if few else _SHORTEST_CHUNK
        start = stop
    samples.sort(key=lambda sample: sample.time)
    return samples


def _number(value: FieldValue | None) -> float | None:
    """Return a number, also one that has come as text; rows do not tell the types."""
    try:
        number = float("" if value is None else value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
